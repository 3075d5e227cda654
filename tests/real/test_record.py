"""What the tool's own record says on the real returns: tails, by size and trend, and the verdicts that stand on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.asking import answer
from bcf_eval.evaluate.targets.baseline import Question
from bcf_eval.evaluate.targets.questions import rule_ambitions
from bcf_eval.evaluate.targets.record import build_record
from bcf_eval.evaluate.targets.replay import bound_frequency, replay_tails
from bcf_eval.evaluate.targets.track_record import AT_THE_TIME, build_track_record
from bcf_eval.periods import Kind, Period, parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND
from bcf_eval.store import Project

pytestmark = pytest.mark.real

PROTOCOL = load.protocol()


@pytest.fixture(scope="module")
def delays(project: Project) -> Panel:
    return build_panel(project.read_table("observations"), load.metric("dtoc_days"))


@pytest.fixture(scope="module")
def told(delays: Panel) -> pd.DataFrame:
    return build_track_record(delays, PROTOCOL)


@pytest.fixture(scope="module")
def tests(delays: Panel) -> list[AmbitionTest]:
    return answer(delays, rule_ambitions(delays), PROTOCOL)


def test_tails_came_as_often_as_was_said(told: pd.DataFrame) -> None:
    """METHODS section 7 (iii): what was said to come 5 times in 100 came 3 to 8 times, over dates and both tails."""
    whole = told[told["group"].eq("all")]
    assert len(whole) == 12
    assert whole["frequency"].between(0.03, 0.08).all()
    assert (whole["highest"] > 0.05).all()


@pytest.mark.parametrize(("kind", "lead"), [("month", 7), ("quarter", 1), ("financial_year", 1)])
def test_the_interval_of_each_tail_by_date_contains_what_was_said(delays: Panel, kind: Kind, lead: int) -> None:
    for end in (parse_period("2017-02"), parse_period("2019-03")):
        record = build_record(delays, Question(Period(kind, end.start + lead), end), PROTOCOL)
        low, high = bound_frequency(replay_tails(record, PROTOCOL, tail=0.05))
        assert low <= 0.05 <= high


def test_they_came_so_in_every_third_of_size(told: pd.DataFrame) -> None:
    thirds = told[told["group"].str.contains("third")]
    assert len(thirds) == 36
    assert thirds["frequency"].between(0.02, 0.10).all()


def test_boards_whose_figures_were_falling_met_the_better_tail_too_often(told: pd.DataFrame) -> None:
    """For a quarter and a year ahead, by 2017: more than 10 times in 100. Their chances come from their own record."""
    falling = told[told["group"].eq("falling") & told["tail"].eq("better 5%") & told["end"].eq("2017-02")]
    frequency = falling.set_index("kind")["frequency"]
    assert frequency["a month, 7 months ahead"] < 0.10
    assert 0.10 < frequency["the next 3 months"] < 0.13
    assert 0.10 < frequency["the next 12 months"] < 0.13


def test_a_year_ahead_the_fall_after_2017_was_not_foreseen(told: pd.DataFrame) -> None:
    """Judged by what had been seen by then alone, the better tail of a year came more than twice as often as said."""
    year = told[told["kind"].eq("the next 12 months") & told["end"].eq("2019-03") & told["tail"].eq("better 5%")]
    frequency = year.set_index("group")["frequency"]
    assert 0.10 < frequency[AT_THE_TIME] < 0.14
    assert frequency["all"] < 0.08


def test_the_verdicts_on_the_expectation_of_2017(tests: list[AmbitionTest]) -> None:
    found = Counter(one.verdict for one in tests)
    assert found["no improvement"] == 52
    asking = [one for one in tests if one.verdict != "no improvement"]
    led = [one for one in asking if one.chance >= 0.5 or one.trends["continues"] <= one.target]
    assert found["rewards trend"] == len(led) == 11
    # Tails from the record are narrower than Gaussian ones, which called 26 more than trend and chance, none beyond.
    assert found["meaningful"] + found["beyond the record"] == 39
    assert found["beyond the record"] == 8
    assert all(one.calibration == "calibrated" for one in tests if one.area_code != ENGLAND)
    assert {one.n_origins for one in tests} == {10.0}
    assert sum(one.chance for one in tests if one.verdict == "meaningful") == pytest.approx(0.52, abs=0.1)


def test_of_admissions_there_is_no_record_yet(project: Project) -> None:
    """Boards have figures from April 2013; by March 2015 no forecast from three years of data could be checked."""
    panel = build_panel(project.read_table("observations"), load.metric("nea"))
    tests = answer(panel, rule_ambitions(panel), PROTOCOL)
    assert {one.calibration for one in tests} == {"uncalibrated"}
    assert all("24 months of data" in one.calibration_reason for one in tests)
    assert all(one.track_record == "" for one in tests)


def test_no_effort_is_larger_than_business_as_usual(delays: Panel) -> None:
    """A rate cannot fall by more than all of it: a target of 5 for every board, two fifths of what Leeds had."""
    asked = [replace(one, key="", planned=5.0) for one in rule_ambitions(delays)]
    answered = [one for one in answer(delays, asked, PROTOCOL) if one.verdict != "not testable"]
    assert len(answered) > 140 and "Leeds" in {one.area_name for one in answered}
    assert all(one.effort_50 <= one.effort_80 < one.expected for one in answered)


def test_a_target_at_business_as_usual_has_about_an_even_chance(delays: Panel, tests: list[AmbitionTest]) -> None:
    usual = {one.area_code: one.expected for one in tests if one.verdict != "not testable"}
    asked = [replace(one, planned=usual[one.area_code]) for one in rule_ambitions(delays) if one.area_code in usual]
    chances = [one.chance for one in answer(delays, asked, PROTOCOL)]
    # One error in several hundred more or less, those of equal size counted.
    assert all(0.48 <= one <= 0.52 for one in chances)
