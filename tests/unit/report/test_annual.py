"""Yearly figures are told with counts beside rates, and a gap is told in people."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bcf_eval.catalogue import load
from bcf_eval.report import data_notes, prose_annual, tables_annual
from bcf_eval.report.data import AnnualResults, Year
from bcf_eval.report.figure_annual import caption_years, describe_years, draw_years
from bcf_eval.report.part_annual import AnnualPart
from bcf_eval.results import AmbitionTest

Make = Callable[..., AnnualResults]


def latest(results: AnnualResults) -> Year:
    assert results.latest is not None
    return results.latest


def rows_of(html: str) -> list[list[str]]:
    """The cells of a table as text."""
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in found]


def test_a_year_is_told_with_its_counts_and_england(make_annual: Make) -> None:
    results = make_annual()
    assert prose_annual.answer_year(results, latest(results)) == (
        "In 2017/18, 78 of 120 people aged 65 and over discharged into reablement in Southend-on-Sea were still at "
        "home 91 days later: 65.0%, above England's 50.0% by more than sampling alone would bring."
    )
    # 78 people less half of 120.
    assert prose_annual.number_year(results, latest(results)) == (
        "95% interval 56.0 to 74.0. Distance from England +15.0 percentage points (95% interval 6.0 to 24.0). At "
        "England's figure it would have been 18 people fewer."
    )


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (-24.0, -6.0, "below England's 50.0% by more than sampling alone would bring."),
        (-6.0, 24.0, "not clearly different from England's 50.0%."),
        (math.nan, math.nan, "it cannot be compared with England."),
    ],
)
def test_the_place_beside_england_follows_the_interval(
    make_annual: Make, lower: float, upper: float, words: str
) -> None:
    results = make_annual(last={"difference_lower": lower, "difference_upper": upper})
    assert prose_annual.answer_year(results, latest(results)).endswith(words)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (-17.6, "At England's figure it would have been 18 people more."),
        (0.6, "At England's figure it would have been 1 person fewer."),
        (0.2, "At England's figure the number of people would be the same."),
        (math.nan, ""),
    ],
)
def test_a_gap_is_told_in_people(make_annual: Make, gap: float, words: str) -> None:
    results = make_annual(last={"people_gap": gap})
    assert prose_annual.say_gap(results, latest(results)) == words


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (
            {},
            "The share still at home after reablement was higher than the 47.5% in 2016/17, by more than sampling "
            "alone would bring.",
        ),
        (
            {"change_verdict": "fell", "reason": "take the change with care: in 2017/18 something"},
            "The share still at home after reablement was lower than the 47.5% in 2016/17, by more than sampling alone "
            "would bring; take the change with care: in 2017/18 something.",
        ),
        (
            {"change_verdict": "no clear change"},
            "The share still at home after reablement showed no clear change from the 47.5% in 2016/17: sampling alone "
            "can bring as much.",
        ),
        (
            {"change_verdict": "not testable", "reason": "not comparable"},
            "Whether 2017/18 differs from the year before cannot be tested: not comparable.",
        ),
    ],
)
def test_the_year_before_is_told_after_the_verdict(make_annual: Make, last: dict[str, str], words: str) -> None:
    results = make_annual(last=last)
    assert prose_annual.answer_step(results, latest(results)) == words


def test_a_change_is_told_with_both_counts(make_annual: Make) -> None:
    results = make_annual()
    assert prose_annual.number_step(results, latest(results)) == (
        "Change +17.5 percentage points (95% interval 4.4 to 29.6). People counted: 78 of 120, after 57 of 120 in "
        "2016/17."
    )


def test_a_figure_without_counts_is_told_without_them(make_annual: Make) -> None:
    none = dict.fromkeys(
        ("numerator", "denominator", "lower", "upper", "difference_lower", "difference_upper"), math.nan
    )
    results = make_annual(last=none | {"people_gap": math.nan})
    said = prose_annual.answer_year(results, latest(results)) + prose_annual.number_year(results, latest(results))
    assert "without its counts: 65.0%" in said and "No interval: the counts are not published." in said
    assert "nan" not in said and "not known" not in said


def test_england_stands_beside_nothing(make_annual: Make) -> None:
    results = make_annual("E92000001")
    said = prose_annual.answer_year(results, latest(results))
    assert said.endswith("in England were still at home 91 days later: 65.0%.")
    assert "England" not in "".join(rows_of(tables_annual.tabulate_years(results))[0])
    assert "Dashed" not in caption_years(results)


def test_the_table_has_counts_beside_rates_the_last_year_first(make_annual: Make) -> None:
    html = tables_annual.tabulate_years(make_annual())
    head, *body = rows_of(html)
    assert len(head) == 8 and {len(row) for row in body} == {8}
    assert body[0] == ["2017/18", "78", "120", "65.0% 56.0 to 74.0", "50.0", "+18", "+17.5 4.4 to 29.6", "Rose"]
    assert body[1] == ["2016/17", "57", "120", "47.5% 38.5 to 56.5", "50.0", "−3", "none", "Cannot be tested"]
    assert body[2] == ["2015/16", "none", "none", "none", "none", "none", "none", "Cannot be tested"]
    assert "2014/15: there is no year before it in these data;" in html
    assert "colspan" not in html and html.count("<caption>") == 1


def test_a_p_value_of_a_year_carries_its_meaning(make_annual: Make) -> None:
    (row,) = rows_of(tables_annual.tabulate_year_tests(make_annual()))[1:]
    assert row[:3] == ["2017/18", "+17.50 percentage points", "0.008"]
    assert "0.8 times in 100 if nothing had changed" in row[3]


def test_the_picture_is_told_with_the_numbers_of_its_table(make_annual: Make) -> None:
    results = make_annual()
    held = " ".join(cell for row in rows_of(tables_annual.tabulate_years(results)) for cell in row)
    said = describe_years(results)
    numbers = re.findall(r"\d+\.\d", said)
    assert len(numbers) == 12 and [one for one in numbers if one not in held] == []
    assert "2015/16: no figure." in said
    picture = draw_years(results)
    assert picture is not None and picture.svg.startswith("<svg")
    assert "does not begin at zero" not in picture.caption
    # From 38.5 to 74: a scale from zero would leave half of the picture empty.
    assert "does not begin at zero" in caption_years(replace(results, years=results.years[2:]))


def test_an_area_without_any_figure_has_no_picture(make_annual: Make) -> None:
    results = make_annual()
    hidden = tuple(replace(one, value=math.nan) for one in results.years)
    part = AnnualPart(results.metric, replace(results, years=hidden))
    assert draw_years(replace(results, years=hidden)) is None and part.picture._repr_html_() == ""
    assert "No figure of Southend-on-Sea is published." in part.answer.html


def test_years_before_the_fund_are_counted(make_annual: Make) -> None:
    about = AnnualPart(load.metric("reablement"), make_annual()).about.html
    assert "With 1 year before the fund began and 2 after, whether it changed the figures cannot be tested." in about


def test_a_yearly_plan_is_shown_with_what_was_checked(
    make_annual: Make, make_test: Callable[..., AmbitionTest]
) -> None:
    plan = make_test(
        ambition="plan", metric="reablement", period="2018/19", vintage="2018-03-31", baseline_period="2017/18"
    )
    part = AnnualPart(load.metric("reablement"), make_annual(ambitions=(plan,)))
    assert "own plan for 2018/19, of 31 March 2018" in part.targets.html and "Take note:" in part.targets.html
    assert part.answer.html.count('<p class="sentence">') == 3


def test_changes_in_counting_of_years_are_listed(make_annual: Make) -> None:
    results = make_annual(metric="residential")
    assert data_notes.tabulate_breaks(results) == ""
    later = replace(
        results, observations=results.observations.assign(period=["2015/16", "2016/17", "2017/18", "2018/19"])
    )
    (row,) = rows_of(data_notes.tabulate_breaks(later))[1:]
    assert row[0] == "2018/19" and row[2] == "A change on the year before may come from it."
    assert rows_of(data_notes.tabulate_flags(results))[1][:2] == ["Hidden by the publisher", "1"]


def test_a_change_stands_beside_how_much_such_figures_vary(make_annual: Make) -> None:
    results = make_annual(last={"dispersion": 3.9})
    assert prose_annual.number_step(results, latest(results)).endswith(
        " Such figures vary from year to year about 3.9 times as much as sampling alone explains (by variance), so "
        "such a change is often ordinary variation."
    )
    for last in ({"dispersion": 1.2}, {"dispersion": 3.9, "change_verdict": "no clear change"}):
        results = make_annual(last=last)
        assert "Such figures" not in prose_annual.number_step(results, latest(results))


def test_of_england_there_are_plain_numbers_and_no_verdict(make_annual: Make) -> None:
    hidden = dict.fromkeys(("change_lower", "change_upper", "change_p_value"), math.nan)
    results = make_annual("E92000001", last={**hidden, "change_verdict": "not testable", "reason": "not tested"})
    year = latest(results)
    assert prose_annual.answer_step(results, year).startswith(
        "The share still at home after reablement was 65.0%, after 47.5% in 2016/17."
    )
    assert prose_annual.number_step(results, year) == (
        "Change +17.5 percentage points. People counted: 78 of 120, after 57 of 120 in 2016/17."
    )
    assert prose_annual.name_step(year, is_england=True) == "+17.5"
    assert "In words" not in tables_annual.tabulate_years(results)
    assert tables_annual.tabulate_year_tests(results) == ""
