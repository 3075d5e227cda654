"""What does a demonstration return look like? One delayed-transfers workbook a month, in the published layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from bcf_eval.acquire.demo_model import Counts
from bcf_eval.acquire.demo_parts import ALLOWED, CARE, ORGANISATIONS, REASONS
from bcf_eval.acquire.demo_sheets import HEADING_ROW, SOURCE, Cell, open_new, write_cells, write_metadata
from bcf_eval.catalogue import load
from bcf_eval.periods import Period, parse_period

_FILE_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_REASON_WORDS = {
    "A": "Awaiting completion of assessment",
    "B": "Awaiting public funding",
    "C": "Awaiting further non-acute NHS care",
    "Di": "Awaiting residential home placement or availability",
    "Dii": "Awaiting nursing home placement or availability",
    "E": "Awaiting care package in own home",
    "F": "Awaiting community equipment and adaptations",
    "G": "Patient or family choice",
    "H": "Disputes",
    "I": "Housing - patients not covered by Care Act",
    "O": "Other",
}
_REASON_HEADINGS = (
    "A) COMPLETION OF ASSESSMENT",
    "B) PUBLIC FUNDING",
    "C) WAITING FURTHER NHS NON-ACUTE CARE",
    "DI) AWAITING RESIDENTIAL HOME PLACEMENT OR AVAILABILITY",
    "DII) AWAITING NURSING HOME PLACEMENT OR AVAILABILITY",
    "E) AWAITING CARE PACKAGE IN OWN HOME",
    "F) AWAITING COMMUNITY EQUIPMENT AND ADAPTIONS",
    "G) PATIENT OR FAMILY CHOICE",
    "H) DISPUTES",
    "I) HOUSING - PATIENTS NOT COVERED BY NHS AND COMMUNITY CARE ACT",
)


@dataclass(frozen=True)
class Layout:
    """How the sheets of a month are laid out.

    Attributes
    ----------
    first
        First month published so.
    leading
        Headings of the columns before the numbers.
    by_region
        Whether areas are grouped by region with the non-authorities last; else all stand by name.
    beds
        Whether a second block repeats the numbers as beds, and the reason "other" exists.
    care_sheet
        Name of the sheet by kind of care, whose capitals changed.
    """

    first: str
    leading: tuple[str, ...]
    by_region: bool
    beds: bool
    care_sheet: str


LAYOUTS = (
    Layout("2011-04", ("SHA", "Code", "Name"), False, False, "LA - by Type of Care"),
    Layout("2013-04", ("Region", "", "Code", "Name"), True, False, "LA - by Type of Care"),
    Layout("2015-07", ("Region", "ONS Geography", "Code", "Name"), True, False, "LA - by Type of Care"),
    Layout("2017-04", ("Region", "ONS Geography", "Code", "Name"), True, True, "LA - by type of care"),
)


@dataclass(frozen=True)
class Row:
    """An area as it is printed: its place in the country, its code in this return, its spelling."""

    region: str
    ons_code: str
    code: str
    name: str


def layout_of(month: str) -> Layout:
    """Find the layout a month was published in."""
    return [layout for layout in LAYOUTS if layout.first <= month][-1]


def list_rows() -> tuple[Row, ...]:
    """List the areas that returns print: the boards in order of ONS code, then those that are no authority."""
    printed = {row["area_code"]: row for row in load.rows("area_codes") if row["return"] == "dtoc"}
    boards = tuple(
        Row(load.regions()[load.areas()[code].region], code, printed[code]["code"], printed[code]["name_in_return"])
        for code in load.boards()
    )
    others = tuple(
        Row("-", "-", row["code"], row["label"]) for row in load.rows("unallocated") if row["return"] == "dtoc"
    )
    return boards + others


def name_file(month: str) -> str:
    """Name the workbook of a month in the publisher's manner: ``April_11.xlsx``."""
    first = parse_period(month).first_day
    return f"{_FILE_MONTHS[first.month - 1]}_{first.year % 100:02d}.xlsx"


def write_month(path: Path, month: str, rows: Sequence[Row], cells: Counts) -> None:
    """Write the workbook of one month.

    Parameters
    ----------
    path
        Where.
    month
        Written ``YYYY-MM``.
    rows
        The areas, in the order of ``cells``.
    cells
        Delayed days, shape ``(n_areas, 3 organisations, 2 kinds of care, 11 reasons)``.
    """
    layout, period = layout_of(month), parse_period(month)
    order = _order_rows(rows, layout)
    printed = [rows[index] for index in order]
    with open_new(path) as book:
        _write_england(book.add_worksheet("England"), period, cells)
        reasons = _REASON_HEADINGS if not layout.beds else tuple(f"{key}) {_REASON_WORDS[key]}" for key in REASONS)
        total = "Total" if layout.beds else "TOTAL"
        for sheet, what, headings, counts in (
            (layout.care_sheet, "type of care", (*CARE, "Total"), cells.sum(axis=(1, 3))),
            ("LA - by responsible org", "responsible organisation", (*ORGANISATIONS, "Total"), cells.sum(axis=(2, 3))),
            ("LA - by reason", "reason for delay", (*reasons, total), cells.sum(axis=(1, 2))[:, : len(reasons)]),
        ):
            worksheet = book.add_worksheet(sheet)
            _write_block(worksheet, period, f"DEMONSTRATION - Delayed days by {what}, local authorities, England")
            beds = period.days if layout.beds and what != "reason for delay" else None
            _write_table(worksheet, layout, printed, headings, counts[order], days=beds)
        if layout.beds and month < "2018-11":
            book.add_worksheet("Data Quality").write_string(0, 0, f"{SOURCE}; no provider revised anything")


def _order_rows(rows: Sequence[Row], layout: Layout) -> list[int]:
    if not layout.by_region:
        return sorted(range(len(rows)), key=lambda index: rows[index].name)
    # Scotland stands before Wales in the published files, the rest in order of region and name.
    last = {"9901": 1, "9900": 2, "9902": 3}
    return sorted(
        range(len(rows)), key=lambda index: (last.get(rows[index].code, 0), rows[index].region, rows[index].name)
    )


def _lead(row: Row, layout: Layout) -> list[str]:
    by_heading = {"SHA": "-", "Region": row.region, "": "", "ONS Geography": row.ons_code}
    return [*(by_heading[heading] for heading in layout.leading[:-2]), row.code, row.name]


def _write_block(worksheet: Worksheet, period: Period, title: str) -> None:
    summary = "DEMONSTRATION - invented delayed days in the month; they say nothing about any authority"
    write_metadata(worksheet, period, title, summary=summary, basis="Local Authority")


def _write_table(
    worksheet: Worksheet,
    layout: Layout,
    rows: Sequence[Row],
    headings: Sequence[str],
    counts: Counts,
    *,
    days: int | None,
) -> None:
    if days is not None:
        worksheet.write_string(HEADING_ROW - 1, 1 + len(layout.leading), "Delayed Days")
        worksheet.write_string(HEADING_ROW - 1, 2 + len(layout.leading) + len(headings), "DTOC Beds")
    blocks = [*headings, "", *headings] if days is not None else [*headings]
    write_cells(worksheet, HEADING_ROW, [*layout.leading, *blocks])
    england = Row("-", "-", "-", "England")
    write_cells(worksheet, HEADING_ROW + 1, [*_lead(england, layout), *_numbers(counts.sum(axis=0).tolist(), days)])
    for position, (row, parts) in enumerate(zip(rows, counts.tolist(), strict=True)):
        write_cells(worksheet, HEADING_ROW + 3 + position, [*_lead(row, layout), *_numbers(parts, days)])


def _numbers(parts: list[int], days: int | None) -> list[Cell]:
    """Give the cells of a row: its parts and their total, and again as beds where days are given."""
    total = sum(parts)
    # A row without a single delayed day prints dashes, and its total as a number.
    block: list[Cell] = [*parts, total] if total else [*("-" for _ in parts), 0]
    if days is None:
        return block
    return [*block, "", *(cell if isinstance(cell, str) else cell / days for cell in block)]


def _write_england(worksheet: Worksheet, period: Period, cells: Counts) -> None:
    layout = layout_of(str(period))
    _write_block(worksheet, period, "DEMONSTRATION - Delayed days by reason, England")
    write_cells(worksheet, 12, ["England Level Data", "", "Number of Delayed Days during the reporting period"])
    write_cells(worksheet, 13, ["Type of Care", "Reason for Delay", *ORGANISATIONS])
    england = cells.sum(axis=0)
    for index, care in enumerate(CARE):
        write_cells(worksheet, 14 + index, [care, "-", *england[:, index].sum(axis=1).tolist()])
    row = 17
    # Pairs the return does not allow were printed NA, and as zeros in the last year.
    missing: Cell = "NA" if str(period) < "2018-04" else 0
    for index, care in enumerate(CARE):
        for position, key in enumerate(REASONS if layout.beds else REASONS[:-1]):
            numbers = england[:, index, position].tolist()
            shown = [number if ALLOWED[place, position] else missing for place, number in enumerate(numbers)]
            write_cells(worksheet, row, ["" if position else care, f"{key}) {_REASON_WORDS[key]}", *shown])
            row += 1
