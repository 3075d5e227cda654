"""How is a publisher asked? Politely, within time, again when it makes sense, and never away from its hosts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TypeVar
from urllib.parse import urljoin

import httpx

from bcf_eval.acquire.addresses import host_of, refuse_outside, secure
from bcf_eval.acquire.client import DownloadSettings, open_client, say_reason
from bcf_eval.errors import DownloadError

Answer = TypeVar("Answer")

_USABLE = (200, 206, 304, 416)


class TryAgain(Exception):
    """Something failed that may go well the next time.

    Parameters
    ----------
    said
        What went wrong, for the message if it never goes well.
    wait
        Seconds to wait, when the publisher has named them.
    """

    def __init__(self, said: str, *, wait: float | None = None) -> None:
        super().__init__(said)
        self.wait = wait


class Unfinished(DownloadError):
    """What has come is good, but the rest is for another time."""


class Web:
    """An open line to the publishers; used in a ``with`` block.

    Parameters
    ----------
    settings
        How patient and how polite to be.
    sleep
        What waits; for tests.
    """

    def __init__(self, settings: DownloadSettings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.settings = settings
        self._sleep = sleep
        self._client = open_client(settings)
        self._asked: dict[str, float] = {}
        self._out_of_reach: set[str] = set()
        self._received = 0

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(
        self,
        url: str,
        *,
        hosts: Sequence[str],
        receive: Callable[[httpx.Response], Answer],
        headers: Callable[[], Mapping[str, str]] = dict,
    ) -> Answer:
        """Ask for something, and again when it makes sense.

        Parameters
        ----------
        url
            What to ask for.
        hosts
            Those that may be asked.
        receive
            Takes the answer (status 200, 206, 304 or 416) with its body not yet read; it may raise ``TryAgain``.
        headers
            Gives the headers of each try.

        Returns
        -------
        What ``receive`` makes of it.

        Raises
        ------
        DownloadError
            One line: what was asked for and why it did not come.
        """
        address = secure(url)
        refuse_outside(address, hosts, said_by="What was asked for")
        self.count(0, url=address)
        host = host_of(address)
        tries = 1 if host in self._out_of_reach else self.settings.tries
        wait = self.settings.first_wait
        for left in range(tries - 1, -1, -1):
            try:
                answer = self._follow(address, hosts, headers(), receive)
            except TryAgain as again:
                said, asked = str(again), again.wait
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                _refuse_certificate(address, error)
                said, asked = f"cannot be reached ({say_reason(error)})", None
                if not left:
                    self._out_of_reach.add(host)
            except httpx.TimeoutException:
                said, asked = f"did not answer within {self.settings.read_timeout:g} seconds", None
            except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError) as error:
                said, asked = f"broke off ({say_reason(error)})", None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise DownloadError(f"{address} cannot be asked for: {say_reason(error)}.") from None
            else:
                self._out_of_reach.discard(host)
                return answer
            if asked is not None and asked > self.settings.longest_wait:
                raise DownloadError(
                    f"{address} {said} and asks us to wait {asked:,.0f} seconds, longer than the "
                    f"{self.settings.longest_wait:,.0f} we wait; try again later."
                )
            if left:
                self._sleep(wait if asked is None else asked)
                wait = min(2 * wait, self.settings.longest_wait)
        raise DownloadError(f"{address} {said}; asked {tries} time{'s' if tries > 1 else ''}.")

    def count(self, n_bytes: int, *, url: str) -> None:
        """Count what has come against what one fetch may bring.

        Raises
        ------
        Unfinished
            If it is more.
        """
        self._received += n_bytes
        if self._received > self.settings.most_bytes_in_all:
            raise Unfinished(
                f"{url} was not fetched to its end: one fetch brings {self.settings.most_bytes_in_all:,} bytes at the "
                "most; fetch again for the rest."
            )

    def _follow(
        self,
        url: str,
        hosts: Sequence[str],
        headers: Mapping[str, str],
        receive: Callable[[httpx.Response], Answer],
    ) -> Answer:
        at = url
        for _ in range(self.settings.most_redirects + 1):
            self._wait_for_turn(host_of(at))
            request = self._client.build_request("GET", at, headers=dict(headers))
            with closing(self._client.send(request, stream=True)) as response:
                if not response.has_redirect_location:
                    _refuse_status(response, at)
                    return receive(response)
                to = _read_location(response, at)
            refuse_outside(to, hosts, said_by=at)
            at = to
        raise DownloadError(f"{url} leads on more than {self.settings.most_redirects} times; not followed further.")

    def _wait_for_turn(self, host: str) -> None:
        early = self._asked.get(host, float("-inf")) + self.settings.pause - time.monotonic()
        if early > 0:
            self._sleep(early)
        self._asked[host] = time.monotonic()


def _refuse_status(response: httpx.Response, url: str) -> None:
    status = response.status_code
    said = f"answers {status} {response.reason_phrase}".rstrip()
    if status == 429 or status >= 500:
        raise TryAgain(said, wait=_read_wait(response.headers.get("retry-after", "")))
    if status in (404, 410):
        raise DownloadError(f"{url} {said}: it is no longer online at this address.")
    if status not in _USABLE:
        raise DownloadError(f"{url} {said}; expected 200.")


def _read_location(response: httpx.Response, at: str) -> str:
    location = response.headers["location"]
    try:
        return secure(urljoin(at, location))
    except ValueError:
        raise DownloadError(f"{at} leads to '{location}', which is no address; not followed.") from None


def _read_wait(text: str) -> float | None:
    """Read ``Retry-After``: seconds, or a date; ``None`` when it says neither."""
    if text.isascii() and text.strip().isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _refuse_certificate(url: str, error: Exception) -> None:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise DownloadError(
            f"{url} cannot be trusted: its certificate is not known here. Where an organisation looks into traffic, "
            "set SSL_CERT_FILE to the file of its certificates."
        )
