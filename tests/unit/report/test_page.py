"""A page says what it may say, and nothing that it may not."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from bcf_eval.catalogue import load
from bcf_eval.report.data import AnnualResults, AreaResults, Change
from bcf_eval.report.fragments import Fragment, Picture
from bcf_eval.report.page import AreaPage
from bcf_eval.report.part_annual import AnnualPart
from bcf_eval.report.part_monthly import MonthlyPart
from bcf_eval.results import AmbitionTest

ROOT = Path(__file__).resolve().parents[3]
Make = Callable[..., AreaResults]
MakeAnnual = Callable[..., AnnualResults]
MakePage = Callable[..., AreaPage]

CELLS = [
    "".join(cell["source"])
    for cell in json.loads((ROOT / "notebooks" / "2_hwb_report.ipynb").read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code" and "".join(cell["source"]).startswith("page.")
]
MONTHLY = ("about", "answer", "series", "series_numbers", "effects", "context", "ambition", "ambition_picture")
MONTHLY += ("ambition_numbers", "robustness", "robustness_numbers", "robustness_alone")
YEARLY = ("about", "answer", "picture", "table", "targets")


def show(page: AreaPage) -> str:
    """All parts of a page as the notebook shows them."""
    shown = [page.title, *(attrgetter(cell.removeprefix("page."))(page) for cell in CELLS)]
    return "\n".join(one._repr_html_() for one in shown)


def words(html: str) -> str:
    """Everything that is read, alternatives of pictures included."""
    alternatives = " ".join(re.findall(r'alt="([^"]*)"', html))
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()) + " " + alternatives)


@pytest.fixture(scope="module")
def every_page(
    make_results: Make,
    make_annual: MakeAnnual,
    make_page: MakePage,
    make_change: Callable[..., Change],
    make_test: Callable[..., AmbitionTest],
) -> list[str]:
    """Pages of every kind of area."""
    verdicts = ("fell", "rose", "no clear change", "not testable")
    boards = [
        make_results(
            changes=(make_change("bcf_2015", own=own, reason="few months" if own == "not testable" else ""),),
            ambition=make_test(verdict=verdict, reason="few points" if verdict == "not testable" else ""),
        )
        for own, verdict in zip(
            verdicts, ("meaningful", "rewards trend", "no improvement", "not testable"), strict=True
        )
    ]
    empty = make_results()
    empty = replace(empty, path=empty.path.iloc[:0], changes=(), ambitions=(), build={}, evaluation={})
    plans = (make_test(ambition="plan", vintage="2016-05-03", source="the plan"),)
    years = [
        make_annual(),
        make_annual("E92000001", "residential"),
        make_annual("E06000052", "residential", last={"change": math.nan, "change_verdict": "not testable"}),
    ]
    pages = [make_page(one) for one in [make_results(), make_results("E92000001"), *boards, empty]]
    pages += [make_page(make_results(plans=plans), make_results(metric="nea", scale=100.0), years[0])]
    pages += [make_page(one, make_results(one.area.code, metric="nea", scale=100.0)) for one in years[1:]]
    return [show(page) for page in pages]


def test_every_part_shows_itself(make_results: Make, make_annual: MakeAnnual) -> None:
    part, years = MonthlyPart(make_results()), AnnualPart(load.metric("reablement"), make_annual())
    shown = {name: getattr(part, name) for name in MONTHLY} | {name: getattr(years, name) for name in YEARLY[2:]}
    assert {name for name, one in shown.items() if isinstance(one, Picture)} == {
        *("series", "context", "ambition_picture", "robustness", "picture")
    }
    assert {name for name, one in shown.items() if not isinstance(one, Picture | Fragment)} == set()
    assert [name for name, one in shown.items() if not one._repr_html_()] == ["targets"]


def test_what_a_project_does_not_hold_is_said_once_and_nothing_fails(make_results: Make, make_page: MakePage) -> None:
    page = make_page(make_results(), elsewhere=("residential",))
    assert page.admissions.about.html == "<p>These returns are not in this project.</p>\n"
    assert "These returns hold no figures of Southend-on-Sea." in page.residential.about.html
    assert [name for name in MONTHLY[2:] if getattr(page.admissions, name)._repr_html_()] == []
    assert [name for name in YEARLY[2:] if getattr(page.reablement, name)._repr_html_()] == []
    assert words(page.answer.html).count("These returns are not in this project.") == 2
    assert "admissions, April" not in page.title.html


def test_the_answer_leads_with_every_metric(make_results: Make, make_annual: MakeAnnual, make_page: MakePage) -> None:
    nea = make_results(metric="nea", scale=100.0)
    answer = make_page(make_annual(metric="residential"), make_results(), nea, make_annual()).answer.html
    assert re.findall(r"<h3>(.*?)</h3>", answer) == [
        "Delayed transfers of care",
        "Non-elective admissions",
        "Permanent admissions to care homes",
        "Still at home after reablement",
    ]
    assert answer.count('<p class="sentence">') == 3 + 3 + 2 + 2
    assert answer.count("proof of cause") == answer.count("vary by sampling.") == 1
    assert "are shared out to boards" in answer


def test_admissions_say_what_apportioning_means(make_results: Make, make_page: MakePage) -> None:
    board = make_page(make_results(metric="nea", scale=100.0)).admissions.about.html
    assert all(text in board for text in ("apportioned", "registered with their practices", "FFCEs", "SUS"))
    cornwall = make_page(make_results("E06000052", metric="nea", scale=100.0)).admissions.about.html
    assert "Isles of Scilly" in cornwall and "Isles of Scilly" not in board
    nation = make_page(make_results("E92000001", metric="nea", scale=100.0))
    assert "apportioned" not in nation.admissions.about.html and "as printed" in nation.admissions.about.html
    assert "shared out" not in nation.answer.html and "are shared out:" not in nation.method.html


def test_no_word_of_delays_is_said_of_admissions(make_results: Make, make_page: MakePage) -> None:
    page = make_page(make_results(metric="nea", scale=100.0, build={"build_id": "x", "inputs": []}))
    html = "".join(getattr(page.admissions, name)._repr_html_() for name in MONTHLY) + page.data_notes.html
    said = words(html).casefold()
    assert "admissions per 100,000 people a month" in said
    assert (
        re.findall(r"delay\w*|\bdays\b|\badults\b", said.replace("the 2017 expectation for delayed transfers", ""))
        == []
    )


def test_every_target_is_shown_the_rule_first(
    make_results: Make, make_test: Callable[..., AmbitionTest], make_page: MakePage
) -> None:
    plans = tuple(
        make_test(ambition="plan", period="2017-09", vintage=day, target=target, source="its own plan")
        for day, target in (("2016-05-03", 9.1), ("2017-01-31", 8.7))
    )
    part = make_page(make_results(plans=plans)).delays
    assert "A national rule set it for every board: the 2017 expectation" in part.ambition.html
    headings = re.findall(r"<h4>(.*?)</h4>", part.ambition_numbers.html)
    assert headings == [
        f"The board&#x27;s own plan for September 2017, of {day}" for day in ("3 May 2016", "31 January 2017")
    ]
    questions = re.findall(r'<p class="verdict">(.*?):', part.answer.html)
    assert len(questions) == 5 and questions[2] == "The target for September 2017" and "3 May 2016" in questions[3]


def test_the_answer_on_delays_is_three_sentences(make_results: Make, make_page: MakePage) -> None:
    answer = make_page(make_results()).answer.html
    sentences = [unescape(one) for one in re.findall(r'<p class="sentence">(.*?)</p>', answer)]
    assert len(sentences) == 3
    assert [len(re.findall(r"\.(?:\s|$)", one)) for one in sentences] == [1, 1, 1]
    assert "proof of cause" in answer


def test_pictures_have_an_alternative_and_load_nothing(every_page: list[str]) -> None:
    for html in every_page:
        images = re.findall(r"<img [^>]*>", html)
        assert all(re.search(r'alt="[^"]{100,}"', image) for image in images)
        for data in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html):
            svg = base64.b64decode(data).decode()
            assert svg.startswith("<svg") and svg.endswith("</svg>")
        assert len(images) == html.count('src="data:image/svg+xml;base64,')


def test_nothing_is_significant_without_being_statistically_so(every_page: list[str]) -> None:
    for html in every_page:
        text = words(html).casefold()
        assert text.count("significant") == text.count("statistically significant")


def test_no_page_passes_for_official_statistics(every_page: list[str]) -> None:
    for html in every_page:
        said = words(html)
        assert said.count("official statistics") == said.count("These are not official statistics.") == 1


def test_no_p_value_without_its_meaning(every_page: list[str]) -> None:
    for html in every_page:
        for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
            assert ("p-value" in table) == ("What the p-value means" in table)


def test_no_claim_of_an_effect_or_a_cause(every_page: list[str]) -> None:
    for html in every_page:
        said = words(html)
        said = said.replace("took effect", "").replace("proof of cause", "").replace("the fund was the cause", "")
        said = said.replace("caused by the fund", "").replace("due to the fund", "")
        assert re.findall(r"\beffects?\b|\bcaused?\b|\bdue to\b", said) == []


def test_england_has_its_own_page(make_results: Make, make_page: MakePage) -> None:
    said = words(show(make_page(make_results("E92000001"))))
    assert "England was given no target of its own" in said
    assert "against the rest of England" not in said
    assert "Changed" not in said and "After April 2017: Fell" in said


def test_a_demonstration_says_so_everywhere(make_results: Make, make_annual: MakeAnnual, make_page: MakePage) -> None:
    build: dict[str, Any] = {"build_id": "x", "demonstration": True, "inputs": []}
    page = make_page(make_results(build=build), make_annual(build=build))
    html = show(page)
    assert "DEMONSTRATION." in words(page.title.html)
    assert html.count('alt="Demonstration, synthetic numbers.') == 5
    assert "Open Government Licence" not in html
    assert "emonstration" not in show(make_page(make_results(), make_annual()))


def test_an_exploratory_protocol_is_said(make_results: Make, make_page: MakePage) -> None:
    assert "EXPLORATORY" in make_page(make_results(evaluation={"exploratory": True})).title.html
    assert "EXPLORATORY" not in make_page(make_results()).title.html


def test_the_foot_names_what_made_the_page(make_results: Make, make_page: MakePage) -> None:
    foot = words(make_page(make_results()).provenance.html)
    assert "Protocol 0123456789ab; Build abcdefabcdef; Evaluation fedcbafedcba; Code 0.1.0+12345678" in foot
    assert "Open Government Licence v3.0" in foot and "NHS England, Office for National Statistics" in foot


def test_names_are_escaped(make_results: Make, make_test: Callable[..., AmbitionTest], make_page: MakePage) -> None:
    results = make_results(ambition=make_test(verdict="not testable", reason='5 < 18 & "few"', expected=float("nan")))
    html = make_page(results).answer.html
    assert "5 &lt; 18 &amp; &quot;few&quot;" in html
