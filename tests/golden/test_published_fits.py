"""The estimators against published results and R; the files are described in ``gold/README.md``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.design import build_design
from bcf_eval.stats.least_squares import fit_newey_west, fit_ols, fit_prais_winsten
from bcf_eval.stats.linear import LinearFit, contrast
from bcf_eval.stats.reml import fit_reml

pytestmark = pytest.mark.golden

METHODS = {
    "gls_REML": lambda y, x: fit_reml(y, x),
    "gls_ML": lambda y, x: fit_reml(y, x, restricted=False),
    "prais_winsten": fit_prais_winsten,
    "ols": fit_ols,
    "nw_lag1": lambda y, x: fit_newey_west(y, x, lag=1),
    "nw_lag3": lambda y, x: fit_newey_west(y, x, lag=3),
}


@pytest.fixture(scope="module")
def nlme(shared: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    gold = shared / "gold"
    return pd.read_csv(gold / "nlme_reference_data.csv"), pd.read_csv(gold / "nlme_reference.csv")


def design_of(series: pd.DataFrame) -> np.ndarray:
    """R's model: y ~ t + s + r, with Fourier pairs of the calendar month (t mod 12) + 1."""
    t, start = series["t"].to_numpy(), int(series["T"].iloc[0])
    after = (t >= start).astype(float)
    columns = [np.ones(t.size), t, after, after * (t - start)]
    for pair in range(1, int(series["seas"].iloc[0]) + 1):
        angle = 2 * np.pi * pair * (t % 12 + 1) / 12
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def plain_std_errors(fit: LinearFit) -> np.ndarray:
    """Without Kenward and Roger's correction, which nlme does not make."""
    covariance = fit.covariance if fit.small_sample is None else fit.small_sample.unadjusted
    return np.sqrt(np.diag(covariance[0]))


@pytest.mark.parametrize("method", METHODS)
def test_agrees_with_r(nlme: tuple[pd.DataFrame, pd.DataFrame], method: str) -> None:
    """The tolerances are those of gold/README.md: R's own optimiser stops at about these digits."""
    data, reference = nlme
    compared = 0
    for number, series in data.groupby("series"):
        expected = reference[(reference["series"] == number) & (reference["method"] == method)]
        expected = expected.set_index("term").loc[["t", "s", "r"]]
        fit = METHODS[method](series[["y"]].to_numpy(), design_of(series))
        np.testing.assert_allclose(fit.coefficients[0, 1:4], expected["est"], rtol=0, atol=1e-5)
        np.testing.assert_allclose(plain_std_errors(fit)[1:4], expected["se"], rtol=1e-4)
        if expected["phi"].notna().all():
            np.testing.assert_allclose(fit.rho[0], expected["phi"].iloc[0], atol=2e-4)
        compared += 1
    assert compared == 18


def test_series_at_the_boundary_are_flagged(nlme: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    data, reference = nlme
    phi = reference[reference["method"].eq("gls_REML")].groupby("series")["phi"].first()
    flagged = [
        bool(fit_reml(series[["y"]].to_numpy(), design_of(series)).rho_at_boundary[0])
        for _, series in data.groupby("series")
    ]
    assert flagged == (phi.abs() >= 0.98).tolist()
    assert sum(flagged) == 2


@pytest.fixture(scope="module")
def prop99(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "gold" / "prop99_california.csv")


def test_california_with_newey_west(prop99: pd.DataFrame) -> None:
    """Linden 2015, itsa: printed to six decimals, hence 5e-7."""
    design = build_design(prop99["year"], interventions=[1989], cycle=1)
    fit = fit_newey_west(prop99[["cigsale"]].to_numpy(), design.matrix, lag=1)
    after = design.unit("trend") + design.unit("slope_change_1")
    weights = np.vstack([*(design.unit(name) for name in ("trend", "level_change_1", "slope_change_1")), after])
    found = contrast(fit, weights)
    np.testing.assert_allclose(found.estimate[0], [-1.779474, -20.0581, -1.494652, -3.274126], atol=5e-6)
    np.testing.assert_allclose(found.std_error[0], [0.383419, 4.724394, 0.436820, 0.268804], atol=1e-6)
    assert set(found.df[0]) == {27.0}
    # t(27) at 97.5% is 2.0518305 in printed tables.
    half = 2.0518305 * np.array([0.383419, 4.724394, 0.436820, 0.268804])
    np.testing.assert_allclose(found.upper[0] - found.estimate[0], half, rtol=3e-6)


def test_california_under_reml_is_flagged(prop99: pd.DataFrame) -> None:
    """The likelihood rises to rho = 1 and the level shrinks to about -5.9: never silently."""
    design = build_design(prop99["year"], interventions=[1989], cycle=1)
    fit = fit_reml(prop99[["cigsale"]].to_numpy(), design.matrix)
    assert fit.rho_at_boundary[0]
    assert fit.coefficients[0, design.column("level_change_1")] == pytest.approx(-5.87, abs=0.05)


def test_barium_with_prais_winsten(shared: Path) -> None:
    """Wooldridge, example 12.4, printed to five decimals."""
    data = pd.read_csv(shared / "gold" / "barium_prais_winsten.csv")
    names = ["lchempi", "lgas", "lrtwex", "befile6", "affile6", "afdec6"]
    x = np.column_stack([np.ones(len(data)), data[names]])
    fit = fit_prais_winsten(data[["lchnimp"]].to_numpy(), x)
    assert fit.rho[0] == pytest.approx(0.2932, abs=5e-5)
    printed = [2.94095, 1.04638, 1.13279, -0.01648, -0.03316, -0.57681]
    np.testing.assert_allclose(fit.coefficients[0, 1:], printed, atol=6e-6)
    errors = [0.63284, 0.97734, 0.50666, 0.31938, 0.32181, 0.34199]
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[0]))[1:], errors, atol=6e-6)
