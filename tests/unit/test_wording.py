"""Numbers and verdicts in words: what is said must be what is so."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bcf_eval import wording
from bcf_eval.catalogue import load
from bcf_eval.results import AMBITION_VERDICTS, UNIT, AmbitionTest, CheckResult

METRIC = load.metric("dtoc_days")
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.001, "less than 1 in 200"),
        (0.005, "less than 1 in 200"),
        (0.0066, "about 1 in 150"),
        (0.08, "about 1 in 12"),
        (0.084, "about 1 in 12"),
        (0.03, "about 1 in 30"),
        (0.05, "about 1 in 20"),
        (0.151, "about 1 in 7"),
        (0.249, "about 1 in 4"),
        (0.25, "about 1 in 4"),
        (0.3, "about 3 in 10"),
        (0.5, "about even"),
        (0.9, "about 9 in 10"),
        (0.94, "about 14 in 15"),
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
        (8.9, 10.7, "without any change. The trend alone would miss it (10.7)."),
        (8.9, 7.7, "without any change. The trend alone would meet it too (7.7)."),
    ],
)
def test_what_rewards_a_trend_is_named(test: AmbitionTest, expected: float, trend: float, said: str) -> None:
    rewarded = replace(test, verdict="rewards trend", expected=expected, trends={**test.trends, "continues": trend})
    assert said in wording.describe_ambition(rewarded, METRIC)


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.52, "is close to what was already happening (8.9): about an even chance without any change."),
        (0.68, "is close to what was already happening (8.9): a chance of about 7 in 10 without any change."),
        (0.9, "asks for less than what was already happening (8.9): a chance of about 9 in 10 without any change."),
    ],
)
def test_a_target_that_business_as_usual_meets_has_its_chance(test: AmbitionTest, chance: float, said: str) -> None:
    rewarded = wording.describe_ambition(replace(test, verdict="rewards trend", expected=8.9, chance=chance), METRIC)
    assert said in rewarded
    assert "If nothing changes" not in rewarded


@pytest.mark.parametrize(
    ("smallest", "said"),
    [
        (0.0, "Even zero could come about by chance here, so no target can be told from luck."),
        (0.06, "would have to be next to zero: below 0.1."),
        (0.1, "would have to be 0.1 or lower."),
    ],
)
def test_the_smallest_target_may_be_none(test: AmbitionTest, smallest: float, said: str) -> None:
    assert said in wording.describe_ambition(replace(test, smallest_meaningful=smallest), METRIC)


def test_a_doubtful_unit_is_said_first(test: AmbitionTest) -> None:
    doubt = CheckResult(UNIT, False, "Is this in the right unit? It may not be.")
    for verdict in AMBITION_VERDICTS:
        said = wording.describe_ambition(replace(test, verdict=verdict, checks=[doubt]), METRIC)
        assert said.startswith("Is this in the right unit? It may not be. For Barnet, the target of 9.4")


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.98, "about 49 times in 50"),
        (0.5, "about half of the time"),
        (0.13, "about 1 time in 8"),
        (0.001, "fewer than 1 time in 200"),
        (0.9999, "more than 199 times in 200"),
        (0.3, "about 3 times in 10"),
    ],
)
def test_a_chance_is_said_as_how_often(chance: float, said: str) -> None:
    assert wording.write_chance_times(chance) == said


def test_counts_that_a_target_asks_for_are_whole_on_the_demanding_side() -> None:
    residential, reablement = load.metric("residential"), load.metric("reablement")
    assert wording.count_target(725.6, residential) == 725
    assert wording.count_target(428.2, reablement) == 429
    # A whole number that was a rate in between.
    assert wording.count_target(193 / 34043 * 1e5 * 34043 / 1e5, residential) == 193
    assert wording.name_count(1, reablement) == "1 person"
    assert wording.name_count(1204, reablement) == "1,204 people"


def test_a_target_below_one_keeps_its_digits(test: AmbitionTest) -> None:
    assert wording.name_asked(replace(test, target=0.85), METRIC).startswith("the target of 0.85 delayed days")
    assert wording.name_asked(replace(test, target=9.4), METRIC).startswith("the target of 9.4 delayed days")
    assert wording.name_asked(replace(test, target=math.nan), METRIC) == "the target for September 2017"


def test_months_that_add_up_have_a_unit_a_month() -> None:
    said = say_change(metric=load.metric("nea"))
    assert "by 2.5 admissions per 100,000 people a month on average" in said
    assert "a month on average" not in say_change()


def test_how_often_something_comes() -> None:
    assert wording.write_times(0.034) == "3.4 times in 100"
    assert wording.write_times(0.34) == "34 times in 100"
    assert wording.write_times(0.994) == "99 times in 100"
    assert wording.write_times(0.9999) == "more than 99 times in 100"
    assert wording.write_times(0.0001) == "fewer than 1 time in 1,000"
