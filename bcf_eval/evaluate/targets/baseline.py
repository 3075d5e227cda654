"""What was known when a target was set, and over which months is it meant? Everything an ambition test reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import Period, parse_period
from bcf_eval.specs import Break, Protocol

Array = npt.NDArray[np.float64]

# How far ahead a target may begin.
_FARTHEST_YEARS = 10


@dataclass(frozen=True)
class Question:
    """One target period and one last known month, for any number of areas.

    Attributes
    ----------
    target
        The period the target is about.
    end
        The last month that was known; of a yearly metric the last year.
    """

    target: Period
    end: Period

    @property
    def months(self) -> list[str]:
        """Months of the target period."""
        return self.target.months

    @property
    def horizons(self) -> npt.NDArray[np.int64]:
        """Months ahead of ``end``, shape ``(H,)``."""
        return np.arange(self.target.n_months) + (self.target.start - self.end.start)


@dataclass(frozen=True)
class Baseline:
    """The months a forecast stands on.

    Attributes
    ----------
    periods
        Written ``YYYY-MM``, up to and with the last known one.
    breaks
        Those inside that need a nuisance step.
    reason
        Why nothing can be tested, ``""`` when it can.
    """

    periods: tuple[str, ...]
    breaks: tuple[Break, ...]
    reason: str


def ask_question(panel: Panel, target: str, baseline_end: str | None) -> Question:
    """Read a target period and a baseline's end, and check that they make sense together.

    Parameters
    ----------
    panel
        The metric's data.
    target
        A month, a quarter or a financial year.
    baseline_end
        The last month to be used; when left out, the last one in the data before the target.

    Raises
    ------
    RequestError
        If the target does not lie after the baseline or too far ahead, or there are no data that early.
    """
    period = parse_period(target)
    if period.kind == "year":
        raise RequestError(f"A target for the calendar year {target} is not supported; use a financial year, YYYY/YY.")
    first, last = panel.periods[0], panel.periods[-1]
    if baseline_end is None:
        before = [one for one in panel.periods if one < period.months[0]]
        if not before:
            raise RequestError(
                f"The target period {target} lies before the data that could be its baseline, which begin in {first}."
            )
        baseline_end = before[-1]
    end = parse_period(baseline_end)
    if end.kind != "month":
        raise RequestError(f"The end of the baseline is '{baseline_end}'; expected a month, YYYY-MM.")
    if period.start <= end.start:
        raise RequestError(f"The target period {target} does not lie after the end of the baseline, {baseline_end}.")
    check_horizon(period, end)
    if str(end) not in panel.periods:
        raise RequestError(f"The baseline ends in {baseline_end}, but the data run from {first} to {last}.")
    return Question(period, end)


def check_horizon(target: Period, end: Period) -> None:
    """Refuse a target period that no forecast can reach.

    Raises
    ------
    RequestError
        If it begins more than ten years after the last period that was known.
    """
    if target.start - (end.start + end.n_months - 1) > 12 * _FARTHEST_YEARS:
        raise RequestError(
            f"The target period {target} begins more than {_FARTHEST_YEARS} years after the end of the baseline, "
            f"{end}; no forecast reaches that far."
        )


def choose_baseline(panel: Panel, question: Question, protocol: Protocol, *, most: int | None = None) -> Baseline:
    """Choose the months a forecast stands on: since the last split, at most six years.

    Parameters
    ----------
    panel, question
        The data and what is asked of them.
    protocol
        States how many months are needed, and used at the most.
    most
        Another greatest number of months; 0 for no limit.
    """
    limit = protocol.ambition_max_points if most is None else most
    end, target_end = str(question.end), question.months[-1]
    known = [one for one in panel.periods if one <= end]
    splits = [one for one in load.breaks(panel.metric.key) if one.effect in ("splits", "ends")]
    between = [one for one in splits if end < one.period <= target_end]
    inside = [one.period for one in splits if one.period <= end]
    if inside:
        known = [one for one in known if one >= max(inside)]
    chosen = tuple(known[-limit:] if limit else known)
    steps = tuple(
        one
        for one in load.breaks(panel.metric.key)
        if one.effect == "steps" and _identified(one, chosen, panel.metric.key, protocol)
    )
    reason = ""
    if between:
        month = parse_period(between[0].period).label
        reason = f"between the baseline and the target, in {month}, {between[0].label}"
    elif len(chosen) < protocol.ambition_min_points:
        reason = f"too few points: {len(chosen)} months of baseline; {protocol.ambition_min_points} are needed"
    return Baseline(chosen, steps, reason)


def find_boundary_change(area_code: str, question: Question) -> str:
    """Say why an area of the baseline is not that of the target; ``""`` when it is, or only its code changed."""
    last = question.months[-1]
    for row in load.rows("area_changes"):
        if row["old"] == area_code and row["kind"] != "recode" and row["from_period"] <= last:
            return f"the area's boundary changed in {parse_period(row['from_period']).label}"
    return ""


def check_stated(panel: Panel, question: Question, stated: str) -> None:
    """Refuse a stated baseline that was not known, or is not in the data.

    Raises
    ------
    RequestError
        One line that says which.
    """
    period, kind = parse_period(stated), question.end.kind
    if kind == "financial_year" and period.kind != kind:
        raise RequestError(f"The baseline period is '{stated}'; expected a financial year, such as 2015/16.")
    if period.start + period.n_months > question.end.start + question.end.n_months:
        last = "year" if kind == "financial_year" else kind
        raise RequestError(f"The baseline period {stated} does not end by {question.end}, the last {last} to be used.")
    if period.start < parse_period(panel.periods[0]).start:
        raise RequestError(f"The baseline period {stated} lies before the data, which begin in {panel.periods[0]}.")


def find_steps_ahead(metric: str, question: Question) -> list[Break]:
    """Changes in counting after the last known month that the target period still meets."""
    end, last = str(question.end), question.months[-1]
    return [one for one in load.breaks(metric) if one.effect == "steps" and end < one.period <= last]


def _identified(one: Break, periods: tuple[str, ...], metric: str, protocol: Protocol) -> bool:
    # A break in the month an intervention began is not entered anywhere: see the table of breaks.
    if one.period in {other.start for other in load.interventions(metric)}:
        return False
    after = sum(period >= one.period for period in periods)
    return min(after, len(periods) - after) >= protocol.min_points_step


def step_columns(baseline: Baseline, rows: npt.NDArray[np.intp]) -> Array:
    """The nuisance steps of a baseline at its observed months, shape ``(n, b)``."""
    columns = [[float(baseline.periods[i] >= one.period) for i in rows] for one in baseline.breaks]
    return np.array(columns, float).reshape(len(columns), rows.size).T
