"""The answer opens with one line a measure, and what cannot be tested shows no number as a finding."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from bcf_eval.report import prose, prose_annual, tables_annual
from bcf_eval.report.alternatives_fits import caption_robustness, describe_robustness
from bcf_eval.report.data import AnnualResults, AreaResults, Change
from bcf_eval.report.data_notes import tabulate_flags
from bcf_eval.report.findings import write_checks
from bcf_eval.report.fragments import split_caption
from bcf_eval.report.labels import name_within
from bcf_eval.report.page import AreaPage
from bcf_eval.report.part_monthly import MonthlyPart
from bcf_eval.results import AmbitionTest, CheckResult

Make = Callable[..., AreaResults]
MakeAnnual = Callable[..., AnnualResults]
MakeChange = Callable[..., Change]


def rows_of(html: str) -> list[list[str]]:
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]
    return [[unescape(" ".join(re.sub(r"<[^>]+>", " ", cell).split())) for cell in row] for row in found]


def test_the_answer_opens_with_a_line_a_measure(
    make_results: Make, make_annual: MakeAnnual, make_change: MakeChange, make_page: Callable[..., AreaPage]
) -> None:
    doubt = CheckResult("other specifications agree", False, "1 of 2 other specifications agree.")
    changes = (make_change("bcf_2015", own="no clear change"), make_change("ibcf_2017", checks=(doubt,)))
    answer = make_page(make_results(changes=changes), make_annual(metric="residential")).answer.html
    assert answer.index("<table") < answer.index("<h3>")
    head, delays, admissions, residential, reablement = rows_of(answer[: answer.index("<h3>")])
    assert head == ["Measure", "After April 2015", "After April 2017", "Target, or latest year"]
    assert delays[:3] == [
        "Delayed transfers of care",
        "– No clear change",
        "▼ Fell but not all other ways of working it out agree",
    ]
    assert delays[3] == "○ Within ordinary variation The target for September 2017"
    assert admissions[1:] == reablement[1:] == ["No figures"] * 3
    assert residential[1:3] == ["Not tested too few years"] * 2
    assert residential[3] == "△ Higher than England 65.0 per 100,000 in 2017/18"


def test_what_cannot_be_tested_is_drawn_for_the_record_alone(make_results: Make, make_change: MakeChange) -> None:
    lost, found = make_change("bcf_2015", own="not testable", reason="few"), make_change("ibcf_2017")
    both, one = make_results(changes=(lost, found)), make_results(changes=(lost,))
    record = "no verdict stands on these; they are shown for the record"
    assert f"After April 2015 {record}" in caption_robustness(both)
    said = caption_robustness(one)
    assert said.startswith("No verdict stands on these; they are shown for the record.")
    # Two are drawn, though none of them is judged.
    assert "at most two;" in said and "the verdict stands on" not in said and "loosely" not in said
    assert "without a verdict, for the record, the fit to be judged gives −2.3" in describe_robustness(one)
    assert prose.number_change(one, lost) == ""


def test_what_cannot_be_tested_beside_a_finding_has_no_number(make_results: Make, make_change: MakeChange) -> None:
    results = make_results(changes=(make_change(england="not testable"),))
    said = prose.number_change(results, results.changes[0])
    assert "; England cannot be tested; against the rest of England −1.5 (" in said


def test_a_cohort_that_grew_or_shrank_is_said(make_annual: MakeAnnual) -> None:
    for out_of, said in ((380, "about three times as many"), (250, "more than twice as many"), (59, "fewer than half")):
        results = make_annual(last={"denominator": float(out_of), "numerator": 50.0, "change_verdict": "fell"})
        assert results.latest is not None
        assert f"; {said}" in prose_annual.answer_step(results, results.latest)
        assert said in tables_annual.tabulate_years(results)
    same = make_annual()
    assert same.latest is not None and prose_annual.say_cohorts(same, same.latest) == ""
    grown = make_annual(metric="residential", last={"denominator": 900.0})
    assert grown.latest is not None and prose_annual.say_cohorts(grown, grown.latest) == ""


def test_a_change_from_rounded_counts_has_its_footnote(make_annual: MakeAnnual) -> None:
    results = make_annual(last={"change": 17.3})
    note = "The published counts of 2016/17 are rounded to five, so the change is worked out from them"
    flagged = replace(results, observations=results.observations.assign(flag="rounded_counts;counts_to_five"))
    assert note in tables_annual.tabulate_years(flagged)
    assert note not in tables_annual.tabulate_years(results)
    agreeing = replace(flagged, years=make_annual().years)
    assert note not in tables_annual.tabulate_years(agreeing)


def test_recalculated_figures_are_said_plainly(make_annual: MakeAnnual) -> None:
    for reason in (
        "take the change with care: in 2017/18 files published after September 2020 state recalculated figures",
        "take the change with care: in 2017/18 the publisher recalculated the figures of this year",
    ):
        results = make_annual(last={"reason": reason})
        assert results.latest is not None
        said = prose_annual.answer_step(results, results.latest)
        assert said.endswith("; the publisher recalculated 2017/18, so part of the difference may be that.")


def test_a_flag_gives_its_reasons_or_no_phrase_about_them(make_annual: MakeAnnual) -> None:
    results = make_annual()
    flagged = replace(results, observations=results.observations.assign(flag="incomplete"))
    assert "part of the figures seems to be missing<" in tabulate_flags(flagged)
    told = tabulate_flags(replace(flagged, reasons={"incomplete": ("one", "two", "three", "four", "five")}))
    assert "seems to be missing; one; two; three; and 2 more<" in told


def test_what_is_for_information_neither_holds_nor_fails() -> None:
    checks = tuple(CheckResult(name, passed, "x.") for name, passed in (("for information", True), ("counts", True)))
    assert re.findall(r"<li>(.*?):", write_checks("Checked", (*checks, CheckResult("note", False, "x.")))) == [
        "For information",
        "Held",
        "For information",
    ]


def test_the_customary_test_is_folded_away(make_results: Make, make_test: Callable[..., AmbitionTest]) -> None:
    naive = {"p_value": 0.002, "verdict": "statistically significant"}
    for verdict, opening in (
        ("no improvement", "A common but misleading test would say otherwise: it takes"),
        ("meaningful", "A common but misleading test, for comparison: it takes"),
    ):
        html = MonthlyPart(make_results(ambition=make_test(verdict=verdict, naive=naive))).ambition_numbers.html
        folded = re.findall(r"<details>.*?</details>", html, re.DOTALL)
        assert [one for one in folded if opening in one] and html.count("misleading test") == 2


def test_long_captions_are_folded(make_results: Make) -> None:
    shown = MonthlyPart(make_results()).series._repr_html_()
    caption = re.findall(r"<figcaption>(.*?)</figcaption>", shown, re.DOTALL)[0]
    first, folded = caption.split("<details>")
    assert first.endswith("with its 95% band.") and first.count(". ") == 2
    assert "More about this picture" in folded and "Dotted lines mark changes in counting" in folded
    assert split_caption("One. Two 0.5 of 3.1 is. Three.", most=2) == ("One. Two 0.5 of 3.1 is.", "Three.")


def test_a_target_far_below_what_was_under_way_is_not_close_to_it(
    make_results: Make, make_test: Callable[..., AmbitionTest]
) -> None:
    test = make_test(verdict="rewards trend", expected=5.0, chance=0.95)
    assert "asks for less than what was already happening (5.0)" in prose.answer_ambition(test, make_results().metric)


def test_places_have_their_article(make_results: Make) -> None:
    assert name_within("City of London") == "the City of London" and name_within("Leeds") == "Leeds"
    results = make_results("E09000001")
    assert prose.answer_change(results, results.changes[0]).startswith("In the City of London, delayed")
    assert "In the City of London" in prose.tell_change(results, results.changes[0])
