"""With what are publishers asked? The settings, and the one place where a client is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

import httpx

from bcf_eval.acquire.addresses import LOOPBACK
from bcf_eval.errors import ProjectError


@dataclass(frozen=True)
class DownloadSettings:
    """How patient and how polite to be.

    Attributes
    ----------
    connect_timeout, read_timeout
        Seconds until a host must have been reached, and between two pieces of an answer.
    longest
        Seconds that one answer may take in all, however steadily it drips.
    tries
        How often something is asked for before it has failed.
    first_wait
        Seconds before the second try; twice as long before each further one.
    longest_wait
        Seconds that a publisher may ask us to wait (``Retry-After``).
    pause
        Seconds between two requests to one host, at least.
    most_bytes, most_bytes_in_all
        How large a file may be, and everything that one fetch brings.
    most_redirects
        How often an address may lead to another.
    """

    connect_timeout: float = 15.0
    read_timeout: float = 60.0
    longest: float = 900.0
    tries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 120.0
    pause: float = 1.0
    most_bytes: int = 150_000_000
    most_bytes_in_all: int = 3_000_000_000
    most_redirects: int = 5


def open_client(settings: DownloadSettings) -> httpx.Client:
    """Make the client: the one place where our name, the times and the proxies are settled.

    The proxies of the environment are used, but never for this very machine. To the certificates that come with the
    client those of the system are added: where an organisation looks into traffic, its own is there.

    Raises
    ------
    ProjectError
        If the proxies or certificates that the environment names cannot be used.
    """
    try:
        certificates = httpx.create_ssl_context()
        certificates.load_default_certs()
        return httpx.Client(
            verify=certificates,
            headers={
                "User-Agent": f"bcf_eval/{version('bcf-eval')} (research on the Better Care Fund)",
                # Only of bytes as they are stored can a cut one be told, or the rest be asked for.
                "Accept-Encoding": "identity",
            },
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            mounts={f"all://{f'[{host}]' if ':' in host else host}": None for host in LOOPBACK},
            follow_redirects=False,
        )
    except (ImportError, ValueError, OSError) as error:
        raise ProjectError(
            f"The proxy or certificate settings of this computer cannot be used ({say_reason(error)}); look at the "
            "variables HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
        ) from None


def say_reason(error: BaseException) -> str:
    """Say in a few words, on one line, what went wrong."""
    return " ".join(str(error).split())[:160].rstrip(".") or type(error).__name__
