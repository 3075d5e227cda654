"""Does a file come whole? One page or file over HTTP: resumed, checked, never larger or slower than allowed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bcf_eval.acquire.content import refuse_other_content
from bcf_eval.acquire.partial import Edition, Part, find_part
from bcf_eval.acquire.web import TryAgain, Unfinished, Web
from bcf_eval.errors import DownloadError
from bcf_eval.files import writing

_HEAD = 512
_MOST_PAGE_BYTES = 10_000_000
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


@dataclass(frozen=True)
class Page:
    """A page that came.

    Attributes
    ----------
    url
        Where it was in the end, after it led on.
    html
        Its text.
    """

    url: str
    html: str


@dataclass(frozen=True)
class Download:
    """A file that came, or did not need to.

    Attributes
    ----------
    part
        Its bytes, whole, for whoever asked to move on; ``None`` when the publisher says that it is what we know.
    edition
        What the publisher says of it.
    """

    part: Part | None
    edition: Edition


def read_page(web: Web, url: str, *, hosts: Sequence[str]) -> Page:
    """Read a publisher's page.

    Raises
    ------
    DownloadError
        One line: it did not come, or is no page.
    """

    def receive(response: httpx.Response) -> Page:
        kind = response.headers.get("content-type", "text/html").partition(";")[0].strip().casefold()
        if kind not in ("text/html", "application/xhtml+xml"):
            raise DownloadError(f"{url} is {kind}, not a web page; expected one that links the files.")
        most = min(_MOST_PAGE_BYTES, web.settings.most_bytes)
        with _saying_short(response):
            content = b"".join(_read_pieces(web, response, url, held=0, most=most))
        return Page(str(response.url), _decode(content, response.charset_encoding or "utf-8"))

    return web.ask(url, hosts=hosts, receive=receive)


def download_file(
    web: Web, url: str, *, hosts: Sequence[str], name: str, folder: Path, known: Edition | None = None
) -> Download:
    """Download a file, or what is missing of it.

    Parameters
    ----------
    web
        The open line.
    url
        Where it is.
    hosts
        Those that may be asked.
    name
        What it is called; its ending says what it must be.
    folder
        Holds downloads that were begun; what came of a file stays there when the rest does not come.
    known
        What the publisher said of the file that we have; when it still says so, nothing is downloaded.

    Returns
    -------
    Download

    Raises
    ------
    DownloadError
        One line: why it did not come, or what came instead.
    """
    part = find_part(folder, url)

    def headers() -> dict[str, str]:
        if part.size:
            return {"Range": f"bytes={part.size}-", "If-Range": part.edition().strong}
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        return {key: value for key, value in asked.items() if value}

    def receive(response: httpx.Response) -> Download:
        edition = Edition(response.headers.get("etag", ""), response.headers.get("last-modified", ""))
        if known and not part.size and (response.status_code == 304 or edition.is_same(known)):
            return Download(None, known)
        begins = part.size if response.status_code == 206 else 0
        if response.status_code not in (200, 206) or (response.status_code == 206 and not _goes_on(response, begins)):
            part.discard()
            raise TryAgain("gave another part of the file than the one asked for", wait=0)
        if not begins:
            # What is kept of a packed answer is not what came: the rest could not be put to it.
            part.begin(Edition("", "") if _is_packed(response) else edition)
        with _saying_short(response):
            _append(web, response, url, name=name, part=part)
        return Download(part, edition)

    try:
        return web.ask(url, hosts=hosts, receive=receive, headers=headers)
    except DownloadError as error:
        if isinstance(error, _Refused) or not part.size:
            part.discard()
        raise


class _Refused(DownloadError):
    """What came is not wanted, and its rest neither."""


def _append(web: Web, response: httpx.Response, url: str, *, name: str, part: Part) -> None:
    with writing(part.path), part.path.open("r+b") as file:
        head = file.read(_HEAD)
        checked, held = len(head) == _HEAD, file.seek(0, 2)
        for piece in _read_pieces(web, response, url, held=held, most=web.settings.most_bytes):
            if not checked:
                head += piece[:_HEAD]
                checked = len(head) >= _HEAD
                if checked:
                    _refuse_content(head, name, url)
            file.write(piece)
        _refuse_content(head, name, url)


def _refuse_content(head: bytes, name: str, url: str) -> None:
    try:
        refuse_other_content(head, name, url=url)
    except DownloadError as error:
        raise _Refused(str(error)) from None


def _read_pieces(web: Web, response: httpx.Response, url: str, *, held: int, most: int) -> Iterator[bytes]:
    """Give the body as it comes, and stop when it is too large, too slow, or ends before its end."""
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and held + int(stated) > most:
        raise _Refused(f"{url} has {held + int(stated):,} bytes; expected {most:,} at the most.")
    began = time.monotonic()
    for piece in response.iter_bytes():
        held += len(piece)
        if held > most:
            raise _Refused(f"{url} has more than {most:,} bytes, which is the most we take.")
        web.count(len(piece), url=url)
        yield piece
        if time.monotonic() - began > web.settings.longest:
            raise Unfinished(f"{url} took longer than {web.settings.longest:g} seconds; fetch again for the rest.")


@contextmanager
def _saying_short(response: httpx.Response) -> Iterator[None]:
    """Ask again when fewer bytes came than the publisher stated."""
    stated = response.headers.get("content-length", "")
    try:
        yield
        short = stated.isdigit() and response.num_bytes_downloaded < int(stated)
    except httpx.RemoteProtocolError:
        short = True
    if short:
        of = f" of {int(stated):,}" if stated.isdigit() else ""
        raise TryAgain(f"is truncated: {response.num_bytes_downloaded:,}{of} bytes came")


def _goes_on(response: httpx.Response, begins: int) -> bool:
    found = _RANGE.fullmatch(response.headers.get("content-range", ""))
    return found is not None and int(found.group(1)) == begins and not _is_packed(response)


def _is_packed(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "identity").casefold() != "identity"


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")
