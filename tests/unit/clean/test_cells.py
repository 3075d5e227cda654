"""Cells are numbers, known marks, or an error that says where."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

from bcf_eval.catalogue import load
from bcf_eval.catalogue.layout import Field, Layout
from bcf_eval.clean.cells import name_column, parse_numbers
from bcf_eval.clean.read import Table
from bcf_eval.errors import InputError

LAYOUT = Layout(
    "days",
    "2011",
    "LA - Days",
    (
        Field("name", "text", "Name", 1, ""),
        Field("nhs", "number", "NHS", 1, ""),
        Field("both", "number", "Both", 1, ""),
    ),
)


def table(*rows: tuple[object, ...]) -> Table:
    numbers = tuple(range(15, 15 + len(rows)))
    return Table("a.xls, sheet 'LA - Days'", LAYOUT, [], numbers, {"name": 3, "nhs": 4, "both": 30}, rows, (), 0)


def test_numbers_and_dashes() -> None:
    found = parse_numbers(table(("A", 3.0, "-"), ("B", 0.5, 2)), source="dtoc")
    np.testing.assert_array_equal(found.values, [[3, 0], [0.5, 2]])
    assert found.flags.tolist() == [["", "dash"], ["", ""]]
    assert found.column("both").tolist() == [0, 2]
    assert found.flags_of("both").tolist() == ["dash", ""]


@pytest.mark.parametrize(
    ("mark", "flag"),
    [*((mark, "suppressed") for mark in ("*", "c", "[c]", ":", 9999999.0, 9999999)), ("[x]", "not_available")],
)
def test_a_mark_that_hides_a_number_is_a_flag_and_never_a_number(
    mark: object, flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in ("dtoc", "population"):
        with pytest.raises(InputError, match=r"column E 'NHS': the cell holds .*; expected a number of 0 or more"):
            parse_numbers(table(("A", mark, 1.0)), source=source)
    marks = [{**row, "returns": "dtoc another"} for row in load.rows("marks")]
    monkeypatch.setattr(load, "rows", lambda _: marks)
    found = parse_numbers(table(("A", mark, 1.0)), source="another")
    assert math.isnan(found.values[0, 0])
    assert found.flags.tolist() == [[flag, ""]]


def test_a_dash_is_a_mark_of_the_delays_alone() -> None:
    with pytest.raises(InputError, match="the cell holds '-'; expected a number of 0 or more"):
        parse_numbers(table(("A", "-", 1.0)), source="population", as_text=True)


@pytest.mark.parametrize("cell", ["twelve", "12", "1,200", "NA", True, -1.0, math.inf, datetime.date(2016, 1, 1)])
def test_anything_else_is_named_with_its_place(cell: object) -> None:
    with pytest.raises(InputError) as error:
        parse_numbers(table(("A", 1.0, 1.0), ("Barnet", 1.0, cell)), source="dtoc")
    assert str(error.value) == (
        f"a.xls, sheet 'LA - Days', row 16 (Barnet), column AE 'Both': the cell holds {cell!r}; "
        "expected a number of 0 or more."
    )


def test_an_empty_number_cell_is_an_error() -> None:
    with pytest.raises(InputError, match="row 15 \\(A\\), column E 'NHS': the cell is empty"):
        parse_numbers(table(("A", "", 1.0)), source="dtoc")


def test_files_of_text_may_write_numbers_as_text() -> None:
    assert parse_numbers(table(("A", "12", "3.5")), source="population", as_text=True).values.tolist() == [[12, 3.5]]
    with pytest.raises(InputError, match="the cell holds '1e3'"):
        parse_numbers(table(("A", "1e3", "1")), source="population", as_text=True)


def test_columns_are_named_as_in_a_spreadsheet() -> None:
    assert [name_column(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
