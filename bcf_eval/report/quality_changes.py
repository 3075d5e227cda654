"""What do others say, and what did we change? Comparisons, revisions, corrections and areas left out, as tables."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.corrections import say_applied
from bcf_eval.errors import RequestError
from bcf_eval.periods import parse_period
from bcf_eval.report.fragments import Cell, Row, write_details, write_table
from bcf_eval.report.quality_data import leave_out_parts, name_metric, name_periods, name_place
from bcf_eval.wording import write_change, write_count, write_rate

_MOST_ROWS, _MOST_ALIKE, _MOST_NAMED = 20, 10, 3
_ACTIONS = {"drop": "Left out", "override": "Replaced", "scale": "Multiplied", "flag": "Marked, not changed"}
# What is compared, in the words of the table of comparisons, and in a reader's.
_COMPARISONS = {
    "dtoc_ascof vs dtoc_days": "Delayed transfers in the outcomes framework, against delayed days of the same year",
    "dtoc_ascof vs dtoc_days, our people": "The same, with our own number of adults",
    "65+ denominators": "People aged 65 and over",
    "18+ denominators": "People aged 18 and over",
    "value vs numerator/denominator": "Published values, against the counts published with them",
}
_EXPECTED = {
    "agree": "to agree",
    "other quantity": "to differ: another quantity",
    "known exception": "to differ, for a known reason",
}

_Record = Mapping[Hashable, object]


def tabulate_comparisons(comparisons: pd.DataFrame) -> str:
    """Lay out how our numbers compare with published ones, and every area that is apart."""
    rows = []
    for (what, expected), found in comparisons.groupby(["what", "expected"], sort=False):
        size = found["difference"].abs()
        cells = (
            Cell(_EXPECTED.get(str(expected), str(expected)), _say_shared(found["note"])),
            Cell(name_periods(found["period"].min(), found["period"].max())),
            Cell(write_count(len(found)), number=True),
            Cell(f"{100 * size.median():.2g}%", number=True),
            Cell(write_count(found["apart"].sum()), _say_allowed(float(found["allowed"].iloc[0])), number=True),
        )
        rows.append(Row(Cell(_name_comparison(str(what))), cells))
    headings = [
        Cell("What is compared"),
        Cell("Expected"),
        Cell("Periods"),
        Cell("Compared", number=True),
        Cell("Middle difference", number=True),
        Cell("Apart", number=True),
    ]
    table = write_table("Our numbers against published ones", headings, rows) if rows else ""
    # A reason that many share is told once, in the table; only what stands alone is listed.
    shared = comparisons.groupby(["what", "expected", "note"])["period"].transform("size") > _MOST_ALIKE
    comparisons = comparisons[~(shared & comparisons["expected"].eq("known exception"))]
    return table + _list_unlike(comparisons[comparisons["apart"] & (comparisons["expected"] != "other quantity")])


def tabulate_revisions(revisions: pd.DataFrame) -> str:
    """Lay out England's revisions, and the areas whose numbers moved most; empty when nothing moved."""
    moved = revisions[revisions["change"] != 0]
    if moved.empty:
        return ""
    headings = [
        Cell("Place"),
        Cell("Measure and period"),
        Cell("Editions"),
        Cell("Before", number=True),
        Cell("After", number=True),
        Cell("Change", number=True),
    ]
    is_england = revisions["area_code"] == load.england().code
    nation, places = revisions[is_england], moved[moved["area_code"] != load.england().code]
    largest = places.reindex(places["change"].abs().sort_values(ascending=False, kind="stable").index)
    parts = [
        ("England", "Every revision of England", nation),
        ("The areas that moved most", "Every other area that moved", largest),
    ]
    written = ""
    for caption, summary, frame in parts:
        rows = [_write_revision(row) for row in frame.to_dict("records")]
        written += write_table(caption, headings, rows[:_MOST_ROWS]) if rows else ""
        rest = rows[_MOST_ROWS:]
        written += write_details(summary, write_table(summary, headings, rest)) if rest else ""
    return written


def tabulate_corrections(corrections: pd.DataFrame) -> str:
    """Lay out the corrections that were applied, one row a reason; empty when there were none."""
    headings = [
        Cell("Why", "where it is stated"),
        Cell("What was done", "how sure it is"),
        Cell("Measures"),
        Cell("Places"),
        Cell("Between"),
        Cell("Numbers", number=True),
    ]
    groups = corrections.groupby(["reason", "source", "action", "status"], sort=False)
    rows = [
        Row(
            Cell(f"{str(reason)[:1].upper()}{str(reason)[1:]}", str(source)),
            (
                Cell(_ACTIONS.get(str(action), str(action)), str(status)),
                Cell(_name_some(name_metric(key) for key in leave_out_parts(found["metric"]))),
                Cell(_name_some(_name_places(found))),
                Cell(name_periods(found["period"].min(), found["period"].max())),
                Cell(write_count(len(found)), number=True),
            ),
        )
        for (reason, source, action, status), found in groups
    ]
    return write_table(say_applied(corrections).rstrip("."), headings, rows) if rows else ""


def tabulate_refused(refused: pd.DataFrame) -> str:
    """Lay out the areas that the boundaries asked for have no place for."""
    rows = [
        Row(Cell(str(row["name"])), (Cell(_say_month(row["from_period"])), Cell(str(row["reason"]))))
        for row in refused.to_dict("records")
    ]
    headings = [Cell("Area"), Cell("Boundary of"), Cell("Why it is left out")]
    return write_table("Areas left out, as they do not fit the boundaries asked for", headings, rows) if rows else ""


def _list_unlike(unlike: pd.DataFrame) -> str:
    headings = [
        Cell("Area"),
        Cell("What is compared"),
        Cell("Ours", number=True),
        Cell("Published", number=True),
        Cell("Difference", number=True),
        Cell("Known reason"),
    ]
    ordered = unlike.reindex(unlike["difference"].abs().sort_values(ascending=False, kind="stable").index)
    rows = [
        Row(
            Cell(name_place(str(row["area_code"])), parse_period(str(row["period"])).label),
            (
                Cell(_name_comparison(str(row["what"]))),
                *(Cell(_write_size(float(row[name])), number=True) for name in ("ours", "published")),
                Cell(_write_relative(float(row["difference"])), number=True),
                Cell(str(row["note"]) if row["expected"] == "known exception" else "none known"),
            ),
        )
        for row in ordered.to_dict("records")
    ]
    if not rows:
        return ""
    first = write_table("Areas whose numbers are apart", headings, rows[:_MOST_ROWS])
    rest = rows[_MOST_ROWS:]
    return first + (write_details("The others", write_table("Areas closer together", headings, rest)) if rest else "")


def _name_comparison(what: str) -> str:
    return _COMPARISONS.get(what, what)


def _say_shared(notes: pd.Series) -> str:
    """The note that many share; those of few stand beside each."""
    return str(notes.iloc[0]) if len(notes) > _MOST_ALIKE and notes.nunique() == 1 else ""


def _say_allowed(allowed: float) -> str:
    return f"over {100 * allowed:g}%" if allowed else "not as printed"


def _write_revision(row: _Record) -> Row:
    old, new, change, relative = (float(str(row[name])) for name in ("old", "new", "change", "relative"))
    place = name_place(str(row["area_code"]), organisation=str(row["organisation"]))
    cells = (
        Cell(name_metric(str(row["metric"])), _say_month(row["period"])),
        Cell(f"{row['vintage_old']} to {row['vintage_new']}"),
        Cell(_write_size(old), number=True),
        Cell(_write_size(new), number=True),
        Cell(_write_step(change), _write_relative(relative) if math.isfinite(relative) else "", number=True),
    )
    return Row(Cell(place), cells)


def _name_places(corrections: pd.DataFrame) -> list[str]:
    places = zip(corrections["area_code"], corrections["organisation"], strict=True)
    return [name_place(str(code) or str(other)) for code, other in places]


def _name_some(names: Iterable[str]) -> str:
    """Name few; name the first of many, and count the others."""
    known = list(dict.fromkeys(names))
    named = ", ".join(known[:_MOST_NAMED])
    return f"{named} and {write_count(len(known) - _MOST_NAMED)} more" if len(known) > _MOST_NAMED else named


def _say_month(period: object) -> str:
    try:
        return parse_period(str(period)).label
    except RequestError:
        return str(period)


def _write_size(value: float) -> str:
    """A count without decimals where it is one; a rate or an estimated count with one."""
    if not math.isfinite(value):
        return "none"
    return write_count(value) if value == round(value) else write_rate(value)


def _write_step(value: float) -> str:
    if not math.isfinite(value):
        return "not known"
    return write_change(value, digits=0 if value == round(value) else 1)


def _write_relative(share: float) -> str:
    return f"{write_change(100 * share)}%" if math.isfinite(share) else "not known"
