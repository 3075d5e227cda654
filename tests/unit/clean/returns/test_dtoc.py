"""One month of the return becomes tidy rows, or stops with one line that names the sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading

RESPONSIBLE, CARE, REASON = "LA - by responsible org", "LA - by Type of Care", "LA - by reason"
HEADING, ENGLAND, FIRST = 8, 9, 11  # rows of the hand-made sheets, from 0
Sheets = dict[str, list[list[Any]]]


@pytest.fixture
def read(make, tmp_path: Path) -> Callable[[Sheets], Reading]:
    def inner(sheets: Sheets) -> Reading:
        path = make.write(tmp_path / "a.xlsx", sheets)
        return read_dtoc(
            path, RawFile("dtoc/2017-05-11/a.xlsx", "dtoc", "", 0, "", "", "2017-05-11", "2016-01", "", "", False)
        )

    return inner


def test_a_month_becomes_tidy_rows(read, make) -> None:
    month = read(make.dtoc())
    rows = month.rows.set_index(["area_code", "code", "metric"])
    assert len(rows) == (1 + 151 + 3) * 4
    # Board i has 10 + i days of the NHS, 5 of social care, 1 of both; six days belong to no authority.
    first, last = ("E06000001", ""), ("E10000034", "")
    assert rows.loc[(*first, "dtoc_days"), "numerator"] == 16
    assert rows.loc[(*last, "dtoc_days_nhs"), "numerator"] == 160
    assert rows.loc[(*first, "dtoc_days_social_care"), "numerator"] == 5
    assert rows.loc[(*last, "dtoc_days_both"), "numerator"] == 1
    assert rows.loc[("E92000001", "", "dtoc_days"), "numerator"] == 151 * 16 + sum(range(151)) + 6
    assert set(month.rows["source"]) == {"dtoc/2017-05-11/a.xlsx"}
    assert set(month.rows["period"]) == {"2016-01"}
    assert month.messages == ()


def test_a_dash_is_nought_and_flagged(read, make) -> None:
    rows = read(make.dtoc()).rows
    dashes = rows[rows["flag"] == "dash"]
    assert set(dashes["code"]) == {"9900"}
    assert sorted(dashes["metric"]) == ["dtoc_days_both", "dtoc_days_nhs", "dtoc_days_social_care"]
    assert set(dashes["numerator"]) == {0}


def test_columns_may_move_with_their_headings(read, make) -> None:
    sheets = make.dtoc()
    moved = {
        name: [[], *rows[:HEADING], *([row[-1], *row[:-1]] if row else [] for row in rows[HEADING:])]
        for name, rows in sheets.items()
    }
    assert read(moved).rows.equals(read(sheets).rows)


def test_a_heading_nobody_claims_is_reported(read, make) -> None:
    sheets = make.dtoc()
    sheets[CARE][HEADING].append("Mental health")
    said = f"heading 'Mental health' of sheet '{CARE}' is in no layout and is not read."
    assert read(sheets).messages == (f"dtoc/2017-05-11/a.xlsx: {said}",)


def test_a_missing_sheet_stops(read, make) -> None:
    sheets = make.dtoc()
    del sheets[REASON]
    with pytest.raises(InputError, match=r"a\.xlsx has no sheet 'LA - by reason'; its sheets are "):
        read(sheets)


def spoil(sheet: str, row: int, column: int, cell: Any) -> Callable[[Sheets], None]:
    def inner(sheets: Sheets) -> None:
        sheets[sheet][row][column] = cell

    return inner


def move_heading(sheets: Sheets) -> None:
    # The heading of the total moves up a row: the table has none where it should.
    sheets[RESPONSIBLE][HEADING - 1] = ["", "", "", "", "", "", "", "", "Total"]
    sheets[RESPONSIBLE][HEADING].pop()


def drop_board(sheets: Sheets) -> None:
    for rows in sheets.values():
        rows[FIRST + 1][3:5] = rows[FIRST][3:5]
        rows[FIRST + 1][2] = rows[FIRST][2]


def leave_out_board(sheets: Sheets) -> None:
    for rows in sheets.values():
        gone = rows.pop(FIRST)
        rows[ENGLAND][5:] = [a - b for a, b in zip(rows[ENGLAND][5:], gone[5:], strict=True)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            spoil(RESPONSIBLE, HEADING, 6, "Soc. Care"),
            "a.xlsx, sheet 'LA - by responsible org': no row has the headings of a known layout; nearest is '2015-07' "
            "of table 'responsible_org' at row 9, which lacks 'Social Care'",
        ),
        (move_heading, "nearest is '2015-07' of table 'responsible_org' at row 9, which lacks 'Total'"),
        (
            spoil(CARE, FIRST, 5, "about 12"),
            "a.xlsx, sheet 'LA - by Type of Care', row 12 (Hartlepool UA), column F 'Acute': the cell holds 'about 12'",
        ),
        (
            spoil(RESPONSIBLE, ENGLAND, 7, 1000),
            "a.xlsx, sheet 'LA - by responsible org', row 10 (England): the parts of 'Total' add up to",
        ),
        (
            spoil(RESPONSIBLE, FIRST, 4, "Hartlepool UA"),
            "",
        ),
        (drop_board, "Hartlepool (E06000001) stands in 2 rows; expected one"),
        (leave_out_board, "no row for Hartlepool (E06000001); expected all 151 boards"),
        (
            spoil(REASON, FIRST, 3, "XYZ"),
            "",
        ),
        (
            spoil(REASON, 2, 2, "May 2016"),
            "a.xlsx, sheet 'LA - by reason': the Period row says 'May 2016', but another sheet says 2016-01",
        ),
    ],
    ids=[
        "renamed heading",
        "moved heading",
        "text in a number cell",
        "parts",
        "same name",
        "twice",
        "missing board",
        "unknown code",
        "period",
    ],
)
def test_what_is_wrong_is_named(read, make, change: Callable[[Sheets], None], said: str) -> None:
    sheets = make.dtoc()
    change(sheets)
    if not said:  # harmless: another of the three ways to tell the area holds
        assert read(sheets).rows.equals(read(make.dtoc()).rows)
        return
    with pytest.raises(InputError) as error:
        read(sheets)
    assert said in str(error.value)


def test_rows_that_do_not_add_up_to_england_stop(read, make) -> None:
    sheets = make.dtoc()
    england = sheets[CARE][ENGLAND]
    england[5] += 1
    england[7] += 1
    with pytest.raises(InputError) as error:
        read(sheets)
    assert str(error.value) == (
        f"dtoc/2017-05-11/a.xlsx, sheet 'LA - by Type of Care', column 'Acute': the rows add up to {england[5] - 1:,}, "
        f"but the England row prints {england[5]:,}; expected the same."
    )


@pytest.mark.parametrize("mark", ["*", "9999999", 9999999, "c", "[x]"])
def test_a_hidden_number_stops_wherever_it_stands(read, make, mark: object) -> None:
    for row in (ENGLAND, FIRST):
        sheets = make.dtoc()
        sheets[RESPONSIBLE][row][5] = mark
        with pytest.raises(InputError, match=r"column F 'NHS': the cell holds .*; expected a number of 0 or more"):
            read(sheets)


def test_the_england_row_holds_no_mark(read, make) -> None:
    sheets = make.dtoc()
    for row in sheets[RESPONSIBLE][FIRST:]:
        row[8] = row[8] - row[7] if row[7] != "-" else row[8]
        row[7] = 0
    england = sheets[RESPONSIBLE][ENGLAND]
    england[8], england[7] = england[8] - england[7], "-"
    with pytest.raises(InputError, match=r"column 'Both': the England row holds a mark \(dash\); expected a number"):
        read(sheets)


def test_sheets_that_disagree_about_a_board_stop(read, make) -> None:
    sheets = make.dtoc()
    for row, days in ((FIRST, 1), (FIRST + 1, -1)):
        for column in (5, 7):
            sheets[CARE][row][column] += days
    with pytest.raises(
        InputError, match=r"sheet 'LA - by Type of Care': the total of Hartlepool \(E06000001\) is 17, but"
    ):
        read(sheets)


def test_an_unknown_area_stops(read, make) -> None:
    sheets = make.dtoc()
    sheets[RESPONSIBLE][FIRST][2:5] = ["-", "999", "Hartlepol"]
    with pytest.raises(
        InputError, match=r"row 12: 'Hartlepol' \(code '999'\) is no known authority\. Did you mean 'Hartle"
    ):
        read(sheets)
