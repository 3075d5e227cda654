"""Which files of a folder are new? Copy the known returns into the project, each under its vintage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

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
from bcf_eval.catalogue.sources import Source, find_source, is_own, source_keys
from bcf_eval.errors import InputError
from bcf_eval.files import copy_file, has_file, list_files, reading
from bcf_eval.store import Project, sha256_of


@dataclass(frozen=True)
class ReturnCount:
    """How many files of one return were found in the folder, and how many of them were new."""

    key: str
    found: int
    copied: int


@dataclass(frozen=True)
class FetchReport:
    """What a fetch did.

    Attributes
    ----------
    folder
        As it was given.
    returns
        Counts by return.
    messages
        One line each: what was left alone, what is a new vintage, what was found twice.
    """

    folder: str
    returns: tuple[ReturnCount, ...]
    messages: tuple[str, ...]

    @property
    def copied(self) -> int:
        """How many files were copied."""
        return sum(one.copied for one in self.returns)

    @property
    def found(self) -> int:
        """How many files of known returns the folder holds."""
        return sum(one.found for one in self.returns)


@dataclass(frozen=True)
class _Candidate:
    path: Path
    source: Source
    sha256: str


@dataclass(frozen=True)
class _Plan:
    """Copies to be made, with the entries they get; those already recorded come back without a new entry.

    An entry is replaced when its file was removed and a new one claims its period and date.
    """

    new: tuple[tuple[Path, RawFile], ...]
    restored: tuple[tuple[Path, RawFile], ...]
    replaced: tuple[RawFile, ...]
    messages: tuple[str, ...]


def fetch_folder(project: Project, folder: Path | str, *, origin: str = "") -> FetchReport:
    """Bring the returns of a folder into the project.

    Everything is checked before the first copy, and the manifest is written last: a failure leaves
    the project as it was.

    Parameters
    ----------
    project
        Where to.
    folder
        Holds a folder for each return, named by its key: ``dtoc``, ``population``.
    origin
        Where the files came from, when not from that folder: a publisher's address.

    Returns
    -------
    FetchReport

    Raises
    ------
    InputError
        If there is nothing known in the folder, a file cannot be read, or two files claim one month.
    ProjectError
        If demonstration and real returns would mix.
    """
    given = Path(folder).expanduser()
    candidates, messages = _list_candidates(given)
    known = read_files(project)
    plan = _plan_copies(project, candidates, known, origin=origin or str(folder))
    entries = [entry for _, entry in plan.new]
    record = [*(one for one in known if one not in plan.replaced), *entries]
    refuse_mixing(project, record)
    _copy_all(project, [*plan.new, *plan.restored], record if entries else None)
    counts = tuple(
        ReturnCount(
            key,
            sum(one.source.key == key for one in candidates),
            sum(entry.source == key for _, entry in [*plan.new, *plan.restored]),
        )
        for key in source_keys()
    )
    return FetchReport(str(folder), counts, (*messages, *plan.messages))


def _list_candidates(folder: Path) -> tuple[list[_Candidate], list[str]]:
    wanted = "a folder for each return: " + ", ".join(source_keys())
    with reading(folder):
        if not folder.is_dir():
            raise InputError(f"The folder '{folder}' is not there; expected {wanted}.")
        inside = sorted(folder.iterdir())
    found: list[_Candidate] = []
    messages: list[str] = []
    for below in inside:
        if below.name.startswith("."):
            continue
        key = below.name.casefold()
        if not below.is_dir() or key not in source_keys():
            messages.append(below.name)
            continue
        files = list_files(below)
        fits = [(path, source) for path in files if (source := find_source(key, path.name))]
        found += [_Candidate(path, source, sha256_of(path)) for path, source in fits]
        left = [path.name for path in files if path not in {fit for fit, _ in fits} and not path.name.startswith(".")]
        if left:
            messages.append(f"{below.name}/{left[0]}" + (f" and {len(left) - 1} more" if left[1:] else ""))
    if not found:
        what = "is empty" if not inside else "holds no return that this version reads"
        raise InputError(f"The folder '{folder}' {what}; expected {wanted}, with the publishers' files in them.")
    return found, [f"Left alone, as this version does not read them: {', '.join(messages)}."] if messages else []


def _plan_copies(project: Project, candidates: Sequence[_Candidate], known: Sequence[RawFile], *, origin: str) -> _Plan:
    retrieved = datetime.now(UTC).replace(microsecond=0).isoformat()
    recorded = {(one.source, one.sha256): one for one in known}
    given = {(one.source.key, one.sha256) for one in candidates}
    gone = [one for one in known if (one.source, one.sha256) not in given and not has_file(project.raw / one.path)]
    present = [one for one in known if one not in gone]
    replaced: list[RawFile] = []
    new: dict[tuple[str, str], tuple[Path, RawFile]] = {}
    restored: list[tuple[Path, RawFile]] = []
    messages: list[str] = []
    for one in candidates:
        identity = (one.source.key, one.sha256)
        if identity in recorded:
            entry = recorded[identity]
            if not has_file(project.raw / entry.path) and entry not in [again for _, again in restored]:
                restored.append((one.path, entry))
                messages.append(f"{entry.path} was gone from {project.raw.name} and is put back.")
        elif identity in new:
            messages.append(f"{one.path.name} is the same, byte for byte, as {new[identity][0].name}: copied once.")
        else:
            entry = describe_file(
                one.path, one.source, sha256=one.sha256, retrieved=retrieved, origin=origin, stored=one.path.name
            )
            _refuse_rivals(project, entry, present, new.values(), where=one.path)
            out = [other for other in gone if find_rival(entry, [other])]
            messages += [f"{other.path} was removed and is replaced by {one.path.name}." for other in out]
            replaced += out
            others = [*(other for other in known if other not in replaced), *(other for _, other in new.values())]
            placed = _place(entry, others)
            messages += _say_vintage(placed, [other for other in known if other not in replaced])
            new[identity] = (one.path, placed)
    return _Plan(tuple(new.values()), tuple(restored), tuple(replaced), tuple(messages))


def _refuse_rivals(
    project: Project, entry: RawFile, present: Sequence[RawFile], new: Iterable[tuple[Path, RawFile]], *, where: Path
) -> None:
    """Refuse a file that claims what another does; a changed file under the same name is a new edition."""
    rival = find_rival(entry, [other for other in present if other.name != entry.path])
    if rival:
        # That they claim the same period is not what is wrong with them.
        refuse_mixing(project, [entry, rival])
        raise refuse_rivals(entry, rival, where=where, other=project.raw / rival.path)
    for path, other in new:
        if find_rival(entry, [other]):
            raise refuse_rivals(entry, other, where=where, other=path)


def _place(entry: RawFile, others: Sequence[RawFile]) -> RawFile:
    """Give a new file its vintage and path; a date already taken under its name gets a count."""
    # On Windows and Mac two names that differ in case are one file.
    taken = {one.path.casefold() for one in others}
    # One placed by hand has a vintage, too, and lies in no folder of that name; one between others may be gone.
    alike = [one for one in others if (one.source, one.period) == (entry.source, entry.period)]
    count = 1 + max((one.edition[1] for one in alike if one.stated_date == entry.stated_date), default=0)
    while True:
        vintage = entry.stated_date + (f"+{count}" if count > 1 else "")
        path = f"{entry.source}/{vintage}/{entry.path}"
        if path.casefold() not in taken:
            return replace(entry, vintage=vintage, path=path)
        count += 1


def _say_vintage(entry: RawFile, known: Sequence[RawFile]) -> list[str]:
    others = [one for one in known if (one.source, one.period) == (entry.source, entry.period)]
    if not others:
        return []
    what = f"{entry.source}, {name_period(entry.period)} ({entry.name})"
    last = max(others, key=lambda one: one.edition)
    if is_own(entry.source):
        return [f"{entry.source}, {entry.name}: it has changed; the earlier one is kept, {entry.path} is used."]
    if entry.stated_date == last.stated_date:
        return [
            f"{what}: the publisher changed the file without a new date ({last.stated_date}); "
            f"both are kept, the new one as {entry.vintage} is used."
        ]
    used = "the new one is used" if entry.edition > last.edition else f"{last.vintage} is the later and is used"
    return [f"{what}: new vintage {entry.vintage} beside {last.vintage}; both are kept, {used}."]


def _copy_all(project: Project, copies: Sequence[tuple[Path, RawFile]], record: Sequence[RawFile] | None) -> None:
    done: list[Path] = []
    try:
        for source, entry in copies:
            target = project.raw / entry.path
            with reading(target):
                there = target.exists()
            if there:
                _accept_present(target, entry)
                continue
            copy_file(source, target)
            done.append(target)
        if record is not None:
            write_files(project, record)
    except BaseException:
        for path in done:
            path.unlink(missing_ok=True)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        raise


def _accept_present(target: Path, entry: RawFile) -> None:
    if sha256_of(target) != entry.sha256:
        raise InputError(
            f"{target} is there with other bytes and not in the manifest; take it in with 'bcf-eval clean', or move it "
            "away; then fetch again."
        )
