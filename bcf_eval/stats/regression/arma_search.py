"""Which AR(2) or ARMA(1,1) model makes the series most likely? A grid, then average-information steps.

The restricted likelihood of a short series can have two tops, and a climb from one start may find
the wrong one: so a grid of models is tried on every series, and each lowest place of the grid that
could hold the global optimum is refined, all series at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.arma_correlation import Order, autocorrelate
from bcf_eval.stats.regression.restricted import ErrorContrasts

Array = npt.NDArray[np.float64]

# In units of atanh, where the standard error of a partial autocorrelation is about 1/sqrt(T).
_GRID = np.linspace(-2.5, 3.5, 25)
_EDGE = 4.0  # a partial autocorrelation of 0.9993
# A low place of the grid is followed up when the grid's coarseness could hide an optimum there.
_WITHIN = 4.0
_MAX_STEPS = 60
_LONGEST_STEP = 0.5
_RESTS = 1e-7
# A deviance that can fall by no more than this is within 1e-4 standard errors of its lowest place.
_NO_GAIN = 1e-8


@dataclass(frozen=True)
class Optimum:
    """Where the restricted likelihood of each series is highest.

    Attributes
    ----------
    free
        Free parameters, shape ``(S, 2)``; see :func:`bcf_eval.stats.regression.arma_correlation.autocorrelate`.
    deviance
        -2 log restricted likelihood there, up to a constant, shape ``(S,)``.
    converged
        Whether the steps came to rest, shape ``(S,)``.
    """

    free: Array
    deviance: Array
    converged: npt.NDArray[np.bool_]


def maximise_likelihood(contrasts: ErrorContrasts, order: Order) -> Optimum:
    """Find each series' best model.

    Parameters
    ----------
    contrasts
        Design and series.
    order
        ``ar2`` or ``arma11``.

    Returns
    -------
    Optimum
    """
    columns, free = _choose_starts(contrasts, order)
    found = _refine(contrasts, order, columns, free)
    # The best of each series' starts: sorted by series, then by deviance.
    ranked = np.lexsort((found.deviance, columns))
    _, first = np.unique(columns[ranked], return_index=True)
    best = ranked[first]
    return Optimum(found.free[best], found.deviance[best], found.converged[best])


def _choose_starts(contrasts: ErrorContrasts, order: Order) -> tuple[npt.NDArray[np.intp], Array]:
    """Low places of the grid, as (series, free parameters) pairs."""
    first, second = np.meshgrid(_GRID, _GRID, indexing="ij")
    points = np.column_stack([first.ravel(), second.ravel()])
    deviance = contrasts.deviance_on_grid(autocorrelate(order, points, contrasts.n_lags).values)
    surface = deviance.reshape(_GRID.size, _GRID.size, -1)
    padded = np.pad(surface, ((1, 1), (1, 1), (0, 0)), constant_values=np.inf)
    low = np.ones(surface.shape, bool)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if (down, right) > (0, 0):
                low &= surface <= _shifted(padded, down, right)
            elif (down, right) < (0, 0):
                # Of equal neighbours (the ridge of ARMA(1,1) without autocorrelation) one is enough.
                low &= surface < _shifted(padded, down, right)
    low[:] = low & (surface <= surface.min((0, 1)) + _WITHIN)
    low.reshape(-1, surface.shape[2])[deviance.argmin(0), np.arange(surface.shape[2])] = True
    row, column, series = np.nonzero(low)
    return series, np.column_stack([_GRID[row], _GRID[column]])


def _shifted(padded: Array, down: int, right: int) -> Array:
    size = _GRID.size
    return padded[1 + down : 1 + down + size, 1 + right : 1 + right + size]


def _refine(contrasts: ErrorContrasts, order: Order, columns: npt.NDArray[np.intp], start: Array) -> Optimum:
    """Damped average-information steps (Gilmour, Thompson & Cullis 1995, Biometrics 51:1440)."""
    free, damping = start.copy(), np.full(columns.size, 1e-4)
    deviance, slope, curve = _differentiate(contrasts, order, columns, free)
    converged = np.zeros(columns.size, bool)
    active = np.arange(columns.size)
    for _ in range(_MAX_STEPS):
        if active.size == 0:
            break
        step, gain = _step(slope[active], curve[active], damping[active], free[active])
        tried = np.clip(free[active] + step, -_EDGE, _EDGE)
        value, new_slope, new_curve = _differentiate(contrasts, order, columns[active], tried)
        better = value <= deviance[active] + 1e-10
        moved = np.abs(tried - free[active]).max(1)
        # A step half as good as foretold or better: trust the curvature more; a poor one: less.
        worth = (deviance[active] - value) / np.maximum(gain / 2, 1e-300)
        damping[active] *= np.where(worth > 0.5, 0.1, np.where(worth < 0.25, 10.0, 1.0))
        took = active[better]
        free[took], deviance[took] = tried[better], value[better]
        slope[took], curve[took] = new_slope[better], new_curve[better]
        resting = (moved < _RESTS) | (gain < _NO_GAIN)
        converged[active[resting]] = True
        active = active[~resting]
    return Optimum(free, deviance, converged)


def _step(slope: Array, curve: Array, damping: Array, free: Array) -> tuple[Array, Array]:
    """Downhill along each axis of the damped curvature, and the gain in deviance that it foretells.

    A parameter at the edge that would leave stays there. Each axis is held to a longest step of its
    own, so that a direction of which the data say nothing does not stop the other.
    """
    held = ((free >= _EDGE) & (slope < 0)) | ((free <= -_EDGE) & (slope > 0))
    slope = np.where(held, 0.0, slope)
    curve = np.where(held[:, :, None] | held[:, None, :], 0.0, curve)
    size, axes = np.linalg.eigh(curve)
    damped = np.maximum(size, 0.0) + damping[:, None] * np.maximum(size[:, -1:], 1e-6)
    along = np.einsum("mij,mi->mj", axes, slope)
    step = np.clip(-along / damped, -_LONGEST_STEP, _LONGEST_STEP)
    return np.einsum("mij,mj->mi", axes, step), -(along * step).sum(1)


def _differentiate(
    contrasts: ErrorContrasts, order: Order, columns: npt.NDArray[np.intp], free: Array
) -> tuple[Array, Array, Array]:
    """Deviance, its slope and its average-information curvature by the free parameters."""
    model = autocorrelate(order, free, contrasts.n_lags)
    projection, deviance = contrasts.project(model.values[:, contrasts.apart], columns)
    raw = contrasts.basis @ contrasts.values[:, columns]
    seen = np.einsum("mtu,um->mt", projection, raw)
    square = np.einsum("mt,tm->m", seen, raw)
    slopes = model.slopes[:, :, contrasts.apart]
    turned = np.einsum("mptu,mu->mpt", slopes, seen)
    fit = np.einsum("mpt,mt->mp", turned, seen) / square[:, None]
    slope = np.einsum("mptu,mtu->mp", slopes, projection, optimize=True) - contrasts.df * fit
    both = np.einsum("mpt,mtu,mqu->mpq", turned, projection, turned, optimize=True) / square[:, None, None]
    return deviance, slope, contrasts.df * (both - fit[:, :, None] * fit[:, None, :])
