"""What mean do counts have, given their denominators? Log-linear weighted least squares, many series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_MAX_ROUNDS = 100
_DEVIANCE_TOLERANCE = 1e-12
# A fitted count this small beside the mean count has run to zero: its logarithm has no finite estimate.
_VANISHED = 1e-6


@dataclass(frozen=True)
class Means:
    """Fitted means of S series.

    Attributes
    ----------
    coefficients
        On the log scale, shape ``(S, k)``.
    mean
        Expected counts, shape ``(S, T)``.
    bread
        (X'WX)⁻¹ with the weights W at the end, shape ``(S, k, k)``.
    settled
        Whether the deviance came to rest, shape ``(S,)``.
    """

    coefficients: Array
    mean: Array
    bread: Array
    settled: npt.NDArray[np.bool_]


def screen_counts(y: Array, x: Array, offset: Array) -> list[str]:
    """Why each series cannot be fitted, ``""`` where it can.

    Parameters
    ----------
    y, offset
        Counts and log denominators, shape ``(T, S)``.
    x
        Design, shape ``(T, k)``.
    """
    n, k = x.shape
    if n <= k or np.linalg.matrix_rank(x) < k:
        return [f"{n} points are too few for {k} terms" if n <= k else "the terms cannot be told apart"] * y.shape[1]
    with np.errstate(invalid="ignore"):
        reasons = [
            (~np.isfinite(y).all(0), "counts are missing"),
            ((y < 0).any(0), "counts are negative"),
            (~np.isfinite(offset).all(0), "denominators are missing or zero"),
            ((y == 0).all(0), "every count is zero"),
        ]
    return [next((text for bad, text in reasons if bad[s]), "") for s in range(y.shape[1])]


def vanishes(y: Array, mean: Array) -> npt.NDArray[np.bool_]:
    """Whether a fitted count runs to zero (separation), shape ``(S,)``; both arguments ``(S, T)``."""
    return mean.min(1) < _VANISHED * y.mean(1)


def fit_means(y: Array, x: Array, offset: Array, *, alpha: Array | None = None) -> Means:
    """Iteratively reweighted least squares with log link.

    Parameters
    ----------
    y, offset
        Counts and log denominators of series that :func:`screen_counts` lets pass, shape ``(S, T)``.
    x
        Design of full rank, shape ``(T, k)``.
    alpha
        Over-dispersion of the negative binomial (variance μ + αμ²), shape ``(S,)``; Poisson when left out.

    Returns
    -------
    Means

    References
    ----------
    McCullagh & Nelder 1989, Generalized Linear Models, chapter 2.
    """
    if y.shape[0] == 0:
        k = x.shape[1]
        return Means(np.empty((0, k)), np.empty(y.shape), np.empty((0, k, k)), np.empty(0, bool))
    spread = np.zeros((y.shape[0], 1)) if alpha is None else alpha[:, None]
    # Orthonormal columns: a trend and a step of very different sizes lose no digits.
    q, r = np.linalg.qr(x)
    mean = (y + y.mean(1, keepdims=True)) / 2
    linear = np.log(mean)
    deviance = np.full(y.shape[0], np.inf)
    settled = np.zeros(y.shape[0], bool)
    for _ in range(_MAX_ROUNDS):
        weight = mean / (1 + spread * mean)
        gram = np.einsum("ti,st,tj->sij", q, weight, q, optimize=True)
        target = np.einsum("ti,st->si", q, weight * (linear - offset + (y - mean) / mean), optimize=True)
        gram += 1e-14 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(q.shape[1])
        beta = np.linalg.solve(gram, target[..., None])[..., 0]
        linear = np.clip(beta @ q.T + offset, -300.0, 300.0)
        mean = np.exp(linear)
        now = unit_deviance(y, mean, spread).sum(1)
        settled = np.abs(now - deviance) <= _DEVIANCE_TOLERANCE * (np.abs(now) + 0.1)
        deviance = now
        if settled.all():
            break
    back = np.linalg.inv(r)
    weight = mean / (1 + spread * mean)
    bread = np.linalg.pinv(np.einsum("ti,st,tj->sij", q, weight, q, optimize=True), hermitian=True)
    return Means(beta @ back.T, mean, back @ bread @ back.T, settled)


def unit_deviance(y: Array, mean: Array, alpha: npt.ArrayLike = 0.0) -> Array:
    """Each count's part of the deviance, Poisson or, with ``alpha``, negative binomial."""
    spread = np.broadcast_to(np.asarray(alpha, float), y.shape)
    safe = np.where(y > 0, y, 1.0)
    first = np.where(y > 0, y * np.log(safe / mean), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        binomial = (y + 1 / spread) * np.log((1 + spread * y) / (1 + spread * mean))
    return np.asarray(2 * (first - np.where(spread > 0, binomial, y - mean)))
