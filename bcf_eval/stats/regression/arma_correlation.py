"""How alike are periods h apart, under AR(1), AR(2) or ARMA(1,1) errors? Autocorrelations and their slopes.

Each model is written in parameters that are free to take any value: AR by its partial
autocorrelations and MA by its invertible coefficient, each through tanh. So no search can leave
the stationary and invertible models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Order = Literal["ar1", "ar2", "arma11"]

WORDS: dict[Order, str] = {"ar1": "AR(1)", "ar2": "AR(2)", "arma11": "ARMA(1,1)"}


@dataclass(frozen=True)
class Autocorrelation:
    """Autocorrelations of ``m`` models.

    Attributes
    ----------
    values
        At lag 0, 1 … L, shape ``(m, L + 1)``.
    slopes
        By each free parameter, shape ``(m, p, L + 1)``.
    """

    values: Array
    slopes: Array


def autocorrelate(order: Order, free: npt.ArrayLike, n_lags: int) -> Autocorrelation:
    """Autocorrelations from free parameters.

    Parameters
    ----------
    order
        Model of the errors.
    free
        Free parameters, shape ``(m, p)``: atanh of ρ (``ar1``), of the partial autocorrelations of
        lag 1 and 2 (``ar2``), or of φ and θ (``arma11``).
    n_lags
        Highest lag L.

    Returns
    -------
    Autocorrelation

    References
    ----------
    Barndorff-Nielsen & Schou 1973, J Multivariate Anal 3:408 (partial autocorrelations).
    """
    bounded = np.tanh(np.asarray(free, float))
    values, by_bounded = _RULES[order](bounded, n_lags)
    return Autocorrelation(values, by_bounded * (1 - bounded**2)[:, :, None])


def name_coefficients(order: Order, free: npt.ArrayLike) -> Array:
    """Coefficients as they are usually written, shape ``(m, p)``: ρ; φ₁, φ₂; or φ, θ (Box and Jenkins' + sign)."""
    bounded = np.tanh(np.asarray(free, float))
    if order == "ar2":
        return np.column_stack([bounded[:, 0] * (1 - bounded[:, 1]), bounded[:, 1]])
    return bounded


def largest_root(order: Order, free: npt.ArrayLike) -> Array:
    """How near the autoregression is to a random walk, shape ``(m,)``: 1 is one."""
    coefficients = name_coefficients(order, free)
    if order != "ar2":
        return np.abs(coefficients[:, 0])
    first, second = coefficients.T
    inside = first**2 + 4 * second
    real = (np.abs(first) + np.sqrt(np.maximum(inside, 0.0))) / 2
    return np.where(inside >= 0, real, np.sqrt(np.maximum(-second, 0.0)))


def _ar1(bounded: Array, n_lags: int) -> tuple[Array, Array]:
    lag = np.arange(n_lags + 1)
    values = bounded**lag
    slopes = lag * bounded ** np.maximum(lag - 1, 0)
    return values, slopes[:, None, :]


def _ar2(bounded: Array, n_lags: int) -> tuple[Array, Array]:
    first, second = bounded.T
    phi = first * (1 - second)
    by = np.zeros((bounded.shape[0], 2, n_lags + 1))
    values = np.ones((bounded.shape[0], n_lags + 1))
    if n_lags >= 1:
        values[:, 1], by[:, 0, 1] = first, 1.0
    for lag in range(2, n_lags + 1):
        near, far = values[:, lag - 1], values[:, lag - 2]
        values[:, lag] = phi * near + second * far
        by[:, 0, lag] = (1 - second) * near + phi * by[:, 0, lag - 1] + second * by[:, 0, lag - 2]
        by[:, 1, lag] = far - first * near + phi * by[:, 1, lag - 1] + second * by[:, 1, lag - 2]
    return values, by


def _arma11(bounded: Array, n_lags: int) -> tuple[Array, Array]:
    phi, theta = bounded.T
    top, bottom = (phi + theta) * (1 + phi * theta), 1 + 2 * phi * theta + theta**2
    first = top / bottom
    by_phi = (1 + phi * theta + (phi + theta) * theta - 2 * theta * first) / bottom
    by_theta = (1 + phi * theta + (phi + theta) * phi - 2 * (phi + theta) * first) / bottom
    beyond = np.arange(n_lags)
    decay = phi[:, None] ** beyond
    decay_slope = beyond * phi[:, None] ** np.maximum(beyond - 1, 0)
    lead = np.ones((bounded.shape[0], 1))
    values = np.hstack([lead, first[:, None] * decay])
    slopes = np.stack(
        [
            np.hstack([0 * lead, by_phi[:, None] * decay + first[:, None] * decay_slope]),
            np.hstack([0 * lead, by_theta[:, None] * decay]),
        ],
        axis=1,
    )
    return values, slopes


_RULES = {"ar1": _ar1, "ar2": _ar2, "arma11": _arma11}
