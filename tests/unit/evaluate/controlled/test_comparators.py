"""Comparators against sums by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.controlled.comparators import NO_OTHERS, build_comparators, choose_comparator, subtract_region
from bcf_eval.evaluate.controlled.neighbours import Traits
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND

BOARDS = [*load.boards()[:7], "E10000003"]
TEES = [code for code in BOARDS if load.areas()[code].region == load.areas()["E06000001"].region]


def hide(panel: Panel, code: str, period: str) -> Panel:
    """A month that was not returned."""
    value, numerator = panel.value.copy(), panel.numerator.copy()
    at = (panel.periods.index(period), panel.column(code))
    value[at] = numerator[at] = np.nan
    return replace(panel, value=value, numerator=numerator)


def sum_rate(panel: Panel, codes: list[str]) -> np.ndarray:
    places = [panel.column(code) for code in codes]
    days = np.array([parse_period(period).days for period in panel.periods])
    return 1e5 * panel.numerator[:, places].sum(1) / panel.denominator[:, places].sum(1) / days


def test_a_region_is_the_sum_of_its_other_boards(panel: Panel) -> None:
    found = choose_comparator(panel, "E06000001", "region")
    assert found.areas == tuple(code for code in TEES if code != "E06000001")
    assert len(found.areas) == 4
    np.testing.assert_allclose(found.values, sum_rate(panel, [*found.areas]), rtol=1e-12)
    assert found.label == "the other 4 boards of its region (North East) with complete figures"
    assert found.reason == ""


def test_a_board_with_a_gap_is_in_no_comparator(panel: Panel) -> None:
    gappy = hide(panel, TEES[1], "2014-05")
    assert TEES[1] not in choose_comparator(gappy, TEES[0], "region").areas
    # Outside the periods that are asked for a gap does not matter; and it has a comparator itself.
    later = tuple(period for period in panel.periods if period > "2014-05")
    assert TEES[1] in choose_comparator(gappy, TEES[0], "region", periods=later).areas
    assert len(choose_comparator(gappy, TEES[1], "region").areas) == len(TEES) - 1


def test_a_board_alone_in_its_region_has_none(panel: Panel) -> None:
    found = choose_comparator(panel, "E10000003", "region")
    assert (found.areas, found.reason) == ((), NO_OTHERS["region"])
    assert np.isnan(found.values).all()


def test_england_is_in_no_comparator_and_has_none(panel: Panel) -> None:
    found = build_comparators(panel, panel.periods, "list", named=[ENGLAND, *BOARDS])
    england = panel.column(ENGLAND)
    assert not found.members[:, england].any()
    assert not found.members[england].any()
    assert found.members.sum() == len(BOARDS) * (len(BOARDS) - 1)


def test_a_list_is_those_named_but_for_the_board_itself(panel: Panel) -> None:
    found = choose_comparator(panel, BOARDS[0], "list", named=BOARDS[:3])
    assert found.areas == tuple(BOARDS[1:3])
    np.testing.assert_allclose(found.values, sum_rate(panel, BOARDS[1:3]), rtol=1e-12)
    assert found.label == "Middlesbrough and Redcar and Cleveland"


def test_neighbours_are_the_nearest(panel: Panel) -> None:
    place = np.array([[np.nan if code == ENGLAND else float(i)] for i, code in enumerate(panel.areas)])
    traits = Traits(panel.areas, ("level",), place)
    found = choose_comparator(panel, BOARDS[0], "neighbours", traits=traits, n=3)
    assert found.areas == tuple(BOARDS[1:4])
    assert found.label == "its 3 statistical neighbours"


def test_distance_from_the_region_over_all_periods(panel: Panel) -> None:
    apart = subtract_region(panel)
    assert apart.shape == panel.value.shape
    others = [code for code in TEES if code != "E06000001"]
    expected = panel.value[:, panel.column("E06000001")] - sum_rate(panel, others)
    np.testing.assert_allclose(apart[:, panel.column("E06000001")], expected, atol=1e-12)
    assert np.isnan(apart[:, [panel.column(ENGLAND), panel.column("E10000003")]]).all()


def test_an_unknown_kind_is_refused(panel: Panel) -> None:
    with pytest.raises(RequestError, match="There is no comparator 'county'; expected region, neighbours"):
        build_comparators(panel, panel.periods, "county")  # type: ignore[arg-type]
