"""Is what came what was asked for? A file's first bytes against what its name says."""

from __future__ import annotations

from bcf_eval.errors import DownloadError

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"

_BEGINNINGS = {"xls": (OLE, ZIP), "xlsx": (ZIP, OLE), "xlsb": (ZIP, OLE), "ods": (ZIP,), "zip": (ZIP,), "gz": (GZIP,)}
_TEXT = ("csv", "tsv", "txt")
_PAGE = (b"<!doctype html", b"<html", b"<head", b"<!--")


def refuse_other_content(head: bytes, name: str, *, url: str) -> None:
    """Refuse a file that begins as no file of its name does.

    Parameters
    ----------
    head
        Its first bytes; some hundred are enough.
    name
        Its name, whose ending says what it should be.
    url
        Where it came from, for the message.

    Raises
    ------
    DownloadError
        One line: a web page where a workbook should be, or other bytes.
    """
    ending = name.rsplit(".", 1)[-1].casefold()
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    what = "a workbook" if ending in ("xls", "xlsx", "xlsb", "ods") else f"a {ending} file"
    if begins.startswith(_PAGE):
        raise DownloadError(
            f"{url} gave a web page, not {what}: the publisher may have moved the file, or asks for something first."
        )
    fits = _BEGINNINGS.get(ending)
    if not head:
        raise DownloadError(f"{url} gave nothing; expected {what}.")
    if (fits and not head.startswith(fits)) or (ending in _TEXT and b"\0" in head):
        raise DownloadError(f"{url} gave something that begins with {head[:12]!r}; expected {what}.")
