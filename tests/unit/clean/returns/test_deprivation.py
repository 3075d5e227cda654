"""Summaries of deprivation become a score an authority, and what contradicts itself is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from bcf_eval.acquire.demo_deprivation import write_deprivation
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.build import build
from bcf_eval.clean.returns.deprivation import COLUMNS, read_deprivation
from bcf_eval.errors import InputError
from bcf_eval.store import Project

SCILLY, CITY = "E06000053", "E09000001"
CODES = sorted([*load.boards("2015-04"), SCILLY])


def make_rows() -> list[list[Any]]:
    """Scores of 10, 10.5, 11 … in order of code, so that the first is the least deprived."""
    headings = ["Upper Tier Local Authority District code (2013)", "Upper Tier Local Authority District name (2013)"]
    rows: list[list[Any]] = [[*headings, "IMD - Average rank", "IMD - Average score ", "IMD - Rank of average score"]]
    for place, code in enumerate(CODES):
        rows.append([code, load.areas()[code].name, 1.0, 10 + place / 2, float(len(CODES) - place)])
    return rows


def describe(path: Path) -> RawFile:
    source = find_source("deprivation", path.name)
    assert source is not None
    return describe_file(path, source, sha256="", retrieved="", origin="", stored=f"deprivation/undated/{path.name}")


@pytest.fixture
def write(tmp_path: Path):
    def inner(rows: list[list[Any]], sheet: str = "IMD") -> Path:
        path = tmp_path / "Upper-tier.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        return path

    return inner


def test_a_score_an_authority(write) -> None:
    path = write(make_rows())
    file = describe(path)
    assert (file.period, file.vintage, file.demonstration) == ("index 2015", "undated", False)
    found = read_deprivation(path, file)
    assert found.rows.columns.tolist() == COLUMNS
    assert found.rows["area_code"].tolist() == CODES
    assert found.rows["average_score"].tolist() == [10 + place / 2 for place in range(152)]
    assert set(found.rows["year"]) == {2015}
    assert set(found.rows["source"]) == {"deprivation/undated/Upper-tier.xlsx"}
    assert found.messages == ()


def test_scores_that_look_alike_may_have_ranks_side_by_side(write) -> None:
    rows = make_rows()
    rows[1][3] = rows[2][3]
    path = write(rows)
    assert len(read_deprivation(path, describe(path)).rows) == 152


@pytest.mark.parametrize(
    ("row", "column", "cell", "message"),
    [
        (5, 4, 3.0, r"sheet 'IMD', row 6: .* has the average score 12, which ranks 148, but the rank .* is 3"),
        (5, 0, CODES[7], "expected one area"),
        (5, 3, "about 12", "about 12"),
        (5, 3, -1.0, "-1"),
    ],
)
def test_what_contradicts_itself_is_named(write, row: int, column: int, cell: object, message: str) -> None:
    rows = make_rows()
    rows[row][column] = cell
    path = write(rows)
    with pytest.raises(InputError, match=message):
        read_deprivation(path, describe(path))


def test_an_authority_without_a_row_is_named(write) -> None:
    path = write([row for row in make_rows() if row[0] != CITY])
    with pytest.raises(InputError, match=r"City of London \(E09000001\) has no row"):
        read_deprivation(path, describe(path))


def test_an_authority_of_another_time_is_named(write) -> None:
    path = write([*make_rows(), ["E06000058", "Bournemouth, Christchurch and Poole", 1.0, 5.0, 153.0]])
    with pytest.raises(InputError, match="Bournemouth, Christchurch and Poole"):
        read_deprivation(path, describe(path))


def test_an_authority_that_stands_twice_is_named(write) -> None:
    path = write([*make_rows(), make_rows()[3]])
    with pytest.raises(InputError, match="stands in more than one row; expected one"):
        read_deprivation(path, describe(path))


def test_another_file_of_the_release_is_refused(write) -> None:
    rows = [["Local Authority District code (2013)", "IMD - Average score"], [CODES[0], 10.0]]
    with pytest.raises(InputError, match="do not say which index of deprivation it holds; expected 'Upper Tier"):
        describe(write(rows))


def test_the_table_is_kept_while_the_return_is_there(write, project: Project, returns: Path) -> None:
    fetch_folder(project, returns)
    assert "deprivation" not in build(project).rows
    (returns / "deprivation").mkdir()
    write(make_rows()).rename(returns / "deprivation" / "Upper-tier.xlsx")
    fetch_folder(project, returns)
    assert build(project).rows["deprivation"] == 152
    table = project.read_table("deprivation")
    assert table.columns.tolist() == COLUMNS
    assert table.set_index("area_code")["average_score"][CODES[4]] == 12.0


def test_the_demonstration_is_read_as_the_real_ones_are(tmp_path: Path) -> None:
    write_deprivation(tmp_path, np.random.default_rng(1))
    files = [describe(path) for path in sorted(tmp_path.iterdir())]
    assert sorted(file.period for file in files) == ["index 2015", "index 2019"]
    assert all(file.demonstration for file in files)
    for file in files:
        rows = read_deprivation(tmp_path / file.name, file).rows
        boards = load.boards(f"{file.period[-4:]}-04")
        assert set(rows["area_code"]) == {*boards, SCILLY}
        # The national mean of the real ones is 21 to 23; the published extremes are 5.6 and 42.
        assert rows["average_score"].between(3, 90).all()
        assert 18 < rows["average_score"].median() < 28
