"""How many people will be counted, when a rate or share is known up to a normal error? Chances and limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, expit, gammaincc, logit, ndtri

Array = npt.NDArray[np.float64]

# Normal deviates at which the rate or share is taken are evenly spaced and reach so far; at least and at most so many.
_REACH, _FEWEST_NODES, _MOST_NODES = 5.5, 161, 2001
# A target written as a rate comes back as a count with an error in the last digits.
_TOLERANCE = 1e-9
# An area whose share is known to be nought or one has no limit that halving does not find in so many steps.
_STEPS = 60


@dataclass(frozen=True)
class CountPredictive:
    """A binomial or Poisson count whose logit or log rate is normal; arrays of shape ``(S,)``.

    Attributes
    ----------
    mean, sd
        Of the logit of the share, or of the log of the rate for one person.
    people
        Out of how many; a whole number where the count is part of them.
    kind
        ``proportion``: logit and binomial. ``rate``: log and Poisson.
    """

    mean: Array
    sd: Array
    people: Array
    kind: Literal["proportion", "rate"]

    @property
    def median(self) -> Array:
        """Middle of the count's expectation, shape ``(S,)``; no whole number."""
        return self.people * np.asarray(_inverse(self.mean, self.kind))

    def shift(self, by: npt.ArrayLike) -> CountPredictive:
        """The same with the logits or logs moved."""
        return replace(self, mean=self.mean + np.asarray(by, float))

    def at_most(self, count: npt.ArrayLike) -> Array:
        """Probability of at most so many, shape ``(S,)``."""
        most = np.floor(np.asarray(count, float) * (1 + _TOLERANCE) + _TOLERANCE)
        node = self._spread_nodes()
        weight = np.exp(-0.5 * node**2) / np.exp(-0.5 * node**2).sum()
        share = np.asarray(_inverse(self.mean[:, None] + self.sd[:, None] * node, self.kind))
        within = np.maximum(most, 0.0)[:, None]
        if self.kind == "proportion":
            people = np.round(self.people)[:, None]
            left = np.where(within < people, people - within, 1.0)
            below = np.where(within >= people, 1.0, betainc(left, within + 1.0, 1.0 - share))
        else:
            below = gammaincc(within + 1.0, self.people[:, None] * share)
        return np.where(np.isfinite(self.mean * self.sd), np.where(most < 0, 0.0, below @ weight), np.nan)

    def chance(self, count: npt.ArrayLike, *, lower_is_better: bool) -> Array:
        """Chance of a count at least as good, shape ``(S,)``."""
        if lower_is_better:
            return self.at_most(count)
        least = np.ceil(np.asarray(count, float) * (1 - _TOLERANCE) - _TOLERANCE)
        return 1.0 - self.at_most(least - 1.0)

    def quantile(self, probability: float) -> Array:
        """The least count that is not exceeded with this probability, shape ``(S,)``."""
        known = np.isfinite(self.mean) & np.isfinite(self.sd) & np.isfinite(self.people)
        low = np.full(self.mean.shape, -1.0)
        high = np.where(known, np.maximum(self._guess(probability), 1.0), 0.0)
        for _ in range(_STEPS):
            short = known & (self.at_most(high) < probability)
            if not short.any():
                break
            low, high = np.where(short, high, low), np.where(short, 2 * high, high)
        while (known & (high - low > 1)).any():
            middle = np.floor((low + high) / 2)
            enough = self.at_most(middle) >= probability
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.where(known, high, np.nan)

    def least_beyond(self, *, alpha: float, lower_is_better: bool) -> Array:
        """The least demanding count that comes with a chance below ``alpha``, shape ``(S,)``; ``NaN`` when none."""
        if lower_is_better:
            # At the quantile the chance is alpha or more; one fewer has less.
            found = self.quantile(alpha) - 1.0
            return np.where(found >= 0, found, np.nan)
        found = self.quantile(1 - alpha) + 1.0
        # Where the quantile is met exactly, one more has a chance of alpha itself.
        found = np.where(self.chance(found, lower_is_better=False) >= alpha, found + 1.0, found)
        return np.where(found <= np.round(self.people), found, np.nan) if self.kind == "proportion" else found

    def _spread_nodes(self) -> Array:
        """Deviates no further apart than the width over which sampling smooths the count, in units of ``sd``."""
        share = np.asarray(_inverse(self.mean, self.kind))
        information = self.people * share * (1 - share if self.kind == "proportion" else 1.0)
        steps = 2 * _REACH * self.sd * np.sqrt(np.maximum(information, 0.0))
        many = np.nanmax(np.where(np.isfinite(steps), steps, 0.0), initial=0.0)
        return np.linspace(-_REACH, _REACH, int(np.clip(np.ceil(many), _FEWEST_NODES, _MOST_NODES)))

    def _guess(self, probability: float) -> Array:
        deviate = float(ndtri(probability))
        rate = np.asarray(_inverse(self.mean + deviate * self.sd, self.kind))
        expected = self.people * rate
        return np.ceil(expected + deviate * np.sqrt(np.maximum(expected * (1 - rate), 0.0)) + 1.0)


@dataclass(frozen=True)
class LinkedCounts:
    """Counts on the scale of a line, arrays of one shape; ``NaN`` where there is no count or nobody to count.

    Attributes
    ----------
    y
        Logit of the share, or log of the rate for one person, half an event put in so that nought has one.
    variance
        Of sampling, and of rounding.
    """

    y: Array
    variance: Array


def link_counts(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    *,
    kind: Literal["proportion", "rate"],
    rounding: npt.ArrayLike,
) -> LinkedCounts:
    """Bring counts to the scale of a line, with the variance that sampling gives them there.

    Parameters
    ----------
    numerator, denominator
        Years by areas, shape ``(T, S)``. The variance is taken at the area's share over all its years: at the
        year's own, a year of few would seem surer or less sure than it is.
    kind
        See :class:`CountPredictive`.
    rounding
        What each year's counts are rounded to, shape ``(T,)``: 1 for counts as they are, 5 for the nearest five.
    """
    x, n = np.asarray(numerator, float), np.asarray(denominator, float)
    known = np.isfinite(x) & np.isfinite(n) & (n > 0) & (x >= 0)
    if kind == "proportion":
        known &= x <= n
    x, n = np.where(known, x, 0.0), np.where(known, n, 0.0)
    step = np.asarray(rounding, float)[:, None]
    # A number rounded to steps of r is off by an amount uniform over r; counts as they are by nothing.
    coarse = np.where(step > 1, step**2 / 12, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "proportion":
            y = logit((x + 0.5) / (n + 1))
            share = (x.sum(axis=0) + 0.5) / (n.sum(axis=0) + 1)
            informative = n * share * (1 - share)
        else:
            y = np.log((x + 0.5) / n)
            informative = n * (x.sum(axis=0) + 0.5) / n.sum(axis=0)
        variance = 1 / informative + coarse / informative**2
    return LinkedCounts(np.where(known, y, np.nan), np.where(known, variance, np.nan))


def unlink(value: npt.ArrayLike, *, kind: Literal["proportion", "rate"]) -> Array:
    """Bring a logit or log back to a share or a rate for one person."""
    return np.asarray(_inverse(np.asarray(value, float), kind))


def link(share: npt.ArrayLike, *, kind: Literal["proportion", "rate"]) -> Array:
    """The logit of a share, or the log of a rate for one person; infinite at nought (and one)."""
    with np.errstate(divide="ignore"):
        return np.asarray(logit(share) if kind == "proportion" else np.log(share))


def _inverse(value: Array, kind: str) -> Array:
    return np.asarray(expit(value) if kind == "proportion" else np.exp(value))
