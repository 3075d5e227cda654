"""Where on a sheet does a label stand, and what stands beside, below or under a heading?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bcf_eval.catalogue.quarterly import LABELS, Label, match_label
from bcf_eval.clean.cells import name_column
from bcf_eval.errors import RequestError
from bcf_eval.periods import parse_period
from bcf_eval.workbook import Row

_QUARTER = re.compile(r"Q\s*([1-4])\s*(20\d\d)\s*[/-]\s*(\d\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a label stands, counted from 0."""

    item: str
    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet, which may stand anywhere on it.

    Attributes
    ----------
    rows
        As the workbook gives them, each of the same length.
    """

    rows: Sequence[Row]

    def places(self, labels: Sequence[Label]) -> Iterator[Place]:
        """Give the first label of each row that has one, from the top; only the leftmost asks something."""
        for number, row in enumerate(self.rows):
            for column, cell in enumerate(row):
                item = match_label(cell, labels)
                if item:
                    yield Place(item, number, column)
                    break

    def first_places(self, labels: Sequence[Label]) -> dict[str, Place]:
        """Give the first place of every item: the template repeats some labels below the table, to explain them."""
        found: dict[str, Place] = {}
        for place in self.places(labels):
            found.setdefault(place.item, place)
        return found

    def beside(self, place: Place) -> tuple[object, Place]:
        """Give the first filled cell to the right of a label, and where it stands; ``""`` where none is."""
        for column in range(place.column + 1, len(self.rows[place.row])):
            if not is_blank(self.rows[place.row][column]):
                return self.rows[place.row][column], Place(place.item, place.row, column)
        return "", place

    def below(self, place: Place, labels: Sequence[Label] = ()) -> tuple[object, Place]:
        """Give the first filled cell in the rows below a label that is not itself a label."""
        for number in range(place.row + 1, len(self.rows)):
            for column, cell in enumerate(self.rows[number]):
                if not is_blank(cell) and not match_label(cell, labels):
                    return cell, Place(place.item, number, column)
        return "", place

    def headings_above(self, place: Place, labels: Sequence[Label], *, at_least: int = 2) -> dict[str, int]:
        """Find the columns of the headings nearest above a row; none when no row above has so many of them."""
        for number in range(place.row - 1, -1, -1):
            columns = self.headings(number, labels)
            if len(columns) >= at_least:
                return columns
        return {}

    def headings(self, number: int, labels: Sequence[Label]) -> dict[str, int]:
        """Find the columns of the headings that stand in a row."""
        found: dict[str, int] = {}
        for column, cell in enumerate(self.rows[number]):
            item = match_label(cell, labels)
            if item:
                found.setdefault(item, column)
        return found

    def cell(self, row: int, column: int | None) -> object:
        """Give a cell; ``""`` where the sheet has no such column."""
        return "" if column is None else self.rows[row][column]


def is_blank(cell: object) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def name_cell(place: Place) -> str:
    """Name a cell as a spreadsheet program does: ``B7``."""
    return f"{name_column(place.column)}{place.row + 1}"


def parse_quarter(cell: object) -> str:
    """Read a financial quarter as the template writes it, ``Q1 2016/17``; ``""`` where it is none."""
    found = _QUARTER.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if not found:
        return ""
    try:
        return str(parse_period(f"{found.group(2)}/{found.group(3)}-Q{found.group(1)}"))
    except RequestError:
        return ""


def say_missing(labels: Sequence[Label], found: Sequence[str]) -> str:
    """Say which labels a sheet lacks, and where to add another spelling; ``""`` where it has them all."""
    texts = {label.item: label.text for label in reversed(labels)}
    missing = [f"'{text}'" for item, text in reversed(texts.items()) if item not in found]
    if not missing:
        return ""
    more = f" and {len(missing) - 3} more" if missing[3:] else ""
    return f"no cell has the label {', '.join(missing[:3])}{more}; if it is spelt otherwise, add it to {LABELS}"
