"""Pages are whole, self-contained and accessible; one that fails leaves the others standing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.evaluate.build import evaluate
from bcf_eval.report.render import RenderReport, render_areas
from bcf_eval.store import Project

pytestmark = pytest.mark.flow

AREAS = ["Southend-on-Sea", "E06000021", "E92000001"]
CODES = ["E06000033", "E06000021", "E92000001"]


@dataclass
class Seen(HTMLParser):
    """What a page is made of."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, wanted: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [given for tag, given in self.attributes if tag == wanted]


@dataclass(frozen=True)
class Rendered:
    """A project with three pages, and what the rendering told of its progress."""

    project: Project
    report: RenderReport
    steps: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def rendered(demo_project: Project) -> Rendered:
    """Three pages of the demonstration project."""
    if not demo_project.read_record("evaluation"):
        evaluate(demo_project)
    steps: list[tuple[str, int, int]] = []
    report = render_areas(demo_project, AREAS, progress=lambda *step: steps.append(step))
    return Rendered(demo_project, report, steps)


def read_page(path: Path) -> Seen:
    seen = Seen()
    seen.feed(path.read_text(encoding="utf-8"))
    return seen


def every_page(rendered: Rendered) -> list[Path]:
    assert rendered.report.england is not None
    return [*rendered.report.pages, rendered.report.england, rendered.report.index]


def test_every_page_asked_for_is_there(rendered: Rendered) -> None:
    assert rendered.report.failures == ()
    assert list(rendered.report.pages) == [rendered.project.area_page(code) for code in CODES]
    assert all(path.is_file() for path in every_page(rendered))
    # England and its boards together have a page of their own, made with England's.
    assert rendered.report.england == rendered.project.reports / "england.html"
    assert [(done, total) for _, done, total in rendered.steps] == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_index_is_written_last(rendered: Rendered) -> None:
    assert rendered.report.index.stat().st_mtime_ns >= max(page.stat().st_mtime_ns for page in rendered.report.pages)


def test_links_of_the_index_lead_somewhere(rendered: Rendered) -> None:
    seen = read_page(rendered.report.index)
    links = [given["href"] for given in seen.of("a")]
    pages = [link for link in links if not link.startswith("#")]
    assert {(rendered.report.index.parent / link).resolve() for link in pages} >= {
        page.resolve() for page in rendered.report.pages
    }
    assert all((rendered.report.index.parent / link).is_file() for link in pages)
    names = {given["id"] for _, given in seen.attributes if "id" in given}
    assert {link[1:] for link in links if link.startswith("#")} <= names
    # England and 151 boards, once for monthly and once for yearly metrics; rows of other tables have no key.
    assert sum("id" in given for given in seen.of("tr")) == 2 * 152


def test_links_of_the_pages_lead_somewhere(rendered: Rendered) -> None:
    for page in rendered.report.pages:
        links = [given["href"] for given in read_page(page).of("a")]
        assert "../index.html" in links
        assert all((page.parent / link).is_file() for link in links if not link.startswith("#"))


def test_nothing_is_loaded_from_elsewhere(rendered: Rendered) -> None:
    for path in every_page(rendered):
        html = path.read_text(encoding="utf-8")
        seen = read_page(path)
        assert not {"script", "link", "iframe", "object", "embed", "base"} & set(seen.tags)
        sources = [given[name] for _, given in seen.attributes for name in ("src", "srcset", "poster") if name in given]
        assert [one[:30] for one in sources if not one.startswith("data:image/svg+xml;base64,")] == []
        assert [one for one in seen.of("a") if "://" in one["href"]] == []
        style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        assert len(style) == 1 and "@import" not in style[0] and "url(" not in style[0]


def test_no_code_is_shown(rendered: Rendered) -> None:
    for page in rendered.report.pages:
        text = " ".join(read_page(page).text)
        assert [code for code in ("load_page", "import ", "page.answer", "In [", "Traceback") if code in text] == []
        assert "This cell is not shown" not in text and "<pre" not in page.read_text(encoding="utf-8")


def test_headings_make_an_outline(rendered: Rendered) -> None:
    for path in every_page(rendered):
        levels = [int(tag[1]) for tag in read_page(path).tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_parts_stand_in_order(rendered: Rendered) -> None:
    html = rendered.report.pages[0].read_text(encoding="utf-8")
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    assert headings == [
        "The answer",
        "Delayed transfers of care",
        "Non-elective admissions",
        "Permanent admissions and reablement",
        "Where Southend-on-Sea stands",
        "What the figures are made of",
        "How this was worked out",
    ]
    answer = html[html.index(">The answer</h2>") : html.index(">Delayed transfers of care</h2>")]
    assert re.findall(r"<h3>(.*?)</h3>", answer) == [
        "Delayed transfers of care",
        "Non-elective admissions",
        "Permanent admissions to care homes",
        "Still at home after reablement",
    ]
    # Two changes and a target of each monthly metric; the last year beside England and beside the year before.
    asked = re.findall(r'<p class="verdict">(.*?): <strong>', answer)
    plans = [one for one in asked if one.startswith("The board&#x27;s own plan")]
    assert len(asked) == answer.count('<p class="sentence">') == 2 * 3 + 2 * 2 + len(plans)
    assert "These returns are not in this project." not in html


def test_pages_can_be_read_without_seeing_them(rendered: Rendered) -> None:
    for path in every_page(rendered):
        seen = read_page(path)
        assert seen.of("html") == [{"lang": "en-GB"}]
        assert [given["id"] for given in seen.of("main")] == ["content"]
        assert seen.of("a")[0] == {"class": "skip", "href": "#content"}
        assert all(len(given.get("alt", "")) > 100 for given in seen.of("img"))
        assert all(given.get("scope") in ("row", "col") for given in seen.of("th"))
        assert len(seen.of("table")) == len(seen.of("caption"))
        assert not {"rowspan", "colspan"} & {name for _, given in seen.attributes for name in given}
        ids = [given["id"] for _, given in seen.attributes if "id" in given]
        assert len(ids) == len(set(ids))
    # Of delays and of admissions; two yearly measures and two control charts.
    assert [len(read_page(page).of("img")) for page in rendered.report.pages] == [4 + 3 + 4, 4 + 3 + 4, 4 + 2 + 4]


def test_a_demonstration_is_called_one(rendered: Rendered) -> None:
    for path in every_page(rendered):
        html = path.read_text(encoding="utf-8")
        assert "<title>DEMONSTRATION: " in html
        assert html.index('<p class="banner">DEMONSTRATION.') < html.index("<h1>")
        assert "Open Government Licence" not in html


def test_the_same_results_make_the_same_page(rendered: Rendered) -> None:
    page = rendered.report.pages[0]
    before = page.read_bytes()
    again = render_areas(rendered.project, ["E06000033"], workers=1)
    assert page.read_bytes() == before
    # The index still knows the pages that were made earlier.
    assert again.index.read_text(encoding="utf-8").count('href="areas/') >= 3


def test_pages_of_earlier_results_are_counted(rendered: Rendered) -> None:
    project = rendered.project
    page = project.area_page("E06000021")
    kept = page.read_text(encoding="utf-8")
    assert rendered.report.messages == ()
    page.write_text(re.sub(r'(<meta name="evaluation" content=")[^"]*', r"\g<1>earlier", kept), encoding="utf-8")
    try:
        report = render_areas(project, ["England"])
    finally:
        page.write_text(kept, encoding="utf-8")
    (told,) = report.messages
    assert told.startswith("1 other page was made from earlier results; make it again with: bcf-eval report --project ")
    # In the table of monthly verdicts, and in that of yearly ones.
    assert report.index.read_text(encoding="utf-8").count("page made from earlier results") == 2


def test_an_unknown_board_stops_before_anything_is_made(rendered: Rendered) -> None:
    before = rendered.report.index.stat().st_mtime_ns
    with pytest.raises(RequestError, match="Did you mean 'Southend-on-Sea'"):
        render_areas(rendered.project, ["E06000033", "Southend on Sea-"])
    assert rendered.report.index.stat().st_mtime_ns == before


def test_a_board_that_fails_leaves_the_others_standing(rendered: Rendered) -> None:
    project = rendered.project
    own = project.root / "notebooks" / "2_hwb_report.ipynb"
    notebook = json.loads(project.notebook("2_hwb_report.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if "load_page" in "".join(cell["source"]))
    cell["source"] = ['assert area != "E06000021", "this one\\n fails"\n', *cell["source"]]
    own.parent.mkdir(exist_ok=True)
    own.write_text(json.dumps(notebook), encoding="utf-8")
    good, kept = project.area_page("E06000033"), project.area_page("E06000021").read_bytes()
    good.unlink()
    try:
        report = render_areas(project, ["E06000021", "E06000033"])
    finally:
        own.unlink()
    assert [str(one) for one in report.failures] == [
        f"Stoke-on-Trent (E06000021): AssertionError in cell 3 of {own}: this one fails"
    ]
    assert report.pages == (good,) and good.is_file()
    assert project.area_page("E06000021").read_bytes() == kept


def test_a_page_whose_place_is_taken_leaves_the_others_standing(rendered: Rendered) -> None:
    project = rendered.project
    page = project.area_page("E06000021")
    kept = page.read_bytes()
    page.unlink()
    page.mkdir()
    try:
        report = render_areas(project, ["E06000021", "E06000033"])
    finally:
        page.rmdir()
        page.write_bytes(kept)
    (failure,) = report.failures
    assert failure.area.code == "E06000021" and "E06000021.html" in failure.reason and "\n" not in failure.reason
    assert report.pages == (project.area_page("E06000033"),) and report.index.is_file()


def test_an_index_whose_place_is_taken_stops_before_anything_is_made(rendered: Rendered) -> None:
    index, page = rendered.report.index, rendered.report.pages[0]
    kept, before = index.read_bytes(), page.stat().st_mtime_ns
    index.unlink()
    index.mkdir()
    try:
        with pytest.raises(ProjectError, match=r"index\.html is a folder"):
            render_areas(rendered.project, ["E06000033"])
    finally:
        index.rmdir()
        index.write_bytes(kept)
    assert page.stat().st_mtime_ns == before


def test_an_area_that_nobody_knows_is_left_out_and_named(rendered: Rendered) -> None:
    project = rendered.project
    path = project.clean / "observations.parquet"
    kept = path.read_bytes()
    frame = pd.read_parquet(path)
    new = frame[frame["area_code"].eq("E06000021")].assign(area_code="E06000999")
    pd.concat([frame, new], ignore_index=True).to_parquet(path, index=False)
    try:
        report = render_areas(project, ["England"])
        with pytest.raises(RequestError, match="E06000999 is not one of the boards this version reports on"):
            render_areas(project, ["E06000999"])
    finally:
        path.write_bytes(kept)
    assert report.failures == () and not project.area_page("E06000999").exists()
    assert [message for message in report.messages if message.startswith("No page for E06000999:")]
    assert "E06000999" not in report.index.read_text(encoding="utf-8")
