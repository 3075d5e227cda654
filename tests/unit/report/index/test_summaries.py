"""Verdicts over all boards are counted without overclaiming, and boards' own plans apart from national rules."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bcf_eval.catalogue import load
from bcf_eval.report import summaries
from bcf_eval.report.loading import ProjectResults
from bcf_eval.report.loading_annual import ProjectYears
from bcf_eval.results import AmbitionTest


def test_changes_are_counted_beside_what_chance_brings(monthly: ProjectResults) -> None:
    finding = summaries.summarise_changes(monthly, load.interventions("dtoc_days")[1])
    assert finding.question == "After April 2017: the improved Better Care Fund"
    assert finding.sentence.startswith(
        "Of 21 boards, 3 are counted as lower than the path before leads to expect, 1 as higher, "
    )
    assert "15 showed no clear change and 2 cannot be tested." in finding.sentence
    assert "Against the rest of England 3 were lower and 2 higher." in finding.sentence
    assert finding.sentence.endswith(
        " In 3 of the 4 counted as lower or higher, all other ways of working it out that can be judged (at most four) "
        "agree. In 1 of these 4 the record itself jumps within a month, and a change in what is recorded cannot be "
        "told from a change in care."
    )
    assert "share commissioners" not in finding.caution
    assert "about 1 of 19 boards" in finding.caution and "boards move together" in finding.caution
    assert "England as a whole was lower: −1.5" in finding.caution
    assert "may have changed" not in finding.caution


def test_targets_are_counted_with_the_sum_of_their_chances(monthly: ProjectResults) -> None:
    (finding,) = summaries.summarise_ambitions(monthly)
    assert finding.sentence == (
        "Of 21 targets, 18 ask for what ordinary variation can bring and 3 ask for more than trend and chance."
    )
    assert "fewer than one of the 3 targets called more than trend and chance would be met all the" in finding.caution
    assert "boards move together, so it may be none or several" in finding.caution
    tests = [test for (test,) in monthly.ambitions.values()]
    more = [replace(test, chance=0.9) if test.verdict == "meaningful" else test for test in tests]
    (finding,) = summaries.summarise_ambitions(replace(monthly, ambitions={test.area_code: (test,) for test in more}))
    assert "about 3 of the 3 targets" in finding.caution


def test_the_index_says_what_would_meet_the_targets(monthly: ProjectResults) -> None:
    outlooks = [(9.0, 12.0), (12.0, 9.0), (12.0, 8.0), (9.0, 8.0)]
    tests = {
        code: (replace(test, verdict="rewards trend", expected=usual, trends={**test.trends, "continues": trend}),)
        for (code, (test,)), (usual, trend) in zip(list(monthly.ambitions.items())[:4], outlooks, strict=True)
    }
    (finding,) = summaries.summarise_ambitions(replace(monthly, ambitions=tests))
    assert finding.sentence == (
        "Of 4 targets, 4 are close to what was under way. Of the 4 close to what was under way, 1 would be met either "
        "way, 1 only if things stayed as they were, 2 only if the trend went on."
    )


def test_a_change_of_england_is_told_with_a_caution(monthly: ProjectResults) -> None:
    for verdict in ("fell", "no clear change"):
        england = monthly.primary["area_code"].eq("E92000001")
        primary = monthly.primary.assign(verdict=monthly.primary["verdict"].mask(england, verdict))
        finding = summaries.summarise_changes(replace(monthly, primary=primary), load.interventions("dtoc_days")[0])
        assert ("often called changed at dates when nothing began" in finding.caution) == (verdict == "fell")


def test_england_that_cannot_be_tested_is_not_called_unchanged(monthly: ProjectResults) -> None:
    england = monthly.primary["area_code"].eq("E92000001")
    verdict = monthly.primary["verdict"].mask(england, "not testable")
    primary = monthly.primary.assign(verdict=verdict, reason="too uncertain")
    finding = summaries.summarise_changes(replace(monthly, primary=primary), load.interventions("dtoc_days")[1])
    assert finding.caution.endswith(" England as a whole cannot be tested: too uncertain.")


def test_none_that_cannot_be_tested_is_not_mentioned(monthly: ProjectResults) -> None:
    primary = monthly.primary[monthly.primary["verdict"].ne("not testable")]
    finding = summaries.summarise_changes(replace(monthly, primary=primary), load.interventions("dtoc_days")[1])
    assert "1 as higher and 15 showed no clear change. Against" in finding.sentence


def test_plans_of_boards_are_counted_apart(monthly: ProjectResults, make_test: Callable[..., AmbitionTest]) -> None:
    code, tests = next(iter(monthly.ambitions.items()))
    plan = make_test(ambition="plan", area_code=code, verdict="no improvement", vintage="2016-05-03")
    more = {**monthly.ambitions, code: (*tests, plan)}
    of_rule, own = summaries.summarise_ambitions(replace(monthly, ambitions=more))
    assert of_rule.sentence.startswith("Of 21 targets, ")
    assert (own.question, own.sentence) == (
        "The boards' own plans",
        "The one target asks for no improvement on the baseline.",
    )


def test_years_are_counted_beside_england_and_the_year_before(yearly: ProjectYears) -> None:
    beside, step = summaries.summarise_yearly(yearly)
    assert beside.question == "In 2018/19, beside England"
    assert beside.sentence == (
        "Of 4 boards, 2 lie above England (579.4 per 100,000) by more than sampling alone would bring, 1 below, and 1 "
        "not clearly either. Of 1 there is no figure to compare."
    )
    assert "By sampling alone about 0 of 4 would be counted" in beside.caution
    assert step.sentence == (
        "Of 5 boards, 1 were lower than the year before by more than sampling alone would bring, 2 higher, 1 showed no "
        "clear change and 1 cannot be tested."
    )
    assert step.caution.endswith(
        "Such figures vary from year to year about 3.9 times as much as sampling alone explains (by variance), so most "
        "of these are ordinary variation. No allowance is made for the many boards. England as a whole: −6.2 per "
        "100,000 on the year before."
    )


def test_admissions_say_what_boards_share_and_what_can_never_be_measured(monthly: ProjectResults) -> None:
    never = "cannot be compared with it: the record begins 24 months before the fund"
    admissions = replace(monthly, metric=load.metric("nea"), primary=monthly.primary.assign(p_cal_reason=never))
    caution = summaries.summarise_changes(admissions, load.interventions("nea")[0]).caution
    assert "How many cannot be measured at dates when nothing began: the record begins 24 months before" in caution
    assert "Boards that share commissioners share errors, so that they are not independent pieces" in caution
    assert "not yet" not in caution
