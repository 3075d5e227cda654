"""What weakens a finding or leaves it without a number is said beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from bcf_eval.catalogue import load
from bcf_eval.report import prose
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import find_monthly
from bcf_eval.results import AmbitionTest, CheckResult

Make = Callable[..., AreaResults]
MakeChange = Callable[..., Change]
MakeTest = Callable[..., AmbitionTest]

AGREE = CheckResult("other specifications agree", True, "4 of 4 other specifications find the same.")
DISAGREE = replace(AGREE, passed=False, detail="2 of 4 other specifications find the same.")
JUMP = "In October 2013 the figure moved from about 629 to about 901 within a month and stayed."


def test_a_jump_of_the_record_weakens_a_finding(make_results: Make, make_change: MakeChange) -> None:
    change = make_change(checks=(CheckResult("possible recording change", False, JUMP), AGREE))
    results = make_results(changes=(change,))
    assert "may have been lower" in prose.answer_change(results, change)
    assert JUMP in prose.number_change(results, change)
    assert "may have been lower" in prose.tell_change(results, change) and JUMP in prose.tell_change(results, change)
    assert "<strong>Fell, but the record itself jumps</strong>" in find_monthly(results)
    both = replace(change, checks=(change.checks[0], DISAGREE))
    assert "Fell, but the record itself jumps and not all other ways of working it out agree" in find_monthly(
        make_results(changes=(both,))
    )


def test_england_says_which_boards_its_fit_is_of(make_results: Make, make_change: MakeChange) -> None:
    detail = "Figures seem to be missing; the fit is of the 138 boards whose figures are whole."
    change = make_change(checks=(AGREE, CheckResult("boards with incomplete months left out", False, detail)))
    nation = make_results("E92000001", changes=(change,), metric="nea")
    assert prose.number_change(nation, nation.changes[0]).endswith(detail)


def test_a_target_without_a_number_is_named_by_its_period(make_test: MakeTest) -> None:
    test = make_test(
        metric="nea", period="2015/16", target=math.nan, verdict="not testable", reason="figures are missing"
    )
    metric = load.metric("nea")
    assert prose.answer_ambition(test, metric) == "The target for 2015/16 cannot be tested: figures are missing."
    assert prose.tell_ambition(test, metric) == (
        "For Southend-on-Sea, the target for 2015/16 cannot be tested: figures are missing."
    )


def test_what_can_never_be_measured_is_not_called_not_yet(make_results: Make, make_change: MakeChange) -> None:
    change = make_change(p_cal_reason="cannot be compared with it: the record begins 24 months before the fund")
    nation = make_results("E92000001", changes=(change,))
    said = prose.number_change(nation, nation.changes[0])
    assert "this cannot be measured here: the record begins 24 months before the fund." in said


def test_of_england_its_own_dates_are_told(make_results: Make, make_change: MakeChange) -> None:
    told = "the same fit of England came out at least as far from no change at 8 of 25 dates when nothing began"
    change = make_change(p_cal_reason=f"no calibrated p-value of one series: {told}")
    nation = make_results("E92000001", changes=(change,))
    said = prose.number_change(nation, nation.changes[0])
    assert f"is often called changed when nothing began: {told}." in said
    assert "measured" not in said
