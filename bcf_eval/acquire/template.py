"""How is a table of plans to be filled in? The empty template, with what each column is to hold."""

from __future__ import annotations

import csv
from pathlib import Path

import xlsxwriter

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError
from bcf_eval.files import file_beside, writing

AMBITIONS = "ambitions"
# Below the headings of a CSV, for it has no sheet of notes; whoever reads it passes over these lines.
REMARK = "#"
_HEADINGS = ("column", "required", "what", "expected", "example")
_WIDTHS = (18, 10, 60, 60, 32)


def write_template(path: Path) -> Path:
    """Write the template of ``ambitions``: one row an ambition, one file for any number of boards.

    Parameters
    ----------
    path
        Ends in ``.xlsx`` (a sheet to fill in and a sheet of notes) or ``.csv`` (notes below the headings, each
        line begun with ``#``).

    Returns
    -------
    Path
        The same.

    Raises
    ------
    ProjectError
        If it ends otherwise, exists already, or cannot be written.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_workbook}
    if path.suffix.casefold() not in writers:
        raise ProjectError(f"The template cannot be written as '{path.name}'; expected a name ending in .xlsx or .csv.")
    if path.exists():
        raise ProjectError(f"{path} exists already and may hold plans; expected a new name.")
    with writing(path), file_beside(path) as temporary:
        writers[path.suffix.casefold()](temporary)
    return path


def _columns() -> tuple[dict[str, str], ...]:
    return load.rows(f"templates/{AMBITIONS}")


def _write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([row["column"] for row in _columns()])
        for row in _columns():
            need = "" if row["required"] == "yes" else " (may be left empty)"
            text = f"{REMARK} {row['column']}{need}: {row['what']}; expected {row['expected']}"
            writer.writerow([f"{text}; example: {row['example']}"])


def _write_workbook(path: Path) -> None:
    columns = _columns()
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"title": "Plans and ambitions of Health and Wellbeing Boards"})
        # A spreadsheet program would make a date of 2017-09 and of 2011/12.
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(AMBITIONS)
        headings = [{"header": row["column"]} for row in columns]
        sheet.add_table(0, 0, 1, len(columns) - 1, {"name": AMBITIONS, "columns": headings, "autofilter": False})
        for place, row in enumerate(columns):
            number = row["column"] in ("planned", "baseline_value")
            sheet.set_column(place, place, max(16, len(row["column"]) + 2), None if number else text)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet("notes")
        notes.add_table(
            0,
            0,
            len(columns),
            len(_HEADINGS) - 1,
            {
                "name": "notes",
                "columns": [{"header": one} for one in _HEADINGS],
                "data": [[row[one] for one in _HEADINGS] for row in columns],
                "autofilter": False,
            },
        )
        for place, width in enumerate(_WIDTHS):
            notes.set_column(place, place, width, text)
