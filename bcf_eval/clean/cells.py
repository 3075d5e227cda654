"""What number stands in a cell? Numbers as numbers, known marks as flags, anything else an error."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.clean.read import Table
from bcf_eval.errors import InputError

_PLAIN = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True)
class Numbers:
    """The numeric cells of a table.

    Attributes
    ----------
    fields
        Their names, in order.
    values
        Shape ``(n_rows, n_fields)``; ``NaN`` where a mark hides the number.
    flags
        Words, same shape; ``""`` where the cell is an ordinary number.
    """

    fields: tuple[str, ...]
    values: npt.NDArray[np.float64]
    flags: npt.NDArray[np.str_]

    def column(self, field: str) -> npt.NDArray[np.float64]:
        """The values of one field, shape ``(n_rows,)``."""
        return self.values[:, self.fields.index(field)]

    def flags_of(self, field: str) -> npt.NDArray[np.str_]:
        """The flags of one field, shape ``(n_rows,)``."""
        return self.flags[:, self.fields.index(field)]


def parse_numbers(table: Table, *, source: str, as_text: bool = False) -> Numbers:
    """Read the numeric cells of a table.

    Parameters
    ----------
    table
        As read.
    source
        Key of the return: a mark is known only where its publisher uses it.
    as_text
        Whether the file writes its numbers as text, as comma-separated values do.

    Returns
    -------
    Numbers

    Raises
    ------
    InputError
        Naming file, sheet, row, column and value of the first cell that holds no number.
    """
    places = [place for place, field in enumerate(table.layout.fields) if field.kind == "number"]
    values = np.empty((len(table.rows), len(places)))
    marked: list[tuple[int, int, str]] = []
    marks = _marks(source)
    hidden = {float(mark) for mark in _marks("") if mark.isdigit()}
    for i, row in enumerate(table.rows):
        for j, place in enumerate(places):
            cell = row[place]
            if type(cell) is float and 0 <= cell < math.inf and cell not in hidden:
                values[i, j] = cell
            else:
                values[i, j], flag = _parse_other(cell, table, i, place, marks=marks, as_text=as_text)
                if flag:
                    marked.append((i, j, flag))
    width = max((len(flag) for *_, flag in marked), default=1)
    flags = np.full(values.shape, "", dtype=f"<U{width}")
    for i, j, flag in marked:
        flags[i, j] = flag
    return Numbers(table.layout.numbers, values, flags)


@cache
def _marks(source: str) -> dict[str, tuple[float, str]]:
    """Number and flag of each mark that a return may hold; of every mark for no return."""
    return {
        row["mark"]: (float(row["number"]) if row["number"] else math.nan, row["flag"])
        for row in load.rows("marks")
        if not source or source in row["returns"].split()
    }


def _parse_other(
    cell: object, table: Table, row: int, place: int, *, marks: dict[str, tuple[float, str]], as_text: bool
) -> tuple[float, str]:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if text in marks:
        return marks[text]
    whole = isinstance(cell, int) and not isinstance(cell, bool)
    if (as_text or whole) and text not in _marks("") and _PLAIN.fullmatch(text):
        return float(text), ""
    field = table.layout.fields[place]
    name = next((one for one in (table.texts("name")[row], table.texts("code")[row]) if one), "no name")
    what = "is empty" if text == "" else f"holds {cell!r}"
    raise InputError(
        f"{table.where}, row {table.row_numbers[row]} ({name}), column {name_column(table.columns[field.name])} "
        f"'{field.heading}': the cell {what}; expected a number of 0 or more."
    )


def name_column(place: int) -> str:
    """Name a column as a spreadsheet program does: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
