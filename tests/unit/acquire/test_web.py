"""Publishers are asked politely, again when it makes sense, through the proxy, and never away from their hosts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bcf_eval.acquire.addresses import refuse_outside, secure
from bcf_eval.acquire.download import download_file, read_page
from bcf_eval.acquire.web import Web
from bcf_eval.errors import DownloadError, ProjectError

HOSTS = ("127.0.0.1",)
BOOK = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(range(256)) * 20


@pytest.fixture
def waits() -> list[float]:
    """How long was waited, without waiting."""
    return []


@pytest.fixture
def web(hasty, waits) -> Iterator[Web]:
    with Web(hasty, sleep=waits.append) as line:
        yield line


def fetch(web: Web, url: str, folder: Path) -> bytes:
    came = download_file(web, url, hosts=HOSTS, name="book.xls", folder=folder)
    assert came.part is not None
    return came.part.path.read_bytes()


def refuse(web: Web, url: str, folder: Path) -> str:
    with pytest.raises(DownloadError) as caught:
        fetch(web, url, folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_server_in_trouble_is_asked_again_later_each_time(web, publisher, reply, tmp_path, waits) -> None:
    url = publisher.put("/book.xls", reply(status=503), reply(status=500), reply(BOOK))
    assert fetch(web, url, tmp_path) == BOOK
    assert waits == [0.001, 0.002]


def test_a_server_that_stays_in_trouble_is_given_up(web, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(status=503))
    assert refuse(web, url, tmp_path) == f"{url} answers 503 Service Unavailable; asked 3 times."
    assert len(publisher.asked) == 3


def test_the_wait_that_a_publisher_asks_for_is_kept(web, publisher, reply, tmp_path, waits) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    busy = [reply(status=429, headers={"Retry-After": when}) for when in ("7", later)]
    assert fetch(web, publisher.put("/book.xls", *busy, reply(BOOK)), tmp_path) == BOOK
    assert waits[0] == 7
    assert 15 < waits[1] <= 20


def test_a_wait_beyond_reason_is_said_and_not_kept(web, publisher, reply, tmp_path, waits) -> None:
    url = publisher.put("/book.xls", reply(status=429, headers={"Retry-After": "3600"}))
    assert "asks us to wait 3,600 seconds, longer than the 30 we wait" in refuse(web, url, tmp_path)
    assert waits == []


def test_a_host_is_not_asked_in_haste(hasty, publisher, reply, tmp_path, waits) -> None:
    url = publisher.put("/book.xls", reply(BOOK))
    with Web(replace(hasty, pause=5.0), sleep=waits.append) as web:
        for _ in range(3):
            fetch(web, url, tmp_path)
    assert len(waits) == 2
    assert all(4 < wait <= 5 for wait in waits)


def test_a_slow_server_is_given_up(hasty, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(BOOK, delay=0.2))
    began = time.monotonic()
    with Web(replace(hasty, read_timeout=0.03, tries=2)) as web:
        assert refuse(web, url, tmp_path) == f"{url} did not answer within 0.03 seconds; asked 2 times."
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_moved_file_is_followed(web, publisher, reply, tmp_path, status) -> None:
    url = publisher.put("/old.xls", reply(status=status, headers={"Location": "/new/book.xls"}))
    publisher.put("/new/book.xls", reply(BOOK))
    assert fetch(web, url, tmp_path) == BOOK
    assert publisher.paths() == ["/old.xls", "/new/book.xls"]


def test_a_move_off_the_hosts_of_a_source_is_refused(web, publisher, reply, tmp_path) -> None:
    elsewhere = f"http://localhost:{publisher.port}/book.xls"
    url = publisher.put("/book.xls", reply(status=302, headers={"Location": elsewhere}))
    said = refuse(web, url, tmp_path)
    assert said.startswith(f"{url} leads to localhost ({elsewhere}), which is not among the hosts of this source")
    assert "(127.0.0.1); not followed" in said
    assert publisher.paths() == ["/book.xls"]


def test_a_circle_is_left(web, publisher, reply, tmp_path) -> None:
    url = publisher.put("/book.xls", reply(status=302, headers={"Location": "/book.xls"}))
    assert "leads on more than 5 times" in refuse(web, url, tmp_path)
    assert len(publisher.asked) == 6


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "answers 404 Not Found: it is no longer online at this address."),
        (410, "answers 410 Gone: it is no longer online at this address."),
        (403, "answers 403 Forbidden; expected 200."),
    ],
)
def test_what_is_gone_or_closed_is_asked_for_once(web, publisher, reply, tmp_path, status, said) -> None:
    url = publisher.put("/book.xls", reply(status=status))
    assert refuse(web, url, tmp_path) == f"{url} {said}"
    assert len(publisher.asked) == 1


def test_a_host_out_of_reach_is_not_asked_many_times(hasty, publisher, tmp_path, waits) -> None:
    publisher.close()
    with Web(hasty, sleep=waits.append) as web:
        first, second = (refuse(web, f"{publisher.url}/{name}.xls", tmp_path) for name in "ab")
    assert "cannot be reached (" in first
    assert first.endswith("; asked 3 times.")
    assert second.endswith("; asked 1 time.")
    assert waits == [0.001, 0.002]


def test_a_page_is_read_in_its_own_letters(web, publisher, reply) -> None:
    text = "<html><a href='x.xls'>Zürich</a></html>"
    latin = reply(text.encode("latin-1"), headers={"Content-Type": "text/html; charset=iso-8859-1"})
    odd = reply(text.encode(), headers={"Content-Type": "text/html; charset=klingon"})
    assert read_page(web, publisher.put("/latin", latin), hosts=HOSTS).html == text
    assert read_page(web, publisher.put("/odd", odd), hosts=HOSTS).html == text


def test_a_page_that_is_no_page_is_refused(web, publisher, reply) -> None:
    url = publisher.put("/page", reply(b"%PDF", headers={"Content-Type": "application/pdf"}))
    with pytest.raises(DownloadError, match="is application/pdf, not a web page"):
        read_page(web, url, hosts=HOSTS)


def test_a_proxy_is_used_but_never_for_this_machine(
    hasty, publisher, reply, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, publisher.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    url = publisher.put("/book.xls", reply(BOOK))
    with Web(hasty) as web:
        assert fetch(web, url, tmp_path) == BOOK
        with pytest.raises(
            DownloadError, match=r"https://publisher\.invalid/b\.xls cannot be asked for: 403 Forbidden"
        ):
            download_file(
                web, "https://publisher.invalid/b.xls", hosts=("publisher.invalid",), name="b.xls", folder=tmp_path
            )
    assert publisher.paths() == ["/book.xls", "CONNECT publisher.invalid:443"]


def test_a_proxy_that_makes_no_sense_is_said(hasty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://proxy.invalid:1")
    with pytest.raises(ProjectError, match="proxy or certificate settings of this computer cannot be used"):
        Web(hasty)


def test_nothing_is_asked_for_over_plain_http() -> None:
    assert secure("http://www.ons.gov.uk/a.xls#top") == "https://www.ons.gov.uk/a.xls"
    assert secure("http://www.ons.gov.uk:80/a.xls") == "https://www.ons.gov.uk/a.xls"
    assert secure("http://127.0.0.1:8000/a.xls") == "http://127.0.0.1:8000/a.xls"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ons.gov.uk.elsewhere.com/a.xls",
        "https://elsewhere.com/www.ons.gov.uk/a.xls",
        "https://www.ons.gov.uk@elsewhere.com/a.xls",
        "https://ann:secret@www.ons.gov.uk/a.xls",
        "https://www.ons.gov.uk:8443/a.xls",
        "https://www.ons.gov.uk:port/a.xls",
        "https://[bad/a.xls",
        "ftp://www.ons.gov.uk/a.xls",
        "file:///a.xls",
        "http://127.0.0.1/a.xls",
    ],
)
def test_only_the_hosts_of_a_source_are_asked(url: str) -> None:
    refuse_outside("https://www.ons.gov.uk/a.xls", ("www.ons.gov.uk",), said_by="A page")
    with pytest.raises(DownloadError, match="A page leads to"):
        refuse_outside(url, ("www.ons.gov.uk",), said_by="A page")
