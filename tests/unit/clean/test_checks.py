"""A table that does not agree with itself stops, naming the place and the two numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bcf_eval.catalogue.layout import Field, Layout
from bcf_eval.clean.areas import Areas, list_boards
from bcf_eval.clean.cells import Numbers
from bcf_eval.clean.checks import check_areas, check_parts, check_sums, check_totals, list_gaps, name_months
from bcf_eval.clean.read import Table
from bcf_eval.errors import InputError

LAYOUT = Layout(
    "days",
    "2017",
    "S",
    (
        Field("name", "text", "Name", 1, ""),
        Field("nhs", "number", "NHS", 1, "total"),
        Field("both", "number", "Both", 1, "total"),
        Field("total", "number", "Total", 1, ""),
        Field("beds", "number", "Total", 2, ""),
    ),
)
GOOD = [[5.0, 3.0, 8.0, 0.8], [4.0, 1.0, 5.0, 0.5], [1.0, 2.0, 3.0, 0.3]]
CODES = ["E92000001", "E06000001", ""]


def build(values: Sequence[Sequence[float]], codes: Sequence[str] = CODES) -> tuple[Table, Numbers, Areas]:
    rows = tuple((f"area {place}", *row) for place, row in enumerate(values))
    table = Table("a.xls, sheet 'S'", LAYOUT, [], tuple(range(15, 15 + len(rows))), {}, rows, (), 0)
    array = np.array(values)
    others = np.array(["9900" if code == "" else "" for code in codes])
    return table, Numbers(LAYOUT.numbers, array, np.full(array.shape, "")), Areas(np.array(codes), others)


def change(row: int, column: int, value: float) -> list[list[float]]:
    return [[value if (i, j) == (row, column) else cell for j, cell in enumerate(line)] for i, line in enumerate(GOOD)]


def test_a_table_that_adds_up_passes() -> None:
    table, numbers, areas = build(GOOD)
    check_sums(table, numbers, areas)
    check_parts(table, numbers)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (1, "a.xls, sheet 'S', column 'Both': the rows add up to 3, but the England row prints 4; expected the same."),
        (3, "a.xls, sheet 'S', column 'Total' (number 2 of that name): the rows add up to 0.8, but the England row "),
    ],
)
def test_rows_that_do_not_add_up_to_england_stop(column: int, said: str) -> None:
    with pytest.raises(InputError) as error:
        check_sums(*build(change(0, column, 4.0)))
    assert str(error.value).startswith(said)


def test_rows_that_differ_by_one_in_millions_stop() -> None:
    with pytest.raises(InputError, match="add up to 2,000,000, but the England row prints 2,000,001"):
        check_sums(*build([[2_000_001.0] * 4, [1_999_999.0] * 4, [1.0] * 4]))


def test_hidden_numbers_may_only_lower_the_sum() -> None:
    check_sums(*build(change(1, 1, np.nan)))
    with pytest.raises(InputError, match=r"column 'Both': the rows add up to 7"):
        check_sums(*build([GOOD[0], [4.0, np.nan, 5.0, 0.5], [1.0, 7.0, 3.0, 0.3]]))


@pytest.mark.parametrize(("codes", "n"), [(["", "E06000001", "E06000002"], 0), (["E92000001", "E92000001", ""], 2)])
def test_there_is_one_england(codes: list[str], n: int) -> None:
    with pytest.raises(InputError, match=rf"there are {n} rows named 'England'; expected one"):
        check_sums(*build(GOOD, codes))


def test_parts_that_do_not_add_up_to_their_total_stop() -> None:
    table, numbers, _ = build(change(1, 0, 7.0))
    with pytest.raises(InputError) as error:
        check_parts(table, numbers)
    assert str(error.value) == (
        "a.xls, sheet 'S', row 16 (area 1): the parts of 'Total' add up to 8, but it prints 5; expected the same."
    )


def boards(codes: Sequence[str]) -> tuple[Table, Areas]:
    table, _, _ = build(GOOD)
    return table, Areas(np.array(["E92000001", *codes]), np.array([""] * (len(codes) + 1)))


def test_every_board_is_there_once() -> None:
    everybody = list_boards("2016-10")
    check_areas(*boards(everybody), period="2016-10")
    with pytest.raises(InputError, match=r"Hartlepool \(E06000001\) stands in 2 rows; expected one"):
        check_areas(*boards([*everybody, "E06000001"]), period="2016-10")
    for other in ("E06000053", "E06000058"):
        with pytest.raises(
            InputError, match=rf"\({other}\) is no Health and Wellbeing Board in October 2016; expected the"
        ):
            check_areas(*boards([*everybody, other]), period="2016-10")
    with pytest.raises(InputError, match=r"no row for Hartlepool \(E06000001\); expected all 151 boards"):
        check_areas(*boards(everybody[1:]), period="2016-10")
    with pytest.raises(InputError, match=r"and 3 more; expected all 151 boards"):
        check_areas(*boards(everybody[8:]), period="2016-10")


def test_sheets_give_an_area_the_same_total() -> None:
    table, _, _ = build(GOOD)
    same = {"E06000001": 5.0, "9900": 3.0}
    check_totals({"a": table, "b": table}, {"a": same, "b": same})
    with pytest.raises(InputError, match=r"the total of Hartlepool \(E06000001\) is 6, but sheet 'S' has 5"):
        check_totals({"a": table, "b": table}, {"a": same, "b": {**same, "E06000001": 6.0}})


def test_months_between_others_are_missed() -> None:
    assert list_gaps(["2014-03", "2014-06", "2014-04"]) == ["2014-05"]
    assert list_gaps(["2014-12", "2015-02"]) == ["2015-01"]
    assert list_gaps(["2014-12"]) == list_gaps([]) == []
    assert name_months(["2014-05", "2015-01"]) == "May 2014, January 2015"
    assert name_months(f"2014-{month:02d}" for month in range(1, 12)).endswith(", May 2014 and 6 more")
