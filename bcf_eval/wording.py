"""How is an answer said? Numbers, chances and verdicts in plain words: where verdicts become sentences."""

from __future__ import annotations

import math

from bcf_eval.periods import parse_period
from bcf_eval.results import UNIT, AmbitionTest
from bcf_eval.specs import ENGLAND, Metric

AMBITION_LABELS = {
    "not testable": "Cannot be tested",
    "no improvement": "Asks for no improvement",
    "rewards trend": "Close to what was under way",
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
# Units of one that is counted.
_OF_ONE = {"people": "person", "delayed days": "delayed day", "admissions": "admission", "points": "point"}
# Chances are said no more finely than they are known.
_ONE_IN = (4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200)
# Up to this chance of being met by itself a target is close to what is under way; beyond, it asks for less.
CLOSE = 0.75
UNCALIBRATED = "The chance is uncalibrated: it has not been checked against how such forecasts did in the past."
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
        out_of = _nearest(1 / (1 - chance), _ONE_IN)
        return f"about {out_of - 1} in {out_of}"
    return "about even" if 0.45 <= chance <= 0.55 else f"about {round(10 * chance)} in 10"


def write_chance_times(chance: float, *, floor: float = 0.005) -> str:
    """A chance as how often something comes: ``about 49 times in 50``, ``about half of the time``."""
    said = write_chance(chance, floor=floor).replace("about even", "about half of the time")
    return (
        said.replace(" 1 in ", " 1 time in ").replace("less than", "fewer than")
        if " 1 in " in said
        else (said.replace(" in ", " times in "))
    )


def count_target(target: float, metric: Metric) -> int:
    """Turn a target as a count into a whole one, on the demanding side: what must be counted for it to be met."""
    # What was a whole number before it became a rate comes back with an error in the last digits.
    return (math.floor if metric.better == "lower" else math.ceil)(round(target, 6))


def name_count(count: float, metric: Metric) -> str:
    """Write a count with its unit: ``1,204 people``, ``1 person``, ``1 delayed day``."""
    said = write_count(count)
    return f"1 {_OF_ONE.get(metric.count_unit, metric.count_unit)}" if said == "1" else f"{said} {metric.count_unit}"


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
    if probability > 0.995:
        return "more than 99 times in 100"
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
        said += "" if agrees else " Not all other ways of working it out agree: some do find one."
    else:
        were = "were" if agrees and not jumps else "may have been"
        direction = "lower" if verdict == "fell" else "higher"
        said = (
            f"{where}, {metric.label} {were} {direction} after {month}, when {intervention_label} began, than the path "
            f"before it leads to expect: by {write_rate(abs(estimate))} {metric.period_unit} on average over the "
            f"first 12 months ({interval})."
        )
        said += "" if agrees else " Not all other ways of working it out agree, so hold this loosely."
    return " ".join(part for part in (said, jumps, confounded) if part)


def name_asked(test: AmbitionTest, metric: Metric) -> str:
    """Name a target by its number and period; by the period alone where it has no number."""
    asked = f" of {write_rate(test.target, digits=1 + (test.target < 1))} {metric.unit}"
    return f"the target{asked if math.isfinite(test.target) else ''} for {parse_period(test.period).label}"


def describe_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Say whether an ambition of a monthly metric is more than trend and chance, in two to four sentences.

    Parameters
    ----------
    test
        Its verdict is from the closed list of :data:`bcf_eval.results.AMBITION_VERDICTS`.
    metric
        What the target is about.
    """
    doubt = "".join(f"{check.detail} " for check in test.checks if check.name == UNIT)
    opening = f"{doubt}For {test.area_name}, {name_asked(test, metric)}"
    if test.verdict == "not testable":
        return f"{opening} cannot be tested: {test.reason}."
    before = f"{write_rate(test.baseline)} in {parse_period(test.baseline_period).label}"
    if test.verdict == "rewards trend":
        return f"{opening} {_what_meets_it(test, metric)} {_what_it_takes(test, metric)} {say_calibration(test)}"
    usual = write_rate(test.expected)
    said = {
        "no improvement": f"asks for no improvement on its baseline of {before}.",
        "within variation": (
            f"asks for an improvement on {before}, but one that ordinary variation can bring: "
            f"business as usual leads to {usual}."
        ),
        "meaningful": f"asks for more than trend and chance: business as usual leads to {usual}.",
        "beyond the record": (
            f"asks for more than boards have been seen to do over as long a time: business as usual leads to {usual}."
        ),
    }[test.verdict]
    odds = f"If nothing changes, the chance of meeting it is {write_chance(test.chance)}."
    return f"{opening} {said} {odds} {_what_it_takes(test, metric)} {say_calibration(test)}"


def say_calibration(test: AmbitionTest) -> str:
    """Say how chances like this one have done in the past, or that nobody has looked yet."""
    if test.calibration != "calibrated":
        return test.track_record or UNCALIBRATED
    return f"The chance is calibrated. {test.track_record}".strip()


def _what_meets_it(test: AmbitionTest, metric: Metric) -> str:
    """Say of a target that what was under way would meet which part of that would, and how likely it is."""
    sign = -1 if metric.better == "lower" else 1
    usual, trend = write_rate(test.expected), write_rate(test.trends["continues"])
    odds = write_chance(test.chance)
    if sign * test.expected < sign * test.target:
        return (
            f"would be met if the trend went on, which leads to {trend}; business as usual leads to {usual}. "
            f"If nothing changes, the chance of meeting it is {odds}."
        )
    asks = "is close to" if test.chance <= CLOSE else "asks for less than"
    chance = "about an even chance" if odds == "about even" else f"a chance of {odds}"
    alone = "would meet it too" if sign * test.trends["continues"] >= sign * test.target else "would miss it"
    return (
        f"{asks} what was already happening ({usual}): {chance} without any change. The trend alone {alone} ({trend})."
    )


def _what_it_takes(test: AmbitionTest, metric: Metric) -> str:
    if test.verdict == "meaningful" and test.fragile:
        return "The verdict moves with the length of the baseline or the chance called unlikely, so hold it loosely."
    if test.verdict == "meaningful":
        return "More than trend and chance does not mean large, valuable, or due to the fund."
    if test.verdict == "beyond the record":
        least = write_target(test.smallest_meaningful, better=metric.better)
        return f"A target of {least} would already be more than trend and chance."
    if metric.better == "lower" and test.smallest_meaningful <= 0:
        return "Even zero could come about by chance here, so no target can be told from luck."
    if metric.better == "lower" and write_target(test.smallest_meaningful, better=metric.better) == "0.0":
        return "To be more than trend and chance a target would have to be next to zero: below 0.1."
    direction = "lower" if metric.better == "lower" else "higher"
    smallest = write_target(test.smallest_meaningful, better=metric.better)
    return f"To be more than trend and chance a target would have to be {smallest} or {direction}."
