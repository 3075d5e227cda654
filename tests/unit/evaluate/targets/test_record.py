"""The record of past forecasts: what enters it, that nothing is foreseen, and that its tails hold where they can."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.achievable import measure_achievable
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.evaluate.targets.baseline import Question, ask_question, choose_baseline
from bcf_eval.evaluate.targets.forecasting import forecast_areas, observed_rate
from bcf_eval.evaluate.targets.outlook import look_ahead
from bcf_eval.evaluate.targets.record import Record, build_record, count_apart, cut_record, group_by_size
from bcf_eval.evaluate.targets.replay import describe_record
from bcf_eval.evaluate.targets.track_record import AT_THE_TIME, build_track_record
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Ambition
from bcf_eval.stats.forecasts.ambition import smallest_meaningful
from bcf_eval.tables import TRACK_RECORD

from ..recorded import simulate_panel

PROTOCOL = load.protocol()


@pytest.fixture(scope="module")
def many() -> Panel:
    return simulate_panel()


@pytest.fixture(scope="module")
def question(many: Panel) -> Question:
    return ask_question(many, "2017-09", "2017-02")


@pytest.fixture(scope="module")
def record(many: Panel, question: Question) -> Record:
    return build_record(many, question, PROTOCOL)


def test_forecasts_begin_after_three_years_and_end_with_what_was_known(record: Record) -> None:
    """April 2011 to March 2014 is 36 months; the last target month that was known in February 2017 is January."""
    assert record.origins[0] == parse_period("2014-03").start
    assert np.diff(record.origins).tolist() == [3] * 9
    assert (record.ends - record.origins).tolist() == [7] * 10
    assert record.ends[-1] == parse_period("2017-01").start
    assert record.n_periods == 4
    assert record.reason == ""


def test_an_error_is_the_miss_of_the_same_forecast_in_its_own_units(many: Panel, record: Record) -> None:
    origin = ask_question(many, "2014-10", "2014-03")
    every = np.arange(len(many.areas))
    forecast = forecast_areas(many, origin, choose_baseline(many, origin, PROTOCOL), every, PROTOCOL)
    usual, came = forecast.predictive, observed_rate(many, ["2014-10"], every)
    # A quarter of a delayed day, for the board's own adults.
    floor = 0.25 * 1e5 / many.denominator[many.periods.index("2014-03")]
    expected = (np.log(came + floor) - np.log(usual.centre + floor)) / forecast.innovation_sd
    boards = record.third >= 0
    np.testing.assert_allclose(record.errors[0, boards], expected[boards], rtol=1e-10)
    england = many.column(ENGLAND)
    assert np.isnan(record.errors[:, england]).all()
    assert record.third[england] == -1


def test_nothing_after_the_last_known_month_is_used(many: Panel, question: Question, record: Record) -> None:
    later = np.array([period > "2017-02" for period in many.periods])
    wild = replace(many, value=np.where(later[:, None], 99.0, many.value))
    np.testing.assert_array_equal(build_record(wild, question, PROTOCOL).errors, record.errors)
    whole = build_record(many, ask_question(many, "2019-03", "2018-08"), PROTOCOL)
    cut = cut_record(whole, many, question, PROTOCOL)
    np.testing.assert_array_equal(cut.errors, record.errors)
    assert whole.origins.size > record.origins.size


def test_thirds_are_by_people(many: Panel, record: Record) -> None:
    people = many.denominator[many.periods.index("2017-02")]
    assert np.bincount(record.third[record.third >= 0]).tolist() == [20, 20, 20]
    assert people[record.third == 0].max() < people[record.third == 1].min()
    assert people[record.third == 1].max() < people[record.third == 2].min()


def test_few_boards_share_one_tail_and_fewer_have_none() -> None:
    few, fewer = (simulate_panel(boards=n, seed=3) for n in (40, 12))
    asked = ask_question(few, "2017-09", "2017-02")
    assert set(build_record(few, asked, PROTOCOL).third) == {0, -1}
    short = build_record(fewer, asked, PROTOCOL)
    assert "20 boards" in short.reason
    assert "there are 12" in short.reason


def test_too_short_a_record_says_how_many_dates_it_has(many: Panel) -> None:
    short = build_record(many, ask_question(many, "2015-04", "2014-10"), PROTOCOL)
    assert short.reason == (
        "by October 2014 boards had 43 months of data, so that the same forecast can be checked at 1 earlier date, "
        "and 4 are needed"
    )
    assert describe_record(short, PROTOCOL) == ""


def test_spans_that_do_not_overlap_are_counted() -> None:
    starts = np.array([0, 3, 6, 9, 12], np.int64)
    assert count_apart(starts, starts + 7) == 2
    assert count_apart(starts, starts + 3) == 5
    assert count_apart(starts, starts + 12) == 2
    assert count_apart(starts[:0], starts[:0]) == 0


@pytest.mark.parametrize(("rho", "shared"), [(0.6, 0.0), (0.5, 0.06)])
def test_targets_at_the_smallest_meaningful_value_are_met_one_time_in_twenty(rho: float, shared: float) -> None:
    """Nothing changes. 6 x 120 boards: 5% has a standard error of 0.8 points.

    With a shock that all boards share it is that of 6 draws, about 1.2 points: a wide bound here, and a narrow one in
    the long simulation.
    """
    met = []
    for seed in range(6):
        panel = simulate_panel(boards=120, rho=rho, shared=shared, seed=seed)
        asked = ask_question(panel, "2018-09", "2018-02")
        boards = np.array([i for i, code in enumerate(panel.areas) if code != ENGLAND])
        outlook = look_ahead(panel, asked, choose_baseline(panel, asked, PROTOCOL), boards, PROTOCOL)
        least = smallest_meaningful(
            outlook.predictive, np.full(boards.size, np.inf), alpha=PROTOCOL.alpha, lower_is_better=True
        )
        met.append((observed_rate(panel, asked.months, boards) <= least).mean())
    assert 0.05 - (0.02 if shared == 0 else 0.04) <= np.mean(met) <= 0.05 + (0.02 if shared == 0 else 0.04)


def ask_for(panel: Panel, codes: list[str], planned: float) -> list[AmbitionTest]:
    ambitions = [Ambition("", code, "dtoc_days", "2017-09", planned, "2017-02", "2017-02", "") for code in codes]
    return evaluate_ambitions(panel, ambitions, PROTOCOL)


def test_a_calibrated_test_says_so_and_england_is_not(many: Panel) -> None:
    board, england = ask_for(many, [many.areas[0], ENGLAND], 3.0)
    assert (board.calibration, england.calibration) == ("calibrated", "uncalibrated")
    assert (board.n_origins, board.n_errors) == (10, 200)
    assert board.chance_calibrated == board.chance
    assert board.track_record in board.sentence
    assert board.track_record.startswith("Such chances have been about right: of what was said to come 5 times in 100")
    assert np.isnan(england.chance_calibrated)
    assert england.chance == england.chance_gaussian
    assert "boards" in england.calibration_reason
    assert england.track_record == ""
    assert {check.name: check.passed for check in board.checks}["calibration"]
    assert not {check.name: check.passed for check in england.checks}["calibration"]


def test_what_no_board_has_done_is_beyond_the_record(many: Panel) -> None:
    """A fall by nine tenths, where months vary by a quarter; 60 boards over 10 stretches of 7 months."""
    place = int(np.argmax(many.value[many.periods.index("2017-02"), :60]))
    asked = many.value[many.periods.index("2017-02"), place] / 10
    (test,) = ask_for(many, [many.areas[place]], float(asked))
    assert test.verdict == "beyond the record"
    assert test.achievable == 0.0
    assert "more than boards have been seen to do" in test.sentence
    assert test.effort_80 > test.effort_50 > 0
    assert 0 < test.detectable_power <= 1


def test_the_share_of_earlier_periods_that_improved_as_much_is_counted(many: Panel, question: Question) -> None:
    """Every board halves in 5 of the 10 stretches of 7 months before February 2017, and doubles in the others."""
    until = many.periods.index("2017-02") - np.arange(len(many.periods))
    low = (np.maximum(until, 0) // 7) % 2 == 0
    high = np.nanmean(many.value, axis=0)
    halved = replace(many, value=high * np.where(low, 0.5, 1.0)[:, None])
    columns = np.array([0, 1, many.column(ENGLAND)])
    stated = halved.value[many.periods.index("2017-02"), columns]
    found = [
        measure_achievable(
            halved,
            question,
            choose_baseline(halved, question, PROTOCOL),
            columns,
            stated_period="2017-02",
            stated=stated,
            planned=share * stated,
            protocol=PROTOCOL,
        )
        for share in (0.6, 0.2)
    ]
    np.testing.assert_allclose(found[0].share[:2], 0.5)
    np.testing.assert_allclose(found[1].share[:2], 0.0)
    boards = [i for i, code in enumerate(many.areas) if code != ENGLAND]
    size = group_by_size(many, question, PROTOCOL)
    level = np.argsort(np.argsort(high[boards])) // 20
    alike = [((size[boards] == size[one]) & (level == level[boards.index(one)])).sum() for one in columns[:2]]
    assert found[0].of[:2].tolist() == [10 * n for n in alike]
    assert np.isnan(found[0].share[2])
    assert found[0].beyond.tolist() == [False, False, False]
    assert found[1].beyond.tolist() == [True, True, True]


def test_the_table_of_the_record_has_every_kind_and_group(many: Panel) -> None:
    table = build_track_record(many, PROTOCOL)
    assert list(table) == TRACK_RECORD
    assert set(table["end"]) == {"2017-02", "2019-03"}
    assert table["kind"].nunique() == 3
    assert set(table["tail"]) == {"better 5%", "worse 5%"}
    assert {"all", AT_THE_TIME, "smallest third", "falling", "rising"} <= set(table["group"])
    whole = table[table["group"].eq("all")]
    # Nothing changes in this simulation: tails come as often as was said, give or take what 60 boards allow.
    assert whole["frequency"].between(0.03, 0.08).all()
    assert (whole["lowest"] <= whole["frequency"]).all()
    assert (whole["frequency"] <= whole["highest"]).all()
    assert isinstance(table, pd.DataFrame)
