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
from bcf_eval.results import AmbitionTest, tabulate_ambitions
from bcf_eval.store import Project
from bcf_eval.tables import ANNUAL, ITS_CHECKS, ITS_EFFECTS, ITS_PATHS

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
    results = load_results(project).monthly["dtoc_days"].take("E06000033")
    assert [change.intervention.key for change in results.changes] == ["bcf_2015", "ibcf_2017"]
    change = results.changes[0]
    assert (change.main.estimate, change.main.verdict) == (-1.0, "fell")
    assert change.local["average_12"].estimate == 0.5
    assert change.england["average_12"].estimate == -1.0
    assert (change.agrees, change.england_agrees) == (True, False)
    assert list(results.observations["period"]) == ["2015-04", "2015-05"]
    assert results.ambition is not None and results.ambition.target == 9.4


def test_disagreement_is_marked_beside_the_primary_contrast(project: Project) -> None:
    primary = load_results(project).monthly["dtoc_days"].primary
    assert set(primary.loc[~primary["agrees"], "area_code"]) == {"E92000001"}
    assert len(primary) == 10


def test_england_has_nothing_beside_it(project: Project) -> None:
    results = load_results(project).monthly["dtoc_days"].take("E92000001")
    assert results.is_england and results.ambition is None and results.changes[0].local == {}


def test_a_test_is_read_back_as_it_was(make_test: Callable[..., AmbitionTest]) -> None:
    test = make_test(
        chance_calibrated=0.2, chance_gaussian=0.1, n_errors=300.0, n_origins=4.0, effort_50=1.0, effort_80=2.0,
        achievable=0.1, achievable_of=50.0, detectable_power=0.4, detectable_change=3.0,
    )  # fmt: skip
    (row,) = tabulate_ambitions([test]).to_dict("records")
    assert read_ambition(row) == test


def test_an_unknown_area_is_an_error(project: Project) -> None:
    with pytest.raises(RequestError, match=r"Kent .* is not in these data"):
        load_results(project).find_area("E10000016")


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


def change_table(project: Project, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = project.clean / f"{name}.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def test_areas_that_are_no_boards_are_skipped_by_name(project: Project) -> None:
    def add(frame: pd.DataFrame) -> pd.DataFrame:
        new = frame[frame["area_code"].eq("E06000021")].assign(area_code="E06000999")
        return pd.concat([frame, new], ignore_index=True)

    before = load_results(project)
    for name in ("observations", "its_effects", "its_checks", "its_paths"):
        change_table(project, name, add)
    results = load_results(project)
    assert (results.areas, results.skipped) == (before.areas, ("E06000999",))
    pd.testing.assert_frame_equal(results.monthly["dtoc_days"].primary, before.monthly["dtoc_days"].primary)
    with pytest.raises(RequestError, match=r"^E06000999 is not one of the boards this version reports on"):
        results.find_area(" e06000999")
    assert results.find_area("Southend-on-Sea").code == "E06000033"


def add_years(project: Project) -> None:
    """Give a project two years of a yearly metric, and admissions by quarter that no page shows."""
    values = [("reablement", period, 80.0) for period in ("2016/17", "2015/16")] + [("dtoc_days", "2015/16-Q1", 9.0)]
    rows = [(area, metric, period, 8.0, 10.0, value, "", "x") for area in AREAS for metric, period, value in values]
    rows.append(("E06000053", "reablement", "2015/16", 1.0, 2.0, 50.0, "", "x"))
    change_table(
        project,
        "observations",
        lambda old: pd.concat([old, pd.DataFrame(rows, columns=list(old.columns))], ignore_index=True),
    )
    years = [
        {"area_code": area, "metric": "reablement", "period": period, "value": 80.0, "change_verdict": "rose"}
        for area in AREAS
        for period in ("2015/16", "2016/17")
    ]
    frame(ANNUAL, years).to_parquet(project.clean / "annual.parquet", index=False)


def test_a_project_without_some_metrics_is_whole(project: Project) -> None:
    results = load_results(project)
    assert (set(results.monthly), set(results.yearly)) == ({"dtoc_days"}, set())


def test_yearly_metrics_stand_beside_monthly_ones(project: Project) -> None:
    add_years(project)
    results = load_results(project)
    assert (set(results.monthly), set(results.yearly)) == ({"dtoc_days"}, {"reablement"})
    years = results.yearly["reablement"]
    assert years.span == ("2015/16", "2016/17")
    assert [one.period for one in years.take("E06000033").years] == ["2015/16", "2016/17"]
    # Quarters are there besides; a page is of months.
    assert set(results.monthly["dtoc_days"].take("E06000033").observations["period"]) == {"2015-04", "2015-05"}


def test_the_isles_of_scilly_are_no_board(project: Project) -> None:
    add_years(project)
    results = load_results(project)
    assert "E06000053" not in results.areas and results.skipped == ()
    with pytest.raises(RequestError, match=r"Isles of Scilly .* has no Health and Wellbeing Board"):
        results.find_area("Isles of Scilly")


def test_yearly_observations_without_results_name_the_command(project: Project) -> None:
    add_years(project)
    (project.clean / "annual.parquet").unlink()
    with pytest.raises(ProjectError, match=r"annual\.parquet is not there.*bcf-eval evaluate"):
        load_results(project)


def test_a_board_that_came_later_is_found(project: Project) -> None:
    for name in ("observations", "its_effects", "its_checks", "its_paths"):
        change_table(project, name, lambda one: one.replace({"area_code": {"E06000021": "E06000058"}}))
    results = load_results(project)
    assert results.skipped == () and results.find_area("Bournemouth, Christchurch and Poole").code == "E06000058"


def test_a_rule_comes_before_plans_and_plans_go_by_date(
    project: Project, make_test: Callable[..., AmbitionTest]
) -> None:
    plans = [make_test(ambition="plan", period="2016/17", vintage=day) for day in ("2016-05-03", "2016-02-08")]
    early = make_test(ambition="plan", period="2015/16", vintage="2016-12-01")
    tests = tabulate_ambitions([*plans, early, make_test()])
    change_table(project, "ambition_tests", lambda _: tests)
    found = load_results(project).monthly["dtoc_days"].take("E06000033").ambitions
    assert [(one.ambition, one.period, one.vintage) for one in found] == [
        ("dtoc_2017", "2017-09", ""),
        ("plan", "2015/16", "2016-12-01"),
        ("plan", "2016/17", "2016-02-08"),
        ("plan", "2016/17", "2016-05-03"),
    ]


@pytest.mark.parametrize("content", ["5", "[1, 2]", '"x"', "null"])
def test_a_record_that_is_no_object_is_told_in_one_line(project: Project, content: str) -> None:
    (project.clean / "evaluation.json").write_text(content, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"evaluation\.json .*bcf-eval evaluate"):
        load_results(project)


def test_a_build_with_damaged_inputs_is_told_in_one_line(project: Project) -> None:
    (project.clean / "build.json").write_text('{"build_id": "b", "inputs": [5]}', encoding="utf-8")
    with pytest.raises(ProjectError, match=r"build\.json .*bcf-eval clean"):
        load_results(project)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("its_effects", lambda frame: frame.drop(columns="rho"), "lacks the column 'rho'"),
        ("its_checks", lambda frame: frame.drop(columns="area_code"), "lacks the column 'area_code'"),
        ("its_paths", lambda frame: frame.assign(fitted="x"), "something other than numbers in 'fitted'"),
        ("its_effects", lambda frame: frame.iloc[:0], "holds no rows on 'dtoc_days'"),
        ("its_effects", lambda frame: frame.assign(verdict="sank"), "holds the verdict 'sank'"),
        ("its_effects", lambda frame: frame.assign(contrast="at_12"), "no contrast 'average_12'"),
        ("ambition_tests", lambda frame: frame.assign(checks="5"), "holds a test that cannot be read"),
    ],
)
def test_damaged_results_are_told_in_one_line(
    project: Project, name: str, change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    change_table(project, name, change)
    with pytest.raises(ProjectError) as caught:
        load_results(project)
    assert f"{name}.parquet" in str(caught.value) and said in str(caught.value)
    assert "bcf-eval evaluate --project" in str(caught.value) and "\n" not in str(caught.value)


def test_a_table_that_is_not_parquet_is_told_in_one_line(project: Project) -> None:
    (project.clean / "its_checks.parquet").write_bytes(b"half of it")
    with pytest.raises(ProjectError, match=r"its_checks\.parquet cannot be read.*bcf-eval evaluate"):
        load_results(project)


def test_tables_that_may_be_empty_are_fine(project: Project) -> None:
    for name in ("its_checks", "its_paths", "ambition_tests"):
        change_table(project, name, lambda frame: frame.iloc[:0])
    results = load_results(project).monthly["dtoc_days"].take("E06000033")
    assert results.path.empty and results.ambition is None and results.changes[0].checks == ()
