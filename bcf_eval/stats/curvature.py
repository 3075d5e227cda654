"""What does not knowing ρ cost? The derivatives that small-sample inference needs, kept exact up to ρ = 1.

With V = τΩ, τ the variance of the innovations and Ω = R/(1 - ρ²), F = X'R⁻¹X, whitened by L
(L'L = R⁻¹), K = (1 - ρ²) L (dΩ/dρ) L' and M the projection off LX,

* the derivative of (1 - ρ²)⁻¹F⁻¹ by ρ is (1 - ρ²)⁻¹ F⁻¹X'L'KLXF⁻¹,
* Kenward and Roger's Q - PΦP for ρ, between two F⁻¹, is F⁻¹X'L'KMKLXF⁻¹,
* the expected restricted information of ρ is tr(MKMK)/2 and its cross term with τ tr(MK)/(2τ).

In terms of σ² = τ/(1 - ρ²) and of dR⁻¹/dρ the same quantities grow like 1/(1 - ρ²)² and cancel:
near ρ = 1 no digit would be left of them. Here nothing large is ever subtracted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curvature:
    """Derivatives at each series' own ρ.

    Attributes
    ----------
    gradient
        F⁻¹X'L'KLXF⁻¹, shape ``(S, k, k)``.
    excess
        F⁻¹X'L'KMKLXF⁻¹, shape ``(S, k, k)``.
    trace, trace_square
        tr(MK) and tr(MKMK), shape ``(S,)``.
    """

    gradient: Array
    excess: Array
    trace: Array
    trace_square: Array


def whiten_and_differentiate(x: Array, time: npt.NDArray[np.int64], rho: Array) -> Curvature:
    """Form the derivatives by whitening, for any times.

    Parameters
    ----------
    x
        Design, shape ``(T, k)``.
    time
        Number of each period, shape ``(T,)``; corr = ρ^|t - u|.
    rho
        Shape ``(S,)``.

    Returns
    -------
    Curvature
    """
    parts = [_differentiate_one(x, time, float(value)) for value in rho]
    return Curvature(
        *(np.stack([np.asarray(getattr(one, name)) for one in parts]) for name in Curvature.__annotations__)
    )


def _differentiate_one(x: Array, time: npt.NDArray[np.int64], rho: float) -> Curvature:
    apart = np.abs(time[:, None] - time[None, :])
    slope = apart * np.power(rho, np.maximum(apart - 1, 0))
    steps = np.power(rho, np.diff(time))
    scale = np.sqrt(1 - steps**2)
    k = _whiten(_whiten(slope, steps, scale).T, steps, scale)
    k[np.diag_indices_from(k)] += 2 * rho / (1 - rho**2)
    q, r = np.linalg.qr(_whiten(x, steps, scale))
    back = np.linalg.inv(r)
    along = q.T @ k
    off = k - q @ along
    off_both = off - (off @ q) @ q.T
    moved = off @ q
    return Curvature(
        back @ (along @ q) @ back.T,
        back @ (moved.T @ moved) @ back.T,
        np.asarray(np.trace(off_both)),
        np.asarray((off_both * off_both.T).sum()),
    )


def _whiten(a: Array, steps: Array, scale: Array) -> Array:
    """L a: the first row as it is, each other row less what the one before foretells."""
    out = a.copy()
    out[1:] = (a[1:] - steps[:, None] * a[:-1]) / scale[:, None]
    return out
