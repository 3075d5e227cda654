"""The published analyses as a researcher would repeat them, through ``fit_its``; see ``gold/README.md``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf

from .validation import Record

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def prop99(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "gold" / "prop99_california.csv")


@pytest.fixture(scope="module")
def sicily(shared: Path) -> pd.DataFrame:
    table = pd.read_csv(shared / "gold" / "sicily.csv")
    return table.assign(period=table["year"].astype(str) + "-" + table["month"].astype(str).str.zfill(2))


def test_california_with_newey_west(prop99: pd.DataFrame, record: Record) -> None:
    """Linden 2015, itsa, printed to six decimals; the level to four."""
    result = bcf.fit_its(prop99, at="1989", period="year", value="cigsale", method="newey-west")
    terms = result.terms.set_index("term").loc[["trend", "level_change", "slope_change"]]
    printed = [("-1.779474", "0.383419"), ("-20.0581", "4.724394"), ("-1.494652", "0.436820")]
    for (name, row), (estimate, std_error) in zip(terms.iterrows(), printed, strict=True):
        case = f"Proposition 99, through fit_its: {str(name).replace('_', ' ')}"
        record.figure(case, "Linden 2015 (itsa)", estimate, row["estimate"])
        record.figure(f"{case}, standard error", "Linden 2015 (itsa)", std_error, row["std_error"])
    assert set(terms["df"]) == {27.0}
    assert "Newey-West errors, lag 1" in result.model


def test_california_under_reml_is_never_silent(prop99: pd.DataFrame, record: Record) -> None:
    """The likelihood rises to rho = 1 and the level shrinks to about -5.9."""
    result = bcf.fit_its(prop99, at="1989", period="year", value="cigsale")
    terms = result.terms.set_index("term")
    level = float(terms.loc["level_change", "estimate"])
    case = "Proposition 99, through fit_its, REML: level change, flagged"
    record.figure(case, "restricted likelihood as rho nears 1", "-5.9", level)
    assert np.isnan(terms.loc["slope_change", "p_value"])
    assert "The series drifts" in result.sentences[0]
    assert any("boundary" in check.detail for check in result.checks if not check.passed)


PUBLISHED = [
    ({"season": 0, "change": "level"}, "level_change", (0.894377, 0.839189, 0.953193)),
    ({"change": "level"}, "level_change", (0.885072, 0.839401, 0.933227)),
    ({}, "slope_change", (1.001483, 0.997850, 1.005130)),
]


@pytest.mark.parametrize(("choice", "term", "ratios"), PUBLISHED)
def test_sicily_with_an_offset(
    sicily: pd.DataFrame, choice: dict[str, object], term: str, ratios: tuple[float, float, float]
) -> None:
    """Lopez Bernal, Cummins & Gasparrini 2017, corrected 2020, to six decimals."""
    result = bcf.fit_its(
        sicily,
        at="2005-01",
        value="aces",
        offset="stdpop",
        method="quasi-poisson",
        **choice,  # type: ignore[arg-type]
    )
    found = result.terms.set_index("term").loc[term, ["rate_ratio", "rate_ratio_lower", "rate_ratio_upper"]]
    np.testing.assert_allclose(found.to_numpy(float), ratios, atol=5.1e-7)


def test_sicily_level_a_month_into_the_ban(sicily: pd.DataFrame) -> None:
    """They count the ramp from 1 at the first month, this from 0: their level is ours less one month's slope."""
    result = bcf.fit_its(sicily, at="2005-01", value="aces", offset="stdpop", method="quasi-poisson")
    ratio = result.terms.set_index("term")["rate_ratio"]
    assert ratio["level_change"] / ratio["slope_change"] == pytest.approx(0.876464, abs=1e-6)
