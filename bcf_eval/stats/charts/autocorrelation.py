"""How far can a control chart be trusted when months resemble the month before? Its false alarms, and a second chart.

The limits of a chart take months as independent. A stable process that is not signals falsely, the more so the
closer each month follows the last. Its AR(1) residuals without season are close to independent, and theirs is the
chart that decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.charts.spc import XmrChart, chart
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

# From this autocorrelation on, a chart says how often a stable process would signal.
AUTOCORRELATED = 0.2
_GRID = np.array([-0.9, -0.6, -0.3, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])
_CHUNK = 2000


@dataclass(frozen=True)
class FalseAlarms:
    """How often a stable process signals all the same, as a share of charts; of the shape of ``rho``.

    Attributes
    ----------
    outside
        At least one point beyond a limit.
    any_signal
        At least one special cause of any kind.
    """

    outside: Array
    any_signal: Array


@dataclass(frozen=True)
class ResidualChart:
    """The chart that decides where months resemble the month before.

    Attributes
    ----------
    residuals
        What each month brought that season, level and the month before did not foretell, in the unit of the series,
        shape ``(T, S)``; ``NaN`` where nothing was observed or no model could be fitted.
    rho
        Autocorrelation that was taken out, shape ``(S,)``.
    chart
        Of the residuals.
    """

    residuals: Array
    rho: Array
    chart: XmrChart


def estimate_false_alarms(
    n: int, rho: npt.ArrayLike, *, draws: int = 2000, seed: int = 20150401, screen: bool = True
) -> FalseAlarms:
    """Estimate how often a chart of a stable AR(1) process signals.

    Parameters
    ----------
    n
        Length of the chart.
    rho
        Autocorrelation, any shape; ``NaN`` where it is not known.
    draws, seed
        Of the simulation. It is run once for each length, on a grid of ``rho``, and interpolated between; beyond the
        grid the nearest is taken.
    screen
        As in :func:`bcf_eval.stats.charts.spc.find_limits`.

    Returns
    -------
    FalseAlarms
        With 2,000 draws each share has a standard error of at most 1.1 points.
    """
    wanted = np.asarray(rho, float)
    outside, signal = _simulate_grid(int(n), int(draws), int(seed), screen)
    return FalseAlarms(
        *(np.where(np.isfinite(wanted), np.interp(wanted, _GRID, one), np.nan) for one in (outside, signal))
    )


@lru_cache(maxsize=64)
def _simulate_grid(n: int, draws: int, seed: int, screen: bool) -> tuple[tuple[float, ...], tuple[float, ...]]:
    rng = np.random.default_rng(seed)
    found = np.zeros((2, _GRID.size))
    for first in range(0, draws, _CHUNK):
        shocks = rng.standard_normal((n, min(_CHUNK, draws - first)))
        # The same shocks at every rho: the curve is smooth, and one set of numbers is drawn.
        for place, one in enumerate(_GRID):
            made = chart(_build_series(shocks, float(one)), screen=screen)
            found[0, place] += made.outside.any(axis=0).sum()
            found[1, place] += (made.special > 0).any(axis=0).sum()
    shares = found / draws
    return tuple(shares[0].tolist()), tuple(shares[1].tolist())


def _build_series(shocks: Array, rho: float) -> Array:
    """A stationary AR(1) process of variance 1."""
    series = np.empty_like(shocks)
    series[0] = shocks[0]
    by = np.sqrt(1 - rho**2)
    for t in range(1, len(shocks)):
        series[t] = rho * series[t - 1] + by * shocks[t]
    return series


def chart_residuals(
    values: Array,
    season: Array,
    *,
    rebase: tuple[int, ...] = (),
    fixed: int | None = None,
    screen: bool = True,
) -> ResidualChart:
    """Chart what is left of each series without its season and without what the month before foretold.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none.
    season
        Columns of the season, shape ``(T, p)``; ``p`` may be 0.
    rebase
        Places from which the level is another one: each stretch has a level, and limits, of its own.
    fixed, screen
        As in :func:`bcf_eval.stats.charts.spc.chart`.

    Returns
    -------
    ResidualChart
        A series with too few points for its season, or none that vary, has ``NaN`` residuals.

    References
    ----------
    Alwan & Roberts 1988, Journal of Business & Economic Statistics 6:87.
    """
    stretch = np.searchsorted(np.sort(np.asarray(rebase, np.intp)), np.arange(len(values)), side="right")
    design = np.hstack([stretch[:, None] == np.arange(len(rebase) + 1), season])
    residuals, rho = np.full_like(values, np.nan), np.full(values.shape[1], np.nan)
    for pattern in group_by_pattern(values):
        rows = pattern.rows
        # A series that begins after a rebase has no level before it.
        part = design[np.ix_(rows, np.flatnonzero(design[rows].any(axis=0)))] if rows.size else design[rows]
        if rows.size < part.shape[1] + 3 or np.linalg.matrix_rank(part) < part.shape[1]:
            continue
        observed = values[np.ix_(rows, pattern.columns)]
        fit = fit_reml(observed, part, time=rows)
        left = observed - part @ fit.coefficients.T
        residuals[np.ix_(rows, pattern.columns)] = _whiten(left, rows, fit.rho)
        rho[pattern.columns] = fit.rho
    return ResidualChart(residuals, rho, chart(residuals, rebase=rebase, fixed=fixed, screen=screen))


def _whiten(errors: Array, time: npt.NDArray[np.intp], rho: Array) -> Array:
    """Errors less what the one before foretells, all with the variance of one month's shock."""
    with np.errstate(invalid="ignore"):
        kept = np.abs(rho) ** np.diff(time)[:, None] * np.sign(rho) ** np.diff(time)[:, None]
        by = np.sqrt((1 - rho**2) / (1 - kept**2))
        first = errors[:1] * np.sqrt(1 - rho**2)
    return np.vstack([first, by * (errors[1:] - kept * errors[:-1])])
