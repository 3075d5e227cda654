"""Non-elective admissions: months that add up, breaks that nothing is used across, and the national cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.checks import check_its
from bcf_eval.evaluate.its.its import ItsTables, evaluate_its
from bcf_eval.evaluate.its.plan import plan_full, plan_robustness, plan_verdict
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.evaluate.targets.outlook import observed_rate
from bcf_eval.evaluate.targets.questions import rule_ambitions
from bcf_eval.periods import month_range
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND

from ..makers import SCILLY, simulate_admissions

NEA = load.metric("nea")
PROTOCOL = load.protocol()
BOARDS = list(load.boards()[:24])
FELL = BOARDS[3]
YEAR = month_range("2014-04", "2015-03")
FUND, IMPROVED = load.interventions("nea")


@pytest.fixture(scope="module")
def admissions() -> pd.DataFrame:
    return simulate_admissions(BOARDS, fell=FELL, fall=0.15)


@pytest.fixture(scope="module")
def panel(admissions: pd.DataFrame) -> Panel:
    return build_panel(admissions, NEA)


@pytest.fixture(scope="module")
def tables(panel: Panel) -> ItsTables:
    return evaluate_its(panel, PROTOCOL)


@pytest.fixture(scope="module")
def tests(panel: Panel) -> list[AmbitionTest]:
    return evaluate_ambitions(panel, rule_ambitions(panel), PROTOCOL)


def test_the_panel_holds_months_of_england_and_the_boards(panel: Panel) -> None:
    assert panel.periods == tuple(month_range("2012-04", "2019-03"))
    assert set(panel.areas) == {*BOARDS, ENGLAND}
    assert SCILLY not in panel.areas


def test_a_month_that_no_area_has_is_a_gap(admissions: pd.DataFrame) -> None:
    gappy = build_panel(admissions[admissions["period"].ne("2016-05")], NEA)
    row = gappy.periods.index("2016-05")
    assert len(gappy.periods) == 84
    assert np.isnan(gappy.value[row]).all()
    # Its people are known from the months on either side.
    assert gappy.denominator[row, gappy.column(FELL)] == 260_000


def test_nothing_is_used_across_a_break(panel: Panel, tables: ItsTables) -> None:
    later = month_range("2012-04", "2020-12")
    full = plan_full("nea", later, PROTOCOL)
    assert (full.periods[0], full.periods[-1]) == ("2013-04", "2020-02")
    assert [one.key for one in full.interventions] == ["bcf_2015", "ibcf_2017"]
    longer = {one.specification: one for one in plan_robustness("nea", later, FUND, PROTOCOL)}["window_longer"]
    assert (longer.periods[0], longer.periods[-1]) == ("2013-04", "2018-03")
    assert set(tables.paths["period"]) == set(month_range("2013-04", "2019-03"))
    counts = tables.effects.groupby(["intervention", "fit", "specification"])[["n_before", "n_after"]].first()
    assert counts.loc[("bcf_2015", "verdict", "main")].tolist() == [24, 24]
    assert counts.loc[("bcf_2015", "verdict", "window_longer")].tolist() == [24, 36]
    assert counts.loc[("bcf_2015", "full", "main")].tolist() == [24, 48]


def test_a_window_that_a_break_cuts_says_so_and_counts_right() -> None:
    """An intervention of April 2019: of its 24 months after only 11 lie before the pandemic."""
    late = replace(IMPROVED, key="late", start="2019-04")
    plan = plan_verdict("nea", month_range("2013-04", "2021-03"), late, PROTOCOL)
    assert (plan.periods[0], plan.periods[-1]) == ("2017-04", "2020-02")
    assert [one.name for one in plan.caveats] == ["window cut at a break"]
    assert "March 2020 the COVID-19 pandemic began" in plan.caveats[0].detail
    assert plan_verdict("nea", month_range("2013-04", "2019-03"), FUND, PROTOCOL).caveats == ()


def test_a_break_at_the_edge_leaves_too_few_points(admissions: pd.DataFrame) -> None:
    short = admissions[admissions["period"].lt("2015-10")]
    found = evaluate_its(build_panel(short, NEA), PROTOCOL)
    row = _primary(found, FELL, "bcf_2015")
    assert row["verdict"] == "not testable"
    assert "24 before and 6 after" in row["reason"]


def test_a_fit_that_would_be_the_same_is_not_counted_again() -> None:
    plans = [one.specification for one in plan_robustness("nea", month_range("2013-04", "2019-03"), FUND, PROTOCOL)]
    # There are no steps to leave out, and the longer window reaches only forward.
    assert plans == ["window_shorter", "window_longer", "no_season"]


def test_the_known_fall_is_found_in_admissions(tables: ItsTables) -> None:
    row = _primary(tables, FELL, "bcf_2015")
    assert row["verdict"] == "fell"
    # 15% of about 25.6 a day and 30.4 days for 100,000 people.
    assert row["lower"] < -0.15 * 25.6 * 30.4 < row["upper"]
    assert row["unit"] == "admissions per 100,000 people a month"
    judged = tables.effects[tables.effects["contrast"].eq("cumulative") & tables.effects["area_code"].eq(FELL)]
    assert set(judged["unit"]) == {"admissions"}
    assert check_its(tables, PROTOCOL)["detail"].str.endswith(".").all()


def test_a_year_is_the_sum_of_its_months(panel: Panel) -> None:
    column = panel.column(BOARDS[0])
    months = [panel.periods.index(month) for month in YEAR]
    by_hand = 1e5 * panel.numerator[months, column].sum() / 200_000
    assert observed_rate(panel, YEAR, np.array([column])) == pytest.approx([by_hand])
    assert by_hand == pytest.approx(panel.value[months, column].sum())


def test_the_cut_is_of_the_number(panel: Panel) -> None:
    rules = {one.area_code: one for one in rule_ambitions(panel)}
    assert set(rules) == set(BOARDS)
    one = rules[BOARDS[0]]
    months = [panel.periods.index(month) for month in YEAR]
    assert one.planned * 200_000 / 1e5 == pytest.approx(0.965 * panel.numerator[months, panel.column(BOARDS[0])].sum())
    assert (one.key, one.period, one.baseline_period, one.baseline_end) == (
        "nea_2015", "2015/16", "2014/15", "2015-03",
    )  # fmt: skip


def test_a_growing_population_makes_the_same_number_a_lower_rate(admissions: pd.DataFrame) -> None:
    """March 2015 has twice the people: the planned rate is for them, as the forecast is."""
    grown = admissions.copy()
    grown.loc[grown["period"].eq("2015-03"), "denominator"] *= 2
    before = {one.area_code: one.planned for one in rule_ambitions(build_panel(admissions, NEA))}
    after = {one.area_code: one.planned for one in rule_ambitions(build_panel(grown, NEA))}
    assert after[BOARDS[0]] == pytest.approx(before[BOARDS[0]] / 2)


def test_the_forecast_of_a_year_is_a_sum_too(panel: Panel, tests: list[AmbitionTest]) -> None:
    """Nothing but season and noise of 2%: the next year is like the last, and so are its counts."""
    for test in tests[:3]:
        assert test.n_baseline == 24
        assert test.expected == pytest.approx(test.baseline, rel=0.02)
        assert test.trends["none"] == pytest.approx(test.baseline, rel=0.02)
        assert test.lower < test.expected < test.upper
        people = panel.denominator[0 + panel.periods.index("2015-03"), panel.column(test.area_code)]
        assert test.events_per_unit == pytest.approx(people / 1e5)
        assert test.smallest_meaningful_days == pytest.approx(test.smallest_meaningful * people / 1e5)
        # A quarter of an event a day for a year of 366 days.
        assert test.floor == pytest.approx(0.25 * 366 / (people / 1e5))


def test_a_month_of_28_days_is_no_fall(panel: Panel) -> None:
    """February has a tenth fewer admissions than January, and is forecast so."""
    data = panel.value[:, panel.column(BOARDS[0])]
    assert data[panel.periods.index("2015-02")] < 0.94 * data[panel.periods.index("2015-01")]
    forecasts = []
    for month in ("2016-01", "2016-02"):
        one = replace(rule_ambitions(panel)[0], period=month, baseline_period="2015-02")
        forecasts.append(evaluate_ambitions(panel, [one], PROTOCOL)[0].expected)
    assert forecasts[1] / forecasts[0] == pytest.approx(29 / 31, abs=0.03)


def test_the_naive_test_of_events_is_poissons(panel: Panel, tests: list[AmbitionTest]) -> None:
    """3.5% fewer than about 19,000 is four standard deviations of a Poisson count."""
    assert tests[0].naive["p_value"] < 1e-4
    assert tests[0].naive["verdict"] == "statistically significant"
    high = replace(rule_ambitions(panel)[0], planned=tests[0].baseline * 1.0)
    assert evaluate_ambitions(panel, [high], PROTOCOL)[0].naive["p_value"] == pytest.approx(0.5, abs=0.2)


def test_a_user_may_ask_for_a_quarter(admissions: pd.DataFrame) -> None:
    test = bcf.test_ambition(
        admissions, area=BOARDS[0], target=2000.0, period="2015/16-Q1", metric="nea", baseline_end="2015-03"
    )
    assert test.baseline_period == "2014/15-Q1"
    assert test.baseline == pytest.approx(25 * 91 * 1.02, rel=0.05)
    assert test.expected == pytest.approx(test.baseline, rel=0.05)
    assert test.verdict == "meaningful"
    assert "admissions per 100,000 people for April to June 2015" in test.sentence


def _primary(tables: ItsTables, area: str, intervention: str) -> pd.Series:
    found = tables.effects[
        tables.effects["area_code"].eq(area)
        & tables.effects["intervention"].eq(intervention)
        & tables.effects["contrast"].eq("average_12")
        & tables.effects["fit"].eq("verdict")
        & tables.effects["specification"].eq("main")
        & tables.effects["scope"].eq("own")
    ]
    return found.iloc[0]
