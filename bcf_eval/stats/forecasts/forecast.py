"""What would come with business as usual? The centre and spread of a forecast on the log scale, many series at once.

The centre is half the last value and half the forecast of a mean-reverting AR(1); neither weight
is tuned on the record that the forecast is judged by. The spread is a working one: innovations
carried forward with weights (1 + ρ^j) / 2, half those of a random walk and half those of the AR(1).
It leaves out what is not known of ρ and the mean, and is wide where a series does revert. Where there
is a record of past forecasts, their errors take its place: see :mod:`bcf_eval.stats.forecasts.tails`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.regression.design import fourier_columns
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Season:
    """A season shared by all series, on the log scale.

    Attributes
    ----------
    coefficients
        Of :func:`~bcf_eval.stats.regression.design.fourier_columns`, shape ``(m,)``.
    pairs, cycle
        Harmonics, and periods in a year.
    """

    coefficients: Array
    pairs: int
    cycle: int

    def at(self, time: npt.ArrayLike) -> Array:
        """The season at calendar period numbers, shape ``(T,)``."""
        return fourier_columns(time, pairs=self.pairs, cycle=self.cycle) @ self.coefficients


@dataclass(frozen=True)
class Outlook:
    """Forecasts of deseasonalised series at ``H`` horizons, each row a series.

    Attributes
    ----------
    centre
        Business as usual, shape ``(S, H)``.
    covariance
        Of its errors, shape ``(S, H, H)``.
    trend_continues, trend_damped, trend_none
        Other centres, shape ``(S, H)``: the fitted trend goes on; it fades; the series returns to
        its mean.
    rho, innovation_sd
        Of the mean-reverting fit, shape ``(S,)``.
    trend_t
        The fitted trend over its standard error, shape ``(S,)``.
    """

    centre: Array
    covariance: Array
    trend_continues: Array
    trend_damped: Array
    trend_none: Array
    rho: Array
    innovation_sd: Array
    trend_t: Array


def estimate_season(values: npt.ArrayLike, time: npt.ArrayLike, *, pairs: int, cycle: int) -> Season:
    """Estimate the season of the mean over series, its cubic trend removed.

    Parameters
    ----------
    values
        Logs, periods by series, shape ``(T, S)``, ``NaN`` where missing.
    time
        Calendar period numbers, shape ``(T,)``.
    pairs, cycle
        Harmonics, and periods in a year.

    Returns
    -------
    Season
        Without any season when there are too few periods to tell one from the trend (fewer than
        one and a half years, or than columns and two more).
    """
    y, t = np.asarray(values, float), np.asarray(time, float)
    present = np.isfinite(y).any(axis=1)
    season = fourier_columns(t, pairs=pairs, cycle=cycle)
    if present.sum() < max(season.shape[1] + 6, 1.5 * cycle):
        return Season(np.empty(0), 0, cycle)
    mean = np.nanmean(y[present], axis=1)
    centred = (t[present] - t[present].mean()) / max(np.ptp(t[present]), 1.0)
    x = np.column_stack([np.vander(centred, 4), season[present]])
    coefficients = np.linalg.lstsq(x, mean, rcond=None)[0]
    return Season(coefficients[4:], pairs, cycle)


def forecast_series(
    z: npt.ArrayLike,
    *,
    time: npt.ArrayLike,
    steps: npt.ArrayLike,
    horizons: npt.ArrayLike,
    damping: float,
) -> Outlook:
    """Forecast deseasonalised series.

    Parameters
    ----------
    z
        Series as columns, shape ``(T, S)``; no missing values; the last row is the last known value.
    time
        Period numbers, shape ``(T,)``; gaps allowed.
    steps
        Nuisance steps, shape ``(T, b)``, ``b`` may be 0.
    horizons
        Periods after the last row, shape ``(H,)``, rising.
    damping
        φ of the damped trend, per period.

    Returns
    -------
    Outlook

    References
    ----------
    Gardner & McKenzie 1985, Management Science 31:1237 (damped trend).
    """
    y, t = np.asarray(z, float), np.asarray(time, np.int64)
    nuisance = np.asarray(steps, float).reshape(y.shape[0], -1)
    h = np.asarray(horizons, float)
    last = y[-1][:, None]

    flat_design = np.column_stack([np.ones(y.shape[0]), nuisance])
    flat = fit_reml(y, flat_design, time=t)
    mean = (flat.coefficients @ flat_design[-1])[:, None]
    reverting = mean + flat.rho[:, None] ** h * (last - mean)
    innovation_sd = flat.sigma * np.sqrt(1 - flat.rho**2)

    trend_design = np.column_stack([np.ones(y.shape[0]), t - t[-1], nuisance])
    trend = fit_reml(y, trend_design, time=t)
    level = (trend.coefficients @ trend_design[-1])[:, None]
    slope = trend.coefficients[:, [1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        trend_t = slope[:, 0] / np.sqrt(np.maximum(trend.covariance[:, 1, 1], 0.0))
    faded = damping * (1 - damping**h) / (1 - damping)
    return Outlook(
        centre=0.5 * last + 0.5 * reverting,
        covariance=innovation_sd[:, None, None] ** 2 * _error_covariance(flat.rho, h.astype(int)),
        trend_continues=level + slope * h + trend.rho[:, None] ** h * (last - level),
        trend_damped=last + slope * faded,
        trend_none=reverting,
        rho=flat.rho,
        innovation_sd=innovation_sd,
        trend_t=trend_t,
    )


def _error_covariance(rho: Array, horizons: npt.NDArray[np.int_]) -> Array:
    """Covariance of the errors at each pair of horizons, innovations of unit variance, ``(S, H, H)``."""
    lags = np.arange(horizons.max())
    weights = 0.5 * (1 + rho[:, None] ** lags)
    # Row h: the weight that the innovation of each future period carries at horizon h.
    carried = np.zeros((rho.size, horizons.size, horizons.max()))
    for row, horizon in enumerate(horizons):
        carried[:, row, :horizon] = weights[:, :horizon][:, ::-1]
    return carried @ carried.transpose(0, 2, 1)
