"""What changed, when the errors follow an ARIMA model of chosen or automatic order? One series at a time.

The likelihood is statsmodels'. Series are divided by their standard deviation and the terms made
orthonormal first: on a series in the ten-thousands the search can otherwise end at a wrong optimum
and call it converged. Differences are taken of series and terms alike before the fit, which leaves
the coefficients as they are and needs no diffuse starting state.
"""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from statsmodels.tsa.statespace.sarimax import SARIMAX

from bcf_eval.stats.regression.differencing import Differenced, difference
from bcf_eval.stats.regression.linear import LinearFit
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]
Order = tuple[int, int, int]

# Orders tried when none is given: every p and q up to 2.
_TRIED = [(p, q) for p in range(3) for q in range(3)]
_DRIFTS = 0.98
_LEAST_DF = 5
_MAX_ITERATIONS = 500


@dataclass(frozen=True)
class _Answer:
    """One series' fit, in the units of the orthonormal terms and the scaled series."""

    coefficients: Array
    covariance: Array
    sigma2: float
    ar: Array
    rho: float
    n_parameters: int
    aicc: float
    converged: bool


def fit_arima(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    order: Order | None = None,
    seasonal_order: Order = (0, 0, 0),
    cycle: int = 12,
) -> LinearFit:
    """Fit a regression with ARIMA errors to each series, by maximum likelihood.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``; no missing periods.
    x
        Design, shape ``(T, k)``.
    order
        (p, d, q). Left out: d is 1 where the AR(1) REML fit of the same terms has |ρ̂| at 0.98 or more (errors
        that cannot be told from a random walk), else 0; p and q, up to 2 each, by AICc.
    seasonal_order
        (P, D, Q) at the cycle.
    cycle
        Periods in a year.

    Returns
    -------
    LinearFit
        Intervals are of t with the differenced points less all estimated parameters: the covariance, the
        approximate Hessian's, is a large-sample one, and t is the more cautious of the two usual choices.
        ``sigma`` is of the innovations; ``rho`` of the errors, ``NaN`` when differenced. A term that
        differencing removes (the intercept; a season, by a seasonal difference) is ``NaN`` and named by
        its column in ``notes``. No convergence: ``NaN`` everywhere, and a note.

    Notes
    -----
    Maximum likelihood takes no account of the terms it spends, and a chosen order none of the choice: at n = 48
    with season and AR(0.6) errors, 95% intervals of the level held the truth in about 77% of draws (order given)
    and 66% (automatic), those of :func:`bcf_eval.stats.regression.reml.fit_reml` in 95%. For comparison, not for
    verdicts.

    References
    ----------
    Schaffer, Dobbins & Pearson 2021, BMC Med Res Methodol 21:58. Hurvich & Tsai 1989, Biometrika 76:297 (AICc).
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    series, k = values.shape[1], design.shape[1]
    fit = LinearFit(
        method="",
        coefficients=np.full((series, k), np.nan),
        covariance=np.full((series, k, k), np.nan),
        sigma=np.full(series, np.nan),
        rho=np.full(series, np.nan),
        rho_at_boundary=np.zeros(series, bool),
        df_residual=np.full(series, np.nan),
    )
    notes, used = [], Counter[Order]()
    for s in range(series):
        note, chosen = _fit_one(fit, s, values[:, s], design, order, seasonal_order, cycle)
        notes.append(note)
        used.update([chosen] if chosen is not None else [])
    return LinearFit(
        _describe(order, seasonal_order, cycle, used),
        fit.coefficients,
        fit.covariance,
        fit.sigma,
        fit.rho,
        fit.rho_at_boundary,
        fit.df_residual,
        notes=tuple(notes),
    )


def _fit_one(
    fit: LinearFit, s: int, y: Array, x: Array, order: Order | None, seasonal: Order, cycle: int
) -> tuple[str, Order | None]:
    """Write one series' answer into the arrays of ``fit``, which nobody else has seen yet."""
    if not np.isfinite(y).all():
        return "values are missing", None
    least = x.shape[1] + seasonal[0] + seasonal[2] + seasonal[1] * cycle + _LEAST_DF + sum(order or (0, 0, 0))
    if y.size < least:
        return f"{y.size} points are too few for {x.shape[1]} terms and this model of their errors", None
    scale = float(y.std())
    if scale <= 1e-12 * max(float(np.abs(y).max()), 1e-300):
        return "the series does not vary", None
    times = order[1] if order is not None else _choose_differences((y / scale)[:, None], x, seasonal[1], cycle)
    data = difference((y / scale)[:, None], x, times=times, seasonal_times=seasonal[1], cycle=cycle)
    left = data.y[:, 0] - data.x @ (data.x.T @ data.y[:, 0])
    if left.std() < 1e-10:
        return "the series does not vary about the model", None
    tried = [(order[0], order[2])] if order is not None else _TRIED
    answers = [(_estimate(data, p, q, seasonal, cycle), (p, times, q)) for p, q in tried]
    answers = [(answer, which) for answer, which in answers if answer.converged]
    if not answers:
        return "the likelihood's search did not converge", order
    best, chosen = min(answers, key=lambda one: one[0].aicc)
    kept = np.flatnonzero(data.kept)
    fit.coefficients[s, kept] = data.back @ best.coefficients * scale
    fit.covariance[s][np.ix_(kept, kept)] = data.back @ best.covariance @ data.back.T * scale**2
    fit.sigma[s] = np.sqrt(best.sigma2) * scale
    differenced = times + seasonal[1] > 0
    fit.rho[s] = np.nan if differenced else best.rho
    fit.rho_at_boundary[s] = _largest_root(best.ar) >= _DRIFTS
    fit.df_residual[s] = max(data.y.shape[0] - best.n_parameters, 1)
    return _name_dropped(data.kept, differenced), chosen


def _name_dropped(kept: npt.NDArray[np.bool_], differenced: bool) -> str:
    gone = [str(position) for position in np.flatnonzero(~kept)]
    if not gone:
        return ""
    why = "differencing removes what they say" if differenced else "they cannot be told from the terms before them"
    return f"no estimate of the design's columns {', '.join(gone)} (counted from 0): {why}"


def _choose_differences(y: Array, x: Array, seasonal_times: int, cycle: int) -> int:
    data = difference(y, x, times=0, seasonal_times=seasonal_times, cycle=cycle)
    return int(fit_reml(data.y, data.x, boundary=_DRIFTS).rho_at_boundary[0])


def _estimate(data: Differenced, p: int, q: int, seasonal: Order, cycle: int) -> _Answer:
    """Fit one order from two starts, and keep the likelier end."""
    n, m = data.x.shape
    yearly = (seasonal[0], 0, seasonal[2], cycle if seasonal[0] or seasonal[2] else 0)
    target = data.y[:, 0]
    model = SARIMAX(target, exog=data.x if m else None, order=(p, 0, q), seasonal_order=yearly)
    plain = data.x.T @ target
    spread = float(((target - data.x @ plain) ** 2).mean())
    arma = np.zeros(p + q + seasonal[0] + seasonal[2])
    # A few orders make statsmodels warn of poor starting values, or its search of its own limits: both are
    # read off its answer, and reported, instead.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        starts = [model.start_params] if arma.size == 0 else [model.start_params, np.r_[plain, arma, spread]]
        found = [_climb(model, start) for start in starts]
        best = max(found, key=lambda one: one.llf if np.isfinite(one.llf) else -np.inf)
        if not _converged(best):
            best = _climb(model, _climb(model, best.params, method="nm").params)
        covariance = best.cov_params_approx if _converged(best) else np.full((m + arma.size + 1,) * 2, np.nan)
    count = m + arma.size + 1
    aicc = -2 * best.llf + 2 * count * n / (n - count - 1) if n > count + 1 else np.inf
    usable = _converged(best) and bool(np.isfinite(np.diag(covariance)[:m]).all() and np.isfinite(aicc))
    return _Answer(
        best.params[:m],
        covariance[:m, :m],
        float(best.params[-1]),
        np.asarray(-best.polynomial_reduced_ar[1:]),
        _first_autocorrelation(-best.polynomial_reduced_ar[1:], best.polynomial_reduced_ma[1:]),
        count,
        float(aicc),
        usable,
    )


def _climb(model: Any, start: Array, *, method: str = "lbfgs") -> Any:
    return model.fit(start, method=method, maxiter=_MAX_ITERATIONS, disp=False, cov_type="none")


def _converged(found: Any) -> bool:
    return bool(found.mle_retvals["converged"]) and bool(np.isfinite(found.llf))


def _largest_root(ar: Array) -> float:
    """Modulus of the autoregression's largest root: 1 is a random walk."""
    return float(np.abs(np.roots(np.r_[1.0, -ar])).max()) if ar.size else 0.0


def _first_autocorrelation(ar: Array, ma: Array, *, reach: int = 4000) -> float:
    """Autocorrelation of lag 1, from the weights of past innovations."""
    weights = np.zeros(reach)
    weights[0] = 1.0
    for lag in range(1, reach):
        past = weights[max(lag - ar.size, 0) : lag][::-1]
        weights[lag] = ar[: past.size] @ past + (ma[lag - 1] if lag <= ma.size else 0.0)
    return float(weights[1:] @ weights[:-1] / (weights @ weights))


def _describe(order: Order | None, seasonal: Order, cycle: int, used: Counter[Order]) -> str:
    yearly = f"({seasonal[0]},{seasonal[1]},{seasonal[2]})[{cycle}]" if any(seasonal) else ""
    if order is not None:
        return f"regression with ARIMA({order[0]},{order[1]},{order[2]}){yearly} errors, maximum likelihood"
    orders = sorted(used)
    chosen = ", ".join(f"({p},{d},{q})" + (f" in {used[p, d, q]}" if len(orders) > 1 else "") for p, d, q in orders)
    return f"regression with ARIMA{yearly} errors, order by AICc: {chosen or 'none'}"
