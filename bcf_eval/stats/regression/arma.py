"""What changed, when the errors are AR(2) or ARMA(1,1)? Regression by REML with Kenward and Roger's correction."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.arma_correlation import WORDS, Order, autocorrelate, largest_root, name_coefficients
from bcf_eval.stats.regression.arma_search import Optimum, maximise_likelihood
from bcf_eval.stats.regression.linear import LinearFit, SmallSample
from bcf_eval.stats.regression.restricted import ErrorContrasts

Array = npt.NDArray[np.float64]

_DOUBLES_AT_ONCE = 2_000_000
_LEAST_DF = 5
_NOT_CONVERGED = "the search for the autocorrelation did not come to rest"


def fit_arma(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    time: npt.ArrayLike | None = None,
    order: Literal["ar2", "arma11"],
    boundary: float = 0.98,
) -> LinearFit:
    """Fit one design to many series with AR(2) or ARMA(1,1) errors.

    θ = (σ², two parameters of the correlation). The covariance is Φ + 2Φ{Σ W_ij (Q_ij - P_i Φ P_j)}Φ,
    W the inverse expected restricted information; the degrees of freedom of each contrast are
    Satterthwaite's. Neither depends on how the correlation is parametrised. Periods that are missing
    are left out of the covariance matrix of the others, which is exact.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``; no missing values.
    x
        Design of full column rank, shape ``(T, k)``.
    time
        Number of each period, shape ``(T,)``, rising, when periods are missing.
    order
        ``ar2`` or ``arma11``.
    boundary
        Modulus of the largest autoregressive root from which a fit is flagged.

    Returns
    -------
    LinearFit
        ``rho`` is the autocorrelation of lag 1 that the model implies. A series that cannot be fitted
        has ``NaN`` everywhere and a note.

    Notes
    -----
    At n = 48 with season, 95% intervals of the level held the truth in 93-95% of 800 draws of AR(2) errors
    (``ar2``; AR(1) REML 83-88%), and in 94% where AR(1) was right.

    References
    ----------
    Kenward & Roger 1997, Biometrics 53:983. Harville 1974, Biometrika 61:383.
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    n, k = design.shape
    notes, scale = _screen(values, design)
    coefficients = np.full((values.shape[1], k), np.nan)
    blank = np.full((values.shape[1], k, k), np.nan)
    fit = LinearFit(
        method=f"{WORDS[order]} regression by REML, first-order Kenward-Roger, Satterthwaite t",
        coefficients=coefficients,
        covariance=blank,
        sigma=np.full(values.shape[1], np.nan),
        rho=np.full(values.shape[1], np.nan),
        rho_at_boundary=np.zeros(values.shape[1], bool),
        df_residual=np.full(values.shape[1], float(n - k)),
        small_sample=SmallSample(
            blank.copy(),
            blank.copy(),
            np.full((values.shape[1], 2, k, k), np.nan),
            np.full((values.shape[1], 3, 3), np.nan),
        ),
        notes=notes,
    )
    usable = np.flatnonzero([note == "" for note in notes])
    resting = np.ones(values.shape[1], bool)
    at_once = max(1, _DOUBLES_AT_ONCE // n**2)
    for start in range(0, usable.size, at_once):
        some = usable[start : start + at_once]
        contrasts = ErrorContrasts(values[:, some] / scale[some], design, time)
        resting[some] = _fill(fit, some, contrasts, values[:, some], scale[some], order, boundary)
    return replace(
        fit, notes=tuple(note if fine else _NOT_CONVERGED for note, fine in zip(notes, resting, strict=True))
    )


def estimate_arma(
    y: npt.ArrayLike, x: npt.ArrayLike, *, time: npt.ArrayLike | None = None, order: Order = "arma11"
) -> Array:
    """Coefficients of the errors' model by REML: (φ₁, φ₂) or (φ, θ), shape ``(S, 2)``.

    Parameters
    ----------
    y, x, time, order
        As for :func:`fit_arma`; series that vary about the design.
    """
    contrasts = ErrorContrasts(np.asarray(y, float), np.asarray(x, float), time)
    return name_coefficients(order, maximise_likelihood(contrasts, order).free)


def _screen(values: Array, design: Array) -> tuple[tuple[str, ...], Array]:
    """Why a series cannot be fitted, and the spread of each about the design."""
    n, k = design.shape
    usable = np.isfinite(values).all(0)
    note = ""
    if n - k < _LEAST_DF:
        note = f"{n} points are too few for {k} terms and a model of their errors"
    elif np.linalg.matrix_rank(design) < k:
        note = "the terms of the model cannot be told apart"
    if note:
        return tuple([note] * values.shape[1]), np.ones(values.shape[1])
    filled = np.where(usable, values, 0.0)
    left = filled - design @ np.linalg.lstsq(design, filled)[0]
    spread = np.sqrt((left**2).sum(0) / (n - k))
    varied = spread > 1e-12 * np.maximum(np.abs(filled).max(0), 1e-300)
    reasons = np.where(~usable, "values are missing", np.where(varied, "", "the series does not vary about the model"))
    return tuple(str(reason) for reason in reasons), np.where(varied, spread, 1.0)


def _fill(
    fit: LinearFit,
    which: npt.NDArray[np.intp],
    contrasts: ErrorContrasts,
    values: Array,
    scale: Array,
    order: Order,
    boundary: float,
) -> npt.NDArray[np.bool_]:
    """Write the answers of some series into arrays that nobody else has seen yet; whether each search converged."""
    found: Optimum = maximise_likelihood(contrasts, order)
    model = autocorrelate(order, found.free, contrasts.n_lags)
    correlation = model.values[:, contrasts.apart]
    slopes = model.slopes[:, :, contrasts.apart]
    every = np.arange(which.size)
    projection, _ = contrasts.project(correlation, every)
    raw = contrasts.basis @ contrasts.values
    sigma2 = np.einsum("tm,mtu,um->m", raw, projection, raw, optimize=True) / contrasts.df
    # Weights of generalised least squares, X⁺(I - RP), shape (S, k, T).
    weights = contrasts.pseudo_inverse @ (np.eye(values.shape[0]) - correlation @ projection)
    inverse = _turn(weights[:, None], correlation[:, None])[:, 0]
    moved = weights[:, None] @ slopes
    excess = np.einsum("mikt,mtu,mjlu->mijkl", moved, projection, moved, optimize=True)
    w = _invert_information(projection, slopes, sigma2, contrasts.df)
    added = np.einsum("mij,mijkl->mkl", w[:, 1:, 1:], excess, optimize=True)
    units = (scale**2)[:, None, None]
    variance = sigma2[:, None, None]
    fit.coefficients[which] = np.einsum("mkt,tm->mk", weights, values)
    fit.covariance[which] = units * variance * (inverse + 2 * added)
    fit.sigma[which] = np.sqrt(sigma2) * scale
    fit.rho[which] = model.values[:, 1]
    fit.rho_at_boundary[which] = largest_root(order, found.free) >= boundary
    if fit.small_sample is not None:
        fit.small_sample.unadjusted[which] = units * variance * inverse
        fit.small_sample.slope_variance[which] = units * inverse
        fit.small_sample.slope_rho[which] = (units * variance)[:, None] * _turn(weights[:, None], slopes)
        fit.small_sample.covariance[which] = w
    return found.converged


def _turn(weights: Array, matrix: Array) -> Array:
    return np.asarray(weights @ matrix @ weights.swapaxes(-1, -2))


def _invert_information(projection: Array, slopes: Array, sigma2: Array, df: int) -> Array:
    """W of (σ², the two free parameters), shape ``(S, 3, 3)``.

    Where the two parameters cannot be told apart (ARMA(1,1) with φ = -θ has no autocorrelation at
    all) the data say nothing of one direction, and nothing depends on it: it gets no variance.
    """
    moved = projection[:, None] @ slopes
    information = np.empty((sigma2.size, 3, 3))
    information[:, 0, 0] = df / (2 * sigma2**2)
    cross = np.trace(moved, axis1=2, axis2=3) / (2 * sigma2[:, None])
    information[:, 0, 1:] = information[:, 1:, 0] = cross
    information[:, 1:, 1:] = np.einsum("mitu,mjut->mij", moved, moved, optimize=True) / 2
    return np.asarray(np.linalg.pinv(information, rcond=1e-9, hermitian=True))
