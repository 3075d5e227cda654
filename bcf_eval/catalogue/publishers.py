"""Where does a publisher list its files? The pages of every return, and what is known of each.

They stand in a table of their own, beside ``sources.csv``: a return has one kind of file or two, but as many pages as
its publisher gave it, and one page may list what this project must not fetch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args
from urllib.parse import urlsplit

from bcf_eval.catalogue import load
from bcf_eval.errors import CatalogueError, RequestError, nearest

Follow = Literal["files", "pages", "nothing"]
Status = Literal["open", "closed series, files still listed", "gone", "unconfirmed", "not published"]


@dataclass(frozen=True)
class PublisherPage:
    """A page on which a publisher lists files of a return, or the word that there is none.

    Attributes
    ----------
    source
        Key of the return.
    label
        What is listed there, in words.
    landing_page
        Its address; empty when the return is not published.
    follow
        ``files`` (the page links the files), ``pages`` (it links further pages, such as one for each year, which link
        them) or ``nothing`` (what is there has to be fetched by hand; the note says why).
    page_patterns
        What the paths of the further pages look like.
    file_patterns
        What the names of the files look like; one that begins with ``!`` says what must not be fetched.
    link_words
        What the page writes on the links of such files; anything when empty.
    hosts
        Those that may be asked, and no other.
    status
        How it stands, from a closed list.
    checked
        The date on which somebody looked, or ``not checked``.
    note
        What a user should know.
    """

    source: str
    label: str
    landing_page: str
    follow: Follow
    page_patterns: tuple[str, ...]
    file_patterns: tuple[str, ...]
    link_words: str
    hosts: tuple[str, ...]
    status: Status
    checked: str
    note: str

    @property
    def is_followed(self) -> bool:
        """Whether its files can be fetched from it."""
        return self.follow != "nothing" and self.status not in ("gone", "not published")

    def __str__(self) -> str:
        """Say in a line how it stands."""
        looked = "address not checked" if self.checked == "not checked" else f"address checked on {self.checked}"
        where = f" {self.landing_page} ({looked})." if self.landing_page else ""
        return f"{self.source}: {self.label}: {self.status}.{where} {self.note}".rstrip()


@cache
def publisher_pages() -> tuple[PublisherPage, ...]:
    """List the pages, in the order of the catalogue.

    Raises
    ------
    CatalogueError
        If a row contradicts itself: a page off its own hosts, or nothing to look for on a page that is followed.
    """
    return tuple(_read_page(row, number) for number, row in enumerate(load.rows("publishers"), start=2))


def choose_pages(returns: tuple[str, ...] | None, pages: tuple[PublisherPage, ...]) -> tuple[PublisherPage, ...]:
    """Choose the pages of some returns.

    Parameters
    ----------
    returns
        Keys; all when ``None``.
    pages
        What there is to choose from.

    Raises
    ------
    RequestError
        If there is no such return; the message lists the nearest.
    """
    known = tuple(dict.fromkeys(page.source for page in pages))
    for key in returns or ():
        if key not in known:
            raise RequestError(
                f"There is no return '{key}' with a publisher.{nearest(key, known)} Known: {', '.join(known)}."
            )
    return tuple(page for page in pages if returns is None or page.source in returns)


def _read_page(row: dict[str, str], number: int) -> PublisherPage:
    page = PublisherPage(
        source=row["return"],
        label=row["label"],
        landing_page=row["landing_page"],
        follow=row["follow"],  # type: ignore[arg-type]
        page_patterns=tuple(row["page_pattern"].split()),
        file_patterns=tuple(row["file_pattern"].split()),
        link_words=row["link_words"],
        hosts=tuple(row["hosts"].split()),
        status=row["status"],  # type: ignore[arg-type]
        checked=row["checked"],
        note=row["note"],
    )
    where = f"publishers.csv, line {number}"
    if page.follow not in get_args(Follow) or page.status not in get_args(Status):
        raise CatalogueError(
            f"{where}: follow is '{page.follow}' and status '{page.status}'; expected one of "
            f"{', '.join(get_args(Follow))}, and one of {', '.join(get_args(Status))}."
        )
    parts = urlsplit(page.landing_page)
    if page.landing_page and (parts.scheme != "https" or parts.hostname not in page.hosts):
        raise CatalogueError(
            f"{where}: the page '{page.landing_page}' is not on https at one of its hosts ({', '.join(page.hosts)})."
        )
    if page.is_followed and not (page.landing_page and page.file_patterns):
        raise CatalogueError(f"{where}: a page that is followed needs its address and file_pattern.")
    if (page.follow == "pages") != bool(page.page_patterns):
        raise CatalogueError(f"{where}: page_pattern is for a page whose follow is 'pages', and needed there.")
    return page
