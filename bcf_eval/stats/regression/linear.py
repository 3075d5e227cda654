"""What does a fitted linear model say about a contrast? Estimates, intervals, and ratios of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SmallSample:
    """What Satterthwaite's degrees of freedom are computed from, for REML fits.

    Attributes
    ----------
    unadjusted
        Φ = (X'V⁻¹X)⁻¹, shape ``(S, k, k)``.
    slope_variance, slope_rho
        ∂Φ/∂τ and ∂Φ/∂ρ, τ the variance of the innovations, shape ``(S, k, k)``; of a correlation with q
        parameters, ``slope_rho`` is by each of them, ``(S, q, k, k)``.
    covariance
        W, the inverse expected information of (τ, ρ), shape ``(S, 2, 2)``, or ``(S, 1 + q, 1 + q)``.
    """

    unadjusted: Array
    slope_variance: Array
    slope_rho: Array
    covariance: Array


@dataclass(frozen=True)
class LinearFit:
    """One linear model fitted to S series.

    Attributes
    ----------
    method
        What was done, in words.
    coefficients
        Shape ``(S, k)``; ``NaN`` for a term that the method cannot estimate (differencing removes the intercept),
        and so for every contrast that has a weight on it.
    covariance
        Shape ``(S, k, k)``.
    sigma
        Standard deviation of the errors, shape ``(S,)``.
    rho
        Autocorrelation of lag 1, shape ``(S,)``; ``NaN`` where the method has none.
    rho_at_boundary
        Whether ρ̂ lies so near ±1 that the trend cannot be told from drift, shape ``(S,)``.
    df_residual
        T - k, shape ``(S,)``.
    small_sample
        For Satterthwaite's degrees of freedom; ``None``: ``df_residual`` for every contrast.
    notes
        Why a series has no answer, or what to be careful of, one text a series, ``""`` where nothing; empty
        when the method never has any.
    """

    method: str
    coefficients: Array
    covariance: Array
    sigma: Array
    rho: Array
    rho_at_boundary: npt.NDArray[np.bool_]
    df_residual: Array
    small_sample: SmallSample | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estimates:
    """Contrasts of a fit, each array of shape ``(S, m)``."""

    estimate: Array
    std_error: Array
    df: Array
    lower: Array
    upper: Array
    p_value: Array


@dataclass(frozen=True)
class Ratios:
    """Ratios of contrasts by Fieller's theorem, each array of shape ``(S, m)``.

    ``lower`` and ``upper`` are ``NaN`` where the interval has no end: the denominator cannot be
    told from zero.
    """

    ratio: Array
    lower: Array
    upper: Array


def contrast(fit: LinearFit, weights: npt.ArrayLike, *, level: npt.ArrayLike = 0.95) -> Estimates:
    """Estimate linear combinations of the coefficients.

    Parameters
    ----------
    fit
        Any linear fit.
    weights
        Shape ``(m, k)``, or ``(S, m, k)`` when each series has its own.
    level
        Coverage of the two-sided interval; one for all, or of a shape that broadcasts to ``(S, m)``.

    Returns
    -------
    Estimates

    References
    ----------
    Satterthwaite 1946; Kenward & Roger 1997, Biometrics 53:983.
    """
    c = _per_series(fit, weights)
    estimate = np.einsum("smk,sk->sm", c, fit.coefficients)
    variance = _quadratic(c, fit.covariance)
    dropped = np.isnan(fit.coefficients)
    if dropped.any():
        # A weight of zero times an unknown is nothing, not unknown.
        touched = (c != 0) & dropped[:, None]
        estimate = np.einsum("smk,sk->sm", np.where(touched, np.nan, c), np.where(dropped, 0.0, fit.coefficients))
        variance = _quadratic(c, np.where(dropped[:, :, None] | dropped[:, None, :], 0.0, fit.covariance))
        variance = np.where(touched.any(2), np.nan, variance)
    # As rho nears 1 the variance of the intercept grows without end, and rounding may turn its sign: no interval.
    std_error = np.sqrt(np.where(variance > 0, variance, np.nan))
    df = degrees_of_freedom(fit, c)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimate / std_error
        p_value = 2 * stdtr(df, -np.abs(t))
        half = stdtrit(df, 0.5 + np.asarray(level) / 2) * std_error
    return Estimates(estimate, std_error, df, estimate - half, estimate + half, p_value)


def degrees_of_freedom(fit: LinearFit, weights: npt.ArrayLike) -> Array:
    """Degrees of freedom of each contrast, shape ``(S, m)``, at least 1."""
    c = _per_series(fit, weights)
    small = fit.small_sample
    if small is None:
        return np.broadcast_to(fit.df_residual[:, None], c.shape[:2])
    variance = _quadratic(c, small.unadjusted)
    by_correlation = small.slope_rho if small.slope_rho.ndim == 4 else small.slope_rho[:, None]
    slopes = [small.slope_variance, *by_correlation.swapaxes(0, 1)]
    gradient = np.stack([_quadratic(c, slope) for slope in slopes], axis=-1)
    spread = np.einsum("smi,sij,smj->sm", gradient, small.covariance, gradient)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = 2 * variance**2 / spread
    return np.maximum(df, 1.0)


def contrast_ratio(
    fit: LinearFit, numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, level: npt.ArrayLike = 0.95
) -> Ratios:
    """Ratio of two contrasts with Fieller's interval.

    Parameters
    ----------
    fit
        Any linear fit.
    numerator, denominator
        Shape ``(m, k)`` or ``(S, m, k)``.
    level
        Coverage of the interval, as for :func:`contrast`. The degrees of freedom are those of the numerator.

    References
    ----------
    Fieller 1954, JRSS B 16:175.
    """
    a, b = _per_series(fit, numerator), _per_series(fit, denominator)
    top = np.einsum("smk,sk->sm", a, fit.coefficients)
    bottom = np.einsum("smk,sk->sm", b, fit.coefficients)
    v_top, v_bottom = _quadratic(a, fit.covariance), _quadratic(b, fit.covariance)
    both = np.einsum("smk,skl,sml->sm", a, fit.covariance, b)
    critical = stdtrit(degrees_of_freedom(fit, a), 0.5 + np.asarray(level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = critical**2
        lead = bottom**2 - squared * v_bottom
        middle = top * bottom - squared * both
        root = np.sqrt(np.maximum(middle**2 - lead * (top**2 - squared * v_top), 0.0))
        bounded = (lead > 0) & (v_bottom > 0) & (v_top > 0)
        return Ratios(
            top / bottom,
            np.where(bounded, (middle - root) / lead, np.nan),
            np.where(bounded, (middle + root) / lead, np.nan),
        )


def _per_series(fit: LinearFit, weights: npt.ArrayLike) -> Array:
    c = np.asarray(weights, float)
    return np.broadcast_to(c, (fit.coefficients.shape[0], *c.shape[-2:]))


def _quadratic(c: Array, matrix: Array) -> Array:
    # The order is given: to look for the best one costs more than a small product itself.
    return np.einsum("smk,skl,sml->sm", c, matrix, c, optimize=["einsum_path", (0, 1), (0, 1)])
