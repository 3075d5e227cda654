"""Which months of an area can be compared? Those that are complete, and counted as in the month that is asked about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.plan import FitPlan
from bcf_eval.periods import parse_period
from bcf_eval.results import ITS_CHECKS
from bcf_eval.specs import ENGLAND

Array = npt.NDArray[np.float64]


def keep_comparable(panel: Panel, at: str) -> Panel:
    """Leave out the months that an area's figures are counted otherwise in than at one month.

    A series is never joined across such a change: where commissioners merged, their admissions are shared out in
    another way from one month to the next, and where an area gained ground, others are counted.

    Parameters
    ----------
    panel
        The metric's data.
    at
        The month whose manner of counting is kept.

    Returns
    -------
    Panel
        ``value`` is ``NaN`` where a month cannot be compared.
    """
    if not panel.recounted:
        return panel
    value = panel.value.copy()
    for code, changes in panel.recounted.items():
        first, end = _find_edges(changes, at)
        inside = np.array([period >= first and (not end or period < end) for period in panel.periods])
        value[~inside, panel.column(code)] = np.nan
    return replace(panel, value=value)


def keep_longest(panel: Panel, periods: tuple[str, ...]) -> Panel:
    """Leave out all but the longest stretch of some periods in which an area's figures are counted in one way."""
    if not panel.recounted:
        return panel
    value = panel.value.copy()
    for code, changes in panel.recounted.items():
        inside = tuple(change for change in changes if periods[0] < change <= periods[-1])
        stretches = {period: _find_edges(inside, period)[0] for period in periods}
        longest = Counter(stretches.values()).most_common(1)[0][0]
        kept = np.array([stretches.get(period, longest) == longest for period in panel.periods])
        value[~kept, panel.column(code)] = np.nan
    return replace(panel, value=value)


def find_untold(panel: Panel, start: str) -> dict[str, str]:
    """Say of each area whose figures are counted otherwise from the very month something began that it is so.

    Returns
    -------
    dict of str
        The reason by ONS code.
    """
    month = parse_period(start).label
    return {
        code: f"from {month}, the same month, {panel.recounted_why[code]}"
        for code, changes in panel.recounted.items()
        if start in changes
    }


def find_recounted(panel: Panel, area_code: str, after: str, until: str) -> str:
    """Say why figures of an area after one month and until another cannot be compared with those before; ``""``."""
    for change in panel.recounted.get(area_code, ()):
        if after < change <= until:
            month = parse_period(change).label
            return f"between the baseline and the target, in {month}, {panel.recounted_why[area_code]}"
    return ""


def find_incomplete(panel: Panel, area_code: str, period: str) -> str:
    """Say that figures of a provider seem to be missing in a period of an area; ``""`` when they are not."""
    months = [month for month in parse_period(period).months if month in panel.periods]
    found = panel.incomplete[panel.rows(tuple(months)), panel.column(area_code)].any()
    return f"figures of a provider seem to be missing in the baseline, {parse_period(period).label}" if found else ""


def check_comparable(panel: Panel, plans: tuple[FitPlan, ...]) -> pd.DataFrame:
    """Say which months of the windows were left out, area by area.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.results.ITS_CHECKS`; one row where there is something to say.
    """
    rows = [
        (code, panel.metric.key, plan.fit, name, False, detail)
        for plan in plans
        if plan.fit != "full"
        for place, code in enumerate(panel.areas)
        for name, detail in _describe(panel, plan, place, code)
    ]
    return pd.DataFrame(rows, columns=ITS_CHECKS)


def _describe(panel: Panel, plan: FitPlan, place: int, code: str) -> list[tuple[str, str]]:
    said = []
    window = panel.rows(plan.periods)
    incomplete = [panel.periods[row] for row in window[panel.incomplete[window, place]]]
    if incomplete and code == ENGLAND:
        said.append(("boards with incomplete months left out", _describe_england(panel, window, incomplete)))
    elif incomplete:
        said.append(
            (
                "incomplete months left out",
                f"Figures of a provider seem to be missing in {_name_months(incomplete)}; the fit does not use them.",
            )
        )
    for change in panel.recounted.get(code, ()):
        if plan.periods[0] < change <= plan.periods[-1]:
            detail = f"In {parse_period(change).label} {panel.recounted_why[code]}; "
            detail += "months on the other side of it were left out."
            said.append(("counted otherwise in part of the window", detail))
    return said


def _describe_england(panel: Panel, window: npt.NDArray[np.intp], incomplete: list[str]) -> str:
    whole, place = panel.find_whole(), panel.column(ENGLAND)
    people = panel.denominator[window]
    share = people[:, whole].sum() / people[:, place].sum()
    return (
        f"Figures of a provider seem to be missing in {_name_months(incomplete)}; the fit is of the {whole.sum()} "
        f"boards whose figures are whole, {share:.0%} of England's people."
    )


def _find_edges(changes: tuple[str, ...], at: str) -> tuple[str, str]:
    """The last change up to a month, and the first one after it; ``""`` where there is none."""
    return max((one for one in changes if one <= at), default=""), min((one for one in changes if one > at), default="")


def _name_months(months: list[str]) -> str:
    first, last = (parse_period(month).label for month in (months[0], months[-1]))
    if len(months) == 1:
        return first
    joined = parse_period(months[-1]).since(parse_period(months[0])) == len(months) - 1
    return f"{first} to {last}" if joined else f"{len(months)} months from {first} to {last}"
