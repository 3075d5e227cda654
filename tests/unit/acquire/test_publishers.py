"""What publishers list comes in, each file on its own; what fails is a line, and what came before stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bcf_eval.acquire import publishers
from bcf_eval.acquire.publishers import PublisherReport, fetch_publishers
from bcf_eval.catalogue.manifest import read_files
from bcf_eval.catalogue.publishers import PublisherPage
from bcf_eval.clean.verify import verify_raw
from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.store import Project, sha256_of

Fetch = Callable[..., PublisherReport]

PAGE = PublisherPage(
    source="dtoc",
    label="Delays",
    landing_page="",
    follow="pages",
    page_patterns=("*/data-201?-*",),
    file_patterns=("LA-*.xls*",),
    link_words="*Local Authority*",
    hosts=("127.0.0.1",),
    status="closed series, files still listed",
    checked="not checked",
    note="The collection was paused.",
)


@pytest.fixture
def books(returns: Path) -> list[bytes]:
    """Three months of delays, January to March 2016."""
    return [path.read_bytes() for path in sorted((returns / "dtoc").iterdir())]


@pytest.fixture
def site(publisher, reply, books):
    """A publisher whose page leads to two years, and they to three files."""
    item = (
        '<a href="/files/LA-{0}.xlsx">Total Delayed Days Local Authority {0}</a> <a href="/files/T-{0}.xls">Trust</a>'
    )
    html = {
        "/delays/": '<a href="data-2015-16/">2015-16</a> <a href="/delays/data-2016-17">2016-17</a> <a href="/">x</a>',
        "/delays/data-2015-16/": item.format("January") + item.format("February"),
        "/delays/data-2016-17": item.format("March") + item.format("January"),
    }
    for path, text in html.items():
        publisher.put(path, reply(text.encode(), headers={"Content-Type": "text/html"}))
    for month, book in zip(("January", "February", "March"), books, strict=True):
        publisher.put(f"/files/LA-{month}.xlsx", reply(book, headers={"ETag": f'"{month}"'}))
    return publisher


@pytest.fixture
def page(site) -> PublisherPage:
    return replace(PAGE, landing_page=f"{site.url}/delays/")


@pytest.fixture
def fetch(project, page, hasty) -> Fetch:
    def run(*pages: PublisherPage, **options: object) -> PublisherReport:
        return fetch_publishers(project, pages=pages or (page,), settings=hasty, **options)  # type: ignore[arg-type]

    return run


def counts(report: PublisherReport) -> tuple[int, int, int, int]:
    return report.found, report.copied, report.unchanged, len(report.failures)


def test_the_pages_of_a_publisher_are_followed_to_their_files(fetch: Fetch, site, project: Project, books) -> None:
    report = fetch()
    assert report.failures == ()
    assert counts(report) == (3, 3, 0, 0)
    assert report.messages == (
        f"dtoc: Delays: closed series, files still listed. {site.url}/delays/ (address not checked). "
        "The collection was paused.",
    )
    files = read_files(project)
    assert [(one.name, one.period, one.vintage, one.publisher) for one in files] == [
        ("LA-February.xlsx", "2016-02", "2017-05-11", "NHS England"),
        ("LA-January.xlsx", "2016-01", "2017-05-11", "NHS England"),
        ("LA-March.xlsx", "2016-03", "2017-05-11", "NHS England"),
    ]
    assert {one.origin for one in files} == {f"127.0.0.1:{site.port}/files/{one.name}" for one in files}
    assert (project.raw / files[1].path).read_bytes() == books[0]
    assert verify_raw(project).messages == ()
    assert [path.name for path in project.downloads.iterdir()] == ["receipts.json"]
    assert sorted(site.paths()) == sorted([*site.replies])


def test_what_has_not_changed_does_not_come_again(fetch: Fetch, site, project: Project) -> None:
    fetch()
    before = {path: sha256_of(path) for path in project.raw.rglob("*") if path.is_file()}
    site.asked.clear()
    assert counts(fetch()) == (3, 0, 3, 0)
    assert {headers.get("if-none-match") for _, headers in site.asked} == {None, '"January"', '"February"', '"March"'}
    assert {path: sha256_of(path) for path in project.raw.rglob("*") if path.is_file()} == before


def test_a_file_that_was_removed_here_comes_again(fetch: Fetch, project: Project) -> None:
    fetch()
    (project.raw / "dtoc/2017-05-11/LA-March.xlsx").unlink()
    report = fetch()
    assert counts(report) == (3, 1, 2, 0)
    assert "dtoc/2017-05-11/LA-March.xlsx was gone from data_raw and is put back." in report.messages


def test_a_new_edition_stands_beside_the_old(fetch: Fetch, site, project: Project, make, reply, tmp_path) -> None:
    fetch()
    path = make.write(tmp_path / "new.xlsx", make.dtoc("2016-03", revised="8th June 2017", add=100))
    site.put("/files/LA-March.xlsx", reply(path.read_bytes(), headers={"ETag": '"again"'}))
    report = fetch()
    assert counts(report) == (3, 1, 2, 0)
    assert report.messages[1].startswith("dtoc, March 2016 (LA-March.xlsx): new vintage 2017-06-08 beside 2017-05-11")


def test_one_bad_file_is_a_line_and_the_others_stay(fetch: Fetch, site, project: Project, books, reply) -> None:
    site.put("/files/LA-February.xlsx", reply(b"<!doctype html><p>moved", headers={"Content-Type": "text/html"}))
    site.put("/files/LA-March.xlsx", reply(books[2], cut=900))
    report = fetch()
    assert counts(report) == (3, 1, 0, 2)
    assert report.failures[0].startswith(f"dtoc: {site.url}/files/LA-February.xlsx gave a web page, not a workbook")
    assert f"dtoc: {site.url}/files/LA-March.xlsx is truncated: 900 of" in report.failures[1]
    assert [one.name for one in read_files(project)] == ["LA-January.xlsx"]


def test_a_cut_file_that_no_server_owns_up_to_is_a_line(fetch: Fetch, site, project: Project, books, reply) -> None:
    site.put("/files/LA-March.xlsx", reply(books[2][:-200]))
    report = fetch()
    assert counts(report) == (3, 2, 0, 1)
    assert report.failures[0].startswith(f"dtoc: {site.url}/files/LA-March.xlsx is truncated: its end is missing")
    assert str(project.root) not in report.failures[0]


def test_two_files_for_one_month_keep_the_first(fetch: Fetch, site, project: Project, make, reply, tmp_path) -> None:
    path = make.write(tmp_path / "rival.xlsx", make.dtoc("2016-01", add=50))
    site.put("/files/LA-March.xlsx", reply(path.read_bytes()))
    report = fetch()
    assert counts(report) == (3, 2, 0, 1)
    assert f"Duplicated period: {site.url}/files/LA-March.xlsx and " in report.failures[0]
    assert [one.period for one in read_files(project)] == ["2016-02", "2016-01"]


def test_an_interrupt_loses_nothing_that_came(fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    original = publishers.download_file

    def interrupt(web: object, url: str, **rest: object) -> object:
        if "February" in url:
            raise KeyboardInterrupt
        return original(web, url, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(publishers, "download_file", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch()
    monkeypatch.undo()
    assert counts(fetch()) == (3, 2, 1, 0)


def test_a_page_that_is_gone_is_said(fetch: Fetch, page: PublisherPage, site) -> None:
    gone = replace(page, source="population", landing_page=f"{site.url}/gone/")
    report = fetch(gone, page)
    assert counts(report) == (3, 3, 0, 1)
    assert report.failures == (
        f"population: {site.url}/gone/ answers 404 Not Found: it is no longer online at this address.",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"page_patterns": ("*/years/*",)}, r"no link of .*/delays/ looks like \*/years/\*; the page has changed"),
        ({"file_patterns": ("*.ods",)}, r"no file on .* looks like \*\.ods with '\*Local Authority\*' on it; the page"),
        ({"link_words": "*Borough*"}, r"looks like LA-\*\.xls\* with '\*Borough\*' on it; the page has changed"),
    ],
)
def test_a_page_that_has_changed_is_said(fetch: Fetch, page: PublisherPage, change: dict[str, object], said) -> None:
    report = fetch(replace(page, **change))  # type: ignore[arg-type]
    assert counts(report) == (0, 0, 0, 1)
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(report.failures[0])


def test_a_page_that_leads_to_too_much_fetches_nothing(
    fetch: Fetch, page: PublisherPage, site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "_MOST_LINKS", 2)
    report = fetch()
    assert "leads to 3 files, more than 2; none is fetched" in report.failures[0]
    assert not [path for path in site.paths() if path.startswith("/files")]


def test_a_page_that_moved_is_followed_and_said(fetch: Fetch, page: PublisherPage, site, reply) -> None:
    old = site.put("/old/", reply(status=301, headers={"Location": "/delays/"}))
    report = fetch(replace(page, landing_page=old))
    assert counts(report) == (3, 3, 0, 0)
    assert report.messages[1] == f"dtoc: {old} leads on to {site.url}/delays/, which was followed."


def test_links_off_the_hosts_are_lines_that_name_both(fetch: Fetch, page: PublisherPage, site, reply) -> None:
    html = '<a href="https://elsewhere.example/data-2013-14">a</a><a href="/delays/data-2016-17">b</a>'
    site.put("/delays/", reply(html.encode(), headers={"Content-Type": "text/html"}))
    html = '<a href="https://files.example/LA-May.xls">Local Authority</a>'
    site.put("/delays/data-2016-17", reply(html.encode(), headers={"Content-Type": "text/html"}))
    report = fetch()
    assert counts(report) == (1, 0, 0, 2)
    assert "leads to elsewhere.example (https://elsewhere.example/data-2013-14), which is not" in report.failures[0]
    assert "leads to files.example (https://files.example/LA-May.xls), which is not among" in report.failures[1]
    assert all("hosts of this source (127.0.0.1)" in one for one in report.failures)


def test_a_file_that_no_row_knows_is_not_fetched(fetch: Fetch, page: PublisherPage, site) -> None:
    report = fetch(replace(page, source="dtoc", file_patterns=("*.pdf", "T-*.xls"), link_words="Trust"))
    assert counts(report) == (3, 0, 0, 3)
    site.asked.clear()
    report = fetch(replace(page, source="unheard_of"))
    assert "no row of sources.csv says what 'LA-January.xlsx' is" in report.failures[0]
    assert not [path for path in site.paths() if path.startswith("/files")]


def test_what_cannot_be_fetched_is_said_and_not_asked_for(fetch: Fetch, page: PublisherPage, site) -> None:
    by_hand = replace(page, follow="nothing", status="open", checked="2024-05-01", note="Download it by hand.")
    gone = replace(page, status="gone", note="The site was closed.")
    secret = replace(page, landing_page="", status="not published", follow="nothing", note="Ask the boards.")
    report = fetch(by_hand, gone, secret)
    assert counts(report) == (0, 0, 0, 0)
    assert report.messages == (
        f"dtoc: Delays: open. {site.url}/delays/ (address checked on 2024-05-01). Download it by hand.",
        f"dtoc: Delays: gone. {site.url}/delays/ (address not checked). The site was closed.",
        "dtoc: Delays: not published. Ask the boards.",
    )
    assert site.asked == []


def test_some_returns_may_be_chosen(fetch: Fetch, page: PublisherPage) -> None:
    other = replace(page, source="mar")
    steps: list[tuple[str, int, int]] = []
    report = fetch(page, other, returns=["dtoc"], progress=lambda *step: steps.append(step))
    assert [(one.key, one.found, one.copied) for one in report.returns] == [("dtoc", 3, 3)]
    assert steps == [("fetching dtoc", done, 3) for done in range(4)]
    with pytest.raises(
        RequestError, match=r"no return 'dtok' with a publisher\. Did you mean 'dtoc'\? Known: dtoc, mar"
    ):
        fetch(page, other, returns=["dtok"])


def test_a_demonstration_is_left_alone(fetch: Fetch, project: Project, site, make) -> None:
    make.write(project.raw / "dtoc" / "demo.xlsx", make.dtoc(source="DEMONSTRATION"))
    verify_raw(project)
    with pytest.raises(ProjectError, match=r"holds demonstration returns \(1, such as demo\.xlsx\)"):
        fetch()
    assert site.asked == []


def test_a_damaged_record_is_said_and_an_odd_entry_forgotten(fetch: Fetch, project: Project) -> None:
    fetch()
    record = project.downloads / "receipts.json"
    record.write_text('[{"url": 1}, "x"]', encoding="utf-8")
    assert counts(fetch()) == (3, 0, 0, 0)
    record.write_text("{", encoding="utf-8")
    with pytest.raises(
        ProjectError, match=r"receipts\.json cannot be read as JSON .* delete it, and what stands in it"
    ):
        fetch()
