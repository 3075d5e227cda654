"""What is asked of a yearly count, what was known when it was asked, and why may there be no answer?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question, check_horizon, find_boundary_change
from bcf_eval.evaluate.targets.untold import NO_TARGET
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Ambition, Break, Metric
from bcf_eval.stats.counts.counts import NextCount, known_rate_p_value, known_share_p_value

NOT_COUNTS = "its numerator is no plain count of people, so that what sampling alone would bring is not known"
# Of a whole country sampling is next to nothing, and its own few years cannot tell its trend from one year's chance.
OF_ENGLAND = (
    "of a whole country sampling alone says next to nothing, and how much all boards move together in a year cannot "
    "be told from a few years"
)


@dataclass(frozen=True)
class KnownCount:
    """What is known of one area when a target is set for it.

    Attributes
    ----------
    next_count
        The baseline year's count, and what chance alone would bring after it.
    stated
        The value the target is set against, in the metric's unit.
    per_unit
        People that one unit of the metric stands for.
    """

    next_count: NextCount
    stated: float
    per_unit: float

    def count(self, value: float) -> float:
        """A value of the metric as people."""
        return value * self.per_unit


def ask_annual_question(panel: Panel, target: str, baseline_end: str | None) -> Question:
    """Read a target year and the last year that was known, and check that they make sense together.

    Parameters
    ----------
    panel
        Of a yearly metric.
    target
        A financial year.
    baseline_end
        The last year to be used; when left out, the last one in the data before the target.

    Raises
    ------
    RequestError
        If one is no financial year, the target does not lie after the other or too far ahead, or there are no data
        that early.
    """
    key, first, last = panel.metric.key, panel.periods[0], panel.periods[-1]
    period = parse_period(target)
    if period.kind != "financial_year":
        raise RequestError(f"'{key}' is returned by financial year; expected a target for one, such as 2016/17.")
    if baseline_end is None:
        before = [one for one in panel.periods if one < str(period)]
        if not before:
            raise RequestError(
                f"The target period {target} lies before the data that could be its baseline, which begin in {first}."
            )
        baseline_end = before[-1]
    end = parse_period(baseline_end)
    if end.kind != "financial_year":
        raise RequestError(f"The end of the baseline is '{baseline_end}'; expected a financial year, such as 2015/16.")
    if period.start <= end.start:
        raise RequestError(f"The target period {target} does not lie after the end of the baseline, {baseline_end}.")
    check_horizon(period, end)
    if str(end) not in panel.periods:
        raise RequestError(f"The baseline ends in {baseline_end}, but the data run from {first} to {last}.")
    return Question(period, end)


def read_known(panel: Panel, ambition: Ambition) -> KnownCount:
    """Read the counts of the baseline year, and the value that is stated or was observed."""
    column, metric = panel.column(ambition.area_code), panel.metric
    row = panel.periods.index(ambition.baseline_end)
    counted, people = float(panel.numerator[row, column]), float(panel.denominator[row, column])
    stated = ambition.baseline_value
    if math.isnan(stated) and ambition.baseline_period in panel.periods:
        stated = float(panel.value[panel.periods.index(ambition.baseline_period), column])
    return KnownCount(
        NextCount(counted, people, metric.statistic == "proportion"), stated, float(panel.events_per_unit[row, column])
    )


def find_obstacle(panel: Panel, ambition: Ambition, question: Question, known: KnownCount) -> str:
    """Say why there is no answer; ``""`` where there is one."""
    if not panel.metric.counts_people:
        return NOT_COUNTS
    if ambition.area_code == ENGLAND:
        return OF_ENGLAND
    moved = find_boundary_change(ambition.area_code, question)
    if moved:
        return moved
    for one in find_breaks_ahead(ambition, question, ("splits", "ends")):
        return f"between the baseline and the target, in {one.period}, {one.label}"
    if not (math.isfinite(known.next_count.count) and known.next_count.out_of > 0):
        return f"the counts of {ambition.baseline_end} are not known: suppressed, or not returned"
    if not math.isfinite(ambition.planned):
        return NO_TARGET
    return "" if math.isfinite(known.stated) else "the stated baseline has no value"


def find_breaks_ahead(ambition: Ambition, question: Question, effects: tuple[str, ...]) -> list[Break]:
    """Find breaks of some kinds after the earlier of the two baselines that the target year meets."""
    start = min(parse_period(ambition.baseline_period).start, question.end.start)
    last = question.target.start + question.target.n_months - 1
    found = load.breaks(ambition.metric)
    return [one for one in found if one.effect in effects and start < parse_period(one.period).start <= last]


def measure_naive(known: KnownCount, wanted: float, metric: Metric) -> float:
    """The p-value of the customary test, which takes the baseline year's figure as known without error.

    Parameters
    ----------
    wanted
        The target, as people.
    """
    counted = known.next_count
    if metric.statistic == "rate":
        return float(known_rate_p_value(counted.count, wanted, lower_is_better=metric.better == "lower"))
    return float(known_share_p_value(counted.count / counted.out_of, round(counted.out_of), wanted))


def asks_nothing(planned: float, stated: float, *, lower_is_better: bool) -> bool:
    """Whether a target asks for no improvement; one that repeats its baseline may differ from it by rounding."""
    sign = -1 if lower_is_better else 1
    return sign * planned <= sign * stated + 1e-9 * abs(stated)
