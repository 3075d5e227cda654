"""A table is found by its headings wherever it stands, and a heading that is gone is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bcf_eval.catalogue.layout import Field, Layout
from bcf_eval.clean.read import read_table
from bcf_eval.errors import InputError
from bcf_eval.workbook import Row, Workbook

SMALL = Layout(
    "days", "2011", "LA - Days", (Field("code", "text", "Code", 1, ""), Field("total", "number", "Total", 1, ""))
)
LARGE = Layout(
    "days",
    "2017",
    "LA - Days",
    (*SMALL.fields, Field("name", "text", "Name", 1, ""), Field("beds", "number", "Total", 2, "")),
)
HEADINGS = ["", "CODE", "", "name", "Total", "Note", " total "]
ROWS: list[Row] = [
    ["", "Title:", "Days", "", "", "", ""],
    HEADINGS,
    ["", 111.0, "", " Hartlepool  UA", 31.0, "", 1.0],
    ["", "", "", "", "", "", ""],
    ["", "00EQ", "", "Cheshire East", "-", "", "-"],
    ["", "A note.", "", "", "", "", ""],
]


def book(rows: list[Row], *sheets: str) -> Workbook:
    return Workbook("a.xls", sheets or ("England", "la -  DAYS"), lambda _: rows)


def test_the_most_specific_layout_wins() -> None:
    table = read_table(book(ROWS), [LARGE, SMALL], source="dtoc")
    assert table.layout.name == "2017"
    assert table.columns == {"code": 1, "total": 4, "name": 3, "beds": 6}
    assert table.rows == ((111.0, 31.0, " Hartlepool  UA", 1.0), ("00EQ", "-", "Cheshire East", "-"))
    assert table.row_numbers == (3, 5)
    assert (table.unread, table.n_notes, table.above) == (("Note",), 1, [ROWS[0]])
    assert table.where == "a.xls, sheet 'la -  DAYS'"
    assert read_table(book([row[:6] for row in ROWS]), [LARGE, SMALL], source="dtoc").layout.name == "2011"


def test_the_table_may_stand_anywhere() -> None:
    moved: list[Row] = [[], [], ["x"], *([*row[3:], *row[:3]] for row in ROWS)]
    table = read_table(book(moved), [LARGE], source="dtoc")
    assert table.rows == read_table(book(ROWS), [LARGE], source="dtoc").rows
    assert table.row_numbers == (6, 8)


def test_texts_are_trimmed_and_codes_lose_their_decimals() -> None:
    table = read_table(book(ROWS), [LARGE], source="dtoc")
    assert table.texts("code") == ["111", "00EQ"]
    assert table.texts("name") == ["Hartlepool UA", "Cheshire East"]
    assert table.texts("ons_code") == ["", ""]


def test_a_missing_sheet_is_named_with_those_that_are_there() -> None:
    with pytest.raises(InputError) as error:
        read_table(book(ROWS, "England", "Data Quality"), [LARGE, SMALL], source="dtoc")
    assert str(error.value) == "a.xls has no sheet 'LA - Days'; its sheets are 'England', 'Data Quality'."


def test_a_renamed_heading_is_named() -> None:
    renamed = [ROWS[0], ["", "CODE", "", "name", "All days", "", ""], *ROWS[2:]]
    with pytest.raises(InputError) as error:
        read_table(book(renamed), [SMALL, LARGE], source="dtoc")
    assert str(error.value) == (
        "a.xls, sheet 'la -  DAYS': no row has the headings of a known layout; nearest is '2017' of table 'days' "
        "at row 2, which lacks 'Total', 'Total' (number 2 of that name). If the publisher renamed a heading, add the "
        "rows 'days,2017,LA - Days,total,number,<the new heading>,1,' and 'days,2017,LA - Days,beds,number,All "
        "days,1,' to catalogue/layouts/dtoc.csv."
    )


PARTS = Layout(
    "org",
    "2017-04",
    "LA - Days",
    (
        Field("code", "text", "Code", 1, ""),
        Field("nhs", "number", "NHS", 1, "total"),
        Field("care", "number", "Social Care", 1, "total"),
        Field("total", "number", "Total", 1, ""),
        Field("care_beds", "number", "Social Care", 2, ""),
    ),
)


@pytest.mark.parametrize(
    ("headings", "rows"),
    [
        (
            ["Code", "NHS", "Adults", "Council", "Total"],
            "rows 'org,2017-04,LA - Days,care,number,<the new heading>,1,total' and "
            "'org,2017-04,LA - Days,care_beds,number,<the new heading>,1,'",
        ),
        (
            ["Code", "Note", "NHS", "Adult Social Care", "Total", "Adult Social Care"],
            "rows 'org,2017-04,LA - Days,care,number,Adult Social Care,1,total' and "
            "'org,2017-04,LA - Days,care_beds,number,Adult Social Care,2,'",
        ),
        (
            ["Code", "NHS", "Social Care", "Total", "Beds, social care"],
            "row 'org,2017-04,LA - Days,care_beds,number,\"Beds, social care\",1,'",
        ),
        (
            ["Code", "Health", "Council", "Total", "Social Care", "Social Care"],
            "row 'org,2017-04,LA - Days,nhs,number,<the new heading>,1,total'",
        ),
        (["Code", "NHS", "Social Care", "Total"], "row 'org,2017-04,LA - Days,care_beds,number,<the new heading>,1,'"),
    ],
)
def test_the_error_writes_the_row_that_a_new_heading_needs(headings: list[str], rows: str) -> None:
    given: list[Row] = [headings, ["111", *[1.0] * (len(headings) - 1)]]
    with pytest.raises(InputError) as error:
        read_table(book(given), [PARTS], source="dtoc")
    said = str(error.value).partition("add the ")[2]
    assert said == f"{rows} to catalogue/layouts/dtoc.csv."


def test_a_field_may_have_another_heading() -> None:
    renamed = [ROWS[0], ["", "Org", "", "name", "Total", "Note", "Total"], *ROWS[2:]]
    code = replace(LARGE.fields[0], others=(("Org Code", 1), ("ORG", 1)))
    table = read_table(book(renamed), [replace(LARGE, fields=(code, *LARGE.fields[1:]))], source="dtoc")
    assert table.texts("code") == ["111", "00EQ"]
    assert table.unread == ("Note",)


def test_the_second_of_two_equal_headings_is_named_as_such() -> None:
    with pytest.raises(InputError, match=r"lacks 'Total' \(number 2 of that name\)"):
        read_table(book([row[:5] for row in ROWS]), [LARGE], source="dtoc")


def test_many_missing_headings_are_counted() -> None:
    many = replace(LARGE, fields=(*LARGE.fields, *(Field(f"x{i}", "number", f"X{i}", 1, "") for i in range(5))))
    with pytest.raises(InputError, match="lacks 'X0', 'X1', 'X2' and 2 more"):
        read_table(book(ROWS), [many], source="dtoc")


def test_headings_on_two_rows_are_no_table() -> None:
    split: list[Row] = [["", "Code", "", "Name"], ["", "", "", "", "Total", "", "Total"], *ROWS[2:]]
    with pytest.raises(InputError, match=r"nearest is '2011' of table 'days' at row \d, which lacks"):
        read_table(book(split), [SMALL], source="dtoc")


def test_numbers_without_an_area_are_refused() -> None:
    with pytest.raises(InputError, match="row 7: there are numbers but neither a code nor a name"):
        read_table(book([*ROWS, ["", "", "", "", 5.0, "", 1.0]]), [LARGE], source="dtoc")


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(InputError, match="no row with numbers below the headings in row 2"):
        read_table(book(ROWS[:2]), [LARGE], source="dtoc")
