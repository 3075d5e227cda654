"""How were tables published? The layouts of a return, from its table in ``layouts``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from typing import Literal

from bcf_eval.catalogue import load
from bcf_eval.errors import CatalogueError

_SPAN = re.compile(r"\{(\d+)\.\.(\d+)\}")


@dataclass(frozen=True)
class Field:
    """A column of a published table.

    Attributes
    ----------
    name
        Our name for it.
    kind
        ``text`` or ``number``.
    heading
        What the publisher calls it.
    occurrence
        Which column of that heading it is, counted from 1.
    part_of
        The field that it adds up to with the others that name it; empty when none.
    others
        What else the publisher calls it, and which column of that heading it is then: a layout may give a field
        more rows, each with another heading.
    """

    name: str
    kind: Literal["text", "number"]
    heading: str
    occurrence: int
    part_of: str
    others: tuple[tuple[str, int], ...] = ()

    @property
    def spellings(self) -> tuple[tuple[str, int], ...]:
        """Every heading it may have, each with which column of that heading it is."""
        return ((self.heading, self.occurrence), *self.others)

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading it may have."""
        return tuple(heading for heading, _ in self.spellings)


@dataclass(frozen=True)
class Layout:
    """One way a table was published.

    Attributes
    ----------
    table
        Which table it is: ``responsible_org``.
    name
        When the layout began, or where it is found.
    sheet
        Name of the sheet.
    """

    table: str
    name: str
    sheet: str
    fields: tuple[Field, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the numeric fields, in order."""
        return tuple(field.name for field in self.fields if field.kind == "number")

    def write_row(self, field: Field, heading: str = "<the new heading>", *, occurrence: int = 1) -> str:
        """Write the row of the catalogue that gives a field another heading, for messages."""
        row = [self.table, self.name, self.sheet, field.name, field.kind, heading, occurrence, field.part_of]
        line = StringIO()
        csv.writer(line, lineterminator="").writerow(row)
        return line.getvalue()


@cache
def layouts(source: str, table: str) -> tuple[Layout, ...]:
    """List the ways a table was published, in the order of the catalogue.

    Parameters
    ----------
    source
        Key of the return.
    table
        Key of the table.

    Returns
    -------
    tuple of Layout

    Raises
    ------
    CatalogueError
        If a layout names a field twice, stands on two sheets, or has parts of an unknown total.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for row in load.rows(f"layouts/{source}"):
        if row["table"] == table:
            found.setdefault(row["layout"], []).append(row)
    return tuple(_build(source, table, name, rows) for name, rows in found.items())


def _build(source: str, table: str, name: str, rows: list[dict[str, str]]) -> Layout:
    fields = _join_spellings(field for row in rows for field in _expand(row))
    names = {field.name for field in fields}
    twice = len(names) < len(fields) or any(len(set(one.headings)) < len(one.headings) for one in fields)
    sheets = {row["sheet"] for row in rows}
    if twice or len(sheets) > 1 or not {one.part_of for one in fields} <= {"", *names}:
        raise CatalogueError(
            f"layouts/{source}.csv, {table} {name}: a field stands twice, a part has no total, or two sheets are named."
        )
    return Layout(table, name, sheets.pop(), fields)


def _join_spellings(stated: Iterable[Field]) -> tuple[Field, ...]:
    """Make one field of rows that differ in their heading, and in which column of that heading it is, alone."""
    spellings: dict[Field, list[Field]] = {}
    for field in stated:
        spellings.setdefault(replace(field, heading="", occurrence=1), []).append(field)
    return tuple(
        replace(first, others=tuple((one.heading, one.occurrence) for one in rest))
        for first, *rest in spellings.values()
    )


def _expand(row: dict[str, str]) -> list[Field]:
    """Read ``age_{0..89}`` as ninety fields: a column for each year would hide what differs between layouts."""
    heading, name = row["heading"], row["field"]
    span = _SPAN.search(heading)
    if span is None:
        return [_field(row, name, heading)]
    numbers = range(int(span.group(1)), int(span.group(2)) + 1)
    return [_field(row, _SPAN.sub(str(one), name), _SPAN.sub(str(one), heading)) for one in numbers]


def _field(row: dict[str, str], name: str, heading: str) -> Field:
    return Field(name, row["kind"], heading, int(row["occurrence"]), row["part_of"])  # type: ignore[arg-type]
