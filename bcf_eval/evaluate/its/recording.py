"""Does a series jump within its window? Levels that move at once and stay, which no break of the catalogue explains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.stats.charts.jumps import Shifts, find_shifts
from bcf_eval.tables import ITS_CHECKS
from bcf_eval.wording import write_rate

RECORDING = "possible recording change"
_CANNOT_TELL = "a change in what is recorded cannot be told from a change in care"
# Next to a jump the months before and after differ too: within half a year it is one event.
_SAME_EVENT = 6
# From here on decimals say nothing of what is "about".
_WHOLE_FROM = 100


def check_recording(panel: Panel, plans: tuple[FitPlan, ...]) -> pd.DataFrame:
    """Say of every area whose level moves within a month and stays that it does, window by window.

    The months are those that the verdict stands on: brought to one length, incomplete ones and those that are counted
    otherwise left out, England of the boards whose figures are whole.

    Parameters
    ----------
    panel
        The metric's data.
    plans
        What was fitted; the windows of verdicts are screened.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.ITS_CHECKS`; one row where a series jumps, for an area and intervention.
    """
    level = panel.use_whole_boards().level_months()
    rows = [
        (panel.areas[place], panel.metric.key, plan.fit, RECORDING, False, detail)
        for plan in plans
        if plan.fit != "full"
        for place, detail in _screen(level, plan)
    ]
    return pd.DataFrame(rows, columns=ITS_CHECKS)


def _screen(panel: Panel, plan: FitPlan) -> Iterator[tuple[int, str]]:
    (start,) = (one.start for one in plan.interventions if one.key == plan.fit)
    shifts = find_shifts(keep_comparable(panel, start).value[panel.rows(plan.periods)])
    explained = {one.period for one in load.breaks(panel.metric.key) if one.effect != "none"}
    open_ = np.array([period not in explained for period in plan.periods])
    for place in np.flatnonzero((shifts.found & open_[:, None]).any(axis=0)):
        events = _list_events(np.flatnonzero(shifts.found[:, place] & open_), shifts.step[:, place])
        moved = " and in ".join(_describe(plan, shifts, row, int(place)) for row in events)
        yield int(place), f"In {moved} within a month and stayed; {_CANNOT_TELL}."


def _list_events(rows: npt.NDArray[np.intp], step: npt.NDArray[np.float64]) -> list[int]:
    """The months that moved most, each half a year from the others, in order."""
    kept: list[int] = []
    for row in rows[np.argsort(-np.abs(step[rows]), kind="stable")].tolist():
        if all(abs(row - one) > _SAME_EVENT for one in kept):
            kept.append(row)
    return sorted(kept)


def _describe(plan: FitPlan, shifts: Shifts, row: int, place: int) -> str:
    levels = (float(one[row, place]) for one in (shifts.before, shifts.after))
    before, after = (write_rate(one, digits=0 if one >= _WHOLE_FROM else 1) for one in levels)
    month = parse_period(plan.periods[row]).label
    return f"{month} the figure moved from about {before} to about {after}"
