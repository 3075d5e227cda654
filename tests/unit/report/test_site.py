"""The index counts without overclaiming, and links only to pages that are there."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError
from bcf_eval.report import site
from bcf_eval.report.loading import ProjectResults
from bcf_eval.results import AmbitionTest
from bcf_eval.store import Project

VERDICTS = ["fell"] * 3 + ["rose"] + ["no clear change"] * 15 + ["not testable"] * 2


LOCAL = ["fell"] * 3 + ["rose"] * 2 + ["no clear change"] * 16


@pytest.fixture
def results(make_test: Callable[..., AmbitionTest]) -> ProjectResults:
    """England and 21 boards."""
    codes = list(load.boards()[: len(VERDICTS)])
    rows: list[dict[str, Any]] = [
        {
            "area_code": code,
            "intervention": one.key,
            "scope": scope,
            "estimate": -1.5,
            "verdict": verdict,
            "agrees": i != 1,
        }
        for one in load.interventions("dtoc_days")
        for scope, verdicts in (("own", VERDICTS), ("local", LOCAL))
        for i, (code, verdict) in enumerate(zip(["E92000001", *codes], ["fell", *verdicts], strict=True))
    ]
    tests = {code: make_test(area_code=code) for code in codes}
    tests |= {code: make_test(area_code=code, verdict="meaningful", chance=0.02) for code in codes[:3]}
    return ProjectResults(
        metric=load.metric("dtoc_days"),
        protocol=load.protocol(),
        areas=("E92000001", *codes),
        span=("2011-04", "2019-03"),
        primary=pd.DataFrame(rows),
        ambitions=tests,
        n_others=4,
        build={"build_id": "b"},
        evaluation={"evaluation_id": "e2"},
        _by_area={},
    )


def test_changes_are_counted_beside_what_chance_brings(results: ProjectResults) -> None:
    finding = site.summarise_changes(results, load.interventions("dtoc_days")[1])
    assert finding.question == "After April 2017: the improved Better Care Fund"
    assert finding.sentence.startswith(
        "Of 21 boards, 3 are counted as lower than the path before leads to expect, 1 as higher, "
    )
    assert "15 showed no clear change and 2 cannot be tested." in finding.sentence
    assert "Against the rest of England 3 were lower and 2 higher." in finding.sentence
    assert finding.sentence.endswith(
        " In 3 of the 4 counted as lower or higher, all other specifications that can be judged (at most four) agree."
    )
    assert "about 1 of 19 boards" in finding.caution and "boards move together" in finding.caution
    assert "England as a whole changed: lower, −1.5" in finding.caution
    assert "may have changed" not in finding.caution


def test_targets_are_counted_with_the_sum_of_their_chances(results: ProjectResults) -> None:
    (finding,) = site.summarise_ambitions(results)
    assert finding.sentence == (
        "Of 21 targets, 18 ask for what ordinary variation can bring and 3 ask for more than trend and chance."
    )
    assert "fewer than one of the 3 targets called more than trend and chance would be met all the" in finding.caution
    assert "boards move together, so it may be none or several" in finding.caution
    more = [replace(test, chance=0.9) if test.verdict == "meaningful" else test for test in results.ambitions.values()]
    (finding,) = site.summarise_ambitions(replace(results, ambitions={test.area_code: test for test in more}))
    assert "about 3 of the 3 targets" in finding.caution


def test_the_index_says_what_would_meet_the_targets(results: ProjectResults) -> None:
    outlooks = [(9.0, 12.0), (12.0, 9.0), (12.0, 8.0), (9.0, 8.0)]
    tests = {
        code: replace(test, verdict="rewards trend", expected=usual, trends={**test.trends, "continues": trend})
        for (code, test), (usual, trend) in zip(list(results.ambitions.items())[:4], outlooks, strict=True)
    }
    (finding,) = site.summarise_ambitions(replace(results, ambitions=tests))
    assert finding.sentence == (
        "Of 4 targets, 4 would be met by business as usual or by the trend carried on. Of the 4 that would be met, "
        "both would meet 1, only business as usual 1, and only the trend carried on 2."
    )


def test_a_change_of_england_is_told_with_a_caution(results: ProjectResults) -> None:
    for verdict in ("fell", "no clear change"):
        england = results.primary["area_code"].eq("E92000001")
        primary = results.primary.assign(verdict=results.primary["verdict"].mask(england, verdict))
        finding = site.summarise_changes(replace(results, primary=primary), load.interventions("dtoc_days")[0])
        assert ("often called changed at dates when nothing began" in finding.caution) == (verdict == "fell")


def test_the_index_links_to_pages_that_exist(
    results: ProjectResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path)
    monkeypatch.setattr(site, "load_results", lambda _: results)
    there, old = results.areas[1], results.areas[2]
    for code, stamp in ((there, "e2"), (old, "e1")):
        project.area_page(code).parent.mkdir(parents=True, exist_ok=True)
        project.area_page(code).write_text(f'<meta name="evaluation" content="{stamp}">', encoding="utf-8")
    html = site.write_index(project).read_text(encoding="utf-8")
    links = re.findall(r'href="(areas/[^"]+)"', html)
    assert sorted(links) == sorted([f"areas/{there}.html", f"areas/{old}.html"])
    assert html.count("no page yet") == len(results.areas) - 2
    assert html.count("page made from earlier results") == 1


def test_the_table_begins_with_england_and_goes_by_name(
    results: ProjectResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    html = site.write_index(Project(tmp_path)).read_text(encoding="utf-8")
    codes = re.findall(r'<tr id="(E\d{8})">', html)
    names = [load.areas()[code].name for code in codes]
    assert names[0] == "England" and names[1:] == sorted(names[1:], key=str.casefold) and len(names) == 22
    assert set(re.findall(r'href="#(E\d{8})"', html)) <= set(codes)
    assert "Changed" in html and "Cannot be tested" in html and "Within ordinary variation" in html
    assert html.count("not all other fits agree") == 2
    assert html.count("<h1>") == 1 and "These are not official statistics." in html


def test_verdicts_have_a_shape_and_a_word() -> None:
    assert len(set(site._SHAPES.values())) == len(site._SHAPES)


def test_the_index_names_the_contrast_of_the_protocol(
    results: ProjectResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(results, protocol=replace(results.protocol, primary_contrast="at_12"))
    for given, said in (
        (results, "The figures are the average change over the first 12 months, in"),
        (other, "The figures are the change in month 12, in"),
    ):
        monkeypatch.setattr(site, "load_results", lambda _, given=given: given)
        assert said in site.write_index(Project(tmp_path)).read_text(encoding="utf-8")


def test_an_index_that_cannot_be_written_is_one_line(
    results: ProjectResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    project = Project(tmp_path)
    (project.reports / "index.html").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"index\.html (is a folder|cannot be written)"):
        site.write_index(project)
    assert [path.name for path in project.reports.iterdir()] == ["index.html"]


def test_a_page_that_is_not_text_does_not_stop_the_index(
    results: ProjectResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    page = Project(tmp_path).area_page(results.areas[1])
    page.parent.mkdir(parents=True)
    page.write_bytes(b"\xff\xfe\x00")
    html = site.write_index(Project(tmp_path)).read_text(encoding="utf-8")
    assert html.count("page made from earlier results") == 1
