"""How is the answer on a yearly target said? Verdict, chance, people and doubt in plain words."""

from __future__ import annotations

import math

from bcf_eval.periods import parse_period
from bcf_eval.results import UNIT, AmbitionTest
from bcf_eval.specs import Metric
from bcf_eval.wording import (
    SAMPLING_ALONE,
    count_target,
    describe_ambition,
    name_asked,
    name_count,
    write_chance,
    write_chance_times,
    write_count,
    write_rate,
    write_target,
)

UNTRIED = "Such a forecast has not yet been tried on a year that is known: there are too few."


def is_pooled(test: AmbitionTest) -> bool:
    """Whether a yearly target was weighed against trend too, and not against sampling alone."""
    return math.isfinite(test.trends["continues"])


def describe_target(test: AmbitionTest, metric: Metric) -> str:
    """Say whether an ambition is more than trend and chance, in a few sentences, by month or by year."""
    if test.verdict == "not testable" or metric.frequency == "month":
        return describe_ambition(test, metric)
    doubt = "".join(f"{check.detail} " for check in test.checks if check.name == UNIT)
    opening = f"{doubt}For {test.area_name}, {name_asked(test, metric)}"
    if not is_pooled(test):
        return f"{opening} {_say_sampling(test, metric)}"
    odds = f"If nothing changes, the chance of meeting it is {write_chance(test.chance)}."
    said = [f"{opening} {_say_verdict(test, metric)}", odds, _say_least(test, metric)]
    if test.fragile:
        said.append("The verdict moves with the years used or the chance called unlikely, so hold it loosely.")
    said.append(f"This stands on {test.n_baseline} years of the board, set among all boards. {say_trial(test)}")
    return " ".join(part for part in said if part)


def say_trial(test: AmbitionTest) -> str:
    """Say how such a forecast did on a year that is known, or that there was none to try it on."""
    return test.track_record or UNTRIED


def _say_sampling(test: AmbitionTest, metric: Metric) -> str:
    """What sampling alone says of the target, and what it leaves open."""
    before = f"{write_rate(test.baseline)} in {parse_period(test.baseline_period).label}"
    people = f"{name_count(count_target(test.target * test.events_per_unit, metric), metric)} where there were"
    people += f" {write_count(test.expected * test.events_per_unit)} in {test.baseline_end}"
    said = f"asks for an improvement on {before}, but one that sampling alone can bring: {people}."
    if test.verdict == "no improvement":
        said = f"asks for no improvement on its baseline of {before}: {people}."
    odds = f"If nothing changes, chance alone would meet it {write_chance_times(test.chance)}."
    if not math.isfinite(test.smallest_meaningful):
        return f"{said} {odds} No target would ask for more than chance. {SAMPLING_ALONE}"
    smallest = write_target(test.smallest_meaningful, better=metric.better)
    direction = "lower" if metric.better == "lower" else "higher"
    least = f"To ask for more than chance a target would have to be {smallest} or {direction}"
    count = name_count(count_target(test.smallest_meaningful_days, metric), metric)
    return f"{said} {odds} {least} ({count}). {SAMPLING_ALONE}"


def _say_verdict(test: AmbitionTest, metric: Metric) -> str:
    wanted = name_count(count_target(test.target * test.events_per_unit, metric), metric)
    usual = f"about {write_count(test.expected * test.events_per_unit)} ({write_rate(test.expected)})"
    before = f"{write_rate(test.baseline)} in {parse_period(test.baseline_period).label}"
    if test.verdict == "rewards trend":
        return f"({wanted}) {_say_trend(test, metric, usual)}"
    said = {
        "no improvement": f"asks for no improvement on its baseline of {before}",
        "within variation": f"asks for an improvement on {before}, but one that ordinary variation can bring",
        "beyond the record": "asks for more than boards have been seen to do",
        "meaningful": "asks for more than trend and chance",
    }[test.verdict]
    return f"{said}: {wanted}, where business as usual leads to {usual}."


def _say_trend(test: AmbitionTest, metric: Metric, usual: str) -> str:
    sign = -1 if metric.better == "lower" else 1
    own = write_rate(test.trends["continues"])
    if sign * test.expected < sign * test.target:
        return (
            f"would be met if the board's own trend went on, which leads to {own}; drawn towards what other boards "
            f"do, it leads to {usual}."
        )
    alone = "would meet it too" if sign * test.trends["continues"] >= sign * test.target else "would miss it"
    return (
        f"asks for no more than what was already under way: business as usual leads to {usual}. The board's own trend "
        f"alone {alone} ({own})."
    )


def _say_least(test: AmbitionTest, metric: Metric) -> str:
    if test.verdict == "meaningful":
        return "More than trend and chance does not mean large, valuable, or due to the fund."
    if test.verdict == "beyond the record" and not math.isfinite(test.smallest_meaningful):
        return ""
    if not math.isfinite(test.smallest_meaningful):
        return "No target would be more than trend and chance here."
    direction = "lower" if metric.better == "lower" else "higher"
    smallest = write_target(test.smallest_meaningful, better=metric.better)
    people = name_count(count_target(test.smallest_meaningful_days, metric), metric)
    return (
        f"To be more than trend and chance, however much boards move together in a year, a target would have to be "
        f"{smallest} or {direction} ({people})."
    )
