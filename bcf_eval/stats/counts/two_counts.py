"""Do two counts differ by more than chance? Differences of two rates or proportions, interval and test in one.

The interval holds the differences that a score test does not reject, so that it leaves out 0 exactly
when the p-value is below 1 less its coverage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, ndtr, ndtri

Array = npt.NDArray[np.float64]
# Variance of a difference when its true value is the one given.
_Variance = Callable[[Array], Array]

_HALVINGS = 80
# Median of a squared standard normal deviate.
_MEDIAN_SQUARE = 0.4549364


@dataclass(frozen=True)
class Difference:
    """The first less the second, arrays of one shape; ``NaN`` where one of the two is not known.

    Attributes
    ----------
    estimate, lower, upper
        As a share of 1, or events for one of the denominator.
    p_value
        Two-sided, of no difference.
    """

    estimate: Array
    lower: Array
    upper: Array
    p_value: Array


def compare_proportions(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    other_numerator: npt.ArrayLike,
    other_denominator: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Difference:
    """Compare two proportions by Miettinen and Nurminen's score test.

    Parameters
    ----------
    numerator, denominator, other_numerator, other_denominator
        Counts, of one shape.
    level
        Coverage of the interval.

    References
    ----------
    Miettinen & Nurminen 1985, Statistics in Medicine 4:213. Farrington & Manning 1990, Statistics in Medicine 9:1447.
    """
    x1, n1, x2, n2 = _read(numerator, denominator, other_numerator, other_denominator)
    p1, p2 = x1 / n1, x2 / n2
    ratio, correction = n2 / n1, (n1 + n2) / (n1 + n2 - 1)

    def variance(delta: Array) -> Array:
        # The most likely pair of proportions that differ by delta: a root of a cubic, in closed form.
        a = 1 + ratio
        b = -(a + p1 + ratio * p2 + delta * (ratio + 2))
        c = delta**2 + delta * (2 * p1 + a) + p1 + ratio * p2
        d = -p1 * delta * (1 + delta)
        v = b**3 / (27 * a**3) - b * c / (6 * a**2) + d / (2 * a)
        u = np.where(v > 0, 1.0, -1.0) * np.sqrt(np.maximum(b**2 / (9 * a**2) - c / (3 * a), 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            angle = np.where(u == 0, 0.0, np.arccos(np.clip(v / u**3, -1, 1)))
        first = np.clip(2 * u * np.cos((np.pi + angle) / 3) - b / (3 * a), np.maximum(0.0, delta), 1.0)
        second = np.clip(first - delta, 0.0, 1.0)
        return np.asarray((first * (1 - first) / n1 + second * (1 - second) / n2) * correction)

    return _invert(p1 - p2, variance, level, lowest=np.full_like(p1, -1.0), highest=np.full_like(p1, 1.0))


def compare_rates(
    count: npt.ArrayLike,
    people: npt.ArrayLike,
    other_count: npt.ArrayLike,
    other_people: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Difference:
    """Compare two rates of Poisson counts by the score test of their difference.

    Parameters
    ----------
    count, people, other_count, other_people
        Of one shape.
    level
        Coverage of the interval.
    """
    x1, n1, x2, n2 = _read(count, people, other_count, other_people)
    total, both = n1 + n2, x1 + x2
    estimate = x1 / n1 - x2 / n2

    def variance(delta: Array) -> Array:
        # The most likely pair of rates that differ by delta: the positive root of a quadratic.
        b = total * delta - both
        second = (-b + np.sqrt(np.maximum(b**2 + 4 * total * x2 * delta, 0.0))) / (2 * total)
        first = np.maximum(second + delta, 0.0)
        return np.asarray(first / n1 + np.maximum(second, 0.0) / n2)

    # Far outside any interval: twenty standard errors of counts of ten more.
    reach = 20 * np.sqrt((x1 + 10) / n1**2 + (x2 + 10) / n2**2)
    return _invert(estimate, variance, level, lowest=estimate - reach, highest=estimate + reach)


def _read(*given: npt.ArrayLike) -> tuple[Array, ...]:
    arrays = np.broadcast_arrays(*(np.asarray(one, float) for one in given))
    known = np.isfinite(arrays).all(axis=0) & (arrays[1] > 0) & (arrays[3] > 0) & (arrays[0] >= 0) & (arrays[2] >= 0)
    return tuple(np.where(known, one, np.nan) for one in arrays)


def _invert(estimate: Array, variance: _Variance, level: float, *, lowest: Array, highest: Array) -> Difference:
    critical = ndtri(0.5 + level / 2)

    def rejects(delta: Array) -> npt.NDArray[np.bool_]:
        return np.asarray(np.abs(estimate - delta) > critical * np.sqrt(variance(delta)))

    def find_limit(outside: Array) -> Array:
        inside = estimate
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            out = rejects(middle)
            inside, outside = np.where(out, inside, middle), np.where(out, middle, outside)
        return np.asarray((inside + outside) / 2)

    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(estimate) / np.sqrt(variance(np.zeros_like(estimate)))
        # Nobody, or everybody, in both: nothing speaks for a difference.
        p_value = np.where(estimate == 0, 1.0, 2 * ndtr(-z))
    return Difference(estimate, find_limit(lowest), find_limit(highest), np.where(np.isnan(estimate), np.nan, p_value))


def estimate_dispersion(p_values: npt.ArrayLike, *, least: int = 20) -> float:
    """Estimate how many times as much differences vary as sampling alone explains.

    The median of their squared z over that of a standard normal deviate: 1 where sampling is all there is, and hardly
    moved by the few that truly changed.

    Parameters
    ----------
    p_values
        Two-sided, of no difference; ``NaN`` where there is none.
    least
        How many there must be.

    Returns
    -------
    float
        A ratio of variances; ``NaN`` where there are too few.
    """
    known = np.asarray(p_values, float)
    known = known[np.isfinite(known)]
    if known.size < least:
        return float("nan")
    return float(np.median(chdtri(1, known)) / _MEDIAN_SQUARE)
