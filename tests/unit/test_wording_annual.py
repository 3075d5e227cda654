"""Answers on yearly targets in words: people counted, doubt said, sampling alone where years are too few."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bcf_eval.catalogue import load
from bcf_eval.results import AMBITION_VERDICTS, AmbitionTest
from bcf_eval.wording import SAMPLING_ALONE, describe_ambition
from bcf_eval.wording_annual import UNTRIED, describe_target, is_pooled

RESIDENTIAL = load.metric("residential")


@pytest.fixture
def test() -> AmbitionTest:
    """A board of 34,000 older people, weighed against sampling alone."""
    return AmbitionTest(
        ambition="", area_code="E06000033", area_name="Southend-on-Sea", metric="residential", period="2016/17",
        target=600.0, baseline_start="2015/16", baseline_end="2015/16", n_baseline=1, baseline_period="2015/16",
        baseline=670.0, expected=670.0, lower=500.0, upper=800.0, log_sd=math.nan, floor=math.nan, chance=0.13,
        calibration="uncalibrated", calibration_reason="", track_record="", verdict="within variation", reason="",
        fragile=False, smallest_meaningful=567.0, smallest_meaningful_days=193.0, events_per_unit=0.34,
        trends={"continues": math.nan, "damped": math.nan, "none": 670.0}, naive={"p_value": 0.1, "verdict": ""},
        method="", checks=[],
    )  # fmt: skip


@pytest.fixture
def pooled(test: AmbitionTest) -> AmbitionTest:
    return replace(
        test, period="2018/19", baseline_start="2014/15", baseline_end="2017/18", baseline_period="2017/18",
        n_baseline=4, expected=650.0, trends={"continues": 640.0, "damped": 645.0, "none": 670.0},
    )  # fmt: skip


def test_a_yearly_target_is_told_as_people(test: AmbitionTest) -> None:
    said = describe_target(test, RESIDENTIAL)
    assert "204 people where there were 228 in 2015/16" in said
    assert "567.0 or lower (193 people)" in said
    assert "If nothing changes, chance alone would meet it about 1 time in 8. To ask for more than chance a" in said
    assert SAMPLING_ALONE in said
    assert "business as usual" not in said
    none = describe_target(replace(test, verdict="no improvement"), RESIDENTIAL)
    assert "asks for no improvement on its baseline of 670.0 in 2015/16" in none
    untested = replace(test, verdict="not testable", reason="of this")
    assert "cannot be tested: of this." in describe_target(untested, RESIDENTIAL)


def test_every_verdict_of_a_pooled_target_counts_people_and_says_its_doubt(pooled: AmbitionTest) -> None:
    said = {one: describe_target(replace(pooled, verdict=one, reason="x"), RESIDENTIAL) for one in AMBITION_VERDICTS}
    assert len(set(said.values())) == len(AMBITION_VERDICTS)
    for verdict in AMBITION_VERDICTS[1:]:
        assert "204 people" in said[verdict]
        assert "about 221 (650.0)" in said[verdict]
        assert "If nothing changes, the chance of meeting it is about 1 in 8." in said[verdict]
        assert "This stands on 4 years of the board" in said[verdict]
        assert UNTRIED in said[verdict]
        assert "  " not in said[verdict]
        assert SAMPLING_ALONE not in said[verdict]
    assert "567.0 or lower (193 people)" in said["within variation"]


@pytest.mark.parametrize(
    ("expected", "trend", "said"),
    [
        (
            590.0,
            580.0,
            "asks for no more than what was already under way: business as usual leads to about 201 (590.0)",
        ),
        (590.0, 610.0, "The board's own trend alone would miss it (610.0)."),
        (650.0, 580.0, "would be met if the board's own trend went on, which leads to 580.0; drawn towards"),
    ],
)
def test_what_rewards_trend_says_which(pooled: AmbitionTest, expected: float, trend: float, said: str) -> None:
    trends = {**pooled.trends, "continues": trend}
    rewarded = replace(pooled, verdict="rewards trend", expected=expected, trends=trends)
    assert said in describe_target(rewarded, RESIDENTIAL)


def test_a_verdict_that_moves_is_held_loosely(pooled: AmbitionTest) -> None:
    assert "hold it loosely" not in describe_target(pooled, RESIDENTIAL)
    assert "so hold it loosely" in describe_target(replace(pooled, fragile=True), RESIDENTIAL)


def test_where_no_target_would_do_that_is_said(pooled: AmbitionTest) -> None:
    none = replace(pooled, smallest_meaningful=math.nan)
    assert "No target would be more than trend and chance here." in describe_target(none, RESIDENTIAL)


def test_a_monthly_target_is_told_as_ever(pooled: AmbitionTest) -> None:
    monthly = replace(pooled, metric="dtoc_days", period="2017-09", baseline_period="2017-02")
    metric = load.metric("dtoc_days")
    assert describe_target(monthly, metric) == describe_ambition(monthly, metric)
    assert is_pooled(pooled)
