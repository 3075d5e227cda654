"""Is a target for a yearly count more than trend and chance? Verdicts, limits and effort by the pooled lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.annual.outlook import AnnualOutlook
from bcf_eval.evaluate.annual.record import Record
from bcf_eval.specs import Metric, Protocol
from bcf_eval.stats.counts.pooled_predictive import CountPredictive

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

# Halvings of the shift that brings a chance about; on a scale of logs they tell a ten-thousandth.
_HALVINGS = 24
_FARTHEST = 6.0
_INSIDE = 1e-9


@dataclass(frozen=True)
class Targets:
    """Targets of one question; arrays of shape ``(S,)``.

    Attributes
    ----------
    columns
        Where their areas stand in the panel.
    planned, stated
        The target and what it is set against, in the metric's unit.
    per_unit
        People that one unit stands for.
    record
        What boards have done before.
    """

    columns: npt.NDArray[np.intp]
    planned: Array
    stated: Array
    per_unit: Array
    record: Record


@dataclass(frozen=True)
class Weighed:
    """Targets weighed against the lines; arrays of shape ``(S,)``.

    Attributes
    ----------
    verdicts
        Where the shocks that boards may share tell different ones, ``not testable``.
    chance, least_chance, most_chance
        With the shared shock that is shown, and over all that are tried.
    expected, lower, upper, smallest
        In the metric's unit.
    """

    verdicts: Texts
    chance: Array
    least_chance: Array
    most_chance: Array
    expected: Array
    lower: Array
    upper: Array
    smallest: Array


def weigh_targets(outlook: AnnualOutlook, targets: Targets, metric: Metric, protocol: Protocol) -> Weighed:
    """Weigh targets against business as usual, the trend alone and what boards have done.

    Parameters
    ----------
    outlook
        Of all areas of the panel.
    """
    lower_is_better = metric.better == "lower"
    of_targets = outlook.take(targets.columns)
    shown = of_targets[0]
    wanted = targets.planned * targets.per_unit
    chances = np.array([one.chance(wanted, lower_is_better=lower_is_better) for one in of_targets])
    tail = (1 - protocol.interval) / 2
    least = np.array([one.least_beyond(alpha=protocol.alpha, lower_is_better=lower_is_better) for one in of_targets])
    tighter = np.minimum if lower_is_better else np.maximum
    # Just inside, so that a target set at the limit is itself called meaningful.
    sign = 1.0 if lower_is_better else -1.0
    medians = np.array([one.median / targets.per_unit for one in of_targets])
    limits = [*medians, outlook.continues[targets.columns], targets.stated]
    smallest = tighter.reduce(least / targets.per_unit)
    smallest = np.where(np.isnan(least).any(axis=0), np.nan, smallest)
    for limit in limits:
        smallest = tighter(smallest, limit - sign * _INSIDE * np.abs(limit))
    if metric.statistic == "proportion":
        smallest = np.where(smallest <= metric.multiplier, smallest, np.nan)
    return Weighed(
        verdicts=judge_targets(outlook, targets, metric, protocol, alpha=protocol.alpha, chances=chances),
        chance=chances[0],
        least_chance=chances.min(axis=0),
        most_chance=chances.max(axis=0),
        expected=medians[0],
        lower=shown.quantile(tail) / targets.per_unit,
        upper=shown.quantile(1 - tail) / targets.per_unit,
        smallest=smallest,
    )


def judge_targets(
    outlook: AnnualOutlook,
    targets: Targets,
    metric: Metric,
    protocol: Protocol,
    *,
    alpha: float,
    chances: Array | None = None,
) -> Texts:
    """Pass the verdicts in the order of the closed list; ``not testable`` where the shared shocks disagree.

    Parameters
    ----------
    alpha
        Chance below which meeting a target is called unlikely.
    chances
        Of meeting the targets, one row a shared shock; worked out where left out.
    """
    lower_is_better = metric.better == "lower"
    sign = -1.0 if lower_is_better else 1.0
    of_targets = outlook.take(targets.columns)
    wanted = targets.planned * targets.per_unit
    if chances is None:
        chances = np.array([one.chance(wanted, lower_is_better=lower_is_better) for one in of_targets])
    medians = np.array([one.median / targets.per_unit for one in of_targets])
    # The better of business as usual and the trend alone.
    under_way = np.fmax(sign * medians, sign * outlook.continues[targets.columns])
    asked = sign * targets.planned
    passed = np.select(
        [
            ~np.isfinite(chances) | ~np.isfinite(targets.stated),
            np.broadcast_to(asked <= sign * targets.stated + 1e-9 * np.abs(targets.stated), chances.shape),
            under_way >= asked,
            chances >= alpha,
            np.broadcast_to(targets.record.share < 1 - protocol.record_share - 1e-12, chances.shape),
        ],
        ["not testable", "no improvement", "rewards trend", "within variation", "beyond the record"],
        "meaningful",
    ).astype(object)
    agree = (passed == passed[0]).all(axis=0)
    return np.where(agree, passed[0], "not testable").astype(object)


def measure_effort(predictive: CountPredictive, wanted: Array, *, chance: float, lower_is_better: bool) -> Array:
    """How many people of improvement over business as usual give a chance of meeting a target, shape ``(S,)``.

    Parameters
    ----------
    wanted
        The target, as people.

    Returns
    -------
    ndarray
        0 where nothing need change; ``NaN`` where nothing on the scale of the line would do.
    """
    sign = -1.0 if lower_is_better else 1.0

    def is_met(by: Array) -> npt.NDArray[np.bool_]:
        return predictive.shift(sign * by).chance(wanted, lower_is_better=lower_is_better) >= chance

    found = _find_least(is_met, predictive.mean.shape)
    moved = predictive.shift(sign * found).median - predictive.median
    return np.where(np.isfinite(predictive.mean), np.abs(moved), np.nan)


def _find_least(is_met: Callable[[Array], npt.NDArray[np.bool_]], shape: tuple[int, ...]) -> Array:
    """The least shift at which something holds, by halving; ``NaN`` where not even the farthest does."""
    low, high = np.zeros(shape), np.full(shape, _FARTHEST)
    already, ever = is_met(low), is_met(high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        holds = is_met(middle)
        low, high = np.where(holds, low, middle), np.where(holds, middle, high)
    return np.where(already, 0.0, np.where(ever, high, np.nan))
