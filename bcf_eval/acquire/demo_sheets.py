"""What do all sheets of a demonstration workbook have in common? The label, the block above the table, the rows."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bcf_eval.periods import Period

SOURCE = "DEMONSTRATION - synthetic numbers made by bcf_eval, not a return"
MADE = datetime(2000, 1, 1)  # a workbook that told its time of writing would never be the same twice
HEADING_ROW = 13  # row 14 of the sheet, in all published files

Cell = str | int | float


def open_new(path: Path) -> xlsxwriter.Workbook:
    """Begin a workbook that says what it is, to be closed by ``with``."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"title": "DEMONSTRATION", "comments": SOURCE, "created": MADE})
    return book


def write_metadata(worksheet: Worksheet, period: Period, title: str, *, summary: str, basis: str) -> None:
    """Write the block above a table, Title to Contact, in the rows where publishers have it.

    Parameters
    ----------
    worksheet
        Where.
    period
        A month.
    title, summary
        What the numbers are called; both are to say that they are a demonstration.
    basis
        Whom they are about.
    """
    published, revised = _date_of(period.shift(2)), _date_of(_revision_month(period))
    # The publisher left the row empty for some years, and wrote a dash in another.
    if period.first_day.year == 2015:
        published = ""
    elif date(2014, 4, 1) <= period.first_day < date(2015, 1, 1):
        published = "-"
    lines = (
        (1, "Title:", title),
        (2, "Summary:", summary),
        (4, "Period:", period.label),
        (5, "Source:", SOURCE),
        (6, "Basis:", basis),
        (7, "Published:", published),
        (8, "Revised:", revised),
        (9, "Status:", "DEMONSTRATION"),
        (10, "Contact:", "none"),
    )
    worksheet.set_column(0, 0, 2)
    worksheet.set_column(1, 4, 22)
    for row, label, text in lines:
        worksheet.write_string(row, 1, label)
        if text:
            worksheet.write_string(row, 2, text)


def write_cells(worksheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
    """Write a row from the second column on; nothing is written for an empty text."""
    for column, cell in enumerate(cells, start=1):
        if isinstance(cell, str):
            if cell:
                worksheet.write_string(row, column, cell)
        else:
            worksheet.write_number(row, column, cell)


def _revision_month(period: Period) -> Period:
    """Say when a month was revised: in the May or the November after the half-year it belongs to."""
    half = (period.start - 3) // 6  # April to September is even, October to March odd
    return Period("month", half * 6 + 3 + 13)


def _date_of(month: Period) -> str:
    """Write the second Thursday of a month as the publisher does: ``12th May 2016``."""
    first = month.first_day
    day = 1 + (calendar.THURSDAY - first.weekday()) % 7 + 7
    return f"{day}th {month.label}"
