"""What must be done to put figures on the boundaries of another year? The changes of the catalogue as moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.periods import parse_period

GEOGRAPHIES = (2018, 2019, 2023)


@dataclass(frozen=True)
class Move:
    """Figures of some areas on one side of a change of boundaries, and what they become.

    Attributes
    ----------
    period
        First month of the later boundaries.
    kind
        ``recode``, ``merge``, ``split`` or ``partial``, as the catalogue calls the change.
    forward
        Whether earlier figures are put on the later boundaries, or later ones on the earlier.
    sources
        ONS codes of the areas that the figures are of.
    target
        ONS code of the area they become together; ``""`` where nobody can know.
    lacking
        What the target holds on its own boundaries and these figures do not, in words; ``""`` when nothing.
    notes
        What happened, in words.
    """

    period: str
    kind: str
    forward: bool
    sources: tuple[str, ...]
    target: str
    lacking: str
    notes: tuple[str, ...]

    def describe(self) -> str:
        """Say in a sentence what was joined."""
        sources = " and ".join(name_area(code) for code in self.sources)
        when = f"{'before' if self.forward else 'from'} {name_month(self.period)}"
        if self.kind == "recode":
            return f"{name_area(self.target)} has the figures of {sources} {when}, flagged 'recoded': the same ground."
        lacking = f" Flagged 'without_part': {self.lacking} then, and is not in those figures." if self.lacking else ""
        return f"{name_area(self.target)} is the sum of {sources} {when}, flagged 'merged'.{lacking}"


@cache
def list_moves(geography: int) -> tuple[Move, ...]:
    """List what puts figures of any time on the boundaries of 1 April of a year, in the order to do it.

    Parameters
    ----------
    geography
        The year.

    Raises
    ------
    RequestError
        If the year is none that is offered.
    """
    if geography not in GEOGRAPHIES:
        known = ", ".join(map(str, GEOGRAPHIES))
        raise RequestError(f"There are no boundaries of {geography}; expected one of {known}.")
    changes = [row for row in load.rows("area_changes") if row["old"] in load.areas()]
    earlier = [row for row in changes if row["from_period"] <= f"{geography}-04"]
    later = [row for row in changes if row["from_period"] > f"{geography}-04"]
    forward = [move for period in _list_periods(earlier) for move in _go_forward(_at(earlier, period))]
    back = [move for period in reversed(_list_periods(later)) for move in _go_back(_at(later, period))]
    return (*forward, *back)


def describe_refusal(move: Move) -> str:
    """Say why figures are left out, as part of a sentence."""
    if move.target:
        return f"a period that begins before {name_month(move.period)} and ends after it is of neither area"
    what = " and ".join(move.notes)
    whole = " and ".join(load.areas()[code].name for code in move.sources)
    why = "cannot be divided" if move.forward else "from then on are of none of the earlier areas"
    return f"in {name_month(move.period)} {what}: figures of {whole} {why}"


def name_area(code: str) -> str:
    """Name an area with its code."""
    return f"{load.areas()[code].name} ({code})"


def name_month(period: str) -> str:
    """Write a month in words."""
    return parse_period(period).label


def _list_periods(changes: list[dict[str, str]]) -> list[str]:
    return sorted({row["from_period"] for row in changes})


def _at(changes: list[dict[str, str]], period: str) -> list[dict[str, str]]:
    return [row for row in changes if row["from_period"] == period]


def _go_forward(changes: list[dict[str, str]]) -> list[Move]:
    """Earlier figures on later boundaries: what became of whole areas is known, parts of one are not."""
    whole = [row for row in changes if row["kind"] in ("recode", "merge")]
    parts = [row for row in changes if row["kind"] in ("split", "partial")]
    moves = []
    for new in dict.fromkeys(row["new"] for row in whole):
        rows = [row for row in whole if row["new"] == new]
        lacking = " and ".join(row["note"] for row in parts if row["new"] == new)
        moves.append(_move(rows, True, tuple(row["old"] for row in rows), new, lacking))
    for old in dict.fromkeys(row["old"] for row in parts):
        moves.append(_move([row for row in parts if row["old"] == old], True, (old,), ""))
    return moves


def _go_back(changes: list[dict[str, str]]) -> list[Move]:
    """Later figures on earlier boundaries: the parts of a split add up, what was merged cannot be taken apart."""
    parts = [row for row in changes if row["kind"] in ("recode", "split")]
    mixed = [row for row in changes if row["kind"] in ("merge", "partial")]
    moves = []
    for old in dict.fromkeys(row["old"] for row in parts):
        rows = [row for row in parts if row["old"] == old]
        moves.append(_move(rows, False, tuple(row["new"] for row in rows), old))
    for new in dict.fromkeys(row["new"] for row in mixed):
        moves.append(_move([row for row in mixed if row["new"] == new], False, (new,), ""))
    return moves


def _move(rows: list[dict[str, str]], forward: bool, sources: tuple[str, ...], target: str, lacking: str = "") -> Move:
    return Move(
        rows[0]["from_period"],
        rows[0]["kind"],
        forward,
        sources,
        target,
        lacking,
        tuple(row["note"] for row in rows),
    )
