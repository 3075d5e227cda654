"""Are the results of a project whole? Its tables and records, read and looked through before anything is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError
from bcf_eval.observations import COLUMNS
from bcf_eval.periods import parse_period
from bcf_eval.results import AMBITION_VERDICTS, ITS_VERDICTS
from bcf_eval.specs import ENGLAND, Metric
from bcf_eval.store import Project, open_project
from bcf_eval.tables import AMBITION_TESTS, ANNUAL, ITS_CHECKS, ITS_EFFECTS, ITS_PATHS

# Those of metrics that are returned each month, and each year; of both there are observations and targets.
MONTHLY = ("its_paths", "its_effects", "its_checks")
YEARLY = ("annual",)
TABLES: Mapping[str, list[str]] = {
    "observations": COLUMNS,
    "ambition_tests": AMBITION_TESTS,
    "its_paths": ITS_PATHS,
    "its_effects": ITS_EFFECTS,
    "its_checks": ITS_CHECKS,
    "annual": ANNUAL,
}
RECORDS = ("build", "evaluation")
MOVES = "boundary_breaks"
_MAKERS = {"observations": "clean", "build": "clean", MOVES: "clean"}
_MOVES_COLUMNS = ["area_code", "period", "effect", "label"]
_NUMBERS = {
    "observations": ("numerator", "denominator", "value"),
    "its_paths": ("observed", "fitted", "counterfactual", "lower", "upper"),
    "its_effects": ("estimate", "std_error", "df", "lower", "upper", "p_value", "n_before", "n_after"),
    "ambition_tests": ("target", "baseline", "expected", "lower", "upper", "chance", "smallest_meaningful"),
    "annual": ("numerator", "denominator", "value", "lower", "upper", "change", "england", "difference", "people_gap"),
}
_VERDICTS = {
    "its_effects": ("verdict", ("", *ITS_VERDICTS)),
    "ambition_tests": ("verdict", AMBITION_VERDICTS),
    "annual": ("change_verdict", ITS_VERDICTS),
}


def find_project(given: Project | Path | str) -> Project:
    """Stand in a project folder, or in that around it where JupyterLab stands in its ``notebooks``."""
    here = given if isinstance(given, Project) else open_project(given)
    outer = Project(here.root.resolve().parent)
    return outer if outer.clean.is_dir() and not here.clean.is_dir() else here


def read_records(project: Project) -> dict[str, dict[str, Any]]:
    """Read what made the tables, by name of the record; empty where there is none.

    Raises
    ------
    ProjectError
        If one is damaged; the message says which command makes it again.
    """
    found = {name: project.read_record(name) for name in RECORDS}
    inputs = found["build"].get("inputs", [])
    if not (isinstance(inputs, list) and all(_is_input(one) for one in inputs)):
        raise damaged(project, "build.json", "does not list its inputs by path and vintage")
    return found


def read_tables(project: Project) -> dict[str, pd.DataFrame]:
    """Read the tables that the headline metrics of a project need, by name; rows of other metrics are left aside.

    Raises
    ------
    ProjectError
        If one is not there, or is damaged; the message says which command makes it again.
    """
    observations = _read_table(project, "observations")
    held = [one for one in load.metrics().values() if one.headline and one.key in set(observations["metric"])]
    if not held:
        raise damaged(project, "observations.parquet", "holds no rows on a metric that boards are judged by")
    wanted = ["ambition_tests"]
    wanted += MONTHLY if any(one.frequency == "month" for one in held) else ()
    wanted += YEARLY if any(one.frequency != "month" for one in held) else ()
    tables = {"observations": _select_periods(observations, held)}
    keys = [one.key for one in held]
    for name in wanted:
        frame = _read_table(project, name)
        tables[name] = frame[frame["metric"].isin(keys)]
    return tables


def select_metric(project: Project, tables: Mapping[str, pd.DataFrame], metric: Metric) -> dict[str, pd.DataFrame]:
    """Select the rows of one metric from the tables that speak of it.

    Raises
    ------
    ProjectError
        If it has no observations, or no results of them.
    """
    judged = MONTHLY if metric.frequency == "month" else YEARLY
    found = {
        name: tables[name][tables[name]["metric"].eq(metric.key)]
        for name in ("observations", "ambition_tests", *judged)
        if name in tables
    }
    for name in ("observations", "its_effects" if metric.frequency == "month" else "annual"):
        if name not in found or found[name].empty:
            raise damaged(project, f"{name}.parquet", f"holds no rows on '{metric.key}'")
    return found


def read_moves(project: Project) -> pd.DataFrame:
    """Read where series were joined across a change of boundaries; empty where a project does not say."""
    if not (project.clean / f"{MOVES}.parquet").is_file():
        return pd.DataFrame(columns=_MOVES_COLUMNS, dtype=str)
    frame = project.read_table(MOVES)
    lacking = [column for column in _MOVES_COLUMNS if column not in frame.columns]
    if lacking:
        raise damaged(project, f"{MOVES}.parquet", f"lacks the column '{lacking[0]}'")
    return frame


def split_unknown(codes: Iterable[str]) -> tuple[list[str], list[str]]:
    """Split ONS codes into those that have a page, England first, and those that the catalogue does not know.

    An authority that the catalogue knows and that is no board, as the Isles of Scilly, is among neither.
    """
    areas = load.areas()
    ordered = sorted({str(code) for code in codes}, key=lambda code: (code != ENGLAND, code))
    known = [code for code in ordered if code in areas and areas[code].kind != "not_a_board"]
    return known, [code for code in ordered if code not in areas]


def damaged(project: Project, name: str, what: str) -> ProjectError:
    """Say in one line what is wrong with a file of ``data_clean``, and how to make it again."""
    maker = _MAKERS.get(name.partition(".")[0], "evaluate")
    return ProjectError(f"{project.clean / name} {what}; make it again with: bcf-eval {maker} --project {project.root}")


def _select_periods(observations: pd.DataFrame, held: list[Metric]) -> pd.DataFrame:
    """Select the kind of period each metric is judged by: admissions are there by quarter too."""
    kinds = {text: parse_period(text).kind for text in observations["period"].unique()}
    wanted = observations["metric"].map({one.key: one.frequency for one in held})
    return observations[observations["period"].map(kinds).eq(wanted)]


def _read_table(project: Project, name: str) -> pd.DataFrame:
    file, frame = f"{name}.parquet", project.read_table(name)
    lacking = [column for column in TABLES[name] if column not in frame.columns]
    if lacking:
        raise damaged(project, file, f"lacks the column '{lacking[0]}'")
    for column in _NUMBERS.get(name, ()):
        if not (frame.empty or pd.api.types.is_numeric_dtype(frame[column])):
            raise damaged(project, file, f"holds something other than numbers in '{column}'")
    if name in _VERDICTS:
        column, closed = _VERDICTS[name]
        unknown = sorted({str(one) for one in frame[column]} - set(closed))
        if unknown:
            raise damaged(project, file, f"holds the verdict '{unknown[0]}', which is none")
    return frame


def _is_input(one: object) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("path", "vintage"))
