"""The reader of the real returns reads the demonstration, and finds in it what was put there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.acquire.demo import SEED
from bcf_eval.acquire.demo_admissions import apportion_counts
from bcf_eval.acquire.demo_world import World, draw_world
from bcf_eval.catalogue import load
from bcf_eval.clean.published import list_disagreements
from bcf_eval.store import Project

pytestmark = pytest.mark.flow

PARTS = ("dtoc_days_nhs", "dtoc_days_social_care", "dtoc_days_both")


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(SEED)


@pytest.fixture(scope="module")
def table(demo_project: Project) -> pd.DataFrame:
    return demo_project.read_table("observations")


def lay_out(table: pd.DataFrame, metric: str, column: str, world: World) -> np.ndarray:
    return observations.matrix(table, metric, column=column).loc[world.months, list(world.boards)].to_numpy()


def test_every_board_month_and_metric_is_there(table: pd.DataFrame, world: World) -> None:
    assert set(table["metric"]) >= {"dtoc_days", *PARTS}
    dtoc = table[table["metric"] == "dtoc_days"]
    assert len(dtoc) == 96 * 152
    assert set(dtoc["area_code"]) == {*load.boards(), "E92000001"}
    assert sorted(set(dtoc["period"])) == world.months
    assert dtoc["value"].notna().all()


def test_delayed_days_are_those_that_were_drawn(table: pd.DataFrame, world: World) -> None:
    np.testing.assert_array_equal(lay_out(table, "dtoc_days", "numerator", world), world.simulation.counts)
    organisations = world.parts.organisations[:, : len(world.boards)]
    for position, metric in enumerate(PARTS):
        np.testing.assert_array_equal(lay_out(table, metric, "numerator", world), organisations[..., position])


def test_england_is_its_boards_and_those_from_elsewhere(
    table: pd.DataFrame, demo_project: Project, world: World
) -> None:
    england = observations.matrix(table, "dtoc_days", column="numerator")["E92000001"].to_numpy()
    np.testing.assert_array_equal(england, world.parts.organisations.sum(axis=(1, 2)))
    others = demo_project.read_table("unallocated")
    others = others[others["metric"] == "dtoc_days"].groupby("period")["numerator"].sum()
    np.testing.assert_array_equal(others[world.months], england - world.simulation.counts.sum(axis=1))


def test_adults_are_those_who_live_there(table: pd.DataFrame, world: World) -> None:
    """Nearly so before mid-2015, where no estimate has ages, and on boundaries that were redrawn."""
    read, adults = lay_out(table, "dtoc_days", "denominator", world), world.simulation.adults
    known = world.months.index("2015-07")
    np.testing.assert_allclose(read[:known], adults[:known], rtol=1e-3)
    np.testing.assert_allclose(read[known:], adults[known:], rtol=1e-4)


def test_values_are_those_the_truth_names(table: pd.DataFrame, demo_project: Project) -> None:
    truth = pd.read_csv(demo_project.truth / "ambitions.csv").set_index("area_code")
    values = observations.matrix(table, "dtoc_days")
    for period, column in (("2017-02", "baseline_value"), ("2017-09", "outcome")):
        read = values.loc[period, truth.index]
        np.testing.assert_allclose(read, truth[column], rtol=1e-3)


def test_a_month_without_delays_is_read_as_none(table: pd.DataFrame, world: World) -> None:
    """The parts of such a row are printed as dashes, its total as 0."""
    total = table[table["metric"] == "dtoc_days"].set_index(["area_code", "period"])
    none = total.index[total["numerator"] == 0]
    assert len(none) == (world.simulation.counts == 0).sum() > 0
    for metric in PARTS:
        part = table[table["metric"] == metric].set_index(["area_code", "period"]).loc[none]
        assert (part["numerator"] == 0).all()
        assert part["flag"].str.contains("dash").all()


def test_every_source_is_a_demonstration_file(table: pd.DataFrame, demo_project: Project) -> None:
    cited = {one.split("/")[-1] for one in table["source"]}
    known = {entry["path"].split("/")[-1] for entry in demo_project.read_manifest() if entry["demonstration"]}
    assert cited <= known


def test_admissions_are_those_that_apportionment_leaves(table: pd.DataFrame, world: World) -> None:
    """Commissioners return whole numbers: a share of each is out by less than one."""
    monthly = table[(table["metric"] == "nea") & (table["period"].str.len() == 7)]
    counts = monthly.pivot(index="period", columns="area_code", values="numerator").loc["2013-04":]  # type: ignore[misc]
    expected = apportion_counts(world.admissions, world.geography)[12:]
    np.testing.assert_allclose(counts[list(world.admissions.areas)], expected, atol=2)
    people = monthly.pivot(index="period", columns="area_code", values="denominator").loc["2015-07":]  # type: ignore[misc]
    at = world.admissions.months.index("2015-07")
    true = world.admissions.simulation.adults[at:]
    np.testing.assert_allclose(people[list(world.admissions.areas)], true, rtol=1e-4)


def test_england_has_all_admissions_and_alone_the_year_of_trusts(table: pd.DataFrame, world: World) -> None:
    monthly = table[(table["metric"] == "nea") & (table["period"].str.len() == 7)]
    england = monthly[monthly["area_code"] == "E92000001"].set_index("period")["numerator"]
    returned = [one.activity[:, 7].sum() for one in world.returns]
    np.testing.assert_array_equal(england[world.admissions.months], returned)
    assert set(monthly.loc[monthly["period"] < "2013-04", "area_code"]) == {"E92000001"}


def test_annual_measures_are_those_that_were_drawn(table: pd.DataFrame, world: World) -> None:
    for metric in ("residential", "reablement", "reablement_offered"):
        measure = world.outcomes.measures[metric]
        found = table[table["metric"] == metric].pivot(index="period", columns="area_code", values="value")
        with np.errstate(invalid="ignore"):
            value = measure.multiplier * measure.numerator / measure.denominator
        areas = [place for place, code in enumerate(world.outcomes.areas) if found[code].notna().all()]
        assert len(areas) >= 148
        codes = [world.outcomes.areas[place] for place in areas]
        np.testing.assert_allclose(found.loc[list(world.outcomes.years), codes], value[:, areas], rtol=1e-9)


def test_nothing_disagrees_with_what_is_published(demo_project: Project) -> None:
    comparisons = demo_project.read_table("comparisons")
    assert (comparisons["expected"] == "other quantity").any()
    assert list_disagreements(comparisons).empty


def test_quarterly_returns_and_plans_have_their_tables(demo_project: Project) -> None:
    assert demo_project.read_table("quarterly_problems").empty
    assert demo_project.read_table("conditions")["area_code"].nunique() == 5
    plans = demo_project.read_table("ambitions")
    assert set(plans["metric"]) == {"dtoc_days", "nea", "residential", "reablement"}
    assert plans["area_code"].nunique() == 151
