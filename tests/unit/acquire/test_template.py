"""The template can be filled in, in either format, and an empty one holds no plans."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bcf_eval.acquire.template import write_template
from bcf_eval.catalogue import load
from bcf_eval.clean.plans import read_plans
from bcf_eval.errors import ProjectError
from bcf_eval.workbook import open_workbook

COLUMNS = [row["column"] for row in load.rows("templates/ambitions")]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_template_holds_no_plans(tmp_path: Path, ending: str) -> None:
    path = write_template(tmp_path / f"plans.{ending}")
    assert read_plans(path).empty


def test_the_workbook_has_one_table_a_sheet_and_says_what_is_expected(tmp_path: Path) -> None:
    book = open_workbook(write_template(tmp_path / "plans.xlsx"))
    assert book.sheet_names == ("ambitions", "notes")
    assert book.read("ambitions")[0] == COLUMNS
    notes = book.read("notes")
    assert [row[0] for row in notes[1:]] == COLUMNS
    assert all(str(cell) for row in notes for cell in row)


def test_the_example_of_the_notes_is_a_plan(tmp_path: Path) -> None:
    path = write_template(tmp_path / "plans.csv")
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([row["example"] for row in load.rows("templates/ambitions")])
    (found,) = read_plans(path).to_dict("records")
    assert (found["area_code"], found["metric"], found["planned"]) == ("E06000033", "residential", 600)
    assert (found["baseline_end"], found["baseline_value"], found["vintage"]) == ("2015/16", 669.7, "2016-05-03")


def test_a_template_is_never_written_over_plans(tmp_path: Path) -> None:
    path = tmp_path / "plans.csv"
    path.write_text("area\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="exists already and may hold plans"):
        write_template(path)
    assert path.read_text(encoding="utf-8") == "area\n"
    with pytest.raises(ProjectError, match=r"expected a name ending in \.xlsx or \.csv"):
        write_template(tmp_path / "plans.ods")
    assert [one.name for one in tmp_path.iterdir()] == ["plans.csv"]


def test_proportions_are_asked_for_in_per_cent() -> None:
    expected = {row["column"]: row["expected"] for row in load.rows("templates/ambitions")}
    assert "per cent, 0 to 100" in expected["planned"]
