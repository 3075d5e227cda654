"""A researcher's own table: terms by name, every kind of period, every mistake in one line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.errors import BcfEvalError
from bcf_eval.evaluate.own.frames import TERMS
from bcf_eval.periods import Period, parse_period
from bcf_eval.stats.regression.least_squares import fit_ols


def series_from(first: str, n: int, *, level: float = 5.0, seed: int = 0) -> pd.DataFrame:
    """A line 10 + 0.2 t with a step of ``level`` half-way and small noise."""
    start: Period = parse_period(first)
    t = np.arange(n)
    noise = np.random.default_rng(seed).normal(size=n) * 0.1
    value = 10 + 0.2 * t + level * (t >= n // 2) + noise
    return pd.DataFrame({"period": [str(start.shift(int(i))) for i in t], "value": value})


@pytest.mark.parametrize(
    ("first", "n", "at"),
    [
        ("2011-04", 48, "2013-04"),
        ("2011-Q2", 40, "2016-Q2"),
        ("2011/12-Q1", 40, "2016/17-Q1"),
        ("1990/91", 20, "2000/01"),
        ("1990", 20, "2000"),
    ],
)
def test_every_kind_of_period_is_read(first: str, n: int, at: str) -> None:
    terms = bcf.fit_its(series_from(first, n), at=at).tidy().set_index("term")
    assert list(terms.index) == ["intercept", "trend", "level_change", "slope_change"]
    assert terms.loc["level_change", "estimate"] == pytest.approx(5.0, abs=0.4)
    assert terms.loc["trend", "estimate"] == pytest.approx(0.2, abs=0.05)
    assert terms.loc["intercept", "estimate"] == pytest.approx(10, abs=0.3)


def test_several_interventions_are_numbered_by_date() -> None:
    result = bcf.fit_its(series_from("2011-04", 60), at=["2014-10", "2012-10"])
    assert result.interventions == ("2012-10", "2014-10")
    assert result.terms["term"].tolist() == [
        "intercept", "trend", "level_change_1", "slope_change_1", "level_change_2", "slope_change_2"
    ]  # fmt: skip
    assert list(result.terms) == TERMS


def test_order_of_rows_does_not_matter_and_gaps_count() -> None:
    table = series_from("2011-04", 48)
    plain = bcf.fit_its(table, at="2013-04", method="ols", season=0).terms
    shuffled = bcf.fit_its(table.sample(frac=1, random_state=1), at="2013-04", method="ols", season=0).terms
    pd.testing.assert_frame_equal(plain, shuffled)
    gappy = table.drop(index=[4, 5, 30])
    terms = bcf.fit_its(gappy, at="2013-04", method="ols", season=0).terms["estimate"]
    t = gappy.index.to_numpy(float)
    x = np.column_stack([np.ones(t.size), t, t >= 24, np.clip(t - 24, 0, None)])
    np.testing.assert_allclose(terms, fit_ols(gappy[["value"]].to_numpy(), x).coefficients[0], rtol=1e-9)


def test_an_offset_divides() -> None:
    table = series_from("2011-04", 48).assign(people=200.0)
    whole = bcf.fit_its(table, at="2013-04").terms["estimate"]
    divided = bcf.fit_its(table, at="2013-04", offset="people").terms["estimate"]
    np.testing.assert_allclose(divided, whole / 200, rtol=1e-6)


def test_a_series_that_cannot_be_fitted_is_one_row_with_its_reason() -> None:
    good = series_from("2011-04", 48).assign(place="good")
    short = series_from("2013-01", 6).assign(place="short")
    flat = series_from("2011-04", 48).assign(place="flat", value=3.0)
    result = bcf.fit_its(pd.concat([good, short, flat]), at="2013-04", by="place")
    counts = result.terms["series"].value_counts()
    assert counts.to_dict() == {"good": 4, "short": 1, "flat": 1}
    reasons = result.terms.set_index("series")["reason"]
    assert "too few points: 6" in reasons["short"]
    assert "does not vary" in reasons["flat"]
    assert len(result.sentences) == 3
    assert [check.detail.split(":")[0] for check in result.checks if not check.passed] == ["short", "flat"]


def test_a_lag_too_long_for_the_series_is_refused() -> None:
    """Beyond about a quarter of the points the Newey-West variance shrinks towards nothing."""
    result = bcf.fit_its(series_from("2011-04", 48), at="2013-04", method="newey-west", lag=13)
    assert "a lag of 13 is too long for 48 points; at most 12" in result.terms["reason"].iloc[0]


def test_two_columns_of_one_name_are_refused() -> None:
    table = series_from("2011-04", 48)
    with pytest.raises(BcfEvalError, match="two columns named 'value'"):
        bcf.fit_its(pd.concat([table, table["value"]], axis=1), at="2013-04")
    with pytest.raises(BcfEvalError, match="expected a data frame"):
        bcf.fit_its([1, 2], at="2013-04")  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["newey-west", "prais-winsten"])
def test_methods_that_need_every_period_say_so(method: str) -> None:
    result = bcf.fit_its(series_from("2011-04", 48).drop(index=10), at="2013-04", method=method)
    assert "needs every period; 1 of 48 are missing" in result.terms["reason"].iloc[0]


def test_a_drifting_series_keeps_its_level_and_loses_its_slope() -> None:
    walk = np.cumsum(np.random.default_rng(12).normal(size=24)) + np.arange(24) * 3
    table = pd.DataFrame({"period": [str(1990 + i) for i in range(24)], "value": walk})
    terms = bcf.fit_its(table, at="2002").terms.set_index("term")
    assert terms.loc["level_change", "rho"] >= 0.98
    assert np.isnan(terms.loc["slope_change", "p_value"])
    assert "not testable" in terms.loc["slope_change", "reason"]
    assert np.isfinite(terms.loc["level_change", "p_value"])
    assert "with care" in terms.loc["level_change", "reason"]


def test_few_points_are_an_estimate_with_a_caution() -> None:
    terms = bcf.fit_its(series_from("1990", 20), at="2007").terms
    assert terms["p_value"].notna().all()
    assert terms["reason"].eq("only 17 points before and 3 after: an estimate, too little to judge by").all()


def test_results_show_themselves_as_words_and_a_table() -> None:
    result = bcf.fit_its(series_from("2011-04", 48), at="2013-04")
    assert "At April 2013 the level is estimated to have changed by +" in str(result)
    assert result._repr_html_().count("<table") == 1
    assert "Model: a level and a trend" in result.to_dict()["model"]


BAD = [
    ({"value": "valu"}, "There is no column 'valu'. Did you mean 'value'"),
    ({"at": "2031-04"}, "run from 2011-04 to 2015-03"),
    ({"at": "2011-04"}, "run from 2011-04 to 2015-03"),
    ({"at": "2013"}, "'2013' is a year, but the periods of the table are months"),
    ({"at": []}, "at least one"),
    ({"at": ["2013-04", "2013-04"]}, "given twice"),
    ({"method": "glm"}, "There is no method 'glm'"),
    ({"season": -1}, "expected 0 or more"),
    ({"lag": -1}, "expected a whole number, 0 or more"),
    ({"season": 7}, "at most 6 for a month"),
    ({"season": 1.5}, "at most 6"),
    ({"level": 95}, "between 0.5 and 1"),
    ({"value": ["value"]}, "not the name of a column"),
    ({"at": None}, "at least one"),
]


@pytest.mark.parametrize(("choice", "message"), BAD)
def test_a_wrong_choice_is_one_line(choice: dict[str, object], message: str) -> None:
    with pytest.raises(BcfEvalError, match=message) as caught:
        bcf.fit_its(series_from("2011-04", 48), **{"at": "2013-04", **choice})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("row", "column", "cell", "message"),
    [
        (3, "value", "seven", "row 4: 'seven' is not a finite number"),
        (3, "value", "inf", "row 4: 'inf' is not a finite number"),
        (3, "period", "2011-13", "row 4: '2011-13' is not a period"),
        (3, "period", "2011", "mixes months and years"),
        (3, "period", "2011-04", "Period 2011-04 comes twice in series 'all', row 4"),
        (3, "people", "0", "the offset is 0; expected a number above 0"),
        (3, "people", "-2", "expected a number above 0"),
    ],
)
def test_a_wrong_cell_is_named(row: int, column: str, cell: str, message: str) -> None:
    table = series_from("2011-04", 48).assign(people="100").astype(str)
    table.loc[row, column] = cell
    with pytest.raises(BcfEvalError, match=message):
        bcf.fit_its(table, at="2013-04", offset="people")


def test_an_empty_cell_is_a_gap() -> None:
    table = series_from("2011-04", 48).astype(str)
    table.loc[[3, 7], "value"] = ["", "NA"]
    result = bcf.fit_its(table, at="2013-04")
    assert len(result.paths) == 46
