"""Which autocorrelation fits best? The (restricted) likelihood of AR(1) regression, over ρ, for many series at once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.correlation import AutocorrelatedDesign, Products

Array = npt.NDArray[np.float64]

# In z = atanh(ρ) the likelihood is close to a parabola and free of singularities near the line: a step
# of 0.05 and the polynomial through eleven points place its maximum within 1e-7 of a direct search (see the tests).
LOWEST, HIGHEST = -3.0, 6.0
_GRID = np.linspace(LOWEST, HIGHEST, 181)
_STEP = _GRID[1] - _GRID[0]
_REACH = 5
_NODES = np.arange(-_REACH, _REACH + 1.0)
_TO_POWERS = np.linalg.inv(np.vander(_NODES, increasing=True))
# A second valley this much above the lowest, at the points of the grid, may still be the lower of the two.
_RIVAL = 1.0
_FEW = 32


class ProfileLikelihood:
    """-2 log likelihood with β and σ² profiled out, on a grid of ρ.

    Parameters
    ----------
    design
        Moments of the design.
    n, k
        Its rows and columns.
    restricted
        REML, or ML when ``False``.
    """

    def __init__(self, design: AutocorrelatedDesign, n: int, k: int, *, restricted: bool = True) -> None:
        rho = np.tanh(_GRID)
        self._factor = factor = np.linalg.cholesky(design.gram(rho))
        self._weights = design.weigh(rho)
        self._log_det = design.log_det(rho)
        self._multiplier = n
        if restricted:
            self._log_det = self._log_det + 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(1)
            self._multiplier = n - k

    def maximise(self, products: Products) -> Array:
        """Find the best ρ of every series.

        Parameters
        ----------
        products
            The series, multiplied by the design.

        Returns
        -------
        ndarray
            atanh(ρ), shape ``(S,)``. The global maximum on the grid is taken, and of two that come close
            the better: a climb from one starting point can run to ρ = 1 past it.
        """
        deviance = self._evaluate(products)
        best = deviance.argmin(0)
        found, depth = _refine(deviance, best)
        inner = deviance[1:-1]
        valley = (inner < deviance[:-2]) & (inner <= deviance[2:])
        several = np.flatnonzero(valley.sum(0) + (best == 0) + (best == len(_GRID) - 1) > 1)
        if several.size:
            rivals = np.where(valley[:, several], inner[:, several], np.inf)
            inside = (best[several] > 0) & (best[several] < len(_GRID) - 1)
            rivals[best[several[inside]] - 1, np.flatnonzero(inside)] = np.inf
            second = rivals.argmin(0)
            near = rivals[second, np.arange(several.size)] < deviance[best[several], several] + _RIVAL
            columns = several[near]
            other, other_depth = _refine(deviance[:, columns], second[near] + 1)
            found[columns] = np.where(other_depth < depth[columns], other, found[columns])
        return found

    @cached_property
    def _explain(self) -> Array:
        """Turns X'A y for every fixed matrix A into the explained part, the factor's inverse times X'R⁻¹y."""
        explain = self._weights[:, None, :, None] * np.linalg.inv(self._factor)[:, :, None, :]
        return np.ascontiguousarray(explain.reshape(*self._factor.shape[:2], -1))

    def _evaluate(self, products: Products) -> Array:
        """Deviance up to a constant, shape ``(m, S)``."""
        a, k, n_series = products.cross.shape
        cross = products.cross.reshape(a, k * n_series)
        rss = self._weights @ products.square
        if n_series < _FEW:
            weighed = (self._weights @ cross).reshape(rss.shape[0], k, n_series)
            rss -= (np.linalg.solve(self._factor, weighed) ** 2).sum(1)
        else:
            cross = cross.reshape(a * k, n_series)
            # One ρ after the other: what is being worked on stays near the processor.
            for row, explain in zip(rss, self._explain, strict=True):
                explained = explain @ cross
                row -= np.einsum("ks,ks->s", explained, explained)
        np.log(np.maximum(rss, np.finfo(float).tiny, out=rss), out=rss)
        rss *= self._multiplier
        rss += self._log_det[:, None]
        return np.asarray(rss)


def _refine(deviance: Array, start: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """Where the polynomial through the points around ``start`` is lowest, within one step of it, and how low."""
    last = deviance.shape[0] - 1
    centre = np.clip(start, _REACH, last - _REACH)
    around = deviance[centre + _NODES.astype(np.intp)[:, None], np.arange(deviance.shape[1])]
    level = around[_REACH]
    powers = _TO_POWERS @ (around - level)
    origin = (start - centre).astype(float)
    x = origin
    for _ in range(6):
        slope, curve = _differentiate(powers, x)
        move = np.where(curve > 0, slope / np.where(curve > 0, curve, 1.0), 0.0)
        x = np.clip(x - move, origin - 1, origin + 1)
    x = np.where((start == 0) | (start == last), origin, x)
    depth = level + np.einsum("ps,ps->s", powers, x ** np.arange(len(powers))[:, None])
    return LOWEST + _STEP * (centre + x), depth


def _differentiate(powers: Array, x: Array) -> tuple[Array, Array]:
    """First and second derivative of polynomials with coefficients ``(p, S)``, by Horner's rule."""
    value, slope, curve = powers[-1].copy(), np.zeros_like(x), np.zeros_like(x)
    for coefficient in powers[-2::-1]:
        curve = curve * x + slope
        slope = slope * x + value
        value = value * x + coefficient
    return slope, 2 * curve
