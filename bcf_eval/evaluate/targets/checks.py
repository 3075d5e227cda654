"""What should a reader of an ambition's test know? Its calibration, steps, season, changes in counting, fragility."""

from __future__ import annotations

import numpy as np

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, Question, find_steps_ahead
from bcf_eval.evaluate.targets.fragility import Variant, check_fragility
from bcf_eval.evaluate.targets.record import Record
from bcf_eval.evaluate.targets.replay import CLASSES, describe_heavy_class
from bcf_eval.periods import parse_period
from bcf_eval.results import FOR_INFORMATION, CheckResult
from bcf_eval.specs import ENGLAND, Protocol

NOT_A_BOARD = "the record is of forecasts for boards, and this is none"
_BOARDS_TO_POOL = 20


def find_uncalibrated_reason(record: Record, area_code: str) -> str:
    """Say why an area's chances are not those of the record; ``""`` where they are."""
    return record.reason or (NOT_A_BOARD if area_code == ENGLAND else "")


def check_zeros(panel: Panel, baseline: Baseline, code: str, protocol: Protocol) -> list[CheckResult]:
    """Say that the rate is zero in many months of a baseline, so that zero may come by itself; nothing where not."""
    if baseline.reason:
        return []
    values = panel.value[panel.rows(baseline.periods), panel.column(code)]
    known, zeros = int(np.isfinite(values).sum()), int((values == 0).sum())
    if zeros <= protocol.max_zero_share * known:
        return []
    detail = f"The rate is zero in {zeros} of {known} months of baseline: counts are small, and zero comes by itself. "
    return [CheckResult("months of zero", False, f"{detail}Take the answer with care.")]


def check_ambition(
    panel: Panel,
    question: Question,
    baseline: Baseline,
    moving: list[Variant],
    protocol: Protocol,
    *,
    verdict: str,
    uncalibrated: str,
    track_record: str,
    held: bool,
    heavy_class: int | None,
) -> list[CheckResult]:
    """List what was looked at.

    Parameters
    ----------
    panel, question, baseline, protocol
        What the test was made of.
    moving
        Choices under which the verdict is another.
    verdict
        That was passed.
    uncalibrated
        Why the chance is not from the record; ``""`` where it is.
    track_record
        How such chances did, in words.
    held
        Whether they came about as often as was said.
    heavy_class
        The class of trend of which the record is used alone; ``None`` for that of size.
    """
    checks = [CheckResult("calibration", held, track_record)]
    if verdict == "not testable":
        # There is no chance to be trusted.
        checks = []
    elif uncalibrated:
        checks = [CheckResult("calibration", False, f"The chance is uncalibrated: {uncalibrated}.")]
    elif heavy_class in CLASSES:
        checks.append(CheckResult("tails of its trend", False, describe_heavy_class(heavy_class)))
    if baseline.breaks and verdict != "not testable":
        steps = "; ".join(f"in {parse_period(one.period).label} {one.label}" for one in baseline.breaks)
        checks.append(CheckResult(FOR_INFORMATION, True, f"A step was fitted for each: {steps}."))
    boards = sum(code != ENGLAND for code in panel.areas)
    if boards < _BOARDS_TO_POOL:
        detail = f"The season is estimated from too few boards ({boards}): give the data of all boards, not of one."
        checks.append(CheckResult("season pooled over boards", False, detail))
    for one in find_steps_ahead(panel.metric.key, question):
        detail = f"Between the baseline and the target, in {parse_period(one.period).label}, {one.label}; "
        detail += "the outcome may be counted otherwise than the baseline."
        checks.append(CheckResult("change in counting ahead", False, detail))
    if verdict != "not testable":
        checks.append(check_fragility(moving, protocol))
    return checks
