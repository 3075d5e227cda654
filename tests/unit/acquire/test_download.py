"""A file comes whole or is refused in one line, whatever a server does; what came of it is not asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from bcf_eval.acquire.download import Download, download_file
from bcf_eval.acquire.partial import Edition
from bcf_eval.acquire.web import Web
from bcf_eval.errors import DownloadError

HOSTS = ("127.0.0.1",)
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
BOOK = OLE + bytes(range(256)) * 20
MARKED = {"ETag": '"one"', "Last-Modified": "Thu, 11 May 2017 08:30:00 GMT"}
PAGE = b"<!DOCTYPE html><html><body>Please accept our cookies</body></html>"


@pytest.fixture
def web(hasty) -> Iterator[Web]:
    with Web(hasty) as line:
        yield line


def fetch(web: Web, url: str, folder: Path, *, name: str = "book.xls", known: Edition | None = None) -> Download:
    return download_file(web, url, hosts=HOSTS, name=name, folder=folder, known=known)


def content(came: Download) -> bytes:
    assert came.part is not None
    return came.part.path.read_bytes()


def refuse(web: Web, url: str, folder: Path, *, name: str = "book.xls") -> str:
    with pytest.raises(DownloadError) as caught:
        fetch(web, url, folder, name=name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def held(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir()) if folder.exists() else []


def test_a_file_comes_and_we_say_who_we_are(web, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(BOOK, headers=MARKED))
    came = fetch(web, url, tmp_path)
    assert content(came) == BOOK
    assert came.edition == Edition('"one"', "Thu, 11 May 2017 08:30:00 GMT")
    ((_, headers),) = publisher.asked
    assert headers["user-agent"].startswith(f"bcf_eval/{version('bcf-eval')} ")
    assert headers["accept-encoding"] == "identity"
    assert "range" not in headers


def test_a_server_that_drips_is_given_up_and_gone_on_with(hasty, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(BOOK, headers=MARKED, ranges=True))
    with Web(replace(hasty, longest=0.0)) as web:
        assert "took longer than 0 seconds; fetch again for the rest" in refuse(web, url, tmp_path)
    assert held(tmp_path) == [".json", ".part"]
    with Web(hasty) as web:
        assert content(fetch(web, url, tmp_path)) == BOOK


def test_a_truncated_file_is_never_taken(web, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(BOOK, cut=1000))
    assert refuse(web, url, tmp_path) == f"{url} is truncated: 1,000 of 5,128 bytes came; asked 3 times."
    # Nothing vouches for these bytes: they are no use the next time.
    assert held(tmp_path) == []


def test_what_broke_off_is_gone_on_with(web, publisher, reply, tmp_path) -> None:
    whole = reply(BOOK, headers=MARKED, ranges=True)
    url = publisher.put("/book.xls", replace(whole, cut=2000), replace(whole, cut=1500), whole)
    assert content(fetch(web, url, tmp_path)) == BOOK
    asked = [(headers.get("range"), headers.get("if-range")) for _, headers in publisher.asked]
    assert asked == [(None, None), ("bytes=2000-", '"one"'), ("bytes=3500-", '"one"')]


def test_what_broke_off_is_gone_on_with_another_day(hasty, publisher, reply, tmp_path) -> None:
    whole = reply(BOOK, headers={"Last-Modified": MARKED["Last-Modified"]}, ranges=True)
    url = publisher.put("/book.xls", replace(whole, cut=2000), whole)
    with Web(replace(hasty, tries=1)) as web:
        assert "is truncated: 2,000 of 5,128 bytes came; asked 1 time." in refuse(web, url, tmp_path)
    assert held(tmp_path) == [".json", ".part"]
    with Web(hasty) as web:
        assert content(fetch(web, url, tmp_path)) == BOOK
    assert publisher.asked[-1][1]["if-range"] == MARKED["Last-Modified"]


@pytest.mark.parametrize(
    "second",
    [
        {"ranges": False},
        {"ranges": True, "headers": {"ETag": '"two"'}},
        {"ranges": False, "status": 206, "headers": {"Content-Range": "bytes 7-5127/5128"}},
        {"ranges": False, "status": 416},
    ],
    ids=["ranges are ignored", "the file has changed", "another part comes", "there is no more"],
)
def test_a_file_that_cannot_be_gone_on_with_begins_anew(web, publisher, reply, tmp_path, second) -> None:
    new = OLE + BOOK[:7:-1]
    first = reply(BOOK, headers=MARKED, cut=2000)
    url = publisher.put("/book.xls", first, reply(**{"body": new, **second}), reply(new))
    assert content(fetch(web, url, tmp_path)) == new


def test_bytes_whose_record_is_lost_are_not_gone_on_with(web, publisher, reply, tmp_path) -> None:
    whole = reply(BOOK, headers=MARKED, ranges=True)
    url = publisher.put("/book.xls", replace(whole, cut=1000))
    refuse(web, url, tmp_path)
    for record in tmp_path.glob("*.json"):
        record.write_text("{", encoding="utf-8")
    publisher.put("/book.xls", whole)
    assert content(fetch(web, url, tmp_path)) == BOOK
    assert "range" not in publisher.asked[-1][1]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("book.xls", PAGE, "gave a web page, not a workbook"),
        ("book.xlsx", b"\xef\xbb\xbf\n <html>", "gave a web page, not a workbook"),
        ("table.csv", PAGE, "gave a web page, not a csv file"),
        ("book.xls", b"%PDF-1.4 and so on", "begins with b'%PDF-1.4 and'; expected a workbook"),
        ("table.csv", BOOK, "expected a csv file"),
        ("table.csv.gz", b"a,b\n1,2\n", "expected a gz file"),
        ("book.xls", b"", "gave nothing; expected a workbook"),
    ],
)
def test_what_is_no_such_file_is_refused_at_once(web, publisher, reply, tmp_path, name, body, said) -> None:
    url = publisher.put("/file", reply(body, headers=MARKED))
    assert said in refuse(web, url, tmp_path, name=name)
    assert len(publisher.asked) == 1
    assert held(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.xls", BOOK), ("a.xlsx", b"PK\x03\x04 and"), ("a.csv", b"a,b\n1,2\n"), ("a.csv.gz", b"\x1f\x8b\x08 and")],
)
def test_what_begins_as_it_should_is_taken(web, publisher, reply, tmp_path, name, body) -> None:
    assert content(fetch(web, publisher.put("/file", reply(body)), tmp_path, name=name)) == body


@pytest.mark.parametrize("stated", [True, False])
def test_a_file_beyond_reason_is_not_taken(hasty, publisher, reply, tmp_path, stated) -> None:
    url = publisher.put("/book.xls", reply(BOOK, headers=MARKED, stated=stated))
    with Web(replace(hasty, most_bytes=3000)) as web:
        said = refuse(web, url, tmp_path)
    assert said.startswith(f"{url} has 5,128 bytes; expected 3,000" if stated else f"{url} has more than 3,000 bytes")
    assert len(publisher.asked) == 1
    assert held(tmp_path) == []


def test_one_fetch_brings_no_more_than_it_may(hasty, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(BOOK))
    with Web(replace(hasty, most_bytes_in_all=6000)) as web:
        fetch(web, url, tmp_path)
        assert "one fetch brings 6,000 bytes at the most" in refuse(web, url, tmp_path)
        assert "one fetch brings 6,000 bytes at the most" in refuse(web, url, tmp_path)
    assert len(publisher.asked) == 2


@pytest.mark.parametrize("kept", [True, False], ids=["the server compares", "the server sends it again"])
def test_a_file_that_did_not_change_does_not_come_again(web, publisher, reply, tmp_path, kept) -> None:
    known = Edition('"one"', MARKED["Last-Modified"])
    marks = MARKED if kept else {"Last-Modified": MARKED["Last-Modified"]}
    came = fetch(web, publisher.put("/book.xls", reply(BOOK, headers=marks)), tmp_path, known=known)
    assert came == Download(None, known)
    assert publisher.asked[0][1]["if-none-match"] == '"one"'
    assert publisher.asked[0][1]["if-modified-since"] == MARKED["Last-Modified"]


def test_a_file_that_changed_comes(web, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(BOOK, headers=MARKED))
    assert content(fetch(web, url, tmp_path, known=Edition('"nought"', MARKED["Last-Modified"]))) == BOOK
