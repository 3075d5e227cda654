"""Why is there no forecast for an area? Too few comparable months, the last one missing, or no variation."""

from __future__ import annotations

import math

import numpy as np

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline
from bcf_eval.periods import parse_period
from bcf_eval.specs import Ambition, Protocol

NO_TARGET = "there is no target to be tested"


def find_untold_reason(panel: Panel, baseline: Baseline, ambition: Ambition, stated: float, protocol: Protocol) -> str:
    """Say the true reason why a target by month cannot be tested.

    Parameters
    ----------
    panel
        Months that cannot be compared with the last known one left out.
    baseline
        The months a forecast would stand on.
    ambition
        Of which area.
    stated
        The value it states as its baseline.
    protocol
        States how many months are needed.
    """
    if not math.isfinite(stated):
        return "the stated baseline has no value"
    place, end = panel.column(ambition.area_code), baseline.periods[-1]
    values = panel.value[panel.rows(baseline.periods), place]
    below, known = values < 0, values >= 0
    if below.any() and (known.sum() < protocol.ambition_min_points or below[-1]):
        return (
            f"figures are below zero, which no count can be, in {below.sum()} of the {below.size} months of baseline, "
            "and those left are too few or do not reach its end"
        )
    if known.sum() < protocol.ambition_min_points:
        return _count_months(panel, baseline, ambition.area_code, int(known.sum()), protocol.ambition_min_points)
    if not known[-1]:
        row, month = panel.periods.index(end), parse_period(end).label
        if panel.incomplete[row, place]:
            return f"figures of a provider seem to be missing in {month}, the last month of the baseline"
        if panel.implausible[row, place]:
            return f"figures seem to be counted twice or in error in {month}, the last month of the baseline"
        return f"there is no figure for {month}, the last month of the baseline"
    if np.ptp(values[known]) == 0:
        return "the series does not vary"
    return NO_TARGET if not math.isfinite(ambition.planned) else "no forecast could be made"


def _count_months(panel: Panel, baseline: Baseline, code: str, n: int, least: int) -> str:
    changes = [one for one in panel.recounted.get(code, ()) if baseline.periods[0] < one <= baseline.periods[-1]]
    if changes:
        month = parse_period(changes[-1]).label
        return (
            f"in {month} {panel.recounted_why[code]}, and only {n} months of baseline since then can be compared; "
            f"{least} are needed"
        )
    return f"too few months: {n} of the {len(baseline.periods)} months of baseline have a figure; {least} are needed"
