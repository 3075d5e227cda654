"""Quarterly returns and plans of the demonstration are read by the readers of real ones, with nothing left over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.acquire import demo_plans, demo_quarterly, demo_quarterly_files
from bcf_eval.acquire.demo_world import World, draw_world
from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.plans import read_plans
from bcf_eval.clean.returns.quarterly import QuarterlyReturns, read_quarterly


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(5)


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quarterly")
    for given in demo_quarterly.draw_answers(np.random.default_rng(1), world):
        for quarter in demo_quarterly_files.QUARTERS:
            name = demo_quarterly_files.name_file(given.board, quarter)
            demo_quarterly_files.write_return(folder / name, quarter, given)
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> QuarterlyReturns:
    return read_quarterly([(path, path.name) for path in sorted(folder.iterdir())])


@pytest.fixture(scope="module")
def plans(world: World, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("plans") / demo_plans.FILE
    demo_plans.write_plans(path, np.random.default_rng(2), world)
    source = find_source("ambitions", path.name)
    assert source is not None
    assert describe_file(path, source, sha256="", retrieved="", origin="", stored=path.name).demonstration
    return read_plans(path)


def test_every_workbook_is_labelled_and_read_without_a_problem(folder: Path, found: QuarterlyReturns) -> None:
    paths = sorted(folder.iterdir())
    assert paths[-1].name == "southend-on-sea_2016-17_q4.xlsx"
    for path in paths:
        source = find_source("quarterly", path.name)
        assert source is not None
        assert describe_file(path, source, sha256="", retrieved="", origin="", stored=path.name).demonstration
    assert found.n_read == len(paths) == 20
    assert found.problems.empty


def test_every_question_is_answered(found: QuarterlyReturns) -> None:
    quarters = [f"2016/17-Q{number}" for number in (1, 2, 3, 4)]
    assert sorted(set(found.conditions["period"])) == quarters
    assert set(found.conditions["area_code"]) == set(demo_quarterly.BOARDS)
    # Twelve conditions; each return repeats the answers of those before it.
    assert len(found.conditions) == 5 * 12 * (1 + 2 + 3 + 4)
    assert len(found.supporting_metrics) == 5 * 4 * 6
    assert set(found.year_end["period"]) == {"2016/17-Q4"}
    assert len(found.year_end) == 5 * (7 + 6)
    assert len(found.personal_budgets) == 5 * 4 * 6
    assert len(found.integrated_teams) == 5 * 4 * 2
    assert (found.supporting_metrics["progress"] != "").all()


def test_money_adds_up(found: QuarterlyReturns) -> None:
    last = found.finance[found.finance["period"] == "2016/17-Q4"]
    for (_, flow, series), rows in last[last["series"] != "pooled_fund"].groupby(["area_code", "flow", "series"]):
        of_year = rows["about_period"] == "2016/17"
        if series != "forecast":
            assert rows.loc[~of_year, "value"].sum() == rows.loc[of_year, "value"].item(), flow
    first = found.finance[(found.finance["period"] == "2016/17-Q1") & (found.finance["series"] == "actual")]
    assert first["value"].notna().sum() == 5 * 2


def test_progress_is_told_by_what_happened(found: QuarterlyReturns, world: World) -> None:
    metrics = found.supporting_metrics.set_index(["area_code", "period", "metric"])["progress"]
    months = world.months
    for code in demo_quarterly.BOARDS:
        values = world.simulation.values[:, world.boards.index(code)]
        now = values[months.index("2016-07") : months.index("2016-10")].mean()
        before = values[months.index("2015-07") : months.index("2015-10")].mean()
        worse = metrics[code, "2016/17-Q2", "dtoc_days"] == "No improvement in performance"
        assert worse == (now > before)


def test_commentary_states_a_performance_and_its_target(found: QuarterlyReturns) -> None:
    stated = found.supporting_metrics[found.supporting_metrics["metric"] == "patient_experience"]
    assert sorted(set(stated["performance"])) == [90, 91, 92, 93]
    assert set(stated["target"]) == {92}


def test_every_board_has_a_plan_of_each_metric_of_the_fund(plans: pd.DataFrame) -> None:
    made = plans[plans["vintage"] == demo_plans.MADE]
    counts = made["metric"].value_counts()
    assert {key: counts[key] for key in ("dtoc_days", "nea", "residential")} == dict.fromkeys(
        ("dtoc_days", "nea", "residential"), 151
    )
    # A council whose cohort is too small to be printed has no baseline to plan from.
    assert 147 <= counts["reablement"] <= 151
    assert set(plans["period"]) == {"2016/17"}
    assert plans["source"].str.contains("DEMONSTRATION").all()


def test_some_plans_were_revised_and_ask_for_half_as_much(plans: pd.DataFrame) -> None:
    revised = plans[plans["vintage"] == demo_plans.REVISED]
    assert len(revised) == pytest.approx(4 * 16, abs=1)
    both = revised.merge(plans[plans["vintage"] == demo_plans.MADE], on=["area_code", "metric"], validate="one_to_one")
    change, at_first = (both[f"planned_{side}"] - both["baseline_value_x"] for side in ("x", "y"))
    np.testing.assert_allclose(change, at_first / 2, atol=0.2)


def test_plans_begin_from_what_the_returns_say(plans: pd.DataFrame, world: World) -> None:
    some = plans[(plans["metric"] == "residential") & (plans["vintage"] == demo_plans.MADE)].set_index("area_code")
    measure, year = world.outcomes.measures["residential"], world.outcomes.years.index("2015/16")
    areas = [world.outcomes.areas.index(code) for code in world.boards]
    rate = 1e5 * measure.numerator[year, areas] / measure.denominator[year, areas]
    np.testing.assert_allclose(some.loc[list(world.boards), "baseline_value"], rate, atol=0.0501)
    assert (some["planned"] < some["baseline_value"]).mean() > 0.7
    better = plans[plans["metric"] == "reablement"]
    assert (better["planned"] > better["baseline_value"]).mean() > 0.7
    assert load.metric("nea").better == "lower"
