"""A publisher on this very machine, which answers as it is told to: slowly, short, moved, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bcf_eval.acquire.client import DownloadSettings


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes
    ----------
    cut
        How many bytes of the body come before the line drops; all when ``None``.
    ranges
        Whether a part may be asked for.
    stated
        Whether the length of the body is stated.
    delay
        Seconds before the answer.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    ranges: bool = False
    stated: bool = True
    delay: float = 0.0


class Publisher:
    """Answers by path; where a path has several answers they come in turn, and the last one stays."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def put(self, path: str, *replies: Reply) -> str:
        """Answer a path so; gives its address."""
        self.replies[path] = list(replies)
        return self.url + path

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]

    def close(self) -> None:
        """Stop answering."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(publisher: Publisher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            publisher.asked.append((self.path, {name.casefold(): value for name, value in self.headers.items()}))
            replies = publisher.replies.get(self.path, [Reply(b"not here", status=404)])
            self._answer(replies.pop(0) if len(replies) > 1 else replies[0])

        def do_CONNECT(self) -> None:
            publisher.asked.append((f"CONNECT {self.path}", {}))
            self._answer(Reply(status=403))

        def _answer(self, reply: Reply) -> None:
            publisher.closing.wait(reply.delay)
            body, status, extra = reply.body, reply.status, dict(reply.headers)
            wanted = self.headers.get("Range", "")
            same = self.headers.get("If-Range") in (None, *extra.values())
            if reply.ranges and wanted and same:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                extra["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                body, status = body[start:], 206
            elif extra.get("ETag") and self.headers.get("If-None-Match") == extra["ETag"]:
                body, status = b"", 304
            self.send_response(status)
            if status != 304 and reply.stated:
                self.send_header("Content-Length", str(len(body)))
            for name, value in extra.items():
                self.send_header(name, value)
            if reply.cut is not None or not reply.stated:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(body[: reply.cut])

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A publisher that has nothing yet."""
    made = Publisher()
    yield made
    made.close()


@pytest.fixture(scope="session")
def hasty() -> DownloadSettings:
    """Neither patient nor polite: for tests alone."""
    return DownloadSettings(
        connect_timeout=2.0, read_timeout=2.0, tries=3, first_wait=0.001, longest_wait=30.0, pause=0.0
    )


@pytest.fixture(scope="session")
def reply() -> type[Reply]:
    """What a publisher answers."""
    return Reply
