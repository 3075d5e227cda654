"""How unlikely is a target if nothing changes? Chance, interval, and the least target that chance rarely meets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from bcf_eval.stats.forecasts.tails import Tails

Array = npt.NDArray[np.float64]

_INSIDE = 1e-9


@dataclass(frozen=True)
class Predictive:
    """The rate over a target period with business as usual; each array of shape ``(S,)``.

    The gap between ``log(rate + floor)`` and its centre is distributed as errors of past forecasts were; without a
    record of them it is taken as Gaussian.

    Attributes
    ----------
    centre
        Where the forecast by formula leads to, in rate units; past outturns need not have lain evenly about it.
    log_sd
        Standard deviation on the log scale, of the Gaussian.
    floor
        What is added before taking logs, in rate units.
    tails
        From the record; ``None`` where there is none for any series.
    """

    centre: Array
    log_sd: Array
    floor: Array
    tails: Tails | None = None

    @property
    def calibrated(self) -> npt.NDArray[np.bool_]:
        """Whether chances come from the record, shape ``(S,)``."""
        return np.zeros(self.centre.shape, bool) if self.tails is None else self.tails.calibrated

    @property
    def median(self) -> Array:
        """Where business as usual leads to, in rate units: as likely as not to be passed, by the record."""
        return self.quantile(0.5)

    @property
    def gaussian(self) -> Predictive:
        """The same without the record."""
        return replace(self, tails=None)

    def quantile(self, probability: float) -> Array:
        """The rate below which the outcome falls with this probability, never below 0.

        By the record it is a step: any rate nearer to the better side has a smaller chance than was asked for.
        """
        gap = self.log_sd * ndtri(probability)
        if self.tails is not None:
            gap = np.where(self.calibrated, self.tails.quantile(probability), gap)
        return np.maximum((self.centre + self.floor) * np.exp(gap) - self.floor, 0.0)

    def probability_below(self, value: npt.ArrayLike) -> Array:
        """Probability that the outcome is at most ``value``, shape ``(S,)`` or ``(..., S)``.

        By the record, where high is better: below ``value``, so that one less it is the chance of meeting it.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.log(np.asarray(value, float) + self.floor) - np.log(self.centre + self.floor)
            below = np.asarray(ndtr(gap / self.log_sd))
        if self.tails is not None:
            below = np.where(self.calibrated, self.tails.probability_below(gap), below)
        return below


def aggregate_rate(log_path: Array, season: Array, floor: Array, weights: Array) -> Array:
    """Bring a path on the log scale to one rate over the target period.

    Parameters
    ----------
    log_path
        Deseasonalised ``log(rate + floor)``, shape ``(S, H)``.
    season
        To put back, shape ``(H,)``.
    floor
        Shape ``(S,)``.
    weights
        What each period counts for, shape ``(S, H)``: rows sum to 1 for an average, to the days of the target
        period for the sum of a rate per day.

    Returns
    -------
    ndarray
        Rates, shape ``(S,)``, never below 0.
    """
    return np.maximum((weights * (np.exp(log_path + season) - floor[:, None])).sum(1), 0.0)


def predict_rate(log_path: Array, covariance: Array, season: Array, floor: Array, weights: Array) -> Predictive:
    """Predict the rate over a target period from forecasts of its months.

    Parameters
    ----------
    log_path, season, floor, weights
        As for :func:`aggregate_rate`.
    covariance
        Of the errors of ``log_path``, shape ``(S, H, H)``.

    Returns
    -------
    Predictive
        The standard deviation of the log of a weighted mean is by the delta method.
    """
    parts = weights * np.exp(log_path + season)
    shares = parts / parts.sum(1, keepdims=True)
    variance = np.einsum("sh,shg,sg->s", shares, covariance, shares)
    median = aggregate_rate(log_path, season, floor, weights)
    return Predictive(median, np.sqrt(variance), floor * weights.sum(1))


def chance_of_meeting(predictive: Predictive, target: npt.ArrayLike, *, lower_is_better: bool) -> Array:
    """Chance that the target is met when nothing changes, shape ``(S,)``; see METHODS: one-sided."""
    below = predictive.probability_below(target)
    return below if lower_is_better else 1 - below


def smallest_meaningful(predictive: Predictive, trend_alone: Array, *, alpha: float, lower_is_better: bool) -> Array:
    """The least demanding target that neither chance nor trend would meet, shape ``(S,)``.

    It lies a billionth inside, so that the target set at it is itself called meaningful.

    Parameters
    ----------
    predictive
        Business as usual.
    trend_alone
        Median of the forecast in which the trend goes on, shape ``(S,)``.
    alpha
        Chance below which meeting a target is called unlikely.
    lower_is_better
        Direction of the metric.
    """
    if lower_is_better:
        return np.minimum(predictive.quantile(alpha), trend_alone) * (1 - _INSIDE)
    return np.maximum(predictive.quantile(1 - alpha), trend_alone) * (1 + _INSIDE)


def effort_to_meet(
    predictive: Predictive, target: npt.ArrayLike, *, probability: float, lower_is_better: bool
) -> Array:
    """The improvement over business as usual with which the target is met with this probability, shape ``(S,)``.

    Every outcome is moved by the same share, since errors are shares too. The answer is what the median moves by, in
    rate units: 0 where the target is as likely as that already, and never more than all of a rate that is to fall.
    """
    usual = predictive.quantile(probability if lower_is_better else 1 - probability)
    share = (np.asarray(target, float) + predictive.floor) / (usual + predictive.floor)
    moved = (predictive.median + predictive.floor) * (1 - share)
    if lower_is_better:
        moved = np.minimum(moved, predictive.median)
    return np.maximum(moved if lower_is_better else -moved, 0.0)


def naive_p_value(baseline: Array, target: npt.ArrayLike, *, lower_is_better: bool) -> Array:
    """The test that is usually done: is the target below the baseline year's mean by a z-test?

    It takes the months as independent draws round an unchanging mean, which they are not; it is
    shown for comparison.

    Parameters
    ----------
    baseline
        The baseline year's values, shape ``(n, S)``.
    target
        Shape ``(S,)``.
    lower_is_better
        Direction of the metric.
    """
    n = baseline.shape[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (np.asarray(target, float) - baseline.mean(0)) / (baseline.std(0, ddof=1) / np.sqrt(n))
    return np.asarray(ndtr(z if lower_is_better else -z))
