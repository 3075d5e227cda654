"""What does a target take, can it be done, would it be noticed, and what came of it? Each said in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Metric
from bcf_eval.wording import name_count, write_chance, write_chance_times, write_rate, write_share

OUTTURN_LABELS = {
    "met, beyond trend": "Met, beyond trend",
    "met, as trend and chance would": "Met, as trend and chance would",
    "missed, but better than trend": "Missed, but better than trend",
    "missed": "Missed, as trend and chance would",
    "missed, and worse than trend": "Missed, and worse than trend",
    "not testable": "Cannot be weighed",
}
# A share whose interval is wider than this says nothing: three times all that was asked for.
_WIDEST = 3.0


@dataclass(frozen=True)
class Reach:
    """A question about how far a target reaches, and its answer in a sentence or two."""

    question: str
    answer: str


def list_reach(test: AmbitionTest, metric: Metric) -> list[Reach]:
    """List what is known of a target besides its verdict: how sure the chance is, effort, precedent, detection.

    Parameters
    ----------
    test
        Of any verdict; what is not known of it is left out, and all of it where there is no chance.
    metric
        What the target is about.
    """
    if test.verdict == "not testable":
        return []
    found = [
        Reach("How far can the chance be trusted?", say_kind(test)),
        Reach("What would it take?", _say_effort(test, metric)),
        Reach("Have boards done as much before?", _say_achievable(test)),
        Reach("Would an evaluation notice?", _say_detectable(test)),
    ]
    return [one for one in found if one.answer]


def say_kind(test: AmbitionTest) -> str:
    """Say whether a chance is calibrated, and by what; ``""`` where there is no chance."""
    if not math.isfinite(test.chance):
        return ""
    if test.calibration == "calibrated":
        return (
            f"It is calibrated: it counts how {_write_whole(test.n_errors)} such forecasts for boards of like size, "
            f"made at {_write_whole(test.n_origins)} earlier dates, turned out."
        )
    why = test.calibration_reason.rstrip(".")
    return f"It is uncalibrated: {why[:1].lower()}{why[1:]}." if why else "It is uncalibrated."


def say_outturn(row: Mapping[Any, Any], metric: Metric) -> str:
    """Say shortly what came of a target, for a line beneath its verdict.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.OUTTURNS`.
    """
    if not math.isfinite(row["outturn"]):
        return f"The outturn is not known: {row['reason']}."
    gap, side = row["people_gap"], "above" if metric.better == "lower" else "below"
    missed = not row["met"] and math.isfinite(gap)
    short = f", {side} the target by {name_count(abs(gap), metric)}" if missed else ""
    said = f"It came to {write_rate(row['outturn'])} against a target of {write_rate(row['target'])}{short}."
    if row["verdict"] == "not testable":
        return f"{said} Whether trend and chance explain that cannot be tested: {row['reason'].rstrip('.')}."
    better = (row["outturn"] <= row["expected"]) == (metric.better == "lower")
    odds, so = write_chance(row["p_value"]), "good" if better else "bad"
    return f"{said} With nothing changed, the chance of a figure at least so {so} was {odds}."


def say_share(row: Mapping[Any, Any]) -> str:
    """Say which share of the improvement asked for came about, with its interval; ``""`` where there is none."""
    share, lower, upper = (row[name] for name in ("share_achieved", "share_lower", "share_upper"))
    if not math.isfinite(share):
        return ""
    baseline = write_rate(row["baseline"])
    said = f"Of the improvement asked for on {baseline}, {write_share(share)} came about"
    if share < 0:
        back = write_share(-share)
        said = f"None of the improvement asked for on {baseline} came about: it went the other way, by {back} of it"
    # However wide, an interval that leaves nothing out tells something.
    if upper - lower <= _WIDEST or lower > 0:
        return f"{said} (95% interval {write_share(lower)} to {write_share(upper)})."
    return f"{said}; that share is not known with any certainty, so much does the baseline itself vary."


def say_payment(row: Mapping[Any, Any], *, share: float) -> str:
    """Say how often business as usual would bring the share that payment was tied to; ``""`` where not known.

    Parameters
    ----------
    share
        From which share of the improvement on payment was due.
    """
    if not math.isfinite(row["chance_of_payment"]):
        return ""
    times = write_chance_times(row["chance_of_payment"])
    achieved = row["share_achieved"]
    reached = ""
    if math.isfinite(achieved):
        reached = (
            f" The share that came about, {write_share(achieved)}, is {'' if achieved >= share else 'not '}enough."
        )
    return (
        f"Payment was due from {write_share(share)} of the improvement on.{reached} With nothing changed that much "
        f"would have come {times}."
    )


def _write_whole(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "an unknown number of"


def _say_effort(test: AmbitionTest, metric: Metric) -> str:
    even, likely = test.effort_50, test.effort_80
    if not math.isfinite(likely):
        return ""
    if likely <= 0:
        return "Nothing beyond business as usual, for a chance of four in five or more."

    def by(value: float) -> str:
        return f"{write_rate(value)} ({name_count(value * test.events_per_unit, metric)})"

    if even <= 0:
        return f"For an even chance nothing; for four in five an improvement on business as usual by {by(likely)}."
    return f"An improvement on business as usual by {by(even)} for an even chance, by {by(likely)} for four in five."


def _say_achievable(test: AmbitionTest) -> str:
    if not math.isfinite(test.achievable) or test.verdict == "no improvement":
        return ""
    count = round(test.achievable * test.achievable_of)
    saw = f"{count} ({write_share(test.achievable)}) saw" if count else "none saw"
    return (
        f"Of {test.achievable_of:,.0f} earlier stretches of time as long, of boards of like size and level, {saw} as "
        "large an improvement."
    )


def _say_detectable(test: AmbitionTest) -> str:
    if not math.isfinite(test.detectable_change):
        # Only of a rate that is to fall: it cannot fall by more than all of it.
        nothing = "A fit to 24 months before and after would miss even a fall to nothing more than one time in five."
        return nothing if math.isfinite(test.detectable_power) else ""
    least = write_rate(test.detectable_change)
    notice = f"A fit to 24 months before and after would notice a change of {least} four times in five"
    if not math.isfinite(test.detectable_power):
        return f"{notice}."
    times = write_chance_times(test.detectable_power)
    return f"{notice}; what this target asks for beyond business as usual, it would notice {times}."
