"""What is left over when the AR(1) model has been fitted, and does the answer hang on one period?

Many series at once. The innovations are the residuals less what the period before foretells, so
that a right model leaves them without autocorrelation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.linear import LinearFit
from bcf_eval.stats.regression.portmanteau import autocorrelate_innovations, detect_autocorrelation, whiten_innovations
from bcf_eval.stats.regression.restricted import ErrorContrasts

Array = npt.NDArray[np.float64]

_DOUBLES_AT_ONCE = 4_000_000
_LONG = 72
_LONG_LAGS = 24


@dataclass(frozen=True)
class Diagnostics:
    """What is left over of S series.

    Attributes
    ----------
    innovations
        Whitened residuals over their standard deviation, shape ``(T, S)``.
    lags
        Lags of the autocorrelations, shape ``(m,)``: 1 to ``n_lags``, and 24 for series of 72 periods or more.
    autocorrelation
        Of the innovations, shape ``(S, m)``.
    ljung_box, ljung_box_p_value
        Statistic over lags 1 to ``ljung_box_lags``, scaled to be χ², and how often a right model leaves as much,
        shape ``(S,)``; see :mod:`bcf_eval.stats.regression.portmanteau`.
    ljung_box_df
        Its degrees of freedom, shape ``(S,)``: a little under the lags less the one estimated correlation.
    ljung_box_lags
        Lags looked at.
    influence
        Change of the contrast when its most influential period is left out, at the fitted ρ, in the unit of the
        contrast, shape ``(S,)``.
    influential
        Which period that is, as a row of ``y``, shape ``(S,)``; -1 where there is no fit.
    """

    innovations: Array
    lags: npt.NDArray[np.int64]
    autocorrelation: Array
    ljung_box: Array
    ljung_box_p_value: Array
    ljung_box_df: Array
    ljung_box_lags: int
    influence: Array
    influential: npt.NDArray[np.int64]


def residual_diagnostics(
    fit: LinearFit,
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    time: npt.ArrayLike | None = None,
    n_lags: int = 12,
) -> Diagnostics:
    """Look at what an AR(1) REML fit leaves over.

    Parameters
    ----------
    fit
        Of :func:`bcf_eval.stats.regression.reml.fit_reml` to the same ``y``, ``x`` and ``time``.
    y, x
        Series as columns ``(T, S)`` and design ``(T, k)``.
    weights
        The contrast whose influential periods are sought, shape ``(k,)``.
    time
        Number of each period, shape ``(T,)``, when periods are missing.
    n_lags
        Autocorrelations that the Ljung-Box test looks at; fewer where the series is short.

    Returns
    -------
    Diagnostics
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    periods = np.arange(values.shape[0]) if time is None else np.asarray(time, np.int64)
    innovations = whiten_innovations(values - design @ fit.coefficients.T, fit.rho, time=periods)
    looked = int(min(n_lags, max(values.shape[0] // 2 - 1, 2)))
    lags = np.r_[np.arange(1, looked + 1), [_LONG_LAGS] if values.shape[0] >= _LONG else []].astype(np.int64)
    test = detect_autocorrelation(innovations, design, fit.rho, n_lags=looked, time=periods)
    change = leave_one_out(fit, values, design, weights=weights, time=periods)
    found = np.isfinite(change).all(0)
    where = np.where(found, np.abs(np.where(found, change, 0.0)).argmax(0), -1)
    return Diagnostics(
        innovations=innovations / fit.sigma,
        lags=lags,
        autocorrelation=autocorrelate_innovations(innovations, lags, time=periods),
        ljung_box=test.statistic,
        ljung_box_p_value=test.p_value,
        ljung_box_df=test.df,
        ljung_box_lags=looked,
        influence=np.where(found, change[where, np.arange(where.size)], np.nan),
        influential=where,
    )


def leave_one_out(
    fit: LinearFit, y: npt.ArrayLike, x: npt.ArrayLike, *, weights: npt.ArrayLike, time: npt.ArrayLike | None = None
) -> Array:
    """Change of a contrast when each period in turn is left out, ρ kept as fitted.

    To leave a period out is to give it a term of its own, whose coefficient is (Py)ₜ / Pₜₜ: no refit.

    Parameters
    ----------
    fit, y, x, weights, time
        As for :func:`residual_diagnostics`.

    Returns
    -------
    ndarray
        Estimate without the period less estimate with it, shape ``(T, S)``; ``NaN`` where there is no fit.

    References
    ----------
    Martin 1992, Biometrika 79:1 (leverage and influence with correlated errors).
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    n = values.shape[0]
    out = np.full(values.shape, np.nan)
    usable = np.flatnonzero(np.isfinite(fit.rho) & np.isfinite(values).all(0))
    contrasts = ErrorContrasts(np.where(np.isfinite(values), values, 0.0), design, time)
    at_once = max(1, _DOUBLES_AT_ONCE // n**2)
    for start in range(0, usable.size, at_once):
        some = usable[start : start + at_once]
        correlation = fit.rho[some, None, None] ** contrasts.apart
        projection, _ = contrasts.project(correlation, some)
        own = np.einsum("mtu,um->mt", projection, contrasts.basis @ contrasts.values[:, some])
        deleted = own / np.diagonal(projection, axis1=1, axis2=2)
        picked = np.asarray(weights, float) @ contrasts.pseudo_inverse
        share = picked - np.einsum("t,mtu,muv->mv", picked, correlation, projection, optimize=True)
        out[:, some] = -(share * deleted).T
    return out
