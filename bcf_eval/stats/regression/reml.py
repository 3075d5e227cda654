"""What changed, when errors are autocorrelated and series short? AR(1) regression by REML, many series at once.

The restricted likelihood of every series is evaluated on one grid of ρ, refined between grid
points, and followed by Kenward and Roger's first-order correction with Satterthwaite's degrees of
freedom. There is no loop over series.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.correlation import AutocorrelatedDesign
from bcf_eval.stats.regression.curvature import Curvature
from bcf_eval.stats.regression.likelihood import HIGHEST, LOWEST, ProfileLikelihood
from bcf_eval.stats.regression.linear import LinearFit, SmallSample
from bcf_eval.stats.regression.panels import PanelTable

Array = npt.NDArray[np.float64]

BOUNDARY_RHO = 0.98
METHOD = "AR(1) regression by REML, first-order Kenward-Roger, Satterthwaite t"

_CHUNK = 1024
_LEAST_DF = 2
_SINGULAR = 1e-13
# From so many series on, what depends on ρ alone is read off a table.
_TABULATE_FROM = 512


def fit_reml(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    time: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
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
    weights
        Precision of each period, above 0, shape ``(T,)`` for all series or ``(T, S)``: the variance of an
        error is σ² / weight, its correlation is that of the errors times √weight. With denominators for
        weights σ is that of one unit of the denominator. Left out: all 1. Series whose weights differ are
        fitted one group after the other.
    boundary
        |ρ̂| from which a fit is flagged: its trend cannot be told from drift.
    restricted
        ``False`` for maximum likelihood, without small-sample correction: for comparison only.

    Returns
    -------
    LinearFit
        A series without any variation about the design has ``NaN`` everywhere, and so has every series with fewer
        than ``k + 2`` periods: one error contrast cannot tell both σ and ρ.

    Raises
    ------
    RequestError
        A weight that is not above 0.

    References
    ----------
    Kenward & Roger 1997, Biometrics 53:983. Turner et al. 2021, BMC Med Res Methodol 21:181.
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    periods = np.arange(design.shape[0]) if time is None else np.asarray(time, np.int64)
    if weights is None:
        return RemlEstimator(design, periods, boundary=boundary, restricted=restricted).fit(values)
    precision = np.asarray(weights, float)
    if not np.all(np.isfinite(precision) & (precision > 0)):
        raise RequestError("weights: expected numbers above 0 for every period; leave out the periods that have none")
    root = np.sqrt(precision)
    if root.ndim == 1:
        estimator = RemlEstimator(design * root[:, None], periods, boundary=boundary, restricted=restricted)
        return estimator.fit(values * root[:, None])
    different, member = np.unique(root, axis=1, return_inverse=True)
    member = member.reshape(-1)
    parts, order = [], []
    for number in range(different.shape[1]):
        one, columns = different[:, [number]], np.flatnonzero(member == number)
        estimator = RemlEstimator(design * one, periods, boundary=boundary, restricted=restricted)
        parts.append(estimator.fit(values[:, columns] * one))
        order.append(columns)
    return _take(_join(parts), np.argsort(np.concatenate(order)))


class RemlEstimator:
    """AR(1) regression on one design, ready for any number of series.

    Parameters
    ----------
    x, time, boundary, restricted
        See :func:`fit_reml`; ``time`` is not left out here.
    """

    def __init__(
        self, x: Array, time: npt.NDArray[np.int64], *, boundary: float = BOUNDARY_RHO, restricted: bool = True
    ) -> None:
        self._n, self._k = x.shape
        self._q, r = np.linalg.qr(x)
        self._back = np.linalg.inv(r)
        self._design = AutocorrelatedDesign(self._q, time)
        self._likelihood = ProfileLikelihood(self._design, self._n, self._k, restricted=restricted)
        self._table = PanelTable(self._form_exactly, LOWEST, HIGHEST)
        self._boundary, self._restricted = boundary, restricted

    def fit(self, y: Array) -> LinearFit:
        """Fit series, shape ``(T, S)``: see :func:`fit_reml`."""
        n_series = y.shape[1]
        tabulate = n_series >= _TABULATE_FROM
        starts = range(0, max(n_series, 1), _CHUNK)
        return _join([self._fit_chunk(y[:, i : i + _CHUNK], tabulate=tabulate) for i in starts])

    def _fit_chunk(self, values: Array, *, tabulate: bool) -> LinearFit:
        df = self._n - self._k
        start = self._q.T @ values
        residual = values - self._q @ start
        spread = np.sqrt(np.einsum("ts,ts->s", residual, residual) / max(df, 1))
        varied = (df >= _LEAST_DF) & (spread > 1e-12 * np.maximum(np.abs(values).max(0), 1e-300))
        products = self._design.multiply(residual / np.where(varied, spread, 1.0))
        z = np.where(varied, self._likelihood.maximise(products), 0.0)
        rho = np.tanh(z)
        inverse, curvature = self._split(self._table(z)) if tabulate else self._form(rho)
        own = self._design.weigh(rho)
        cross = np.einsum("sa,aks->sk", own, products.cross)
        shift = (inverse @ cross[:, :, None])[:, :, 0]
        square = np.einsum("sa,as->s", own, products.square)
        sigma2 = np.where(varied, (square - np.einsum("sk,sk->s", shift, cross)) / max(df, 1), 1.0)
        scale = np.where(varied, spread, np.nan)
        by = scale[:, None, None] ** 2
        small, adjusted = None, sigma2[:, None, None] * inverse
        if self._restricted:
            small, adjusted = _correct(inverse, curvature, sigma2, rho, df)
            # The variance is kept in the units of the scaled series: degrees of freedom do not depend on the scale.
            small = SmallSample(
                self._turn(small.unadjusted) * by,
                self._turn(small.slope_variance) * by,
                self._turn(small.slope_rho) * by,
                small.covariance,
            )
        return LinearFit(
            method=METHOD if self._restricted else "AR(1) regression by maximum likelihood",
            coefficients=(start.T + shift * scale[:, None]) @ self._back.T,
            covariance=self._turn(adjusted) * by,
            sigma=np.sqrt(sigma2) * scale,
            rho=np.where(varied, rho, np.nan),
            rho_at_boundary=varied & (np.abs(rho) >= self._boundary),
            df_residual=np.full(values.shape[1], float(df)),
            small_sample=small,
        )

    def _form(self, rho: Array) -> tuple[Array, Curvature]:
        inverse = np.asarray(np.linalg.inv(self._design.gram(rho)), dtype=np.float64)
        return inverse, self._design.differentiate(rho)

    def _form_exactly(self, z: Array) -> Array:
        """What depends on ρ alone, side by side, at each z = atanh(ρ)."""
        rho = np.tanh(z)
        exact = self._design.differentiate_exactly(rho)
        parts = [np.linalg.inv(self._design.gram(rho)), exact.gradient, exact.excess, exact.trace, exact.trace_square]
        return np.concatenate([part.reshape(rho.size, -1) for part in parts], axis=1)

    def _split(self, values: Array) -> tuple[Array, Curvature]:
        k = self._k
        inverse, gradient, excess = values[:, : 3 * k * k].reshape(-1, 3, k, k).transpose(1, 0, 2, 3)
        return inverse, Curvature(gradient, excess, values[:, -2], values[:, -1])

    def _turn(self, matrix: Array) -> Array:
        return np.asarray(self._back @ matrix @ self._back.T)


def _correct(inverse: Array, curvature: Curvature, sigma2: Array, rho: Array, df: int) -> tuple[SmallSample, Array]:
    """First-order Kenward-Roger covariance, and what the degrees of freedom need.

    Of the adjustment only the (ρ, ρ) term is not zero: Φ_A = σ²[F⁻¹ + 2 W_ρρ excess], F = X'R⁻¹X;
    see :mod:`bcf_eval.stats.regression.curvature`.
    """
    innovation = sigma2 * (1 - rho**2)
    information = np.empty((sigma2.size, 2, 2))
    information[:, 0, 0] = df / (2 * innovation**2)
    information[:, 0, 1] = information[:, 1, 0] = curvature.trace / (2 * innovation)
    information[:, 1, 1] = curvature.trace_square / 2
    # Few periods with the design on most of them may not tell the two apart: then nothing can be said.
    scale = information[:, 0, 0] * information[:, 1, 1]
    told = scale - information[:, 0, 1] ** 2 > _SINGULAR * scale
    w = np.asarray(np.linalg.inv(np.where(told[:, None, None], information, np.eye(2))), dtype=np.float64)
    w = np.where(told[:, None, None], w, np.nan)
    variance = sigma2[:, None, None]
    small = SmallSample(
        unadjusted=variance * inverse,
        slope_variance=inverse / (1 - rho**2)[:, None, None],
        slope_rho=variance * curvature.gradient,
        covariance=w,
    )
    return small, variance * (inverse + 2 * w[:, 1, 1, None, None] * curvature.excess)


def _join(fits: list[LinearFit]) -> LinearFit:
    if len(fits) == 1:
        return fits[0]
    small = [fit.small_sample for fit in fits if fit.small_sample is not None]
    return LinearFit(
        method=fits[0].method,
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


def _take(fit: LinearFit, rows: npt.NDArray[np.intp]) -> LinearFit:
    small = fit.small_sample
    return LinearFit(
        method=fit.method,
        coefficients=fit.coefficients[rows],
        covariance=fit.covariance[rows],
        sigma=fit.sigma[rows],
        rho=fit.rho[rows],
        rho_at_boundary=fit.rho_at_boundary[rows],
        df_residual=fit.df_residual[rows],
        small_sample=None
        if small is None
        else SmallSample(*(getattr(small, name)[rows] for name in SmallSample.__annotations__)),
    )
