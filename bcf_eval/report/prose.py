"""What is the answer, in three sentences? The opening of a page, worded after the verdicts."""

from __future__ import annotations

import math

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.alternatives import say_smallest
from bcf_eval.report.data import AreaResults, Change, Effect
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Metric
from bcf_eval.wording import (
    UNCALIBRATED,
    describe_ambition,
    describe_change,
    write_chance,
    write_change,
    write_interval,
    write_rate,
)

NOT_CAUSE = (
    "What this is not: proof of cause. These sentences say what happened after a date, set against the path before it. "
    "Much else changed in the same years, and a fall after the fund began is not a fall because of it."
)
NO_AMBITION = "England was given no target of its own for 2017: each board's target is judged on its own page."
_DIRECTIONS = {"fell": "lower", "rose": "higher"}


def answer_change(results: AreaResults, change: Change) -> str:
    """Say in one sentence whether the metric changed after an intervention.

    The sentence weakens where other ways of fitting disagree, names what else changed in the same
    month, and says where England moved alike and whether a local change remains.
    """
    begun = f"after {change.intervention.label} began in {_month(change.intervention.start)}"
    subject = f"In {results.area.name}, {results.metric.label}"
    verdict = change.main.verdict
    if verdict == "not testable":
        return f"{subject} cannot be tested for a change {begun}: {change.main.reason}."
    if verdict == "no clear change":
        said = f"{subject} showed no clear change {begun}"
        said += "" if change.agrees else ", though some other reasonable ways of fitting the series do find one"
    else:
        said = _say_direction(subject, begun, verdict, results=results, sure=change.agrees)
    return f"{said}{_beside_england(results, change)}{_confounding(results, change)}."


def number_change(results: AreaResults, change: Change) -> str:
    """Give the numbers behind the sentence: the area, England, and the area against the rest of England."""
    opening = "For the record, without a verdict: average" if change.main.verdict == "not testable" else "Average"
    parts = [f"{opening} of the first 12 months, in {results.metric.unit}: {_number(change.main)}"]
    if not results.is_england:
        england, local = change.england.get(change.primary), change.local.get(change.primary)
        parts += [f"England {_number(england)}"] if england else []
        parts += [f"against the rest of England {_number(local)}"] if local else []
    doubt = "" if change.agrees else f" {change.agreement.split('. ')[0].rstrip('.')}."
    return f"{'; '.join(parts)}.{doubt}"


def answer_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Say in one sentence whether a target is more than trend and chance."""
    opening = f"The target of {write_rate(test.target)} {metric.unit} for {_month(test.period)}"
    if test.verdict == "not testable":
        return f"{opening} cannot be tested: {test.reason}."
    odds = f"if nothing changes, the chance of meeting it is {write_chance(test.chance)}"
    baseline = f"{write_rate(test.baseline)} in {_month(test.baseline_period)}"
    said = {
        "no improvement": f"{opening} asks for no improvement on its baseline, {baseline}; {odds}",
        "rewards trend": f"{opening} asks for no more than what was under way already would bring; {odds}",
        "within variation": f"{opening} asks for an improvement that ordinary variation can bring: {odds}",
        "beyond the record": f"{opening} asks for more than boards have been seen to do; {odds}",
        "meaningful": f"{opening} asks for more than trend and chance would bring: {odds}",
    }[test.verdict]
    loosely = ", though the verdict changes with the length of the baseline or the chance that is called unlikely"
    return f"{said}{loosely if test.fragile else ''}."


def number_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Give the numbers behind the sentence."""
    if not math.isfinite(test.expected):
        return ""
    return (
        f"Business as usual leads to {write_rate(test.expected)} "
        f"(95% interval {write_interval(test.lower, test.upper)}). {say_smallest(test, metric)} {UNCALIBRATED}"
    )


def tell_change(results: AreaResults, change: Change) -> str:
    """Say at length whether the metric changed, as the command line does."""
    main = change.main
    return describe_change(
        area_name=results.area.name,
        area_code=results.area.code,
        metric=results.metric,
        intervention_label=change.intervention.label,
        start=change.intervention.start,
        verdict=main.verdict,
        reason=main.reason,
        estimate=main.estimate,
        lower=main.lower,
        upper=main.upper,
        agrees=change.agrees,
        confounded=change.confounded,
    )


def tell_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Say at length whether a target is more than trend and chance, as the command line does."""
    return describe_ambition(test, metric)


def _say_direction(subject: str, begun: str, verdict: str, *, results: AreaResults, sure: bool) -> str:
    """Say that the metric was lower or higher; of England only that it changed, for nothing stands beside it."""
    direction, than = _DIRECTIONS[verdict], "than the path before it leads to expect"
    if not results.is_england:
        return f"{subject} {'were' if sure else 'may have been'} {direction} {begun} {than}"
    changed, were = ("changed", "were") if sure else ("may have changed", "look")
    return f"{subject} {changed} {begun}: they {were} {direction} {than}"


def _beside_england(results: AreaResults, change: Change) -> str:
    """Say where England moved alike, and whether a change remains against the rest of England."""
    if results.is_england:
        return ""
    own, england, local = (
        found[change.primary].verdict if change.primary in found else ""
        for found in (change.own, change.england, change.local)
    )
    if own == "no clear change":
        return _beside_unchanged(england, local, sure=change.england_agrees)
    were = "were" if change.england_agrees else "may have been"
    if england == own:
        return f", as they {were} in England as a whole" + {
            own: ", and by more than in the rest of England",
            "no clear change": "; set against the rest of England, no clear change is left",
        }.get(local, "")
    if england in _DIRECTIONS:
        return f", while in England as a whole they {were} {_DIRECTIONS[england]}"
    return ", and also against the rest of England" if local == own else ", but not clearly so against the rest of it"


def _beside_unchanged(england: str, local: str, *, sure: bool) -> str:
    moved = f"they {local}" if local in _DIRECTIONS else ""
    if england in _DIRECTIONS:
        so = f", so that against the rest of England {moved}" if moved and local != england else ""
        return f"; in England as a whole they {'were' if sure else 'may have been'} {_DIRECTIONS[england]}{so}"
    return f"; set against the rest of England, {moved}" if moved else ""


def _confounding(results: AreaResults, change: Change) -> str:
    """Name what else changed in the same month, where a check says so."""
    if not change.confounded:
        return ""
    labels = [one.label for one in load.breaks(results.metric.key) if one.period == change.intervention.start]
    what = " and ".join(labels) or "the way of counting changed"
    return f"; {what} the same month, so a change in counting cannot be told from a change in care"


def _number(effect: Effect) -> str:
    if not math.isfinite(effect.estimate):
        return "not known"
    if effect.verdict == "not testable" and not math.isfinite(effect.lower):
        return f"{write_change(effect.estimate)} (no interval)"
    return f"{write_change(effect.estimate)} (95% interval {write_interval(effect.lower, effect.upper)})"


def _month(period: str) -> str:
    return parse_period(period).label
