"""How does AR(1) correlation weigh the data? Moments X'R⁻¹X, X'R⁻¹y, y'R⁻¹y for any ρ, many series at once.

R⁻¹ is a combination, with weights that depend on ρ alone, of three fixed matrices for each length of
step between one period and the next (complete series: one step, and (1 - ρ²)R⁻¹ is I - ρA₁ + ρ²A₂, A₁
the two off-diagonals, A₂ the identity less its corners). So every moment is formed once and weighed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.curvature import Curvature, whiten_and_differentiate

Array = npt.NDArray[np.float64]

_NEAR_ONE = 0.95


@dataclass(frozen=True)
class Products:
    """What the series contribute, before any ρ.

    Attributes
    ----------
    cross
        X'A y for each fixed matrix A, shape ``(a, k, S)``.
    square
        y'A y, shape ``(a, S)``.
    """

    cross: Array
    square: Array


class AutocorrelatedDesign:
    """One design under AR(1) correlation, corr = ρ^|t - u|; it serves any number of series.

    Parameters
    ----------
    x
        Shape ``(T, k)``.
    time
        Number of each period, shape ``(T,)``, strictly increasing; gaps count.
    """

    def __init__(self, x: Array, time: npt.NDArray[np.int64]) -> None:
        self._x, self._time = x, time
        gaps = np.diff(time)
        self._steps, counts = np.unique(gaps, return_counts=True)
        self._counts = counts.astype(float)
        # Which step leads to a row, and the parts of A₀, A₁, A₂ for each step: ends and steps of its own rows.
        self._leads = (gaps == self._steps[:, None]).astype(float)
        self._turned = self._apply(x)
        self._xx = np.einsum("ti,atj->aij", x, self._turned)

    def weigh(self, rho: Array) -> Array:
        """Weights of the fixed matrices in R⁻¹, shape ``(m, a)``, for ``rho`` of shape ``(m,)``."""
        power = rho[:, None] ** self._steps
        weights = np.stack([np.ones_like(power), -power, power**2], axis=2) / (1 - power**2)[:, :, None]
        return np.asarray(weights.reshape(rho.size, 3 * self._steps.size))

    def gram(self, rho: Array) -> Array:
        """X'R⁻¹X, shape ``(m, k, k)``."""
        k = self._x.shape[1]
        return (self.weigh(rho) @ self._xx.reshape(-1, k * k)).reshape(rho.size, k, k)

    def log_det(self, rho: Array) -> Array:
        """The logarithm of |R|, shape ``(m,)``."""
        return np.asarray(np.log1p(-(rho[:, None] ** (2 * self._steps))) @ self._counts)

    def multiply(self, y: Array) -> Products:
        """Form the products of the series with the design.

        Parameters
        ----------
        y
            Series as columns, shape ``(T, S)``.
        """
        a, n, k = self._turned.shape
        cross = self._turned.transpose(0, 2, 1).reshape(a * k, n) @ y
        squares, lagged = y * y, 2 * (self._leads @ (y[1:] * y[:-1]))
        here, before = self._leads @ squares[1:], self._leads @ squares[:-1]
        here[0] += squares[0]
        before[0] -= squares[0]
        square = np.stack([here, lagged, before], axis=1)
        return Products(cross.reshape(a, k, y.shape[1]), square.reshape(a, y.shape[1]))

    def differentiate(self, rho: Array) -> Curvature:
        """Derivatives of :mod:`bcf_eval.stats.regression.curvature`, each series at its own ρ."""
        if self._steps.size > 1 or self._steps[0] != 1:
            return whiten_and_differentiate(self._x, self._time, rho)
        found = self._differentiate_by_moments(rho)
        near_one = np.abs(rho) > _NEAR_ONE
        if near_one.any():
            exact = whiten_and_differentiate(self._x, self._time, rho[near_one])
            for name in Curvature.__annotations__:
                getattr(found, name)[near_one] = getattr(exact, name)
        return found

    def differentiate_exactly(self, rho: Array) -> Curvature:
        """The same to the last digits, at more cost for each ρ."""
        return whiten_and_differentiate(self._x, self._time, rho)

    def _apply(self, x: Array) -> Array:
        """A x for each fixed matrix A, shape ``(a, T, k)``.

        The first row, which no step leads to, goes with the first step: 1 = (1 - ρ²ᵍ)/(1 - ρ²ᵍ).
        """
        out = np.zeros((self._steps.size, 3, *x.shape))
        leads = self._leads[:, :, None]
        out[:, 0, 1:] = leads * x[1:]
        out[:, 1, 1:] += leads * x[:-1]
        out[:, 1, :-1] += leads * x[1:]
        out[:, 2, :-1] = leads * x[:-1]
        out[0, 0, 0] += x[0]
        out[0, 2, 0] -= x[0]
        return out.reshape(-1, *x.shape)

    def _differentiate_by_moments(self, rho: Array) -> Curvature:
        """All series at once, from quantities formed once; loses its digits as |ρ| nears 1. Complete series only."""
        n, k = self._x.shape
        s = 1 - rho**2
        of_inverse = np.stack([2 * rho / s**2, -1 / s - 2 * rho**2 / s**2, 2 * rho / s + 2 * rho**3 / s**2], axis=1)
        pairs = (of_inverse[:, :, None] * of_inverse[:, None, :]).reshape(rho.size, 9)
        lagged = (rho[:, None] ** np.arange(n) @ self._lagged_products.reshape(n, -1)).reshape(rho.size, 9, k * k)
        first = (of_inverse @ self._xx.reshape(3, -1)).reshape(rho.size, k, k)
        second = (pairs[:, None, :] @ lagged).reshape(rho.size, k, k)
        inverse = np.linalg.inv(self.gram(rho))
        turned = inverse @ first
        # D and R speak of the errors' variance; the last terms turn them to that of the innovations.
        shift, df = 2 * rho / s, n - k
        trace = np.trace(turned, axis1=1, axis2=2) - shift * (n - 1)
        square = (
            2 * (n - 1) * (1 + rho**2) / s**2
            - 2 * np.einsum("sij,sji->s", inverse, second)
            + np.einsum("sij,sji->s", turned, turned)
        )
        return Curvature(
            np.asarray(-turned @ inverse + shift[:, None, None] * inverse),
            np.asarray(inverse @ (second - first @ turned) @ inverse),
            trace + shift * df,
            square + 2 * shift * trace + shift**2 * df,
        )

    @cached_property
    def _lagged_products(self) -> Array:
        """Products of x, A₁x, A₂x with themselves at every lag, both ways: ``(T, 9, k·k)``.

        X'DRDX = Σ_ab d_a d_b Σ_lag ρ^lag (these), since D is a combination of I, A₁ and A₂.
        """
        n, k = self._x.shape
        parts = self._turned.transpose(1, 0, 2).reshape(n, 3 * k)
        products = np.empty((n, 3 * k, 3 * k))
        products[0] = parts.T @ parts
        for lag in range(1, n):
            one_way = parts[:-lag].T @ parts[lag:]
            products[lag] = one_way + one_way.T
        blocks = products.reshape(n, 3, k, 3, k).transpose(0, 1, 3, 2, 4)
        return np.ascontiguousarray(blocks).reshape(n, 9, k * k)
