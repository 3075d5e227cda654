"""What was found when the data were looked through? The tables of the check, read for its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError
from bcf_eval.files import has_file
from bcf_eval.periods import parse_period
from bcf_eval.report.reading import find_project
from bcf_eval.store import Project

RECORD = "quality"
_NEEDED = ("arrivals", "states", "coverage", "flags", "jumps", "totals")
# An older build lacks some of these, and a project without annual returns has nothing to compare.
_BESIDE = {"comparisons": "quality_comparisons"} | {name: name for name in ("revisions", "corrections", "refused")}


@dataclass(frozen=True)
class QualityData:
    """What the check found.

    Attributes
    ----------
    arrivals, states, coverage, flags, jumps, totals
        Tables; columns in the modules that make them.
    comparisons, revisions, corrections, refused
        ``None`` where the build does not hold them.
    build, record
        What made the observations, and the tables of the check.
    """

    arrivals: pd.DataFrame
    states: pd.DataFrame
    coverage: pd.DataFrame
    flags: pd.DataFrame
    jumps: pd.DataFrame
    totals: pd.DataFrame
    comparisons: pd.DataFrame | None
    revisions: pd.DataFrame | None
    corrections: pd.DataFrame | None
    refused: pd.DataFrame | None
    build: Mapping[str, Any]
    record: Mapping[str, Any]

    @property
    def metrics(self) -> tuple[str, ...]:
        """Keys of the metrics there are numbers of, those that boards are judged by first."""
        known = load.metrics()
        held = set(self.coverage["metric"])
        return tuple(sorted((key for key in known if key in held), key=lambda key: not known[key].headline))


def load_quality(project: Project | Path | str) -> QualityData:
    """Read what the check found.

    Parameters
    ----------
    project
        The project, or its folder; its ``notebooks`` folder will do, where JupyterLab stands.

    Raises
    ------
    ProjectError
        If the check was not made, or was made of another build.
    """
    here = find_project(project)
    build, record = here.read_record("build"), here.read_record(RECORD)
    again = f"run: bcf-eval check --project {here.root}"
    if not record:
        raise ProjectError(f"The data in {here.clean} have not been looked through yet; {again}")
    if record.get("build_id") != build.get("build_id"):
        raise ProjectError(
            f"The check in {here.clean} is of build '{record.get('build_id', '')}', but the observations are build "
            f"'{build.get('build_id')}'; {again}"
        )
    found = {name: _read_if_there(here, table) for name, table in _BESIDE.items()}
    return QualityData(
        **{name: here.read_table(f"quality_{name}") for name in _NEEDED},
        comparisons=found["comparisons"],
        revisions=found["revisions"],
        corrections=found["corrections"],
        refused=found["refused"],
        build=MappingProxyType(build),
        record=MappingProxyType(record),
    )


def name_place(code: str, *, organisation: str = "") -> str:
    """Name an area by its code; an organisation that is none keeps its own."""
    known = load.areas()
    return known[code].name if code in known else code or organisation


def name_periods(first: str, last: str) -> str:
    """Name a span of periods: ``April 2011 to March 2019``."""
    return " to ".join(dict.fromkeys(parse_period(str(one)).label for one in (first, last)))


def name_metric(key: str) -> str:
    """Name a metric as a heading."""
    label = load.metrics()[key].label if key in load.metrics() else key
    return f"{label[:1].upper()}{label[1:]}"


def leave_out_parts(keys: Iterable[str]) -> list[str]:
    """Leave out the parts of a metric that is named itself."""
    known = list(dict.fromkeys(str(key) for key in keys))
    return [key for key in known if not any(key.startswith(f"{other}_") for other in known)]


def _read_if_there(project: Project, name: str) -> pd.DataFrame | None:
    return project.read_table(name) if has_file(project.clean / f"{name}.parquet") else None
