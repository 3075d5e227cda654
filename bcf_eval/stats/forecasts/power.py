"""What change would a fit find? Precision of a contrast before there are data, power, and the least change found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import nctdtr, stdtrit

Array = npt.NDArray[np.float64]

# Standard errors at which the noncentral t of a search for the least change may lie, and steps of halving.
_FURTHEST, _STEPS = 200.0, 60
_CHUNK = 512


@dataclass(frozen=True)
class Precision:
    """How precisely a contrast would be estimated; arrays of shape ``(S,)``.

    Attributes
    ----------
    std_error
        In the units of the errors' standard deviation.
    df
        Satterthwaite's degrees of freedom, at least 1.
    """

    std_error: Array
    df: Array


def anticipate_contrast(design: npt.ArrayLike, weights: npt.ArrayLike, rho: npt.ArrayLike) -> Precision:
    """Anticipate the precision of a REML fit with AR(1) errors whose autocorrelation is known.

    Parameters
    ----------
    design
        Shape ``(T, k)``, of full column rank.
    weights
        The contrast, shape ``(k,)``.
    rho
        Autocorrelation of each series, shape ``(S,)``; ``NaN`` gives ``NaN``.

    Returns
    -------
    Precision
        First-order Kenward-Roger, as :func:`bcf_eval.stats.regression.reml.fit_reml` gives at that ρ̂, from dense
        matrices.

    References
    ----------
    Kenward & Roger 1997, Biometrics 53:983. Satterthwaite 1946.
    """
    x, c, given = np.asarray(design, float), np.asarray(weights, float), np.asarray(rho, float)
    answers = np.full((2, given.size), np.nan)
    known = np.flatnonzero(np.abs(given) < 1)
    for start in range(0, known.size, _CHUNK):
        which = known[start : start + _CHUNK]
        answers[:, which] = _anticipate(x, c, given[which])
    return Precision(*answers)


def detect_change(effect: npt.ArrayLike, std_error: npt.ArrayLike, df: npt.ArrayLike, critical: npt.ArrayLike) -> Array:
    """Power of a two-sided t-test: P(|t'| > c), t' noncentral t.

    Parameters
    ----------
    effect, std_error, df
        True change, its standard error and degrees of freedom; shapes that broadcast.
    critical
        Threshold c; that of t from :func:`critical_t`, or one that fits at dates when nothing began have set.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.abs(np.asarray(effect, float) / np.asarray(std_error, float))
    return _exceed(shift, np.asarray(df, float), np.asarray(critical, float))


def critical_t(df: npt.ArrayLike, *, alpha: float) -> Array:
    """The two-sided threshold of t."""
    return np.asarray(stdtrit(np.asarray(df, float), 1 - alpha / 2))


def find_detectable(std_error: npt.ArrayLike, df: npt.ArrayLike, critical: npt.ArrayLike, *, power: float) -> Array:
    """The least change that the test finds with this power, by halving.

    Parameters
    ----------
    std_error, df, critical
        As for :func:`detect_change`.
    power
        Above the size of the test.
    """
    error, freedom, limit = np.broadcast_arrays(*(np.asarray(one, float) for one in (std_error, df, critical)))
    low, high = np.zeros(error.shape), np.full(error.shape, _FURTHEST)
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        enough = _exceed(middle, freedom, limit) >= power
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    found = np.where(np.isfinite(freedom) & (high < _FURTHEST), high, np.nan)
    return np.asarray(found * error)


def _exceed(shift: Array, df: Array, critical: Array) -> Array:
    # The lower tail by symmetry: that of t' at -c is the upper one of its mirror image.
    known = np.isfinite(df) & np.isfinite(shift)
    below, mirrored = nctdtr(df, shift, critical), nctdtr(df, -shift, critical)
    # Far out in a tail scipy gives up instead of saying nought or one, which it is to all digits that count.
    upper = 1 - np.where(np.isnan(below) & known & (shift > 3 * critical), 0.0, below)
    lower = 1 - np.where(np.isnan(mirrored) & known, 1.0, mirrored)
    return np.asarray(np.clip(upper + lower, 0.0, 1.0))


def _anticipate(x: Array, c: Array, rho: Array) -> tuple[Array, Array]:
    n = x.shape[0]
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    r = rho[:, None, None] ** lag
    # V = σ²R at σ² = 1: ∂V/∂σ² = R, ∂V/∂ρ = lag ρ^(lag - 1).
    slope = lag * rho[:, None, None] ** np.maximum(lag - 1, 0)
    inverse = np.linalg.inv(r)
    phi = np.linalg.inv(x.T @ inverse @ x)
    projection = inverse - inverse @ x @ phi @ x.T @ inverse
    parts = (r, slope)
    information = np.empty((rho.size, 2, 2))
    for i, one in enumerate(parts):
        for j, other in enumerate(parts):
            information[:, i, j] = 0.5 * np.einsum("sab,sba->s", projection @ one, projection @ other)
    w = np.linalg.inv(information)
    p = [-x.T @ inverse @ one @ inverse @ x for one in parts]
    excess = np.zeros_like(phi)
    for i, one in enumerate(parts):
        for j, other in enumerate(parts):
            q = x.T @ inverse @ one @ inverse @ other @ inverse @ x
            excess += w[:, i, j, None, None] * (q - p[i] @ phi @ p[j])
    adjusted = phi + 2 * phi @ excess @ phi
    # ∂Φ/∂θ = -Φ P Φ.
    gradient = np.stack([-np.einsum("k,skl,l->s", c, phi @ one @ phi, c) for one in p], axis=-1)
    spread = np.einsum("si,sij,sj->s", gradient, w, gradient)
    plain = np.einsum("k,skl,l->s", c, phi, c)
    return np.sqrt(np.einsum("k,skl,l->s", c, adjusted, c)), np.maximum(2 * plain**2 / spread, 1.0)
