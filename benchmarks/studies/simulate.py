"""Series whose truth is known: errors of several kinds, as columns."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Errors = Literal["ar1", "ar2", "ar1_and_noise", "long_memory", "random_walk"]

# Periods thrown away before a series begins, so that its start is like its middle.
_WARM_UP = 200
# Order of fractional integration: correlations that fade like k^(2d - 1), a tenth still after a hundred months.
_FRACTION = 0.3


def simulate_errors(
    kind: Errors, *, n: int, series: int, rho: float, random: np.random.Generator, phi_2: float = -0.3
) -> Array:
    """Draw errors of unit innovation variance, shape ``(n, series)``.

    Parameters
    ----------
    kind
        ``ar1``; ``ar2`` with coefficients ``rho`` and ``phi_2``; ``ar1_and_noise``, an AR(1) under white noise of its
        own variance; ``long_memory``, fractionally integrated noise; ``random_walk``.
    n, series
        Shape.
    rho
        Autocorrelation of the AR(1), or first coefficient of the AR(2).
    random
        A seeded generator.
    phi_2
        Second coefficient of the AR(2).
    """
    if kind == "random_walk":
        return random.normal(size=(n, series)).cumsum(axis=0)
    if kind == "long_memory":
        return _integrate_fractionally(random.normal(size=(n + _WARM_UP, series)))[-n:]
    noise = random.normal(size=(n + _WARM_UP, series))
    second = phi_2 if kind == "ar2" else 0.0
    y = noise.copy()
    for t in range(2, len(y)):
        y[t] += rho * y[t - 1] + second * y[t - 2]
    y = y[-n:]
    if kind == "ar1_and_noise":
        y = y + random.normal(size=y.shape) / np.sqrt(1 - rho**2)
    return y


def _integrate_fractionally(noise: Array) -> Array:
    n = len(noise)
    lags = np.arange(1, n)
    weights = np.concatenate([[1.0], np.cumprod((lags - 1 + _FRACTION) / lags)])
    size = 2 * n
    spectrum = np.fft.rfft(weights, size)[:, None] * np.fft.rfft(noise, size, axis=0)
    return np.fft.irfft(spectrum, size, axis=0)[:n]
