"""Where does each area stand among the others, and how sure is that? Ranks with their uncertainty, by simulation.

The ranks of bare estimates spread areas too far apart, for they rank the errors too. Here each estimate is first
drawn towards the mean as far as its error asks for (empirical Bayes), and ranks are those of draws from what is
then known of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.together.heterogeneity import estimate_heterogeneity

Array = npt.NDArray[np.float64]

_CHUNK = 1000


@dataclass(frozen=True)
class Ranks:
    """Where areas stand, every array of shape ``(S,)``; ``NaN`` where there is no estimate. Rank 1 is the lowest.

    Attributes
    ----------
    n
        How many are ranked.
    rank
        By the average of the simulated ranks, each number once.
    lower, upper
        Between them lies the true rank, with the coverage asked for on the average over areas.
    shrunken, shrunken_error
        Estimate drawn towards the mean, and its standard error.
    """

    n: int
    rank: Array
    lower: Array
    upper: Array
    shrunken: Array
    shrunken_error: Array


def rank_areas(
    estimates: npt.ArrayLike,
    std_errors: npt.ArrayLike,
    *,
    draws: int = 4000,
    seed: int = 20150401,
    level: float = 0.95,
) -> Ranks:
    """Rank areas from the lowest estimate on.

    Parameters
    ----------
    estimates, std_errors
        In one unit, shape ``(S,)``; ``NaN`` where there is none.
    draws, seed
        Of the simulation.
    level
        Coverage.

    Returns
    -------
    Ranks
        With fewer than three areas all are ``NaN``. Where areas differ by no more than error every one may have any
        rank.

    References
    ----------
    Laird & Louis 1989, Journal of Educational Statistics 14:29. Goldstein & Spiegelhalter 1996, JRSS A 159:385.
    """
    y, error = np.asarray(estimates, float), np.asarray(std_errors, float)
    known = np.isfinite(y) & np.isfinite(error) & (error > 0)
    found = estimate_heterogeneity(y[known], error[known])
    empty = np.full(y.shape, np.nan)
    if not np.isfinite(found.tau):
        return Ranks(0, *[empty] * 5)
    variance, between = error[known] ** 2, found.tau**2
    kept = between / (between + variance)
    shrunken, spread = found.mean + kept * (y[known] - found.mean), np.sqrt(kept * variance)
    # Without spread between areas nothing tells them apart: any order is as likely as any other.
    ranks = _simulate(*((shrunken, spread) if between > 0 else (0 * shrunken, 0 * spread + 1)), draws, seed)
    tail = (1 - level) / 2
    order = np.argsort(np.argsort(np.where(between > 0, ranks.mean(axis=0), y[known]), kind="stable")) + 1.0
    lower, upper = np.quantile(ranks, [tail, 1 - tail], axis=0, method="nearest").astype(float)
    filled = [order, np.minimum(lower, order), np.maximum(upper, order), shrunken, spread]
    return Ranks(int(known.sum()), *(_place(one, known) for one in filled))


def _simulate(centre: Array, spread: Array, draws: int, seed: int) -> npt.NDArray[np.int32]:
    """Ranks of draws, shape ``(draws, n)``."""
    rng = np.random.default_rng(seed)
    ranks = np.empty((draws, centre.size), np.int32)
    numbers = np.arange(1, centre.size + 1, dtype=np.int32)[None]
    for first in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - first)
        drawn = centre + spread * rng.standard_normal((size, centre.size))
        place = np.argsort(drawn, axis=1)
        np.put_along_axis(ranks[first : first + size], place, numbers, axis=1)
    return ranks


def _place(values: Array, known: npt.NDArray[np.bool_]) -> Array:
    whole = np.full(known.shape, np.nan)
    whole[known] = values
    return whole
