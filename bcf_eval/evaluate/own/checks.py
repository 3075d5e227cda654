"""What should a reader of a fit of their own series know? What cannot be told, and whether the model holds."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from bcf_eval.evaluate.own.choices import Choices
from bcf_eval.evaluate.own.leftover import AR1_METHODS, MOST_SERIES
from bcf_eval.evaluate.own.plan import POINTS_TO_JUDGE
from bcf_eval.periods import parse_period
from bcf_eval.results import FOR_INFORMATION, CheckResult

# The name of the checks whose words stand in the sentences too.
CAN_BE_TOLD = "can be told"

# Of more series only what did not hold is said.
_SAID_IN_FULL = 3
_ALPHA = 0.05
_ZEROS = 0.1
# Methods of which what is looked at, an AR(1) fit of the same terms, is another model; of arima also other terms.
_OTHER_ERRORS = ("ar2", "arma11")
_OWN_RHO = ("ar2", "prais-winsten")
_BY_AR1 = "by an AR(1) fit of the same terms"
_INDEPENDENT = ("ols", "quasi-poisson", "negative-binomial")


def list_checks(
    terms: pd.DataFrame, leftover: pd.DataFrame, choices: Choices, orders: list[str]
) -> tuple[CheckResult, ...]:
    """Say of each series what cannot be told, and what its fit leaves over.

    Parameters
    ----------
    terms
        One row a series and term: ``series, reason``.
    leftover
        One row a fitted series: :data:`~bcf_eval.evaluate.own.leftover.LEFTOVER`.
    choices
        What was fitted.
    orders
        In words, the models of the errors that the data chose.
    """
    noted = terms.loc[terms["reason"].ne(""), ["series", "reason"]].drop_duplicates()
    checks = [CheckResult(CAN_BE_TOLD, False, f"{row.series}: {row.reason}.") for row in noted.itertuples(index=False)]
    looked_at = [
        check
        for row in leftover.to_dict("records")
        for check in _check_one({str(key): value for key, value in row.items()}, choices)
    ]
    if terms["series"].nunique() > _SAID_IN_FULL:
        looked_at = [check for check in looked_at if not check.passed]
    if len(leftover) and leftover["ljung_box"].isna().all() and terms["series"].nunique() > MOST_SERIES:
        text = f"With more than {MOST_SERIES:,} series, what the fits leave over was not looked at."
        looked_at.append(CheckResult("left over", False, text))
    chosen = [CheckResult("order", True, f"Chosen by the data: {one}.") for one in orders]
    return (*checks, *chosen, *looked_at)


def _check_one(row: dict[str, Any], choices: Choices) -> list[CheckResult]:
    opening = "" if row["series"] == "all" else f"{row['series']}: "
    found = [_check_points(row, choices), *_check_values(row, choices), *_check_rho(row, choices)]
    found += [*_check_leftover(row, choices), *_check_influence(row, choices)]
    if not opening:
        return found
    return [CheckResult(one.name, one.passed, f"{opening}{one.detail[0].lower()}{one.detail[1:]}") for one in found]


def _check_points(row: dict[str, Any], choices: Choices) -> CheckResult:
    during = "during the pulse" if choices.impact.pulse else "after"
    text = f"{row['n_before']} points before and {row['n_after']} {during}"
    enough = min(row["n_before"], math.inf if choices.impact.pulse else row["n_after"]) >= POINTS_TO_JUDGE
    return CheckResult(
        "points", enough, f"{text}{'' if enough else f'; {POINTS_TO_JUDGE} of each are needed to judge'}."
    )


def _check_values(row: dict[str, Any], choices: Choices) -> list[CheckResult]:
    if choices.counts:
        if not row["n_fraction"]:
            return []
        text = f"{row['n_fraction']} of {row['n']} values are no whole numbers, which counts are: give the denominator "
        return [CheckResult("whole counts", False, f"{text}of a rate as its offset.")]
    if choices.control or row["n_zero"] <= _ZEROS * row["n"]:
        return []
    text = f"The value is 0 in {row['n_zero']} of {row['n']} periods, too many for a model that could go below"
    return [CheckResult("zeros", False, f"{text}; one of counts may suit it better.")]


def _check_rho(row: dict[str, Any], choices: Choices) -> list[CheckResult]:
    if choices.method == "arima" or not all(math.isfinite(row[name]) for name in ("rho", "rho_lower", "rho_upper")):
        return []
    of = "of the log rates " if choices.counts else ""
    known, by = f"Errors {of}follow the period before with an autocorrelation of {row['rho']:.2f}", ""
    if choices.method in _OWN_RHO and math.isfinite(row["rho_fit"]):
        own = f"Errors follow the period before with an autocorrelation of {row['rho_fit']:.2f}"
        known = f"{own}; {_BY_AR1}, of {row['rho']:.2f}"
    elif choices.method not in AR1_METHODS:
        by = f", {_BY_AR1}"
    interval = f"(95% interval {row['rho_lower']:.2f} to {row['rho_upper']:.2f}{by})"
    text = f"{known} {interval}".replace("-", "\N{MINUS SIGN}")
    independent = choices.method in _INDEPENDENT and choices.hac_lag is None
    if independent and row["rho_lower"] > 0:
        return [CheckResult("independent errors", False, f"{text}; this method takes them as independent, so that its "
                            "intervals are too narrow.")]  # fmt: skip
    return [CheckResult("autocorrelation", True, f"{text}.")]


def _check_leftover(row: dict[str, Any], choices: Choices) -> list[CheckResult]:
    p_value = row["ljung_box_p_value"]
    if choices.method == "arima":
        return [CheckResult(FOR_INFORMATION, True, "Whether arima leaves autocorrelation over is not tested.")]
    if choices.method in _OTHER_ERRORS and math.isfinite(p_value):
        found = "leaves some over" if p_value < _ALPHA else "leaves none over beyond chance"
        text = f"Whether {choices.method} leaves autocorrelation over is not tested; an AR(1) fit of the same terms "
        return [CheckResult(FOR_INFORMATION, True, f"{text}{found} (Ljung-Box).")]
    if choices.method not in AR1_METHODS or not math.isfinite(p_value):
        return []
    what = "an AR(1) fit of the same terms" if choices.method == "prais-winsten" else "the model"
    lags = f"lags 1 to {row['ljung_box_lags']:.0f}, Ljung-Box"
    if p_value >= _ALPHA:
        text = f"What {what} leaves over shows no autocorrelation beyond chance ({lags}): about {100 * p_value:.0f} "
        return [CheckResult("left over", True, f"{text}in 100 right models leave as much.")]
    # The test is a little too ready to find something far out in its tail: no exact number is given there.
    text = f"Autocorrelation is left over ({lags}): a right model would rarely leave as much; see whether ar2 or "
    return [CheckResult("left over", False, f"{text}arma11 say the same.")]


def _check_influence(row: dict[str, Any], choices: Choices) -> list[CheckResult]:
    # Of arima: what leaving a period out would do under other errors says little.
    if choices.counts or choices.method == "arima" or not math.isfinite(row["influence"]):
        return []
    without = row["effect"] + row["influence"]
    period = parse_period(row["influential_period"]).label
    impact = choices.impact
    effect = "pulse" if impact.pulse else "change of slope" if impact.change == "slope" else "change of level"
    by = "" if choices.method in AR1_METHODS else f", {_BY_AR1}"
    text = f"The answer hangs most on {period}{by}: without it the {effect} would be {without:+.3g}, not "
    text = f"{text}{row['effect']:+.3g}".replace("-", "\N{MINUS SIGN}")
    half = (row["upper"] - row["lower"]) / 2
    turned = math.isfinite(half) and (abs(row["effect"]) > half) != (abs(without) > half)
    return [CheckResult("one period", not turned, f"{text}{', enough to turn the answer' if turned else ''}.")]
