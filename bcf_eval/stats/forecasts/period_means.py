"""How do the averages over two stretches of an autocorrelated series vary, each and together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MeanCovariance:
    """Of the averages over a first and a second stretch; each array of shape ``(S,)``."""

    first: Array
    second: Array
    both: Array


def covary_means(
    rho: npt.ArrayLike,
    sigma: npt.ArrayLike,
    *,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
) -> MeanCovariance:
    """Find the covariance of two averages of a series with AR(1) errors.

    Parameters
    ----------
    rho, sigma
        Autocorrelation of lag 1 and standard deviation of the errors, shape ``(S,)``.
    first, second
        Period numbers of the two stretches; they may overlap, or be the same.
    """
    one, two = np.asarray(first, np.int64), np.asarray(second, np.int64)
    correlation, variance = np.asarray(rho, float), np.asarray(sigma, float) ** 2
    return MeanCovariance(*(variance * _mean_power(correlation, a, b) for a, b in ((one, one), (two, two), (one, two))))


def _mean_power(rho: Array, first: Whole, second: Whole) -> Array:
    """Mean of rho to the distance of every pair, shape ``(S,)``."""
    distance = np.abs(first[:, None] - second[None, :]).ravel()
    return np.asarray((rho[:, None] ** distance).mean(axis=1))
