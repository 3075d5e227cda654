"""Between which limits does a series vary? XmR limits, worked out anew or held fixed, and what falls outside them.

The chart of individual values (X) takes its limits from the moving ranges (mR): mean ± 2.66 x mean
moving range. Neighbours are taken as independent, so that a series in which months resemble the
month before signals far more often than its limits say: this describes and never tests
(see :mod:`bcf_eval.stats.charts.autocorrelation`).

References
----------
NHS England, Making Data Count. Wheeler, Understanding Variation (1993).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.charts.signals import SPECIAL, Flags, Special, Whole, find_signals

__all__ = ["LIMIT", "SCREEN", "SIGMA", "SPECIAL", "Special", "XmrChart", "XmrLimits", "chart", "find_limits"]

Array = npt.NDArray[np.float64]

LIMIT = 2.66
# A mean moving range of 1.128 standard deviations is what independent Gaussian values have.
SIGMA = 1.128
SCREEN = 3.267


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
    """Limits and special causes of series, every array of shape ``(T, S)``.

    Attributes
    ----------
    mean, lower, upper
        They change where the chart is rebased.
    special
        Place in :data:`SPECIAL`; 0 is common cause.
    side, outside, close
        See :class:`bcf_eval.stats.charts.signals.Signals`.
    """

    mean: Array
    lower: Array
    upper: Array
    special: Whole
    side: Whole
    outside: Flags
    close: Flags


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


def chart(values: Array, *, rebase: tuple[int, ...] = (), fixed: int | None = None, screen: bool = True) -> XmrChart:
    """Find limits and special causes of each series.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none, which ends a run.
    rebase
        Places at which the limits are worked out anew from there; runs do not reach across them.
    fixed
        Take limits from the first so many periods only (after each rebase too) and carry them on; ``None``: from all.
    screen
        As in :func:`find_limits`.

    Returns
    -------
    XmrChart
    """
    edges = [0, *sorted(rebase), len(values)]
    spans = [one for one in pairwise(edges) if one[0] < one[1]] or [(0, 0)]
    parts = [_chart(values[first:last], fixed, screen=screen) for first, last in spans]
    return XmrChart(*(np.concatenate([getattr(part, name) for part in parts]) for name in XmrChart.__annotations__))


def _chart(values: Array, fixed: int | None, *, screen: bool) -> XmrChart:
    limits = find_limits(values[:fixed], screen=screen)
    found = find_signals(values, limits.mean, limits.lower, limits.upper)
    mean, lower, upper = (np.broadcast_to(one, values.shape) for one in (limits.mean, limits.lower, limits.upper))
    return XmrChart(mean, lower, upper, found.special, found.side, found.outside, found.close)


def _mean(values: Array) -> Array:
    """Mean down each column of what is there; ``NaN`` where nothing is."""
    count = np.isfinite(values).sum(axis=0)
    return np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)
