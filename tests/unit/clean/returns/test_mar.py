"""A month of the activity return becomes rows of commissioners, and what is wrong in it is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.returns.mar import read_mar
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading

Rows = list[list[Any]]
Read = Callable[..., Reading]

HEAD, ENGLAND, FIRST, SECOND, NATIONAL = 13, 14, 16, 17, 18  # rows of the sheet, from 0
NEA = 8


def sheet(region: str = "Region", *, period: str = "November 2012") -> Rows:
    """England, two commissioners and the national one, in the published form: 59.1 + 38.9 + 2 = 100."""
    above: Rows = [["", "Title:", "Monthly Hospital Activity"], [], [], ["", "Period:", period]]
    above += [["", "Revised:", "11th May 2017"], *([] for _ in range(6)), ["", "Commissioner Level Data"]]
    year = ["", " 2017-18", "Janaury"]
    headings = ["", "Year", "Period", f"{region} Code", f"{region} Name", "Org Code", "Org Name"]
    return [
        [],
        *above,
        [*headings, "Elective G&A Admissions (FFCEs)", "Total Non-elective G&A Admissions (FFCEs)"],
        [*year, "", "", "", "England", 300.0, 100.0],
        [],
        [*year, "Y54", "North", "00C", "NHS DARLINGTON CCG", 100.0, 59.1],
        [*year, "Y54", "North", "11N", "NHS KERNOW CCG", 100.0, 38.9],
        [*year, "-", "NHS ENGLAND", "X24", "NHS ENGLAND", 100.0, 2.0],
        [],
        ["", "Note:"],
        ["", "A trust did not\nsubmit."],
    ]


def raw(period: str = "2012-11") -> RawFile:
    return RawFile("mar/2017-05-11/a.xlsx", "mar", "", 0, "", "", "2017-05-11", period, "", "", False)


@pytest.fixture
def read(make: Any, tmp_path: Path) -> Read:
    def inner(rows: Rows, *, name: str = "Commissioner", period: str = "2012-11") -> Reading:
        path = make.write(tmp_path / "a.xlsx", {name: rows, "Region": [["England"]]})
        return read_mar(path, raw(period))

    return inner


@pytest.mark.parametrize("region", ["SHA", "Area Team", "Region", "region "])
def test_every_commissioner_is_a_row(read: Read, region: str) -> None:
    found = read(sheet(region)).rows
    assert found[["organisation", "numerator"]].to_numpy().tolist() == [
        ["E92000001", 100.0],
        ["00C", 59.1],
        ["11N", 38.9],
        ["X24", 2.0],
    ]
    assert found["organisation_name"].tolist()[:2] == ["England", "NHS DARLINGTON CCG"]
    # Neither the year nor the month of the columns is believed, only the Period row above the table.
    same = found[["metric", "period", "flag", "source"]].drop_duplicates()
    assert same.to_numpy().tolist() == [["nea", "2012-11", "", "mar/2017-05-11/a.xlsx"]]


def test_notes_below_the_table_are_quoted(read: Read) -> None:
    assert read(sheet()).messages == ("mar/2017-05-11/a.xlsx says below its table: A trust did not submit.",)
    assert read(sheet()[:-2]).messages == ()


def test_case_and_spaces_of_headings_do_not_count(read: Read) -> None:
    rows = sheet()
    rows[HEAD] = [str(cell).upper() + " " for cell in rows[HEAD]]
    assert len(read(rows, name="COMMISSIONER ").rows) == 4


def spoil(row: int, place: int, cell: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row][place] = cell

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            spoil(FIRST, NEA, 60.1),
            "'Total Non-elective G&A Admissions (FFCEs)': the rows add up to 101, but the England row prints 100",
        ),
        (spoil(SECOND, 5, "00C"), "'00C' (NHS DARLINGTON CCG) stands in 2 rows; expected one"),
        (spoil(SECOND, 5, ""), "row 18: 'NHS KERNOW CCG' has no Org Code; expected one for every row but England's"),
        (spoil(ENGLAND, 6, "All"), "row 15: 'All' has no Org Code"),
        (spoil(ENGLAND, 5, "E92"), "there are 0 rows named 'England'; expected one"),
        (lambda rows: rows.insert(FIRST, rows[ENGLAND]), "there are 2 rows named 'England'; expected one"),
        (spoil(4, 2, "December 2012"), "the Period row says 'December 2012', but the manifest says 2012-11"),
        (spoil(FIRST, NEA, "*"), "row 17 (NHS DARLINGTON CCG), column I"),
        (spoil(FIRST, NEA, -1.0), "row 17 (NHS DARLINGTON CCG), column I"),
        (
            spoil(HEAD, NEA, "Emergency Admissions"),
            "lacks 'Total Non-elective G&A Admissions (FFCEs)'. If the publisher renamed a heading, add the row "
            "'commissioner,2015-04,Commissioner,nea,number,<the new heading>,1,' to catalogue/layouts/mar.csv.",
        ),
        (
            spoil(HEAD, 4, "Area"),
            "add the row 'commissioner,2015-04,Commissioner,region_name,text,Area,1,' to catalogue/layouts/mar",
        ),
    ],
    ids=[
        "not summing", "doubled", "no code", "no England", "England coded", "England twice", "period", "mark",
        "negative", "heading", "region heading",
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(read: Read, change: Callable[[Rows], None], said: str) -> None:
    rows = sheet()
    change(rows)
    with pytest.raises(InputError) as error:
        read(rows)
    assert said in str(error.value)
    assert str(error.value).startswith("mar/2017-05-11/a.xlsx, sheet 'Commissioner'")
    assert "\n" not in str(error.value)


def test_a_missing_sheet_is_named(read: Read) -> None:
    with pytest.raises(InputError, match="has no sheet 'Commissioner'; its sheets are 'Provider', 'Region'"):
        read(sheet(), name="Provider")
