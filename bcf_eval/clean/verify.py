"""Are the raw files what the manifest says? Bytes checked, files placed by hand taken in, one file a period chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.manifest import (
    RawFile,
    find_rival,
    name_period,
    read_files,
    refuse_mixing,
    refuse_rivals,
    write_files,
)
from bcf_eval.catalogue.sources import find_source, is_own, source_keys
from bcf_eval.errors import InputError, ProjectError
from bcf_eval.files import has_file, list_files, reading
from bcf_eval.store import Project, sha256_of

BY_HAND = "placed by hand"
_SHOWN = 5


@dataclass(frozen=True)
class Verified:
    """The raw files of a project, their bytes checked.

    Attributes
    ----------
    files
        In order of path.
    messages
        One line each: what was taken in, what was dropped, what was left alone.
    """

    files: tuple[RawFile, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """The files of one return that are used: the latest vintage of each period.

    Attributes
    ----------
    files
        In order of period.
    messages
        One line for each period that has more than one vintage.
    """

    files: tuple[RawFile, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True)
class _Held:
    """Files that are as recorded, paths of those that were edited and may be, and what was dropped, in words."""

    known: tuple[RawFile, ...]
    edited: tuple[str, ...]
    changes: tuple[str, ...]


def verify_raw(project: Project) -> Verified:
    """Hold every raw file against the manifest, and take in those that were placed by hand.

    A published file that was fetched is never edited. What was placed by hand, and a user's own plans and workbooks
    however they came, may be: a changed one is taken in anew, a removed one is dropped from the manifest.

    Parameters
    ----------
    project
        Its manifest is written anew only when a file was taken in or dropped.

    Returns
    -------
    Verified

    Raises
    ------
    InputError
        If a published file was edited or removed since it was fetched, or two claim one period.
    ProjectError
        If there are no returns, or demonstration and real ones stand together.
    """
    recorded = read_files(project)
    held = _hold(project, recorded)
    adopted, messages = _adopt(project, held.known, held.edited)
    files = sorted([*held.known, *adopted], key=lambda file: file.path)
    if not files:
        raise ProjectError(f"There are no returns in {project.raw}; bring them with: bcf-eval fetch --from FOLDER")
    refuse_mixing(project, files)
    if set(files) != set(recorded):
        write_files(project, files)
    return Verified(tuple(files), (*held.changes, *messages))


def _hold(project: Project, recorded: Sequence[RawFile]) -> _Held:
    """Hold what the manifest records against what is there."""
    known: list[RawFile] = []
    edited: list[str] = []
    gone: list[RawFile] = []
    for file in recorded:
        path = project.raw / file.path
        may_change = file.origin == BY_HAND or is_own(file.source)
        if not has_file(path):
            if may_change:
                gone.append(file)
                continue
            raise InputError(
                f"{path} is in the manifest but gone; fetch it again, or the file that replaces it. To do without it, "
                f"take its entry out of {project.raw / 'manifest.json'}."
            )
        if sha256_of(path) == file.sha256:
            known.append(file)
        elif may_change:
            edited.append(file.path)
        else:
            raise InputError(
                f"{path} was edited since it was fetched (its checksum differs); delete it and fetch it again. "
                "Published files are never edited."
            )
    changes = [f"{file.path} was removed: dropped from the manifest.{_say_stands(file, known)}" for file in gone]
    return _Held(tuple(known), tuple(edited), tuple(changes))


def _say_stands(gone: RawFile, known: Sequence[RawFile]) -> str:
    """Say which edition stands in for one that was removed; nothing where there is none."""
    left = [file for file in known if (file.source, file.period) == (gone.source, gone.period)]
    return f" The edition {max(left, key=lambda file: file.edition).path} stands in for it." if left else ""


def choose_latest(files: Sequence[RawFile], source: str) -> Chosen:
    """Choose the latest vintage of each period of one return; the others stay where they are.

    Parameters
    ----------
    files
        All raw files.
    source
        Key of the return.
    """
    by_period: dict[str, list[RawFile]] = {}
    for file in files:
        if file.source == source:
            by_period.setdefault(file.period, []).append(file)
    chosen: list[RawFile] = []
    messages: list[str] = []
    for period, editions in sorted(by_period.items()):
        *older, latest = sorted(editions, key=lambda file: file.edition)
        chosen.append(latest)
        if older:
            names = ", ".join(file.vintage for file in older)
            messages.append(f"{source}, {name_period(period)}: vintage {latest.vintage} is used, not {names}.")
    return Chosen(tuple(chosen), tuple(messages))


def _adopt(project: Project, known: Sequence[RawFile], edited: Sequence[str]) -> tuple[list[RawFile], list[str]]:
    adopted: list[RawFile] = []
    messages: list[str] = []
    taken: list[str] = []
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    recorded = {file.path for file in known}
    with reading(project.raw):
        folders = sorted(path for path in project.raw.iterdir() if path.is_dir()) if project.raw.is_dir() else []
    unknown = [path.name for path in folders if path.name not in source_keys() and not path.name.startswith(".")]
    if unknown:
        messages.append(f"Left alone in {project.raw.name}, as this version does not read them: {', '.join(unknown)}.")
    for folder in folders:
        for path in list_files(folder) if folder.name in source_keys() else []:
            stored = path.relative_to(project.raw).as_posix()
            source = find_source(folder.name, path.name)
            if stored in recorded or source is None:
                continue
            sha256 = sha256_of(path)
            twin = next(
                (file for file in (*known, *adopted) if (file.source, file.sha256) == (folder.name, sha256)), None
            )
            if twin:
                messages.append(f"{stored} is the same, byte for byte, as {twin.path}: left alone.")
                continue
            file = _count_vintage(
                describe_file(path, source, sha256=sha256, retrieved=now, origin=BY_HAND, stored=stored)
            )
            rival = find_rival(file, [other for other in (*known, *adopted) if not _are_editions(file, other)])
            if rival:
                refuse_mixing(project, [file, rival])
                raise refuse_rivals(file, rival, where=stored, other=rival.path)
            adopted.append(file)
            if stored in edited:
                messages.append(f"{stored} was edited: taken into the manifest anew.")
            else:
                taken.append(f"{stored} was placed by hand ({name_period(file.period)}, {file.vintage})")
    if taken:
        # After a lost manifest these are hundreds; the record of the build lists every file all the same.
        more = f", and so were {len(taken) - _SHOWN} more" if len(taken) > _SHOWN else ""
        messages.append(f"{'; '.join(taken[:_SHOWN])}{more}: taken into the manifest.")
    return adopted, messages


def _count_vintage(file: RawFile) -> RawFile:
    """Keep the count that a fetch gave a vintage, which its folder still says when the manifest is lost."""
    folder = file.path.split("/")[1]
    return replace(file, vintage=folder) if re.fullmatch(rf"{re.escape(file.vintage)}\+[1-9]\d*", folder) else file


def _are_editions(one: RawFile, other: RawFile) -> bool:
    """Whether two files lie as a fetch puts a file that was changed without a new date; users' own lie anywhere."""
    return (
        one.name == other.name
        and one.vintage != other.vintage
        and (is_own(one.source) or all(file.path == file.cited for file in (one, other)))
    )
