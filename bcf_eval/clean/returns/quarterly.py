"""What do the boards' quarterly returns say? A folder of workbooks in one pass, a bad one as a row with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.quarterly import SHEETS, fold_sheet, sheets
from bcf_eval.clean.quarterly.additional import read_additional
from bcf_eval.clean.quarterly.conditions import read_budget, read_conditions, read_narrative
from bcf_eval.clean.quarterly.cover import Cover, check_board, read_cover
from bcf_eval.clean.quarterly.finance import read_finance
from bcf_eval.clean.quarterly.grid import Grid
from bcf_eval.clean.quarterly.metrics import read_metrics
from bcf_eval.clean.quarterly.tables import COLUMNS, PROBLEMS, Cells, Found, build_frame
from bcf_eval.clean.quarterly.year_end import read_year_end
from bcf_eval.errors import BcfEvalError
from bcf_eval.workbook import Workbook, open_workbook

SOURCE = "quarterly"
# A sheet of another template has a hundred reasons; the first few say which it is.
MOST_REASONS = 3
READERS: dict[str, Callable[[Grid, Cover], Found]] = {
    "budget": read_budget,
    "conditions": read_conditions,
    "finance": read_finance,
    "metrics": read_metrics,
    "year_end": read_year_end,
    "additional": read_additional,
    "narrative": read_narrative,
}


@dataclass(frozen=True)
class QuarterlyReturns:
    """What the quarterly returns say, one table for each kind of question.

    :mod:`bcf_eval.clean.quarterly.tables` names the columns of each, and what their words mean.

    Attributes
    ----------
    conditions
        Answers to the national conditions, and those of earlier quarters as the template repeats them.
    finance
        Income and expenditure: plan, forecast and actual by quarter, in pounds.
    supporting_metrics
        Progress on each metric, with performance and target where the commentary states them.
    year_end
        Fourth quarter: statements, successes, challenges.
    data_sharing
        NHS number, open interfaces between settings, pilot of a digital record.
    personal_budgets
        Personal health budgets.
    integrated_teams
        Whether health and social care staff work in one team.
    other_answers
        Pooling under section 75, comments on the money, narrative.
    problems
        ``file, sheet, reason``: one row for each bad workbook (``sheet`` empty) and each bad sheet.
    n_read
        Workbooks that stand in the tables.
    """

    conditions: pd.DataFrame
    finance: pd.DataFrame
    supporting_metrics: pd.DataFrame
    year_end: pd.DataFrame
    data_sharing: pd.DataFrame
    personal_budgets: pd.DataFrame
    integrated_teams: pd.DataFrame
    other_answers: pd.DataFrame
    problems: pd.DataFrame
    n_read: int


def read_quarterly(files: Sequence[tuple[Path, str]]) -> QuarterlyReturns:
    """Read quarterly returns, as many as there are.

    Of two workbooks about one board and quarter the first in order stands, and the second is a problem.

    Parameters
    ----------
    files
        Where each workbook lies, and what the tables are to call it.

    Returns
    -------
    QuarterlyReturns
        A workbook or a sheet that cannot be read is a row of ``problems``, never an exception.
    """
    rows: dict[str, list[Cells]] = {table: [] for table in COLUMNS}
    problems: list[Cells] = []
    first: dict[Cover, str] = {}
    for path, cited in files:
        try:
            book = open_workbook(path, name=cited)
            cover = _read_cover(book)
        except BcfEvalError as error:
            problems.append((cited, "", _shorten(error, path, cited)))
            continue
        if cover in first:
            name = load.areas()[cover.area_code].name
            reason = f"it is about {name} ({cover.area_code}), {cover.period}, as {first[cover]} is"
            problems.append((cited, "", f"{reason}: only that, the first in order, is kept"))
            continue
        first[cover] = cited
        for sheet, found in _read_sheets(book, cover, path):
            for table, cells in found.rows:
                rows[table].append((cover.area_code, cover.period, *cells, cited))
            if found.problems:
                problems.append((cited, sheet, _join(found.problems)))
    tables = {table: build_frame(columns, rows[table]) for table, columns in COLUMNS.items()}
    return QuarterlyReturns(**tables, problems=build_frame(PROBLEMS, problems), n_read=len(first))


def _name_sheets(book: Workbook) -> dict[str, str]:
    """Say which sheet of the file is which of the template's, however it is numbered and spelt."""
    known = {spelling: sheet.key for sheet in sheets() for spelling in sheet.spellings}
    found: dict[str, str] = {}
    for name in book.sheet_names:
        key = known.get(fold_sheet(name))
        if key:
            found.setdefault(key, name)
    return found


def _read_cover(book: Workbook) -> Cover:
    named = _name_sheets(book)
    if "cover" not in named:
        there = ", ".join(f"'{name}'" for name in book.sheet_names)
        raise BcfEvalError(f"it is no quarterly return: it has no sheet 'Cover'; its sheets are {there}")
    try:
        return read_cover(Grid(book.read(named["cover"])))
    except BcfEvalError as error:
        raise BcfEvalError(f"sheet '{named['cover']}': {error}") from None


def _read_sheets(book: Workbook, cover: Cover, path: Path) -> list[tuple[str, Found]]:
    named = _name_sheets(book)
    quarter = cover.period[-2:]
    read: list[tuple[str, Found]] = []
    for sheet in sheets():
        if sheet.key in READERS and sheet.key in named:
            read.append((named[sheet.key], _read_sheet(book, named[sheet.key], cover, READERS[sheet.key], path)))
        elif sheet.key in READERS and sheet.required and quarter in sheet.quarters:
            missing = f"there is no sheet of this name; if it is named otherwise, add the name to {SHEETS}"
            read.append((sheet.name, Found(problems=[missing])))
    return read


def _read_sheet(book: Workbook, name: str, cover: Cover, reader: Callable[[Grid, Cover], Found], path: Path) -> Found:
    try:
        grid = Grid(book.read(name))
    except BcfEvalError as error:
        return Found(problems=[_shorten(error, path, book.name)])
    other = check_board(grid, cover)
    return Found(problems=[other]) if other else reader(grid, cover)


def _join(problems: Sequence[str]) -> str:
    """Say the first problems of a sheet, and how many more it has."""
    more = f"; and {len(problems) - MOST_REASONS} more" if len(problems) > MOST_REASONS else ""
    return "; ".join(problems[:MOST_REASONS]) + more


def _shorten(error: BcfEvalError, path: Path, cited: str) -> str:
    """Word an error for a table that already names the file."""
    said = str(error)
    for name in (str(path), cited):
        said = said.removeprefix(f"{name}, ").removeprefix(f"{name}: ")
        said = said.replace(name, "it")
    return said.removesuffix(".")
