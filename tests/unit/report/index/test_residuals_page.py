"""What the models of all boards leave over: counted beside chance, listed, and made a page of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bcf_eval.catalogue import load
from bcf_eval.report.beside import Beside
from bcf_eval.report.loading import AllResults, ProjectResults
from bcf_eval.report.page_residuals import write_residuals
from bcf_eval.report.residuals import say_all_boards, tabulate_residuals
from bcf_eval.store import Project

from ..ways import diagnostic_rows

IBCF = next(one for one in load.interventions("dtoc_days") if one.key == "ibcf_2017")


@pytest.mark.parametrize(("failed", "compared"), [(2, "about as many as"), (0, "about as many as"), (9, "more than")])
def test_boards_are_counted_beside_chance(monthly: ProjectResults, failed: int, compared: str) -> None:
    results = _of_boards(monthly, failed)
    said = say_all_boards(results, IBCF)
    assert said.startswith(
        f"Of 21 boards whose model could be fitted, months still hang together in {failed or 'none'};"
    )
    # 5% of 21.
    assert "by chance alone about 1 would" in said
    assert f"{compared} chance brings" in said


def test_every_area_stands_in_the_table_england_first(monthly: ProjectResults) -> None:
    html = tabulate_residuals(_of_boards(monthly, 2), IBCF)
    rows = [one for one in html.split("<tr") if 'scope="row"' in one]
    assert len(rows) == 22
    assert "England" in rows[0] and "marked" in rows[0]
    assert html.count("Months still hang together") == 2
    assert "0.4 times in 100" in html and "March 2017" in html and "1.2 lower" in html


def _of_boards(monthly: ProjectResults, failed: int) -> ProjectResults:
    codes = monthly.areas
    passed = {code: i == 0 or i > failed for i, code in enumerate(codes)}
    return replace(monthly, beside=Beside({"its_diagnostics": diagnostic_rows(passed)}))


def test_the_page_is_written_where_there_is_something_to_say(monthly: ProjectResults, tmp_path: Path) -> None:
    """England has no fits here, so that the page holds words and tables alone."""
    project = Project(tmp_path)
    (tmp_path / "reports").mkdir()
    results = AllResults(
        monthly={"dtoc_days": replace(_of_boards(monthly, 2), areas=monthly.areas[1:])},
        yearly={},
        areas=(),
        skipped=(),
        protocol=load.protocol(),
        build={},
        evaluation={"evaluation_id": "e2", "protocol_sha256": "0123456789abcdef"},
    )
    path = write_residuals(project, results)
    assert path == tmp_path / "reports" / "residuals.html"
    html = path.read_text(encoding="utf-8")
    assert '<meta name="evaluation" content="e2">' in html
    assert "Protocol 0123456789ab" in html and "index.html" in html
    assert html.count("<table") == 1 and "Delayed transfers of care" in html
    assert write_residuals(project, replace(results, monthly={"dtoc_days": monthly})) is None
