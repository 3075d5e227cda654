"""The page on the data: what it says of findings made by hand, and that it renders and is refused as it should."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from bcf_eval.errors import ProjectError
from bcf_eval.periods import month_range
from bcf_eval.report.quality import QualityPage, load_quality_page
from bcf_eval.report.quality_data import QualityData, leave_out_parts
from bcf_eval.report.render_quality import render_quality
from bcf_eval.store import Project

ENGLAND, SOUTHEND, LEEDS = "E92000001", "E06000033", "E08000035"
MONTHS = month_range("2014-04", "2015-03")
STATES = ("number", "extended", "apportioned", "suppressed", "gap", "unpublished", "missing")


def make_states(metric: str, periods: list[str], **of: str) -> pd.DataFrame:
    """Every number there, but for areas and periods in another state: ``E08000035_2014_04="gap"``."""
    rows = [(code, metric, period, "number") for code in (ENGLAND, SOUTHEND, LEEDS) for period in periods]
    frame = pd.DataFrame(rows, columns=["area_code", "metric", "period", "state"])
    for key, state in of.items():
        code, _, period = key.partition("_")
        frame.loc[(frame["area_code"] == code) & (frame["period"] == period.replace("_", "-")), "state"] = state
    return frame


def count_states(states: pd.DataFrame) -> pd.DataFrame:
    areas = states[states["area_code"] != ENGLAND]
    counts = areas.groupby(["metric", "period"])["state"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(STATES), fill_value=0)
    counts.insert(0, "n_areas", counts.sum(axis=1))
    return counts.reset_index()


def jump(**others: Any) -> dict[str, Any]:
    plain = {
        "area_code": LEEDS, "metric": "dtoc_days", "period": "2014-12", "value": 20.0, "before": 10.0, "lower": -1.5,
        "upper": 12.5, "size": 8.4, "lasting": 3, "to_the_end": False, "counting": "", "known": "",
    }  # fmt: skip
    return plain | others


def total(period: str, verdict: str, difference: float = 0.0) -> dict[str, Any]:
    return {
        "metric": "dtoc_days", "period": period, "areas": 97.0 + difference, "others": 3.0, "england": 100.0,
        "difference": difference, "n_areas": 2, "n_missing": 0, "verdict": verdict,
    }  # fmt: skip


ARRIVALS = pd.DataFrame(
    [("dtoc", "Delays", "NHS England", 12, "April 2014 to March 2015", "2015-01-02", "2016-05-11", 2)],
    columns=["return", "label", "publisher", "n_files", "periods", "first_vintage", "last_vintage", "n_earlier"],
)
NO_FLAGS = pd.DataFrame(columns=["metric", "flag", "n", "n_areas", "first", "last"])


def make_page(states: pd.DataFrame | None = None, **others: Any) -> QualityPage:
    """A page of a year of one metric in which nothing is wrong, but for what is given."""
    states = make_states("dtoc_days", MONTHS) if states is None else states
    plain: dict[str, Any] = {
        "arrivals": ARRIVALS,
        "states": states,
        "coverage": count_states(states),
        "flags": NO_FLAGS,
        "jumps": pd.DataFrame([jump()]).iloc[:0],
        "totals": pd.DataFrame([total(month, "held") for month in MONTHS]),
        "comparisons": None,
        "revisions": None,
        "corrections": None,
        "refused": None,
        "build": MappingProxyType({"build_id": "abc", "demonstration": False}),
        "record": MappingProxyType({"build_id": "abc", "code": "0.1+x"}),
    }
    return QualityPage(QualityData(**(plain | others)))


def words(html: str) -> str:
    """The text of a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_page_without_findings_says_so() -> None:
    page = make_page()
    assert "24 of 24 numbers" in words(page.summary.html)
    assert "Of 12 sums of areas, 12 are the number printed for England." in words(page.summary.html)
    assert "Nothing found" in page.missing.html
    assert "No number carries a flag." in page.flags.html
    assert "Nothing found." in page.outliers.html
    for part in (page.revisions, page.corrections):
        assert "This build does not record it" in part.html


def test_every_part_says_in_a_sentence_what_it_means() -> None:
    page = make_page()
    parts = (
        "arrivals",
        "coverage",
        "missing",
        "flags",
        "revisions",
        "outliers",
        "totals",
        "comparisons",
        "corrections",
    )
    assert all(getattr(page, part).html.startswith("<p>") for part in parts)


def test_arrivals_are_told_with_their_editions() -> None:
    told = words(make_page().arrivals.html)
    assert "Delays NHS England 12 April 2014 to March 2015 2 January 2015 to 11 May 2016 2" in told


def test_what_is_missing_is_told_by_measure_and_by_area() -> None:
    states = make_states(
        "dtoc_days", MONTHS, E08000035_2014_04="gap", E08000035_2014_05="gap", E06000033_2014_06="missing"
    )
    page = make_page(states)
    told = words(page.missing.html)
    assert "Delayed transfers of care Not returned 2 Leeds April 2014 to May 2014" in told
    assert "Leeds Delayed transfers of care Not returned 2 April 2014 to May 2014" in told
    assert "Is every number there? All but 3" in words(page.summary.html)


def test_what_was_published_for_no_area_does_not_count_as_missing() -> None:
    of = {f"{code}_2014_04": "unpublished" for code in (LEEDS, SOUTHEND)}
    page = make_page(make_states("dtoc_days", MONTHS, **of))
    assert "Published for no area 2 all of them" in words(page.missing.html)
    assert "Is every number there? Yes 12 files give 22 of 22 numbers" in words(page.summary.html)


def test_a_jump_is_told_in_words() -> None:
    jumps = pd.DataFrame(
        [
            jump(),
            jump(area_code=SOUTHEND, size=-7.0, value=1.0, lower=4.0, lasting=1, known="incomplete"),
            jump(period="2014-10", to_the_end=True, counting="the rules changed"),
        ]
    )
    page = make_page(jumps=jumps)
    told = words(page.outliers.html)
    assert "Leeds December 2014 20.0 10.0 0.0 to 12.5 Rose and was back after 3 months 8 standard deviations" in told
    assert "Fell for one month, and was back the next; known:" in told
    assert "Rose and has stayed outside that range to the end; that month the rules changed" in told
    assert (
        "3 sudden jumps, 2 of them with a known reason The largest without a known reason: of delayed transfers of "
        "care, Leeds in December 2014 (from 10.0 to 20.0)." in words(page.summary.html)
    )


def test_many_jumps_are_folded_away_and_none_is_lost() -> None:
    jumps = pd.DataFrame([jump(size=100.0 - number) for number in range(40)])
    html = make_page(jumps=jumps).outliers.html
    before, after = html.split("<details>")
    assert (before.count('scope="row"'), after.count('scope="row"')) == (25, 15)


def test_sums_that_are_apart_are_listed() -> None:
    totals = pd.DataFrame([total("2014-04", "held"), total("2014-05", "apart", -1.5), total("2014-06", "not tested")])
    page = make_page(totals=totals)
    assert "Delayed transfers of care April 2014 to June 2014 1 1 1 1.5%" in words(page.totals.html)
    assert "May 2014 95.5 3.0 100.0 \N{MINUS SIGN}1.5" in words(page.totals.html)
    assert "Not in 1 periods" in words(page.summary.html)


def test_comparisons_are_told_in_short() -> None:
    said = [("agree", True), ("agree", False), ("known exception", True), ("other quantity", True)]
    comparisons = pd.DataFrame(said, columns=["expected", "apart"]).assign(
        what="65+ denominators", area_code=LEEDS, metric="residential", period="2017/18", note="", allowed=0.005,
        ours=1050.0, published=1000.0, difference=0.05,
    )  # fmt: skip
    page = make_page(comparisons=comparisons)
    expected = "All but 1 Of 2 numbers that should agree with published ones, 1 are apart. 1 more differ"
    assert expected in words(page.summary.html)
    assert "to differ: another quantity" in page.comparisons.html


def test_lesser_measures_are_folded_away() -> None:
    states = pd.concat([make_states("dtoc_days_nhs", MONTHS), make_states("dtoc_days", MONTHS)])
    html = make_page(states).coverage_pictures.html
    assert html.index("<h3>Delayed transfers of care</h3>") < html.index("attributed to the NHS</summary>")
    assert html.count("<figure") == 2


def test_a_demonstration_says_so_on_the_page_and_on_its_pictures() -> None:
    page = make_page()
    build = MappingProxyType({"build_id": "abc", "demonstration": True})
    shown = QualityPage(replace(page.data, build=build))
    assert "DEMONSTRATION" in shown.title.html and "DEMONSTRATION" not in page.title.html
    assert 'alt="Demonstration, synthetic numbers. Map' in shown.coverage_pictures.html


def test_parts_of_a_metric_that_is_named_are_left_out() -> None:
    assert leave_out_parts(["nea", "dtoc_days_nhs", "dtoc_days", "dtoc_ascof"]) == ["nea", "dtoc_days", "dtoc_ascof"]


@pytest.fixture
def looked_through(tmp_path: Path) -> Project:
    """A project whose data were looked through."""
    data = make_page(jumps=pd.DataFrame([jump()])).data
    project = Project(tmp_path)
    project.write_tables({}, {"build_id": "abc", "demonstration": False}, name="build")
    names = ("arrivals", "states", "coverage", "flags", "jumps", "totals")
    tables = {f"quality_{name}": getattr(data, name) for name in names}
    project.write_tables(tables, {"build_id": "abc", "code": "x"}, name="quality")
    return project


def test_the_page_is_rendered_whole(looked_through: Project) -> None:
    page = render_quality(looked_through)
    html = page.read_text(encoding="utf-8")
    assert page == looked_through.reports / "data-quality.html"
    assert "<title>The data that the figures of the Better Care Fund stand on</title>" in html
    assert 'href="index.html"' in html
    assert html.count("<h2") == 10
    assert "Leeds" in html and "Build abc; Code x" in html
    assert "These are not official statistics." in html
    assert "notebook shows" not in html


def test_a_check_of_another_build_is_refused(looked_through: Project) -> None:
    looked_through.write_tables({}, {"build_id": "def", "demonstration": False}, name="build")
    with pytest.raises(
        ProjectError, match=r"of build 'abc', but the observations are build 'def'; run: bcf-eval check"
    ):
        load_quality_page(looked_through.root)


def test_data_that_were_not_looked_through_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="have not been looked through yet; run: bcf-eval check"):
        load_quality_page(tmp_path)


def test_a_damaged_check_leaves_the_earlier_page(looked_through: Project) -> None:
    earlier = looked_through.reports / "data-quality.html"
    earlier.parent.mkdir()
    earlier.write_text("earlier", encoding="utf-8")
    (looked_through.clean / "quality_jumps.parquet").unlink()
    with pytest.raises(ProjectError, match=r"quality_jumps.parquet is not there. Make it with: bcf-eval check"):
        render_quality(looked_through)
    assert earlier.read_text(encoding="utf-8") == "earlier"


def test_the_page_counts_what_the_command_counts() -> None:
    said = "2 (1 sums that are not England's, 1 sudden jumps without a known reason; 2 more jumps have a known reason)"
    page = make_page(record=MappingProxyType({"build_id": "abc", "needs_a_look": said}))
    told = words(page.summary.html)
    assert told.startswith("What needs a look? 2 1 sums that are not England")
    assert "2 more jumps have a known reason." in told
    nothing = make_page(record=MappingProxyType({"build_id": "abc", "needs_a_look": "nothing found"}))
    assert words(nothing.summary.html).startswith("What needs a look? Nothing found No kind of check")


def test_sums_that_corrections_moved_are_told_apart() -> None:
    totals = pd.DataFrame([total("2014-04", "held"), total("2014-05", "corrected", -1.5)])
    page = make_page(totals=totals)
    told = words(page.totals.html)
    assert "Differ by what corrections changed" in told and "1 0 1 0 1.5%" in told
    assert "Periods that differ by just what corrections changed" in told and "Periods that do not add up" not in told
    assert "Yes Of 2 sums of areas, 1 are the number printed for England. 1 differ from it" in words(page.summary.html)


def test_the_licence_names_the_publishers_of_what_was_used() -> None:
    inputs = [{"path": "dtoc/x/a.xls"}, {"path": "population/x/b.xls"}, {"path": "ambitions/plans.csv"}]
    build = MappingProxyType({"build_id": "abc", "inputs": inputs})
    told = words(make_page(build=build).provenance.html)
    assert "under that licence, from: NHS England, Office for National Statistics." in told
    quarterly = MappingProxyType({"build_id": "abc", "inputs": [*inputs, {"path": "quarterly/q.xlsx"}]})
    assert "Statistics, Health and Wellbeing Boards." in words(make_page(build=quarterly).provenance.html)
