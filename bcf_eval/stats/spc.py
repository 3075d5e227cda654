"""Which points of a series are unusual? XmR limits and the special causes of the Making Data Count rules.

The chart of individual values (X) takes its limits from the moving ranges (mR): mean ± 2.66 x mean
moving range. Neighbours are taken as independent, so that a series in which months resemble the
month before signals far more often than its limits say: this describes and never tests.

References
----------
NHS England, Making Data Count. Wheeler, Understanding Variation (1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Special = Literal[
    "",
    "above the upper limit",
    "below the lower limit",
    "seven rising",
    "seven falling",
    "two of three near the upper limit",
    "two of three near the lower limit",
    "seven above the mean",
    "seven below the mean",
]

# In the order in which they are looked for: a point that shows several is given the first.
SPECIAL: tuple[Special, ...] = get_args(Special)
LIMIT = 2.66
# A mean moving range of 1.128 standard deviations is what independent Gaussian values have.
SIGMA = 1.128
SCREEN = 3.267
_RUN = 7


@dataclass(frozen=True)
class XmrLimits:
    """Limits of series of the same periods.

    Attributes
    ----------
    mean
        Centre line, shape ``(S,)``; ``NaN`` for a series without values.
    moving_range
        Mean moving range, after screening, shape ``(S,)``; ``NaN`` with fewer than two neighbours.
    lower, upper
        Natural process limits, shape ``(S,)``; ``NaN`` where all values are the same.
    """

    mean: Array
    moving_range: Array
    lower: Array
    upper: Array

    @property
    def sigma(self) -> Array:
        """Standard deviation that the moving ranges imply, shape ``(S,)``."""
        return self.moving_range / SIGMA


@dataclass(frozen=True)
class XmrChart:
    """Limits and special causes of series.

    Attributes
    ----------
    mean, lower, upper
        By period and series, shape ``(T, S)``; they change where the chart is rebased.
    special
        Place in :data:`SPECIAL`, shape ``(T, S)``; 0 is common cause.
    """

    mean: Array
    lower: Array
    upper: Array
    special: Whole


def find_limits(values: Array, *, screen: bool = True) -> XmrLimits:
    """Find the limits of each series.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none. A moving range needs two neighbours.
    screen
        Whether moving ranges beyond 3.267 times their mean are left out, once, before the mean is taken.

    Returns
    -------
    XmrLimits
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _mean(values)
        ranges = np.abs(np.diff(values, axis=0))
        average = _mean(ranges)
        if screen:
            average = _mean(np.where(ranges <= SCREEN * average, ranges, np.nan))
    # Where nothing ever moves there is no variation to set limits by, and no point is outside them.
    width = np.where(average > 0, LIMIT * average, np.nan)
    return XmrLimits(mean, average, mean - width, mean + width)


def chart(values: Array, *, rebase: tuple[int, ...] = (), screen: bool = True) -> XmrChart:
    """Find limits and special causes of each series.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none, which ends a run.
    rebase
        Places at which the limits are worked out anew from there; runs do not reach across them.
    screen
        As in :func:`find_limits`.

    Returns
    -------
    XmrChart
    """
    edges = [0, *sorted(rebase), len(values)]
    parts = [_chart(values[first:last], screen=screen) for first, last in pairwise(edges)]
    return XmrChart(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("mean", "lower", "upper", "special"))
    )


def _chart(values: Array, *, screen: bool) -> XmrChart:
    limits = find_limits(values, screen=screen)
    near = (limits.upper - limits.mean) * 2 / 3
    with np.errstate(invalid="ignore"):
        side = np.nan_to_num(np.sign(values - limits.mean))
        outside = (values > limits.upper) | (values < limits.lower)
        close = ~outside & (np.abs(values - limits.mean) > near)
        step = np.nan_to_num(np.sign(np.diff(values, axis=0)))
    rising, falling = (_lengthen(_in_run(step == way, _RUN - 1)) for way in (1, -1))
    causes = [
        outside & (side > 0),
        outside & (side < 0),
        rising,
        falling,
        _two_of_three(close, side > 0),
        _two_of_three(close, side < 0),
        _in_run(side > 0, _RUN),
        _in_run(side < 0, _RUN),
    ]
    special = np.select(causes, list(range(1, len(SPECIAL))), 0).astype(np.int8)
    mean, lower, upper = (np.broadcast_to(one, values.shape) for one in (limits.mean, limits.lower, limits.upper))
    return XmrChart(mean, lower, upper, special)


def _mean(values: Array) -> Array:
    """Mean down each column of what is there; ``NaN`` where nothing is."""
    count = np.isfinite(values).sum(axis=0)
    return np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)


def _in_run(holds: Flags, length: int) -> Flags:
    """Whether a place belongs to a run of at least so many places where something holds."""
    n = len(holds)
    found = np.zeros_like(holds)
    if n < length:
        return found
    full = np.lib.stride_tricks.sliding_window_view(holds, length, axis=0).all(axis=-1)
    for shift in range(length):
        found[shift : n - length + 1 + shift] |= full
    return found


def _lengthen(steps: Flags) -> Flags:
    """Turn steps that belong to a run into the points they lie between."""
    points = np.zeros((len(steps) + 1, *steps.shape[1:]), np.bool_)
    points[1:] |= steps
    points[:-1] |= steps
    return points


def _two_of_three(close: Flags, beside: Flags) -> Flags:
    """Whether a point near a limit has another such among three neighbours that all lie on that side of the mean."""
    n = len(close)
    near = close & beside
    found = np.zeros_like(near)
    if n < 3:
        return found
    windows = np.lib.stride_tricks.sliding_window_view
    full = (windows(near, 3, axis=0).sum(axis=-1) >= 2) & windows(beside, 3, axis=0).all(axis=-1)
    for shift in range(3):
        found[shift : n - 2 + shift] |= full
    return found & near
