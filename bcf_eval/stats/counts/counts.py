"""How sure is a count, or a share of people? Intervals of one number, and what chance alone would bring next.

People who are counted are taken as independent of one another: sampling variation alone. What else
moves a count from year to year is not in these intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri
from scipy.stats import betabinom, binom, chi2, nbinom, poisson

Array = npt.NDArray[np.float64]

# From this count on Byar's formula is as good as the exact one, and is the custom.
BYAR_FROM = 10
# Jeffreys's prior for a rate or a proportion that was observed once.
_PRIOR = 0.5
# A target written as a rate comes back as a count with an error in the last digits.
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Interval:
    """Two limits, arrays of one shape; ``NaN`` where the number is not known."""

    lower: Array
    upper: Array


def wilson_interval(numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """Wilson's interval of a proportion, as a share of 1.

    Parameters
    ----------
    numerator, denominator
        Counts, of one shape.
    level
        Coverage.

    References
    ----------
    Wilson 1927, Journal of the American Statistical Association 22:209.
    """
    x, n = np.asarray(numerator, float), np.asarray(denominator, float)
    z = ndtri(0.5 + level / 2)
    known = np.isfinite(x) & np.isfinite(n) & (n > 0) & (x >= 0) & (x <= n)
    x, n = np.where(known, x, np.nan), np.where(known, n, np.nan)
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    lower, upper = ((2 * x + z**2 + sign * half) / (2 * (n + z**2)) for sign in (-1, 1))
    return Interval(np.where(x == 0, 0.0, lower), np.where(x == n, 1.0, upper))


def clopper_pearson_interval(numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """The exact interval of a proportion, as a share of 1: never covers less often than it says, mostly more often.

    Parameters
    ----------
    numerator, denominator
        Counts, of one shape.
    level
        Coverage.

    References
    ----------
    Clopper & Pearson 1934, Biometrika 26:404.
    """
    x, n = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    tail = (1 - level) / 2
    known = np.isfinite(x) & np.isfinite(n) & (n > 0) & (x >= 0) & (x <= n)
    x, n = np.where(known, x, 0.0), np.where(known, n, 0.0)
    some, less = known & (x > 0), known & (x < n)
    lower = betaincinv(np.where(some, x, 1.0), np.where(some, n - x + 1, 1.0), tail)
    upper = betaincinv(np.where(less, x + 1, 1.0), np.where(less, n - x, 1.0), 1 - tail)
    return Interval(
        np.where(known, np.where(some, lower, 0.0), np.nan), np.where(known, np.where(less, upper, 1.0), np.nan)
    )


def byar_interval(count: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """Byar's interval of a count of events.

    References
    ----------
    Breslow & Day 1987, Statistical Methods in Cancer Research II:69.
    """
    x = _read_count(count)
    z = ndtri(0.5 + level / 2)
    more = x + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    return Interval(np.where(x == 0, 0.0, lower), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3)


def exact_interval(count: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """The exact interval of a Poisson count."""
    x = _read_count(count)
    tail = (1 - level) / 2
    lower = np.where(x == 0, 0.0, chi2.ppf(tail, 2 * np.where(x == 0, 1, x)) / 2)
    return Interval(np.where(np.isfinite(x), lower, np.nan), chi2.isf(tail, 2 * x + 2) / 2)


def count_interval(count: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """The interval of a count as public health in England has it: Byar's from 10 events on, exact below."""
    x = _read_count(count)
    byar, exact = byar_interval(x, level=level), exact_interval(x, level=level)
    many = x >= BYAR_FROM
    return Interval(np.where(many, byar.lower, exact.lower), np.where(many, byar.upper, exact.upper))


def known_rate_p_value(expected: npt.ArrayLike, target: npt.ArrayLike, *, lower_is_better: bool) -> Array:
    """How often a Poisson count would be as good as a target, were its mean known and unchanged.

    Parameters
    ----------
    expected
        The mean, as a count.
    target
        The count that is wanted, of the same shape.
    lower_is_better
        Direction of the metric.
    """
    mean, wanted = np.asarray(expected, float), np.asarray(target, float)
    if lower_is_better:
        return np.asarray(poisson.cdf(_at_most(wanted), mean))
    return np.asarray(poisson.sf(_at_least(wanted) - 1, mean))


def known_share_p_value(share: npt.ArrayLike, people: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """How often at least a target's number of people would be counted, were the share known and unchanged."""
    return np.asarray(binom.sf(_at_least(np.asarray(target, float)) - 1, np.asarray(people, float), share))


@dataclass(frozen=True)
class NextCount:
    """What chance alone would bring next to a count that was observed once; its own sampling error is included.

    Attributes
    ----------
    count, out_of
        What was observed: people counted, and all people (of a rate: those it is for).
    proportion
        Whether the count is part of the others: then beta-binomial, else negative binomial.
    """

    count: float
    out_of: float
    proportion: bool

    def chance(self, target: float, *, lower_is_better: bool) -> float:
        """Chance of a count as good as a target, the number of people being the same."""
        if lower_is_better:
            return float(self._distribution.cdf(_at_most(np.float64(target))))
        return float(self._distribution.sf(_at_least(np.float64(target)) - 1))

    def interval(self, *, level: float = 0.95) -> tuple[float, float]:
        """The counts between which the next one falls with this probability."""
        tail = (1 - level) / 2
        return float(self._distribution.ppf(tail)), float(self._distribution.ppf(1 - tail))

    def least_beyond(self, *, alpha: float, lower_is_better: bool) -> float:
        """The least demanding count that chance brings with a chance below ``alpha``; ``NaN`` when none is."""
        if lower_is_better:
            found = float(self._distribution.ppf(alpha))
            found -= self.chance(found, lower_is_better=True) >= alpha
            return found if found >= 0 else np.nan
        found = float(self._distribution.isf(alpha)) + 1
        while self.chance(found, lower_is_better=False) >= alpha:
            found += 1
        return found if not self.proportion or found <= self.out_of else np.nan

    @property
    def _distribution(self) -> betabinom | nbinom:
        # Of what is no count there is no distribution: chances and limits are NaN.
        known = np.isfinite(self.count) and self.count >= 0
        if self.proportion:
            people = np.round(self.out_of) if known and np.isfinite(self.out_of) else np.nan
            return betabinom(people, self.count + _PRIOR, np.maximum(people - self.count, 0.0) + _PRIOR)
        # The rate is Gamma(count + 1/2, 1) in units of the same people; a Poisson count of it is this.
        return nbinom(self.count + _PRIOR if known else np.nan, 0.5)


def _read_count(count: npt.ArrayLike) -> Array:
    """Counts as numbers; ``NaN`` for what is none: below zero, or without end."""
    x = np.asarray(count, float)
    return np.where(np.isfinite(x) & (x >= 0), x, np.nan)


def _at_most(count: npt.ArrayLike) -> Array:
    return np.asarray(np.floor(np.asarray(count, float) * (1 + _TOLERANCE) + _TOLERANCE))


def _at_least(count: npt.ArrayLike) -> Array:
    return np.asarray(np.ceil(np.asarray(count, float) * (1 - _TOLERANCE) - _TOLERANCE))
