"""Where does a series jump? Each value against the XmR limits of the values just before it.

Limits that include the jump are widened by it, and a level that stays moves their mean: a change in
recording can hide within the limits of its own series. Here each value is held against limits from
the values before it alone. It is a screen for things to ask about: a series in which months
resemble each other passes such limits without anything having happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.spc import SCREEN, SIGMA, find_limits

Array = npt.NDArray[np.float64]

_SIGMAS = 2.66 * SIGMA


@dataclass(frozen=True)
class Jumps:
    """Each value against what came before it.

    Attributes
    ----------
    lower, upper
        Limits from the values before, shape ``(T, S)``; ``NaN`` where there are too few.
    size
        Distance from their mean, in standard deviations, signed, shape ``(T, S)``.
    sudden
        Whether the step from the value just before is beyond the limit of moving ranges too, shape ``(T, S)``.
    lasting
        How many values in a row, from this one on, lie outside these limits on the same side, shape ``(T, S)``.
    """

    lower: Array
    upper: Array
    size: Array
    sudden: npt.NDArray[np.bool_]
    lasting: npt.NDArray[np.int_]


def find_jumps(values: Array, *, window: int = 12, least: int = 8, floor: float = 0.25) -> Jumps:
    """Hold each value of each series against the limits of the values before it.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none.
    window
        How many periods before it set the limits.
    least
        How many values they must hold at the least.
    floor
        Least standard deviation, as a share of the median over the series: one that hardly ever moves would
        find a jump in a single case.

    Returns
    -------
    Jumps
    """
    n, n_series = values.shape
    lower, upper, size = (np.full((n, n_series), np.nan) for _ in range(3))
    sudden, lasting = np.zeros((n, n_series), np.bool_), np.zeros((n, n_series), np.int_)
    spread = find_limits(values).sigma
    smallest = floor * float(np.median(spread[np.isfinite(spread)])) if np.isfinite(spread).any() else 0.0
    for t in range(least, n):
        before = values[max(0, t - window) : t]
        enough = np.isfinite(before).sum(axis=0) >= least
        limits = find_limits(before)
        sigma = np.where(enough, np.fmax(limits.sigma, smallest), np.nan)
        sigma = np.where(sigma > 0, sigma, np.nan)
        mean = limits.mean
        lower[t], upper[t] = mean - _SIGMAS * sigma, mean + _SIGMAS * sigma
        size[t] = (values[t] - mean) / sigma
        with np.errstate(invalid="ignore"):
            sudden[t] = np.abs(values[t] - values[t - 1]) > SCREEN * SIGMA * sigma
            side = np.where(size[t] > 0, values[t:] > upper[t], values[t:] < lower[t])
        lasting[t] = np.logical_and.accumulate(side, axis=0).sum(axis=0)
    return Jumps(lower, upper, size, sudden, lasting)
