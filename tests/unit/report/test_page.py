"""A page says what it may say, and nothing that it may not."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.fragments import Fragment, Picture
from bcf_eval.report.page import AreaPage
from bcf_eval.results import AmbitionTest

Make = Callable[..., AreaResults]

PARTS = [
    *("title", "answer", "series", "series_numbers", "effects", "context", "ambition", "ambition_picture"),
    *("ambition_numbers", "robustness", "robustness_numbers", "data_notes", "method", "provenance"),
]


def show(results: AreaResults) -> str:
    """All parts of a page as the notebook shows them."""
    return "\n".join(getattr(AreaPage(results), part)._repr_html_() for part in PARTS)


def words(html: str) -> str:
    """Everything that is read, alternatives of pictures included."""
    alternatives = " ".join(re.findall(r'alt="([^"]*)"', html))
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()) + " " + alternatives)


@pytest.fixture(scope="module")
def every_page(
    make_results: Make, make_change: Callable[..., Change], make_test: Callable[..., AmbitionTest]
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
    empty = replace(empty, path=empty.path.iloc[:0], changes=(), ambition=None, build={}, evaluation={})
    return [show(one) for one in [make_results(), make_results("E92000001"), *boards, empty]]


def test_every_part_shows_itself(make_results: Make) -> None:
    page = AreaPage(make_results())
    shown = {part: getattr(page, part) for part in PARTS}
    assert {part for part, one in shown.items() if isinstance(one, Picture)} == {
        *("series", "context", "ambition_picture", "robustness")
    }
    assert {part for part, one in shown.items() if not isinstance(one, Picture | Fragment)} == set()
    assert [part for part, one in shown.items() if not one._repr_html_()] == []


def test_the_answer_is_three_sentences(make_results: Make) -> None:
    answer = AreaPage(make_results()).answer.html
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


def test_england_has_its_own_page(make_results: Make) -> None:
    said = words(show(make_results("E92000001")))
    assert "England was given no target of its own" in said
    assert "against the rest of England" not in said
    assert "Changed (fell)" in said


def test_a_demonstration_says_so_everywhere(make_results: Make) -> None:
    build: dict[str, Any] = {"build_id": "x", "demonstration": True, "inputs": []}
    html = show(make_results(build=build))
    assert "DEMONSTRATION." in words(AreaPage(make_results(build=build)).title.html)
    assert html.count('alt="Demonstration, synthetic numbers.') == 4
    assert "Open Government Licence" not in html
    assert "emonstration" not in show(make_results())


def test_an_exploratory_protocol_is_said(make_results: Make) -> None:
    assert "EXPLORATORY" in AreaPage(make_results(evaluation={"exploratory": True})).title.html
    assert "EXPLORATORY" not in AreaPage(make_results()).title.html


def test_the_foot_names_what_made_the_page(make_results: Make) -> None:
    foot = words(AreaPage(make_results()).provenance.html)
    assert "Protocol 0123456789ab; Build abcdefabcdef; Evaluation fedcbafedcba; Code 0.1.0+12345678" in foot
    assert "Open Government Licence v3.0" in foot and "NHS England, Office for National Statistics" in foot


def test_names_are_escaped(make_results: Make, make_test: Callable[..., AmbitionTest]) -> None:
    results = make_results(ambition=make_test(verdict="not testable", reason='5 < 18 & "few"', expected=float("nan")))
    html = AreaPage(results).answer.html
    assert "5 &lt; 18 &amp; &quot;few&quot;" in html
