"""What arrived, and of what is there a number? The tables of the page on the data, each readable row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from bcf_eval.report.fragments import Cell, Row, write_details, write_table
from bcf_eval.report.labels import FLAGS
from bcf_eval.report.quality_data import QualityData, leave_out_parts, name_metric, name_periods, name_place
from bcf_eval.specs import ENGLAND
from bcf_eval.wording import write_count

LACKING = {
    "suppressed": "Hidden by the publisher",
    "gap": "Not returned",
    "unpublished": "Published for no area",
    "missing": "No number",
}
_COUNTED = {"number": "As returned", "extended": "Population extended", "apportioned": "Apportioned", **LACKING}
_MOST_NAMED, _MOST_METRICS = 6, 2


def tabulate_arrivals(data: QualityData) -> str:
    """Lay out which files arrived, about what, and of which dates."""
    rows = [
        Row(
            Cell(row["label"], row["publisher"]),
            (
                Cell(write_count(row["n_files"]), number=True),
                Cell(row["periods"] or "stated in the files"),
                Cell(_span_dates(row["first_vintage"], row["last_vintage"])),
                Cell(write_count(row["n_earlier"]) if row["n_earlier"] else "none", number=True),
            ),
        )
        for row in data.arrivals.to_dict("records")
    ]
    headings = [
        Cell("Return"),
        Cell("Files used", number=True),
        Cell("About"),
        Cell("Dates of the editions used"),
        Cell("Other files kept", "earlier editions", number=True),
    ]
    return write_table("Files that the build stands on", headings, rows) if rows else ""


def tabulate_coverage(data: QualityData) -> str:
    """Lay out how many numbers of each metric there are, and in what state."""
    used = _list_used(data.coverage)
    rows = []
    for key in data.metrics:
        periods = data.coverage[data.coverage["metric"] == key]
        span = name_periods(periods["period"].min(), periods["period"].max())
        rows.append(Row(Cell(name_metric(key), span), _count_cells(periods, used)))
    headings = [Cell("Measure"), Cell("Areas times periods", number=True), *_name_states(used)]
    return write_table("Numbers by measure, all areas but England", headings, rows)


def tabulate_periods(data: QualityData, key: str) -> str:
    """Fold away how many areas have a number in each period of one metric."""
    periods = data.coverage[data.coverage["metric"] == key]
    used = _list_used(periods)
    rows = [
        Row(Cell(name_periods(str(period), str(period))), _count_cells(one, used))
        for period, one in periods.groupby("period", sort=True)
    ]
    headings = [Cell("Period"), Cell("Areas", number=True), *_name_states(used)]
    table = write_table(f"{name_metric(key)}: areas by period", headings, rows)
    return write_details("Every period of this picture", table)


def tabulate_lacking(data: QualityData) -> str:
    """Lay out which areas lack a number, of which metric and when; empty when none does."""
    lacking = data.states[data.states["state"].isin(LACKING) & (data.states["area_code"] != ENGLAND)]
    rows = []
    places = {str(key): place for place, key in enumerate(data.metrics)}
    groups = lacking.groupby(["metric", "state"], sort=False)
    for (key, state), found in sorted(groups, key=lambda one: (places[str(one[0][0])], str(one[0][1]))):
        span = name_periods(found["period"].min(), found["period"].max())
        cells = (
            Cell(LACKING[str(state)]),
            Cell(write_count(len(found)), number=True),
            Cell("all of them" if state == "unpublished" else _name_areas(found)),
            Cell(span),
        )
        rows.append(Row(Cell(name_metric(str(key))), cells))
    headings = [
        Cell("Measure"),
        Cell("What is lacking"),
        Cell("How many", number=True),
        Cell("Areas"),
        Cell("Between"),
    ]
    if not rows:
        return ""
    return write_table("Numbers that are not there", headings, rows) + _list_each(lacking)


def tabulate_flags(data: QualityData) -> str:
    """Lay out which flags there are and what each means; empty when there are none."""
    rows = []
    for flag, found in data.flags.groupby("flag", sort=False):
        label = FLAGS.get(str(flag))
        meaning = label.meaning if label else "see the notes on the data"
        cells = (
            Cell(meaning),
            Cell(write_count(found["n"].sum()), number=True),
            Cell(_name_some([name_metric(key) for key in leave_out_parts(found["metric"])], _MOST_METRICS)),
            Cell(name_periods(found["first"].min(), found["last"].max())),
        )
        name = label.short if label else str(flag).replace("_", " ").capitalize()
        rows.append(Row(Cell(name), cells))
    headings = [
        Cell("Flag"),
        Cell("What it means"),
        Cell("Numbers", "England too", number=True),
        Cell("Measures"),
        Cell("Between"),
    ]
    return write_table("Numbers that are not quite ordinary", headings, rows) if rows else ""


def _list_each(lacking: pd.DataFrame) -> str:
    """Fold away every area and what it lacks."""
    each = lacking[lacking["state"] != "unpublished"]
    if each.empty:
        return ""
    groups = each.groupby(["metric", "area_code", "state"], sort=True)
    rows = [
        Row(
            Cell(name_place(str(code))),
            (
                Cell(name_metric(str(key))),
                Cell(LACKING[str(state)]),
                Cell(write_count(len(found)), number=True),
                Cell(name_periods(found["period"].min(), found["period"].max())),
            ),
        )
        for (key, code, state), found in groups
    ]
    headings = [Cell("Area"), Cell("Measure"), Cell("What is lacking"), Cell("Periods", number=True), Cell("Between")]
    return write_details("Every area that lacks a number", write_table("Areas that lack a number", headings, rows))


def _name_areas(found: pd.DataFrame) -> str:
    return _name_some([name_place(str(code)) for code in found["area_code"].value_counts().index], _MOST_NAMED)


def _name_some(names: list[str], most: int) -> str:
    """Name few; name the first of many, and count the others."""
    named = ", ".join(names[:most])
    return f"{named} and {write_count(len(names) - most)} more" if len(names) > most else named


def _list_used(coverage: pd.DataFrame) -> list[str]:
    return [state for state in _COUNTED if coverage[state].sum() > 0]


def _name_states(used: Iterable[str]) -> list[Cell]:
    return [Cell(_COUNTED[state], number=True) for state in used]


def _count_cells(periods: pd.DataFrame, used: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(write_count(periods[name].sum()), number=True) for name in ("n_areas", *used))


def _span_dates(first: str, last: str) -> str:
    return " to ".join(_write_date(one) for one in dict.fromkeys((first, last)) if one) or "undated"


def _write_date(vintage: str) -> str:
    day = date.fromisoformat(vintage)
    return f"{day.day} {day:%B %Y}"
