"""Where does a series jump? Each value against those just before it, and the level before against the level after.

Limits that include the jump are widened by it, and a level that stays moves their mean: a change in
recording can hide within the limits of its own series. Here each value is held against limits from
the values before it alone; and, to find levels that move and stay even early in a series, the few
values before each point against the few from it on. Both are screens for things to ask about: a
series in which months resemble each other passes such limits without anything having happened.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.charts.spc import SCREEN, SIGMA, find_limits

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


@dataclass(frozen=True)
class Shifts:
    """The level before each value against the level from it on.

    Attributes
    ----------
    before, after
        Medians of the values on either side, the value itself after, shape ``(T, S)``.
    step
        Change from the value just before, in robust standard deviations of such changes, signed, shape ``(T, S)``.
    found
        Whether the level moved there and stayed, shape ``(T, S)``.
    """

    before: Array
    after: Array
    step: Array
    found: npt.NDArray[np.bool_]


def find_shifts(values: Array, *, window: int = 6, least: int = 3, sigmas: float = 3.0) -> Shifts:
    """Find where the level of each series moves at once and stays.

    Three things must hold: the medians of the values before and from there on lie more than ``sigmas`` apart; so do
    the value and the one just before it, in the same direction; and no value on one side reaches into the range of
    the other. Sigma is 1.4826 times the median distance of one-step changes from their own median, which a single
    jump hardly moves.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none.
    window
        How many periods on either side are looked at.
    least
        How many values each side must hold at the least.
    sigmas
        How far is a shift.

    Returns
    -------
    Shifts
    """
    n, n_series = values.shape
    before, after = (np.full((n, n_series), np.nan) for _ in range(2))
    apart = np.zeros((n, n_series), np.bool_)
    steps = np.vstack([np.full((1, n_series), np.nan), np.diff(values, axis=0)])
    with warnings.catch_warnings():
        # A series without any value has no median.
        warnings.simplefilter("ignore", RuntimeWarning)
        sigma = 1.4826 * np.nanmedian(np.abs(steps - np.nanmedian(steps, axis=0)), axis=0)
        sigma = np.where(sigma > 0, sigma, np.nan)
        for t in range(least, n - least + 1):
            earlier, later = values[max(0, t - window) : t], values[t : t + window]
            enough = (np.isfinite(earlier).sum(axis=0) >= least) & (np.isfinite(later).sum(axis=0) >= least)
            before[t] = np.where(enough, np.nanmedian(earlier, axis=0), np.nan)
            after[t] = np.where(enough, np.nanmedian(later, axis=0), np.nan)
            above = np.nanmin(later, axis=0) > np.nanmax(earlier, axis=0)
            apart[t] = above | (np.nanmax(later, axis=0) < np.nanmin(earlier, axis=0))
        size, step = (after - before) / sigma, steps / sigma
        found = apart & (np.abs(size) > sigmas) & (step * np.sign(size) > sigmas)
    return Shifts(before, after, step, found)
