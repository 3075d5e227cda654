"""How well is the autocorrelation known? The profile interval of ρ from the restricted likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri

from bcf_eval.stats.regression.restricted import ErrorContrasts

Array = npt.NDArray[np.float64]

# Uniform in atanh(ρ), where the likelihood is close to a parabola.
_GRID = np.linspace(-3.0, 5.0, 201)


@dataclass(frozen=True)
class RhoInterval:
    """ρ̂ and its interval, each of shape ``(S,)``; an end of -1 or 1 is one that the data do not exclude."""

    rho: Array
    lower: Array
    upper: Array


def profile_rho_interval(
    y: npt.ArrayLike, x: npt.ArrayLike, *, time: npt.ArrayLike | None = None, level: float = 0.95
) -> RhoInterval:
    """Every ρ that the restricted likelihood does not reject, for many series.

    Parameters
    ----------
    y
        Series as columns, shape ``(T, S)``; no missing values.
    x
        Design of full column rank, shape ``(T, k)``.
    time
        Number of each period, shape ``(T,)``, when periods are missing.
    level
        Coverage.

    Returns
    -------
    RhoInterval
        From the lowest to the highest ρ whose deviance is within the χ²(1) quantile of the least;
        ``NaN`` for a series without variation about the design.

    References
    ----------
    Harville 1974, Biometrika 61:383. Cox & Hinkley 1974, Theoretical Statistics, section 9.3.
    """
    values, design = np.asarray(y, float), np.asarray(x, float)
    contrasts = ErrorContrasts(np.where(np.isfinite(values), values, 0.0), design, time)
    rho = np.tanh(_GRID)
    deviance = contrasts.deviance_on_grid(rho[:, None] ** np.arange(contrasts.n_lags + 1))
    best, least = _find_lowest(deviance)
    # The root of the deviance is close to a straight line on either side of its lowest place.
    depth = np.sqrt(np.maximum(deviance - least, 0.0)) - np.sqrt(float(chdtri(1, 1 - level)))
    inside = depth <= 0
    lower = _cross(depth, inside.argmax(0), -1)
    upper = _cross(depth, inside.shape[0] - 1 - inside[::-1].argmax(0), 1)
    spread = np.abs(contrasts.values).max(0)
    varied = np.isfinite(values).all(0) & (spread > 1e-10 * np.maximum(np.abs(values).max(0), 1e-300))
    return RhoInterval(*(np.where(varied, one, np.nan) for one in (best, lower, upper)))


def _find_lowest(deviance: Array) -> tuple[Array, Array]:
    """ρ at the lowest place and the deviance there, by a parabola through three points of the grid."""
    series = np.arange(deviance.shape[1])
    centre = np.clip(deviance.argmin(0), 1, _GRID.size - 2)
    before, at, after = (deviance[centre + move, series] for move in (-1, 0, 1))
    bend, tilt = before - 2 * at + after, (after - before) / 2
    shift = np.clip(np.where(bend > 0, -tilt / np.where(bend > 0, bend, 1.0), -np.sign(tilt)), -1.0, 1.0)
    return np.tanh(_GRID[centre] + shift * (_GRID[1] - _GRID[0])), at + tilt * shift + bend * shift**2 / 2


def _cross(depth: Array, last_inside: npt.NDArray[np.intp], outwards: int) -> Array:
    """Where the likelihood leaves the interval; the end of the scale where it does not."""
    series = np.arange(depth.shape[1])
    beyond = last_inside + outwards
    open_ended = (beyond < 0) | (beyond >= _GRID.size)
    beyond = np.clip(beyond, 0, _GRID.size - 1)
    near, far = depth[last_inside, series], depth[beyond, series]
    part = np.where(open_ended, 0.0, -near / np.where(far > near, far - near, 1.0))
    crossing = np.tanh(_GRID[last_inside] + outwards * part * (_GRID[1] - _GRID[0]))
    return np.where(open_ended, float(outwards), crossing)
