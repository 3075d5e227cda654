"""Windows, interventions and breaks against the dates of the catalogue."""

from __future__ import annotations

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.plan import (
    plan_full,
    plan_placebo,
    plan_robustness,
    plan_verdict,
    plan_window,
    say_calibration,
)
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
    assert say_calibration("dtoc_days", MONTHS, PROTOCOL) == ""
    # Those of primary care trusts cannot be compared with the months since April 2013.
    assert say_calibration("nea", month_range("2012-04", "2019-03"), PROTOCOL) == (
        "cannot be compared with the same test at dates when nothing began: the record that can be compared begins 24 "
        "months before the Better Care Fund"
    )


def test_fake_dates_lie_well_inside_a_window_as_long_as_the_verdicts() -> None:
    """METHODS section 1: months 12 to 36 of the 48 before April 2015, one thing that began, nothing else."""
    plans = plan_placebo("dtoc_days", MONTHS, PROTOCOL)
    dates = [plan.interventions[0].start for plan in plans]
    assert (dates[0], dates[-1], len(dates)) == ("2012-04", "2014-04", 25)
    assert {(plan.periods[0], plan.periods[-1], len(plan.periods)) for plan in plans} == {("2011-04", "2015-03", 48)}
    assert all(plan.season_pairs == PROTOCOL.season_pairs and not plan.breaks for plan in plans)
    # Of a longer record the last 48 months before anything began are taken.
    longer = plan_placebo("dtoc_days", month_range("2010-08", "2019-03"), PROTOCOL)
    assert longer[0].periods == plans[0].periods


def test_there_are_no_fake_dates_in_a_short_record() -> None:
    assert plan_placebo("nea", month_range("2012-04", "2019-03"), PROTOCOL) == []
    assert plan_placebo("dtoc_days", month_range("2011-05", "2019-03"), PROTOCOL) == []
    since = month_range("2015-04", "2019-03")
    assert plan_placebo("dtoc_days", since, PROTOCOL) == []
    assert say_calibration("dtoc_days", since[:20], PROTOCOL).endswith("reach back to before anything began")


def test_a_window_ends_at_an_intervention_beyond_which_lies_too_little() -> None:
    """Six months before April 2015 cannot carry terms of their own; twelve can."""
    plan = plan_window("dtoc_days", MONTHS, IMPROVED, PROTOCOL, before=30, after=24)
    assert (plan.periods[0], [one.key for one in plan.interventions]) == ("2015-04", ["ibcf_2017"])
    plan = plan_window("dtoc_days", MONTHS, IMPROVED, PROTOCOL, before=36, after=24)
    assert (plan.periods[0], [one.key for one in plan.interventions]) == ("2014-04", ["bcf_2015", "ibcf_2017"])
    plan = plan_window("dtoc_days", MONTHS, FUND, PROTOCOL, before=30, after=30)
    assert (plan.periods[-1], [one.key for one in plan.interventions]) == ("2017-03", ["bcf_2015"])
