"""Verdicts on ambitions: the closed list in its order, baselines, and one question asked by a user."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.evaluate.targets.baseline import ask_question, choose_baseline
from bcf_eval.evaluate.targets.outlook import AreaOutlook
from bcf_eval.evaluate.targets.questions import rule_ambitions
from bcf_eval.evaluate.targets.verdicts import judge_ambitions
from bcf_eval.results import AMBITION_VERDICTS, AmbitionTest, tabulate_ambitions
from bcf_eval.stats.forecasts.ambition import Predictive
from bcf_eval.tables import AMBITION_KEYS, AMBITION_TESTS
from bcf_eval.wording import write_target
from bcf_eval.wording_targets import list_reach

from ..conftest import BOARDS, FELL

PROTOCOL = load.protocol()


def outlook(median: float, trend: float) -> AreaOutlook:
    one = np.ones(1)
    usual = Predictive(median * one, 0.3 * one, 0.1 * one)
    return AreaOutlook(usual, trend * one, one, one, 71 * one, one)


@pytest.mark.parametrize(
    ("planned", "stated", "median", "trend", "verdict"),
    [
        (9.0, 9.0, 10.0, 10.0, "no improvement"),
        (9.5, 9.0, 4.0, 4.0, "no improvement"),
        (8.0, 9.0, 7.0, 10.0, "rewards trend"),
        (8.0, 9.0, 10.0, 7.5, "rewards trend"),
        (8.0, 9.0, 10.0, 10.0, "within variation"),
        (4.0, 9.0, 10.0, 10.0, "meaningful"),
        (4.0, 9.0, math.nan, 10.0, "not testable"),
        (4.0, math.nan, 10.0, 10.0, "not testable"),
    ],
)
def test_verdicts_come_in_their_order(planned: float, stated: float, median: float, trend: float, verdict: str) -> None:
    found = judge_ambitions(
        np.array([planned]), np.array([stated]), outlook(median, trend), alpha=0.05, lower_is_better=True
    )
    assert found[0] == verdict
    assert verdict in AMBITION_VERDICTS


def test_what_is_beyond_the_record_comes_after_what_chance_would_bring() -> None:
    asked = {"stated": np.full(3, 9.0), "alpha": 0.05, "lower_is_better": True, "beyond": np.array([True, True, False])}
    many = AreaOutlook(
        Predictive(np.full(3, 10.0), np.full(3, 0.3), np.full(3, 0.1)),
        *([np.full(3, 10.0)] * 3),
        np.ones(3),
        np.ones(3),
    )
    found = judge_ambitions(np.array([4.0, 8.0, 4.0]), outlook=many, **asked)
    assert found.tolist() == ["beyond the record", "within variation", "meaningful"]


def test_higher_may_be_better() -> None:
    found = judge_ambitions(np.array([30.0]), np.array([9.0]), outlook(10, 10), alpha=0.05, lower_is_better=False)
    assert found[0] == "meaningful"


def test_the_national_rule_takes_the_lower_of_two(panel: Panel) -> None:
    rules = rule_ambitions(panel)
    assert len(rules) == len(BOARDS)
    february = dict(zip(panel.areas, panel.value[panel.periods.index("2017-02")], strict=True))
    for one in rules:
        assert one.planned == pytest.approx(min(9.4, february[one.area_code]))


def test_the_baseline_of_2017_has_71_months_and_one_step(panel: Panel) -> None:
    question = ask_question(panel, "2017-09", "2017-02")
    baseline = choose_baseline(panel, question, PROTOCOL)
    assert len(baseline.periods) == 71
    assert [one.period for one in baseline.breaks] == ["2015-10"]
    assert question.horizons.tolist() == [7]


def test_no_target_is_tested_past_the_end_of_the_collection(panel: Panel) -> None:
    baseline = choose_baseline(panel, ask_question(panel, "2020-06", "2019-03"), PROTOCOL)
    assert "paused" in baseline.reason


@pytest.fixture(scope="module")
def tests(panel: Panel) -> list[AmbitionTest]:
    return evaluate_ambitions(panel, rule_ambitions(panel), PROTOCOL)


def test_many_ambitions_are_tested_as_one_by_one(observations: pd.DataFrame, tests: list[AmbitionTest]) -> None:
    for test in tests[:3]:
        alone = bcf.test_ambition(
            observations, area=test.area_code, target=test.target, period="2017-09", baseline_end="2017-02"
        )
        assert alone.chance == pytest.approx(test.chance)
        assert alone.verdict == test.verdict
        assert alone.baseline == pytest.approx(test.baseline)


def test_the_board_that_fell_is_asked_for_no_improvement(tests: list[AmbitionTest]) -> None:
    by_area = {test.area_code: test for test in tests}
    assert by_area[FELL].verdict == "no improvement"
    assert by_area[FELL].sentence.count(". ") >= 2


def test_a_demanding_target_is_meaningful_and_its_numbers_agree(observations: pd.DataFrame) -> None:
    test = bcf.test_ambition(observations, area=BOARDS[2], target=5.0, period="2017/18", baseline_end="2017-02")
    assert test.verdict == "meaningful"
    assert test.chance == 0.005
    assert test.baseline_period == "2015/16"
    assert test.lower < test.expected < test.upper
    assert test.smallest_meaningful < test.expected
    # Adults of this board are 300,000 and 2017/18 has 365 days.
    assert test.smallest_meaningful_days == pytest.approx(test.smallest_meaningful * 3 * 365)
    # An even chance takes what lies between the middle and the target: Gaussian tails are symmetric in logs.
    assert test.effort_50 == pytest.approx(test.expected - 5.0)
    assert test.effort_80 > test.effort_50
    assert test.detectable_power > 0.9
    assert "Improvement for an even chance" in str(test)


def test_the_smallest_meaningful_target_is_just_meaningful(observations: pd.DataFrame) -> None:
    def ask(target: float) -> AmbitionTest:
        return bcf.test_ambition(observations, area=BOARDS[3], target=target, period="2017-Q3", baseline_end="2017-02")

    edge = ask(5.0).smallest_meaningful
    assert ask(edge).verdict == "meaningful"
    assert ask(float(write_target(edge, better="lower"))).verdict == "meaningful"
    assert ask(edge * 1.02).verdict in ("within variation", "rewards trend")


def test_json_has_its_keys_and_the_table_its_columns(tests: list[AmbitionTest]) -> None:
    assert tuple(tests[0].to_dict()) == AMBITION_KEYS
    assert set(tests[0].to_dict()["trends"]) == {"continues", "damped", "none"}
    frame = tabulate_ambitions(tests)
    assert list(frame) == AMBITION_TESTS
    assert frame["chance_calibrated"].isna().all()
    assert frame["calibration"].eq("uncalibrated").all()
    assert frame["trend_continues"].notna().all()


def test_a_change_in_counting_before_the_target_is_said(observations: pd.DataFrame) -> None:
    test = bcf.test_ambition(observations, area=BOARDS[2], target=5.0, period="2019-03", baseline_end="2018-09")
    ahead = {check.name: check.detail for check in test.checks if not check.passed}
    assert "November 2018" in ahead["change in counting ahead"]


def test_too_short_a_baseline_is_an_answer(observations: pd.DataFrame) -> None:
    short = observations[observations["period"] >= "2016-01"]
    test = bcf.test_ambition(short, area=FELL, target=4.0, period="2017-09", baseline_end="2017-02")
    assert test.verdict == "not testable"
    assert "14 months" in test.reason
    assert test.to_dict()["chance"] is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"period": "2016-09", "baseline_end": "2017-02"}, "does not lie after the end of the baseline"),
        ({"period": "2017"}, "financial year"),
        ({"period": "2017-13"}, "is not a period"),
        ({"period": "2010-09"}, "lies before the data"),
        ({"period": "2017-09", "baseline_end": "2017-Q1"}, "expected a month"),
        ({"period": "2021-09", "baseline_end": "2020-01"}, "the data run from 2011-04 to 2019-03"),
        ({"area": "Hartlepol"}, "Did you mean 'Hartlepool'"),
        ({"baseline_end": "2017-02", "baseline_period": "2017-09"}, "does not end by 2017-02"),
        ({"baseline_end": "2017-02", "baseline_period": "2010-09"}, "lies before the data"),
        ({"target": True}, "from 0 to 1,000,000"),
        ({"target": "9.4"}, "from 0 to 1,000,000"),
        ({"metric": "dtoc_day"}, "Did you mean 'dtoc_days'"),
        ({"target": -1.0}, "from 0 to 1,000,000"),
        ({"target": math.nan}, "from 0 to 1,000,000"),
    ],
)
def test_nonsense_is_refused_in_one_line(observations: pd.DataFrame, asked: dict[str, object], message: str) -> None:
    question = {"area": "Hartlepool", "target": 9.4, "period": "2017-09", **asked}
    with pytest.raises(RequestError, match=message) as caught:
        bcf.test_ambition(observations, **question)
    assert "\n" not in str(caught.value)


def test_a_board_whose_last_month_is_missing_is_not_testable(observations: pd.DataFrame) -> None:
    gone = observations["area_code"].eq(BOARDS[1]) & observations["period"].eq("2017-02")
    gappy = observations.assign(value=observations["value"].mask(gone), flag=observations["flag"].mask(gone, "gap"))
    panel = build_panel(gappy, load.metric("dtoc_days"))
    ambitions = [one for one in rule_ambitions(panel) if one.area_code in BOARDS[:2]]
    tested = {test.area_code: test for test in evaluate_ambitions(panel, ambitions, PROTOCOL)}
    assert tested[BOARDS[1]].verdict == "not testable"
    assert tested[BOARDS[0]].verdict != "not testable"


def test_an_area_whose_boundary_moves_is_not_testable(observations: pd.DataFrame) -> None:
    """Bournemouth became part of another authority in April 2019."""
    renamed = observations.assign(area_code=observations["area_code"].replace(BOARDS[3], "E06000028"))
    test = bcf.test_ambition(renamed, area="Bournemouth", target=2.0, period="2019-06", baseline_end="2019-03")
    assert test.verdict == "not testable"
    assert "boundary changed in April 2019" in test.reason
    assert bcf.test_ambition(renamed, area="Bournemouth", target=2.0, period="2019-03").verdict != "not testable"


def test_a_target_is_never_advised_beyond_its_baseline(observations: pd.DataFrame) -> None:
    test = bcf.test_ambition(observations, area=FELL, target=9.0, period="2017-09", baseline_end="2017-02")
    assert test.verdict == "no improvement"
    assert test.smallest_meaningful < test.baseline


def test_a_season_from_too_few_boards_is_said(observations: pd.DataFrame) -> None:
    board = bcf.select_area(observations, BOARDS[2])
    test = bcf.test_ambition(board, area=BOARDS[2], target=5.0, period="2017-09", baseline_end="2017-02")
    assert "season pooled over boards" in {check.name for check in test.checks if not check.passed}
    assert "not of one" in test._repr_html_()


@pytest.mark.parametrize("period", ["9998-12", "9999-12", "2017/18", "2027-04"])
def test_no_forecast_reaches_ten_years(observations: pd.DataFrame, period: str) -> None:
    """From February 2017: April 2027 is too far, and is one line however far it is."""
    asked = {"area": BOARDS[2], "target": 5.0, "period": period, "baseline_end": "2017-02"}
    if period == "2017/18":
        assert bcf.test_ambition(observations, **asked).verdict == "meaningful"
        return
    with pytest.raises(RequestError, match="more than 10 years after the end of the baseline, 2017-02"):
        bcf.test_ambition(observations, **asked)


def test_what_is_obstructed_is_not_forecast(observations: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a forecast was made")

    monkeypatch.setattr("bcf_eval.evaluate.targets.ambitions.look_ahead", refuse)
    test = bcf.test_ambition(observations, area=BOARDS[2], target=5.0, period="2020-06", baseline_end="2017-02")
    assert test.verdict == "not testable" and "paused" in test.reason
    assert math.isnan(test.expected) and test.n_baseline == 71
    # Nothing is said of a chance that is not there.
    assert not [one for one in test.checks if one.name in ("calibration", "fragility")]
    assert list_reach(test, load.metric("dtoc_days")) == []


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (("2013-01", "2013-04"), ""),
        (("2017-02", "2017-02"), "stated baseline is below zero"),
        (("2011-04", "2016-06"), "below zero, which no count can be, in 63 of the 71 months"),
        (("2011-04", "2017-02"), "below zero"),
    ],
)
def test_a_figure_below_zero_is_an_answer(observations: pd.DataFrame, months: tuple[str, str], said: str) -> None:
    wrong = observations.copy()
    which = wrong["area_code"].eq(BOARDS[2]) & wrong["period"].between(*months)
    wrong.loc[which, ["value", "numerator"]] *= -1
    asked = {"target": 5.0, "period": "2017-09", "baseline_end": "2017-02"}
    test = bcf.test_ambition(wrong, area=BOARDS[2], **asked)
    assert (test.verdict == "not testable") == bool(said) and said in test.reason
    assert bcf.test_ambition(wrong, area=BOARDS[4], **asked).verdict != "not testable"


@pytest.mark.parametrize(("zeros", "warned"), [(7, False), (8, True)])
def test_a_baseline_of_many_zeros_carries_a_warning(observations: pd.DataFrame, zeros: int, warned: bool) -> None:
    """A tenth of the 71 months is the limit."""
    months = sorted(observations["period"].unique())[6 : 6 + zeros]
    empty = observations.copy()
    empty.loc[empty["area_code"].eq(BOARDS[2]) & empty["period"].isin(months), ["value", "numerator"]] = 0.0
    test = bcf.test_ambition(empty, area=BOARDS[2], target=5.0, period="2017-09", baseline_end="2017-02")
    said = [one.detail for one in test.checks if one.name == "months of zero"]
    assert [f"zero in {zeros} of 71 months" in one for one in said] == [True] * warned


def test_numbers_that_are_said_in_words_need_not_stand_twice(observations: pd.DataFrame) -> None:
    test = bcf.test_ambition(observations, area=BOARDS[2], target=5.0, period="2017/18", baseline_end="2017-02")
    assert "Improvement for an even chance" not in test.write(reach=False)
    assert test.write() == str(test)
