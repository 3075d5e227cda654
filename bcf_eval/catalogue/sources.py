"""Whose file is this, and of what date? The kinds of file that publishers offer, and what one says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Literal

from bcf_eval.catalogue import load
from bcf_eval.catalogue.layout import layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.errors import InputError, RequestError
from bcf_eval.periods import parse_month_name
from bcf_eval.workbook import Metadata, Row, fold, list_texts, open_workbook, parse_date, read_metadata

UNDATED = "undated"
DEMONSTRATION = "DEMONSTRATION"

_PUBLISHED = re.compile(r"date published:\s*(.+)", re.IGNORECASE)
_MID_YEAR = re.compile(r"\bmid[- ](20\d\d)\b", re.IGNORECASE)
# Blocks above a table end within twenty rows, notes of a workbook within a hundred.
_TOP, _NOTES = 20, 100
_EARLIEST, _LATEST = "1990-01", "2100-12"


@dataclass(frozen=True)
class Source:
    """A kind of file that a publisher offers.

    Attributes
    ----------
    key
        The return it belongs to, and the name of its folder: ``dtoc``, ``population``.
    label
        What it is, in words.
    patterns
        What its files are called.
    vintage
        Where the file says when it was published: ``revised`` (the Revised row above the tables, else the
        Published one), ``date_published`` (a cell ``Date published: 22 June 2017``) or ``none``.
    period
        Where the file says what it is about: ``period`` (the Period row), ``mid_year`` (the title) or ``none``.
    """

    key: str
    label: str
    publisher: str
    licence: str
    patterns: tuple[str, ...]
    vintage: Literal["revised", "date_published", "none"]
    period: Literal["period", "mid_year", "none"]


@cache
def sources() -> tuple[Source, ...]:
    """List the kinds of file that are known."""
    return tuple(
        Source(**{**row, "patterns": tuple(row["patterns"].split())})  # type: ignore[arg-type]
        for row in load.rows("sources")
    )


def source_keys() -> tuple[str, ...]:
    """List the returns that are known, each once."""
    return tuple(dict.fromkeys(source.key for source in sources()))


def find_source(key: str, file_name: str) -> Source | None:
    """Find what a file of a return's folder is; ``None`` when its name fits nothing.

    Parameters
    ----------
    key
        The return, from the folder's name.
    file_name
        Files that begin with ``.`` or ``~$`` (left by a spreadsheet program) fit nothing.
    """
    if file_name.startswith((".", "~$")):
        return None
    fits = (
        source
        for source in sources()
        if source.key == key and any(fnmatch(file_name.casefold(), one.casefold()) for one in source.patterns)
    )
    return next(fits, None)


def describe_file(path: Path, source: Source, *, sha256: str, retrieved: str, origin: str, stored: str) -> RawFile:
    """Say what a file is by what it says of itself, never by its name.

    Parameters
    ----------
    path
        Where it is now.
    source
        What kind of file it is.
    sha256, retrieved, origin, stored
        Checksum, time, where from, and the path the manifest is to give it.

    Returns
    -------
    RawFile

    Raises
    ------
    InputError
        If it cannot be read, or does not state its period or its date as its kind should.
    """
    book = open_workbook(path)
    rows = {sheet: book.read(sheet)[:_NOTES] for sheet in book.sheet_names}
    tops = {sheet: one[:_TOP] for sheet, one in rows.items()}
    texts = list_texts([row for one in tops.values() for row in one])
    blocks = [read_metadata(one, where=f"{path}, sheet '{sheet}'") for sheet, one in tops.items()]
    if source.vintage == "revised":
        vintage = _find_revised(path, blocks)
    elif source.vintage == "date_published":
        vintage = _find_published(path, list_texts([row for one in rows.values() for row in one]))
    else:
        vintage = UNDATED
    if source.period == "period":
        period = _find_month(path, [block.period for block in blocks if block.period])
    elif source.period == "mid_year":
        period = find_mid_year(_find_title(tops), where=path)
    else:
        period = ""
    return RawFile(
        path=stored,
        source=source.key,
        sha256=sha256,
        bytes=path.stat().st_size,
        publisher=source.publisher,
        licence=source.licence,
        vintage=vintage,
        period=period,
        retrieved=retrieved,
        origin=origin,
        demonstration=any(DEMONSTRATION in text for text in texts),
    )


def find_mid_year(texts: list[str], *, where: object) -> str:
    """Find the year of an estimate in the text above its table: ``… mid-2016``.

    Raises
    ------
    InputError
        If no year is named.
    """
    found = [match.group(1) for text in texts if (match := _MID_YEAR.search(text))]
    if not found:
        raise InputError(
            f"{where}: the title of the table of all persons names no mid-year; expected one as 'mid-2016'."
        )
    return found[0]


def read_month(text: str, *, where: object) -> str:
    """Read the month of a Period row as ``YYYY-MM``.

    Raises
    ------
    InputError
        If it is not a month and a year.
    """
    try:
        month = str(parse_month_name(text))
    except RequestError as error:
        raise InputError(f"{where}, row Period: {error}") from None
    if not _EARLIEST <= month <= _LATEST:
        raise InputError(f"{where}, row Period: '{text}' is not of our time; expected a year from 1990 to 2100.")
    return month


def _find_title(tops: dict[str, list[Row]]) -> list[str]:
    sheets = {fold(layout.sheet) for layout in layouts("population", "estimates")}
    return list_texts([row for sheet, rows in tops.items() if fold(sheet) in sheets for row in rows])


def _find_revised(path: Path, blocks: list[Metadata]) -> str:
    dates = [block.vintage for block in blocks if block.vintage]
    if not dates:
        raise InputError(
            f"{path}: no sheet states when it was revised or published; expected '11th May 2017' or alike."
        )
    return max(dates).isoformat()


def _find_published(path: Path, texts: list[str]) -> str:
    for text in texts:
        found = _PUBLISHED.search(text)
        if found:
            try:
                return parse_date(found.group(1)).isoformat()
            except RequestError as error:
                raise InputError(f"{path}: {error}") from None
    return UNDATED


def _find_month(path: Path, periods: list[str]) -> str:
    if len(set(periods)) != 1:
        stated = " and ".join(f"'{one}'" for one in sorted(set(periods))) or "nothing"
        raise InputError(
            f"{path}: the Period rows of its sheets say {stated}; expected one month such as 'October 2016'."
        )
    return read_month(periods[0], where=path)
