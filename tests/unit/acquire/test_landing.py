"""Of a page only what is looked for is followed, however the page is written."""

from __future__ import annotations

import pytest

from bcf_eval.acquire.addresses import cite, name_file
from bcf_eval.acquire.landing import Link, match_files, match_pages, read_links

PAGE = "https://www.england.nhs.uk/statistics/area/data-2017-18/"


def links(html: str, *, page: str = PAGE) -> list[tuple[str, str]]:
    return [(link.url, link.text) for link in read_links(html, page=page)]


def test_links_are_resolved_and_named() -> None:
    html = """
    <h2>March 2018</h2>
    <p><a class="xls" HREF='../../uploads/LA-March.xls'>Total Delayed Days <b>Local
       Authority</b> 2017&#45;18 &amp; more</a> (XLS, 139KB)
    <A href=/statistics/uploads/Trust-March.xls>Trust</a>
    <a href="//files.example.org/c.csv">CSV</a>
    """
    assert links(html) == [
        (
            "https://www.england.nhs.uk/statistics/uploads/LA-March.xls",
            "Total Delayed Days Local Authority 2017-18 & more",
        ),
        ("https://www.england.nhs.uk/statistics/uploads/Trust-March.xls", "Trust"),
        ("https://files.example.org/c.csv", "CSV"),
    ]


def test_old_links_are_asked_for_over_https_and_each_once() -> None:
    html = (
        '<a href="http://www.england.nhs.uk/a.xls"><img src="icon.png"></a>'
        '<a href="https://www.england.nhs.uk/a.xls#top">April 2017</a>'
        '<a href="/b c.xls">a space</a>'
    )
    assert links(html) == [
        ("https://www.england.nhs.uk/a.xls", "April 2017"),
        ("https://www.england.nhs.uk/b%20c.xls", "a space"),
    ]


def test_what_leads_nowhere_on_the_web_is_no_link() -> None:
    html = (
        '<a name="top">x</a><a href="mailto:ann@example.org">x</a><a href="javascript:go()">x</a>'
        '<a href="tel:123">x</a><a href="ftp://example.org/a.xls">x</a><a href="https://[bad/a.xls">x</a>'
        '<!-- <a href="hidden.xls">x</a> --><script>"<a href=\'written.xls\'>"</script>'
    )
    assert links(html) == []


def test_a_page_may_say_from_where_its_links_count() -> None:
    assert links('<base href="https://www.ons.gov.uk/deep/"><a href="a.xls">A</a>') == [
        ("https://www.ons.gov.uk/deep/a.xls", "A")
    ]


def test_a_badly_written_page_still_gives_its_links() -> None:
    html = "<p><a href='a.xls'>one <a href='b.xls'>two <td><a href='c.xls'"
    assert [url.rsplit("/", 1)[-1] for url, _ in links(html)][:2] == ["a.xls", "b.xls"]


def test_files_are_chosen_by_name_and_by_the_words_on_the_link() -> None:
    offered = [
        Link("https://h/LA-Type-B-April-2017-92rd3.xls", "Total Delayed Days Local Authority 2017-18 April (Revised)"),
        Link("https://h/dh_133750.xls", "Total Delayed Days Local Authority 2011-12 April"),
        Link("https://h/dh_133751.xls", "Total Delayed Days Trust 2011-12 April"),
        Link("https://h/Trust-Type-B-April-2017.xls", "Total Delayed Days Trust 2017-18 April"),
        Link("https://h/Annual-report.pdf", "Local Authority report"),
        Link("https://h/", "Local Authority"),
    ]
    chosen = match_files(offered, ("la-type-b*.xls*", "dh_*.xls*"), words="*Local Authority*")
    assert [link.url for link in chosen] == [offered[0].url, offered[1].url]


def test_a_pattern_says_what_is_not_wanted() -> None:
    names = ("MAR_Comm-Web-file-Dec-19-9tun8.xls", "MAR_Comm-Timeseries-Feb-20-EfWXs.xls", "MAR_Prov-Dec-19.xls")
    chosen = match_files([Link(f"https://h/{name}", "") for name in names], ("MAR_Comm*.xls*", "!*timeseries*"))
    assert [link.url for link in chosen] == ["https://h/MAR_Comm-Web-file-Dec-19-9tun8.xls"]


def test_pages_are_chosen_by_their_paths() -> None:
    offered = [Link(f"https://h/stats/data-{year}/", "") for year in ("2010-11", "2011-12", "2019-20", "guidance")]
    chosen = match_pages(offered, ("*/data-201[1-9]-*",))
    assert [link.url for link in chosen] == ["https://h/stats/data-2011-12/", "https://h/stats/data-2019-20/"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/2018/12/LA-Type-B-March-2018-a8wRN.xls", "LA-Type-B-March-2018-a8wRN.xls"),
        ("https://h/file?uri=/people/datasets/mid2016/ukmidyearestimates2016.xls", "ukmidyearestimates2016.xls"),
        ("https://h/file?uri=%2fpeople%2fmid2017/estimates2017.xls", "estimates2017.xls"),
        ("https://h/a.xls?version=1.2", "a.xls"),
        ("https://h/a%20b%3A%22c.xls", "a b-c.xls"),
        ("https://h/..%2F..%2Fevil.xls", "evil.xls"),
        ("https://h/..%5C..%5Cevil.xls", "evil.xls"),
        ("https://h/.hidden.xls", "hidden.xls"),
        ("https://h/CON.xls", "file-CON.xls"),
        ("https://h/data-2017-18/", ""),
        ("https://h/..", ""),
        ("https://h", ""),
    ],
)
def test_a_file_gets_a_name_that_every_system_can_bear(url: str, name: str) -> None:
    assert name_file(url) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = name_file(f"https://h/{'a' * 400}.xlsx")
    assert len(name) == 150
    assert name.endswith("a.xlsx")


def test_an_address_is_cited_without_how_it_was_asked() -> None:
    assert cite("https://www.ons.gov.uk/file?uri=/a/b.xls#top") == "www.ons.gov.uk/file?uri=/a/b.xls"
