"""What are the figures made of? Returns, flags and changes in counting, as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bcf_eval.catalogue import load
from bcf_eval.report.counting import list_countings, list_year_countings
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.report.fragments import Cell, Row, write_paragraph, write_table
from bcf_eval.report.labels import FLAGS, name_within
from bcf_eval.wording import write_count

_MOST_REASONS = 3


def tabulate_sources(inputs: Iterable[Mapping[str, str]]) -> str:
    """Lay out which returns were read, of which dates."""
    groups: dict[str, list[Mapping[str, str]]] = {}
    for one in inputs:
        groups.setdefault(one["path"].split("/")[0], []).append(one)
    known = {row["key"]: row for row in reversed(load.rows("sources"))}
    rows = []
    for key, files in groups.items():
        source = known.get(key, {"label": key, "publisher": "not recorded"})
        vintages = sorted(one["vintage"] for one in files if one["vintage"] != "undated")
        dates = " to ".join(dict.fromkeys(_write_date(one) for one in (vintages[0], vintages[-1]))) if vintages else ""
        cells = (Cell(source["publisher"]), Cell(write_count(len(files)), number=True), Cell(dates or "undated"))
        rows.append(Row(Cell(source["label"]), cells))
    headings = [Cell("Return"), Cell("Publisher"), Cell("Files", number=True), Cell("Dates of the editions used")]
    return write_table("Returns these figures stand on", headings, rows) if rows else ""


def tabulate_flags(results: AreaResults | AnnualResults) -> str:
    """Lay out how many months or years carry a flag, and what each means."""
    unit = "month" if results.metric.frequency == "month" else "year"
    counts = Counter(flag for flags in results.observations["flag"] for flag in flags.split(";") if flag)
    rows = []
    for flag, count in counts.items():
        name = FLAGS[flag].short if flag in FLAGS else flag
        meaning = FLAGS[flag].meaning if flag in FLAGS else "see the record of the build"
        told = [meaning, *_list_reasons(results.reasons.get(flag, ()))]
        rows.append(Row(Cell(name), (Cell(write_count(count), number=True), Cell("; ".join(told)))))
    if not rows:
        return write_paragraph(f"No {unit} of this area carries a flag.")
    headings = [
        Cell("Flag"),
        Cell(f"{unit.capitalize()}s of {len(results.observations)}", number=True),
        Cell("What it means"),
    ]
    return write_table(
        f"{unit.capitalize()}s of {name_within(results.area.name)} that are not quite ordinary", headings, rows
    )


def tabulate_breaks(results: AreaResults | AnnualResults) -> str:
    """Lay out the changes in counting, and what each means for these figures."""
    rows = [
        Row(Cell(one.month), (Cell(one.change.label), Cell(f"{one.meaning[:1].upper()}{one.meaning[1:]}.")))
        for one in (list_year_countings(results) if isinstance(results, AnnualResults) else list_countings(results))
    ]
    headings = [Cell("From"), Cell("What changed in the counting"), Cell("What it means here")]
    return write_table("Changes in counting, which are not changes in care", headings, rows) if rows else ""


def _list_reasons(reasons: Sequence[str]) -> list[str]:
    """List the first reasons; of England there may be many."""
    more = len(reasons) - _MOST_REASONS
    return [*reasons[:_MOST_REASONS], *([f"and {more} more" if more > 1 else "and one more"] if more > 0 else [])]


def _write_date(vintage: str) -> str:
    """The date of an edition as it is said: ``11 May 2017``."""
    day = date.fromisoformat(vintage.partition("+")[0])
    return f"{day.day} {day:%B %Y}"
