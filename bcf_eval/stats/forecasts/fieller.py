"""How sure is a ratio of two uncertain numbers? Fieller's interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RatioInterval:
    """A ratio and its interval, arrays of one shape.

    ``lower`` and ``upper`` are ``NaN`` where the interval has no end: the denominator cannot be told from zero.
    """

    ratio: Array
    lower: Array
    upper: Array


def ratio_interval(
    top: npt.ArrayLike,
    bottom: npt.ArrayLike,
    *,
    top_variance: npt.ArrayLike,
    bottom_variance: npt.ArrayLike,
    covariance: npt.ArrayLike,
    df: npt.ArrayLike,
    level: float = 0.95,
) -> RatioInterval:
    """Find the interval of ``top / bottom``.

    Parameters
    ----------
    top, bottom
        Estimates, of one shape, jointly normal.
    top_variance, bottom_variance, covariance
        Of the two.
    df
        Degrees of freedom of the variances; ``inf`` where they are known.
    level
        Coverage.

    References
    ----------
    Fieller 1954, JRSS B 16:175.
    """
    a, b = np.asarray(top, float), np.asarray(bottom, float)
    v_top, v_bottom, both = (np.asarray(one, float) for one in (top_variance, bottom_variance, covariance))
    squared = stdtrit(np.asarray(df, float), 0.5 + level / 2) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        lead = b**2 - squared * v_bottom
        middle = a * b - squared * both
        root = np.sqrt(np.maximum(middle**2 - lead * (a**2 - squared * v_top), 0.0))
        bounded = (lead > 0) & (v_top >= 0) & (v_bottom >= 0)
        return RatioInterval(
            a / b,
            np.where(bounded, (middle - root) / lead, np.nan),
            np.where(bounded, (middle + root) / lead, np.nan),
        )
