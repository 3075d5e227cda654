"""What does a publisher's page offer? The links of a page, and which of them fit what is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from bcf_eval.acquire.addresses import name_file, secure


@dataclass(frozen=True)
class Link:
    """A link of a page.

    Attributes
    ----------
    url
        Absolute, as it is to be asked for.
    text
        What the page writes on it.
    """

    url: str
    text: str


def read_links(html: str, *, page: str) -> tuple[Link, ...]:
    """List the links of a page, each address once, in order.

    Parameters
    ----------
    html
        The page; however badly written.
    page
        Its address, from which relative links are resolved.

    Returns
    -------
    tuple of Link
        Those that lead to something on the web: no ``mailto:``, no ``javascript:``.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    base = _join(page, reader.base) or page
    found: dict[str, str] = {}
    for href, words in reader.links:
        url = _join(base, href)
        if url:
            # A page may link a file from a picture first, and from its name below.
            found[url] = found.get(url) or " ".join("".join(words).split())
    return tuple(Link(url, text) for url, text in found.items())


def match_files(links: Sequence[Link], patterns: Sequence[str], *, words: str = "") -> tuple[Link, ...]:
    """Choose the links to files that are looked for.

    Parameters
    ----------
    links
        As :func:`read_links` gives them.
    patterns
        What file names fit, such as ``*.xls``; one that begins with ``!`` says what must not be fetched.
    words
        A pattern that what the page writes on the link must fit too; any when empty.
    """
    wanted = [one for one in patterns if not one.startswith("!")]
    unwanted = [one[1:] for one in patterns if one.startswith("!")]
    return tuple(
        link
        for link in links
        if (name := name_file(link.url))
        and _fits(name, wanted)
        and not _fits(name, unwanted)
        and (not words or _fits(link.text, [words]))
    )


def match_pages(links: Sequence[Link], patterns: Sequence[str]) -> tuple[Link, ...]:
    """Choose the links to further pages, such as one for each year, by a pattern of their paths."""
    return tuple(link for link in links if _fits(unquote(urlsplit(link.url).path).rstrip("/"), patterns))


def _fits(text: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(text.casefold(), pattern.casefold()) for pattern in patterns)


def _join(base: str, href: str) -> str:
    """Resolve a link; empty when it leads to nothing on the web."""
    try:
        url = secure(urljoin(base, "".join(href.split("\n")).strip().replace(" ", "%20")))
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else ""
    except ValueError:
        return ""


class _Reader(HTMLParser):
    """Collects the links of a page with the words on them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.links: list[tuple[str, list[str]]] = []
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "base" and href and not self.base:
            self.base = href
        elif tag == "a":
            self._open = None
            if href:
                self._open = []
                self.links.append((href, self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)
