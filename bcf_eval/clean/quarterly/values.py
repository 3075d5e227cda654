"""What answer, amount, share or date stands in a cell of a quarterly return?"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime

from bcf_eval.catalogue import quarterly
from bcf_eval.clean.quarterly.grid import Place, is_blank, name_cell

_AMOUNT = re.compile(r"(-?)\s*£?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(%?)")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})")
_STATED = re.compile(
    r"(?P<about>\b(?:circa|about|around|approximately)\s+)?(?P<value>\d+(?:\.\d+)?)\s?%[^%\d]{0,40}?"
    # Not "5% above the target of 80%", which states no performance.
    r"\b(?:against|versus|compared (?:to|with)) (?:an? |the |our |its )?target of (?P<target>\d+(?:\.\d+)?)\s?%",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Answer:
    """A cell read as text: the answer, a word on it, and what is wrong with it (both may be ``""``)."""

    text: str
    flag: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Number:
    """A cell read as a number: ``NaN`` where there is none, a word on it, and what is wrong with it."""

    value: float
    flag: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Stated:
    """A performance and its target, in per cent, as a sentence states them; ``NaN`` where it does not."""

    performance: float
    target: float
    flag: str


def read_text(cell: object) -> Answer:
    """Read free text, its spaces made single."""
    text = _write(cell)
    return Answer(text, "" if text else "blank")


def read_answer(cell: object, vocabulary: str, place: Place) -> Answer:
    """Read an answer that the template offers; any other is kept as written, flagged, and said."""
    text = _write(cell)
    if not text:
        return Answer("", "blank")
    known = quarterly.answers(vocabulary)
    folded = quarterly.fold_label(text)
    if folded in known:
        return Answer(known[folded])
    if text.casefold() in quarterly.marks():
        return Answer("", "mark")
    offered = " or ".join(f"'{one}'" for one in list(known.values())[:3]) + (" …" if len(known) > 3 else "")
    return Answer(
        text,
        "unlisted",
        f"cell {name_cell(place)} holds '{text[:60]}'; expected {offered}. If the template offers it, add it to "
        f"{quarterly.ANSWERS}",
    )


def read_number(cell: object, place: Place, *, percent: bool = False) -> Number:
    """Read a number of 0 or more; a share in per cent where that is asked, which a workbook keeps as 0.94."""
    if is_blank(cell):
        return Number(math.nan, "blank")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value, sign = float(cell), ""
    else:
        text = _write(cell)
        if text.casefold() in quarterly.marks():
            return Number(math.nan, "mark")
        found = _AMOUNT.fullmatch(text)
        if not found or (found.group(3) and not percent):
            return _refuse(text, place, percent=percent)
        value, sign = float(f"{found.group(1)}{found.group(2).replace(',', '')}"), found.group(3)
    if not math.isfinite(value) or value < 0 or (percent and value > 100):
        return _refuse(_write(cell), place, percent=percent)
    if percent and not sign:
        return Number(100 * value) if value <= 1 else Number(value, "percent_typed")
    return Number(value)


def read_date(cell: object, place: Place, *, or_answer: str = "") -> Answer:
    """Read a date as YYYY-MM-DD, or an answer that may stand in its place."""
    text = _write(cell)
    if isinstance(cell, date) or not text:
        return Answer(text, "" if text else "blank")
    if or_answer and text.casefold() == or_answer.casefold():
        return Answer(or_answer)
    if text.casefold() in quarterly.marks():
        return Answer("", "mark")
    found = _DAY.fullmatch(text)
    try:
        day, month, year = (int(part) for part in found.groups()) if found else (0, 0, 0)
        return Answer(date(year + 2000 if year < 100 else year, month, day).isoformat())
    except ValueError:
        problem = f"cell {name_cell(place)} holds '{text[:60]}'; expected a date such as 31/03/17"
        return Answer(text, "unlisted", problem)


def read_stated(commentary: str) -> Stated:
    """Read a performance and its target from a sentence such as ``91.2% against a target of 91.7%``.

    Only where exactly one sentence states both: of several nobody knows which is the quarter's.
    """
    found = list(_STATED.finditer(commentary))
    if len(found) != 1:
        return Stated(math.nan, math.nan, "")
    flag = "from_commentary;approximate" if found[0]["about"] else "from_commentary"
    return Stated(float(found[0]["value"]), float(found[0]["target"]), flag)


def join_flags(*flags: str) -> str:
    """Join the words of several flags, each once."""
    return ";".join(dict.fromkeys(flag for flag in flags if flag))


def _write(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _refuse(text: str, place: Place, *, percent: bool) -> Number:
    wanted = "a share of 0% to 100%" if percent else "a number of 0 or more"
    return Number(math.nan, "not_a_number", f"cell {name_cell(place)} holds '{text[:60]}'; expected {wanted}")
