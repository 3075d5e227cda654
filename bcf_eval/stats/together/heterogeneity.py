"""How much do areas truly differ, beyond what the error of each estimate brings? Random effects, to describe alone.

Areas move together, so that no standard error of their mean is given: one that takes them as independent would be
far too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

Array = npt.NDArray[np.float64]

# With fewer areas the spread between them is as good as unknown.
LEAST_AREAS = 3
_GRID = np.concatenate([[0.0], np.geomspace(1e-3, 1e3, 121)])


@dataclass(frozen=True)
class Heterogeneity:
    """How estimates of areas lie.

    Attributes
    ----------
    n
        How many there are.
    mean
        Weighted by what is known of each.
    tau
        Standard deviation of the true values between areas, by REML.
    i_squared
        Share of the spread of the estimates that is more than error, from 0 to 1.
    prediction_lower, prediction_upper
        Within them the true value of one more such area is expected.
    """

    n: int
    mean: float
    tau: float
    i_squared: float
    prediction_lower: float
    prediction_upper: float


def estimate_heterogeneity(
    estimates: npt.ArrayLike,
    std_errors: npt.ArrayLike,
    *,
    level: float = 0.95,
    least_std_error: float = 0.0,
) -> Heterogeneity:
    """Estimate how much areas differ.

    Parameters
    ----------
    estimates, std_errors
        Of each area, in one unit, shape ``(S,)``; those not known, or without error, are left aside.
    level
        Coverage of the prediction interval.
    least_std_error
        Standard error that the mean has at the least: that of the same number for all areas taken together. It enters
        the prediction interval alone.

    Returns
    -------
    Heterogeneity
        ``NaN`` with fewer than three areas.

    References
    ----------
    Higgins, Thompson & Spiegelhalter 2009, JRSS A 172:137. Viechtbauer 2005, Journal of Educational and Behavioral
    Statistics 30:261. Higgins & Thompson 2002, Statistics in Medicine 21:1539.
    """
    y, error = np.asarray(estimates, float), np.asarray(std_errors, float)
    known = np.isfinite(y) & np.isfinite(error) & (error > 0)
    y, variance = y[known], error[known] ** 2
    n = y.size
    if n < LEAST_AREAS:
        return Heterogeneity(n, *[float("nan")] * 5)
    tau2 = _maximise(y, variance)
    weight, fixed = 1 / (variance + tau2), 1 / variance
    mean = float(weight @ y / weight.sum())
    typical = (n - 1) * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    of_mean = max(1 / weight.sum(), least_std_error**2)
    half = float(stdtrit(n - 2, 0.5 + level / 2) * np.sqrt(tau2 + of_mean))
    return Heterogeneity(n, mean, tau2**0.5, float(tau2 / (tau2 + typical)), mean - half, mean + half)


def _maximise(y: Array, variance: Array) -> float:
    """The variance between areas at which the restricted likelihood is highest: by grid, then between neighbours."""
    scale = float(np.median(variance))

    def deviance(ratio: npt.ArrayLike) -> Array:
        weight = 1 / (variance + scale * np.asarray(ratio, float)[..., None])
        total = weight.sum(axis=-1)
        mean = (weight * y).sum(axis=-1) / total
        left = (weight * (y - mean[..., None]) ** 2).sum(axis=-1)
        return np.asarray(np.log(total) - np.log(weight).sum(axis=-1) + left)

    spread = max(1.0, float(np.ptp(y)) ** 2 / scale)
    grid = _GRID * spread
    best = int(deviance(grid).argmin())
    around = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    found = minimize_scalar(lambda one: float(deviance(one)), bounds=around, method="bounded", options={"xatol": 1e-12})
    ratio = float(found.x) if found.fun < float(deviance(0.0)) else 0.0
    return ratio * scale
