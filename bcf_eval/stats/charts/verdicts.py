"""What does a control chart say in words? The kind of each point, where things stand, and whether a target is safe.

References
----------
NHS England, Making Data Count.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.charts.signals import SPECIAL
from bcf_eval.stats.charts.spc import XmrChart

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
PointKind = Literal[
    "common cause",
    "special cause of concern",
    "special cause of improvement",
    "special cause, neither good nor bad",
]
Assurance = Literal[
    "",
    "consistently meets the target",
    "consistently misses the target",
    "may or may not meet the target",
]

POINT_KINDS: tuple[PointKind, ...] = get_args(PointKind)
ASSURANCES: tuple[Assurance, ...] = get_args(Assurance)
# Which way each special cause points, by its place in SPECIAL.
_WAY = np.array([0, *(1 if any(one in name for one in ("above", "upper", "rising")) else -1 for name in SPECIAL[1:])])


def name_points(made: XmrChart, *, better: Literal["lower", "higher", "neither"]) -> Texts:
    """Say of each point what kind it is, shape ``(T, S)``; one of :data:`POINT_KINDS`.

    A special cause is one of improvement or concern by the way it points: also seven falling above the mean are good
    where low is good.

    Parameters
    ----------
    made
        The chart.
    better
        Direction of the metric.
    """
    way = _WAY[made.special]
    good = {"lower": -1, "higher": 1, "neither": 0}[better]
    unusual = way != 0
    return np.select(
        [~unusual, unusual & (good == 0), way == good],
        [POINT_KINDS[0], POINT_KINDS[3], POINT_KINDS[2]],
        POINT_KINDS[1],
    ).astype(object)


def judge_variation(values: Array, made: XmrChart, *, better: Literal["lower", "higher", "neither"]) -> Texts:
    """Say what kind the last known point of each series is, shape ``(S,)``; ``""`` where there is none."""
    known = np.isfinite(values)
    last = len(values) - 1 - known[::-1].argmax(axis=0)
    kinds = name_points(made, better=better)[last, np.arange(values.shape[1])]
    return np.where(known.any(axis=0), kinds, "").astype(object)


def judge_assurance(made: XmrChart, target: npt.ArrayLike, *, better: Literal["lower", "higher"]) -> Texts:
    """Say whether a process that stays as it is will meet a target, from the last limits; one of :data:`ASSURANCES`.

    Parameters
    ----------
    made
        The chart.
    target
        In the unit of the series, shape ``(S,)`` or one for all; ``NaN`` where there is none.
    better
        Direction of the metric.

    Returns
    -------
    ndarray
        Shape ``(S,)``. A target within the limits, or without limits to set it beside, may or may not be met.
    """
    wanted = np.broadcast_to(np.asarray(target, float), made.upper.shape[1:])
    above, below = wanted > made.upper[-1], wanted < made.lower[-1]
    missed, met = (above, below) if better == "higher" else (below, above)
    said = np.select([np.isnan(wanted), met, missed], ASSURANCES[:3], ASSURANCES[3])
    return said.astype(object)
