"""Returns of later months, with other authorities and other headings, are read by the same code."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bcf_eval.catalogue import layout, load
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.areas import list_boards
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.clean.returns.mar import read_mar
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.specs import ENGLAND

RESPONSIBLE = "LA - by responsible org"
HEADING, REGION, ONS, CODE, NAME = 8, 1, 2, 3, 4  # row of the headings and columns of a hand-made sheet, from 0
JOINT, REST = "E06000058", "E06000059"
Sheets = dict[str, list[list[Any]]]
Read = Callable[[Sheets, str], Reading]


@pytest.fixture
def read(make: Any, tmp_path: Path) -> Read:
    def inner(sheets: Sheets, month: str) -> Reading:
        source = "mar" if "Commissioner" in sheets else "dtoc"
        path = make.write(tmp_path / "a.xlsx", sheets)
        file = RawFile(f"{source}/2019-05-09/a.xlsx", source, "", 0, "", "", "2019-05-09", month, "", "", False)
        return (read_mar if source == "mar" else read_dtoc)(path, file)

    return inner


@pytest.fixture
def add_row(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Add a row to a table of layouts, as an analyst would, for one test."""
    shipped = load.rows

    def inner(table: str, line: str) -> None:
        (cells,) = csv.reader(StringIO(line))
        row = dict(zip(shipped(table)[0], cells, strict=True))
        monkeypatch.setattr(load, "rows", lambda name: (*shipped(name), *([row] if name == table else [])))
        layout.layouts.cache_clear()

    yield inner
    layout.layouts.cache_clear()


def respell(sheets: Sheets, area: str, cells: dict[int, str]) -> Sheets:
    """Print an authority otherwise, on every sheet."""
    for rows in sheets.values():
        row = next(row for row in rows if len(row) > NAME and row[ONS] == area)
        for place, cell in cells.items():
            row[place] = cell
    return sheets


@pytest.mark.parametrize(
    ("month", "n_boards"), [("2019-04", 150), ("2020-02", 150), ("2020-04", 150), ("2023-04", 152)]
)
def test_a_later_month_has_the_boards_of_its_time(read: Read, make: Any, month: str, n_boards: int) -> None:
    rows = read(make.dtoc(month), month).rows
    found = set(rows["area_code"]) - {"", ENGLAND}
    assert found == set(list_boards(month))
    assert len(found) == n_boards


@pytest.mark.parametrize(
    "cells",
    [
        {CODE: "839", NAME: "BCP Council"},
        {CODE: "839", ONS: "-", NAME: "Bournemouth Christchurch & Poole"},
        {CODE: "", ONS: "", NAME: "BCP"},
        {CODE: "810", NAME: "Bournemouth, Christchurch and Poole"},
    ],
    ids=["new code and name", "no ONS code", "name alone", "code of the one that ended"],
)
def test_a_new_authority_is_found_by_whatever_is_known(read: Read, make: Any, cells: dict[int, str]) -> None:
    bournemouth = next(row for row in load.rows("area_codes") if row["area_code"] == "E06000028")
    cells = {place: bournemouth["code"] if cell == "810" else cell for place, cell in cells.items()}
    rows = read(respell(make.dtoc("2019-04"), JOINT, cells), "2019-04").rows
    assert set(rows["area_code"]) - {"", ENGLAND} == set(list_boards("2019-04"))


def test_the_rest_of_dorset_may_keep_its_code_and_name(read: Read, make: Any) -> None:
    dorset = next(row for row in load.rows("area_codes") if row["area_code"] == "E10000009")
    for ons_code in ("-", "E10000009", REST):
        cells = {CODE: dorset["code"], ONS: ons_code, NAME: dorset["name_in_return"]}
        rows = read(respell(make.dtoc("2019-04"), REST, cells), "2019-04").rows
        assert (rows["area_code"] == REST).sum() == 4
        assert not rows["area_code"].eq("E10000009").any()


def test_an_authority_nobody_knows_says_which_table_to_mend(read: Read, make: Any) -> None:
    with pytest.raises(
        InputError, match=r"'New Council' \(code 'X'\) is no known authority\..*catalogue/area_codes\.csv"
    ):
        read(respell(make.dtoc("2019-04"), JOINT, {CODE: "X", ONS: "-", NAME: "New Council"}), "2019-04")


def test_a_month_on_boundaries_of_another_time_is_refused(read: Read, make: Any) -> None:
    sheets = make.dtoc("2019-03")
    for rows in sheets.values():
        rows[2][2] = "April 2019"
    with pytest.raises(InputError, match="had ended by 2019-04"):
        read(sheets, "2019-04")


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        (
            "Adult Social Care",
            "responsible_org,2015-07,LA - by responsible org,social_care,number,Adult Social Care,1,total",
        ),
        (
            "Social care, adults",
            'responsible_org,2015-07,LA - by responsible org,social_care,number,"Social care, adults",1,total',
        ),
    ],
)
def test_a_new_heading_is_one_row_and_the_error_writes_it(
    read: Read, make: Any, add_row: Callable[[str, str], None], heading: str, row: str
) -> None:
    sheets = make.dtoc("2019-04")
    before = read(sheets, "2019-04").rows
    headings = sheets[RESPONSIBLE][HEADING]
    headings[headings.index("Social Care")] = heading
    with pytest.raises(InputError) as error:
        read(sheets, "2019-04")
    said = re.search(r"add the row '(.*)' to catalogue/layouts/dtoc\.csv\.$", str(error.value))
    assert said is not None
    assert said.group(1) == row
    add_row("layouts/dtoc", said.group(1))
    after = read(sheets, "2019-04").rows
    assert after.equals(before)


def test_a_new_column_is_not_read_and_said(read: Read, make: Any) -> None:
    sheets = make.dtoc("2019-04")
    for number, row in enumerate(sheets[RESPONSIBLE][HEADING:]):
        row.append("Beds in care homes" if number == 0 else "")
    assert read(sheets, "2019-04").messages == (
        f"dtoc/2019-05-09/a.xlsx: heading 'Beds in care homes' of sheet '{RESPONSIBLE}' is in no layout and is "
        "not read.",
    )


def test_a_later_month_of_admissions_is_read_and_its_new_heading_is_one_row(
    read: Read, add_row: Callable[[str, str], None]
) -> None:
    new = "Non-elective G&A admissions (FFCEs), total"
    rows: list[list[Any]] = [
        ["", "Title:", "Monthly Hospital Activity"],
        ["", "Period:", "April 2019"],
        ["", "Revised:", "9th May 2019"],
        [],
        ["", "Year", "Period", "Region Code", "Region Name", "Org Code", "Org Name", "Elective", new],
        ["", "2019-20", "April", "", "", "", "England", 30.0, 10.0],
        ["", "2019-20", "April", "Y61", "EAST", "26A", "NHS NORFOLK AND WAVENEY CCG", 20.0, 8.0],
        ["", "2019-20", "April", "-", "NHS ENGLAND", "X24", "NHS ENGLAND", 10.0, 2.0],
    ]
    with pytest.raises(InputError) as error:
        read({"Commissioner": rows}, "2019-04")
    said = re.search(r"add the row '(.*)' to catalogue/layouts/mar\.csv\.$", str(error.value))
    assert said is not None
    line = said.group(1).replace("<the new heading>", f'"{new}"')
    assert line == f'commissioner,2015-04,Commissioner,nea,number,"{new}",1,'
    add_row("layouts/mar", line)
    found = read({"Commissioner": rows}, "2019-04").rows
    assert found["organisation"].tolist() == [ENGLAND, "26A", "X24"]
    assert found["numerator"].tolist() == [10.0, 8.0, 2.0]
