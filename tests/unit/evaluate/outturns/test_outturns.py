"""Outturns against business as usual, on a record whose truth is known: nothing changes, but where it is made to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.outturns.outturns import evaluate_outturns
from bcf_eval.evaluate.outturns.regression_to_mean import expect_return
from bcf_eval.evaluate.outturns.totals import total_outturns
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.evaluate.targets.baseline import ask_question
from bcf_eval.observations import days_in, rate, validate
from bcf_eval.periods import month_range
from bcf_eval.results import OUTTURN_VERDICTS, AmbitionTest
from bcf_eval.specs import ENGLAND, Ambition
from bcf_eval.tables import OUTTURN_TOTALS, OUTTURNS

MONTHS = month_range("2011-04", "2017-12")
BOARDS = load.boards()
BETTER, WORSE = BOARDS[3], BOARDS[5]
RHO = 0.4


def simulate(seed: int = 3) -> pd.DataFrame:
    """All boards, independent of each other, log AR(1) about a mean; from March 2017 one halves, another doubles."""
    random = np.random.default_rng(seed)
    metric, days = load.metric("dtoc_days"), np.asarray(days_in(pd.Series(MONTHS)))
    error = np.zeros((len(MONTHS), len(BOARDS)))
    for t in range(1, len(MONTHS)):
        error[t] = RHO * error[t - 1] + 0.25 * random.normal(size=len(BOARDS))
    value = 11 * np.exp(error)
    late = np.array(MONTHS) >= "2017-03"
    value[late, BOARDS.index(BETTER)] /= 6
    value[late, BOARDS.index(WORSE)] *= 6
    people = 400_000.0
    counts = np.round(value * people * days[:, None] / 1e5)
    frames = []
    for code, numerator, denominator in [
        *((code, counts[:, i], people) for i, code in enumerate(BOARDS)),
        (ENGLAND, counts.sum(axis=1), people * len(BOARDS)),
    ]:
        frame = pd.DataFrame(
            {
                "area_code": code,
                "metric": metric.key,
                "period": MONTHS,
                "numerator": numerator,
                "denominator": denominator,
            }
        )
        shown = rate(frame["numerator"], frame["denominator"], metric, days)
        frames.append(frame.assign(value=shown, flag="", source="simulated"))
    return validate(pd.concat(frames))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return build_panel(simulate(), load.metric("dtoc_days"))


@pytest.fixture(scope="module")
def tests(panel: Panel) -> list[AmbitionTest]:
    ambitions = [
        Ambition("dtoc_2017", code, "dtoc_days", "2017-09", 9.4, "2017-02", "2017-02", "a rule") for code in BOARDS
    ]
    return evaluate_ambitions(panel, ambitions, load.protocol())


@pytest.fixture(scope="module")
def outturns(panel: Panel, tests: list[AmbitionTest]) -> pd.DataFrame:
    return evaluate_outturns(panel, tests, load.protocol())


def test_each_ambition_has_a_row_and_a_verdict_of_the_list(outturns: pd.DataFrame) -> None:
    assert list(outturns.columns) == OUTTURNS and len(outturns) == len(BOARDS)
    assert set(outturns["verdict"]) <= set(OUTTURN_VERDICTS)


def test_a_real_change_is_beyond_trend_either_way(outturns: pd.DataFrame) -> None:
    found = outturns.set_index("area_code")["verdict"]
    assert found[BETTER] == "met, beyond trend"
    assert found[WORSE] == "missed, and worse than trend"


def test_where_nothing_changed_few_are_beyond_trend(outturns: pd.DataFrame) -> None:
    """Nominally a tenth of boards lie beyond one side or the other; 149 independent ones lie within 3.5% to 17%."""
    still = outturns[~outturns["area_code"].isin([BETTER, WORSE])]
    beyond = still["verdict"].isin(
        ["met, beyond trend", "missed, but better than trend", "missed, and worse than trend"]
    )
    assert 0.03 <= beyond.mean() <= 0.17
    assert (still["q_value"] < 0.05).sum() <= 1


def test_the_share_is_what_came_of_what_was_asked(outturns: pd.DataFrame) -> None:
    asked = outturns[outturns["share_achieved"].notna()].iloc[0]
    by_hand = (asked["baseline"] - asked["outturn"]) / (asked["baseline"] - asked["target"])
    assert asked["share_achieved"] == pytest.approx(by_hand)
    no_more = outturns[outturns["baseline"] <= 9.4]
    assert no_more["share_achieved"].isna().all() and no_more["share_reason"].str.startswith("not defined").all()


def test_a_baseline_out_of_the_ordinary_returns_as_far_as_it_does(panel: Panel) -> None:
    """Over boards the expected return is the mean of what came: 151 differences of standard deviation 4.5."""
    question = ask_question(panel, "2017-09", "2017-02")
    columns = np.array([panel.column(code) for code in BOARDS if code not in (BETTER, WORSE)])
    expected = expect_return(panel, question, "2017-02", columns, load.protocol())
    rows = panel.rows(("2017-02", "2017-09"))
    baseline, came = panel.value[np.ix_(rows, columns)]
    high = baseline > np.quantile(baseline, 0.8)
    assert expected[high].mean() == pytest.approx((came - baseline)[high].mean(), abs=1.6)
    assert expected[high].mean() < -3 and expected[baseline < np.quantile(baseline, 0.2)].mean() > 1


def test_chance_explains_the_misses_of_boards_that_did_not_change(
    panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame
) -> None:
    totals = total_outturns(panel, tests, outturns, load.protocol())
    assert list(totals.columns) == OUTTURN_TOTALS
    every = totals.set_index("arm").loc["all"]
    assert every["n_met"] + every["n_missed"] == every["n_tested"]
    assert every["chance_misses_lower"] <= every["n_missed"] <= every["chance_misses_upper"]
    assert every["england_planned"] == pytest.approx(9.4)
    assert every["brier"] < every["brier_naive"]
    assert "boards move together" in every["sentence"]


def test_a_target_that_lies_ahead_has_no_row(panel: Panel, tests: list[AmbitionTest]) -> None:
    later = [replace(one, period="2018-09") for one in tests]
    assert evaluate_outturns(panel, later, load.protocol()).empty


def test_what_could_not_be_tested_keeps_its_reason(panel: Panel, tests: list[AmbitionTest]) -> None:
    untold = [replace(tests[0], verdict="not testable", reason="too few months")]
    (row,) = evaluate_outturns(panel, untold, load.protocol()).to_dict("records")
    assert (row["verdict"], row["reason"]) == ("not testable", "too few months")
    assert np.isfinite(row["outturn"]) and "too few months" in row["sentence"]


def test_what_all_targets_meant_together_is_englands_planned_rate(
    panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame
) -> None:
    """Boards of one size: the plain mean of what they planned; unknown as soon as one board planned nothing."""
    halved = outturns.assign(target=np.where(outturns["area_code"].eq(BOARDS[0]), 4.7, outturns["target"]))
    totals = total_outturns(panel, tests, halved, load.protocol()).set_index("arm")
    assert totals.loc["all", "england_planned"] == pytest.approx((9.4 * (len(BOARDS) - 1) + 4.7) / len(BOARDS))
    fewer = total_outturns(panel, tests[1:], halved.iloc[1:], load.protocol()).set_index("arm")
    assert np.isnan(fewer.loc["all", "england_planned"])


def test_england_came_to_the_sum_of_its_boards(panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame) -> None:
    every = total_outturns(panel, tests, outturns, load.protocol()).set_index("arm").loc["all"]
    row = panel.periods.index("2017-09")
    counts = panel.numerator[row, [panel.column(code) for code in BOARDS]].sum()
    assert every["england_outturn"] == pytest.approx(1e5 * counts / (400_000 * len(BOARDS) * 30))
    assert every["england_lower"] < every["england_expected"] < every["england_upper"]


def test_only_what_was_called_meaningful_is_counted_as_that(
    panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame
) -> None:
    every = total_outturns(panel, tests, outturns, load.protocol()).set_index("arm").loc["all"]
    called = [one for one in tests if one.verdict == "meaningful"]
    assert every["n_meaningful"] == len(called)
    assert every["expected_meaningful_met"] == pytest.approx(sum(one.chance for one in called))


def test_payment_is_likelier_than_the_whole_target(outturns: pd.DataFrame, tests: list[AmbitionTest]) -> None:
    """Seven tenths of an improvement are easier than all of it, and by the record as often as such errors came."""
    asking = outturns[outturns["baseline"] > 9.4]
    chance = np.array([one.chance for one in tests])[asking.index]
    assert asking["chance_of_payment"].notna().all()
    assert (asking["chance_of_payment"].to_numpy() >= chance - 1e-12).all()
    assert outturns.loc[outturns["baseline"] <= 9.4, "chance_of_payment"].isna().all()


def test_the_interval_of_a_share_narrows_as_more_is_asked(panel: Panel, tests: list[AmbitionTest]) -> None:
    """Against the same noise a target twice as far away has a share known about twice as well."""
    high = [one for one in tests if one.baseline > 13][:8]
    near, far = (
        evaluate_outturns(panel, [replace(one, target=at) for one in high], load.protocol()) for at in (6.0, 1.0)
    )
    widths = [(one["share_upper"] - one["share_lower"]).to_numpy() for one in (near, far)]
    known = np.isfinite(widths[0]) & np.isfinite(widths[1])
    assert known.any() and (widths[1][known] < widths[0][known]).all()


@pytest.mark.parametrize(
    "others",
    [{"area_code": "E06000053"}, {"baseline_end": ""}, {"baseline_end": "2001-01"}, {"baseline_end": "2017-10"}],
)
def test_a_plan_that_these_data_cannot_be_asked_has_no_row(
    panel: Panel, tests: list[AmbitionTest], others: dict[str, str]
) -> None:
    refused = replace(tests[0], verdict="not testable", reason="these data hold nothing of it", **others)
    assert evaluate_outturns(panel, [refused], load.protocol()).empty


def test_plans_made_at_different_times_are_summed_by_what_each_was_told(
    panel: Panel, tests: list[AmbitionTest]
) -> None:
    earlier = [replace(one, ambition="plan", baseline_end="2016-12", vintage="2017-01-01") for one in tests[:30]]
    mixed = earlier + [replace(one, ambition="plan", vintage="2017-03-01") for one in tests[30:]]
    found = evaluate_outturns(panel, mixed, load.protocol())
    (every,) = total_outturns(panel, mixed, found, load.protocol()).to_dict("records")
    known = found["verdict"].ne("not testable")
    assert every["chance_misses"] == pytest.approx((1 - found.loc[known, "chance"]).sum())
    assert np.isnan(every["england_outturn"]) and np.isnan(every["chance_misses_lower"])


def test_a_return_is_said_only_of_a_month_out_of_the_ordinary(panel: Panel, outturns: pd.DataFrame) -> None:
    """A fifth of 149 independent months that did not change lie outside their 80% interval, within 12% to 30%."""
    still = outturns[~outturns["area_code"].isin([BETTER, WORSE])]
    assert set(still["baseline_unusual"]) == {"", "high", "low"}
    assert 0.12 <= still["baseline_unusual"].ne("").mean() <= 0.30
    said = still["sentence"].str.contains("The baseline is one month")
    assert said.any() and not said[still["baseline_unusual"].eq("")].any()
    assert not still["sentence"].str.contains("whatever was done").any()
    high = still[said & still["baseline_unusual"].eq("high")]
    assert (high["regression_to_mean"] < 0).all() and high["sentence"].str.contains("unusually high").all()


def test_boards_beyond_trend_are_counted_each_way(
    panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame
) -> None:
    every = total_outturns(panel, tests, outturns, load.protocol()).set_index("arm").loc["all"]
    counts = outturns["verdict"].value_counts()
    better = counts.get("met, beyond trend", 0) + counts.get("missed, but better than trend", 0)
    assert (every["n_weighed"], every["n_better"]) == (len(BOARDS), better)
    assert every["n_worse"] == counts["missed, and worse than trend"]
    assert every["expected_each_way"] == pytest.approx(0.05 * len(BOARDS))


def test_an_outturn_below_zero_is_not_weighed(panel: Panel, tests: list[AmbitionTest]) -> None:
    value = panel.value.copy()
    value[panel.periods.index("2017-09"), panel.column(BOARDS[0])] *= -1
    (row,) = evaluate_outturns(replace(panel, value=value), tests[:1], load.protocol()).to_dict("records")
    assert row["verdict"] == "not testable" and "below zero" in row["reason"]
