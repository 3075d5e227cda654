"""Outcomes come back from the real reader as they were drawn, with the drift and the marks of the published file."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.acquire import demo_annual, demo_ascof, demo_ascof_files, demo_truth_annual
from bcf_eval.acquire.demo_world import World, draw_world
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.annual import agrees_as_printed, work_out
from bcf_eval.clean.returns.ascof import read_ascof
from bcf_eval.periods import month_range, parse_period
from bcf_eval.specs import ENGLAND

YEARS = ("2014/15", "2015/16", "2016/17", "2017/18", "2018/19")


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(5)


@pytest.fixture(scope="module")
def path(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ascof")
    file = folder / demo_ascof_files.name_file(world.outcomes.years)
    demo_ascof_files.write_outcomes(file, world.outcomes)
    return file


@pytest.fixture(scope="module")
def lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows(path: Path) -> pd.DataFrame:
    source = find_source("ascof", path.name)
    assert source is not None
    file = describe_file(path, source, sha256="", retrieved="", origin="", stored=f"ascof/undated/{path.name}")
    assert file.demonstration
    assert file.period == "2014/15 to 2018/19"
    return read_ascof(path, file).rows


def lay_out(rows: pd.DataFrame, metric: str, column: str, areas: tuple[str, ...]) -> np.ndarray:
    some = rows[rows["metric"] == metric]
    return some.pivot(index="period", columns="area_code", values=column)[list(areas)].to_numpy(float)


def test_years_are_those_that_lie_wholly_within() -> None:
    assert demo_ascof.list_years(month_range("2011-04", "2019-03")) == YEARS
    assert demo_ascof.list_years(month_range("2015-05", "2018-02")) == ("2016/17",)


def test_headings_and_codes_drift_as_published(path: Path, lines: list[dict[str, str]]) -> None:
    assert path.name == "ascof_2014-15_to_2018-19.csv.gz"
    assert list(lines[0]) == [
        "Return.Year", "Geographical.Code", "Geographical.Description", "Geographical.Level", "ONS.Area.Code",
        "ASCOF.Measure.Code", "Disaggregation.Level", "Measure.Type", "Measure.Value", "Measure.Group",
        "Measure.Group.Description",
    ]  # fmt: skip
    codes = {year: {one["ASCOF.Measure.Code"] for one in lines if one["Return.Year"] == year} for year in
             ("2014-15", "2015-16", "2016-17", "2017-18", "2018-19")}  # fmt: skip
    assert [next(code for code in ("2A(2)_1415", "2A(2)", "2A2") if code in one) for one in codes.values()] == [
        "2A(2)_1415", "2A(2)", "2A2", "2A2", "2A2",
    ]  # fmt: skip
    assert ["2B(1)" in one for one in codes.values()] == [True, True, False, False, False]
    assert ["1D" in one for one in codes.values()] == [True, False, True, False, True]
    assert ["1H" in one for one in codes.values()] == [True, True, False, True, True]
    assert ["2C3" in one for one in codes.values()] == [False, False, False, True, True]
    types = {one["Measure.Type"] for one in lines}
    assert {"Outcome", "Numerator", "Denominator", "Base", "Margin of Error", "Margin Of Error"} == types
    levels = Counter(one["Geographical.Level"] for one in lines if one["ASCOF.Measure.Code"] == "2A2")
    assert set(levels) == {"Council", "Council type", "Council Type", "Region", "England"}


def test_all_152_councils_are_there_every_year(rows: pd.DataFrame, world: World) -> None:
    some = rows[rows["metric"] == "residential"]
    assert sorted(set(some["period"])) == list(YEARS)
    assert set(some["area_code"]) == {*world.outcomes.areas, ENGLAND}
    assert len(some) == 5 * 153


def test_england_is_its_councils(rows: pd.DataFrame, world: World) -> None:
    for metric in ("residential", "reablement", "reablement_offered", "dtoc_ascof"):
        measure = world.outcomes.measures[metric]
        whole = lay_out(rows, metric, "numerator", (ENGLAND,))[:, 0]
        np.testing.assert_allclose(whole, np.rint(measure.numerator.sum(axis=1)), atol=0.5)
        of = np.broadcast_to(measure.denominator, measure.numerator.shape).sum(axis=1)
        np.testing.assert_array_equal(lay_out(rows, metric, "denominator", (ENGLAND,))[:, 0], of)


def test_england_is_of_the_usual_size(rows: pd.DataFrame) -> None:
    england = rows[rows["area_code"] == ENGLAND].groupby("metric")["value"].mean()
    # The published figures of five years lie within these.
    assert 570 < england["residential"] < 680
    assert 80 < england["reablement"] < 85
    assert 2.5 < england["reablement_offered"] < 4
    assert 10 < england["dtoc_ascof"] < 15
    assert 18.5 < england["quality_of_life"] < 19.7


def test_denominators_are_the_people_of_june(rows: pd.DataFrame, world: World) -> None:
    for metric, first_age in (("residential", 65), ("dtoc_ascof", 18)):
        found = lay_out(rows, metric, "denominator", world.boards)
        for index, year in enumerate(YEARS):
            people = [world.people.of(code)[int(year[:4]) - 2001, first_age:].sum() for code in world.boards]
            np.testing.assert_array_equal(found[index], people)


def test_delayed_transfers_are_the_delayed_days_from_2017(rows: pd.DataFrame, world: World) -> None:
    value = lay_out(rows, "dtoc_ascof", "value", world.boards)
    people = lay_out(rows, "dtoc_ascof", "denominator", world.boards)
    for index, year in enumerate(YEARS):
        at = [world.months.index(month) for month in parse_period(year).months]
        average = 1e5 * world.simulation.counts[at].sum(axis=0) / parse_period(year).days / people[index]
        if year >= "2017/18":
            np.testing.assert_allclose(value[index], average, atol=0.0501)
        else:
            # Another quantity, made from the same delays with noise.
            ratio = np.log(value[index] / average)
            assert ratio.std() == pytest.approx(0.12, rel=0.25)
            assert ratio.mean() == pytest.approx(0, abs=0.04)


def test_social_care_had_what_is_both_until_then(world: World) -> None:
    measures = world.outcomes.measures
    share = measures["dtoc_ascof_social_care"].numerator.sum(axis=1) / measures["dtoc_ascof"].numerator.sum(axis=1)
    both = measures["dtoc_ascof_both"].numerator.sum(axis=1) / measures["dtoc_ascof"].numerator.sum(axis=1)
    assert share[:3].min() > share[3:].max()
    np.testing.assert_allclose(share[3:] + both[3:], share[2], atol=0.03)


def test_values_are_their_counts_as_printed(rows: pd.DataFrame) -> None:
    counted = rows[~rows["metric"].str.startswith("dtoc")].reset_index(drop=True)
    ours = work_out(counted)
    known = ~np.isnan(ours) & counted["value"].notna().to_numpy()
    assert known.sum() > 5000
    assert agrees_as_printed(counted, ours)[known].all()


def test_small_and_unreturned_numbers_are_marks(rows: pd.DataFrame, lines: list[dict[str, str]]) -> None:
    flags = rows.set_index(["area_code", "metric", "period"])["flag"]
    assert flags["E06000053", "reablement", "2018/19"] == "suppressed"
    assert flags["E06000053", "reablement", "2015/16"] == "not_available"
    assert flags["E06000017", "quality_of_life", "2017/18"] == "suppressed"
    assert flags["E06000053", "residential", "2018/19"] == ""
    marks = {one["Measure.Value"] for one in lines if not one["Measure.Value"].replace(".", "").isdigit()}
    assert marks == {"", " ", ":", "c"}
    shown = rows[(rows["metric"] == "reablement") & rows["value"].notna()]
    assert shown["denominator"].min() >= demo_ascof_files.HIDDEN


def test_some_measures_have_a_value_without_counts(rows: pd.DataFrame) -> None:
    housing = rows[rows["metric"] == "mental_health_housing"]
    assert sorted(set(housing["period"])) == ["2014/15", "2015/16", "2017/18", "2018/19"]
    assert housing["value"].notna().all()
    assert housing["numerator"].isna().all()


@pytest.mark.parametrize("key", ["residential", "reablement", "quality_of_life"])
def test_a_course_varies_as_its_process_says(key: str) -> None:
    process = demo_annual.PROCESSES[key]
    rng = np.random.default_rng(3)
    course = demo_annual.draw_course(rng, process, n_years=5, n_areas=4000)
    assert course.level.mean() == pytest.approx(process.centre, abs=4 * process.spread / 63)
    assert course.level.std() == pytest.approx(process.spread, rel=0.05)
    assert course.trend.mean() == pytest.approx(process.trend, abs=4 * process.trend_spread / 63)
    scale = np.log(course.true / (1 - course.true)) if process.link == "logit" else course.true
    scale = np.log(course.true) if process.link == "log" else scale
    left = scale - course.level - np.outer(np.arange(5) - 2, course.trend) - course.shared[:, None]
    assert left.std() == pytest.approx(process.own, rel=0.05)


def test_counts_scatter_around_the_truth(world: World) -> None:
    truth = demo_truth_annual.tabulate_annual(world.outcomes)
    for metric, scatter in (("residential", 1.3), ("reablement", 1.0)):
        measure = world.outcomes.measures[metric]
        some = truth[(truth["metric"] == metric) & (truth["area_code"] != ENGLAND)]
        true = some["true_value"].to_numpy().reshape(5, -1) / measure.multiplier
        large = measure.denominator > 100
        of, true = measure.denominator[large], true[large]
        variance = scatter * of * true * (1 - true * (metric == "reablement"))
        z = (measure.numerator[large] - of * true) / np.sqrt(variance)
        assert z.mean() == pytest.approx(0, abs=0.15)
        assert z.std() == pytest.approx(1, abs=0.08)


def test_the_true_england_is_near_the_returned_one(rows: pd.DataFrame, world: World) -> None:
    truth = demo_truth_annual.tabulate_annual(world.outcomes)
    for metric in demo_truth_annual.METRICS:
        true = truth[(truth["metric"] == metric) & (truth["area_code"] == ENGLAND)]["true_value"]
        np.testing.assert_allclose(lay_out(rows, metric, "value", (ENGLAND,))[:, 0], true, rtol=0.02)


def test_the_same_outcomes_are_the_same_bytes(world: World, path: Path, tmp_path: Path) -> None:
    demo_ascof_files.write_outcomes(tmp_path / "again.csv.gz", world.outcomes)
    assert (tmp_path / "again.csv.gz").read_bytes() == path.read_bytes()
