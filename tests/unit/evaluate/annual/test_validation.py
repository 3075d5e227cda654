"""Pooled forecasts of a year tried on years that are known, and what boards did before, counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual.outlook import list_comparable, look_years_ahead
from bcf_eval.evaluate.annual.record import list_improvements, set_beside_record
from bcf_eval.evaluate.annual.validation import VALIDATION, describe_validation, validate_last_year
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import validate

from ..makers import SCILLY, simulate_years

PROTOCOL = load.protocol()
BOARDS = [one for one in load.boards() if one != SCILLY][:60]
BOARD = BOARDS[0]
FOUR = ["2014/15", "2015/16", "2016/17", "2017/18"]
EIGHT = [f"{year}/{(year + 1) % 100:02d}" for year in range(2010, 2018)]


@pytest.fixture(scope="module")
def panel() -> Panel:
    rows = simulate_years("residential", FOUR, BOARDS, seed=3, people=50_000)
    return build_panel(validate(rows), load.metric("residential"))


@pytest.fixture(scope="module")
def long() -> Panel:
    """Eight years, so that what boards share is estimated."""
    rows = simulate_years("reablement", EIGHT, BOARDS, seed=4, people=2_000)
    return build_panel(validate(rows), load.metric("reablement"))


def test_the_chance_is_that_of_the_truth(long: Panel) -> None:
    """The year after, drawn about the true lines; three standard errors of 60 boards."""
    data = validate(simulate_years("reablement", [*EIGHT, "2018/19"], BOARDS, seed=4, people=2_000))
    full = build_panel(data, load.metric("reablement"))
    outlook = look_years_ahead(full, tuple(EIGHT), "2018/19")
    below = outlook.predictives[0].at_most(full.numerator[-1])[: len(BOARDS) + 1]
    below = below[np.isfinite(below)]
    assert below.size == len(BOARDS)
    assert (np.abs(below - 0.5) < 0.475).mean() == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 60))
    assert (np.abs(below - 0.5) < 0.25).mean() == pytest.approx(0.5, abs=3 * math.sqrt(0.25 / 60))


def test_the_last_year_is_tried(panel: Panel) -> None:
    found = validate_last_year(panel, PROTOCOL)
    assert list(found) == VALIDATION
    assert found["shock_ratio"].tolist() == [1.0, 0.5, 2.0]
    assert found["year"].eq("2017/18").all() and found["n"].eq(60).all()
    by_ratio = found.set_index("shock_ratio")
    # Nothing is shared here, so that the more is taken to be shared, the more is covered.
    assert by_ratio.loc[0.5, "inside_80"] <= by_ratio.loc[1.0, "inside_80"] <= by_ratio.loc[2.0, "inside_80"]
    assert by_ratio.loc[0.5, "inside_95"] > 0.9
    assert "Tried once, on 2017/18" in describe_validation(found)


def test_a_year_that_is_estimated_well_is_covered_as_said(long: Panel) -> None:
    """60 boards: three standard errors of each share."""
    found = validate_last_year(long, PROTOCOL).iloc[0]
    assert math.isnan(found["shock_ratio"])
    for level in (0.5, 0.8, 0.95):
        assert found[f"inside_{100 * level:.0f}"] == pytest.approx(level, abs=3 * math.sqrt(level * (1 - level) / 60))
    assert found["better_tail"] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 60)


def test_three_years_leave_none_to_try(panel: Panel) -> None:
    found = validate_last_year(panel, PROTOCOL, last="2016/17")
    assert found.empty and list(found) == VALIDATION
    assert describe_validation(found) == ""


def test_what_boards_did_before_is_counted(panel: Panel) -> None:
    found = list_improvements(panel, tuple(FOUR), "2018/19")
    assert found.change.size == 180
    # Two years ahead, two spans of two years would overlap in none but the last: 2015/16 to 2017/18.
    assert list_improvements(panel, tuple(FOUR), "2019/20").change.size == 60
    column = np.array([panel.column(BOARD)])
    planned = panel.value[-1, column] * 0.9
    record = set_beside_record(found, panel, planned, column, PROTOCOL)
    logs = np.log(panel.numerator[:, :] + 0.5)[:, [panel.column(one) for one in BOARDS]]
    needed = logs[-1, 0] - np.log(planned[0] * 0.5)
    assert record.share[0] == pytest.approx((-np.diff(logs, axis=0) >= needed).mean())
    assert record.achievable_of[0] > 0


def test_years_that_can_be_compared(panel: Panel, long: Panel) -> None:
    assert list_comparable(panel, "2016/17") == tuple(FOUR[:3])
    assert list_comparable(panel, "2017/18", most=3) == tuple(FOUR[1:])
    # Reablement was not broken when the new return came.
    assert list_comparable(long, "2017/18") == tuple(EIGHT)
