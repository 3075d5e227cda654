"""What changed, when errors are autocorrelated and series short? AR(1) regression by REML, many series at once.

The restricted likelihood of every series is evaluated on one grid of ρ, refined between grid
points, and followed by Kenward and Roger's first-order correction with Satterthwaite's degrees of
freedom. There is no loop over series.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.correlation import CompleteSeries, Correlation, GappedSeries, Moments
from bcf_eval.stats.curvature import Curvature
from bcf_eval.stats.linear import LinearFit, SmallSample

Array = npt.NDArray[np.float64]

BOUNDARY_RHO = 0.98
METHOD = "AR(1) regression by REML, first-order Kenward-Roger, Satterthwaite t"

# Uniform in atanh(ρ), where the likelihood is close to a parabola: a step of 0.02 and a polynomial
# through five points place its maximum within 1e-6 of a direct search (see the tests).
_ATANH_GRID = np.linspace(-3.0, 6.0, 451)
_CHUNK = 2048


def fit_reml(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    time: npt.ArrayLike | None = None,
    boundary: float = BOUNDARY_RHO,
    restricted: bool = True,
) -> LinearFit:
    """Fit one design to many series with AR(1) errors.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``; no missing values.
    x
        Design of full column rank, shape ``(T, k)``.
    time
        Number of each period, shape ``(T,)``, when periods are missing; correlation ρ^|t - u|.
    boundary
        |ρ̂| from which a fit is flagged: its trend cannot be told from drift.
    restricted
        ``False`` for maximum likelihood, without small-sample correction: for comparison only.

    Returns
    -------
    LinearFit
        A series without any variation about the design has ``NaN`` everywhere.

    References
    ----------
    Kenward & Roger 1997, Biometrics 53:983. Turner et al. 2021, BMC Med Res Methodol 21:181.
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    if values.shape[1] > _CHUNK:
        starts = range(0, values.shape[1], _CHUNK)
        return _join(
            [
                fit_reml(values[:, i : i + _CHUNK], design, time=time, boundary=boundary, restricted=restricted)
                for i in starts
            ]
        )
    n, k = design.shape
    q, r = np.linalg.qr(design)
    start = q.T @ values
    residual = values - q @ start
    spread = np.sqrt((residual**2).sum(0) / (n - k))
    varied = spread > 1e-12 * np.maximum(np.abs(values).max(0), 1e-300)
    scaled = residual / np.where(varied, spread, 1.0)
    periods = np.arange(n) if time is None else np.asarray(time, np.int64)
    complete = bool(np.all(np.diff(periods) == 1))
    correlation: Correlation = CompleteSeries(q, scaled) if complete else GappedSeries(q, scaled, periods)

    rho = np.where(varied, estimate_rho(correlation, n, k, restricted=restricted), 0.0)
    own = correlation.at_own(rho)
    shift = np.linalg.solve(own.gram, own.cross[..., None])[..., 0]
    sigma2 = np.where(varied, (own.square - (shift * own.cross).sum(1)) / (n - k), 1.0)
    small, adjusted = _small_sample(own, correlation.curvature(rho), sigma2, rho, n - k)
    if not restricted:
        small, adjusted = None, sigma2[:, None, None] * np.linalg.inv(own.gram)

    back, scale = np.linalg.inv(r), np.where(varied, spread, np.nan)
    coefficients = (start.T + shift * scale[:, None]) @ back.T
    return LinearFit(
        method=METHOD if restricted else "AR(1) regression by maximum likelihood",
        coefficients=coefficients,
        covariance=_turn(adjusted, back) * scale[:, None, None] ** 2,
        sigma=np.sqrt(sigma2) * scale,
        rho=np.where(varied, rho, np.nan),
        rho_at_boundary=varied & (np.abs(rho) >= boundary),
        df_residual=np.full(values.shape[1], float(n - k)),
        small_sample=None if small is None else _rescale(small, back, scale),
    )


def estimate_rho(correlation: Correlation, n: int, k: int, *, restricted: bool = True) -> Array:
    """Maximise the (restricted) likelihood over ρ for every series.

    Parameters
    ----------
    correlation
        Moments of the design and the series.
    n, k
        Rows and columns of the design.
    restricted
        REML, or ML when ``False``.

    Returns
    -------
    ndarray
        Shape ``(S,)``. The global maximum on the grid is taken: a climb from one starting point can
        run to ρ = 1 past it.
    """
    deviance = _deviance(correlation.on_grid(np.tanh(_ATANH_GRID)), n, k, restricted=restricted)
    best = deviance.argmin(0)
    centre = np.clip(best, 2, len(_ATANH_GRID) - 3)
    around = deviance[centre + np.arange(-2, 3)[:, None], np.arange(deviance.shape[1])]
    step = _ATANH_GRID[1] - _ATANH_GRID[0]
    at_edge = (best == 0) | (best == len(_ATANH_GRID) - 1)
    offset = np.where(at_edge, best - centre, _lowest_point(around, (best - centre).astype(float)))
    return np.tanh(_ATANH_GRID[centre] + step * offset)


def _deviance(moments: Moments, n: int, k: int, *, restricted: bool) -> Array:
    """-2 log likelihood with β and σ² profiled out, up to a constant, shape ``(m, S)``."""
    factor = np.linalg.cholesky(moments.gram)
    half = np.linalg.inv(factor) @ moments.cross
    rss = moments.square - (half**2).sum(1)
    log_rss = np.log(np.maximum(rss, np.finfo(float).tiny))
    if not restricted:
        return np.asarray(n * log_rss + moments.log_det[:, None])
    log_det_gram = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(1)
    return np.asarray((n - k) * log_rss + (moments.log_det + log_det_gram)[:, None])


def _lowest_point(values: Array, start: Array) -> Array:
    """Where the quartic through five equidistant points, at -2 … 2, is lowest near ``start``."""
    nodes = np.arange(-2.0, 3.0)
    coefficients = np.linalg.solve(np.vander(nodes, increasing=True), values)
    powers = np.arange(5.0)
    x = start
    for _ in range(8):
        slope = sum(p * coefficients[int(p)] * x ** (p - 1) for p in powers[1:])
        curve = sum(p * (p - 1) * coefficients[int(p)] * x ** (p - 2) for p in powers[2:])
        move = np.where(curve > 0, slope / np.where(curve > 0, curve, 1.0), 0.0)
        x = np.clip(x - move, start - 1, start + 1)
    return x


def _small_sample(
    own: Moments, curvature: Curvature, sigma2: Array, rho: Array, df: int
) -> tuple[SmallSample | None, Array]:
    """First-order Kenward-Roger covariance, and what the degrees of freedom need.

    Of the adjustment only the (ρ, ρ) term is not zero: Φ_A = σ²[F⁻¹ + 2 W_ρρ excess], F = X'R⁻¹X;
    see :mod:`bcf_eval.stats.curvature`.
    """
    inverse = np.asarray(np.linalg.inv(own.gram), dtype=np.float64)
    innovation = sigma2 * (1 - rho**2)
    information = np.empty((sigma2.size, 2, 2))
    information[:, 0, 0] = df / (2 * innovation**2)
    information[:, 0, 1] = information[:, 1, 0] = curvature.trace / (2 * innovation)
    information[:, 1, 1] = curvature.trace_square / 2
    w = np.asarray(np.linalg.inv(information), dtype=np.float64)
    variance = sigma2[:, None, None]
    small = SmallSample(
        unadjusted=variance * inverse,
        slope_variance=inverse / (1 - rho**2)[:, None, None],
        slope_rho=variance * curvature.gradient,
        covariance=w,
    )
    return small, variance * (inverse + 2 * w[:, 1, 1, None, None] * curvature.excess)


def _turn(matrix: Array, back: Array) -> Array:
    return np.asarray(back @ matrix @ back.T)


def _rescale(small: SmallSample, back: Array, scale: Array) -> SmallSample:
    # The variance is kept in the units of the scaled series: degrees of freedom do not depend on the scale.
    by = scale[:, None, None] ** 2
    return SmallSample(
        _turn(small.unadjusted, back) * by,
        _turn(small.slope_variance, back) * by,
        _turn(small.slope_rho, back) * by,
        small.covariance,
    )


def _join(fits: list[LinearFit]) -> LinearFit:
    first = fits[0]
    small = [fit.small_sample for fit in fits if fit.small_sample is not None]
    return LinearFit(
        method=first.method,
        coefficients=np.concatenate([fit.coefficients for fit in fits]),
        covariance=np.concatenate([fit.covariance for fit in fits]),
        sigma=np.concatenate([fit.sigma for fit in fits]),
        rho=np.concatenate([fit.rho for fit in fits]),
        rho_at_boundary=np.concatenate([fit.rho_at_boundary for fit in fits]),
        df_residual=np.concatenate([fit.df_residual for fit in fits]),
        small_sample=SmallSample(
            *(np.concatenate([getattr(one, name) for one in small]) for name in SmallSample.__annotations__)
        )
        if small
        else None,
    )
