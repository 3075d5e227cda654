"""How do raw files become observations? Verify, read, assemble, write; again only where something changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.corrections import say_applied
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.sources import source_keys
from bcf_eval.clean import plans
from bcf_eval.clean.assemble import assemble
from bcf_eval.clean.boundaries import list_moves
from bcf_eval.clean.correct import apply_corrections, load_corrections
from bcf_eval.clean.overlaps import settle_overlaps
from bcf_eval.clean.quarterly.tables import COLUMNS
from bcf_eval.clean.readings import Progress, Recipe, read_returns
from bcf_eval.clean.returns import ascof, deprivation, dtoc, lookups, mar, population, quarterly
from bcf_eval.clean.revisions import compare_vintages
from bcf_eval.clean.verify import choose_latest, verify_raw
from bcf_eval.errors import ProjectError
from bcf_eval.files import has_file
from bcf_eval.store import Project, code_version, sha256_of

RECIPES: dict[str, Recipe] = {
    population.SOURCE: population.read_population,
    lookups.SOURCE: lookups.read_lookup,
    dtoc.SOURCE: dtoc.read_dtoc,
    mar.SOURCE: mar.read_mar,
    ascof.SOURCE: ascof.read_ascof,
    deprivation.SOURCE: deprivation.read_deprivation,
    plans.SOURCE: plans.read_ambitions,
}
# Read as a folder in one pass: a workbook that cannot be read is a row with its reason.
_FOLDERS = (quarterly.SOURCE,)
# Returns that hold numbers of areas; the others serve them.
_NUMBERS = (dtoc.SOURCE, mar.SOURCE, ascof.SOURCE)


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
        How many raw files were used.
    rows
        Rows of each table, by its name.
    first_period, last_period
        Of the observations.
    messages
        One line each: vintages chosen, files taken in, rows left out.
    taken
        Those of the messages that say what the manifest gained and lost in this run.
    n_read
        How many files were read anew.
    unchanged
        Whether the tables that stood were right already.
    """

    build_id: str
    demonstration: bool
    n_files: int
    rows: dict[str, int]
    first_period: str
    last_period: str
    messages: tuple[str, ...]
    taken: tuple[str, ...] = field(default=(), compare=False)
    n_read: int = field(default=0, compare=False)
    unchanged: bool = field(default=False, compare=False)


def build(
    project: Project, *, allow_gaps: bool = False, geography: int | None = None, progress: Progress | None = None
) -> BuildReport:
    """Make every table of ``data_clean`` from the raw files; nothing is written unless all is well.

    Parameters
    ----------
    project
        Holds the raw files.
    allow_gaps
        Whether a month missing between others is let through, as rows without a number, flagged ``gap``.
    geography
        The year whose boundaries all areas are to stand on; ``None`` leaves them as they were.
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
    if geography is not None:
        # A year that is not offered is told before anything is read.
        list_moves(geography)
    verified = verify_raw(project)
    chosen = [choose_latest(verified.files, key) for key in source_keys()]
    files = [file for one in chosen for file in one.files if file.source in (*RECIPES, *_FOLDERS)]
    if not any(file.source in _NUMBERS for file in files):
        wanted = ", ".join(f"'{key}'" for key in _NUMBERS)
        raise ProjectError(
            f"There are none of the returns {wanted} in {project.raw}; bring them with: bcf-eval fetch --from FOLDER"
        )
    order = (*RECIPES, *_FOLDERS)
    files = sorted(files, key=lambda file: (order.index(file.source), file.period, file.path))
    corrections = load_corrections(project)
    own = project.corrections
    # Earlier editions are held against the ones that are used.
    older = [file for file in verified.files if file not in files and file.source in RECIPES]
    build_id = _name_build([*files, *older], f"{allow_gaps} {geography} {sha256_of(own) if own else ''}")
    standing = _read_standing(project, build_id)
    if standing:
        say("nothing has changed", len(files), len(files))
        return replace(standing, taken=verified.messages)
    readings = read_returns(project, files, RECIPES, progress=say)
    say("assembling", len(files), len(files))
    demonstration = any(file.demonstration for file in files)
    annual = settle_overlaps(readings.tables[ascof.SOURCE]) if ascof.SOURCE in readings.tables else None
    rows = {**readings.tables, **({ascof.SOURCE: annual.rows} if annual else {})}
    corrected = apply_corrections(rows, corrections, demonstration=demonstration)
    assembled = assemble(corrected.tables, allow_gaps=allow_gaps, geography=geography)
    answers = _read_quarterly(project, files)
    tables = {
        **assembled.tables,
        "corrections": corrected.applied,
        "revisions": compare_vintages(project, verified.files, RECIPES),
        "ambitions": plans.stack_plans([readings.tables[plans.SOURCE]] if plans.SOURCE in readings.tables else []),
        **{key: readings.tables[key] for key in (deprivation.SOURCE,) if key in readings.tables},
        **answers,
    }
    frame = tables["observations"]
    report = BuildReport(
        build_id=build_id,
        demonstration=demonstration,
        n_files=len(files),
        rows={name: len(table) for name, table in tables.items()},
        first_period=str(frame["period"].min()),
        last_period=str(frame["period"].max()),
        messages=(
            *verified.messages,
            *(line for one in chosen for line in one.messages),
            *readings.messages,
            *(annual.messages if annual else ()),
            *assembled.messages,
            *_say_problems(answers),
            say_applied(corrected.applied),
        ),
        taken=verified.messages,
        n_read=readings.n_read,
    )
    project.write_tables(tables, _record(report, files), name="build")
    return report


def _read_quarterly(project: Project, files: Sequence[RawFile]) -> dict[str, pd.DataFrame]:
    """Read the boards' quarterly returns; no tables where there are none."""
    given = [(project.raw / file.path, file.cited) for file in files if file.source == quarterly.SOURCE]
    if not given:
        return {}
    found = quarterly.read_quarterly(given)
    return {**{name: getattr(found, name) for name in COLUMNS}, "quarterly_problems": found.problems}


def _say_problems(answers: dict[str, pd.DataFrame]) -> list[str]:
    problems = answers.get("quarterly_problems")
    if problems is None or problems.empty:
        return []
    first = problems.iloc[0]
    more = f" The other {len(problems) - 1} are in quarterly_problems." if len(problems) > 1 else ""
    return [f"{first['file']}: {first['reason']}.{more}"]


def _say_nothing(what: str, done: int, total: int) -> None:
    """Stand in for a progress bar."""


def _read_standing(project: Project, build_id: str) -> BuildReport | None:
    """Take the build that stands, when it was made of the same by the same code and nobody touched its tables."""
    record: dict[str, Any] = project.read_standing("build")
    made_by = (record.get("build_id"), record.get("code"))
    if made_by != (build_id, code_version()) or not _is_whole(record):
        return None
    for name, checksum in record["tables"].items():
        path = project.clean / f"{name}.parquet"
        if not has_file(path) or sha256_of(path) != checksum:
            return None
    return BuildReport(
        build_id=build_id,
        demonstration=record["demonstration"],
        n_files=len(record["inputs"]),
        rows=record["rows"],
        first_period=record["first_period"],
        last_period=record["last_period"],
        messages=tuple(record["messages"]),
        unchanged=True,
    )


def _is_whole(record: dict[str, Any]) -> bool:
    """Whether a record says all that one of ours says; if not, it was damaged since."""
    kinds = {"tables": dict, "rows": dict, "inputs": list, "messages": list, "demonstration": bool}
    kinds |= {"first_period": str, "last_period": str}
    if not all(isinstance(record.get(name), kind) for name, kind in kinds.items()):
        return False
    return "observations" in record["tables"] and set(record["tables"]) == set(record["rows"])


def _record(report: BuildReport, inputs: Sequence[RawFile]) -> dict[str, object]:
    return {
        "build_id": report.build_id,
        "version": version("bcf-eval"),
        "code": code_version(),
        "demonstration": report.demonstration,
        "first_period": report.first_period,
        "last_period": report.last_period,
        "rows": report.rows,
        "inputs": [
            {"path": one.path, "sha256": one.sha256, "vintage": one.vintage, "period": one.period}
            for one in sorted(inputs, key=lambda file: file.path)
        ],
        "messages": list(report.messages),
    }


def _name_build(inputs: Sequence[RawFile], choices: str) -> str:
    """Make the short checksum of all that decides what the tables hold; no time of day is in it."""
    digest = hashlib.sha256(f"{version('bcf-eval')} {choices}".encode())
    for file in inputs:
        digest.update(f"{file.cited} {file.sha256}".encode())
    for path in sorted(load.FOLDER.rglob("*")):
        if path.suffix in (".csv", ".yml"):
            # A checkout on Windows may end its lines differently; the tables are the same ones.
            digest.update(path.relative_to(load.FOLDER).as_posix().encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
