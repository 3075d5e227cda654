"""What is fitted to a researcher's own series? The periods, the design, and what cannot be told with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError
from bcf_eval.evaluate.its.fitting import find_rank_problem
from bcf_eval.evaluate.own.choices import NO_SEASONAL_ORDER, Choices
from bcf_eval.evaluate.own.series_table import SeriesTable, read_interventions, read_moments
from bcf_eval.periods import Period
from bcf_eval.stats.regression.design import Design, build_design

DEFAULT_SEASON = {"month": 2, "quarter": 1, "financial_quarter": 1, "financial_year": 0, "year": 0}
# As in the protocol: fewer points on a side carry no verdict, and no nuisance step.
POINTS_TO_JUDGE = 8
POINTS_FOR_A_STEP = 6
# Of the errors of an ARIMA: more terms are neither told apart nor found in a reasonable time.
_POINTS_A_TERM, _MOST_TERMS = 8, 12


@dataclass(frozen=True)
class OwnPlan:
    """What is fitted, of every series of a table.

    Attributes
    ----------
    interventions, breaks
        When something began, and when a nuisance step may begin, by date.
    pairs
        Fourier pairs of the season.
    left_out
        Which periods of the table are no part of the fit, shape ``(T,)``.
    """

    interventions: tuple[Period, ...]
    breaks: tuple[Period, ...]
    pairs: int
    left_out: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GroupPlan:
    """What is fitted to the series that are observed in the same periods.

    Attributes
    ----------
    design
        ``None`` where nothing can be fitted; ``reason`` says why.
    cautions
        What to be careful of in every such series.
    """

    design: Design | None
    reason: str = ""
    cautions: tuple[str, ...] = ()


def plan_series(
    series: SeriesTable, choices: Choices, at: str | Sequence[str], breaks: str | Sequence[str] | None
) -> OwnPlan:
    """Plan the fit of a table.

    Raises
    ------
    RequestError
        If an intervention, a break or the season is none that the table can hold, or effects run into one another.
    """
    interventions = read_interventions(at, series)
    pairs = choices.season
    if pairs is None:
        # A seasonal ARIMA has a season of its own.
        pairs = 0 if choices.seasonal_order != NO_SEASONAL_ORDER else DEFAULT_SEASON[series.kind]
    first = series.periods[0]
    most = first.cycle // 2
    if not isinstance(pairs, int) or isinstance(pairs, bool) or not 0 <= pairs <= most:
        kind = series.kind.replace("_", " ")
        raise RequestError(f"The season has {pairs!r} Fourier pairs; expected 0 or more, at most {most} for a {kind}.")
    if choices.seasonal_order != NO_SEASONAL_ORDER and first.cycle == 1:
        raise RequestError("A seasonal order needs months or quarters: years have no season.")
    too_large = _find_large_order(choices, len(series.periods))
    if too_large:
        raise RequestError(f"{too_large}: give lower ones.")
    _check_windows(series, interventions, choices)
    calendar = np.arange(len(series.periods))
    left_out = np.zeros(calendar.size, bool)
    for one in interventions:
        left_out |= choices.impact.leaves_out(calendar, one.since(first))
    return OwnPlan(interventions, read_moments(breaks, series, "A break"), pairs, left_out)


def plan_group(series: SeriesTable, plan: OwnPlan, choices: Choices, rows: npt.NDArray[np.intp]) -> GroupPlan:
    """Plan the fit of the series that are observed in some of the periods.

    Parameters
    ----------
    series, plan, choices
        The table and what was asked of it.
    rows
        Which of its periods are observed and part of the fit.
    """
    if rows.size == 0:
        return GroupPlan(None, "no observations")
    span = int(rows[-1] - rows[0] + 1)
    if choices.needs_every_period and span > rows.size:
        what = "are missing or left out" if plan.left_out.any() else "are missing"
        return GroupPlan(None, f"{choices.method} needs every period; {span - rows.size} of {span} {what}")
    if choices.hac_lag is not None and choices.hac_lag > rows.size // 4:
        # With longer lags the estimated variance shrinks towards nothing, and with it every p-value.
        most = rows.size // 4
        return GroupPlan(None, f"a lag of {choices.hac_lag} is too long for {rows.size} points; at most {most}")
    too_large = _find_large_order(choices, rows.size)
    if too_large:
        return GroupPlan(None, too_large[0].lower() + too_large[1:])
    entered, cautions = _enter_breaks(series, plan, choices, rows)
    design = _build(series, plan, choices, rows, entered)
    reason = find_rank_problem(design)
    return GroupPlan(None, reason) if reason else GroupPlan(design, "", (*cautions, *_find_few_points(design)))


def _build(
    series: SeriesTable, plan: OwnPlan, choices: Choices, rows: npt.NDArray[np.intp], breaks: Sequence[Period]
) -> Design:
    first = series.periods[0]
    return build_design(
        rows,
        interventions=[one.since(first) for one in plan.interventions],
        season_pairs=plan.pairs,
        cycle=first.cycle,
        breaks=[one.since(first) for one in breaks],
        impact=choices.impact,
    )


def _enter_breaks(
    series: SeriesTable, plan: OwnPlan, choices: Choices, rows: npt.NDArray[np.intp]
) -> tuple[list[Period], list[str]]:
    """Choose the breaks that can be told from the interventions and from one another, and say of the others why not."""
    design = _build(series, plan, choices, rows, ())
    steps = [design.matrix[:, i] for i, name in enumerate(design.names) if name.startswith(("level_", "pulse_"))]
    entered, cautions = [], []
    for one in plan.breaks:
        step = (rows >= one.since(series.periods[0])).astype(float)
        named = f"the break of {one.label}"
        if min(step.sum(), (1 - step).sum()) < POINTS_FOR_A_STEP:
            cautions.append(f"{named} was left out: fewer than {POINTS_FOR_A_STEP} points lie on one side of it")
        elif any(np.array_equal(step, other) for other in steps):
            cautions.append(f"{named} cannot be told from what began then: the change may be the break's")
        else:
            entered.append(one)
            steps.append(step)
    return entered, cautions


def _find_few_points(design: Design) -> list[str]:
    """Say that there are too few points around an intervention to judge by."""
    sides = [design.count_sides(position) for position in range(len(design.interventions))]
    before, after = min(sides, key=min)
    if min(before, after) >= POINTS_TO_JUDGE:
        return []
    if not design.impact.pulse:
        return [f"only {before} points before and {after} after: an estimate, too little to judge by"]
    least = min(inside for _, inside in sides)
    points = f"{least} point{'s' * (least != 1)}"
    return [f"the pulse holds {points}: its interval leans on every error being of one kind"]


def _find_large_order(choices: Choices, n: int) -> str:
    """Say that an ARIMA has more terms than so many points can tell, and takes hours to find them; ``""`` if not."""
    p, _, q = choices.order or (0, 0, 0)
    yearly_p, _, yearly_q = choices.seasonal_order
    asked, most = p + q + yearly_p + yearly_q, max(n // _POINTS_A_TERM, 1)
    if asked <= min(most, _MOST_TERMS):
        return ""
    allowed = f"at most {min(most, _MOST_TERMS)}"
    return f"The orders ask for {asked} terms of the errors, which {n} points cannot tell apart ({allowed})"


def _check_windows(series: SeriesTable, interventions: tuple[Period, ...], choices: Choices) -> None:
    impact, last = choices.impact, series.periods[-1]
    for one, following in zip(interventions, (*interventions[1:], None), strict=True):
        left = last.since(one)
        after = f"there are {left} periods after '{one}' (they end in {last})"
        if impact.delay + impact.phase_in > left:
            counted = [(impact.delay, "delay"), (impact.phase_in, "phase-in")]
            asked = " and the ".join(f"{what} of {number} periods" for number, what in counted if number)
            raise RequestError(f"The {asked} reaches beyond the data: {after}.")
        if impact.pulse and impact.delay + impact.pulse - 1 > left:
            raise RequestError(f"The pulse of {impact.pulse} periods reaches beyond the data: {after}.")
        whole = one.shift(impact.delay + impact.phase_in)
        if following is None:
            continue
        if impact.phase_in and whole >= following.shift(impact.delay):
            raise RequestError(
                f"The phase-in of '{one}' lasts until '{following}' begins: nothing is left between them."
            )
        if impact.pulse and one.shift(impact.pulse) > following:
            raise RequestError(f"The pulse of '{one}' lasts beyond the beginning of '{following}'.")
