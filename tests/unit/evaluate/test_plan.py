"""Windows, interventions and breaks against the dates of the catalogue."""

from __future__ import annotations

from bcf_eval.catalogue import load
from bcf_eval.evaluate.plan import NOT_CALIBRATED, plan_full, plan_robustness, plan_verdict, say_calibration
from bcf_eval.periods import month_range

MONTHS = month_range("2011-04", "2019-03")
PROTOCOL = load.protocol()
FUND, IMPROVED = load.interventions("dtoc_days")


def test_the_full_fit_has_both_interventions_and_the_break_that_can_be_told() -> None:
    plan = plan_full("dtoc_days", MONTHS, PROTOCOL)
    assert [one.start for one in plan.interventions] == ["2015-04", "2017-04"]
    assert [one.period for one in plan.breaks] == ["2015-10"]
    told = {caveat.name: caveat.detail for caveat in plan.caveats}
    assert "cannot be told from a change in care" in told["break at the intervention"]
    assert "November 2018" in told["break left out"]
    assert not any(caveat.passed for caveat in plan.caveats)


def test_a_verdict_stands_on_24_months_before_and_24_after() -> None:
    plan = plan_verdict("dtoc_days", MONTHS, FUND, PROTOCOL)
    assert (plan.periods[0], plan.periods[-1], len(plan.periods)) == ("2013-04", "2017-03", 48)
    later = plan_verdict("dtoc_days", MONTHS, IMPROVED, PROTOCOL)
    assert (later.periods[0], later.periods[-1]) == ("2015-04", "2019-03")
    assert [one.key for one in later.interventions] == ["ibcf_2017"]


def test_windows_are_moved_and_terms_left_out() -> None:
    plans = {plan.specification: plan for plan in plan_robustness("dtoc_days", MONTHS, FUND, PROTOCOL)}
    assert len(plans["window_shorter"].periods) == 24
    longer = plans["window_longer"]
    assert (longer.periods[0], longer.periods[-1]) == ("2012-04", "2018-03")
    # April 2017 lies inside the longer window, so it has terms of its own there.
    assert [one.key for one in longer.interventions] == ["bcf_2015", "ibcf_2017"]
    assert plans["no_season"].season_pairs == 0
    assert plans["no_break_steps"].breaks == ()


def test_a_break_needs_points_on_both_sides() -> None:
    months = month_range("2015-05", "2019-03")
    plan = plan_verdict("dtoc_days", months, IMPROVED, PROTOCOL)
    assert plan.breaks == ()
    assert any("October 2015" in caveat.detail for caveat in plan.caveats)


def test_dates_when_nothing_began_need_48_months_before() -> None:
    assert say_calibration("dtoc_days", MONTHS, PROTOCOL) == NOT_CALIBRATED
    # Those of primary care trusts cannot be compared with the months since April 2013.
    assert say_calibration("nea", month_range("2012-04", "2019-03"), PROTOCOL) == (
        "cannot be compared with the same test at dates when nothing began: the record that can be compared begins 24 "
        "months before the Better Care Fund"
    )
