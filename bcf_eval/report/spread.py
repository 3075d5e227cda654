"""Which curve stands for business as usual in a picture? One that has the interval and the chance it is drawn for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from bcf_eval.results import AmbitionTest

Array = npt.NDArray[np.float64]

_NORMAL = NormalDist()
_TRIED, _ROUNDS = 241, 60
# What a curve may be off the chance it shows before it is not drawn through it.
_NARROWEST = 1e-3


@dataclass(frozen=True)
class Spread:
    """A bell curve of ``log(rate + floor)`` with a width of its own on either side of its top.

    Attributes
    ----------
    top
        Where it is highest, on the log scale.
    below, above
        Standard deviations on either side.
    """

    top: float
    below: float
    above: float
    floor: float

    def density(self, rates: Array) -> Array:
        """How likely each rate is, up to a factor."""
        logs = np.log(rates + self.floor)
        z = (logs - self.top) / np.where(logs < self.top, self.below, self.above)
        return np.asarray(np.exp(-z * z / 2) / (rates + self.floor))

    def at_most(self, rate: float) -> float:
        """Probability of at most this rate."""
        if rate + self.floor <= 0:
            return 0.0
        return self._below(math.log(rate + self.floor))

    def quantile(self, probability: float) -> float:
        """The rate that is not exceeded with this probability."""
        share = self.below / (self.below + self.above)
        if probability <= share:
            at = self.top + self.below * _NORMAL.inv_cdf(probability / (2 * share))
        else:
            at = self.top - self.above * _NORMAL.inv_cdf((1 - probability) / (2 * (1 - share)))
        return math.exp(at) - self.floor

    def _below(self, log_rate: float) -> float:
        share = self.below / (self.below + self.above)
        if log_rate <= self.top:
            return 2 * share * _NORMAL.cdf((log_rate - self.top) / self.below)
        return 1 - 2 * (1 - share) * _NORMAL.cdf((self.top - log_rate) / self.above)


def fit_spread(test: AmbitionTest, *, lower_is_better: bool, interval: float) -> Spread:
    """Find the curve a target is drawn in.

    Parameters
    ----------
    test
        With a forecast.
    lower_is_better
        Direction of the metric.
    interval
        Coverage of the test's interval.

    Returns
    -------
    Spread
        Of an uncalibrated chance the Gaussian it comes from. The chance by the record of past forecasts belongs to
        no such curve: then the one with the same interval whose chance of meeting the target is nearest.
    """
    middle = math.log(test.expected + test.floor)
    gaussian = Spread(middle, test.log_sd, test.log_sd, test.floor)
    ends = (test.lower + test.floor, test.upper + test.floor)
    if test.calibration != "calibrated" or min(ends) <= 0 or not ends[0] < ends[1]:
        return gaussian
    low, high = (math.log(one) for one in ends)
    tail, wanted = (1 - interval) / 2, test.chance if lower_is_better else 1 - test.chance
    tops = np.linspace(low, high, _TRIED)[1:-1]
    tried = [one for one in (_match(float(top), low, high, tail, test.floor) for top in tops) if one]
    return min(tried, key=lambda one: abs(one.at_most(test.target) - wanted), default=gaussian)


def _match(top: float, low: float, high: float, tail: float, floor: float) -> Spread | None:
    """The curve with its top there that leaves as much beyond either end; ``None`` where there is none."""
    below, above = top - low, high - top
    for _ in range(_ROUNDS):
        share = below / (below + above)
        # What lies on a side must exceed the tail on that side.
        if not tail < share < 1 - tail:
            return None
        was = below, above
        below = (top - low) / -_NORMAL.inv_cdf(tail / (2 * share))
        above = (high - top) / -_NORMAL.inv_cdf(tail / (2 * (1 - share)))
        if max(abs(below - was[0]), abs(above - was[1])) < 1e-9 * (high - low):
            break
    found = Spread(top, below, above, floor)
    ends = found.at_most(math.exp(low) - floor), found.at_most(math.exp(high) - floor)
    return found if abs(ends[0] - tail) < _NARROWEST and abs(1 - ends[1] - tail) < _NARROWEST else None
