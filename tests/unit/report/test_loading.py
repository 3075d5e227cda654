"""Results are read as they were stored, once, and never from two runs at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.report.loading import load_results, read_ambition
from bcf_eval.results import ITS_CHECKS, ITS_EFFECTS, ITS_PATHS, AmbitionTest, tabulate_ambitions
from bcf_eval.store import Project

AREAS = ("E92000001", "E06000033", "E06000021")


def frame(columns: list[str], rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows with the columns of a table of results; what is not given is empty."""
    texts = {"p_cal_reason", "verdict", "reason", "method", "unit"}
    blank = {column: "" if column in texts else 0.0 for column in columns}
    return pd.DataFrame([blank | row for row in rows], columns=columns)


@pytest.fixture
def project(tmp_path: Path, make_test: Callable[..., AmbitionTest]) -> Project:
    """A project of three areas with results made by hand."""
    keys = [(area, one.key) for area in AREAS for one in load.interventions("dtoc_days")]
    effects = [
        {
            "area_code": area,
            "metric": "dtoc_days",
            "intervention": key,
            "fit": "verdict",
            "specification": "main",
            "scope": scope,
            "contrast": "average_12",
            "estimate": -1.0 if scope == "own" else 0.5,
            "extrapolated": False,
            "verdict": "fell" if scope == "own" else "no clear change",
        }
        for area, key in keys
        for scope in ("own", "local")
        if (area, scope) != ("E92000001", "local")
    ]
    checks = [
        {
            "area_code": area,
            "metric": "dtoc_days",
            "intervention": key,
            "check": "other specifications agree",
            "passed": area != "E92000001",
            "detail": "3 of 5 agree.",
        }
        for area, key in keys
    ]
    periods = ["2015-05", "2015-04"]
    observations = pd.DataFrame(
        [(area, "dtoc_days", period, 1.0, 2.0, 3.0, "", "x") for area in AREAS for period in periods],
        columns=["area_code", "metric", "period", "numerator", "denominator", "value", "flag", "source"],
    )
    paths = [{"area_code": area, "metric": "dtoc_days", "period": one} for area in AREAS for one in periods]
    made = Project(tmp_path)
    record = {"evaluation_id": "e", "build_id": "b", "protocol_sha256": load.protocol().sha256, "exploratory": False}
    made.write_tables({"observations": observations}, {"build_id": "b"}, name="build")
    made.write_tables(
        {
            "its_effects": frame(ITS_EFFECTS, effects),
            "its_checks": frame(ITS_CHECKS, checks),
            "its_paths": frame(ITS_PATHS, paths),
            "ambition_tests": tabulate_ambitions([make_test()]),
        },
        record,
        name="evaluation",
    )
    return made


def test_an_area_comes_with_england_beside_it(project: Project) -> None:
    results = load_results(project).take("E06000033")
    assert [change.intervention.key for change in results.changes] == ["bcf_2015", "ibcf_2017"]
    change = results.changes[0]
    assert (change.main.estimate, change.main.verdict) == (-1.0, "fell")
    assert change.local["average_12"].estimate == 0.5
    assert change.england["average_12"].estimate == -1.0
    assert (change.agrees, change.england_agrees) == (True, False)
    assert list(results.observations["period"]) == ["2015-04", "2015-05"]
    assert results.ambition is not None and results.ambition.target == 9.4


def test_disagreement_is_marked_beside_the_primary_contrast(project: Project) -> None:
    primary = load_results(project).primary
    assert set(primary.loc[~primary["agrees"], "area_code"]) == {"E92000001"}
    assert len(primary) == 10


def test_england_has_nothing_beside_it(project: Project) -> None:
    results = load_results(project).take("E92000001")
    assert results.is_england and results.ambition is None and results.changes[0].local == {}


def test_a_test_is_read_back_as_it_was(make_test: Callable[..., AmbitionTest]) -> None:
    test = make_test()
    (row,) = tabulate_ambitions([test]).to_dict("records")
    assert read_ambition(row) == test


def test_an_unknown_area_is_an_error(project: Project) -> None:
    with pytest.raises(RequestError, match=r"Kent .* is not in these data"):
        load_results(project).take("E10000016")


def test_the_notebooks_folder_stands_for_its_project(project: Project) -> None:
    folder = project.root / "notebooks"
    folder.mkdir()
    assert load_results(folder).areas == ("E92000001", "E06000021", "E06000033")


def test_tables_are_read_again_only_when_they_changed(project: Project) -> None:
    first = load_results(project)
    assert load_results(project) is first
    path = project.clean / "its_effects.parquet"
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 10_000_000))
    assert load_results(project) is not first


def test_results_of_other_observations_are_refused(project: Project) -> None:
    (project.clean / "build.json").write_text(json.dumps({"build_id": "other"}), encoding="utf-8")
    with pytest.raises(ProjectError, match="stand on build 'b', but the observations are build 'other'"):
        load_results(project)


def test_results_of_another_protocol_are_refused(project: Project) -> None:
    (project.root / "protocol.yml").write_text("alpha: 0.01\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="were made under protocol"):
        load_results(project)


def test_missing_results_name_the_command_that_makes_them(project: Project) -> None:
    (project.clean / "its_paths.parquet").unlink()
    with pytest.raises(ProjectError, match="bcf-eval evaluate"):
        load_results(project)
