"""How do raw files become observations? Verify, read, check, divide by people, write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import pandas as pd

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.checks import list_gaps, name_months
from bcf_eval.clean.denominators import describe_coverage
from bcf_eval.clean.rates import divide_by_people, list_missing, name_unallocated
from bcf_eval.clean.returns import dtoc, population
from bcf_eval.clean.verify import Chosen, choose_latest, verify_raw
from bcf_eval.errors import InputError, ProjectError
from bcf_eval.store import Project

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BuildReport:
    """What a build made.

    Attributes
    ----------
    build_id
        Twelve hexadecimal digits that stand for the inputs, the version and the catalogue.
    demonstration
        Whether the returns are demonstration returns.
    n_files
        How many raw files were read.
    n_observations, n_unallocated
        Rows of the two tables.
    first_period, last_period
        Of the observations.
    messages
        One line each: vintages chosen, files taken in, rows left out.
    """

    build_id: str
    demonstration: bool
    n_files: int
    n_observations: int
    n_unallocated: int
    first_period: str
    last_period: str
    messages: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """What was read of a return, before it is divided by people."""

    rows: pd.DataFrame
    messages: tuple[str, ...]


@dataclass(frozen=True)
class _People:
    estimates: pd.DataFrame
    series: pd.DataFrame | None
    messages: tuple[str, ...]


def build(project: Project, *, allow_gaps: bool = False, progress: Progress | None = None) -> BuildReport:
    """Make ``observations`` and ``unallocated`` from the raw files; nothing is written unless all is well.

    Parameters
    ----------
    project
        Holds the raw files.
    allow_gaps
        Whether a month missing between others is let through, as rows without a number, flagged ``gap``.
    progress
        Called with what is being done, how much of it is done, and how much there is.

    Returns
    -------
    BuildReport

    Raises
    ------
    InputError
        One line that names the first thing that is wrong, and where.
    ProjectError
        If there are no returns, or demonstration and real ones stand together.
    """
    say = progress or _say_nothing
    verified = verify_raw(project)
    months, estimates = (choose_latest(verified.files, key) for key in (dtoc.SOURCE, population.SOURCE))
    if not months.files:
        raise ProjectError(
            f"There are no '{dtoc.SOURCE}' returns in {project.raw}; bring them with: bcf-eval fetch --from FOLDER"
        )
    n_files = len(months.files) + len(estimates.files)
    people = _read_people(project, estimates, say, n_files)
    delays = _read_delays(project, months, say, n_files, done=len(estimates.files))
    gaps = list_gaps(delays.rows["period"].unique())
    if gaps and not allow_gaps:
        raise InputError(
            f"Months are missing between others in '{dtoc.SOURCE}': {name_months(gaps)}; fetch them, or let them "
            "stand as gaps with --allow-gaps."
        )
    say("dividing by people", n_files, n_files)
    is_area = delays.rows["area_code"] != ""
    counts = pd.concat(
        [
            delays.rows[is_area].drop(columns="code"),
            list_missing(gaps, metrics=[*dtoc.METRICS.values()], source=dtoc.SOURCE),
        ],
        ignore_index=True,
    )
    frame = observations.validate(divide_by_people(counts, people.estimates, people.series))
    unallocated = name_unallocated(delays.rows[~is_area], source=dtoc.SOURCE)
    inputs = sorted([*months.files, *estimates.files], key=lambda file: file.path)
    coverage = describe_coverage(people.estimates["year"], counts["period"], source=population.SOURCE)
    messages = (
        *verified.messages,
        *months.messages,
        *estimates.messages,
        *people.messages,
        *coverage,
        *delays.messages,
    )
    if gaps:
        messages = (*messages, f"Gaps let through: {name_months(gaps)}.")
    report = BuildReport(
        build_id=_name_build(inputs, allow_gaps=allow_gaps),
        demonstration=any(file.demonstration for file in inputs),
        n_files=n_files,
        n_observations=len(frame),
        n_unallocated=len(unallocated),
        first_period=str(frame["period"].min()),
        last_period=str(frame["period"].max()),
        messages=messages,
    )
    project.write_tables({"observations": frame, "unallocated": unallocated}, _record(report, inputs), name="build")
    return report


def _say_nothing(what: str, done: int, total: int) -> None:
    """Stand in for a progress bar."""


def _read_delays(project: Project, months: Chosen, say: Progress, total: int, *, done: int) -> _Read:
    read: list[dtoc.Month] = []
    for file in months.files:
        say(f"reading {file.period}", done + len(read), total)
        read.append(dtoc.read_dtoc(project.raw / file.path, file))
    messages = [f"Heading {heading} is in no layout and is not read." for month in read for heading in month.unread]
    n_notes = sum(month.n_notes for month in read)
    if n_notes:
        messages.append(f"{dtoc.SOURCE}: {n_notes} rows of notes below the tables were left out.")
    return _Read(pd.concat([month.rows for month in read], ignore_index=True), tuple(messages))


def _read_people(project: Project, chosen: Chosen, say: Progress, total: int) -> _People:
    estimates: list[pd.DataFrame] = []
    series: pd.DataFrame | None = None
    n_dropped = 0
    for done, file in enumerate(chosen.files):
        say(f"reading {file.name}", done, total)
        read = population.read_estimates if file.period else population.read_series
        people = read(project.raw / file.path, file)
        n_dropped += people.n_dropped
        if file.period:
            estimates.append(people.rows)
        else:
            series = people.rows
    if not estimates:
        raise InputError(
            f"There are no '{population.SOURCE}' estimates in {project.raw}: rates need them; fetch them too."
        )
    message = f"{population.SOURCE}: {n_dropped:,} rows about regions, districts or other countries were left out."
    return _People(pd.concat(estimates, ignore_index=True), series, (message,) if n_dropped else ())


def _record(report: BuildReport, inputs: Sequence[RawFile]) -> dict[str, object]:
    return {
        "build_id": report.build_id,
        "version": version("bcf-eval"),
        "demonstration": report.demonstration,
        "first_period": report.first_period,
        "last_period": report.last_period,
        "rows": {"observations": report.n_observations, "unallocated": report.n_unallocated},
        "inputs": [
            {"path": one.path, "sha256": one.sha256, "vintage": one.vintage, "period": one.period} for one in inputs
        ],
        "messages": list(report.messages),
    }


def _name_build(inputs: Sequence[RawFile], *, allow_gaps: bool) -> str:
    """Make the short checksum of all that decides what the tables hold; no time of day is in it."""
    digest = hashlib.sha256(f"{version('bcf-eval')} {allow_gaps}".encode())
    for file in inputs:
        digest.update(f"{file.cited} {file.sha256}".encode())
    for path in sorted(load.FOLDER.rglob("*")):
        if path.suffix in (".csv", ".yml"):
            # A checkout on Windows may end its lines differently; the tables are the same ones.
            digest.update(path.relative_to(load.FOLDER).as_posix().encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
