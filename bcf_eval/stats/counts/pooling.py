"""What can a few years tell of many areas? A straight line for each, drawn towards the mean line of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Array = npt.NDArray[np.float64]

MIN_TIMES = 3
MIN_AREAS = 3
# With fewer years than this a shock that all areas share is taken as given, not estimated.
TIMES_FOR_SHOCK = 5
# Keeps a matrix invertible where neither sampling nor anything else makes an area vary.
_LEAST_VARIANCE = 1e-10
_LEAST_SCALE = 1e-3
# Starts of the search: shares of the spread that lie between areas, in slopes, and in single years.
_STARTS = ((0.8, 0.3, 0.4), (0.5, 0.1, 0.8))


@dataclass(frozen=True)
class LinkForecast:
    """What the linear predictor of each area will be at one time, arrays of shape ``(S,)``.

    Attributes
    ----------
    mean
        Best linear unbiased prediction.
    sd
        Of its error: of the line, of the year that areas share, and of the area's own year; no sampling.
    """

    mean: Array
    sd: Array


@dataclass(frozen=True)
class PooledLines:
    """``y = a + b (t - centre) + u_t + e + sampling`` with ``(a, b)`` normal over areas.

    Arrays are ``NaN`` where ``reason`` says why there is no fit.

    Attributes
    ----------
    intercept, slope
        Of each area, drawn towards the mean (best linear unbiased predictions), shape ``(S,)``.
    own_intercept, own_slope
        Of each area by itself, by weighted least squares, shape ``(S,)``; ``NaN`` below two years.
    mean, mean_covariance
        Mean line over areas and the covariance of its estimates, shapes ``(2,)`` and ``(2, 2)``.
    between
        Covariance of ``(a, b)`` over areas, shape ``(2, 2)``.
    sigma_e, sigma_u
        Standard deviation of an area's own year beyond sampling, and of a year that all areas share.
    shared
        Predicted shock of each year, shape ``(T,)``.
    centre
        The time at which intercepts are taken.
    minus_two_log_likelihood
        Restricted, less the constant ``(N - 2) log 2 pi``.
    reason
        Why there is no fit; ``""`` when there is one.
    """

    intercept: Array
    slope: Array
    own_intercept: Array
    own_slope: Array
    mean: Array
    mean_covariance: Array
    between: Array
    sigma_e: float
    sigma_u: float
    shared: Array
    centre: float
    minus_two_log_likelihood: float
    reason: str
    _parts: _Parts | None = None

    def forecast(self, time: float) -> LinkForecast:
        """Predict every area at a time, shape ``(S,)``; an area without any year gets the mean line."""
        parts = self._parts
        if parts is None:
            return LinkForecast(np.full(self.slope.size, np.nan), np.full(self.slope.size, np.nan))
        at = np.array([1.0, time - self.centre])
        carried = np.einsum("stu,su->st", parts.precision, parts.known * (parts.line @ self.between @ at))
        others = carried @ parts.shock @ parts.total
        # What is left of the mean line's weight once an area's own years have had theirs.
        left = at - (carried - others) @ parts.line
        explained = np.einsum("st,st->s", carried, parts.known * (parts.line @ self.between @ at))
        explained = explained - np.einsum("st,tu,su->s", carried, parts.shock, carried)
        of_line = np.einsum("si,ij,sj->s", left, self.mean_covariance, left)
        variance = at @ self.between @ at - explained + of_line + self.sigma_u**2 + self.sigma_e**2
        return LinkForecast(self.intercept + self.slope * at[1], np.sqrt(np.maximum(variance, 0.0)))

    def continue_own(self, time: float) -> Array:
        """Where each area's own line leads, nothing borrowed from the others, shape ``(S,)``."""
        return self.own_intercept + self.own_slope * (time - self.centre)


@dataclass(frozen=True)
class _Parts:
    """What a likelihood needs and a forecast needs again; see :func:`_solve`."""

    line: Array
    known: npt.NDArray[np.bool_]
    precision: Array
    total: Array
    shock: Array
    mean: Array
    mean_covariance: Array
    residual: Array
    shared: Array
    minus_two_log_likelihood: float


def fit_pooled_lines(
    y: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    time: npt.ArrayLike,
    shock_ratio: float | None = None,
    near: PooledLines | None = None,
) -> PooledLines:
    """Fit lines to few years of many areas by restricted maximum likelihood.

    Parameters
    ----------
    y
        On the scale of the line (logits, logs), shape ``(T, S)``, ``NaN`` where missing.
    variance
        Of sampling, known, shape ``(T, S)``; what areas vary beyond it is estimated.
    time
        Year numbers, shape ``(T,)``.
    shock_ratio
        ``sigma_u / sigma_e``; ``None`` to estimate ``sigma_u``, which takes five years.
    near
        A fit of the same data at another ratio, from which to begin the search.

    Returns
    -------
    PooledLines
        The variances are taken as known once they are estimated: over many areas they nearly are, but ``sigma_u``
        of five years is not, so that an interval with it estimated is somewhat narrow.

    References
    ----------
    Laird & Ware 1982, Biometrics 38:963. Harville 1977, JASA 72:320.
    """
    values, times = np.asarray(y, float).T, np.asarray(time, float)
    sampling = np.asarray(variance, float).T
    known = np.isfinite(values) & np.isfinite(sampling)
    years = int(known.any(axis=0).sum())
    reason = ""
    if years < MIN_TIMES:
        reason = f"too few years: {years}; {MIN_TIMES} are needed"
    elif (known.sum(axis=1) >= MIN_TIMES).sum() < MIN_AREAS:
        reason = f"too few areas with {MIN_TIMES} years; {MIN_AREAS} are needed"
    elif shock_ratio is None and years < TIMES_FOR_SHOCK:
        reason = f"too few years to tell what all areas share: {years}; {TIMES_FOR_SHOCK} are needed"
    if reason:
        return _no_fit(values.shape, reason)
    centre = float(times[known.any(axis=0)].mean())
    line = np.column_stack([np.ones(times.size), times - centre])
    filled, noise = np.where(known, values, 0.0), np.where(known, np.maximum(sampling, _LEAST_VARIANCE), 1.0)

    def unpack(theta: Array) -> tuple[Array, float, float]:
        root = np.array([[theta[0], 0.0], [theta[1], theta[2]]])
        sigma_e = abs(float(theta[3]))
        sigma_u = abs(float(theta[4])) if shock_ratio is None else shock_ratio * sigma_e
        return root @ root.T, sigma_e, sigma_u

    def solve(theta: Array) -> _Parts:
        return _solve(filled, noise, known, line, *unpack(theta))

    starts, scale = _choose_starts(filled, known, near, free_shock=shock_ratio is None)
    theta = _search(lambda one: solve(one).minus_two_log_likelihood, starts, scale)
    between, sigma_e, sigma_u = unpack(theta)
    parts = solve(theta)
    weighed = np.einsum("stu,su->st", parts.precision, parts.residual - parts.known * parts.shared)
    deviation = weighed @ line @ between
    own = _fit_own(filled, np.where(known, 1 / (noise + sigma_e**2), 0.0), line)
    return PooledLines(
        intercept=parts.mean[0] + deviation[:, 0],
        slope=parts.mean[1] + deviation[:, 1],
        own_intercept=own[:, 0],
        own_slope=own[:, 1],
        mean=parts.mean,
        mean_covariance=parts.mean_covariance,
        between=between,
        sigma_e=sigma_e,
        sigma_u=sigma_u,
        shared=parts.shared,
        centre=centre,
        minus_two_log_likelihood=parts.minus_two_log_likelihood,
        reason="",
        _parts=parts,
    )


def _solve(
    y: Array,
    noise: Array,
    known: npt.NDArray[np.bool_],
    line: Array,
    between: Array,
    sigma_e: float,
    sigma_u: float,
) -> _Parts:
    """Generalised least squares at given variances; areas first in every array.

    Areas hang together by the years' shocks alone, a matrix of rank ``T``: what is inverted is never larger.
    """
    both = known[:, :, None] & known[:, None, :]
    own = np.where(both, line @ between @ line.T, 0.0)
    own[:, range(line.shape[0]), range(line.shape[0])] += np.where(known, noise + sigma_e**2, 1.0)
    precision = np.where(both, np.linalg.inv(own), 0.0)
    total = precision.sum(axis=0)
    spread = np.eye(line.shape[0]) + sigma_u**2 * total
    shock = sigma_u**2 * np.linalg.inv(spread)
    thinned = total - total @ shock @ total
    mean_precision = line.T @ thinned @ line
    mean_covariance = np.linalg.inv(mean_precision)
    pulled = np.einsum("stu,su->t", precision, y)
    mean = mean_covariance @ (line.T @ (pulled - total @ shock @ pulled))
    residual = np.where(known, y - line @ mean, 0.0)
    left = np.einsum("stu,su->t", precision, residual)
    quadratic = np.einsum("st,stu,su->", residual, precision, residual) - left @ shock @ left
    logs = np.linalg.slogdet(own)[1].sum() + np.linalg.slogdet(spread)[1] + np.linalg.slogdet(mean_precision)[1]
    return _Parts(
        line, known, precision, total, shock, mean, mean_covariance, residual, shock @ left, float(logs + quadratic)
    )


def _choose_starts(
    y: Array, known: npt.NDArray[np.bool_], near: PooledLines | None, *, free_shock: bool
) -> tuple[list[list[float]], Array]:
    """Where to begin, in units of the spread of the data, so that one step is as large for every parameter."""
    counts = known.sum(axis=1)
    means = y.sum(axis=1) / np.maximum(counts, 1)
    spread = max(float(means[counts > 0].std()), _LEAST_SCALE)
    within = max(float(np.sqrt(((y - means[:, None]) ** 2)[known].mean())), _LEAST_SCALE)
    scale = np.array([spread, within, within, within, *([within] if free_shock else [])])
    if near is not None and not near.reason and near.between[0, 0] > 0:
        level = float(np.sqrt(near.between[0, 0]))
        across = float(near.between[0, 1]) / level
        slope = float(np.sqrt(max(near.between[1, 1] - across**2, (0.01 * within) ** 2)))
        begin = np.array([level, across, slope, near.sigma_e, *([near.sigma_u] if free_shock else [])])
        return [list(begin / scale)], scale
    shock = [0.5] if free_shock else []
    return [[level, 0.0, slope, year, *shock] for level, slope, year in _STARTS], scale


def _search(measure: Callable[[Array], float], starts: list[list[float]], scale: Array) -> Array:
    """The variance parameters of least ``measure``; the signs of roots do not matter."""
    # The likelihood bends by about the number of areas: parameters are found to a thousandth of what they are known to.
    options = {"gtol": 1e-3}
    found = [minimize(lambda x: measure(x * scale), np.array(one), method="BFGS", options=options) for one in starts]
    best = min(found, key=lambda one: float(one.fun))
    return np.asarray(best.x * scale, float)


def _fit_own(y: Array, weights: Array, line: Array) -> Array:
    """A line for each area by itself, shape ``(S, 2)``; ``NaN`` where it has fewer than two years."""
    products = np.einsum("st,ti,tj->sij", weights, line, line)
    enough = (weights > 0).sum(axis=1) >= 2
    products[~enough] = np.eye(2)
    found = np.linalg.solve(products, np.einsum("st,st,ti->si", weights, y, line)[:, :, None])[:, :, 0]
    return np.where(enough[:, None], found, np.nan)


def _no_fit(shape: tuple[int, ...], reason: str) -> PooledLines:
    areas, years = shape
    nothing = np.full(areas, np.nan)
    return PooledLines(
        intercept=nothing,
        slope=nothing,
        own_intercept=nothing,
        own_slope=nothing,
        mean=np.full(2, np.nan),
        mean_covariance=np.full((2, 2), np.nan),
        between=np.full((2, 2), np.nan),
        sigma_e=np.nan,
        sigma_u=np.nan,
        shared=np.full(years, np.nan),
        centre=np.nan,
        minus_two_log_likelihood=np.nan,
        reason=reason,
    )
