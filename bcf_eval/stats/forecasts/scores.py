"""How good were the forecasts? Proper scores of chances and of whole distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Chances that were given beside how often the thing came, bin by bin; arrays of shape ``(b,)``.

    Attributes
    ----------
    given
        Mean chance within the bin; ``NaN`` where it is empty.
    came
        Share in which the thing happened.
    n
        How many fell into the bin.
    """

    given: Array
    came: Array
    n: npt.NDArray[np.int_]


def score_brier(chance: npt.ArrayLike, happened: npt.ArrayLike) -> Array:
    """Mean squared distance of chances from what happened: 0 is perfect, 0.25 is what a coin's half always gets.

    Parameters
    ----------
    chance
        Between 0 and 1, ``NaN`` where none was given.
    happened
        Whether the thing came, of the same shape.

    Returns
    -------
    ndarray
        A number; ``NaN`` where no chance was given at all.

    References
    ----------
    Brier 1950, Monthly Weather Review 78:1. Gneiting & Raftery 2007, JASA 102:359.
    """
    given, came = np.asarray(chance, float), np.asarray(happened, float)
    known = np.isfinite(given) & np.isfinite(came)
    return np.asarray(((given[known] - came[known]) ** 2).mean() if known.any() else np.nan)


def score_crps(quantiles: npt.ArrayLike, levels: npt.ArrayLike, observed: npt.ArrayLike) -> Array:
    """Continuous ranked probability score of distributions that are known by their quantiles.

    Twice the mean pinball loss over evenly spaced levels, in the unit of what was forecast: for a forecast without
    any spread it is the absolute error.

    Parameters
    ----------
    quantiles
        Shape ``(S, m)``.
    levels
        Midpoints of equal parts of (0, 1), shape ``(m,)``.
    observed
        Shape ``(S,)``.

    Returns
    -------
    ndarray
        Shape ``(S,)``.

    References
    ----------
    Gneiting & Raftery 2007, JASA 102:359. Laio & Tamea 2007, HESS 11:1267.
    """
    q, tau = np.asarray(quantiles, float), np.asarray(levels, float)
    gap = np.asarray(observed, float)[:, None] - q
    return np.asarray(2 * np.maximum(tau * gap, (tau - 1) * gap).mean(axis=1))


def split_levels(m: int) -> Array:
    """Midpoints of ``m`` equal parts of (0, 1), shape ``(m,)``."""
    return (np.arange(m) + 0.5) / m


def measure_reliability(chance: npt.ArrayLike, happened: npt.ArrayLike, *, edges: npt.ArrayLike) -> Reliability:
    """Set chances beside how often the thing came.

    Parameters
    ----------
    chance, happened
        As for :func:`score_brier`.
    edges
        Rising, from 0 to 1, shape ``(b + 1,)``; a chance on an edge belongs to the bin above it.
    """
    given, came = np.asarray(chance, float), np.asarray(happened, float)
    known = np.isfinite(given) & np.isfinite(came)
    given, came, cuts = given[known], came[known], np.asarray(edges, float)
    place = np.clip(np.searchsorted(cuts, given, side="right") - 1, 0, cuts.size - 2)
    n = np.bincount(place, minlength=cuts.size - 1)
    with np.errstate(invalid="ignore"):
        return Reliability(np.bincount(place, given, cuts.size - 1) / n, np.bincount(place, came, cuts.size - 1) / n, n)
