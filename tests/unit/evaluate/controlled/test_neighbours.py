"""Neighbours against distances worked out by hand, and against what nobody may look at: the months after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.controlled.neighbours import TRAITS, Traits, find_nearest, list_neighbours, measure_traits
from bcf_eval.evaluate.its.plan import FitPlan, plan_verdict
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND
from bcf_eval.tables import NEIGHBOURS


@pytest.fixture(scope="module")
def plan(panel: Panel) -> FitPlan:
    (intervention, _) = load.interventions("dtoc_days")
    return plan_verdict("dtoc_days", panel.periods, intervention, load.protocol())


@pytest.fixture(scope="module")
def people(panel: Panel) -> pd.DataFrame:
    """Board i has 10% + i% of people aged 65 and over, 80% adults, and 100,000 people more than the last."""
    rows = []
    for i, code in enumerate(panel.areas):
        everybody = 1e5 * (i + 1)
        for band, share in {"all": 1.0, "18+": 0.8, "65+": 0.10 + 0.01 * i}.items():
            rows += [(code, band, month, everybody * share * (1 + (month > "2015-03"))) for month in panel.periods]
    return pd.DataFrame(rows, columns=["area_code", "band", "period", "people"])


@pytest.fixture(scope="module")
def deprivation(panel: Panel) -> pd.DataFrame:
    codes = [code for code in panel.areas if code != ENGLAND]
    early = pd.DataFrame({"area_code": codes, "year": 2015, "average_score": np.arange(len(codes), dtype=float)})
    return pd.concat([early, early.assign(year=2019, average_score=99.0)])


def test_distance_is_that_of_standard_scores() -> None:
    values = np.array([[0.0, 10.0], [1.0, 30.0], [3.0, 20.0]])
    # Standard deviations by hand: of 0, 1, 3 it is sqrt(7/3); of 10, 30, 20 it is 10.
    expected = np.hypot(1 / np.sqrt(7 / 3), 20 / 10)
    found = Traits(("a", "b", "c"), ("aged_65", "size"), values).measure_distances()
    assert found[0, 1] == found[1, 0] == pytest.approx(expected)
    assert np.isinf(np.diag(found)).all()


def test_a_unit_of_measurement_makes_no_difference() -> None:
    values = np.random.default_rng(3).normal(size=(9, 4))
    names = tuple(TRAITS)[:4]
    plain = Traits(tuple("abcdefghi"), names, values).measure_distances()
    moved = Traits(tuple("abcdefghi"), names, 5 + values * [1, 1e3, 1e-3, 7]).measure_distances()
    np.testing.assert_allclose(moved, plain, rtol=1e-9)


def test_what_is_not_known_is_left_out_on_one_side_only() -> None:
    values = np.array([[0.0, np.nan], [1.0, 5.0], [3.0, 6.0]])
    found = Traits(("a", "b", "c"), ("aged_65", "deprivation"), values).measure_distances()
    # The first is compared by age alone; the others are not compared with it, for it lacks what they have.
    assert found[0, 1] < found[0, 2] < np.inf
    assert np.isinf(found[1:, 0]).all()


def test_traits_are_of_the_last_month_before(
    panel: Panel, plan: FitPlan, people: pd.DataFrame, deprivation: pd.DataFrame
) -> None:
    found = measure_traits(panel, plan, people=people, deprivation=deprivation)
    assert (found.names, found.missing) == (tuple(TRAITS), ())
    table = pd.DataFrame(found.values, index=list(found.areas), columns=list(found.names))
    assert table.loc[ENGLAND].isna().all()
    for i, code in enumerate(panel.areas):
        if code == ENGLAND:
            continue
        # The people of April 2015 and after are twice as many: nobody may know.
        assert table.loc[code, "size"] == pytest.approx(np.log(1e5 * (i + 1)))
        assert table.loc[code, "aged_65"] == pytest.approx(0.10 + 0.01 * i)
        assert table.loc[code, "aged_18_to_64"] == pytest.approx(0.70 - 0.01 * i)
    assert table["deprivation"].dropna().tolist() == list(range(8))
    before = panel.value[panel.rows(plan.periods[:24])]
    np.testing.assert_allclose(
        table["level"].drop(ENGLAND), before[:, [c != ENGLAND for c in panel.areas]].mean(axis=0)
    )


def test_a_trend_is_found_under_a_season(panel: Panel, plan: FitPlan) -> None:
    t = np.arange(len(panel.periods))
    season = 3 * np.sin(2 * np.pi * t / 12) + np.cos(4 * np.pi * t / 12)
    value = (8 + season)[:, None] + t[:, None] * np.linspace(-0.2, 0.2, len(panel.areas))
    found = measure_traits(replace(panel, value=value), plan)
    trends = found.values[:, found.names.index("trend")]
    boards = np.array([code != ENGLAND for code in panel.areas])
    np.testing.assert_allclose(trends[boards], np.linspace(-0.2, 0.2, len(panel.areas))[boards], atol=1e-12)


def test_the_months_after_are_never_looked_at(panel: Panel, plan: FitPlan) -> None:
    value = panel.value.copy()
    value[panel.periods.index("2015-04") :] = 1e6
    plain, changed = (measure_traits(one, plan) for one in (panel, replace(panel, value=value)))
    np.testing.assert_array_equal(plain.values, changed.values)


def test_without_people_and_deprivation_the_rest_is_used(panel: Panel, plan: FitPlan) -> None:
    found = measure_traits(panel, plan)
    assert found.names == ("size", "level", "trend")
    assert found.missing == ("aged_65", "aged_18_to_64", "deprivation")
    boards = np.array([code != ENGLAND for code in panel.areas])
    own = panel.denominator[panel.periods.index("2015-03"), boards]
    np.testing.assert_allclose(found.values[boards, 0], np.log(own))


def test_the_nearest_are_taken_of_those_that_may_be() -> None:
    line = np.array([0.0, 1.0, 2.4, 4.0, 8.5])
    traits = Traits(tuple("abcde"), ("level",), line[:, None])
    chosen = find_nearest(traits.measure_distances(), np.array([True, True, False, True, True]), n=2)
    assert [np.flatnonzero(row).tolist() for row in chosen] == [[1, 3], [0, 3], [1, 3], [0, 1], [1, 3]]
    few = find_nearest(traits.measure_distances(), np.array([True, False, False, False, False]), n=2)
    assert few.sum(axis=1).tolist() == [0, 1, 1, 1, 1]


def test_neighbours_are_shown_with_what_they_were_chosen_by(plan: FitPlan) -> None:
    traits = Traits(tuple("abcd"), ("size", "level"), np.array([[0, 1], [0, 2], [0, 4], [0, 3.5]]))
    members = find_nearest(traits.measure_distances(), np.ones(4, bool), n=2)
    table = list_neighbours(traits, members, plan)
    assert table.columns.tolist() == NEIGHBOURS
    of_a = table[table["area_code"] == "a"]
    assert of_a["neighbour"].tolist() == ["a", "b", "d"]
    assert of_a["place"].tolist() == [0, 1, 2]
    assert of_a["level"].tolist() == [1, 2, 3.5]
    assert of_a["distance"].is_monotonic_increasing
    assert of_a["deprivation"].isna().all()
    assert table.groupby("area_code")["place"].max().tolist() == [2] * 4
