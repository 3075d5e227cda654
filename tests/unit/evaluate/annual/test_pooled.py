"""Targets for yearly counts against the pooled lines of simulated boards whose truth is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual.ambitions import evaluate_annual_ambitions
from bcf_eval.evaluate.annual.outlook import look_years_ahead
from bcf_eval.evaluate.annual.pooled import measure_effort
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import validate
from bcf_eval.results import AMBITION_VERDICTS, AmbitionTest, tabulate_ambitions
from bcf_eval.specs import ENGLAND, Ambition
from bcf_eval.wording import SAMPLING_ALONE

from ..makers import SCILLY, simulate_years

PROTOCOL = load.protocol()
BOARDS = [one for one in load.boards() if one != SCILLY][:60]
BOARD = BOARDS[0]
FOUR = ["2014/15", "2015/16", "2016/17", "2017/18"]
EIGHT = [f"{year}/{(year + 1) % 100:02d}" for year in range(2010, 2018)]


@pytest.fixture(scope="module")
def residential() -> pd.DataFrame:
    return validate(simulate_years("residential", FOUR, BOARDS, seed=3, people=50_000))


@pytest.fixture(scope="module")
def reablement() -> pd.DataFrame:
    """Eight years, so that what boards share is estimated."""
    return validate(simulate_years("reablement", EIGHT, BOARDS, seed=4, people=2_000))


@pytest.fixture(scope="module")
def panel(residential: pd.DataFrame) -> Panel:
    return build_panel(residential, load.metric("residential"))


@pytest.fixture(scope="module")
def long(reablement: pd.DataFrame) -> Panel:
    return build_panel(reablement, load.metric("reablement"))


def ask(panel: Panel, target: float, *, area: str = BOARD, period: str = "2018/19", **more: object) -> AmbitionTest:
    end = str(more.pop("end", panel.periods[-1]))
    ambition = Ambition("", area, panel.metric.key, period, target, end, end, "", **more)  # type: ignore[arg-type]
    return evaluate_annual_ambitions(panel, [ambition], PROTOCOL)[0]


def ask_a_little(panel: Panel) -> AmbitionTest:
    """A target just better than business as usual, the trend and the baseline."""
    known = ask(panel, 10_000.0)
    return ask(panel, 0.985 * min(known.expected, known.trends["continues"], known.baseline))


def test_each_verdict_has_its_place(panel: Panel) -> None:
    test = ask(panel, 100.0)
    assert test.verdict == "beyond the record"
    assert ask(panel, test.baseline).verdict == "no improvement"
    assert ask(panel, 0.0).verdict == "beyond the record"
    # With twice the spread of boards taken to be shared, what is meaningful is more than any has done.
    assert any("Even the smallest target" in one.detail for one in test.checks)
    within = ask_a_little(panel)
    assert within.verdict == "within variation"
    assert PROTOCOL.alpha <= within.chance < 0.5
    assert {within.verdict, test.verdict} <= set(AMBITION_VERDICTS)


def test_a_target_that_the_shared_shock_decides_cannot_be_tested(panel: Panel) -> None:
    """Between the limits of half and of twice the spread of each board there is no answer, and that is said."""
    outlook = look_years_ahead(panel, tuple(FOUR), "2018/19")
    first = np.array([panel.column(BOARD)])
    limits = [float(one.least_beyond(alpha=0.05, lower_is_better=True)[0]) for one in outlook.take(first)]
    assert limits[2] < limits[0] < limits[1]
    between = (limits[0] + limits[2]) / 2 / 50_000 * 1e5
    test = ask(panel, between)
    assert test.verdict == "not testable"
    assert "hinges on how much all boards move together in a year, which 4 years cannot tell" in test.reason
    assert math.isnan(test.chance) and math.isnan(test.smallest_meaningful)
    assert "people" in test.sentence
    tightest = ask(panel, test.baseline * 0.98).smallest_meaningful_days
    assert tightest == pytest.approx(limits[2])


def test_trend_alone_is_rewarded(long: Panel) -> None:
    """A board that rises by itself: its own line reaches further than the one drawn towards the others."""
    outlook = look_years_ahead(long, tuple(EIGHT), "2018/19")
    usual = 100 * outlook.predictives[0].median / 2_000
    better = np.fmax(usual, outlook.none)
    lead = outlook.continues - better
    area = int(np.nanargmax(lead))
    assert lead[area] > 0
    target = float(better[area] + lead[area] / 2)
    test = ask(long, target, area=long.areas[area])
    assert test.verdict == "rewards trend"
    assert "would be met if the board's own trend went on" in test.sentence
    assert test.trends["continues"] > target > test.expected


def test_what_is_meaningful_begins_at_the_smallest(long: Panel) -> None:
    asked = ask(long, 101.0 * 0.9)
    least = asked.smallest_meaningful
    assert ask(long, least).verdict == "meaningful"
    # One person fewer of 2,000 is 0.05 of a per cent.
    assert ask(long, least - 0.05).verdict == "within variation"
    test = ask(long, least)
    assert test.chance < PROTOCOL.alpha
    assert not any("Even the smallest target" in one.detail for one in test.checks)
    assert test.smallest_meaningful_days == pytest.approx(least * 20)
    assert "does not mean large, valuable, or due to the fund" in test.sentence
    assert "estimated" in test.method


def test_effort_brings_the_chance_about(long: Panel) -> None:
    test = ask(long, 85.0)
    outlook = look_years_ahead(long, tuple(EIGHT), "2018/19")
    one = outlook.take(np.array([long.column(BOARD)]))[0]
    for chance, effort in ((0.5, test.effort_50), (0.8, test.effort_80)):
        moved = (test.expected + effort) / 100
        shifted = replace(one, mean=np.log([moved / (1 - moved)]))
        assert shifted.chance([1700.0], lower_is_better=False)[0] == pytest.approx(chance, abs=0.02)
    nothing = measure_effort(one, np.array([1.0]), chance=0.5, lower_is_better=False)
    assert nothing.tolist() == [0.0]
    assert np.isnan(measure_effort(one, np.array([2_001.0]), chance=0.5, lower_is_better=False)).all()


def test_people_and_doubt_are_said(panel: Panel) -> None:
    test = ask_a_little(panel)
    people = math.floor(round(test.target * 0.5, 6))
    assert f"{people} people" in test.sentence or f"{people:,} people" in test.sentence
    assert "This stands on 4 years of the board, set among all boards." in test.sentence
    assert "One year shows how such forecasts do over boards, not over years." in test.sentence
    assert (test.calibration, test.n_origins, test.n_errors) == ("uncalibrated", 1.0, 60.0)
    assert SAMPLING_ALONE not in test.sentence
    shared = [one for one in test.checks if one.name == "what boards share in a year"]
    assert len(shared) == 1 and "cannot be told from 4 years" in shared[0].detail
    ahead = [one.detail for one in test.checks if one.name == "change in counting ahead"]
    assert "recalculated" in ahead[0]
    assert math.isnan(test.chance_gaussian)
    assert test.baseline_start == "2014/15"
    row = tabulate_ambitions([test]).iloc[0]
    assert row["trend_none"] == pytest.approx(test.baseline)
    assert "Smallest meaningful target" in str(test)
    assert "nan" not in str(test)


def test_a_trend_that_fades_goes_half_as_far(panel: Panel) -> None:
    """On the scale of logs the faded trend adds half a year's slope to the last year."""
    test = ask_a_little(panel)
    rates = panel.numerator[:, panel.column(BOARD)] + 0.5
    assert test.trends["damped"] == pytest.approx(
        1e5 * rates[-1] / 50_000 * math.exp(0.5 * np.polyfit(np.arange(4), np.log(rates), 1)[0]), rel=0.002
    )


def test_what_comes_after_is_not_looked_at(residential: pd.DataFrame) -> None:
    later = residential.assign(numerator=residential["numerator"].mask(residential["period"].eq("2017/18"), 1.0))
    first, second = (
        ask(build_panel(one, load.metric("residential")), 700.0, period="2017/18", end="2016/17")
        for one in (residential, later)
    )
    assert first.to_dict() == second.to_dict()
    assert first.verdict != "not testable"
    assert first.n_baseline == 3
    assert "has not yet been tried" in first.sentence


def test_two_years_tell_no_trend(residential: pd.DataFrame) -> None:
    panel = build_panel(residential, load.metric("residential"))
    test = ask(panel, 250.0, period="2016/17", end="2015/16")
    assert test.verdict == "not testable"
    assert "2 years can be compared (2014/15 and 2015/16, since in 2014/15 a new return (SALT) replaced" in test.reason
    near = ask(panel, 0.99 * test.baseline, period="2016/17", end="2015/16")
    assert near.verdict == "within variation"
    assert near.n_baseline == 1
    assert SAMPLING_ALONE in near.sentence


def test_too_few_boards_are_not_pooled(residential: pd.DataFrame) -> None:
    few = residential[residential["area_code"].isin(BOARDS[:19])]
    test = ask(build_panel(few, load.metric("residential")), 250.0)
    assert test.verdict == "not testable"
    assert "these data hold 19 boards with 3 years; 20 are needed" in test.reason


def test_a_board_that_lacks_years_is_weighed_by_what_it_has(residential: pd.DataFrame) -> None:
    for lost, n in ((FOUR[:1], 3), (FOUR[:2], 1)):
        hidden = residential["area_code"].eq(BOARD) & residential["period"].isin(lost)
        data = residential.copy()
        data.loc[hidden, ["numerator", "denominator", "value"]] = np.nan
        panel = build_panel(data, load.metric("residential"))
        stated = panel.value[-1, panel.column(BOARD)]
        test = ask(panel, float(0.99 * stated))
        assert test.n_baseline == n
        if n == 1:
            detail = next(one.detail for one in test.checks if one.name == "trend")
            assert "the board has counts of 2 of the 4 years up to 2017/18; 3 are needed" in detail


def test_nobody_to_count_is_an_answer(residential: pd.DataFrame) -> None:
    data = residential.copy()
    empty = data["area_code"].eq(BOARDS[3]) & data["period"].eq("2015/16")
    data.loc[empty, ["numerator", "denominator"]] = 0.0
    data.loc[data["area_code"].eq(BOARDS[4]), ["numerator", "value"]] = 0.0
    panel = build_panel(data, load.metric("residential"))
    assert ask(panel, 400.0, area=BOARDS[3]).n_baseline == 3
    none = ask(panel, 0.0, area=BOARDS[4])
    assert (none.verdict, none.n_baseline) == ("no improvement", 1)
    detail = next(one.detail for one in none.checks if one.name == "trend")
    assert "fewer than 5 people are counted in a year" in detail


def test_england_is_left_out(panel: Panel) -> None:
    test = ask(panel, 400.0, area=ENGLAND)
    assert test.verdict == "not testable"
    assert "of a whole country sampling alone says next to nothing" in test.reason
    assert np.isnan(look_years_ahead(panel, tuple(FOUR), "2018/19").n[panel.column(ENGLAND)]) or test.n_baseline == 0


def test_answers_come_in_the_order_asked(panel: Panel) -> None:
    asked = [
        Ambition(str(i), code, "residential", period, 400.0, end, end, "")
        for i, (code, period, end) in enumerate(
            [
                (BOARD, "2018/19", "2017/18"),
                (ENGLAND, "2018/19", "2017/18"),
                (BOARDS[2], "2016/17", "2015/16"),
                (BOARDS[1], "2018/19", "2017/18"),
            ]
        )
    ]
    found = evaluate_annual_ambitions(panel, asked, PROTOCOL)
    assert [one.ambition for one in found] == ["0", "1", "2", "3"]
    alone = evaluate_annual_ambitions(panel, asked[3:], PROTOCOL)[0]
    assert (alone.verdict, alone.chance) == (found[3].verdict, found[3].chance)


def test_it_is_asked_as_any_other(residential: pd.DataFrame) -> None:
    name = load.areas()[BOARD].name
    test = bcf.test_ambition(residential, area=name, target=600.0, period="2018/19", metric="residential")
    assert test.n_baseline == 4
