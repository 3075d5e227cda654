"""What does the template of the quarterly returns ask, and which answers does it offer?

Three tables ``layouts/quarterly_…``: the sheets by their names, the labels that stand beside or
above each answer, and the answers that a question offers. A spelling that a later template uses is
one row more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from bcf_eval.catalogue import load

ANY_SHEET = "any"
LABELS = "catalogue/layouts/quarterly_labels.csv"
ANSWERS = "catalogue/layouts/quarterly_answers.csv"
SHEETS = "catalogue/layouts/quarterly_sheets.csv"

# A label keeps its words from one quarter to the next, but not its number, its brackets or its dashes.
_NUMBERING = re.compile(r"\s*\(?(?:\d{1,2}\s*[ivx]{0,4}|[ivx]{1,4})\s*[).]\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A sheet of the template.

    Attributes
    ----------
    key
        Our name for it.
    name
        What the template first called it, without its number.
    spellings
        Every known name, as :func:`fold_sheet` writes it.
    quarters
        The quarters whose template has it: ``Q4``.
    required
        Whether a return without it is incomplete.
    """

    key: str
    name: str
    spellings: tuple[str, ...]
    quarters: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class Label:
    """A text of the template that says what stands beside or below it.

    Attributes
    ----------
    item
        Our name for what it asks.
    match
        Whether the cell is the label, begins with it, or contains it.
    text
        As in the catalogue.
    folded
        As :func:`fold_label` writes it.
    """

    item: str
    match: Literal["exact", "begins", "contains"]
    text: str
    folded: str


@lru_cache(maxsize=16384)
def fold_label(text: str) -> str:
    """Write a label so that spellings which differ in numbering, case, spaces or punctuation are the same."""
    unnumbered = _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text
    return "".join(letter for letter in unnumbered.replace("&", "and").casefold() if letter.isalnum())


def fold_sheet(name: str) -> str:
    """Write a sheet's name so that ``4. I&E``, ``4 - I & E`` and ``i&e`` are the same."""
    return fold_label(name).lstrip("0123456789")


@cache
def sheets() -> tuple[Sheet, ...]:
    """List the sheets of the template that are read, the cover first."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in load.rows("layouts/quarterly_sheets"):
        found.setdefault(row["sheet"], []).append(row)
    return tuple(
        Sheet(
            key,
            rows[0]["name"],
            tuple(fold_sheet(row["name"]) for row in rows),
            tuple(rows[0]["quarters"].split()),
            rows[0]["required"] == "yes",
        )
        for key, rows in found.items()
    )


@cache
def labels(sheet: str, *parts: str) -> tuple[Label, ...]:
    """List the labels of some parts of a sheet, in the order of the catalogue."""
    return tuple(
        Label(row["item"], row["match"], row["label"], fold_label(row["label"]))  # type: ignore[arg-type]
        for row in load.rows("layouts/quarterly_labels")
        if row["sheet"] == sheet and row["part"] in parts
    )


@cache
def answers(vocabulary: str) -> dict[str, str]:
    """The answers that a question offers: as :func:`fold_label` writes them, to how the template writes them."""
    rows = load.rows("layouts/quarterly_answers")
    return {fold_label(row["answer"]): row["answer"] for row in rows if row["vocabulary"] == vocabulary}


@cache
def marks() -> frozenset[str]:
    """What a board writes where it has nothing to say, case-folded."""
    return frozenset(
        row["answer"].casefold() for row in load.rows("layouts/quarterly_answers") if row["vocabulary"] == "mark"
    )


def match_label(cell: object, among: Sequence[Label]) -> str:
    """Say which of some labels a cell holds: its item, or ``""``."""
    if not isinstance(cell, str) or not cell:
        return ""
    folded = fold_label(cell)
    for label in among:
        match label.match:
            case "exact":
                fits = folded == label.folded
            case "begins":
                fits = folded.startswith(label.folded)
            case _:
                fits = label.folded in folded
        if fits:
            return label.item
    return ""
