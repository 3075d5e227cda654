"""Is a target for a yearly count more than sampling chance? Too few years tell trend, and that is said."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.baseline import Question, find_boundary_change
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.units import word_tests
from bcf_eval.evaluate.untested import refuse_ambition
from bcf_eval.periods import parse_period
from bcf_eval.results import FOR_INFORMATION, AmbitionTest, CheckResult
from bcf_eval.specs import Ambition, Break, Metric, Protocol
from bcf_eval.stats.counts import NextCount, known_rate_p_value, known_share_p_value
from bcf_eval.wording import (
    AMBITION_LABELS,
    SAMPLING_ALONE,
    count_target,
    name_count,
    write_chance,
    write_count,
    write_times,
)

METHOD = (
    "chance in the counts alone: {distribution} for the same number of people, the sampling error of the baseline "
    "year included; no trend, boards not pooled"
)
DISTRIBUTIONS = {"proportion": "beta-binomial", "rate": "negative binomial"}
NOT_COUNTS = "its numerator is no plain count of people, so that what sampling alone would bring is not known"


@dataclass(frozen=True)
class _Known:
    """What is known of one area when a target is set for it."""

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
        If one is no financial year, the target does not lie after the other, or there are no data that early.
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
    if str(end) not in panel.periods:
        raise RequestError(f"The baseline ends in {baseline_end}, but the data run from {first} to {last}.")
    return Question(period, end)


def evaluate_annual_ambitions(panel: Panel, ambitions: list[Ambition], protocol: Protocol) -> list[AmbitionTest]:
    """Test ambitions of a yearly metric, each by itself.

    Parameters
    ----------
    panel
        The metric's data.
    ambitions
        Of any areas and years.
    protocol
        The choices.

    Returns
    -------
    list of AmbitionTest
        In the order given. ``n_baseline`` is 1: the baseline year alone is used.
    """
    return word_tests([_test(panel, one, protocol) for one in ambitions], panel.metric)


def _test(panel: Panel, ambition: Ambition, protocol: Protocol) -> AmbitionTest:
    metric = panel.metric
    method = METHOD.format(distribution=DISTRIBUTIONS.get(metric.statistic, "no model"))
    question = ask_annual_question(panel, ambition.period, ambition.baseline_end)
    known = _read_known(panel, ambition)
    refused = refuse_ambition(ambition, _find_obstacle(panel, ambition, question, known), method=method)
    refused = replace(refused, baseline=known.stated)
    if refused.reason:
        return refused
    lower_is_better = metric.better == "lower"
    wanted = known.count(ambition.planned)
    chance = known.next_count.chance(wanted, lower_is_better=lower_is_better)
    naive = _naive(known, wanted, metric)
    verdict = _judge(ambition.planned, known.stated, chance, protocol, lower_is_better=lower_is_better)
    answered = replace(
        refused,
        baseline_start=ambition.baseline_end,
        n_baseline=1,
        verdict=verdict,
        events_per_unit=known.per_unit,
        calibration_reason=SAMPLING_ALONE,
        naive={
            "p_value": naive,
            "verdict": "statistically significant" if naive < protocol.alpha else "not statistically significant",
        },
        checks=_checks(panel, ambition, question, known, naive, chance),
    )
    if verdict == "not testable":
        reason = (
            f"sampling alone would rarely bring it ({write_chance(chance, floor=protocol.chance_floor)}), "
            "but a few years cannot tell whether the trend would"
        )
        return replace(answered, reason=reason)
    least = known.next_count.least_beyond(alpha=protocol.alpha, lower_is_better=lower_is_better) / known.per_unit
    # Nor is a target an ambition that does not improve on its own baseline.
    within = known.stated * (1 - 1e-8 if lower_is_better else 1 + 1e-8)
    least = min(least, within) if lower_is_better else max(least, within)
    low, high = known.next_count.interval(level=protocol.interval)
    usual = known.next_count.count / known.per_unit
    fragility = _check_fragility(chance, protocol) if verdict == "within variation" else []
    return replace(
        answered,
        checks=[*answered.checks, *fragility],
        expected=usual,
        lower=low / known.per_unit,
        upper=high / known.per_unit,
        chance=float(np.clip(chance, protocol.chance_floor, 1 - protocol.chance_floor)),
        fragile=bool(fragility),
        smallest_meaningful=least,
        smallest_meaningful_days=known.count(least),
        trends={"continues": math.nan, "damped": math.nan, "none": usual},
    )


def _read_known(panel: Panel, ambition: Ambition) -> _Known:
    column, metric = panel.column(ambition.area_code), panel.metric
    row = panel.periods.index(ambition.baseline_end)
    counted, people = float(panel.numerator[row, column]), float(panel.denominator[row, column])
    stated = ambition.baseline_value
    if math.isnan(stated) and ambition.baseline_period in panel.periods:
        stated = float(panel.value[panel.periods.index(ambition.baseline_period), column])
    return _Known(
        NextCount(counted, people, metric.statistic == "proportion"), stated, float(panel.events_per_unit[row, column])
    )


def _find_obstacle(panel: Panel, ambition: Ambition, question: Question, known: _Known) -> str:
    """Why there is no answer; ``""`` where there is one."""
    if not panel.metric.counts_people:
        return NOT_COUNTS
    moved = find_boundary_change(ambition.area_code, question)
    if moved:
        return moved
    for one in _breaks_ahead(ambition, question, ("splits", "ends")):
        return f"between the baseline and the target, in {one.period}, {one.label}"
    if not (math.isfinite(known.next_count.count) and known.next_count.out_of > 0):
        return f"the counts of {ambition.baseline_end} are not known: suppressed, or not returned"
    return "" if math.isfinite(known.stated) else "the stated baseline has no value"


def _breaks_ahead(ambition: Ambition, question: Question, effects: tuple[str, ...]) -> list[Break]:
    """Breaks of some kinds after the earlier of the two baselines that the target year meets."""
    start = min(parse_period(ambition.baseline_period).start, question.end.start)
    last = question.target.start + question.target.n_months - 1
    found = load.breaks(ambition.metric)
    return [one for one in found if one.effect in effects and start < parse_period(one.period).start <= last]


def _judge(planned: float, stated: float, chance: float, protocol: Protocol, *, lower_is_better: bool) -> str:
    sign = -1 if lower_is_better else 1
    # A target that repeats the baseline may differ from it by rounding.
    if sign * planned <= sign * stated + 1e-9 * abs(stated):
        return "no improvement"
    return "within variation" if chance >= protocol.alpha else "not testable"


def _check_fragility(chance: float, protocol: Protocol) -> list[CheckResult]:
    """Say of a target that chance can bring with which other limits chance would be said to bring it rarely."""
    limits = " or ".join(f"{100 * one:g}%" for one in protocol.ambition_alphas if chance < one)
    if not limits:
        return []
    label = AMBITION_LABELS["not testable"]
    detail = f'With a limit of {limits} it would be "{label}": sampling alone would be said to bring it rarely.'
    return [CheckResult("fragility", False, detail)]


def _naive(known: _Known, wanted: float, metric: Metric) -> float:
    """The customary test, which takes the baseline year's figure as known without error."""
    counted = known.next_count
    if metric.statistic == "rate":
        return float(known_rate_p_value(counted.count, wanted, lower_is_better=metric.better == "lower"))
    return float(known_share_p_value(counted.count / counted.out_of, round(counted.out_of), wanted))


def _checks(
    panel: Panel, ambition: Ambition, question: Question, known: _Known, naive: float, chance: float
) -> list[CheckResult]:
    metric, year = panel.metric, ambition.baseline_end
    of_people = f"of {write_count(known.next_count.out_of)}"
    wanted = known.count(ambition.planned)
    direction = "low" if metric.better == "lower" else "high"
    whole = write_count(count_target(wanted, metric))
    checks = [
        CheckResult(
            FOR_INFORMATION,
            True,
            f"In {year} there were {name_count(known.next_count.count, metric)} {of_people}; "
            f"with as many, the target is {whole}.",
        ),
        CheckResult("sampling variation alone", False, SAMPLING_ALONE),
        CheckResult(
            FOR_INFORMATION,
            True,
            f"If the chance for each person stayed as in {year}, a count as {direction} as {whole} would come "
            f"{write_times(chance)}; {write_times(naive)} if the figure of {year} were known "
            "without error.",
        ),
    ]
    for one in _breaks_ahead(ambition, question, ("steps",)):
        detail = f"Between the baseline and the target, in {one.period}, {one.label}; "
        detail += "the outcome may be counted otherwise than the baseline."
        checks.append(CheckResult("change in counting ahead", False, detail))
    return checks
