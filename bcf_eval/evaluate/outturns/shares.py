"""Which share of the improvement that was asked for came about? Fieller's interval, and when there is no such share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, step_columns
from bcf_eval.periods import parse_period
from bcf_eval.specs import Protocol
from bcf_eval.stats.forecasts.fieller import ratio_interval
from bcf_eval.stats.forecasts.period_means import covary_means
from bcf_eval.stats.regression.design import fourier_columns
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

NO_IMPROVEMENT = "not defined: the target asks for no improvement on its baseline"
TOO_SMALL = "not defined: the improvement asked for is small beside how much the baseline itself varies"
NOT_KNOWN = "not known: how much the figure varies from month to month could not be estimated"
UNBOUNDED = "its interval has no end: the improvement asked for cannot be told from the baseline's own variation"


@dataclass(frozen=True)
class Shares:
    """The share of an improvement that was achieved; arrays of shape ``(S,)``.

    Attributes
    ----------
    share, lower, upper
        1 is all of it; ``NaN`` where it is not defined, limits also where the interval has no end.
    reasons
        Why there is none, or no interval; ``""`` where there is one.
    """

    share: Array
    lower: Array
    upper: Array
    reasons: Texts


@dataclass(frozen=True)
class _Noise:
    """Month-to-month variation about level, trend and season; arrays of shape ``(S,)``."""

    rho: Array
    sigma: Array
    df: Array


def measure_shares(
    panel: Panel,
    baseline: Baseline,
    columns: npt.NDArray[np.intp],
    *,
    target: Array,
    stated: Array,
    outturn: Array,
    stated_months: list[str],
    target_months: list[str],
    protocol: Protocol,
) -> Shares:
    """Set what came about beside what was asked for.

    Parameters
    ----------
    panel
        The metric's data.
    baseline
        The months up to the last known one: month-to-month variation is estimated there, before the outturn.
    columns
        Which areas, shape ``(S,)``.
    target, stated, outturn
        Planned value (known without error), value of the stated baseline, and what came, shape ``(S,)``.
    stated_months, target_months
        Which months the baseline and the outturn are of.
    protocol
        States from how many standard deviations of the baseline an improvement has a share.
    """
    sign = -1.0 if panel.metric.better == "lower" else 1.0
    asked, came = sign * (target - stated), sign * (outturn - stated)
    noise = _estimate_noise(panel, baseline, columns, protocol)
    numbers = [np.array([parse_period(one).start for one in months]) for months in (target_months, stated_months)]
    means = covary_means(noise.rho, noise.sigma, first=numbers[0], second=numbers[1])
    # A rate that adds up over its months varies as their sum does.
    size = (1.0, 1.0) if panel.metric.per_day else (float(len(target_months)), float(len(stated_months)))
    after, before, both = size[0] ** 2 * means.first, size[1] ** 2 * means.second, size[0] * size[1] * means.both
    found = ratio_interval(
        came,
        asked,
        top_variance=after + before - 2 * both,
        bottom_variance=before,
        covariance=before - both,
        df=noise.df,
        level=protocol.interval,
    )
    small = asked < protocol.share_min_sd * np.sqrt(before)
    lost = [~np.isfinite(asked) | ~np.isfinite(came), asked <= 1e-9 * np.abs(stated), ~np.isfinite(before), small]
    reasons = np.select(lost, ["not known", NO_IMPROVEMENT, NOT_KNOWN, TOO_SMALL], "").astype(object)
    defined = reasons == ""
    unbounded = defined & ~np.isfinite(found.lower)
    reasons[unbounded] = UNBOUNDED
    share, lower, upper = (np.where(defined, one, np.nan) for one in (found.ratio, found.lower, found.upper))
    return Shares(share, lower, upper, reasons)


def _estimate_noise(panel: Panel, baseline: Baseline, columns: npt.NDArray[np.intp], protocol: Protocol) -> _Noise:
    rho, sigma, df = (np.full(columns.size, np.nan) for _ in range(3))
    if not baseline.periods:
        return _Noise(rho, sigma, df)
    values = panel.value[np.ix_(panel.rows(baseline.periods), columns)]
    numbers = np.array([parse_period(one).start for one in baseline.periods])
    for pattern in group_by_pattern(values):
        rows = pattern.rows
        time = numbers[rows]
        season = fourier_columns(time, pairs=protocol.season_pairs, cycle=12)
        steps = step_columns(baseline, rows)
        design = np.column_stack([np.ones(time.size), time - numbers[0], steps, season])
        if rows.size < max(protocol.ambition_min_points, design.shape[1] + 3):
            continue
        if np.linalg.matrix_rank(design) < design.shape[1]:
            continue
        fit = fit_reml(values[np.ix_(rows, pattern.columns)], design, time=time)
        rho[pattern.columns], sigma[pattern.columns] = fit.rho, fit.sigma
        df[pattern.columns] = fit.df_residual
    return _Noise(rho, sigma, df)
