"""How is an answer said? Numbers, chances and verdicts in plain words: where verdicts become sentences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd

from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Metric

AMBITION_LABELS = {
    "not testable": "Cannot be tested",
    "no improvement": "Asks for no improvement",
    "rewards trend": "Would be met by what was under way",
    "within variation": "Within ordinary variation",
    "beyond the record": "Beyond what boards have done",
    "meaningful": "More than trend and chance",
}
ITS_LABELS = {
    "fell": "Fell",
    "rose": "Rose",
    "no clear change": "No clear change",
    "not testable": "Cannot be tested",
}
# Chances are said no more finely than they are known.
_ONE_IN = (4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 50, 100, 200)
_ALL_BUT_ONE_IN = (20, 50, 100, 200)
UNCALIBRATED = "This has not yet been checked against how such forecasts did in the past."
SAMPLING_ALONE = (
    "This weighs sampling variation alone, as if people were counted independently: no trend is looked for, "
    "and boards are not pooled."
)


def write_count(value: float, *, significant: int | None = None) -> str:
    """A count with thousands commas and a true minus, to some significant figures where that is asked: ``-1,230``."""
    if not math.isfinite(value):
        return "not known"
    rounded = round(value) if significant is None or value == 0 else round(float(f"{value:.{significant}g}"))
    return f"{rounded:,}".replace("-", "\N{MINUS SIGN}")


def write_rate(value: float, *, digits: int = 1) -> str:
    """A rate to one decimal, with a true minus; two significant digits below 0.1, no decimals from 1,000."""
    if not math.isfinite(value):
        return "not known"
    if 0 < abs(value) < 0.1:
        digits = 2 if abs(value) >= 0.005 else 3
    digits = digits if abs(value) < 1000 else 0
    text = f"{value:,.{digits}f}"
    return (text[1:] if float(text.replace(",", "")) == 0 and text.startswith("-") else text).replace(
        "-", "\N{MINUS SIGN}"
    )


def write_change(value: float, *, digits: int = 1) -> str:
    """A change with its sign: ``+1.2``."""
    text = write_rate(value, digits=digits)
    return f"+{text}" if math.isfinite(value) and value > 0 and float(text.replace(",", "")) > 0 else text


def write_share(value: float) -> str:
    """A share in per cent, without decimals: ``12%``."""
    # Adding nought to what is rounded makes a nought without a sign of it.
    return f"{round(value, 2) + 0.0:.0%}".replace("-", "\N{MINUS SIGN}") if math.isfinite(value) else "not known"


def write_relative(value: float) -> str:
    """A relative change in per cent, with its sign: ``+12%``."""
    return f"+{write_share(value)}" if math.isfinite(value) and round(100 * value) > 0 else write_share(value)


def write_interval(lower: float, upper: float, *, digits: int = 1) -> str:
    """An interval in words: ``−1.2 to 3.4``; says so when there is none."""
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return "no interval"
    return f"{write_rate(lower, digits=digits)} to {write_rate(upper, digits=digits)}"


def write_target(value: float, *, better: str, digits: int = 1) -> str:
    """A target rounded towards the demanding side, so that the number written still asks as much."""
    if not math.isfinite(value):
        return "not known"
    turn = math.floor if better == "lower" else math.ceil
    digits = digits if abs(value) < 1000 else 0
    return write_rate(turn(value * 10**digits) / 10**digits, digits=digits)


def write_chance(chance: float, *, floor: float = 0.005) -> str:
    """A chance as people say it: ``about 1 in 7``, ``less than 1 in 200``, ``about even``.

    Parameters
    ----------
    chance
        Between 0 and 1.
    floor
        The smallest that is ever said.
    """
    if not math.isfinite(chance):
        return "not known"
    if chance <= floor:
        return f"less than 1 in {round(1 / floor)}"
    if chance >= 1 - floor:
        return f"more than {round(1 / floor) - 1} in {round(1 / floor)}"
    if chance < 0.275:
        return f"about 1 in {_nearest(1 / chance, _ONE_IN)}"
    if chance > 0.925:
        out_of = _nearest(1 / (1 - chance), _ALL_BUT_ONE_IN)
        return f"about {out_of - 1} in {out_of}"
    return "about even" if 0.45 <= chance <= 0.55 else f"about {round(10 * chance)} in 10"


def _nearest(value: float, ladder: tuple[int, ...]) -> int:
    return min(ladder, key=lambda one: abs(math.log(one / value)))


def write_p_value(p_value: float) -> str:
    """What a two-sided p-value means: how often so large a change would come if nothing had changed."""
    if not math.isfinite(p_value):
        return "not known"
    return (
        f"a change at least this large, in either direction, would come {write_times(p_value)} if nothing had changed "
        "and the model is right"
    )


def write_times(probability: float) -> str:
    """How often something comes: ``3.4 times in 100``, ``fewer than 1 time in 1,000``."""
    decimals = 1 if probability < 0.1 else 0
    return "fewer than 1 time in 1,000" if probability < 0.001 else f"{100 * probability:.{decimals}f} times in 100"


def describe_change(
    *,
    area_name: str,
    area_code: str,
    metric: Metric,
    intervention_label: str,
    start: str,
    verdict: str,
    reason: str,
    estimate: float,
    lower: float,
    upper: float,
    agrees: bool,
    confounded: str = "",
    jumps: str = "",
) -> str:
    """Say whether a metric changed after an intervention, in one or two sentences.

    Parameters
    ----------
    verdict, reason
        From the closed list of :data:`bcf_eval.results.ITS_VERDICTS`.
    estimate, lower, upper
        Average change over the first 12 months against the path before, in the metric's unit.
    agrees
        Whether the other ways of fitting come to the same verdict.
    confounded
        What else changed in the same month; empty when nothing did.
    jumps
        Where the record itself jumps, as if what is recorded had changed; empty when it does not.
    """
    where = f"In {'England' if area_code == ENGLAND else area_name}"
    month = parse_period(start).label
    if verdict == "not testable":
        return (
            f"{where}, whether {metric.label} changed after {month} ({intervention_label}) cannot be tested: {reason}."
        )
    interval = f"95% interval {write_interval(lower, upper)}"
    if verdict == "no clear change":
        said = (
            f"{where}, {metric.label} show no clear change after {month}, when {intervention_label} began: over the "
            f"first 12 months {write_change(estimate)} {metric.period_unit} against the path before ({interval})."
        )
        said += "" if agrees else " Not all other specifications agree: some do find one."
    else:
        were = "were" if agrees and not jumps else "may have been"
        direction = "lower" if verdict == "fell" else "higher"
        said = (
            f"{where}, {metric.label} {were} {direction} after {month}, when {intervention_label} began, than the path "
            f"before it leads to expect: by {write_rate(abs(estimate))} {metric.period_unit} on average over the "
            f"first 12 months ({interval})."
        )
        said += "" if agrees else " Not all other specifications agree, so hold this loosely."
    return " ".join(part for part in (said, jumps, confounded) if part)


def name_asked(test: AmbitionTest, metric: Metric) -> str:
    """Name a target by its number and period; by the period alone where it has no number."""
    number = f" of {write_rate(test.target)} {metric.unit}" if math.isfinite(test.target) else ""
    return f"the target{number} for {parse_period(test.period).label}"


def describe_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Say whether an ambition is more than trend and chance, in two to four sentences.

    Parameters
    ----------
    test
        Its verdict is from the closed list of :data:`bcf_eval.results.AMBITION_VERDICTS`.
    metric
        What the target is about.
    """
    opening = f"For {test.area_name}, {name_asked(test, metric)}"
    if test.verdict == "not testable":
        return f"{opening} cannot be tested: {test.reason}."
    before = f"{write_rate(test.baseline)} in {parse_period(test.baseline_period).label}"
    if metric.frequency != "month":
        return f"{opening} {_what_chance_brings(test, metric, before)}"
    usual = write_rate(test.expected)
    said = {
        "no improvement": f"asks for no improvement on its baseline of {before}.",
        "rewards trend": _what_meets_it(test, metric),
        "within variation": (
            f"asks for an improvement on {before}, but one that ordinary variation can bring: "
            f"business as usual leads to {usual}."
        ),
        "meaningful": f"asks for more than trend and chance: business as usual leads to {usual}.",
        "beyond the record": "asks for more than boards have been seen to do.",
    }[test.verdict]
    odds = f"If nothing changes, the chance of meeting it is {write_chance(test.chance)}."
    return f"{opening} {said} {odds} {_what_it_takes(test, metric)} {UNCALIBRATED}"


def _what_chance_brings(test: AmbitionTest, metric: Metric, before: str) -> str:
    """Of a yearly count: what sampling alone says of the target, and what it leaves open."""
    people = f"{write_count(test.target * test.events_per_unit)} {metric.count_unit} where there were"
    people += f" {write_count(test.expected * test.events_per_unit)} in {test.baseline_end}"
    said = f"asks for an improvement on {before}, but one that sampling alone can bring: {people}."
    if test.verdict == "no improvement":
        said = f"asks for no improvement on its baseline of {before}: {people}."
    odds = f"If nothing changes, that chance of meeting it is {write_chance(test.chance)}."
    if not math.isfinite(test.smallest_meaningful):
        return f"{said} {odds} No target would ask for more than that chance. {SAMPLING_ALONE}"
    smallest = write_target(test.smallest_meaningful, better=metric.better)
    direction = "lower" if metric.better == "lower" else "higher"
    least = f"To ask for more than that chance a target would have to be {smallest} or {direction}"
    count = f"{write_count(test.smallest_meaningful_days)} {metric.count_unit}"
    return f"{said} {odds} {least} ({count}). {SAMPLING_ALONE}"


def _what_meets_it(test: AmbitionTest, metric: Metric) -> str:
    sign = -1 if metric.better == "lower" else 1
    usual, trend = write_rate(test.expected), write_rate(test.trends["continues"])
    usual_meets = sign * test.expected >= sign * test.target
    if usual_meets and sign * test.trends["continues"] >= sign * test.target:
        return f"would be met by what was under way: business as usual leads to {usual}, the trend alone to {trend}."
    if usual_meets:
        return f"would be met with business as usual, which leads to {usual}; the trend alone leads to {trend}."
    return f"would be met if the trend went on, which leads to {trend}; business as usual leads to {usual}."


def _what_it_takes(test: AmbitionTest, metric: Metric) -> str:
    if test.verdict == "meaningful" and test.fragile:
        return "The verdict moves with the length of the baseline or the chance called unlikely, so hold it loosely."
    if test.verdict == "meaningful":
        return "More than trend and chance does not mean large, valuable, or due to the fund."
    if metric.better == "lower" and write_target(test.smallest_meaningful, better=metric.better) == "0.0":
        return "No target of 0.1 or more would be more than trend and chance."
    direction = "lower" if metric.better == "lower" else "higher"
    smallest = write_target(test.smallest_meaningful, better=metric.better)
    return f"To be more than trend and chance a target would have to be {smallest} or {direction}."


def describe_terms(series: str, terms: pd.DataFrame, interventions: list[str]) -> str:
    """Say what changed in one series of a researcher's own table.

    Parameters
    ----------
    series
        Its name; ``all`` when there is one alone.
    terms
        Its rows: ``term, estimate, lower, upper, p_value, reason``.
    interventions
        When something began, in words, by date.
    """
    opening = "" if series == "all" else f"{series}: "
    by_term = {str(row["term"]): row for row in terms.to_dict("records")}
    if not {"level_change", "level_change_1"} & set(by_term):
        return f"{opening}{terms['reason'].iloc[0]}."
    parts = []
    for number, began in enumerate(interventions, start=1):
        suffix = f"_{number}" if len(interventions) > 1 else ""
        level, slope = by_term[f"level_change{suffix}"], by_term[f"slope_change{suffix}"]
        changes = f"by {_said(level)} and the slope by {_said(slope)} a period"
        parts.append(f"at {began} the level is estimated to have changed {changes}")
    text = "; ".join(parts)
    drifting = terms["reason"].str.contains("boundary").any()
    caution = " The series drifts (autocorrelation at its boundary): take the level with care." if drifting else ""
    return f"{text[0].upper()}{text[1:]}.{caution}" if not opening else f"{opening}{text}.{caution}"


def _said(term: Mapping[Hashable, float]) -> str:
    interval = f"95% interval {term['lower']:.3g} to {term['upper']:.3g}"
    known = interval if math.isfinite(term["p_value"]) else "cannot be tested"
    return f"{term['estimate']:+.3g} ({known})".replace("-", "\N{MINUS SIGN}")
