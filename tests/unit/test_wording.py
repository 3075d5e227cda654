"""Numbers and verdicts in words: what is said must be what is so."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bcf_eval import wording
from bcf_eval.catalogue import load
from bcf_eval.results import AMBITION_VERDICTS, AmbitionTest

METRIC = load.metric("dtoc_days")
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.001, "less than 1 in 200"),
        (0.005, "less than 1 in 200"),
        (0.0066, "about 1 in 200"),
        (0.03, "about 1 in 30"),
        (0.05, "about 1 in 20"),
        (0.151, "about 1 in 7"),
        (0.249, "about 1 in 4"),
        (0.25, "about 1 in 4"),
        (0.3, "about 3 in 10"),
        (0.5, "about even"),
        (0.9, "about 9 in 10"),
        (0.95, "about 19 in 20"),
        (0.997, "more than 199 in 200"),
        (math.nan, "not known"),
    ],
)
def test_a_chance_is_said_as_people_say_it(chance: float, said: str) -> None:
    assert wording.write_chance(chance) == said


@pytest.mark.parametrize(
    ("value", "better", "said"),
    [(3.06, "lower", "3.0"), (3.0, "lower", "3.0"), (3.01, "higher", "3.1"), (0.04, "lower", "0.0")],
)
def test_a_target_is_rounded_to_ask_no_less(value: float, better: str, said: str) -> None:
    assert wording.write_target(value, better=better) == said


def test_numbers_have_commas_and_a_true_minus() -> None:
    assert wording.write_count(-1234.4) == f"{MINUS}1,234"
    assert wording.write_count(-1_557_207, significant=3) == f"{MINUS}1,560,000"
    assert wording.write_rate(-0.04) == f"{MINUS}0.04"
    assert wording.write_rate(-0.0001, digits=1) == "0.000"
    assert wording.write_change(2.51) == "+2.5"
    assert wording.write_interval(-1.0, math.nan) == "no interval"
    assert wording.write_share(-0.281) == f"{MINUS}28%"


def test_a_p_value_says_what_it_is_about() -> None:
    said = wording.write_p_value(0.034)
    assert "3.4 times in 100" in said
    assert "either direction" in said
    assert "if nothing had changed" in said
    assert "fewer than 1 time in 1,000" in wording.write_p_value(1e-5)


def say_change(**changes: object) -> str:
    known: dict[str, object] = {
        "area_name": "Barnet", "area_code": "E09000003", "metric": METRIC, "intervention_label": "the fund",
        "start": "2015-04", "verdict": "fell", "reason": "", "estimate": -2.5, "lower": -4.0, "upper": -1.0,
        "agrees": True,
    }  # fmt: skip
    return wording.describe_change(**(known | changes))  # type: ignore[arg-type]


def test_a_change_is_weakened_where_other_fits_disagree() -> None:
    assert "were lower after April 2015" in say_change()
    assert f"by 2.5 {METRIC.unit}" in say_change()
    weak = say_change(agrees=False)
    assert "may have been lower" in weak
    assert "were lower" not in weak
    none = {"verdict": "no clear change", "lower": -6.0, "upper": 1.0}
    assert "do find one" in say_change(**none, agrees=False)
    assert "do find one" not in say_change(**none)
    assert "cannot be tested: too few points" in say_change(verdict="not testable", reason="too few points")


@pytest.fixture
def test() -> AmbitionTest:
    return AmbitionTest(
        ambition="", area_code="E09000003", area_name="Barnet", metric="dtoc_days", period="2017-09", target=9.4,
        baseline_start="2011-04", baseline_end="2017-02", n_baseline=71, baseline_period="2017-02", baseline=12.0,
        expected=10.9, lower=4.0, upper=28.0, log_sd=0.4, floor=0.2, chance=0.3, calibration="uncalibrated",
        calibration_reason="", track_record="", verdict="within variation", reason="", fragile=False,
        smallest_meaningful=5.57, smallest_meaningful_days=120.0, events_per_unit=21.0,
        trends={"continues": 7.7, "damped": 9.0, "none": 11.0}, naive={"p_value": 0.1, "verdict": ""}, method="",
        checks=[],
    )  # fmt: skip


def test_every_verdict_has_its_sentence(test: AmbitionTest) -> None:
    said = {
        verdict: wording.describe_ambition(replace(test, verdict=verdict, reason="of this"), METRIC)
        for verdict in AMBITION_VERDICTS
    }
    assert len(set(said.values())) == len(AMBITION_VERDICTS)
    assert "cannot be tested: of this." in said["not testable"]
    assert "5.5 or lower" in said["within variation"]
    for verdict, sentence in said.items():
        assert "9.4" in sentence
        assert verdict == "not testable" or wording.UNCALIBRATED in sentence


@pytest.mark.parametrize(
    ("expected", "trend", "said"),
    [
        (10.9, 7.7, "would be met if the trend went on, which leads to 7.7; business as usual leads to 10.9."),
        (8.9, 10.7, "would be met with business as usual, which leads to 8.9; the trend alone leads to 10.7."),
        (8.9, 7.7, "would be met by what was under way: business as usual leads to 8.9, the trend alone to 7.7."),
    ],
)
def test_what_rewards_a_trend_is_named(test: AmbitionTest, expected: float, trend: float, said: str) -> None:
    rewarded = replace(test, verdict="rewards trend", expected=expected, trends={**test.trends, "continues": trend})
    assert said in wording.describe_ambition(rewarded, METRIC)


def test_a_yearly_target_is_told_as_people(test: AmbitionTest) -> None:
    yearly = replace(
        test, metric="residential", period="2016/17", target=600.0, baseline_end="2015/16", baseline_period="2015/16",
        baseline=670.0, expected=670.0, chance=0.13, smallest_meaningful=567.0, smallest_meaningful_days=193.0,
        events_per_unit=0.34, trends={"continues": math.nan, "damped": math.nan, "none": 670.0},
    )  # fmt: skip
    said = wording.describe_ambition(yearly, load.metric("residential"))
    assert "204 people where there were 228 in 2015/16" in said
    assert "567.0 or lower (193 people)" in said
    assert wording.SAMPLING_ALONE in said
    assert "business as usual" not in said
    none = wording.describe_ambition(replace(yearly, verdict="no improvement"), load.metric("residential"))
    assert "asks for no improvement on its baseline of 670.0 in 2015/16" in none
    untested = replace(yearly, verdict="not testable", reason="of this")
    assert "cannot be tested: of this." in wording.describe_ambition(untested, load.metric("residential"))


def test_months_that_add_up_have_a_unit_a_month() -> None:
    said = say_change(metric=load.metric("nea"))
    assert "by 2.5 admissions per 100,000 people a month on average" in said
    assert "a month on average" not in say_change()


def test_how_often_something_comes() -> None:
    assert wording.write_times(0.034) == "3.4 times in 100"
    assert wording.write_times(0.34) == "34 times in 100"
    assert wording.write_times(0.0001) == "fewer than 1 time in 1,000"
