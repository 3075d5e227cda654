"""Boards' own plans: the latest vintage is tested, on what had ended when it was made."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.build import evaluate
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.plans import PLAN, evaluate_plans
from bcf_eval.observations import validate
from bcf_eval.results import AmbitionTest
from bcf_eval.store import Project

from ..conftest import BOARDS
from ..makers import make_rows, simulate_admissions

PROTOCOL = load.protocol()
YEARS = ["2013/14", "2014/15", "2015/16"]


def plan(**changes: object) -> dict[str, object]:
    return {
        "area_code": BOARDS[1], "metric": "dtoc_days", "period": "2016/17", "planned": 9.0,
        "baseline_period": "2015/16", "baseline_end": "", "baseline_value": math.nan,
        "vintage": "2016-05-03", "source": "a plan", "file": "a.csv",
    } | changes  # fmt: skip


def answer(panel: Panel, *plans: dict[str, object]) -> list[AmbitionTest]:
    return evaluate_plans(panel, pd.DataFrame(list(plans)), PROTOCOL)


def test_the_latest_vintage_is_tested(panel: Panel) -> None:
    found = answer(
        panel,
        plan(planned=8.0, vintage="2016-05-03"),
        plan(planned=7.0, vintage="2016-07-01"),
        plan(planned=6.0, vintage="2015-12-01"),
        plan(metric="nea"),
    )
    assert [(one.target, one.vintage, one.ambition, one.source) for one in found] == [
        (7.0, "2016-07-01", PLAN, "a plan")
    ]


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, "2016-03"),
        ({"vintage": "2016-02-20", "baseline_period": "2014/15"}, "2016-01"),
        ({"vintage": "2015-04-01", "baseline_period": "2014/15"}, "2015-03"),
        ({"baseline_end": "2016-02", "baseline_period": "2014/15"}, "2016-02"),
        ({"period": "2020-09", "vintage": "2019-12-01", "baseline_period": "2018/19"}, "2019-03"),
    ],
)
def test_what_was_known_when_the_plan_was_made(panel: Panel, changes: dict[str, object], end: str) -> None:
    (found,) = answer(panel, plan(**changes))
    assert found.baseline_end == end


def test_the_baseline_a_plan_states_is_its_own(panel: Panel) -> None:
    returned, stated = answer(panel, plan())[0], answer(panel, plan(baseline_value=8.5))[0]
    assert returned.baseline == pytest.approx(12.7, abs=1)
    assert stated.baseline == 8.5
    assert returned.verdict != "no improvement"
    assert stated.verdict == "no improvement"
    assert stated.expected == pytest.approx(returned.expected)
    # Of a baseline before the data the plan alone can tell.
    assert answer(panel, plan(baseline_period="2009/10", baseline_value=14.0))[0].verdict != "not testable"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"area_code": "E09000033"}, "hold nothing of the area"),
        ({"vintage": "2009-01-01", "period": "2010/11"}, "the data begin in 2011-04"),
        ({"baseline_period": "2009/10"}, "lies before the data"),
        ({"vintage": "2016-02-20"}, "does not end by 2016-01"),
        ({"baseline_end": "2020-03", "period": "2021/22"}, "the data run from 2011-04 to 2019-03"),
    ],
)
def test_what_these_data_cannot_be_asked_is_an_answer(panel: Panel, changes: dict[str, object], said: str) -> None:
    refused, other = sorted(answer(panel, plan(**changes), plan(area_code=BOARDS[2])), key=lambda one: one.reason)[::-1]
    assert refused.verdict == "not testable"
    assert said in refused.reason
    assert "cannot be tested" in refused.sentence
    assert other.verdict != "not testable"


def test_a_plan_for_a_year_stands_on_the_year_that_had_ended() -> None:
    data = validate(make_rows("reablement", BOARDS[1], ["2014/15", "2015/16"], [80, 82], 100.0))
    panel = build_panel(data, load.metric("reablement"))
    early = plan(metric="reablement", planned=88.0, baseline_period="2014/15", vintage="2016-03-31")
    (found,) = answer(panel, early)
    assert (found.baseline_end, found.baseline) == ("2014/15", 80.0)
    (found,) = answer(panel, {**early, "vintage": "2016-04-01"})
    assert (found.baseline_end, found.baseline) == ("2015/16", 80.0)


def test_everything_is_evaluated_and_stored(observations: pd.DataFrame, tmp_path: object) -> None:
    """Delays, admissions and two yearly metrics in one table, with rules and plans; no fits of yearly metrics."""
    table = validate(
        pd.concat(
            [
                observations,
                simulate_admissions(BOARDS),
                make_rows("reablement", BOARDS[1], YEARS, [80, 82, 85], 100.0),
                make_rows("quality_of_life", BOARDS[1], YEARS, [80, 82, 85], 100.0),
            ]
        )
    )
    project = Project(tmp_path)  # type: ignore[arg-type]
    plans = pd.DataFrame([plan(), plan(metric="reablement", planned=90.0), plan(metric="nea", planned=9000.0)])
    project.write_tables({"observations": table, "ambitions": plans}, {"build_id": "abc"}, name="build")
    report = evaluate(project)
    tests = project.read_table("ambition_tests")
    assert tests["ambition"].value_counts().to_dict() == {"dtoc_2017": 8, "nea_2015": 8, PLAN: 3}
    assert (report.n_ambitions, report.n_plans, report.n_years, report.n_areas) == (19, 3, 3, 9)
    assert set(project.read_table("annual")["metric"]) == {"reablement"}
    for name in ("its_terms", "its_paths", "its_effects", "its_checks"):
        assert set(project.read_table(name)["metric"]) == {"dtoc_days", "nea"}
    assert tests.loc[tests["ambition"].eq("nea_2015"), "source"].str.contains("HL838").all()


def test_a_plan_too_far_ahead_says_so(panel: Panel) -> None:
    (found,) = answer(panel, plan(period="2098/99"))
    assert found.verdict == "not testable" and "more than 10 years after" in found.reason


@pytest.mark.parametrize("planned", [math.nan, math.inf])
def test_a_yearly_plan_without_a_number_is_an_answer(planned: float) -> None:
    rows = validate(make_rows("residential", BOARDS[1], ["2014/15", "2015/16"], [300, 280], 30_000.0))
    panel = build_panel(rows, load.metric("residential"))
    (found,) = answer(panel, plan(metric="residential", planned=planned, baseline_end="2015/16"))
    assert (found.verdict, found.reason) == ("not testable", "there is no target to be tested")
