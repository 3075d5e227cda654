"""How much of a file is here already? A download that was begun, and what must not have changed to go on with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bcf_eval.errors import ProjectError
from bcf_eval.files import has_file, writing
from bcf_eval.store import read_json, write_json


@dataclass(frozen=True)
class Edition:
    """What a publisher says of the bytes it gives; empty where it says nothing.

    Attributes
    ----------
    etag, last_modified
        The headers of these names.
    """

    etag: str
    last_modified: str

    @property
    def strong(self) -> str:
        """What vouches for the very bytes, for ``If-Range``; empty when nothing does."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified

    def is_same(self, other: Edition) -> bool:
        """Whether the publisher says that both are the same file; by the ETag where both have one."""
        if self.etag and other.etag:
            return self.etag == other.etag
        return bool(self.last_modified) and self.last_modified == other.last_modified


@dataclass(frozen=True)
class Part:
    """A download that was begun.

    Attributes
    ----------
    path
        Where its bytes are; what the publisher said of them lies beside it.
    url
        Where it comes from.
    """

    path: Path
    url: str

    @property
    def _record(self) -> Path:
        return self.path.with_suffix(".json")

    @property
    def size(self) -> int:
        """How many bytes are here that may be gone on with; none when nothing vouches for them."""
        return self.path.stat().st_size if has_file(self.path) and self.edition().strong else 0

    def edition(self) -> Edition:
        """What the publisher said of these bytes; nothing when its record is lost."""
        if has_file(self._record):
            try:
                found = read_json(self._record, remedy="it is made anew.")
            except ProjectError:
                found = None
            if isinstance(found, dict) and found.get("url") == self.url:
                return Edition(str(found.get("etag", "")), str(found.get("last_modified", "")))
        return Edition("", "")

    def begin(self, edition: Edition) -> None:
        """Begin anew: no bytes, and what the publisher says of those that come."""
        self.discard()
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()
        if edition.strong:
            write_json(self._record, {"url": self.url, "etag": edition.etag, "last_modified": edition.last_modified})

    def move(self, target: Path) -> None:
        """Move what is now whole to its place."""
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            self.path.replace(target)
        self.discard()

    def discard(self) -> None:
        """Forget what is here."""
        with writing(self.path):
            self.path.unlink(missing_ok=True)
            self._record.unlink(missing_ok=True)


def find_part(folder: Path, url: str) -> Part:
    """Say where the begun download of an address lies, whether there is one or not."""
    return Part(folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part", url)
