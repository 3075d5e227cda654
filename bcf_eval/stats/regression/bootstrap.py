"""How unusual is an effect beside refits of simulated series? Parametric bootstrap-t of the REML fit, batched.

Series are simulated from the fitted AR(1), refitted all at once, and each contrast of a refit divided
by its Kenward-Roger standard error. That ratio depends on neither the coefficients nor σ, so that
errors of unit variance about nought stand for all; it is as likely to lie above nought as below, so
that the interval is symmetric.

Why Kenward and Roger's standard error: over 1,000 simulated series in each of six cases (24 and 48
months, ρ from 0 to 0.95) 95% intervals with it covered as often as with the plain one or more, by up
to 0.9 points: a level change 93.8 to 95.7%, a 12-month effect 93.2 to 95.1%. **Weak spot**: the change of
slope, 90.0 to 94.1%, where the fit's own t interval covers 92.8 to 95.3%. Simulating from a ρ freed of its
median bias mends only 0.3 points of it, so that ρ̂ itself is used: what the refits leave out is not
knowing ρ. The fit's own interval stays the first choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.linear import LinearFit
from bcf_eval.stats.regression.reml import BOUNDARY_RHO, RemlEstimator

Array = npt.NDArray[np.float64]

METHOD = "AR(1) regression by REML, parametric bootstrap-t"

_AT_ONCE = 4096
# Ratios kept at a time; of more series, one group follows the other.
_HELD = 10_000_000


@dataclass(frozen=True)
class BootstrapEstimates:
    """Contrasts of a fit by bootstrap.

    Attributes
    ----------
    estimate, std_error
        Of the REML fit, with Kenward and Roger's correction, shape ``(S, m)``.
    lower, upper
        Interval, shape ``(S, m)``; ``NaN`` where too few refits are left for the level asked.
    p_value
        Share of refits at least as far from nought, the series itself counted among them, shape ``(S, m)``.
    n_ok
        Refits used, shape ``(S, m)``: those with a standard error.
    n_at_boundary
        Refits with ρ̂ at its boundary, which are used, shape ``(S,)``.
    rho_at_boundary
        Whether ρ̂ of the series itself lies there: take the interval with care, shape ``(S,)``.
    """

    estimate: Array
    std_error: Array
    lower: Array
    upper: Array
    p_value: Array
    n_ok: npt.NDArray[np.int64]
    n_at_boundary: npt.NDArray[np.int64]
    rho_at_boundary: npt.NDArray[np.bool_]


def bootstrap_reml(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    time: npt.ArrayLike | None = None,
    draws: int = 999,
    seed: int = 1,
    level: float = 0.95,
    boundary: float = BOUNDARY_RHO,
    at_once: int = _AT_ONCE,
) -> BootstrapEstimates:
    """Estimate contrasts with intervals from refits of simulated series.

    The innovations of a draw are the same for every series, so that the answer for one does not
    depend on which others are with it.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``; no missing values.
    x
        Design of full column rank, shape ``(T, k)``.
    weights
        Contrasts, shape ``(m, k)``.
    time
        Number of each period, shape ``(T,)``, when periods are missing.
    draws
        Refits of each series.
    seed
        Of the random numbers: the same seed gives the same answer, whatever ``at_once``.
    level
        Coverage of the two-sided interval.
    boundary
        |ρ̂| from which a fit counts as at the boundary.
    at_once
        Refits made in one batch.

    Returns
    -------
    BootstrapEstimates
        A series without any variation about the design has ``NaN``, and no refits.

    Raises
    ------
    RequestError
        ``draws`` below 1.

    References
    ----------
    Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 12. Hall 1992, The Bootstrap and Edgeworth
    Expansion, ch. 3 (symmetric intervals).
    """
    if draws < 1:
        raise RequestError(f"draws {draws}: expected at least 1")
    values, design, c = np.asarray(y, float), np.asarray(x, float), np.atleast_2d(np.asarray(weights, float))
    periods = np.arange(design.shape[0]) if time is None else np.asarray(time, np.int64)
    estimator = RemlEstimator(design, periods, boundary=boundary)
    fit = estimator.fit(values)
    estimate, std_error = _estimate(fit, c)
    half, p_value = np.full((2, *estimate.shape), np.nan)
    n_ok = np.zeros(estimate.shape, np.int64)
    n_at_boundary = np.zeros(estimate.shape[0], np.int64)
    testable = np.flatnonzero(np.isfinite(fit.rho))
    group = max(1, _HELD // (draws * c.shape[0]))
    for start in range(0, testable.size, group):
        these = testable[start : start + group]
        noise = np.random.default_rng(seed)
        ratios, n_at_boundary[these] = _refit(estimator, fit.rho[these], c, periods, noise, draws, at_once)
        observed = np.abs(estimate[these] / std_error[these])
        n_ok[these] = np.isfinite(ratios).sum(0)
        half[these] = _find_quantile(ratios, n_ok[these], level) * std_error[these]
        further = 1 + (ratios >= observed).sum(0)
        p_value[these] = np.where(np.isfinite(observed) & (n_ok[these] > 0), further / (1 + n_ok[these]), np.nan)
    return BootstrapEstimates(
        estimate, std_error, estimate - half, estimate + half, p_value, n_ok, n_at_boundary, fit.rho_at_boundary
    )


def _refit(
    estimator: RemlEstimator,
    rho: Array,
    c: Array,
    periods: npt.NDArray[np.int64],
    rng: np.random.Generator,
    draws: int,
    at_once: int,
) -> tuple[Array, npt.NDArray[np.int64]]:
    """|Contrast| / standard error of every refit, shape ``(draws, S, m)``, and how many were at the boundary."""
    ratios = np.empty((draws, rho.size, c.shape[0]))
    n_at_boundary = np.zeros(rho.size, np.int64)
    step = max(1, at_once // rho.size)
    for start in range(0, draws, step):
        block = ratios[start : start + step]
        # Drawn one series after the other, so that the stream does not know where blocks begin.
        noise = rng.standard_normal((block.shape[0], periods.size))
        again = estimator.fit(_correlate(noise, rho, periods))
        top, bottom = _estimate(again, c)
        block[:] = np.abs(top / bottom).reshape(block.shape)
        n_at_boundary += again.rho_at_boundary.reshape(block.shape[:2]).sum(0)
    return ratios, n_at_boundary


def _estimate(fit: LinearFit, c: Array) -> tuple[Array, Array]:
    """Contrasts and their standard errors, shape ``(S, m)`` each."""
    m, k = c.shape
    products = (c[:, :, None] * c[:, None, :]).reshape(m, k * k)
    variance = fit.covariance.reshape(fit.rho.size, k * k) @ products.T
    # Rounding may turn the sign of a variance as rho nears 1: such a refit has no standard error.
    return fit.coefficients @ c.T, np.sqrt(np.where(variance > 0, variance, np.nan))


def _correlate(noise: Array, rho: Array, time: npt.NDArray[np.int64]) -> Array:
    """AR(1) errors of unit variance as columns, draws before series: ``(draws, T)`` gives ``(T, draws·S)``."""
    out = np.empty((time.size, noise.shape[0], rho.size))
    out[0] = noise[:, :1]
    for t, gap in enumerate(np.diff(time), start=1):
        power = rho**gap
        out[t] = power * out[t - 1] + np.sqrt(1 - power**2) * noise[:, t, None]
    return out.reshape(time.size, -1)


def _find_quantile(ratios: Array, n_ok: npt.NDArray[np.int64], level: float) -> Array:
    """The value that a further refit exceeds with probability 1 - level, shape ``(S, m)``."""
    ordered = np.sort(ratios, axis=0)
    rank = np.ceil(level * (n_ok + 1) - 1e-9).astype(np.int64)
    found = np.take_along_axis(ordered, np.clip(rank - 1, 0, ratios.shape[0] - 1)[None], axis=0)[0]
    return np.where(rank <= n_ok, found, np.nan)
