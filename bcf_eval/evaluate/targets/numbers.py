"""Which numbers does a target's test give? Chances, limits, efforts, what was done before and what could be seen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.its.placebo import find_change_limit
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.achievable import Achievable
from bcf_eval.evaluate.targets.baseline import Baseline, Question
from bcf_eval.evaluate.targets.detectable import measure_detectable
from bcf_eval.evaluate.targets.outlook import AreaOutlook
from bcf_eval.periods import parse_period
from bcf_eval.specs import Ambition, Protocol
from bcf_eval.stats.counts.counts import known_rate_p_value
from bcf_eval.stats.forecasts.ambition import (
    chance_of_meeting,
    effort_to_meet,
    naive_p_value,
    smallest_meaningful,
)

Array = npt.NDArray[np.float64]

# An even chance, and four in five: what is said of them says so, and no protocol can change it.
EFFORT_CHANCES = (0.5, 0.8)
_NAIVE_MONTHS = 12


@dataclass(frozen=True)
class Asked:
    """Ambitions of one question, and the numbers they are judged by; arrays of shape ``(S,)``."""

    ambitions: list[Ambition]
    columns: npt.NDArray[np.intp]
    planned: Array
    stated: Array
    question: Question


@dataclass(frozen=True)
class Numbers:
    """Numbers of :class:`~bcf_eval.results.AmbitionTest` by their names there, each of shape ``(S,)``."""

    expected: Array
    lower: Array
    upper: Array
    log_sd: Array
    floor: Array
    chance: Array
    chance_calibrated: Array
    chance_gaussian: Array
    n_errors: Array
    n_origins: Array
    smallest_meaningful: Array
    smallest_meaningful_days: Array
    events_per_unit: Array
    effort_50: Array
    effort_80: Array
    achievable: Array
    achievable_of: Array
    detectable_power: Array
    detectable_change: Array

    def at(self, place: int) -> dict[str, float]:
        """The numbers of one ambition."""
        return {one.name: float(getattr(self, one.name)[place]) for one in fields(self)}


def measure_numbers(
    panel: Panel,
    asked: Asked,
    baseline: Baseline,
    outlook: AreaOutlook,
    achievable: Achievable,
    protocol: Protocol,
) -> Numbers:
    """Measure what is said of every target.

    Parameters
    ----------
    panel, asked, baseline
        The data, the targets, and the months they are judged by.
    outlook
        Business as usual; ``NaN`` where a target cannot be tested.
    achievable
        What boards have done before.
    protocol
        The choices.
    """
    lower_is_better = panel.metric.better == "lower"
    usual, unknown = outlook.predictive, np.full(asked.planned.shape, np.nan)
    chance, gaussian = (
        np.clip(
            chance_of_meeting(one, asked.planned, lower_is_better=lower_is_better),
            protocol.chance_floor,
            1 - protocol.chance_floor,
        )
        for one in (usual, usual.gaussian)
    )
    smallest = smallest_meaningful(usual, outlook.continues, alpha=protocol.alpha, lower_is_better=lower_is_better)
    # Nor is a target an ambition that does not improve on its own baseline.
    within = asked.stated * (1 - 1e-8 if lower_is_better else 1 + 1e-8)
    smallest = (np.minimum if lower_is_better else np.maximum)(smallest, within)
    tail = (1 - protocol.interval) / 2
    lower, upper = usual.quantile(tail), usual.quantile(1 - tail)
    # A bell curve for pictures, as wide as the record's own interval.
    reach = np.log((upper + usual.floor) / (lower + usual.floor)) / (2 * NormalDist().inv_cdf(1 - tail))
    effort_50, effort_80 = (
        effort_to_meet(usual, asked.planned, probability=one, lower_is_better=lower_is_better) for one in EFFORT_CHANCES
    )
    asks_for = (usual.median - asked.planned) * (1 if lower_is_better else -1)
    limit = find_change_limit(panel, protocol)
    detectable = measure_detectable(
        panel, asked.question, baseline, asked.columns, asks_for, usual.median, protocol, limit=limit
    )
    return Numbers(
        expected=usual.median,
        lower=lower,
        upper=upper,
        log_sd=np.where(usual.calibrated, reach, usual.log_sd),
        floor=usual.floor,
        chance=chance,
        chance_calibrated=np.where(usual.calibrated, chance, np.nan),
        chance_gaussian=gaussian,
        n_errors=unknown if usual.tails is None else usual.tails.n_errors,
        n_origins=unknown if usual.tails is None else usual.tails.n_origins,
        smallest_meaningful=smallest,
        smallest_meaningful_days=smallest * outlook.events_per_unit,
        events_per_unit=outlook.events_per_unit,
        effort_50=effort_50,
        effort_80=effort_80,
        achievable=achievable.share,
        achievable_of=achievable.of,
        detectable_power=detectable.power,
        detectable_change=detectable.change,
    )


def find_naive_p_value(panel: Panel, asked: Asked, baseline: Baseline, outlook: AreaOutlook) -> Array:
    """The customary test: of a rate per day the year's months by a z-test, of events a Poisson count."""
    lower_is_better = panel.metric.better == "lower"
    months = baseline.periods[-_NAIVE_MONTHS:]
    rows = np.ix_(panel.rows(months), asked.columns)
    if panel.metric.per_day:
        return naive_p_value(panel.value[rows], asked.planned, lower_is_better=lower_is_better)
    days = sum(parse_period(month).days for month in months)
    expected = panel.numerator[rows].sum(0) * asked.question.target.days / max(days, 1)
    return known_rate_p_value(expected, asked.planned * outlook.events_per_unit, lower_is_better=lower_is_better)
