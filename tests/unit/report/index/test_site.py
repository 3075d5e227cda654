"""The index links only to pages that are there, and says of each board what its results say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError
from bcf_eval.report import index_tables, site
from bcf_eval.report.loading import AllResults, ProjectResults
from bcf_eval.report.loading_annual import ProjectYears
from bcf_eval.store import Project


def gather(*held: ProjectResults | ProjectYears) -> AllResults:
    """The results of a project by each metric it holds."""
    first = held[0]
    return AllResults(
        monthly={one.metric.key: one for one in held if isinstance(one, ProjectResults)},
        yearly={one.metric.key: one for one in held if isinstance(one, ProjectYears)},
        areas=first.areas,
        skipped=(),
        protocol=first.protocol,
        build=first.build,
        evaluation=first.evaluation,
    )


@pytest.fixture
def results(monthly: ProjectResults) -> AllResults:
    """A project that holds delayed transfers alone."""
    return gather(monthly)


def test_the_index_links_to_pages_that_exist(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    assert index_tables.list_old_pages(project, results) == [old]


def test_the_table_begins_with_england_and_goes_by_name(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    html = site.write_index(Project(tmp_path)).read_text(encoding="utf-8")
    codes = re.findall(r'<tr id="(E\d{8})">', html)
    names = [load.areas()[code].name for code in codes]
    assert names[0] == "England" and names[1:] == sorted(names[1:], key=str.casefold) and len(names) == 22
    assert set(re.findall(r'href="#(E\d{8})"', html)) <= set(codes)
    assert "Changed" not in html and "Cannot be tested" in html and "Within ordinary variation" in html
    assert html.count("not all other ways of working it out agree") == 2
    assert html.count(", the record itself jumps") == 2
    assert html.count("<h1>") == 1 and "These are not official statistics." in html


def test_verdicts_have_a_shape_and_a_word() -> None:
    assert len(set(index_tables.SHAPES.values())) == len(index_tables.SHAPES)


def test_the_index_names_the_contrast_of_the_protocol(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(results, protocol=replace(results.protocol, primary_contrast="at_12"))
    for given, said in (
        (results, "The figures are the average change over the first 12 months, in"),
        (other, "The figures are the change in month 12, in"),
    ):
        monkeypatch.setattr(site, "load_results", lambda _, given=given: given)
        assert said in site.write_index(Project(tmp_path)).read_text(encoding="utf-8")


def test_an_index_that_cannot_be_written_is_one_line(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    project = Project(tmp_path)
    (project.reports / "index.html").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"index\.html (is a folder|cannot be written)"):
        site.write_index(project)
    assert [path.name for path in project.reports.iterdir()] == ["index.html"]


def test_a_page_that_is_not_text_does_not_stop_the_index(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    page = Project(tmp_path).area_page(results.areas[1])
    page.parent.mkdir(parents=True)
    page.write_bytes(b"\xff\xfe\x00")
    html = site.write_index(Project(tmp_path)).read_text(encoding="utf-8")
    assert html.count("page made from earlier results") == 1


def test_what_a_project_does_not_hold_is_said(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    html = site.write_index(Project(tmp_path)).read_text(encoding="utf-8")
    assert html.count("These returns are not in this project.") == 3
    assert html.count('<table class="boards') == 1 and "vary by chance" not in html


def test_every_metric_has_its_columns(
    monthly: ProjectResults, yearly: ProjectYears, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = {
        code: (replace(test, metric="nea", ambition="nea_2015", period="2015/16"),)
        for code, (test,) in monthly.ambitions.items()
    }
    admissions = replace(monthly, metric=load.metric("nea"), ambitions=tests)
    results = gather(monthly, admissions, yearly)
    monkeypatch.setattr(site, "load_results", lambda _: results)
    html = site.write_index(Project(tmp_path)).read_text(encoding="utf-8")
    assert re.findall(r'<th scope="col">(.*?)</th>', html) == [
        "Board",
        "Delayed transfers of care: after April 2015",
        "Delayed transfers of care: after April 2017",
        "Delayed transfers of care: target for September 2017",
        "Non-elective admissions: after April 2015",
        "Non-elective admissions: after April 2017",
        "Non-elective admissions: target for 2015/16",
        "Board",
        "Permanent admissions to care homes: 2018/19 beside England (579.4)",
        "Permanent admissions to care homes: change on the year before",
    ]
    rows = dict(re.findall(r'<tr id="(E\d{8}-years)">(.*?)</tr>', html))
    first, unknown = (re.sub(r"<[^>]+>", "", rows[f"{code}-years"]) for code in (yearly.areas[1], yearly.areas[5]))
    assert "Above 692.4 per 100,000" in first and "Rose +163.6" in first
    assert "No figure" in unknown and "Cannot be tested" in unknown
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_the_index_leads_to_the_page_on_the_data_where_it_is(
    results: AllResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "load_results", lambda _: results)
    project = Project(tmp_path)
    assert "data-quality.html" not in site.write_index(project).read_text(encoding="utf-8")
    (project.reports / "data-quality.html").write_text("<p>", encoding="utf-8")
    assert '<a href="data-quality.html">' in site.write_index(project).read_text(encoding="utf-8")
