"""Which board, and which quarter, is a quarterly return about? Nothing personal on its cover is read."""

from __future__ import annotations

from dataclasses import dataclass

from bcf_eval.catalogue import load, quarterly
from bcf_eval.clean.quarterly.grid import Grid, parse_quarter
from bcf_eval.clean.quarterly.values import read_text
from bcf_eval.errors import InputError, RequestError
from bcf_eval.periods import parse_period


@dataclass(frozen=True)
class Cover:
    """What a return is about.

    Attributes
    ----------
    area_code
        ONS code of the board.
    period
        Financial quarter, ``2016/17-Q1``.
    """

    area_code: str
    period: str


def read_cover(grid: Grid) -> Cover:
    """Read the board and the quarter.

    Raises
    ------
    InputError
        If the label of the board or the quarter is not there, or the board is not known.
    """
    labels = quarterly.labels("cover", "question")
    place = grid.first_places(labels).get("board")
    if place is None:
        raise InputError(f"no cell has the label '{labels[0].text}'")
    name = read_text(grid.beside(place)[0]).text
    if not name:
        raise InputError(f"nothing stands beside '{labels[0].text}'; expected the name of a board")
    quarters = sorted({parse_quarter(cell) for row in grid.rows for cell in row} - {""})
    if len(quarters) != 1:
        stands = f"the quarters {' and '.join(quarters)} stand there" if quarters else "no quarter stands there"
        raise InputError(f"{stands}; expected one such as 'Q1 2016/17'")
    return Cover(_find_board(name, quarters[0]), quarters[0])


def check_board(grid: Grid, cover: Cover) -> str:
    """Say whether a sheet is about another board than the cover; ``""`` where it is not, or names none."""
    place = grid.first_places(quarterly.labels(quarterly.ANY_SHEET, "question")).get("board")
    if place is None:
        return ""
    for cell, _ in (grid.beside(place), grid.below(place)):
        if not isinstance(cell, str) or not cell:
            continue
        try:
            area = load.find_area(cell, among=_boards_of(cover.period))
        except RequestError:
            continue
        expected = load.areas()[cover.area_code].name
        return "" if area.code == cover.area_code else f"the sheet is about {area.name}, but the cover about {expected}"
    return ""


def _find_board(name: str, quarter: str) -> str:
    boards = _boards_of(quarter)
    try:
        return load.find_area(name, among=boards).code
    except RequestError as error:
        unknown = InputError(f"{error} If it is one, add the spelling to catalogue/area_names.csv")
    try:
        known = load.find_area(name)
    except RequestError:
        raise unknown from None
    raise InputError(f"{known.name} ({known.code}) was no Health and Wellbeing Board in {quarter}")


def _boards_of(quarter: str) -> tuple[str, ...]:
    """List the boards there were when a quarter began."""
    return load.boards(str(parse_period(quarter).months[0]))
