"""How is it said that a board changed otherwise than others? Sentences of a controlled series."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.controlled.comparators import Comparator
from bcf_eval.evaluate.controlled.neighbours import TRAITS, Traits
from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.periods import parse_period
from bcf_eval.results import FOR_INFORMATION
from bcf_eval.specs import Metric
from bcf_eval.stats.regression.controlled import DIFFERENCE
from bcf_eval.wording import write_change, write_interval, write_times

CAVEAT = (
    "Every board had the fund, and so had the boards it is compared with: a difference is what changed here and not "
    "there, never what the fund did."
)
_CLEAR = 0.05

Row = Mapping[Hashable, float]


def describe_model(metric: Metric, plan: FitPlan, area: str, comparator: Comparator) -> str:
    """Say what is fitted, before any number."""
    first, last = (parse_period(plan.periods[i]).label for i in (0, -1))
    began = parse_period(plan.interventions[0].start).label
    breaks = "".join(f", a step at {parse_period(one.period).label} ({one.label})" for one in plan.breaks)
    return (
        f"Model: {metric.label} in {area} and in {comparator.label}, taken together, from {first} to {last}: for each "
        f"a level, a trend, a season{breaks}, and a change of level and of slope at {began}; what is asked is by how "
        "much these differ. Errors follow one another with one autocorrelation. The joint model takes those of the "
        "two as independent and equally large: where one of the two varies much more, it takes itself to know more "
        "than it does. In the series of their difference what moves both alike cancels, and nothing of this is assumed."
    )


def describe_difference(
    metric: Metric, plan: FitPlan, area: str, others: str, reason: str, terms: pd.DataFrame, *, p_cal: float
) -> str:
    """Say by how much a board changed more than others, and whether the two moved alike before.

    Parameters
    ----------
    others
        The comparator, in words.
    reason
        Why it cannot be judged; empty where it can.
    terms
        Rows of one form, ``term`` with or without ``difference_`` in front.
    p_cal
        How often boards differ as much when nothing began; it decides what is clear, where it is known.
    """
    rows = {str(row["term"]).removeprefix(DIFFERENCE): row for row in terms.to_dict("records")}
    primary, trend = rows[str(terms["term"].iloc[-1]).removeprefix(DIFFERENCE)], rows["trend"]
    unit, month = metric.period_unit, parse_period(plan.interventions[0].start).label
    if not math.isfinite(primary["p_value"]):
        why = str(primary["reason"]).removeprefix("not testable: ") or reason
        return f"whether {area} changed otherwise than {others} cannot be tested: {why}."
    judged = _judge(primary["p_value"], p_cal)
    said = (
        f"the change of {metric.label} in {area} over the first 12 months from {month} differs from that in "
        f"{others} by {write_change(primary['estimate'])} {unit} ({_say_interval(primary)}): {judged}; one "
        f"at least this large would come {write_times(primary['p_value'])} if the two had changed alike and the model "
        "is right."
    )
    return f"{said} {_describe_trend(trend, unit)}"


def describe_record(row: pd.Series, n_dates: int) -> str:
    """Say how often boards differ as much at dates when nothing began; a sentence to go on with.

    Parameters
    ----------
    row
        ``p_cal, p_cal_low, p_cal_high, p_cal_reason``; see :func:`.calibrate_pairs`.
    n_dates
        How many dates.
    """
    if row["p_cal_reason"]:
        return f" This {row['p_cal_reason']}."
    if not math.isfinite(row["p_cal"]):
        return ""
    lowest, highest = (f"{100 * row[name]:.0f}" for name in ("p_cal_low", "p_cal_high"))
    return (
        f" At {n_dates} dates before the fund, when nothing began, such a comparison came out at least as far from no "
        f"difference {write_times(row['p_cal'])} over all boards (from {lowest} to {highest} by date)."
    )


def describe_members(
    comparator: Comparator, traits: Traits | None, named: tuple[str, ...]
) -> list[tuple[str, bool, str]]:
    """Say who is in a comparator, who is left out, and what neighbours could not be found by.

    Returns
    -------
    list
        Name, whether it held, and sentence of each check.
    """
    said = []
    if comparator.areas:
        said.append((FOR_INFORMATION, True, f"Compared with: {_list_names(comparator.areas)}."))
    left = tuple(code for code in named if code not in comparator.areas)
    if left:
        detail = f"Left out, as their figures are not complete in these months: {_list_names(left)}."
        said.append(("boards left out", False, detail))
    if traits is not None and traits.missing:
        lacking = "; ".join(TRAITS[name] for name in traits.missing)
        said.append(
            ("neighbours found by everything", False, f"Neighbours were found without, as not given: {lacking}.")
        )
    return said


def _list_names(codes: tuple[str, ...]) -> str:
    return ", ".join(sorted(load.areas()[code].name for code in codes))


def describe_comparator(metric: Metric, plan: FitPlan, others: str, terms: pd.DataFrame) -> str:
    """Say how the comparator itself changed."""
    row = terms.to_dict("records")[-1]
    month = parse_period(plan.interventions[0].start).label
    who = f"{others[0].upper()}{others[1:]}"
    if not math.isfinite(row["p_value"]):
        return f"How {others} changed cannot be told: {str(row['reason']).removeprefix('not testable: ')}."
    return (
        f"{who}, taken together, changed by {write_change(row['estimate'])} {metric.period_unit} over the first 12 "
        f"months from {month} against their own path (95% interval {write_interval(row['lower'], row['upper'])})."
    )


def _judge(p_value: float, p_cal: float) -> str:
    # Boards drift apart by themselves: what the model finds unlikely may have come often enough.
    known = p_cal if math.isfinite(p_cal) else p_value
    return "a statistically clear difference" if known < _CLEAR else "no clear difference"


def _say_interval(row: Row) -> str:
    if not (math.isfinite(row["lower"]) and math.isfinite(row["upper"])):
        return "without an interval"
    return f"95% interval {write_interval(row['lower'], row['upper'])}"


def _describe_trend(row: Row, unit: str) -> str:
    if not math.isfinite(row["p_value"]):
        return "Whether the two moved alike before cannot be told."
    said = (
        f"Before, it moved away from them by {write_change(row['estimate'], digits=2)} {unit} each month (95% interval "
        f"{write_interval(row['lower'], row['upper'], digits=2)}), and so much or more would "
        f"come {write_times(row['p_value'])} if the two had moved alike"
    )
    if row["p_value"] < _CLEAR:
        return f"{said}: they did not, so that the comparison carries two different paths on and is the weaker for it."
    return f"{said}: no sign that they did not."
