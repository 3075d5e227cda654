"""What does a file say of itself? Its period, its vintage and whether it is a demonstration, never told by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bcf_eval.catalogue.layout import layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.sources import Source
from bcf_eval.delimited import read_delimited
from bcf_eval.errors import InputError, RequestError
from bcf_eval.periods import parse_month_name, parse_period
from bcf_eval.workbook import Metadata, Row, fold, list_texts, open_workbook, parse_date, read_metadata

UNDATED = "undated"
DEMONSTRATION = "DEMONSTRATION"

_PUBLISHED = re.compile(r"date published:\s*(.+)", re.IGNORECASE)
_MID_YEAR = re.compile(r"\bmid[- ](20\d\d)\b", re.IGNORECASE)
# Small areas to commissioners state the year in the heading of the commissioner, districts in that of the district.
_LOOKUPS = {"commissioners": r"CCG(\d\d)CDH", "upper_tiers": r"LTLA(\d\d)CD", "small_areas": r"people_(\d{4})"}
# Blocks above a table end within twenty rows, notes of a workbook within a hundred.
_TOP, _NOTES = 20, 100
_EARLIEST, _LATEST = "1990-01", "2100-12"


@dataclass(frozen=True)
class _Said:
    vintage: str
    period: str
    demonstration: bool


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
    if source.period in ("financial_years", "lookup"):
        said = _read_columns(path, source)
    elif source.period == "file":
        said = _read_any(path)
    elif source.period == "index":
        said = _read_index(path)
    else:
        said = _read_blocks(path, source)
    return RawFile(
        path=stored,
        source=source.key,
        sha256=sha256,
        bytes=path.stat().st_size,
        publisher=source.publisher,
        licence=source.licence,
        vintage=said.vintage,
        period=said.period,
        retrieved=retrieved,
        origin=origin,
        demonstration=said.demonstration,
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


def read_year(text: str, *, where: object) -> str:
    """Read a financial year as publishers write it, ``2014-15``, as ``2014/15``.

    Raises
    ------
    InputError
        If it is no financial year.
    """
    try:
        return str(parse_period(text.strip().replace("-", "/")))
    except RequestError as error:
        raise InputError(f"{where}: {error}") from None


def _read_blocks(path: Path, source: Source) -> _Said:
    """Read what stands above the tables of a workbook."""
    book = open_workbook(path)
    rows = {sheet: book.read(sheet)[:_NOTES] for sheet in book.sheet_names}
    tops = {sheet: one[:_TOP] for sheet, one in rows.items()}
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
    return _Said(vintage, period, _is_demonstration(list_texts([row for one in tops.values() for row in one])))


def _read_any(path: Path) -> _Said:
    """Take a file for what it is called; one that cannot be opened is for its reader to report."""
    try:
        book = open_workbook(path)
        texts = list_texts([row for sheet in book.sheet_names for row in book.read(sheet)[:_TOP]])
    except InputError:
        texts = []
    return _Said(UNDATED, path.name, _is_demonstration(texts))


def _read_index(path: Path) -> _Said:
    """Read which index of deprivation a workbook holds: it says so in its headings alone."""
    book = open_workbook(path)
    rows = {sheet: book.read(sheet)[:_TOP] for sheet in book.sheet_names}
    headings = {fold(cell) for top in rows.values() for row in top for cell in row if cell != ""}
    known = layouts("deprivation", "upper_tiers")
    found = [one.name for one in known if all(headings & {*map(fold, field.headings)} for field in one.fields)]
    if len(found) != 1:
        wanted = " or ".join(f"'{one.fields[0].heading}'" for one in known)
        raise InputError(f"{path}: its headings do not say which index of deprivation it holds; expected {wanted}.")
    return _Said(
        UNDATED, f"index {found[0]}", _is_demonstration(list_texts([row for one in rows.values() for row in one]))
    )


def _read_columns(path: Path, source: Source) -> _Said:
    """Read what the headings and the first rows of a file of comma-separated values say."""
    encoding = "latin-1" if source.period == "financial_years" else "utf-8-sig"
    top = read_delimited(path, encoding=encoding, n_rows=_TOP)
    demonstration = _is_demonstration([*top.columns, *top.to_numpy().ravel().tolist()])
    if source.period == "lookup":
        return _Said(UNDATED, _find_lookup(path, list(top.columns)), demonstration)
    heading = next((one for one in top.columns if fold(one).replace(".", "") == "returnyear"), "")
    if not heading:
        raise InputError(f"{path} has no column 'Return Year'; its columns are {', '.join(top.columns)}.")
    years = sorted(set(read_delimited(path, encoding=encoding, columns=[heading])[heading]))
    if not years:
        raise InputError(f"{path} has a heading but no rows; expected years in the column '{heading}'.")
    first, last = (read_year(one, where=path) for one in (years[0], years[-1]))
    return _Said(UNDATED, first if first == last else f"{first} to {last}", demonstration)


def _find_lookup(path: Path, headings: list[str]) -> str:
    for kind, pattern in _LOOKUPS.items():
        found = [match.group(1) for one in headings if (match := re.fullmatch(pattern, one, re.IGNORECASE))]
        if found:
            return f"{kind} 20{found[0][-2:]}"
    raise InputError(
        f"{path}: its headings ({', '.join(headings)}) state no year; expected one such as 'CCG15CDH', 'LTLA18CD' or "
        "'people_2015'."
    )


def _is_demonstration(texts: list[str]) -> bool:
    return any(DEMONSTRATION in text for text in texts)


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
