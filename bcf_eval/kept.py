"""What was read of a file before? Rows kept by what identifies the file, and used again while the code is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bcf_eval.files import file_beside, writing


@dataclass(frozen=True)
class Reading:
    """What one raw file says.

    Attributes
    ----------
    rows
        Tidy rows, in the columns of the return's recipe.
    messages
        One line each: what was left out, what was not read.
    """

    rows: pd.DataFrame
    messages: tuple[str, ...] = ()


def read_kept(path: Path, *, version: str) -> dict[str, Reading]:
    """Read what was kept; nothing when it was kept by other code, or cannot be read any more.

    Parameters
    ----------
    path
        The Parquet file in which it is kept.
    version
        Of the code that is to use it.

    Returns
    -------
    dict of Reading
        By what identifies each file, in the order in which they were kept.
    """
    try:
        whole = pd.read_parquet(path)
        if whole.attrs["version"] != version:
            return {}
        found: dict[str, Reading] = {}
        start = 0
        for one in whole.attrs["files"]:
            rows = whole.iloc[start : start + one["rows"]].reset_index(drop=True)
            rows.attrs = {}
            found[one["identity"]] = Reading(rows, tuple(one["messages"]))
            start += one["rows"]
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        # It only saves time: what cannot be used is read anew.
        return {}
    return found if start == len(whole) else {}


def write_kept(path: Path, files: Mapping[str, Reading], *, version: str) -> None:
    """Keep what was read, in place of what was kept before.

    Parameters
    ----------
    path, version
        As in :func:`read_kept`.
    files
        By what identifies each file.

    Raises
    ------
    ProjectError
        If it cannot be written.
    """
    whole = pd.concat([one.rows for one in files.values()], ignore_index=True)
    # Kept in the file itself: rows and what they are of can never come apart.
    whole.attrs = {
        "version": version,
        "files": [
            {"identity": identity, "rows": len(one.rows), "messages": list(one.messages)}
            for identity, one in files.items()
        ],
    }
    with writing(path), file_beside(path) as temporary:
        whole.to_parquet(temporary, index=False, compression="zstd")
