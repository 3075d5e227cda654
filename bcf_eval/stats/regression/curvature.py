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

_AT_ONCE = 8


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
        Shape ``(S,)``. Equal values are computed once.

    Returns
    -------
    Curvature
    """
    different, member = np.unique(rho, return_inverse=True)
    parts = [_differentiate(x, time, different[i : i + _AT_ONCE]) for i in range(0, max(different.size, 1), _AT_ONCE)]
    return Curvature(
        *(np.concatenate([getattr(one, name) for one in parts])[member] for name in Curvature.__annotations__)
    )


def _differentiate(x: Array, time: npt.NDArray[np.int64], rho: Array) -> Curvature:
    gaps = np.diff(time)
    steps = rho[:, None] ** gaps
    scale = np.sqrt(1 - steps**2)
    white = np.empty((rho.size, *x.shape))
    white[:, 0] = x[0]
    white[:, 1:] = (x[1:] - steps[:, :, None] * x[:-1]) / scale[:, :, None]
    k = _change_of_correlation(time, rho, steps, scale)
    q, r = np.linalg.qr(white)
    q_turned, back = q.transpose(0, 2, 1), np.linalg.inv(r)
    along = q_turned @ k
    off = k - q @ along
    moved = off @ q
    off_both = off - moved @ q_turned
    back_turned = back.transpose(0, 2, 1)
    return Curvature(
        np.asarray(back @ (along @ q) @ back_turned),
        np.asarray(back @ (moved.transpose(0, 2, 1) @ moved) @ back_turned),
        np.asarray(np.trace(off_both, axis1=1, axis2=2)),
        # The matrix is symmetric.
        np.asarray(np.einsum("mij,mij->m", off_both, off_both)),
    )


def _change_of_correlation(time: npt.NDArray[np.int64], rho: Array, steps: Array, scale: Array) -> Array:
    """K, shape ``(m, T, T)``, in closed form.

    Whitening is the map P with rows a_i (e_i - ρ^gap e_(i-1)), and K = -(N + N'), N = (dP/dρ) P⁻¹: below
    the diagonal K_ij = a_i (dρ^gap/dρ) ρ^(t_(i-1) - t_j) / a_j.
    """
    gaps = np.diff(time)
    square = 1 - rho[:, None] ** 2
    a = np.concatenate([np.sqrt(square), np.sqrt(square) / scale], axis=1)
    slopes = gaps * rho[:, None] ** (gaps - 1)
    apart = time[:-1, None] - time[None, :-1]
    n = time.size
    member = np.maximum(apart, 0)
    lags = np.arange(time[-1] - time[0] + 1) if time[-1] - time[0] < 4 * n else None
    if lags is None:
        lags, member = np.unique(member, return_inverse=True)
    powers = (rho[:, None] ** lags)[:, member.reshape(apart.shape)] * np.tri(apart.shape[0])
    k = np.zeros((rho.size, n, n))
    k[:, 1:, :-1] = (a[:, 1:] * slopes)[:, :, None] * powers / a[:, None, :-1]
    k += k.transpose(0, 2, 1).copy()
    diagonal = np.arange(n)
    k[:, diagonal, diagonal] = 2 * rho[:, None] / square
    k[:, diagonal[1:], diagonal[1:]] -= 2 * steps * slopes / scale**2
    return k
