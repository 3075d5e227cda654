"""What changed in counts, as ratios of rates? Quasi-Poisson and negative binomial regression, many series at once.

Coefficients are logarithms of rate ratios. Intervals are of the normal distribution (``df_residual``
is infinite), as the published analyses of such series give them: a likelihood on the log scale has
no exact t distribution. Neither model knows of autocorrelation; ``hac_lag`` widens the covariance for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, fdtrc, polygamma

from bcf_eval.stats.regression.linear import LinearFit
from bcf_eval.stats.regression.poisson import Means, fit_means, screen_counts, unit_deviance, vanishes

Array = npt.NDArray[np.float64]

_MAX_ROUNDS = 100
_ALPHA_TOLERANCE = 1e-8
# Under this part of the variance the negative binomial cannot be told from Poisson.
_LEAST_ALPHA = 1e-8
_SEPARATED = "a fitted count runs to zero: an effect has no finite estimate (separation)"
_NOT_CONVERGED = "the fit did not converge"
_POISSON = "no over-dispersion found: fitted as Poisson"


@dataclass(frozen=True)
class DevianceTest:
    """Does a model need some of its terms? Each array of shape ``(S,)``."""

    statistic: Array
    df_terms: int
    df_residual: int
    p_value: Array


def fit_quasi_poisson(
    y: npt.ArrayLike, x: npt.ArrayLike, *, offset: npt.ArrayLike | None = None, hac_lag: int | None = None
) -> LinearFit:
    """Fit counts by quasi-Poisson regression: variance = dispersion x mean, Pearson's dispersion.

    Parameters
    ----------
    y
        Counts, series as columns, shape ``(T, S)``.
    x
        Design of full column rank, shape ``(T, k)``.
    offset
        Log of the denominator, shape ``(T,)`` or ``(T, S)``.
    hac_lag
        Lags of Newey and West's covariance (Bartlett weights, times T / (T - k)); none when left out.

    Returns
    -------
    LinearFit
        Log rate ratios; ``sigma`` is the square root of the dispersion. A series that cannot be fitted
        has ``NaN`` and a note.

    References
    ----------
    Wedderburn 1974, Biometrika 61:439. Lopez Bernal, Cummins & Gasparrini 2017, Int J Epidemiol 46:348.
    """
    counts, design, shift, notes = _prepare(y, x, offset)
    usable = np.flatnonzero([note == "" for note in notes])
    means = fit_means(counts[usable], design, shift[usable])
    return _result("quasi-Poisson", counts, design, usable, means, None, notes, hac_lag)


def fit_negative_binomial(
    y: npt.ArrayLike, x: npt.ArrayLike, *, offset: npt.ArrayLike | None = None, hac_lag: int | None = None
) -> LinearFit:
    """Fit counts by negative binomial regression: variance = μ + αμ², α by maximum likelihood.

    Parameters
    ----------
    y, x, offset, hac_lag
        As for :func:`fit_quasi_poisson`.

    Returns
    -------
    LinearFit
        As for :func:`fit_quasi_poisson`; the covariance is the inverse expected information, which α
        does not enter, and ``sigma`` the square root of Pearson's chi-squared over T - k: 1 where the
        model fits. A series without over-dispersion is fitted as Poisson and says so.

    References
    ----------
    Lawless 1987, Can J Stat 15:209.
    """
    counts, design, shift, notes = _prepare(y, x, offset)
    usable = np.flatnonzero([note == "" for note in notes])
    some, away = counts[usable], shift[usable]
    means = fit_means(some, design, away)
    alpha = np.full(usable.size, 1e-3)
    fine = ~vanishes(some, means.mean)
    for _ in range(_MAX_ROUNDS):
        before = alpha
        alpha = np.where(fine, _estimate_alpha(some, means.mean, before), 0.0)
        means = fit_means(some, design, away, alpha=alpha)
        if np.all(np.abs(alpha - before) <= _ALPHA_TOLERANCE * (alpha + _LEAST_ALPHA)):
            break
    settled = means.settled & (np.abs(alpha - before) <= 1e-4 * (alpha + _LEAST_ALPHA))
    for position, series in enumerate(usable):
        if fine[position] and alpha[position] == 0.0:
            notes[series] = _POISSON
    means = Means(means.coefficients, means.mean, means.bread, settled)
    return _result("negative binomial", counts, design, usable, means, alpha, notes, hac_lag)


def compare_deviance(
    y: npt.ArrayLike, x: npt.ArrayLike, *, columns: list[int], offset: npt.ArrayLike | None = None
) -> DevianceTest:
    """Test whether a quasi-Poisson model needs some of its columns, by the F-test of the deviances.

    Parameters
    ----------
    y, x, offset
        As for :func:`fit_quasi_poisson`.
    columns
        Which columns of ``x`` are in question.

    Returns
    -------
    DevianceTest
        The dispersion is that of the larger model.
    """
    full = fit_quasi_poisson(y, x, offset=offset)
    counts, design, shift, notes = _prepare(y, x, offset)
    usable = np.flatnonzero([note == "" for note in notes])
    small = np.delete(design, columns, axis=1)
    statistic = np.full(counts.shape[0], np.nan)
    n, k = design.shape
    if usable.size:
        some, away = counts[usable], shift[usable]
        larger = unit_deviance(some, fit_means(some, design, away).mean).sum(1)
        smaller = unit_deviance(some, fit_means(some, small, away).mean).sum(1)
        statistic[usable] = (smaller - larger) / len(columns) / full.sigma[usable] ** 2
    p_value = fdtrc(len(columns), n - k, np.maximum(statistic, 0.0))
    return DevianceTest(statistic, len(columns), n - k, p_value)


def _prepare(y: npt.ArrayLike, x: npt.ArrayLike, offset: npt.ArrayLike | None) -> tuple[Array, Array, Array, list[str]]:
    counts, design = np.asarray(y, float), np.asarray(x, float)
    shift = np.zeros(1) if offset is None else np.asarray(offset, float)
    shift = np.broadcast_to(shift[:, None] if shift.ndim == 1 else shift, counts.shape)
    return counts.T, design, shift.T, screen_counts(counts, design, shift)


def _estimate_alpha(y: Array, mean: Array, start: Array) -> Array:
    """Newton's steps on log α for given means; 0 where the likelihood rises all the way to Poisson."""
    # The slope of the log likelihood at α = 0 (Dean & Lawless 1989): not above zero, no over-dispersion.
    over = ((y - mean) ** 2 - y).sum(1) > 0
    log_size = -np.log(np.maximum(start, _LEAST_ALPHA))
    for _ in range(_MAX_ROUNDS):
        size = np.exp(log_size)[:, None]
        ratio = (y + size) / (mean + size)
        slope = (digamma(y + size) - digamma(size) - np.log1p(mean / size) + 1 - ratio).sum(1)
        curve = (polygamma(1, y + size) - polygamma(1, size) + 1 / size - 2 / (mean + size)).sum(1)
        curve += ((y + size) / (mean + size) ** 2).sum(1)
        size = size[:, 0]
        bend = -(curve * size**2 + slope * size)
        step = np.where(bend > 0, slope * size / np.where(bend > 0, bend, 1.0), np.sign(slope))
        step = np.clip(step, -2.0, 2.0)
        log_size = np.clip(log_size + np.where(over, step, 0.0), -20.0, -np.log(_LEAST_ALPHA))
        if np.all(np.abs(step[over]) < 1e-10):
            break
    alpha = np.exp(-log_size)
    return np.where(over & (alpha > 2 * _LEAST_ALPHA), alpha, 0.0)


def _result(
    name: str,
    counts: Array,
    design: Array,
    usable: npt.NDArray[np.intp],
    means: Means,
    alpha: Array | None,
    notes: list[str],
    hac_lag: int | None,
) -> LinearFit:
    series, (n, k) = counts.shape[0], design.shape
    some = counts[usable]
    spread = np.zeros((usable.size, 1)) if alpha is None else alpha[:, None]
    variance = means.mean * (1 + spread * means.mean)
    dispersion = ((some - means.mean) ** 2 / variance).sum(1) / (n - k)
    covariance = means.bread * (dispersion[:, None, None] if alpha is None else 1.0)
    if hac_lag is not None:
        scores = design[None] * ((some - means.mean) / (1 + spread * means.mean))[:, :, None]
        covariance = means.bread @ _sum_scores(scores, hac_lag) @ means.bread * (n / (n - k))
    separated = vanishes(some, means.mean)
    for position, row in enumerate(usable):
        if separated[position] or not means.settled[position]:
            notes[row] = _SEPARATED if separated[position] else _NOT_CONVERGED
    lost = (separated | ~means.settled)[:, None]
    fit = LinearFit(
        method=f"{name} regression, log link" + ("" if hac_lag is None else f", Newey-West lag {hac_lag}"),
        coefficients=np.full((series, k), np.nan),
        covariance=np.full((series, k, k), np.nan),
        sigma=np.full(series, np.nan),
        rho=np.full(series, np.nan),
        rho_at_boundary=np.zeros(series, bool),
        df_residual=np.full(series, np.inf),
        notes=tuple(notes),
    )
    fit.coefficients[usable] = np.where(lost, np.nan, means.coefficients)
    fit.covariance[usable] = np.where(lost[:, :, None], np.nan, covariance)
    fit.sigma[usable] = np.where(lost[:, 0], np.nan, np.sqrt(dispersion))
    return fit


def _sum_scores(scores: Array, lag: int) -> Array:
    """Newey and West's middle of the sandwich, shape ``(S, k, k)``."""
    meat = scores.swapaxes(1, 2) @ scores
    for distance in range(1, lag + 1):
        one_way = scores[:, distance:].swapaxes(1, 2) @ scores[:, :-distance]
        meat = meat + (1 - distance / (lag + 1)) * (one_way + one_way.swapaxes(1, 2))
    return np.asarray(meat)
