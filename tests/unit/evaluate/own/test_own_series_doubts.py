"""What is wrong with a table, or with a fit of it, is said in words: never a silent number, never a warning."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.errors import BcfEvalError
from bcf_eval.evaluate.its.fitting import METHODS
from bcf_eval.evaluate.own.leftover import LEFTOVER
from bcf_eval.periods import parse_period
from bcf_eval.results import ItsResult

N = 60
AT = "2013-10"
PERIODS = [str(parse_period("2011-04").shift(i)) for i in range(N)]
CHEAP = {"arima": {"order": "1,0,0"}, "bootstrap": {"draws": 199}}


def table_of(values: np.ndarray | list[float]) -> pd.DataFrame:
    return pd.DataFrame({"period": PERIODS[: len(values)], "value": values})


def autoregressive(*coefficients: float, seed: int = 4, level: float = 50.0) -> pd.DataFrame:
    noise = np.random.default_rng(seed).normal(size=N + 100)
    for t in range(len(coefficients), noise.size):
        noise[t] += sum(phi * noise[t - lag] for lag, phi in enumerate(coefficients, start=1))
    return table_of(level + noise[100:])


def detail(result: ItsResult, name: str) -> tuple[bool, str]:
    (found,) = (check for check in result.checks if check.name == name)
    return found.passed, found.detail


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([0.0] * N, "not testable"),
        ([7.0] * 7, "too few points: 7"),
    ],
)
def test_what_tells_nothing_is_one_row_with_its_reason(method: str, values: list[float], reason: str) -> None:
    at = AT if len(values) == N else "2011-07"
    result = bcf.fit_its(table_of(values), at=at, method=method, **CHEAP.get(method, {}))  # type: ignore[arg-type]
    assert len(result.terms) == 1
    assert result.terms["estimate"].isna().all()
    assert reason in result.terms["reason"].iloc[0]
    assert result.paths.empty
    assert result.sentences[0].startswith("not testable: ")


@pytest.mark.parametrize("method", [one for one in METHODS if one not in ("quasi-poisson", "negative-binomial")])
def test_a_constant_series_is_not_testable(method: str) -> None:
    result = bcf.fit_its(table_of([7.0] * N), at=AT, method=method, **CHEAP.get(method, {}))  # type: ignore[arg-type]
    assert "not testable: the series does not vary" in result.terms["reason"].iloc[0]
    assert len(result.terms) == 1


@pytest.mark.parametrize("at", [PERIODS[1], PERIODS[-1]])
def test_an_intervention_at_the_edge_cannot_be_told(at: str) -> None:
    reason = bcf.fit_its(autoregressive(0.3), at=at).terms["reason"]
    assert reason.tolist() == [
        "not testable: the terms cannot be told apart: an intervention lies at the edge, or two changes coincide"
    ]


@pytest.mark.parametrize("method", ["quasi-poisson", "negative-binomial"])
def test_negative_counts_and_denominators_of_nought_are_named(method: str) -> None:
    counts = pd.DataFrame({"period": PERIODS, "value": [5.0] * N, "people": [10.0] * N})
    counts.loc[4, "value"] = -1
    with pytest.raises(BcfEvalError, match=r"Column 'value', row 5: the count is -1.0; expected 0 or more\."):
        bcf.fit_its(counts, at=AT, method=method)
    counts.loc[4, ["value", "people"]] = [1, 0]
    with pytest.raises(BcfEvalError, match=r"row 5: the offset is 0\.0; expected a number above 0"):
        bcf.fit_its(counts, at=AT, method=method, offset="people")
    with pytest.raises(BcfEvalError, match=r"row 5: the weight is 0\.0; expected a number above 0"):
        bcf.fit_its(counts, at=AT, weights="people")


def test_values_that_are_no_counts_are_doubted() -> None:
    rates = autoregressive(0.0)
    passed, said = detail(bcf.fit_its(rates, at=AT, method="quasi-poisson"), "whole counts")
    assert not passed
    assert "60 of 60 values are no whole numbers" in said


def test_counts_that_end_at_nought_have_no_finite_effect() -> None:
    values = np.random.default_rng(1).poisson(20, N).astype(float)
    values[30:] = 0
    result = bcf.fit_its(table_of(values), at=AT, method="quasi-poisson", change="level")
    assert "separation" in result.terms["reason"].iloc[0]


def test_many_noughts_are_doubted_by_a_linear_model() -> None:
    values = np.random.default_rng(2).poisson(1.5, N).astype(float)
    passed, said = detail(bcf.fit_its(table_of(values), at=AT), "zeros")
    assert not passed
    assert f"The value is 0 in {int((values == 0).sum())} of 60 periods" in said


def test_independence_is_doubted_where_the_errors_are_not() -> None:
    """At rho = 0.7 and 60 months the restricted likelihood excludes nought."""
    table = autoregressive(0.7)
    result = bcf.fit_its(table, at=AT, method="ols", season=0)
    passed, said = detail(result, "independent errors")
    assert not passed
    assert "its intervals are too narrow" in said
    reml = bcf.fit_its(table, at=AT, season=0)
    assert detail(reml, "autocorrelation")[0]
    low, high = reml.diagnostics.loc[0, ["rho_lower", "rho_upper"]]
    assert 0 < low < reml.diagnostics.loc[0, "rho"] < high <= 1


def test_what_is_left_over_is_told() -> None:
    """An autocorrelation of -0.8 at lag 2 is none that AR(1) can hold: the test finds it in 60 months."""
    passed, said = detail(bcf.fit_its(autoregressive(0.2, -0.8), at=AT, season=0), "left over")
    assert not passed
    assert "see whether ar2 or arma11 say the same" in said
    passed, said = detail(bcf.fit_its(autoregressive(0.4, seed=7), at=AT, season=0), "left over")
    assert passed
    assert "no autocorrelation beyond chance" in said


@pytest.mark.parametrize("method", ["ar2", "prais-winsten"])
def test_words_give_the_autocorrelation_of_the_fit_itself(method: str) -> None:
    result = bcf.fit_its(autoregressive(0.4, seed=7), at=AT, season=0, method=method)
    own, other = result.terms["rho"].iloc[0], result.diagnostics["rho"].iloc[0]
    said = detail(result, "autocorrelation")[1]
    assert f"autocorrelation of {own:.2f}; by an AR(1) fit of the same terms, of {other:.2f}" in said


def test_other_models_of_errors_say_what_was_not_looked_at() -> None:
    for method in ("ar2", "arma11", "arima"):
        result = bcf.fit_its(autoregressive(0.4, seed=7), at=AT, season=0, method=method)
        assert f"Whether {method} leaves autocorrelation over is not tested" in detail(result, "for information")[1]
        assert "left over" not in {check.name for check in result.checks}


def test_a_right_model_is_doubted_as_often_as_it_is_said() -> None:
    """Of 200 right models 5% are, give or take a binomial standard error of 1.5 points."""
    tables = [autoregressive(0.4, seed=seed).assign(place=str(seed)) for seed in range(200)]
    found = bcf.fit_its(pd.concat(tables), at=AT, season=0, by="place").diagnostics["ljung_box_p_value"]
    assert 0.01 < found.lt(0.05).mean() < 0.10


def test_the_period_an_answer_hangs_on_is_named() -> None:
    table = autoregressive(0.0)
    table.loc[30, "value"] += 15
    result = bcf.fit_its(table, at=AT, season=0, method="ols")
    assert result.diagnostics.loc[0, "influential_period"] == PERIODS[30]
    assert "The answer hangs most on October 2013" in detail(result, "one period")[1]
    assert result.diagnostics.loc[0, "influence"] < 0


def test_of_many_series_only_what_did_not_hold_is_said() -> None:
    few, many = (
        bcf.fit_its(pd.concat([autoregressive(0.3, seed=i).assign(place=str(i)) for i in range(n)]), at=AT, by="place")
        for n in (2, 5)
    )
    assert sum(check.passed for check in few.checks) >= 2
    assert not any(check.passed for check in many.checks)
    assert list(many.diagnostics) == LEFTOVER
    assert len(many.diagnostics) == 5
    assert len(few.to_dict()["diagnostics"]) == 2


def test_at_the_boundary_no_method_is_silent() -> None:
    walk = np.cumsum(np.random.default_rng(12).normal(size=24)) + np.arange(24) * 3
    table = pd.DataFrame({"period": [str(1990 + i) for i in range(24)], "value": walk})
    for method in ("reml", "bootstrap", "prais-winsten", "ar2"):
        terms = bcf.fit_its(table, at="2002", method=method).terms.set_index("term")
        flagged = terms.loc["slope_change", "reason"].startswith("not testable")
        assert flagged == bool(np.isnan(terms.loc["slope_change", "p_value"]))
        if method in ("reml", "bootstrap"):
            assert flagged


def test_the_level_of_the_intervals_is_said() -> None:
    assert "90% interval" in bcf.fit_its(autoregressive(0.2), at=AT, level=0.9).sentences[0]


def test_a_pulse_of_one_period_hangs_on_it_and_is_not_compared() -> None:
    result = bcf.fit_its(autoregressive(0.2), at=AT, pulse=1)
    assert np.isnan(result.diagnostics.loc[0, "influence"])
    assert not any(check.name == "one period" for check in result.checks)


def test_the_order_that_the_data_chose_is_said() -> None:
    result = bcf.fit_its(autoregressive(0.6), at=AT, method="arima", season=0)
    passed, said = detail(result, "order")
    assert passed
    assert "order by AICc: (" in said


@pytest.mark.parametrize("values", [3 + 0.1 * np.arange(12), (-1.0) ** np.arange(12)])
def test_a_series_on_its_model_takes_no_other_with_it(values: np.ndarray) -> None:
    quarters = [str(parse_period("2005-Q1").shift(i)) for i in range(12)]
    noise = np.random.default_rng(1).normal(10, 1, 12)
    both = pd.concat(
        [
            pd.DataFrame({"period": quarters, "value": one, "place": name})
            for name, one in zip("ab", (values, noise), strict=True)
        ]
    )
    terms = bcf.fit_its(both, at="2006-Q3", by="place", method="prais-winsten", season=1).terms.set_index("series")
    assert terms.loc["a", "reason"] == "not testable: the series does not vary about the model"
    assert terms.loc["b", "estimate"].notna().all()


def test_few_years_far_apart_have_an_answer_or_a_reason() -> None:
    years = ["1955", "1962", "1965", "1972", "1975", "1982", "1987"]
    table = pd.DataFrame({"period": years, "value": np.random.default_rng(1).normal(5, 1, 7)})
    result = bcf.fit_its(table, at="1970")
    assert result.diagnostics["ljung_box_p_value"].isna().all()
    assert "left over" not in {check.name for check in result.checks}


@pytest.mark.parametrize("method", ["negative-binomial", "quasi-poisson"])
def test_what_is_no_number_is_not_said(method: str) -> None:
    """Counts of a hundred thousand millionth: what is left is rounding, and an interval reaches over all numbers."""
    tiny = table_of(np.random.default_rng(1).random(N) * 1e-11)
    result = bcf.fit_its(tiny, at=AT, method=method)
    said = " ".join([*result.sentences, *(check.detail for check in result.checks)])
    assert " nan" not in said and " inf" not in said
    assert not np.isinf(result.terms[["lower", "upper", "rate_ratio_lower", "rate_ratio_upper"]]).any(axis=None)
    assert not np.isinf(result.paths.select_dtypes(float)).any(axis=None)
    if method == "negative-binomial":
        assert "(cannot be tested)" in said
        change = result.terms.set_index("term").loc["level_change"]
        assert change["reason"].startswith("not testable: its interval has no end")
        assert np.isfinite(change["estimate"]) and np.isnan(change["p_value"])
