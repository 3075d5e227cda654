"""England and its boards together: a page of its own, told by England's own counts, and never of earlier results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.evaluate.build import evaluate
from bcf_eval.report.render import render_areas
from bcf_eval.store import Project

pytestmark = pytest.mark.flow

SOUTHEND = "E06000033"
STANDING = ">Where Southend-on-Sea stands</h2>"


@dataclass(frozen=True)
class Rendered:
    """A project with the pages of England and of Southend."""

    project: Project
    england: Path
    html: str


@pytest.fixture(scope="module")
def rendered(demo_project: Project) -> Rendered:
    """The pages of the demonstration project."""
    if not demo_project.read_record("evaluation"):
        evaluate(demo_project)
    report = render_areas(demo_project, ["England", SOUTHEND])
    assert report.england is not None
    return Rendered(demo_project, report.england, report.england.read_text(encoding="utf-8"))


def test_england_is_told_by_its_own_counts_and_its_boards_beside_fake_dates(rendered: Rendered) -> None:
    assert rendered.html.count("No interval is given for the mean of the boards.") == 2
    counts = pd.read_parquet(rendered.project.clean / "its_counts.parquet")
    headline = counts[counts["metric"].isin(["dtoc_days", "nea"])]
    assert len(headline) and all(escape(one) in rendered.html for one in headline["sentence"])
    # Two changes of each monthly metric, and a funnel of all four.
    assert rendered.html.count("<img") == 2 * 2 + 4


def test_links_lead_to_england_in_full_and_back(rendered: Rendered) -> None:
    assert set(re.findall(r'href="([^"]*)"', rendered.html)) == {"#content", "index.html", "areas/E92000001.html"}
    for code in ("E92000001", SOUTHEND):
        assert 'href="../england.html"' in rendered.project.area_page(code).read_text(encoding="utf-8")
    index = (rendered.project.reports / "index.html").read_text(encoding="utf-8")
    assert 'href="england.html"' in index


def test_headline_months_have_control_charts_that_stand_apart_from_the_answer(rendered: Rendered) -> None:
    verdicts = pd.read_parquet(rendered.project.clean / "spc_verdicts.parquet")
    assert set(verdicts["metric"]) == {"dtoc_days", "nea"} and {"E92000001", SOUTHEND} <= set(verdicts["area_code"])
    before, _, standing = rendered.project.area_page(SOUTHEND).read_text(encoding="utf-8").partition(STANDING)
    assert "no sentence of the answer stands on it" in standing and "Control chart of delayed" in standing
    assert "control chart" not in before.casefold()


def test_the_page_is_made_again_when_it_is_of_earlier_results(rendered: Rendered) -> None:
    page = rendered.england
    before = page.stat().st_mtime_ns
    assert render_areas(rendered.project, [SOUTHEND], workers=1).england is None
    assert page.stat().st_mtime_ns == before
    stale = re.sub(r'(<meta name="evaluation" content=")[^"]*', r"\g<1>earlier", rendered.html)
    page.write_text(stale, encoding="utf-8")
    assert render_areas(rendered.project, [SOUTHEND], workers=1).england == page
    assert page.read_text(encoding="utf-8") == rendered.html
