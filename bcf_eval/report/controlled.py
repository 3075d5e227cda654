"""Did the area change otherwise than places like it? Beside its region and its statistical neighbours, as tables."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.report.certainty import say_share
from bcf_eval.report.chosen import name_contrast, name_interval, name_unit
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import name_when
from bcf_eval.report.fragments import Cell, Row, write_details, write_heading, write_paragraph, write_table
from bcf_eval.report.labels import name_within, write_number
from bcf_eval.wording import write_change, write_interval, write_rate, write_share

CAVEAT = (
    "Every board had the fund, and so had the boards it is compared with: a difference shows what changed here and not "
    "there, never what the fund did."
)
ASSUMED = (
    "The model of both series also takes the two as independent and equally variable: where one varies much more "
    "than the other, its interval is too narrow, and that of the difference is the one to go by."
)
_FORMS = {"difference": "the difference of the two series", "joint": "one model of both series"}
_TRAITS = ("their share of older people and of people of working age", "size", "deprivation")


def write_controlled(results: AreaResults) -> str:
    """Write how an area changed beside its comparators; nothing where that was not worked out."""
    rows = results.beside.area_rows("its_controlled", results.area.code)
    shown = [(change, rows[rows["intervention"].eq(change.intervention.key)]) for change in results.changes]
    parts = [_tabulate(results, change, part) for change, part in shown if len(part)]
    if not parts:
        return ""
    assumed = f" {ASSUMED}" if rows["form"].eq("joint").any() else ""
    opening = f"{say_beside(results, rows)} {CAVEAT}{assumed}".strip()
    return (
        write_heading("Did it change otherwise than places like it?")
        + write_paragraph(opening)
        + "".join(parts)
        + "".join(_list_neighbours(results, change) for change, part in shown if len(part))
    )


def say_beside(results: AreaResults, rows: pd.DataFrame) -> str:
    """Say in a sentence after which starts the area is told from its comparators, whichever way that is asked."""
    told = []
    for change in results.changes:
        primary = rows[rows["intervention"].eq(change.intervention.key) & rows["contrast"].eq(change.primary)]
        judged = primary[primary["reason"].eq("") & primary["lower"].notna()]
        if judged.empty:
            told.append(f"after {name_when(change)} this cannot be tested")
            continue
        p_value = judged["p_cal"].where(judged["p_cal"].notna(), judged["p_value"])
        clear = int(p_value.lt(results.protocol.alpha).sum())
        when = f"after {name_when(change)}"
        name = name_within(results.area.name)
        if not clear:
            told.append(f"{when} {name} cannot be told from places like it")
        else:
            part = "each" if clear == len(judged) else write_number(clear)
            finds = "finds" if clear in (1, len(judged)) else "find"
            told.append(f"{when} {part} of the {write_number(len(judged))} comparisons {finds} a difference")
    said = "; ".join(told)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _tabulate(results: AreaResults, change: Change, rows: pd.DataFrame) -> str:
    records = {(row["comparator"], row["form"], row["contrast"]): row for row in rows.to_dict("records")}
    pairs = list(dict.fromkeys((comparator, form) for comparator, form, _ in records))
    ordered = sorted(pairs, key=lambda one: (one[0] != "region", one[1] != "difference"))
    body = [
        Row(
            Cell(_name_comparator(results, comparator, found), _FORMS.get(form, "")),
            (
                _write_effect(found),
                Cell(_say_p_cal(found)),
                _write_effect(records.get((comparator, form, "trend_before")), digits=2),
            ),
        )
        for comparator, form in ordered
        if (found := records.get((comparator, form, change.primary))) is not None
    ]
    headings = [
        Cell("Compared with"),
        Cell("Change beside them", name_interval(results.protocol), number=True),
        Cell("As clear at dates when nothing began"),
        Cell("Trend beside them before", "a month", number=True),
    ]
    unit = name_unit(change.primary, results.metric)
    caption = f"{name_contrast(change.primary).short} after {name_when(change)} beside places like it, in {unit}"
    return write_table(caption, headings, body)


def _name_comparator(results: AreaResults, comparator: str, row: Mapping[Hashable, Any]) -> str:
    n = int(row["n_comparator"])
    boards = f"{n} board{'s' if n != 1 else ''}"
    if comparator == "region":
        return f"The rest of {load.regions().get(results.area.region, 'its region')} ({boards})"
    return f"Statistical neighbours ({boards})" if comparator == "neighbours" else f"A list of {boards}"


def _write_effect(row: Mapping[Hashable, Any] | None, *, digits: int = 1) -> Cell:
    if row is None or not math.isfinite(row["estimate"]):
        return Cell("cannot be tested", number=True)
    interval = write_interval(row["lower"], row["upper"], digits=digits)
    return Cell(write_change(row["estimate"], digits=digits), interval, number=True)


def _say_p_cal(row: Mapping[Hashable, Any]) -> str:
    if row["reason"]:
        return f"no verdict: {row['reason']}"
    return f"{say_share(row['p_cal'])} pairs" if math.isfinite(row["p_cal"]) else "cannot be compared"


def _list_neighbours(results: AreaResults, change: Change) -> str:
    """List the statistical neighbours with their distance, folded away."""
    rows = results.beside.area_rows("its_neighbours", results.area.code)
    found = rows[rows["intervention"].eq(change.intervention.key)].sort_values("place")
    if len(found) < 2:
        return ""
    names = load.areas()
    body = [
        Row(
            Cell(names[row["neighbour"]].name if row["neighbour"] in names else str(row["neighbour"])),
            (
                Cell("itself" if row["place"] == 0 else _plain(row["distance"]), number=True),
                Cell(_share(row["aged_65"]), number=True),
                Cell(_plain(row["deprivation"]), number=True),
                Cell(_plain(row["level"]), number=True),
                Cell(_plain(row["trend"], 2), number=True),
            ),
            row["place"] == 0,
        )
        for row in found.to_dict("records")
    ]
    headings = [
        Cell("Board"),
        Cell("Distance", number=True),
        Cell("Aged 65 and over", number=True),
        Cell("Deprivation score", number=True),
        Cell("Level before", results.metric.period_unit, number=True),
        Cell("Trend before", "a month", number=True),
    ]
    note = (
        f"Neighbours are the boards nearest in {', '.join(_TRAITS)}, and in level and trend in the months before "
        f"{name_when(change)}; each trait counts alike. A distance of nought is the same in all of them."
    )
    title = f"The statistical neighbours of {name_within(results.area.name)} before {name_when(change)}"
    return write_details(title, write_table(title, headings, body) + write_paragraph(note, kind="note"))


def _plain(value: float, digits: int = 1) -> str:
    return write_rate(value, digits=digits) if math.isfinite(value) else "not known"


def _share(value: float) -> str:
    return write_share(value) if math.isfinite(value) else "not known"
