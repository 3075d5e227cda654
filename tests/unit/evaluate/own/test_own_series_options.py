"""What a researcher may ask of an impact model: each option against the same columns written out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.errors import BcfEvalError
from bcf_eval.evaluate.its.fitting import METHODS
from bcf_eval.periods import parse_period
from bcf_eval.stats.regression.least_squares import fit_ols
from bcf_eval.stats.regression.reml import fit_reml

T = np.arange(60)
AT = "2013-10"  # month 30 of the series


def months(n: int = 60) -> list[str]:
    return [str(parse_period("2011-04").shift(i)) for i in range(n)]


def noisy(values: np.ndarray, *, sd: float = 0.5, seed: int = 3) -> pd.DataFrame:
    return pd.DataFrame(
        {"period": months(values.size), "value": values + np.random.default_rng(seed).normal(0, sd, values.size)}
    )


STEP = noisy(10 + 0.1 * T + 5.0 * (T >= 30) + 0.05 * np.clip(T - 30, 0, None))
COUNTS = pd.DataFrame(
    {
        "period": months(),
        "value": np.random.default_rng(5).poisson(200 * np.exp(0.002 * T - 0.3 * (T >= 30))),
        "people": 1000.0,
    }
)
CHEAP = {"arima": {"order": "1,0,0", "season": 0}, "bootstrap": {"draws": 199}}


def by_hand(table: pd.DataFrame, *columns: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    kept = np.ones(len(table), bool) if rows is None else rows
    x = np.column_stack([np.ones(60), T, *columns])[kept]
    return np.asarray(fit_ols(table[["value"]].to_numpy()[kept], x).coefficients[0])


def estimates(table: pd.DataFrame, **choice: object) -> pd.Series:
    result = bcf.fit_its(table, **{"at": AT, "season": 0, "method": "ols", **choice})  # type: ignore[arg-type]
    return result.terms.set_index("term")["estimate"]


@pytest.mark.parametrize("method", [name for name in METHODS if name not in ("quasi-poisson", "negative-binomial")])
def test_every_method_finds_the_step(method: str) -> None:
    """A step of 5 with errors of 0.5: 1 is several standard errors by any of them."""
    result = bcf.fit_its(STEP, at=AT, method=method, **CHEAP.get(method, {}))  # type: ignore[arg-type]
    terms = result.terms.set_index("term")
    assert list(terms.index) == ["intercept", "trend", "level_change", "slope_change"]
    assert terms.loc["level_change", "estimate"] == pytest.approx(5, abs=1)
    assert terms.loc["level_change", "lower"] > 3
    assert len(result.paths) == 60
    assert np.isfinite(result.paths[["fitted", "counterfactual", "lower", "upper"]].to_numpy()).all()
    assert result.model.startswith("Model: a level and a trend")


@pytest.mark.parametrize("method", ["quasi-poisson", "negative-binomial"])
@pytest.mark.parametrize("lag", [None, 3])
def test_counts_are_told_as_factors(method: str, lag: int | None) -> None:
    """The true factor is exp(-0.3) = 0.74; 30 months of 200 each give a standard error of about 0.02."""
    result = bcf.fit_its(COUNTS, at=AT, method=method, offset="people", change="level", lag=lag)
    level = result.terms.set_index("term").loc["level_change"]
    assert level["rate_ratio"] == pytest.approx(np.exp(-0.3), abs=0.08)
    assert level["rate_ratio"] == pytest.approx(np.exp(level["estimate"]))
    assert "by a factor of 0.7" in result.sentences[0]
    assert "with the log of people as offset" in result.model
    assert ("up to lag 3" in result.model) == (lag == 3)
    # Paths are counts: without the fall there would have been a third more.
    last = result.paths.iloc[-1]
    assert last["counterfactual"] / last["fitted"] == pytest.approx(1 / level["rate_ratio"])
    assert last["lower"] < last["counterfactual"] < last["upper"]


def test_a_delay_begins_later_and_a_lag_is_one_where_no_covariance_has_it() -> None:
    expected = by_hand(STEP, T >= 32, np.clip(T - 32, 0, None))
    np.testing.assert_allclose(estimates(STEP, delay=2), expected, rtol=1e-9)
    np.testing.assert_allclose(estimates(STEP, lag=2), expected, rtol=1e-9)
    assert "the effect begins 2 months after, at December 2013" in bcf.fit_its(STEP, at=AT, lag=2).model
    plain = bcf.fit_its(STEP, at=AT, method="newey-west", lag=2)
    assert "begins" not in plain.model
    assert plain.model.endswith("lag 2.")
    both = bcf.fit_its(STEP, at=AT, method="newey-west", lag=2, delay=3)
    assert "begins 3 months after" in both.model


def test_a_phase_in_is_left_out_or_ramped_across() -> None:
    out = (T < 30) | (T >= 34)
    expected = by_hand(STEP, T >= 34, np.clip(T - 34, 0, None), rows=out)
    np.testing.assert_allclose(estimates(STEP, phase_in=4), expected, rtol=1e-9)
    ramp = np.clip((T - 29) / 5, 0, 1)
    expected = by_hand(STEP, ramp, np.clip(T - 34, 0, None))
    np.testing.assert_allclose(estimates(STEP, phase_in=4, phase_in_as="ramp"), expected, rtol=1e-9)
    result = bcf.fit_its(STEP, at=AT, phase_in=4)
    assert len(result.paths) == 56
    assert "the 4 months before February 2014 are left out while it comes in" in result.model
    assert result.sentences[0].startswith("By February 2014 the level")


def test_a_pulse_comes_and_goes() -> None:
    table = noisy(10 + 0.1 * T + 4.0 * ((T >= 30) & (T < 33)))
    found = estimates(table, pulse=3)
    assert list(found.index) == ["intercept", "trend", "pulse"]
    np.testing.assert_allclose(found, by_hand(table, (T >= 30) & (T < 33)), rtol=1e-9)
    result = bcf.fit_its(table, at=AT, pulse=3)
    assert result.sentences[0].startswith("From October 2013 to December 2013 the level")
    assert "The pulse holds 3 points" in result.sentences[0]


def test_a_break_is_a_nuisance_step() -> None:
    found = estimates(STEP, breaks=["2012-04"])
    assert list(found.index)[-1] == "break_1"
    np.testing.assert_allclose(found, by_hand(STEP, T >= 30, np.clip(T - 30, 0, None), T >= 12), rtol=1e-9)
    assert "a nuisance step at April 2012" in bcf.fit_its(STEP, at=AT, breaks="2012-04").model


@pytest.mark.parametrize("choice", [{"breaks": AT}, {"breaks": "2013-12", "phase_in": 4}])
def test_a_break_that_coincides_with_the_change_is_dropped_and_said(choice: dict[str, object]) -> None:
    result = bcf.fit_its(STEP, at=AT, **choice)  # type: ignore[arg-type]
    assert "break_1" not in set(result.terms["term"])
    assert "cannot be told from what began then" in result.sentences[0]
    assert any("cannot be told from what began" in check.detail for check in result.checks if not check.passed)


def test_a_break_with_few_points_on_a_side_is_left_out_and_said() -> None:
    result = bcf.fit_its(STEP, at=AT, breaks="2011-08")
    assert "break_1" not in set(result.terms["term"])
    assert "The break of August 2011 was left out: fewer than 6 points" in result.sentences[0]


def pair(seed: int = 9) -> pd.DataFrame:
    shared = np.random.default_rng(seed).normal(size=60)
    treated = noisy(20 + 0.2 * T + 3 * (T >= 30) + shared, seed=1).assign(place="here")
    control = noisy(10 + 0.1 * T + 1 * (T >= 30) + shared, seed=2).assign(place="there")
    return pd.concat([treated, control], ignore_index=True)


def test_a_control_is_taken_away() -> None:
    """Both forms estimate 3 less 1; the difference has errors of 0.7, the joint model of about 1.6."""
    joint = bcf.fit_its(pair(), at=AT, by="place", control="there", season=0)
    apart = bcf.fit_its(pair(), at=AT, by="place", control="there", control_as="difference", season=0)
    one, other = (result.terms.set_index("term") for result in (joint, apart))
    assert set(one["series"]) == {"here"}
    assert one.loc["difference_level_change", "estimate"] == pytest.approx(2, abs=2.2)
    assert other.loc["difference_level_change", "estimate"] == pytest.approx(2, abs=1)
    assert other.loc["difference_level_change", "std_error"] < one.loc["difference_level_change", "std_error"]
    for term in ("trend", "level_change", "slope_change"):
        whole = one.loc[f"control_{term}", "estimate"] + one.loc[f"difference_{term}", "estimate"]
        assert one.loc[term, "estimate"] == pytest.approx(whole)
    assert joint.sentences[0].startswith("here: compared with there, at October 2013")
    # The path without what began changes as the control did.
    last = joint.paths.iloc[-1]
    ahead = one["estimate"]["difference_level_change"] + 29 * one["estimate"]["difference_slope_change"]
    assert last["fitted"] - last["counterfactual"] == pytest.approx(ahead)


def test_a_month_without_its_control_is_a_gap() -> None:
    table = pair().drop(index=[70, 71])
    assert len(bcf.fit_its(table, at=AT, by="place", control="there").paths) == 58


def test_weights_are_those_of_the_fit() -> None:
    weights = np.random.default_rng(1).uniform(1, 4, 60)
    terms = bcf.fit_its(STEP.assign(w=weights), at=AT, weights="w", season=0).terms
    x = np.column_stack([np.ones(60), T, T >= 30, np.clip(T - 30, 0, None)])
    fit = fit_reml(STEP[["value"]].to_numpy(), x, weights=weights)
    np.testing.assert_allclose(terms["estimate"], fit.coefficients[0], rtol=1e-9)
    np.testing.assert_allclose(terms["std_error"], np.sqrt(np.diag(fit.covariance[0])), rtol=1e-9)
    same = bcf.fit_its(STEP.assign(w=7.0), at=AT, weights="w").terms
    np.testing.assert_allclose(same["std_error"], bcf.fit_its(STEP, at=AT).terms["std_error"], rtol=1e-6)


def test_the_bootstrap_is_seeded() -> None:
    first, again, other = (
        bcf.fit_its(STEP, at=AT, method="bootstrap", draws=199, seed=seed).terms["upper"] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_differencing_removes_the_intercept_and_says_so() -> None:
    result = bcf.fit_its(STEP, at=AT, method="arima", order=(0, 1, 1), season=0)
    terms = result.terms.set_index("term")
    assert terms.loc["intercept", "reason"] == "not testable: differencing removes it"
    assert terms.loc["level_change", "reason"] == ""
    assert result.paths["fitted"].mean() == pytest.approx(result.paths["observed"].mean())
    assert "of order (0, 1, 1)" in result.model


def test_a_seasonal_order_takes_the_place_of_the_fourier_season() -> None:
    result = bcf.fit_its(STEP, at=AT, method="arima", order="0,0,0", seasonal_order="1,0,0")
    assert "no season" in result.model
    assert "seasonal order (1, 0, 0)" in result.model


BAD = [
    ({"lag": 2, "delay": 3}, "said to begin 3 periods later .delay. and 2 .lag."),
    ({"delay": -1}, "delay is -1"),
    ({"phase_in": -1}, "phase_in is -1"),
    ({"pulse": 2, "phase_in": 2}, "A pulse has no phase-in"),
    ({"phase_in_as": "omit", "phase_in": 2}, "'omit' is none of"),
    ({"change": "none"}, "'none' is none of both, level, slope"),
    ({"delay": 40}, "delay of 40 periods reaches beyond the data: there are 29 periods after '2013-10'"),
    ({"delay": 10**12}, "delay of 1000000000000 periods reaches beyond the data"),
    ({"delay": 20, "phase_in": 20}, "The delay of 20 periods and the phase-in of 20 periods reaches beyond"),
    ({"pulse": 31}, "pulse of 31 periods reaches beyond the data: there are 29 periods after '2013-10'"),
    ({"phase_in_as": "ramp"}, r"A ramp \(phase_in_as\) needs to know how long it is: give phase_in"),
    (
        {"method": "bootstrap", "draws": 199, "level": 0.9999},
        "199 draws are too few for 99.99% intervals; expected at least 9,999 draws",
    ),
    ({"method": "bootstrap", "level": 0.9999999}, "9,999,999 draws; a lower level is needed"),
    ({"method": "arima", "order": "12,2,12"}, "ask for 24 terms of the errors, which 60 points cannot tell apart"),
    ({"method": "arima", "order": "4,1,4"}, r"ask for 8 terms .* \(at most 7\): give lower ones"),
    ({"method": "arima", "order": "1,0,0", "seasonal_order": "3,0,0"}, "at most 2,1,2"),
    ({"at": ["2013-04", "2013-08"], "phase_in": 4}, "lasts until '2013-08' begins"),
    ({"at": ["2013-04", "2013-08"], "pulse": 6}, "lasts beyond the beginning of '2013-08'"),
    ({"order": "1,0,0"}, "order goes with the method arima alone; the method is 'reml'"),
    ({"seasonal_order": "1,0,0"}, "seasonal_order goes with the method arima alone"),
    ({"method": "arima", "order": "1,0"}, "expected three whole numbers such as 2,1,0"),
    ({"method": "arima", "order": "1,a,0"}, "expected three whole numbers"),
    ({"method": "arima", "order": (1, 3, 0)}, "expected three whole numbers"),
    ({"draws": 500}, "draws goes with the method bootstrap alone"),
    ({"method": "bootstrap", "draws": 10}, "expected a whole number from 199"),
    ({"method": "bootstrap", "seed": -1}, "The seed is -1"),
    ({"weights": "value", "method": "ols"}, "weights goes with the method reml alone"),
    ({"weights": "people"}, "There is no column 'people'"),
    ({"control": "there"}, "name the column that tells them apart"),
    ({"control_as": "joint"}, "name the series with control"),
    ({"breaks": "2011-04"}, "Nothing can be said of '2011-04'"),
    ({"breaks": ["2012-04", "2012-04"]}, "A break is given twice"),
]


@pytest.mark.parametrize(("choice", "message"), BAD)
def test_what_does_not_go_together_is_one_line(choice: dict[str, object], message: str) -> None:
    with pytest.raises(BcfEvalError, match=message) as caught:
        bcf.fit_its(STEP, **{"at": AT, **choice})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_control_that_is_not_there_is_one_line() -> None:
    with pytest.raises(BcfEvalError, match=r"no series 'their' to be the control\. Did you mean 'there'"):
        bcf.fit_its(pair(), at=AT, by="place", control="their")
    alone = pair()[lambda table: table["place"] == "there"]
    with pytest.raises(BcfEvalError, match="There is no series beside the control"):
        bcf.fit_its(alone, at=AT, by="place", control="there")
    with pytest.raises(BcfEvalError, match="control_as is 'both'"):
        bcf.fit_its(pair(), at=AT, by="place", control="there", control_as="both")  # type: ignore[arg-type]
    with pytest.raises(BcfEvalError, match="A control and weights"):
        bcf.fit_its(pair(), at=AT, by="place", control="there", weights="value")


@pytest.mark.parametrize("scale", ["offset", "weights"])
def test_a_row_without_value_or_denominator_is_a_gap(scale: str) -> None:
    table = STEP.assign(people=np.linspace(100, 120, 60))
    empty = table.copy()
    empty.loc[7, ["value", "people"]] = np.nan
    found, known = (bcf.fit_its(one, at=AT, **{scale: "people"}).terms for one in (empty, table.drop(index=7)))  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(found, known)
    half = table.copy()
    half.loc[7, "people"] = np.nan
    with pytest.raises(BcfEvalError, match=r"Column 'people', row 8: the .* is nan; expected a number above 0"):
        bcf.fit_its(half, at=AT, **{scale: "people"})  # type: ignore[arg-type]


def test_an_order_too_large_for_one_series_is_its_own_row() -> None:
    short = STEP.iloc[20:44].assign(place="short")
    both = pd.concat([STEP.assign(place="long"), short])
    terms = bcf.fit_its(both, at=AT, by="place", method="arima", order="2,0,2", season=0).terms.set_index("series")
    assert terms.loc["long", "estimate"].notna().all()
    assert terms.loc["short", "reason"] == (
        "not testable: the orders ask for 4 terms of the errors, which 24 points cannot tell apart (at most 3)"
    )
