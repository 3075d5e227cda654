"""Has the publisher changed a file that we have? What was said of each when it came, and whether it is still here."""

from __future__ import annotations

from dataclasses import dataclass

from bcf_eval.acquire.partial import Edition
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.files import has_file
from bcf_eval.store import Project, read_json, write_json


@dataclass(frozen=True)
class Receipt:
    """What a publisher said of a file when it came.

    Attributes
    ----------
    url
        Where it was.
    source
        Key of the return it was taken for.
    sha256
        Checksum of what came.
    edition
        The publisher's own marks of it.
    """

    url: str
    source: str
    sha256: str
    edition: Edition


def read_receipts(project: Project) -> dict[tuple[str, str], Receipt]:
    """Read what publishers said, by return and address; nothing when nothing was fetched from them.

    Raises
    ------
    ProjectError
        If the record is no JSON; the message says what helps.
    """
    path = project.downloads / "receipts.json"
    if not has_file(path):
        return {}
    found = read_json(path, remedy="delete it, and what stands in it is downloaded again.")
    rows = found if isinstance(found, list) else []
    names = ("url", "source", "sha256", "etag", "last_modified")
    # An entry of another shape serves nobody: its file is downloaded again, which harms nothing.
    sound = [row for row in rows if isinstance(row, dict) and all(isinstance(row.get(name), str) for name in names)]
    receipts = (
        Receipt(row["url"], row["source"], row["sha256"], Edition(row["etag"], row["last_modified"])) for row in sound
    )
    return {(one.source, one.url): one for one in receipts}


def write_receipts(project: Project, receipts: dict[tuple[str, str], Receipt]) -> None:
    """Write what publishers said, in order of return and address."""
    rows = [
        {
            "url": one.url,
            "source": one.source,
            "sha256": one.sha256,
            "etag": one.edition.etag,
            "last_modified": one.edition.last_modified,
        }
        for _, one in sorted(receipts.items())
    ]
    write_json(project.downloads / "receipts.json", rows)


def find_known(project: Project, receipt: Receipt | None, files: tuple[RawFile, ...]) -> Edition | None:
    """Say which edition of a file need not come again: that of a receipt whose very file is still here.

    Parameters
    ----------
    receipt
        What was said when it came; ``None`` when it never did.
    files
        The manifest.
    """
    if receipt is None:
        return None
    here = (one for one in files if (one.source, one.sha256) == (receipt.source, receipt.sha256))
    return receipt.edition if any(has_file(project.raw / one.path) for one in here) else None
