"""Would a later evaluation see it? Power of the verdict's own fit to find the change that a target asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, Question
from bcf_eval.specs import Protocol
from bcf_eval.stats.forecasts.power import anticipate_contrast, critical_t, detect_change, find_detectable
from bcf_eval.stats.regression.design import build_design, fourier_columns
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

# The average of the first 12 months: the step and 5.5 times the ramp.
_MEAN_MONTHS = 5.5


@dataclass(frozen=True)
class Detectable:
    """What a fit of the verdict's window would find; arrays of shape ``(S,)``.

    Attributes
    ----------
    power
        Chance of a verdict if the rate changes, from the target period on, by what the target asks for beyond
        business as usual and stays there; ``NaN`` where it asks for nothing beyond it, or nothing could be told.
    change
        The least change found with the protocol's power, in the unit of the target; ``NaN`` where not even a fall to
        nothing would be.
    """

    power: Array
    change: Array


def measure_detectable(
    panel: Panel,
    question: Question,
    baseline: Baseline,
    columns: npt.NDArray[np.intp],
    asked: Array,
    usual: Array,
    protocol: Protocol,
    *,
    limit: float = math.nan,
) -> Detectable:
    """Measure what a fit of so many months before and after would find, given how a board's months vary.

    Parameters
    ----------
    panel, question, baseline
        The data, what is asked, and its months: variation and autocorrelation are those of the latest ones, as many
        as the fit would have, round level, trend and season.
    columns
        Areas, shape ``(S,)``.
    asked, usual
        Improvement over business as usual, and business as usual itself, in the metric's unit over the target
        period, shape ``(S,)``.
    protocol
        The choices.
    limit
        Of |z|, where fits at dates when nothing began have set one; else that of the protocol's level.
    """
    months = baseline.periods[-(protocol.verdict_before + protocol.verdict_after) :]
    rho, sigma = _measure_variation(panel.level_months().value[np.ix_(panel.rows(months), columns)], protocol)
    design = build_design(
        np.arange(protocol.verdict_before + protocol.verdict_after),
        interventions=[protocol.verdict_before],
        season_pairs=protocol.season_pairs,
    )
    weights = design.unit("level_change_1") + _MEAN_MONTHS * design.unit("slope_change_1")
    precision = anticipate_contrast(design.matrix, weights, np.where(np.abs(rho) < protocol.boundary_rho, rho, np.nan))
    # From fewer degrees of freedom, or so near a random walk, the fit itself would be "not testable".
    df = np.where(precision.df >= protocol.min_degrees_of_freedom, precision.df, np.nan)
    # What adds up over the target period is a sum over its months.
    months_in = 1.0 if panel.metric.per_day else float(question.target.n_months)
    std_error = precision.std_error * sigma * months_in
    critical = critical_t(df, alpha=2 * float(ndtr(-limit)) if np.isfinite(limit) else protocol.alpha)
    power = detect_change(asked, std_error, df, critical)
    change = find_detectable(std_error, df, critical, power=protocol.detectable_power)
    # A rate that is to fall cannot fall by more than all of it: past that nothing would be noticed.
    possible = (panel.metric.better != "lower") | (change <= usual)
    return Detectable(power=np.where(asked > 0, power, np.nan), change=np.where(possible, change, np.nan))


def _measure_variation(values: Array, protocol: Protocol) -> tuple[Array, Array]:
    """Autocorrelation and standard deviation of the errors round level, trend and season, shape ``(S,)`` each."""
    rho, sigma = np.full((2, values.shape[1]), np.nan)
    time = np.arange(values.shape[0])
    season = fourier_columns(time, pairs=protocol.season_pairs, cycle=12)
    design = np.column_stack([np.ones(time.size), time, season])
    for pattern in group_by_pattern(values):
        if pattern.rows.size < max(protocol.ambition_min_points, design.shape[1] + 2):
            continue
        fit = fit_reml(values[np.ix_(pattern.rows, pattern.columns)], design[pattern.rows], time=time[pattern.rows])
        rho[pattern.columns], sigma[pattern.columns] = fit.rho, fit.sigma
    return rho, sigma
