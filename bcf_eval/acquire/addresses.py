"""May an address be asked, and what would its file be called? Only a source's own hosts, and never over plain http."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from bcf_eval.errors import DownloadError

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_LONGEST_NAME = 150


def host_of(url: str) -> str:
    """The host of an address, in small letters; empty when it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def secure(url: str) -> str:
    """Write an address as it is asked for: without its fragment, and over https whatever an old link says.

    Parameters
    ----------
    url
        Absolute. Only a server on this very machine is asked over plain http.
    """
    whole = urldefrag(url).url
    if whole.startswith("http://") and host_of(whole) not in LOOPBACK:
        return "https://" + whole.removeprefix("http://").replace(":80/", "/", 1)
    return whole


def refuse_outside(url: str, hosts: Sequence[str], *, said_by: str) -> None:
    """Refuse an address that leads away from the hosts of its source.

    Parameters
    ----------
    url
        Where it leads.
    hosts
        Those of the source.
    said_by
        The page or the address that leads there.

    Raises
    ------
    DownloadError
        One line that names both hosts.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and "@" not in parts.netloc and parts.port in (None, 443)
    except ValueError:
        raise DownloadError(f"{said_by} leads to '{url}', which is no address; not followed.") from None
    host = host_of(url)
    if host in LOOPBACK and host in hosts:
        return
    if host not in hosts:
        raise DownloadError(
            f"{said_by} leads to {host or 'no host'} ({url}), which is not among the hosts of this source "
            f"({', '.join(hosts)}); not followed. If the publisher has moved, add the host to publishers.csv."
        )
    if not known:
        raise DownloadError(f"{said_by} leads to '{url}'; expected an address of https without name or port.")


def name_file(url: str) -> str:
    """Name the file that an address gives, fit for every file system; empty when it names none.

    The Office for National Statistics gives the path as a parameter: ``/file?uri=/…/estimates.xls``.
    """
    parts = urlsplit(url)
    paths = [parts.path, *(value for _, value in parse_qsl(parts.query))]
    names = [unquote(path).replace("\\", "/").rsplit("/", 1)[-1] for path in paths]
    given = next((name for name in names if "." in name.strip(".")), "")
    name = _FORBIDDEN.sub("-", given).strip(" .~")
    if _RESERVED.match(name):
        name = f"file-{name}"
    stem, dot, ending = name.rpartition(".")
    return stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending[:20] if len(name) > _LONGEST_NAME else name


def cite(url: str) -> str:
    """Write an address as the manifest keeps it: host, path and what identifies the file."""
    return urldefrag(url).url.partition("://")[2]
