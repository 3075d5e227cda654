"""Are the data fit to stand on? What arrived, what is missing, what does not add up, and what is worth a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bcf_eval.errors import ProjectError
from bcf_eval.evaluate.quality.arrivals import tabulate_arrivals
from bcf_eval.evaluate.quality.jumps import tabulate_jumps
from bcf_eval.evaluate.quality.lines import describe_problems, write_lines, write_problems
from bcf_eval.evaluate.quality.states import tabulate_coverage, tabulate_flags, tabulate_states
from bcf_eval.evaluate.quality.totals import mark_comparisons, tabulate_totals
from bcf_eval.files import has_file
from bcf_eval.observations import COLUMNS
from bcf_eval.store import Project, code_version

# Made by this module, each with its columns in the module that makes it.
TABLES = (
    "quality_arrivals",
    "quality_states",
    "quality_coverage",
    "quality_flags",
    "quality_jumps",
    "quality_totals",
    "quality_comparisons",
)


@dataclass(frozen=True)
class QualityReport:
    """What was found.

    Attributes
    ----------
    lines
        What arrived, coverage and problems, as they are printed.
    n_problems
        How many things need a person's look: months not returned, totals that do not add up, rates that differ
        from published ones without a known reason, and sudden jumps
        that neither a change in counting nor a flag explains.
    needs_a_look
        The same by kind, in words.
    """

    lines: tuple[str, ...]
    n_problems: int
    needs_a_look: str


def check_quality(project: Project) -> QualityReport:
    """Look through the clean data of a project, and store what was found for the page.

    Parameters
    ----------
    project
        Whose ``data_clean`` holds observations. Tables that an older build lacks are passed over.

    Returns
    -------
    QualityReport

    Raises
    ------
    ProjectError
        If there are no observations.
    """
    observations = project.read_table("observations")
    build = project.read_record("build")
    _refuse_damaged(project, observations, build)
    beside = {name: _read(project, name) for name in ("revisions", "corrections", "refused")}
    tables = make_quality_tables(
        observations,
        unallocated=_read(project, "unallocated"),
        comparisons=_read(project, "comparisons"),
        left_out=_read(project, "left_out"),
        corrections=beside["corrections"],
        inputs=build,
        manifest=project.read_manifest(),
    )
    problems, needs_a_look = write_problems(tables), describe_problems(tables)
    lines = write_lines(tables | {name: frame for name, frame in beside.items() if frame is not None}, problems, build)
    record = {
        "build_id": build.get("build_id", ""),
        "code": code_version(),
        "n_problems": len(problems),
        "needs_a_look": needs_a_look,
        "rows": {name: len(frame) for name, frame in tables.items()},
    }
    project.write_tables(tables, record, name="quality")
    return QualityReport(lines, len(problems), needs_a_look)


def make_quality_tables(
    observations: pd.DataFrame,
    *,
    unallocated: pd.DataFrame | None,
    comparisons: pd.DataFrame | None,
    left_out: pd.DataFrame | None = None,
    corrections: pd.DataFrame | None = None,
    inputs: Mapping[str, Any],
    manifest: list[dict[str, Any]],
) -> dict[str, pd.DataFrame]:
    """Make the tables of the page.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`.
    unallocated, comparisons, left_out, corrections
        ``None`` where the build has none.
    inputs
        The record of the build.
    manifest
        Every raw file.

    Returns
    -------
    dict of DataFrame
        By :data:`TABLES`; ``quality_comparisons`` is absent where there is nothing to compare with.
    """
    states = tabulate_states(observations)
    nothing = pd.DataFrame({"metric": pd.Series(dtype="str"), "period": pd.Series(dtype="str"), "numerator": []})
    tables = {
        "quality_arrivals": tabulate_arrivals(inputs.get("inputs", ()), manifest),
        "quality_states": states,
        "quality_coverage": tabulate_coverage(states),
        "quality_flags": tabulate_flags(observations),
        "quality_jumps": tabulate_jumps(observations),
        "quality_totals": tabulate_totals(
            observations,
            nothing if unallocated is None else unallocated,
            left_out=left_out,
            corrections=corrections,
        ),
    }
    return tables if comparisons is None else tables | {"quality_comparisons": mark_comparisons(comparisons)}


def _refuse_damaged(project: Project, observations: pd.DataFrame, build: Mapping[str, Any]) -> None:
    """Stop when a column is gone, or the record of the build does not say which files it used."""
    remedy = f"make it again with: bcf-eval clean --project {project.root}"
    lacking = [name for name in COLUMNS if name not in observations.columns]
    if lacking:
        raise ProjectError(f"{project.clean / 'observations.parquet'} lacks the column '{lacking[0]}'; {remedy}")
    inputs = build.get("inputs", [])
    needed = {"path", "vintage", "period"}
    if not isinstance(inputs, list) or not all(isinstance(one, dict) and needed <= set(one) for one in inputs):
        raise ProjectError(f"{project.clean / 'build.json'} does not list the files that were used; {remedy}")


def _read(project: Project, name: str) -> pd.DataFrame | None:
    """Read a table that an older build may lack."""
    return project.read_table(name) if has_file(project.clean / f"{name}.parquet") else None
