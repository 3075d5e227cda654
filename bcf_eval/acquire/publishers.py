"""What do the publishers offer now? Their pages followed to files, and each file brought in as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bcf_eval.acquire.addresses import cite, name_file, refuse_outside
from bcf_eval.acquire.client import DownloadSettings
from bcf_eval.acquire.download import download_file, read_page
from bcf_eval.acquire.fetch import ReturnCount, fetch_folder
from bcf_eval.acquire.landing import Link, match_files, match_pages, read_links
from bcf_eval.acquire.receipts import Receipt, find_known, read_receipts, write_receipts
from bcf_eval.acquire.web import Web
from bcf_eval.catalogue.manifest import read_files
from bcf_eval.catalogue.publishers import PublisherPage, choose_pages, publisher_pages
from bcf_eval.catalogue.sources import find_source
from bcf_eval.errors import DownloadError, InputError, ProjectError
from bcf_eval.files import folder_beside, writing
from bcf_eval.store import Project, sha256_of

Progress = Callable[[str, int, int], None]

# A page of a publisher links some dozens of files; thousands would mean that a pattern fits what it should not.
_MOST_LINKS = 600


@dataclass(frozen=True)
class PublisherReport:
    """What a fetch from the publishers did.

    Attributes
    ----------
    returns
        Counts by return: files that the publishers list, and how many of them were new.
    unchanged
        How many were not downloaded, as their publisher says that they are what we have.
    messages
        One line each: how a source stands, what is a new vintage, what has moved.
    failures
        One line for each page or file that did not come; what came all the same is kept.
    """

    returns: tuple[ReturnCount, ...]
    unchanged: int
    messages: tuple[str, ...]
    failures: tuple[str, ...]

    @property
    def found(self) -> int:
        """How many files the publishers list."""
        return sum(one.found for one in self.returns)

    @property
    def copied(self) -> int:
        """How many files were new."""
        return sum(one.copied for one in self.returns)


@dataclass
class _Tally:
    """What has happened so far; it becomes the report."""

    counts: dict[str, ReturnCount]
    messages: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    unchanged: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    def count(self, key: str, *, found: int = 0, copied: int = 0) -> None:
        one = self.counts[key]
        self.counts[key] = replace(one, found=one.found + found, copied=one.copied + copied)


def fetch_publishers(
    project: Project,
    *,
    returns: Sequence[str] | None = None,
    progress: Progress | None = None,
    settings: DownloadSettings | None = None,
    pages: Sequence[PublisherPage] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> PublisherReport:
    """Bring into the project what the publishers list and the project does not have.

    Each file is brought in as soon as it has come whole: what fails, or an interrupt, loses nothing of the others,
    and a file that broke off is gone on with the next time.

    Parameters
    ----------
    project
        Where to.
    returns
        Keys of the returns to fetch; all when left out.
    progress
        Called with a label, how many files of a page are done, and of how many.
    settings
        How patient and how polite to be.
    pages
        The pages to follow; those of the catalogue when left out.
    sleep
        What waits between requests; for tests.

    Returns
    -------
    PublisherReport

    Raises
    ------
    RequestError
        If there is no such return.
    ProjectError
        If the project holds a demonstration, or cannot be written.
    """
    known_pages = publisher_pages() if pages is None else tuple(pages)
    chosen = choose_pages(None if returns is None else tuple(returns), known_pages)
    _refuse_demonstration(project)
    tally = _Tally({page.source: ReturnCount(page.source, 0, 0) for page in chosen})
    with Web(settings or DownloadSettings(), sleep=sleep) as web:
        for page in chosen:
            tally.messages.append(str(page))
            if page.is_followed:
                _fetch_page(project, web, page, tally, progress=progress)
    return PublisherReport(tuple(tally.counts.values()), tally.unchanged, tuple(tally.messages), tuple(tally.failures))


def _refuse_demonstration(project: Project) -> None:
    invented = [file.name for file in read_files(project) if file.demonstration]
    if invented:
        raise ProjectError(
            f"{project.root} holds demonstration returns ({len(invented)}, such as {invented[0]}), which never mix "
            "with real ones; use another folder for what the publishers give."
        )


def _fetch_page(project: Project, web: Web, page: PublisherPage, tally: _Tally, *, progress: Progress | None) -> None:
    links = _list_files(web, page, tally)
    tally.count(page.source, found=len(links))
    for number, link in enumerate(links):
        if progress:
            progress(f"fetching {page.source}", number, len(links))
        try:
            _fetch_file(project, web, page, link, tally)
        except (DownloadError, InputError) as error:
            tally.failures.append(f"{page.source}: {error}")
    if progress and links:
        progress(f"fetching {page.source}", len(links), len(links))


def _list_files(web: Web, page: PublisherPage, tally: _Tally) -> list[Link]:
    """List the files of a page and of those below it that nobody has listed in this fetch."""
    below = _read_links(web, page, page.landing_page, tally)
    if page.follow == "pages":
        parts = match_pages(below or (), page.page_patterns)
        if below is not None and not parts:
            tally.failures.append(
                f"{page.source}: no link of {page.landing_page} looks like {' or '.join(page.page_patterns)}; the page "
                "has changed: look at it, and put what it is now into publishers.csv."
            )
        lists = [_read_links(web, page, link.url, tally, said_by=page.landing_page) for link in parts]
        listed = [link for one in lists for link in one or ()]
        looked = any(one is not None for one in lists)
    else:
        listed, looked = list(below or ()), below is not None
    files = match_files(listed, page.file_patterns, words=page.link_words)
    if looked and not files:
        words = f" with '{page.link_words}' on it" if page.link_words else ""
        tally.failures.append(
            f"{page.source}: no file on {page.landing_page} looks like {' or '.join(page.file_patterns)}{words}; the "
            "page has changed: look at it, and put what it is now into publishers.csv."
        )
    # One file may stand on two pages of a publisher, such as the last of a year on that of the next.
    found = {link.url: link for link in files if (page.source, link.url) not in tally.seen}
    if len(found) > _MOST_LINKS:
        tally.failures.append(
            f"{page.source}: {page.landing_page} leads to {len(found):,} files, more than {_MOST_LINKS}; none is "
            "fetched: the file_pattern of publishers.csv fits too much."
        )
        return []
    tally.seen |= {(page.source, url) for url in found}
    return list(found.values())


def _read_links(
    web: Web, page: PublisherPage, url: str, tally: _Tally, *, said_by: str = "publishers.csv"
) -> tuple[Link, ...] | None:
    """List the links of a page; ``None``, with a line that says why, when it did not come."""
    try:
        refuse_outside(url, page.hosts, said_by=said_by)
        read = read_page(web, url, hosts=page.hosts)
    except DownloadError as error:
        tally.failures.append(f"{page.source}: {error}")
        return None
    if read.url.rstrip("/") != url.rstrip("/"):
        tally.messages.append(f"{page.source}: {url} leads on to {read.url}, which was followed.")
    return read_links(read.html, page=read.url)


def _fetch_file(project: Project, web: Web, page: PublisherPage, link: Link, tally: _Tally) -> None:
    """Download one file and bring it in; the record of what its publisher says is written last."""
    name = name_file(link.url)
    refuse_outside(link.url, page.hosts, said_by=page.landing_page)
    if find_source(page.source, name) is None:
        raise InputError(f"{link.url}: no row of sources.csv says what '{name}' is, so it was not fetched.")
    receipts = read_receipts(project)
    known = find_known(project, receipts.get((page.source, link.url)), read_files(project))
    came = download_file(web, link.url, hosts=page.hosts, name=name, folder=project.downloads, known=known)
    if came.part is None:
        tally.unchanged += 1
        return
    with writing(project.downloads), folder_beside(project.downloads) as folder:
        path = folder / page.source / name
        came.part.move(path)
        sha256 = sha256_of(path)
        try:
            report = fetch_folder(project, folder, origin=cite(link.url))
        except InputError as error:
            raise InputError(str(error).replace(str(path), link.url)) from None
    tally.count(page.source, copied=report.copied)
    tally.messages.extend(report.messages)
    receipts[(page.source, link.url)] = Receipt(link.url, page.source, sha256, came.edition)
    write_receipts(project, receipts)
