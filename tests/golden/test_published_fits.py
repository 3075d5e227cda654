"""The estimators against published results and R; the files are described in ``gold/README.md``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.least_squares import fit_newey_west, fit_ols, fit_prais_winsten
from bcf_eval.stats.regression.linear import LinearFit, contrast
from bcf_eval.stats.regression.reml import fit_reml

from .reference import design_of, read_answers, read_series
from .validation import Record

pytestmark = pytest.mark.golden

METHODS = {
    "gls_REML": ("R nlme::gls, REML", lambda y, x: fit_reml(y, x)),
    "gls_ML": ("R nlme::gls, ML", lambda y, x: fit_reml(y, x, restricted=False)),
    "prais_winsten": ("R, Prais-Winsten", fit_prais_winsten),
    "ols": ("R lm", fit_ols),
    "nw_lag1": ("R sandwich::NeweyWest, lag 1", lambda y, x: fit_newey_west(y, x, lag=1)),
    "nw_lag3": ("R sandwich::NeweyWest, lag 3", lambda y, x: fit_newey_west(y, x, lag=3)),
}
LINDEN = "Linden 2015 (itsa)"
WOOLDRIDGE = "Wooldridge, example 12.4"


def plain_std_errors(fit: LinearFit) -> np.ndarray:
    """Without Kenward and Roger's correction, which nlme does not make."""
    covariance = fit.covariance if fit.small_sample is None else fit.small_sample.unadjusted
    return np.sqrt(np.diag(covariance[0]))


@pytest.mark.parametrize("method", METHODS)
def test_agrees_with_r(shared: Path, record: Record, method: str) -> None:
    """The tolerances are those of gold/README.md: R's own optimiser stops at about these digits."""
    source, fit_series = METHODS[method]
    answers = read_answers(shared, method)
    terms, errors, rho, expected = [], [], [], []
    for number, series in read_series(shared).groupby("series"):
        fit = fit_series(series[["y"]].to_numpy(), design_of(series))
        terms.append(fit.coefficients[0, 1:4])
        errors.append(plain_std_errors(fit)[1:4])
        rho.append(fit.rho[0])
        expected.append(answers.loc[number].loc[["t", "s", "r"]])
    theirs = pd.concat(expected)
    assert len(theirs) == 54
    record.largest("18 simulated series: coefficients", source, theirs["est"], terms, tolerance=1e-5)
    record.largest(
        "18 simulated series: standard errors", source, theirs["se"], errors, tolerance=1e-4, unit="relative"
    )
    if theirs["phi"].notna().all():
        record.largest("18 simulated series: rho", source, theirs["phi"].iloc[::3], rho, tolerance=2e-4)


def test_series_at_the_boundary_are_flagged(shared: Path, record: Record) -> None:
    phi = read_answers(shared, "gls_REML")["phi"].groupby("series").first()
    flagged = [
        bool(fit_reml(series[["y"]].to_numpy(), design_of(series)).rho_at_boundary[0])
        for _, series in read_series(shared).groupby("series")
    ]
    assert sum(flagged) == 2
    record.answers(
        "18 simulated series: rho at its boundary", "R nlme::gls, REML", (phi.abs() >= 0.98).tolist(), flagged
    )


@pytest.fixture(scope="module")
def prop99(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "gold" / "prop99_california.csv")


CALIFORNIA = {
    "trend": ("-1.779474", "0.383419"),
    "level change": ("-20.0581", "4.724394"),
    "slope change": ("-1.494652", "0.436820"),
    "trend after 1989": ("-3.274126", "0.268804"),
}


def test_california_with_newey_west(prop99: pd.DataFrame, record: Record) -> None:
    """Linden 2015, itsa: printed to six decimals, the level to four."""
    design = build_design(prop99["year"], interventions=[1989], cycle=1)
    fit = fit_newey_west(prop99[["cigsale"]].to_numpy(), design.matrix, lag=1)
    after = design.unit("trend") + design.unit("slope_change_1")
    weights = np.vstack([*(design.unit(name) for name in ("trend", "level_change_1", "slope_change_1")), after])
    found = contrast(fit, weights)
    assert set(found.df[0]) == {27.0}
    for place, (term, (estimate, std_error)) in enumerate(CALIFORNIA.items()):
        case = f"Proposition 99, Newey-West lag 1: {term}"
        record.figure(case, LINDEN, estimate, found.estimate[0, place])
        record.figure(f"{case}, standard error", LINDEN, std_error, found.std_error[0, place])
        # t(27) at 97.5% is 2.0518305 in printed tables.
        half = 2.0518305 * float(std_error)
        assert found.upper[0, place] - found.estimate[0, place] == pytest.approx(half, rel=3e-6)
        assert found.estimate[0, place] - found.lower[0, place] == pytest.approx(half, rel=3e-6)


def test_california_under_reml_is_flagged(prop99: pd.DataFrame, record: Record) -> None:
    """The likelihood rises to rho = 1 and the level shrinks to about -5.9: never silently."""
    design = build_design(prop99["year"], interventions=[1989], cycle=1)
    fit = fit_reml(prop99[["cigsale"]].to_numpy(), design.matrix)
    assert fit.rho_at_boundary[0]
    level = fit.coefficients[0, design.column("level_change_1")]
    record.figure("Proposition 99, REML: level change, flagged", "restricted likelihood as rho nears 1", "-5.9", level)


BARIUM = {
    "lchempi": ("2.94095", "0.63284"),
    "lgas": ("1.04638", "0.97734"),
    "lrtwex": ("1.13279", "0.50666"),
    "befile6": ("-0.01648", "0.31938"),
    "affile6": ("-0.03316", "0.32181"),
    "afdec6": ("-0.57681", "0.34199"),
}


def test_barium_with_prais_winsten(shared: Path, record: Record) -> None:
    """Wooldridge, example 12.4, printed to five decimals."""
    data = pd.read_csv(shared / "gold" / "barium_prais_winsten.csv")
    x = np.column_stack([np.ones(len(data)), data[list(BARIUM)]])
    fit = fit_prais_winsten(data[["lchnimp"]].to_numpy(), x)
    errors = np.sqrt(np.diag(fit.covariance[0]))
    record.figure("Barium chloride, Prais-Winsten: rho", WOOLDRIDGE, "0.2932", fit.rho[0])
    for place, (name, (estimate, std_error)) in enumerate(BARIUM.items(), start=1):
        case = f"Barium chloride, Prais-Winsten: {name}"
        record.figure(case, WOOLDRIDGE, estimate, fit.coefficients[0, place])
        record.figure(f"{case}, standard error", WOOLDRIDGE, std_error, errors[place])
