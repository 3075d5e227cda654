"""What stands in a published file? Sheets as lists of rows, whatever the format, and the block above a table."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from bcf_eval.errors import InputError, RequestError
from bcf_eval.files import reading
from bcf_eval.periods import parse_month_name

Row = list[Any]

CSV_SHEET = "csv"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"
_FREE = 0xFFFFFFFF
_LABELS = ("title", "summary", "period", "source", "basis", "published", "revised", "status", "contact")
_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]+\s+\d{4})\.?")


@dataclass(frozen=True)
class Workbook:
    """An open file.

    Attributes
    ----------
    name
        The file's name, for messages.
    sheet_names
        As the publisher wrote them; a file of comma-separated values has one, ``csv``.
    read
        Gives the rows of a sheet, from its first row and first column, each as long as the longest.
    """

    name: str
    sheet_names: tuple[str, ...]
    read: Callable[[str], list[Row]]


@dataclass(frozen=True)
class Metadata:
    """The block above a table, as written there; empty where a row is absent or blank.

    Attributes
    ----------
    period, source, basis, published, revised
        Text of the row of that name, and so on for the others.
    vintage
        The date of Revised, else of Published; ``None`` when neither is filled.
    """

    title: str
    summary: str
    period: str
    source: str
    basis: str
    published: str
    revised: str
    status: str
    contact: str
    vintage: date | None


def open_workbook(path: Path, *, name: str = "") -> Workbook:
    """Open a workbook (xls, xlsx, xlsb, ods) or a file of comma-separated values.

    Parameters
    ----------
    path
        The format is told by the bytes, not by the name; only ``.csv`` is taken at its word.
    name
        What messages about its sheets call it; the file's own name when left out.

    Returns
    -------
    Workbook

    Raises
    ------
    InputError
        One line that names the file: unreadable, truncated, protected by a password, or not a workbook.
    """
    with reading(path):
        content = path.read_bytes()
    name = name or path.name
    if path.suffix.casefold() == ".csv":
        rows = _read_csv(content, path)
        return Workbook(name, (CSV_SHEET,), lambda _: rows)
    _refuse_unreadable(content, path)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        raise InputError(f"{path} cannot be read as a workbook: it is damaged.") from None
    except BaseException as error:
        raise _damage(path, error) from None

    def read(sheet: str) -> list[Row]:
        try:
            return list(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
        except BaseException as error:
            raise _damage(f"{path}, sheet '{sheet}'", error) from None

    return Workbook(name, tuple(book.sheet_names), read)


def fold(cell: object) -> str:
    """Write a cell so that two spellings which differ in case or spaces are the same."""
    return _fold_text(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))


def read_metadata(rows: Iterable[Row], *, where: str) -> Metadata:
    """Read the block of Title, Period, Source … above a table.

    Parameters
    ----------
    rows
        The rows above the table's headings, or a whole sheet.
    where
        File and sheet, for messages.

    Returns
    -------
    Metadata

    Raises
    ------
    InputError
        If Revised or Published holds something that is neither a date nor blank.
    """
    found: dict[str, Any] = {}
    for row in rows:
        filled = [cell for cell in row if cell != ""]
        label = fold(filled[0]).removesuffix(":") if filled and isinstance(filled[0], str) else ""
        if label in _LABELS and label not in found:
            found[label] = filled[1] if len(filled) > 1 else ""
    texts = {label: _text(found.get(label, "")) for label in _LABELS}
    dated = [texts[label] for label in ("revised", "published") if texts[label]]
    try:
        vintage = parse_date(dated[0]) if dated else None
    except RequestError as error:
        raise InputError(f"{where}: {error}") from None
    return Metadata(**texts, vintage=vintage)


def parse_date(text: str) -> date:
    """Read a date as the publishers write it: ``30th March 2017``, ``6 October 2016.`` or ``2017-03-30``.

    Raises
    ------
    RequestError
        If it is none of these.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        found = _DATE.fullmatch(text.strip())
    try:
        if found and found.group(2).split()[-1] >= "1900":
            return parse_month_name(found.group(2)).first_day.replace(day=int(found.group(1)))
    except (RequestError, ValueError):
        pass
    raise RequestError(f"'{text}' is not a date; expected one such as '30th March 2017'.")


def list_texts(rows: Sequence[Row]) -> list[str]:
    """List the cells of some rows that hold text, row by row."""
    return [cell for row in rows for cell in row if isinstance(cell, str) and cell]


@lru_cache(maxsize=4096)
def _fold_text(text: str) -> str:
    return "".join(text.split()).casefold()


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = " ".join(str(cell).split())
    return "" if text == "-" else text


def _read_csv(content: bytes, path: Path) -> list[Row]:
    try:
        rows: list[Row] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as comma-separated values in UTF-8: {error}.") from None
    widest = max((len(row) for row in rows), default=0)
    return [row + [""] * (widest - len(row)) for row in rows]


def _damage(where: object, error: BaseException) -> BaseException:
    # The reader's own panics are no Exception; an interrupt by the user is to stay what it is.
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return InputError(f"{where} cannot be read as a workbook: it is damaged.")
    return error


def _refuse_unreadable(content: bytes, path: Path) -> None:
    """Say what is wrong with a file that no reader could open, before one tries."""
    if not content.startswith((_OLE, _ZIP)):
        what = "it is empty" if not content else f"it begins with {content[:12]!r}"
        raise InputError(f"{path} is not a workbook: {what}; expected xls, xlsx or ods.")
    if _is_locked(content):
        raise InputError(f"{path} is protected by a password; save it without one, or fetch the published file.")
    if _is_cut(content):
        raise InputError(f"{path} is truncated: its end is missing ({len(content):,} bytes); fetch it again.")


def _is_locked(content: bytes) -> bool:
    if content.startswith(_OLE):
        begin = content.find(bytes.fromhex("0908100000060500"), 512)
        # A workbook of the old format states its protection (record 0x2F) right after its beginning.
        old = begin >= 0 and content[begin + 20 : begin + 22] == b"\x2f\x00"
        return old or "EncryptedPackage".encode("utf-16-le") in content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return b"encryption-data" in file.read("META-INF/manifest.xml")
    except (KeyError, zipfile.BadZipFile, zlib.error):
        return False


def _is_cut(content: bytes) -> bool:
    if content.startswith(_ZIP):
        # A zip ends with its table of contents, which may be followed by a short comment.
        return b"PK\x05\x06" not in content[-65_557:]
    if len(content) < 1536:
        return True
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        return False
    held = len(content) // size - 1
    per_sector = size // 4
    listed = struct.unpack_from("<109I", content, 76)[: struct.unpack_from("<I", content, 44)[0]]
    for index, sector in enumerate(listed):
        start = (sector + 1) * size
        if start + size > len(content):
            return True
        entries = struct.unpack_from(f"<{per_sector}I", content, start)
        used = [place for place, entry in enumerate(entries) if entry != _FREE]
        if used and index * per_sector + used[-1] >= held:
            return True
    return False
