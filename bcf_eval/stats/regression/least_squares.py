"""What do the customary alternatives say? OLS, Newey-West and Prais-Winsten, many series at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.linear import LinearFit

Array = npt.NDArray[np.float64]

_MAX_ROUNDS = 200
_RHO_TOLERANCE = 1e-10
_FLAT = 1e-12
# A term that the differencing takes away leaves a matrix that is singular but for rounding.
_SINGULAR = 1e14
_AT_BOUNDARY = "its autocorrelation is at the boundary, where a term of the model drops out"


def fit_ols(y: npt.ArrayLike, x: npt.ArrayLike) -> LinearFit:
    """Fit by ordinary least squares, errors taken as independent.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``.
    x
        Design of full column rank, shape ``(T, k)``.
    """
    beta, residual, bread = _solve(y, x)
    n, k = np.asarray(x).shape
    sigma2 = (residual**2).sum(0) / (n - k)
    return _result("ordinary least squares", beta, sigma2[:, None, None] * bread, sigma2, n - k)


def fit_newey_west(y: npt.ArrayLike, x: npt.ArrayLike, *, lag: int = 1, small_sample: bool = True) -> LinearFit:
    """Fit by ordinary least squares with Newey and West's covariance (no prewhitening).

    Parameters
    ----------
    y, x
        As for :func:`fit_ols`.
    lag
        Lags with Bartlett weights 1 - l / (lag + 1).
    small_sample
        Multiply by T / (T - k), as Stata does.

    References
    ----------
    Newey & West 1987, Econometrica 55:703.
    """
    beta, residual, bread = _solve(y, x)
    design = np.asarray(x, float)
    n, k = design.shape
    scores = design[None] * residual.T[:, :, None]
    meat = scores.transpose(0, 2, 1) @ scores
    for distance in range(1, lag + 1):
        one_way = scores[:, distance:].transpose(0, 2, 1) @ scores[:, :-distance]
        meat += (1 - distance / (lag + 1)) * (one_way + one_way.transpose(0, 2, 1))
    covariance = bread @ meat @ bread * (n / (n - k) if small_sample else 1.0)
    sigma2 = (residual**2).sum(0) / (n - k)
    return _result(f"ordinary least squares, Newey-West lag {lag}", beta, covariance, sigma2, n - k)


def fit_prais_winsten(y: npt.ArrayLike, x: npt.ArrayLike, *, boundary: float = 0.98) -> LinearFit:
    """Fit by iterated Prais-Winsten: AR(1) feasible GLS that keeps the first period.

    ρ is the regression of each residual on the one before, iterated until it rests.

    Parameters
    ----------
    y, x
        As for :func:`fit_ols`; no missing periods.
    boundary
        |ρ̂| from which a fit is flagged.

    Returns
    -------
    LinearFit
        ``NaN`` everywhere for a series without any variation about the design, and for one whose ρ comes to lie
        where differencing takes a term of the design away.

    References
    ----------
    Prais & Winsten 1954, Cowles Commission discussion paper 383.
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    n, k = design.shape
    beta, residual, _ = _solve(values, design)
    rho = np.zeros(values.shape[1])
    # What is left of a series on its model is rounding, whose autocorrelation can be anything.
    flat = ~(np.abs(residual).max(0) > _FLAT * np.maximum(np.abs(values).max(0), 1e-300))
    lost = flat.copy()
    for _ in range(_MAX_ROUNDS):
        before = (residual[:-1] ** 2).sum(0)
        found = (residual[1:] * residual[:-1]).sum(0) / np.where(before > 0, before, 1.0)
        beta, gram, singular = _solve_differenced(values, design, np.where(lost, 0.0, found))
        if (singular & ~lost).any():
            lost |= singular
            continue
        found = np.where(lost, 0.0, found)
        residual = values - design @ beta.T
        moved, rho = np.abs(found - rho).max(initial=0.0), found
        if moved < _RHO_TOLERANCE:
            break
    # Past |rho| = 1 the first period has no stationary variance: it drops out, and a degree of freedom with it.
    first = np.maximum(1 - rho**2, 0.0)
    df = n - k - (first == 0.0).astype(float)
    innovations = residual[1:] - rho * residual[:-1]
    sigma2 = np.where(lost, np.nan, ((innovations**2).sum(0) + first * residual[0] ** 2) / df)
    return LinearFit(
        method="Prais-Winsten, iterated",
        coefficients=np.where(lost[:, None], np.nan, beta),
        covariance=sigma2[:, None, None] * np.linalg.inv(gram),
        sigma=np.sqrt(sigma2),
        rho=np.where(lost, np.nan, rho),
        rho_at_boundary=~lost & (np.abs(rho) >= boundary),
        df_residual=df,
        notes=tuple(_AT_BOUNDARY if one else "" for one in lost & ~flat) if lost.any() else (),
    )


def _solve_differenced(y: Array, x: Array, rho: Array) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Least squares of y_t - ρ y_{t-1} on x_t - ρ x_{t-1}, with the first period weighted 1 - ρ².

    Coefficients, the matrix that was solved (of a series for which it is singular: the identity), and which are.
    """
    weights = np.stack([np.ones_like(rho), -rho, rho**2, np.maximum(1 - rho**2, 0.0)], axis=1)
    now, before = x[1:], x[:-1]
    gram = np.stack([now.T @ now, now.T @ before + before.T @ now, before.T @ before, np.outer(x[0], x[0])])
    cross = np.stack([now.T @ y[1:], now.T @ y[:-1] + before.T @ y[1:], before.T @ y[:-1], np.outer(x[0], y[0])])
    own = np.einsum("sa,aij->sij", weights, gram)
    target = np.einsum("sa,ais->si", weights, cross)
    singular = ~(np.linalg.cond(own) < _SINGULAR) if rho.size else np.zeros(0, bool)
    own = np.where(singular[:, None, None], np.eye(x.shape[1]), own)
    return np.linalg.solve(own, target[..., None])[..., 0], own, singular


def _solve(y: npt.ArrayLike, x: npt.ArrayLike) -> tuple[Array, Array, Array]:
    values, design = np.asarray(y, float), np.asarray(x, float)
    q, r = np.linalg.qr(design)
    back = np.linalg.inv(r)
    beta = (back @ (q.T @ values)).T
    return beta, values - design @ beta.T, back @ back.T


def _result(method: str, beta: Array, covariance: Array, sigma2: Array, df: int) -> LinearFit:
    return LinearFit(
        method=method,
        coefficients=beta,
        covariance=covariance,
        sigma=np.sqrt(sigma2),
        rho=np.full(sigma2.shape, np.nan),
        rho_at_boundary=np.zeros(sigma2.shape, bool),
        df_residual=np.full(sigma2.shape, float(df)),
    )
