"""What is said of an ambition that cannot be tested? The same row as of the others, with its reason."""

from __future__ import annotations

import math

from bcf_eval.catalogue import load
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Ambition


def refuse_ambition(ambition: Ambition, reason: str, *, method: str = "", baseline: float = math.nan) -> AmbitionTest:
    """Answer that an ambition cannot be tested.

    Parameters
    ----------
    ambition
        What was asked.
    reason
        Why there is no verdict.
    method
        How it would have been tested.
    baseline
        The value of its baseline period, where it is known.
    """
    return AmbitionTest(
        ambition=ambition.key,
        area_code=ambition.area_code,
        area_name=load.areas()[ambition.area_code].name,
        metric=ambition.metric,
        period=ambition.period,
        target=ambition.planned,
        baseline_start="",
        baseline_end=ambition.baseline_end,
        n_baseline=0,
        baseline_period=ambition.baseline_period,
        baseline=baseline if math.isnan(ambition.baseline_value) else ambition.baseline_value,
        expected=math.nan,
        lower=math.nan,
        upper=math.nan,
        log_sd=math.nan,
        floor=math.nan,
        chance=math.nan,
        calibration="uncalibrated",
        calibration_reason="",
        track_record="",
        verdict="not testable",
        reason=reason,
        fragile=False,
        smallest_meaningful=math.nan,
        smallest_meaningful_days=math.nan,
        events_per_unit=math.nan,
        trends={"continues": math.nan, "damped": math.nan, "none": math.nan},
        naive={"p_value": math.nan, "verdict": "not known"},
        method=method,
        checks=[],
        vintage=ambition.vintage,
        source=ambition.source,
    )
