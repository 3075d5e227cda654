"""How deprived is an authority? The average score of the Index of Multiple Deprivation, as its summaries print it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from bcf_eval.catalogue import load
from bcf_eval.catalogue.layout import layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.areas import list_boards, name_areas, resolve_areas
from bcf_eval.clean.cells import parse_numbers
from bcf_eval.clean.read import Table, read_table
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.workbook import open_workbook

SOURCE = "deprivation"
COLUMNS = ["area_code", "year", "average_score", "source"]


def read_deprivation(path: Path, file: RawFile) -> Reading:
    """Read the summaries of one index, for upper-tier authorities.

    Parameters
    ----------
    path
        Where the workbook lies; only its sheet of the whole index is read.
    file
        What the manifest knows of it; its period names the index: ``index 2015``.

    Returns
    -------
    Reading
        ``area_code, year, average_score, source``: one row an authority, the Isles of Scilly among them. The score
        is the mean of those of small areas, each weighted by its people; more is more deprived.

    Raises
    ------
    InputError
        If an authority is missing, unknown or there twice, or the printed ranks are not those of the scores.
    """
    year = file.period.removeprefix("index ")
    known = [layout for layout in layouts(SOURCE, "upper_tiers") if layout.name == year]
    table = read_table(open_workbook(path, name=file.path), known, source=SOURCE)
    month = f"{year}-04"
    codes = resolve_areas(table, source=SOURCE, period=month).codes
    _check_areas(table, codes.tolist(), month)
    numbers = parse_numbers(table, source=SOURCE)
    scores = numbers.column("average_score")
    _check_ranks(table, scores, numbers.column("rank"))
    rows = pd.DataFrame({"area_code": codes, "year": int(year), "average_score": scores, "source": file.cited})
    return Reading(rows.sort_values("area_code", ignore_index=True)[COLUMNS])


def _check_areas(table: Table, codes: list[str], month: str) -> None:
    expected = {*list_boards(month), *(code for code, one in load.areas().items() if one.kind == "not_a_board")}
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise InputError(f"{table.where}: {name_areas()[twice]} ({twice}) stands in more than one row; expected one.")
    odd = sorted(expected ^ set(codes))
    if odd:
        what = "has no row" if odd[0] in expected else "is no upper-tier authority of the time"
        raise InputError(f"{table.where}: {name_areas()[odd[0]]} ({odd[0]}) {what}.")


def _check_ranks(table: Table, scores: npt.NDArray[np.float64], ranks: npt.NDArray[np.float64]) -> None:
    """Hold the scores against the ranks printed beside them, 1 for the most deprived."""
    # Scores are printed to three decimals: two that look alike may have ranks next to each other.
    first, last = (rankdata(-scores, method=method) for method in ("min", "max"))
    wrong = ~((ranks >= first) & (ranks <= last))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{table.where}, row {table.row_numbers[row]}: {table.texts('name')[row]} has the average score "
            f"{scores[row]:g}, which ranks {first[row]:.0f}, but the rank printed beside it is {ranks[row]:g}."
        )
