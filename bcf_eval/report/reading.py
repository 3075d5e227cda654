"""Are the results of a project whole? Its tables and records, read and looked through before anything is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError
from bcf_eval.observations import COLUMNS
from bcf_eval.results import (
    AMBITION_TESTS,
    AMBITION_VERDICTS,
    ITS_CHECKS,
    ITS_EFFECTS,
    ITS_PATHS,
    ITS_VERDICTS,
)
from bcf_eval.specs import ENGLAND
from bcf_eval.store import Project

TABLES: Mapping[str, list[str]] = {
    "observations": COLUMNS,
    "its_paths": ITS_PATHS,
    "its_effects": ITS_EFFECTS,
    "its_checks": ITS_CHECKS,
    "ambition_tests": AMBITION_TESTS,
}
RECORDS = ("build", "evaluation")
_MAKERS = {"observations": "clean", "build": "clean"}
_NUMBERS = {
    "observations": ("numerator", "denominator", "value"),
    "its_paths": ("observed", "fitted", "counterfactual", "lower", "upper"),
    "its_effects": ("estimate", "std_error", "df", "lower", "upper", "p_value", "n_before", "n_after"),
    "ambition_tests": ("target", "baseline", "expected", "lower", "upper", "chance", "smallest_meaningful"),
}
_VERDICTS = {"its_effects": ("", *ITS_VERDICTS), "ambition_tests": AMBITION_VERDICTS}


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


def read_tables(project: Project, metric: str) -> dict[str, pd.DataFrame]:
    """Read the tables of a metric, by name.

    Raises
    ------
    ProjectError
        If one is not there, or is damaged; the message says which command makes it again.
    """
    tables = {name: _read_table(project, name) for name in TABLES}
    tables = {name: frame[frame["metric"] == metric] for name, frame in tables.items()}
    for name in ("observations", "its_effects"):
        if tables[name].empty:
            raise damaged(project, f"{name}.parquet", f"holds no rows on '{metric}'")
    return tables


def split_unknown(codes: Iterable[str]) -> tuple[list[str], list[str]]:
    """Split ONS codes into those that are reported on, England first, and those that are not.

    Returns from after March 2019 hold areas that came into being since.
    """
    known = {ENGLAND, *load.boards()}
    ordered = sorted({str(code) for code in codes}, key=lambda code: (code != ENGLAND, code))
    return [code for code in ordered if code in known], [code for code in ordered if code not in known]


def damaged(project: Project, name: str, what: str) -> ProjectError:
    """Say in one line what is wrong with a file of ``data_clean``, and how to make it again."""
    maker = _MAKERS.get(name.partition(".")[0], "evaluate")
    return ProjectError(f"{project.clean / name} {what}; make it again with: bcf-eval {maker} --project {project.root}")


def _read_table(project: Project, name: str) -> pd.DataFrame:
    file, frame = f"{name}.parquet", project.read_table(name)
    lacking = [column for column in TABLES[name] if column not in frame.columns]
    if lacking:
        raise damaged(project, file, f"lacks the column '{lacking[0]}'")
    for column in _NUMBERS.get(name, ()):
        if not (frame.empty or pd.api.types.is_numeric_dtype(frame[column])):
            raise damaged(project, file, f"holds something other than numbers in '{column}'")
    unknown = sorted({str(one) for one in frame["verdict"]} - set(_VERDICTS[name])) if name in _VERDICTS else []
    if unknown:
        raise damaged(project, file, f"holds the verdict '{unknown[0]}', which is none")
    return frame


def _is_input(one: object) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("path", "vintage"))
