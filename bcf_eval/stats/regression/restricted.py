"""How likely are many series under a given correlation, whatever the regression says? Error contrasts.

With K an orthonormal basis of what the design X leaves over, K'y does not depend on the
coefficients, and its likelihood is the restricted one (Patterson & Thompson 1971, Biometrika
58:545; Harville 1974, Biometrika 61:383). With P = K(K'RK)⁻¹K' the generalised least squares
weights are X⁺(I - RP), so that R, nearly singular for a
series that drifts, need not be inverted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

Array = npt.NDArray[np.float64]


class ErrorContrasts:
    """One design and many series, seen off the design.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``.
    x
        Design of full column rank, shape ``(T, k)``.
    time
        Number of each period, shape ``(T,)``, rising; gaps count. 0 … T - 1 when left out.
    """

    def __init__(self, y: Array, x: Array, time: npt.ArrayLike | None = None) -> None:
        n, k = x.shape
        q, r = np.linalg.qr(x, mode="complete")
        self._design: Array = q[:, :k]
        self._residual: Array = y - self._design @ (self._design.T @ y)
        self.basis: Array = np.ascontiguousarray(q[:, k:])
        self.pseudo_inverse: Array = np.linalg.solve(r[:k], q[:, :k].T)
        self.values: Array = self.basis.T @ y
        periods = np.arange(n) if time is None else np.asarray(time, np.int64)
        self.apart: npt.NDArray[np.int64] = np.abs(periods[:, None] - periods[None, :])
        self.df = n - k

    @property
    def n_lags(self) -> int:
        """Highest lag between two periods."""
        return int(self.apart.max())

    def deviance_on_grid(self, autocorrelation: Array) -> Array:
        """-2 log restricted likelihood of every series under each of ``m`` correlations.

        Parameters
        ----------
        autocorrelation
            At lag 0 … ``n_lags``, shape ``(m, n_lags + 1)``.

        Returns
        -------
        ndarray
            Shape ``(m, S)``; σ² profiled out, up to a constant.
        """
        # log|K'RK| = log|R| + log|Q'R⁻¹Q| with Q orthonormal: cheaper than K'RK, and exact enough for a search.
        out = np.empty((autocorrelation.shape[0], self._residual.shape[1]))
        for number, values in enumerate(autocorrelation):
            factor = np.linalg.cholesky(values[self.apart])
            design = solve_triangular(factor, self._design, lower=True, check_finite=False)
            series = solve_triangular(factor, self._residual, lower=True, check_finite=False)
            q, r = np.linalg.qr(design)
            square = (series**2).sum(0) - ((q.T @ series) ** 2).sum(0)
            half_log_det = np.log(np.diagonal(factor)).sum() + np.log(np.abs(np.diagonal(r))).sum()
            out[number] = self._join(half_log_det, square)
        return out

    def project(self, correlation: Array, columns: npt.NDArray[np.intp]) -> tuple[Array, Array]:
        """P of each series' own correlation, and its deviance.

        Parameters
        ----------
        correlation
            R of each series, shape ``(m, T, T)``.
        columns
            Which series, shape ``(m,)``.

        Returns
        -------
        tuple of ndarray
            P, shape ``(m, T, T)``, and the deviance, shape ``(m,)``.
        """
        inner = self.basis.T @ (correlation @ self.basis)
        half_log_det = np.log(np.diagonal(np.linalg.cholesky(inner), axis1=1, axis2=2)).sum(1)
        inverse = np.linalg.inv(inner)
        values = self.values[:, columns].T
        square = np.einsum("mi,mij,mj->m", values, inverse, values, optimize=True)
        return self.basis @ inverse @ self.basis.T, self._join(half_log_det, square)

    def _join(self, half_log_det: Array, square: Array) -> Array:
        return np.asarray(2 * half_log_det + self.df * np.log(np.maximum(square, np.finfo(float).tiny)))
