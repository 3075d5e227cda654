"""Which months of an area can be compared? Those that are complete, and counted as in the month that is asked about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND
from bcf_eval.tables import ITS_CHECKS

Array = npt.NDArray[np.float64]

NATION = "boards with incomplete months left out"
_IN_ERROR = "seem to be counted twice or in error"


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
    """Say that figures of a period of an area seem to be missing, or counted in error; ``""`` when they are not."""
    months = panel.rows(tuple(month for month in parse_period(period).months if month in panel.periods))
    place, label = panel.column(area_code), parse_period(period).label
    if panel.incomplete[months, place].any():
        return f"figures of a provider seem to be missing in the baseline, {label}"
    if panel.implausible[months, place].any():
        return f"figures seem to be counted twice or in error in the baseline, {label}"
    return ""


def check_comparable(panel: Panel, plans: tuple[FitPlan, ...]) -> pd.DataFrame:
    """Say which months of the windows were left out, area by area.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.ITS_CHECKS`; one row where there is something to say.
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
    wrong = {"incomplete": ("seem to be missing", "of a provider "), "implausible": (_IN_ERROR, "")}
    for word, (seem, whose) in wrong.items():
        marked = panel.incomplete if word == "incomplete" else panel.implausible
        months = [panel.periods[row] for row in window[marked[window, place]]]
        if months and code != ENGLAND:
            detail = f"Figures {whose}{seem} in {_name_months(months)}; the fit does not use them."
            said.append((f"{word} months left out", detail))
    if code == ENGLAND and panel.unused[:, place].any():
        said.append((NATION, _describe_england(panel, window)))
    for change in panel.recounted.get(code, ()):
        if plan.periods[0] < change <= plan.periods[-1]:
            detail = f"In {parse_period(change).label} {panel.recounted_why[code]}; "
            detail += "months on the other side of it were left out."
            said.append(("counted otherwise in part of the window", detail))
    return said


def _describe_england(panel: Panel, window: npt.NDArray[np.intp]) -> str:
    whole, place = panel.find_whole(), panel.column(ENGLAND)
    people = panel.denominator[window]
    share = people[:, whole].sum() / people[:, place].sum()
    known = {
        "of a provider seem to be missing": panel.incomplete[window, place],
        _IN_ERROR: panel.implausible[window, place],
    }
    months = {seem: [panel.periods[row] for row in window[marked]] for seem, marked in known.items()}
    parts = [f"{seem} in {_name_months(found)}" for seem, found in months.items() if found]
    boards = f"the {whole.sum()} boards whose figures are whole, {share:.0%} of England's people"
    if not parts:
        return f"In other months figures of some boards seem to be missing or in error; the fit is of {boards}."
    return f"Figures {' and '.join(parts)}; the fit is of {boards}."


def _find_edges(changes: tuple[str, ...], at: str) -> tuple[str, str]:
    """The last change up to a month, and the first one after it; ``""`` where there is none."""
    return max((one for one in changes if one <= at), default=""), min((one for one in changes if one > at), default="")


def _name_months(months: list[str]) -> str:
    first, last = (parse_period(month).label for month in (months[0], months[-1]))
    if len(months) == 1:
        return first
    joined = parse_period(months[-1]).since(parse_period(months[0])) == len(months) - 1
    return f"{first} to {last}" if joined else f"{len(months)} months from {first} to {last}"
