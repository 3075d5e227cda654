"""How does AR(1) correlation weigh the data? Moments X'R⁻¹X, X'R⁻¹y, y'R⁻¹y for any ρ, many series at once.

With complete series, R⁻¹ times (1 - ρ²) is I - ρA₁ + ρ²A₂ (A₁ the two off-diagonals, A₂ the
identity less its corners), so that every moment is a quadratic in ρ whose coefficients are formed
once. With gaps in time the correlation is ρ^|t - u| and each row is whitened by the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.curvature import Curvature, whiten_and_differentiate

Array = npt.NDArray[np.float64]

_NEAR_ONE = 0.95
_SERIES_AT_ONCE = 64


@dataclass(frozen=True)
class Moments:
    """Moments weighted by R(ρ)⁻¹ for ``m`` values of ρ.

    Attributes
    ----------
    gram
        X'R⁻¹X, shape ``(m, k, k)``.
    cross
        X'R⁻¹y, shape ``(m, k, S)``, or ``(S, k)`` when each series has its own ρ.
    square
        y'R⁻¹y, shape ``(m, S)`` or ``(S,)``.
    log_det
        log |R|, shape ``(m,)`` or ``(S,)``.
    """

    gram: Array
    cross: Array
    square: Array
    log_det: Array


class Correlation(Protocol):
    """Moments of one design and many series under AR(1) correlation."""

    def on_grid(self, rho: Array) -> Moments:
        """Moments of every series at every ρ of a grid, ``(m,)``."""

    def at_own(self, rho: Array) -> Moments:
        """Moments of every series at its own ρ, ``(S,)``."""

    def curvature(self, rho: Array) -> Curvature:
        """What small-sample inference needs at each series' own ρ, ``(S,)``."""


class CompleteSeries:
    """AR(1) moments of series without gaps.

    Parameters
    ----------
    x
        Design, shape ``(T, k)``; orthonormal columns keep the arithmetic exact.
    y
        Series as columns, shape ``(T, S)``.
    """

    def __init__(self, x: Array, y: Array) -> None:
        self._x, self._n = x, x.shape[0]
        x1, x2, y1, y2 = _neighbours(x), _inner(x), _neighbours(y), _inner(y)
        self._xx = np.stack([x.T @ x, x.T @ x1, x.T @ x2])
        self._xy = np.stack([x.T @ y, x.T @ y1, x.T @ y2])
        self._yy = np.stack([(y * y).sum(0), (y * y1).sum(0), (y * y2).sum(0)])

    def on_grid(self, rho: Array) -> Moments:
        """See :class:`Correlation`."""
        weights = _weights(rho)
        return Moments(
            np.einsum("ma,aij->mij", weights, self._xx),
            np.einsum("ma,ais->mis", weights, self._xy),
            weights @ self._yy,
            (self._n - 1) * np.log1p(-(rho**2)),
        )

    def at_own(self, rho: Array) -> Moments:
        """See :class:`Correlation`."""
        weights = _weights(rho)
        return Moments(
            np.einsum("sa,aij->sij", weights, self._xx),
            np.einsum("sa,ais->si", weights, self._xy),
            np.einsum("sa,as->s", weights, self._yy),
            (self._n - 1) * np.log1p(-(rho**2)),
        )

    def curvature(self, rho: Array) -> Curvature:
        """See :class:`Correlation`."""
        found = self._curvature_by_moments(rho)
        near_one = np.abs(rho) > _NEAR_ONE
        if near_one.any():
            exact = whiten_and_differentiate(self._x, np.arange(self._n), rho[near_one])
            for name in Curvature.__annotations__:
                getattr(found, name)[near_one] = getattr(exact, name)
        return found

    def _curvature_by_moments(self, rho: Array) -> Curvature:
        """All series at once, from quantities formed once; loses its digits as |ρ| nears 1."""
        s = 1 - rho**2
        of_inverse = np.stack([2 * rho / s**2, -1 / s - 2 * rho**2 / s**2, 2 * rho / s + 2 * rho**3 / s**2], axis=1)
        powers = rho[:, None] ** np.arange(self._n)
        pairs = (of_inverse[:, :, None] * of_inverse[:, None, :]).reshape(rho.size, 9)
        lagged = (powers @ self._lagged_products.reshape(self._n, -1)).reshape(rho.size, 9, -1)
        k = self._x.shape[1]
        first = np.einsum("sa,aij->sij", of_inverse, self._xx)
        second = np.einsum("sp,spq->sq", pairs, lagged).reshape(rho.size, k, k)
        inverse = np.linalg.inv(np.einsum("sa,aij->sij", _weights(rho), self._xx))
        turned = inverse @ first
        # D and R speak of the errors' variance; the last terms turn them to that of the innovations.
        shift, df = 2 * rho / s, self._n - k
        trace = np.trace(turned, axis1=1, axis2=2) - shift * (self._n - 1)
        square = (
            2 * (self._n - 1) * (1 + rho**2) / s**2
            - 2 * np.einsum("sij,sji->s", inverse, second)
            + np.einsum("sij,sji->s", turned, turned)
        )
        return Curvature(
            -turned @ inverse + shift[:, None, None] * inverse,
            inverse @ (second - first @ turned) @ inverse,
            trace + shift * df,
            square + 2 * shift * trace + shift**2 * df,
        )

    @cached_property
    def _lagged_products(self) -> Array:
        """Products of x, A₁x, A₂x with themselves at every lag, both ways: ``(T, 9, k·k)``.

        X'DRDX = Σ_ab d_a d_b Σ_lag ρ^lag (these), since D is a combination of I, A₁ and A₂.
        """
        k = self._x.shape[1]
        parts = np.hstack([self._x, _neighbours(self._x), _inner(self._x)])
        products = np.empty((self._n, 3 * k, 3 * k))
        products[0] = parts.T @ parts
        for lag in range(1, self._n):
            one_way = parts[:-lag].T @ parts[lag:]
            products[lag] = one_way + one_way.T
        blocks = products.reshape(self._n, 3, k, 3, k).transpose(0, 1, 3, 2, 4)
        return np.ascontiguousarray(blocks).reshape(self._n, 9, k * k)


class GappedSeries:
    """AR(1) moments of series with periods missing, all the same ones: corr = ρ^|t - u|.

    Such a series is still Markov, so that each period is whitened by the observed one before it.

    Parameters
    ----------
    x, y
        As for :class:`CompleteSeries`, observed periods only.
    time
        Number of each observed period, shape ``(T,)``.
    """

    def __init__(self, x: Array, y: Array, time: npt.NDArray[np.int64]) -> None:
        self._x, self._y, self._time = x, y, time
        self._gaps = np.diff(time)

    def on_grid(self, rho: Array) -> Moments:
        """See :class:`Correlation`."""
        x = self._whiten(self._x[None], rho)
        cross, square = [], []
        for start in range(0, self._y.shape[1], _SERIES_AT_ONCE):
            y = self._whiten(self._y[None, :, start : start + _SERIES_AT_ONCE], rho)
            cross.append(x.transpose(0, 2, 1) @ y)
            square.append((y * y).sum(1))
        return Moments(
            x.transpose(0, 2, 1) @ x, np.concatenate(cross, axis=2), np.concatenate(square, axis=1), self._log_det(rho)
        )

    def at_own(self, rho: Array) -> Moments:
        """See :class:`Correlation`."""
        x = self._whiten(self._x[None], rho)
        y = self._whiten(self._y.T[:, :, None], rho)
        return Moments(
            x.transpose(0, 2, 1) @ x, (x.transpose(0, 2, 1) @ y)[..., 0], (y * y).sum((1, 2)), self._log_det(rho)
        )

    def curvature(self, rho: Array) -> Curvature:
        """See :class:`Correlation`."""
        return whiten_and_differentiate(self._x, self._time, rho)

    def _whiten(self, a: Array, rho: Array) -> Array:
        """Rows less what the row before foretells, for each ρ: ``(m, T, c)``."""
        steps = (rho[:, None] ** self._gaps)[:, :, None]
        first = np.broadcast_to(a[:, :1], (rho.size, 1, a.shape[2]))
        return np.concatenate([first, (a[:, 1:] - steps * a[:, :-1]) / np.sqrt(1 - steps**2)], axis=1)

    def _log_det(self, rho: Array) -> Array:
        return np.asarray(np.log1p(-(rho[:, None] ** (2 * self._gaps))).sum(1))


def _weights(rho: Array) -> Array:
    """Coefficients of I, A₁, A₂ in R⁻¹, shape ``(m, 3)``."""
    return np.stack([np.ones_like(rho), -rho, rho**2], axis=1) / (1 - rho**2)[:, None]


def _neighbours(a: Array) -> Array:
    """A₁ a: the sum of the row before and the row after."""
    out = np.zeros_like(a)
    out[1:] += a[:-1]
    out[:-1] += a[1:]
    return out


def _inner(a: Array) -> Array:
    """A₂ a: the rows but the first and the last."""
    out = a.copy()
    out[[0, -1]] = 0.0
    return out
