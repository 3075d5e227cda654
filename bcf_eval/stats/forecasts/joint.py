"""How many boards would miss by chance alone? Boards move together, so their chances cannot be counted one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Array = npt.NDArray[np.float64]

# Draws by boards that are held at once.
_CELLS = 4_000_000


@dataclass(frozen=True)
class CountRange:
    """How many of some boards: what is expected, and the middle 90% of what chance brings."""

    expected: float
    lower: float
    upper: float


def simulate_count(chance: npt.ArrayLike, *, shared: float, draws: int, seed: int, level: float = 0.9) -> CountRange:
    """Simulate how many boards something happens to, when a part of what moves them moves them all.

    Each board's error is the same shock with weight ``shared`` and one of its own with the rest, both Gaussian after
    each board's errors have been brought to that scale: whatever their own distributions are, only how they hang
    together is Gaussian.

    Parameters
    ----------
    chance
        That it happens to each board, shape ``(S,)``; ``NaN`` ones are left out.
    shared
        Part of the variance of their errors that the shock makes, between 0 and 1: the correlation of two boards.
    draws, seed
        Of the simulation.
    level
        Coverage of the range; there is none where ``shared`` is ``NaN``.

    Returns
    -------
    CountRange
        ``expected`` is the sum of the chances, which no dependence changes.
    """
    given = np.asarray(chance, float)
    given = given[np.isfinite(given)]
    if given.size == 0 or not np.isfinite(shared):
        return CountRange(float(given.sum()) if given.size else float("nan"), float("nan"), float("nan"))
    random = np.random.default_rng(seed)
    limit = ndtri(given)
    counts = []
    at_once = max(_CELLS // given.size, 1)
    for start in range(0, draws, at_once):
        n = min(at_once, draws - start)
        common, own = random.normal(size=(n, 1)), random.normal(size=(n, given.size))
        counts.append((np.sqrt(shared) * common + np.sqrt(1 - shared) * own < limit).sum(axis=1))
    tail = (1 - level) / 2
    lower, upper = np.quantile(np.concatenate(counts), [tail, 1 - tail], method="inverted_cdf")
    return CountRange(float(given.sum()), float(lower), float(upper))
