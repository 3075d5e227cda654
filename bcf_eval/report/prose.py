"""What is the answer, in three sentences? The opening of a page, worded after the verdicts."""

from __future__ import annotations

import math
from dataclasses import replace

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.agreement import say_agreement, say_fake_dates, say_finding
from bcf_eval.report.alternatives import say_smallest
from bcf_eval.report.chosen import name_contrast, name_interval, name_unit, say_fragile
from bcf_eval.report.data import AreaResults, Change, Effect, meets
from bcf_eval.report.labels import name_within
from bcf_eval.report.measures import ADMISSIONS
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Metric, Protocol
from bcf_eval.wording import (
    CLOSE,
    SAMPLING_ALONE,
    describe_change,
    name_asked,
    say_calibration,
    write_chance,
    write_change,
    write_interval,
    write_rate,
)
from bcf_eval.wording_annual import describe_target, is_pooled, say_trial

NOT_CAUSE = (
    "What this is not: proof of cause. These sentences say what happened after a date, set against the path before it, "
    "or in one year beside another. Much else changed in the same years, and a fall after the fund began is not a fall "
    "because of it."
)
NO_AMBITION = "England was given no target of its own: each board's target is judged on its own page."
_DIRECTIONS = {"fell": "lower", "rose": "higher"}


def answer_change(results: AreaResults, change: Change) -> str:
    """Say in one sentence whether the metric changed after an intervention.

    The sentence weakens where other ways of working it out disagree or the record itself jumps, names what else
    changed in the same month, and says where England moved alike and whether a local change remains.
    """
    begun = f"after {change.intervention.label} began in {_month(change.intervention.start)}"
    subject = f"In {name_within(results.area.name)}, {results.metric.label}"
    verdict = change.main.verdict
    if verdict == "not testable":
        return f"{subject} cannot be tested for a change {begun}: {change.main.reason.removeprefix('too uncertain: ')}."
    if verdict == "no clear change":
        said = f"{subject} showed no clear change {begun}"
        said += "" if change.agrees else f", though {say_finding(change)}"
    else:
        said = _say_direction(subject, begun, verdict, results=results, sure=change.firm)
    return f"{said}{_beside_england(results, change)}{_confounding(results, change)}."


def number_change(results: AreaResults, change: Change) -> str:
    """Give the numbers behind the sentence: the area, England, and the area against the rest of England.

    Of what cannot be tested there are none.
    """
    # A number beside no verdict reads as a finding: it stands in the tables alone.
    if change.main.verdict == "not testable":
        return ""
    name, interval = name_contrast(change.primary).short, name_interval(results.protocol)
    parts = [f"{name}, in {name_unit(change.primary, results.metric)}: {_number(change.main, interval)}"]
    if not results.is_england:
        england, local = change.england.get(change.primary), change.local.get(change.primary)
        parts += [f"England {_number(england, interval)}"] if england else []
        parts += [f"against the rest of England {_number(local, interval)}"] if local else []
    doubt = "" if change.agrees else f" {say_agreement(change)}"
    nation = caution_nation(change.main.verdict, change.main.p_cal_reason) if results.is_england else ""
    jumps = f" {change.jumps}" if change.jumps else ""
    return f"{'; '.join(parts)}.{doubt}{jumps}{nation} {change.left_out}".strip()


def caution_nation(verdict: str, calibration: str) -> str:
    """Say how far a change of England carries; nothing where there is none.

    Parameters
    ----------
    calibration
        Why it does not stand beside the same test at dates when nothing began; after a colon why it never can.
    """
    if verdict not in _DIRECTIONS:
        return ""
    why, _, never = calibration.partition(": ")
    if why.startswith("no calibrated p-value"):
        return f" A series as autocorrelated as England's is often called changed when nothing began: {never}."
    measured = f"this cannot be measured here: {never}" if never else "this has not yet been measured here"
    return f" A series as autocorrelated as England's is often called changed at dates when nothing began; {measured}."


def answer_ambition(test: AmbitionTest, metric: Metric, *, protocol: Protocol | None = None) -> str:
    """Say in one sentence whether a target is more than trend and chance."""
    opening = name_asked(test, metric)
    opening = f"{opening[:1].upper()}{opening[1:]}"
    if test.verdict == "not testable":
        return f"{opening} cannot be tested: {test.reason}."
    odds = f"if nothing changes, the chance of meeting it is {write_chance(test.chance)}"
    baseline = f"{write_rate(test.baseline)} in {_month(test.baseline_period)}"
    said = {
        "no improvement": f"{opening} asks for no improvement on its baseline, {baseline}; {odds}",
        "rewards trend": f"{opening} {_what_meets(test, metric, odds)}",
        "within variation": f"{opening} asks for an improvement that ordinary variation can bring: {odds}",
        "beyond the record": f"{opening} asks for more than boards have been seen to do; {odds}",
        "meaningful": f"{opening} asks for more than trend and chance would bring: {odds}",
    }[test.verdict]
    loosely = f", though the verdict changes with {say_fragile(protocol)}"
    return f"{said}{loosely if test.fragile else ''}."


def number_ambition(test: AmbitionTest, metric: Metric, *, protocol: Protocol | None = None) -> str:
    """Give the numbers behind the sentence."""
    if not math.isfinite(test.expected):
        return ""
    if metric.frequency != "month" and is_pooled(test):
        return (
            f"Business as usual leads to {write_rate(test.expected)} "
            f"({name_interval(protocol)} {write_interval(test.lower, test.upper)}). {say_trial(test)}"
        )
    if metric.frequency != "month":
        return (
            f"With nothing changed, sampling alone leads to {write_rate(test.expected)} "
            f"({name_interval(protocol)} {write_interval(test.lower, test.upper)}). {SAMPLING_ALONE}"
        )
    return (
        f"Business as usual leads to {write_rate(test.expected)} "
        f"({name_interval(protocol)} {write_interval(test.lower, test.upper)}). "
        f"{say_smallest(test, metric)} {say_calibration(test)}"
    )


def tell_naive(test: AmbitionTest, metric: Metric) -> str:
    """Say what a common but misleading test finds, what it takes for granted, and what its p-value means."""
    p_value = float(test.naive["p_value"])
    year = f"the twelve months up to {_month(test.baseline_end)}"
    # Days in a bed do not come one by one, as admissions do.
    opening, of_what, beside = (
        (
            f"it takes {year} as independent draws about an unchanging mean.",
            "an average of a year",
            "that year's average",
        )
        if metric.per_day
        else (
            f"it takes {metric.count_unit} as independent of one another, and those of {year} as what is to be "
            "expected.",
            "a count",
            "what that year leads to expect",
        )
    )
    opening = f"{_introduce_naive(test)} {opening}"
    if metric.key == ADMISSIONS:
        opening += " These counts are shared out from commissioners, so that they are not independent events."
    if not math.isfinite(p_value):
        return f"{opening} It could not be made."
    if p_value > 0.5:
        return f"{opening} By it the target is no better than {beside}."
    found = "statistically significantly" if test.naive["verdict"] == "statistically significant" else ""
    better = f"{found} better" if found else "not statistically significantly better"
    of, digits = (100, 2) if p_value >= 0.1 else (1000, 3)
    n = round(of * p_value)
    shown, times = f"p = {p_value:.{digits}f}", f"{n} {'time' if n == 1 else 'times'} in {of:,}"
    if p_value < 0.001:
        shown, times = "p < 0.001", "fewer than 1 time in 1,000"
    return (
        f"{opening} By it the target is {better} than {beside} ({shown}: {of_what} at least this "
        f"much better would come by chance {times} under those assumptions)."
    )


def _introduce_naive(test: AmbitionTest) -> str:
    found = test.naive["verdict"] == "statistically significant"
    if found and test.verdict not in ("meaningful", "not testable"):
        return "A common but misleading test would say otherwise:"
    return "A common but misleading test, for comparison:"


def tell_change(results: AreaResults, change: Change) -> str:
    """Say at length whether the metric changed, as the command line does."""
    main = change.main
    # The sentence at length is worded for the shipped contrast and interval; under others the short ones hold.
    if change.primary != "average_12" or name_interval(results.protocol) != "95% interval":
        return f"{answer_change(results, change)} {number_change(results, change)}"
    return describe_change(
        area_name=name_within(results.area.name),
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
        jumps=change.jumps,
    )


def tell_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Say at length whether a target is more than trend and chance, as the command line does."""
    # How such chances did is said once, beside the answer.
    record = "" if test.calibration == "calibrated" else test.track_record
    return describe_target(replace(test, area_name=name_within(test.area_name), track_record=record), metric)


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
        return _beside_unchanged(change, results.area.name, england, local)
    were, aside = _qualify_england(change)
    if england == own:
        return f", as they {were} in England as a whole{aside}" + {
            own: ", and by more than in the rest of England",
            "no clear change": "; relative to the rest of England, no clear change is left",
        }.get(local, ", though by less than in the rest of England" if local in _DIRECTIONS else "")
    if england in _DIRECTIONS:
        return f", while in England as a whole they {were} {_DIRECTIONS[england]}{aside}"
    if local == own:
        return ", and also relative to the rest of England"
    return ", but not clearly so relative to the rest of England"


def _qualify_england(change: Change) -> tuple[str, str]:
    """How surely England changed: the verb, and what stands against it in brackets."""
    faked = say_fake_dates(change.england[change.primary]) if change.primary in change.england else ""
    sure = change.england_agrees and not faked
    return "were" if sure else "may have been", f" (but {faked})" if faked else ""


def _beside_unchanged(change: Change, name: str, england: str, local: str) -> str:
    moved = f"were {_DIRECTIONS[local]} relative to the rest of England" if local in _DIRECTIONS else ""
    if england in _DIRECTIONS:
        so = f", and in {name_within(name)} they {moved}" if moved else ""
        were, aside = _qualify_england(change)
        return f"; in England as a whole they {were} {_DIRECTIONS[england]}{aside}{so}"
    return f"; but they {moved}" if moved else ""


def _what_meets(test: AmbitionTest, metric: Metric, odds: str) -> str:
    """Say which of business as usual and the trend would meet a target, and how likely it is to be met."""
    usual, trend = write_rate(test.expected), write_rate(test.trends["continues"])
    usual_meets, trend_meets = (meets(value, test, metric) for value in (test.expected, test.trends["continues"]))
    if usual_meets:
        told = "would meet it too" if trend_meets else "would miss it"
        asks = "is close to" if test.chance <= CLOSE else "asks for less than"
        return f"{asks} what was already happening ({usual}): {odds}; the trend alone {told} ({trend})"
    return f"would be met if the trend went on ({trend}), though not by business as usual ({usual}): {odds}"


def _confounding(results: AreaResults, change: Change) -> str:
    """Name what else changed in the same month, where a check says so."""
    if not change.confounded:
        return ""
    found = [one.label for one in load.breaks(results.metric.key) if one.period == change.intervention.start]
    labels = [label.partition(" (")[0] for label in found]
    what = " and ".join(labels) or "the way of counting changed"
    return f"; {what} that same month, so any difference may come from the rules"


def _number(effect: Effect, interval: str) -> str:
    if effect.verdict == "not testable":
        return f"cannot be tested ({effect.reason})" if effect.reason else "cannot be tested"
    if not math.isfinite(effect.estimate):
        return "not known"
    return f"{write_change(effect.estimate)} ({interval} {write_interval(effect.lower, effect.upper)})"


def _month(period: str) -> str:
    return parse_period(period).label
