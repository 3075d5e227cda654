"""Which boards lie further from England than chance, and boards' own spread, explain? In words and by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.report.fragments import Cell, Row, write_details, write_paragraph, write_table
from bcf_eval.report.labels import write_number
from bcf_eval.report.measures import ADMISSIONS, DELAYS, REABLEMENT, RESIDENTIAL
from bcf_eval.report.shapes import SHAPES
from bcf_eval.specs import Metric
from bcf_eval.wording import name_count, write_count, write_interval, write_rate

Array = npt.NDArray[np.float64]

# The normal scores that leave 5% and 0.2% outside, half at each end.
NEAR, FAR, OUTER = 1.959964, 3.090232, 0.998
UNTESTED = "not testable"
_SPREAD = "boards' own spread"
_BASES = {
    DELAYS: "people aged 18 and over",
    ADMISSIONS: "people of all ages",
    RESIDENTIAL: "people aged 65 and over",
    REABLEMENT: "people discharged into reablement",
}


def select_latest(funnel: pd.DataFrame) -> pd.DataFrame:
    """Select the rows of the latest year that any board can be judged in; empty where there is none."""
    judged = funnel[funnel["verdict"].ne(UNTESTED)]
    return funnel[funnel["period"].eq(judged["period"].max())].reset_index(drop=True)


def is_beyond_spread(verdict: str) -> bool:
    """Whether a verdict says that not even boards' own spread explains the distance."""
    return _SPREAD in verdict


def name_base(metric: Metric) -> str:
    """Name those that the numerator is divided by: ``people aged 65 and over``."""
    return _BASES.get(metric.key, "people")


def write_level(value: float, metric: Metric) -> str:
    """A value with its unit: ``82.4%``, ``10.4 delayed days per 100,000 adults per day``."""
    return f"{write_rate(value)}%" if metric.statistic == "proportion" else f"{write_rate(value)} {metric.unit}"


def write_counted(row: dict[str, Any], metric: Metric) -> str:
    """The counts behind a value: ``2,505 delayed days, 73,333 people aged 18 and over``."""
    return f"{name_count(row['numerator'], metric)}; {write_count(row['denominator'])} {name_base(metric)}"


def say_place(row: dict[str, Any], metric: Metric, *, n: int = 0) -> str:
    """Say in two sentences where a board lies beside England in a year, and what explains the distance.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.FUNNEL`.
    n
        How many boards are looked at at once; 0 where that is not known.
    """
    year, verdict = row["period"], row["verdict"]
    if verdict == UNTESTED:
        return f"In {year} it cannot be set beside England: {row['reason']}."
    told = f"In {year}: {write_level(row['value'], metric)} ({write_counted(row, metric)})."
    england = f"England's {write_rate(row['england'])}{'%' if metric.statistic == 'proportion' else ''}"
    way = "higher" if verdict.startswith("higher") else "lower"
    if is_beyond_spread(verdict):
        return f"{told} That is {way} than {england} by more than chance and the spread among boards explain."
    if verdict.endswith("chance explains"):
        return (
            f"{told} That is {way} than {england} by more than chance explains, but no further than boards differ "
            "among themselves."
        )
    many = f"{n} boards" if n else "many boards"
    # The answer of a page sets one board beside England by narrower limits; both must hold side by side.
    return (
        f"{told} That lies within the wider limits around {england} that are used when {many} are looked at at once "
        "(998 in 1,000), even where it is above or below by more than sampling alone would bring a single board."
    )


def say_outside(rows: pd.DataFrame, metric: Metric) -> str:
    """Count in words the boards that lie outside.

    Parameters
    ----------
    rows
        Of one year; see :func:`select_latest`.
    """
    judged = rows[rows["verdict"].ne(UNTESTED)]
    if judged.empty:
        return ""
    beyond = int(judged["verdict"].map(is_beyond_spread).sum())
    outside = int(judged["verdict"].str.contains("than").sum())
    n, lost = len(judged), len(rows) - len(judged)
    few = write_rate((1 - OUTER) * n) if (1 - OUTER) * n >= 1 else "fewer than one"
    none = "none lies" if not beyond else f"{write_number(beyond)} {'lies' if beyond == 1 else 'lie'}"
    unknown = f" {write_number(lost).capitalize()} more cannot be judged." if lost else ""
    return (
        f"In {rows['period'].iloc[0]}, {outside} of {n} boards lay further from England "
        f"({write_level(judged['england'].iloc[0], metric)}) than chance explains, where chance alone would put "
        f"{few}. Boards differ for many reasons, of which chance is only one: when the spread "
        f"among boards is allowed for, {none} outside.{unknown}"
    )


def limit_spread(rows: pd.DataFrame, metric: Metric) -> tuple[Array, Array]:
    """Between which values a board of each row's size lies when boards' own spread is added to chance.

    Returns
    -------
    tuple of ndarray
        Lower and upper, in the metric's unit: of 2 in 1,000 outside. Of counts by the 2/3 power, which follows the
        exact limits closely.
    """
    centre, error = rows["england"].to_numpy(float), find_error(rows, metric)
    reach = FAR * np.hypot(error, np.nan_to_num(rows["tau"].to_numpy(float)))
    if metric.per_day or metric.statistic == "proportion":
        lower, upper = centre - reach, centre + reach
    else:
        lower, upper = (centre * np.maximum(1 + side * 2 / 3 * reach / centre, 0) ** 1.5 for side in (-1, 1))
    return np.maximum(lower, 0), upper


def find_error(rows: pd.DataFrame, metric: Metric) -> Array:
    """How far chance alone takes each board from England, as a standard error in the metric's unit."""
    centre, people = rows["england"].to_numpy(float), rows["denominator"].to_numpy(float)
    if metric.per_day:
        return np.asarray((rows["upper_95"].to_numpy(float) - centre) / NEAR)
    if metric.statistic == "proportion":
        return np.asarray(np.sqrt(centre * (metric.multiplier - centre) / people))
    return np.asarray(np.sqrt(centre * metric.multiplier / people))


def list_beyond(rows: pd.DataFrame) -> pd.DataFrame:
    """List the boards that not even boards' own spread explains, furthest first."""
    found = rows[rows["verdict"].map(is_beyond_spread)]
    return found.sort_values("z_adjusted", key=lambda z: -z.abs(), kind="stable").reset_index(drop=True)


def tabulate_outside(rows: pd.DataFrame, metric: Metric) -> str:
    """Name the boards outside, with counts and people: those beyond boards' spread, then, folded away, the others."""
    beyond = list_beyond(rows)
    others = rows[rows["verdict"].str.contains("chance explains")]
    others = others.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)
    year = rows["period"].iloc[0] if len(rows) else ""
    parts = []
    if len(beyond):
        parts.append(_tabulate(beyond, metric, f"Boards that not even the spread among boards explains, {year}", True))
    else:
        parts.append(write_paragraph("No board lies further from England than the spread among boards explains."))
    if len(others):
        caption = f"Boards further from England than chance alone explains, {year}, highest first"
        parts.append(
            write_details(
                f"The {len(others)} boards that chance alone does not explain, but the spread among boards does",
                _tabulate(others, metric, caption, False),
            )
        )
    return "".join(parts)


def _tabulate(rows: pd.DataFrame, metric: Metric, caption: str, numbered: bool) -> str:
    headings = [Cell("Board"), Cell("Beside England"), Cell("Value", metric.unit, number=True)]
    headings += [Cell(metric.count_unit.capitalize(), number=True), Cell(name_base(metric).capitalize(), number=True)]
    headings += [Cell("Chance alone", "998 in 1,000 between", number=True)]
    told = enumerate(rows.to_dict("records"), start=1)
    listed = [_write_row(one, f"{number}. " if numbered else "") for number, one in told]
    return write_table(f"{caption}. England: {write_level(rows['england'].iloc[0], metric)}.", headings, listed)


def _write_row(row: dict[Any, Any], number: str) -> Row:
    higher = str(row["verdict"]).startswith("higher")
    shape = SHAPES["higher" if higher else "lower"]
    cells = (
        Cell("Higher" if higher else "Lower", shape=shape),
        Cell(write_rate(row["value"]), number=True),
        Cell(write_count(row["numerator"]), number=True),
        Cell(write_count(row["denominator"]), number=True),
        Cell(write_interval(row["lower_998"], row["upper_998"]), number=True),
    )
    return Row(Cell(f"{number}{load.areas()[row['area_code']].name}"), cells)
