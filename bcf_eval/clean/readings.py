"""What was read of the raw files? Tidy rows by return, each file read once and again only when it has changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.kept import Reading, read_kept, write_kept
from bcf_eval.store import Project, code_version

Progress = Callable[[str, int, int], None]


Recipe = Callable[[Path, RawFile], Reading]


@dataclass(frozen=True)
class Readings:
    """What was read of every return.

    Attributes
    ----------
    tables
        Rows by the key of the return; a return without files is absent.
    messages
        One line each, in order of return; what is said of many files alike is said of the first, with their number.
    n_read
        How many files were read; the others had not changed since.
    """

    tables: Mapping[str, pd.DataFrame]
    messages: tuple[str, ...]
    n_read: int


def read_returns(
    project: Project, files: Sequence[RawFile], recipes: Mapping[str, Recipe], *, progress: Progress
) -> Readings:
    """Read files by the recipe of their return, those that were read before from what was kept.

    Parameters
    ----------
    project
        Its ``data_clean`` keeps what was read, by checksum and version of the code.
    files
        The files to be used; a return without a recipe is skipped.
    recipes
        By key of the return.
    progress
        Called with what is being read, how many files are done, and of how many.

    Returns
    -------
    Readings

    Raises
    ------
    InputError
        One line that names the first file that is wrong, and what is wrong there.
    """
    wanted = [file for file in files if file.source in recipes]
    tables: dict[str, pd.DataFrame] = {}
    messages: dict[str, None] = {}
    done = n_read = 0
    for source in dict.fromkeys(file.source for file in wanted):
        place = project.kept / f"{source}.parquet"
        kept = read_kept(place, version=code_version())
        was_kept = set(kept)
        readings: dict[str, Reading] = {}
        for file in (one for one in wanted if one.source == source):
            progress(f"reading {source} {file.period or file.name}", done, len(wanted))
            done += 1
            identity = f"{file.cited} {file.sha256}"
            if identity not in kept:
                kept[identity] = recipes[source](project.raw / file.path, file)
                n_read += 1
            readings[identity] = kept[identity]
        tables[source] = pd.concat([one.rows for one in readings.values()], ignore_index=True)
        messages |= dict.fromkeys(line for one in readings.values() for line in one.messages)
        if set(readings) - was_kept:
            write_kept(place, readings, version=code_version())
    return Readings(tables, gather_lines(messages), n_read)


def gather_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Gather lines that differ only in the file they name and in numbers: the first, and how many are like it.

    Parameters
    ----------
    lines
        Each begins with a file, up to the first colon.
    """
    alike: dict[str, list[str]] = {}
    for line in lines:
        return_key = line.partition("/")[0]
        alike.setdefault(return_key + re.sub(r"[\d,]+", "0", line.partition(": ")[2]), []).append(line)
    return tuple(
        first + (f" The same is true of {len(others)} other files, with other numbers." if others else "")
        for first, *others in alike.values()
    )
