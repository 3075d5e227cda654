"""Which combinations of terms are the effects? Level, slope, the first year, horizons, bed days.

Month 1 is the first month of the intervention: the effect at h months is
``step + (h - 1) x ramp``; the average of the first 12 is ``step + 5.5 x ramp``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.panel import Panel
from bcf_eval.stats.regression.design import Design

Array = npt.NDArray[np.float64]

# Effects that are the step alone: what is left when a slope cannot be told from drift.
LEVEL_ONLY = ("level", "at_1")


@dataclass(frozen=True)
class EffectContrasts:
    """The effects of one intervention in one design.

    Attributes
    ----------
    names
        ``level``, ``slope``, ``average_12``, ``at_1`` …, ``cumulative``; length ``m``.
    effect
        Shape ``(S, m, k)``.
    counterfactual
        What each effect is relative to, shape ``(S, m, k)``.
    extrapolated
        Whether the effect is stated for periods past the next intervention or the data, ``(m,)``.
    """

    names: tuple[str, ...]
    effect: Array
    counterfactual: Array
    extrapolated: npt.NDArray[np.bool_]


def build_group_contrasts(
    panel: Panel,
    plan: FitPlan,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    position: int,
    horizons: tuple[int, ...],
) -> EffectContrasts:
    """Build the contrasts of one intervention of a plan, for areas that are observed in some of its periods.

    They are stated over the calendar, up to the last month that is there: one that was not returned between others
    had people in it all the same.

    Parameters
    ----------
    panel, plan
        The data, and what is fitted.
    rows, columns
        Which periods of the plan are observed, and of which areas.
    position, horizons
        As for :func:`build_contrasts`.
    """
    followed = np.arange(rows[-1] + 1)
    calendar = plan.build(followed)
    events = panel.events_per_unit[np.ix_(panel.rows(plan.periods)[followed], columns)]
    return build_contrasts(calendar, position, follow_up_ends(calendar), events, horizons)


def build_contrasts(
    design: Design,
    position: int,
    starts: tuple[int, ...],
    events_per_unit: Array,
    horizons: tuple[int, ...],
) -> EffectContrasts:
    """Build the contrasts of one intervention.

    Parameters
    ----------
    design
        Of the fit.
    position
        Which of its interventions, from 0.
    starts
        Time index at which each intervention of the design begins, and the one after the last
        period; the effect of one is followed up to the next.
    events_per_unit
        Count in each period that one unit of the rate stands for (population x days /
        multiplier), shape ``(T, S)``.
    horizons
        Months at which the effect is stated.
    """
    begin, follow_end = starts[position], starts[position + 1]
    step, ramp = design.unit(f"level_change_{position + 1}"), design.unit(f"slope_change_{position + 1}")
    baseline = _CounterfactualRows(design, position)
    names = ["level", "slope", "average_12", *(f"at_{h}" for h in horizons)]
    effect = [step, ramp, step + 5.5 * ramp, *(step + (h - 1) * ramp for h in horizons)]
    against = [
        baseline.at(begin),
        np.full(ramp.size, np.nan),
        np.mean([baseline.at(begin + i) for i in range(12)], axis=0),
        *(baseline.at(begin + h - 1) for h in horizons),
    ]
    last = [begin, begin, begin + 11, *(begin + h - 1 for h in horizons)]

    followed = (design.time >= begin) & (design.time < follow_end)
    weights = events_per_unit[followed].T
    since = np.clip(design.time[followed] - begin, 0, None)
    cumulative = weights.sum(1)[:, None] * step + (weights @ since)[:, None] * ramp
    cumulative_against = weights @ design.without_interventions([position])[followed]

    series = events_per_unit.shape[1]
    shared = np.broadcast_to(np.array(effect), (series, len(effect), ramp.size))
    shared_against = np.broadcast_to(np.array(against), (series, len(against), ramp.size))
    return EffectContrasts(
        (*names, "cumulative"),
        np.concatenate([shared, cumulative[:, None]], axis=1),
        np.concatenate([shared_against, cumulative_against[:, None]], axis=1),
        np.array([*(one >= follow_end for one in last), False]),
    )


def follow_up_ends(design: Design) -> tuple[int, ...]:
    """Start of each intervention, and the period after the last one, as time indices."""
    return (*design.interventions, int(design.time[-1]) + 1)


class _CounterfactualRows:
    """Rows of the design with one intervention switched off; ``NaN`` at periods that are not in it."""

    def __init__(self, design: Design, position: int) -> None:
        self._design, self._rows = design, design.without_interventions([position])

    def at(self, time: int) -> Array:
        known = np.flatnonzero(self._design.time == time)
        if known.size:
            return self._rows[known[0]]
        return np.full(self._rows.shape[1], np.nan)
