"""The reader follows the labels wherever they stand, and a return that is wrong costs no other."""

from __future__ import annotations

import random
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bcf_eval.clean.quarterly.tables import COLUMNS
from bcf_eval.clean.returns.quarterly import QuarterlyReturns, read_quarterly

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "quarterly"
MAKER = runpy.run_path(str(FIXTURES / "write_workbooks.py"))
GIVEN = MAKER["read_transcription"]()
CONDITIONS, FINANCE, METRICS = "3. National Conditions", "4. I&E", "5. Supporting Metrics"
YEAR_END, ADDITIONAL = "6. Year End Feedback", "7. Additional Measures"
Sheets = dict[str, list[list[Any]]]
Read = Callable[[Sheets], QuarterlyReturns]


@pytest.fixture
def sheets() -> Sheets:
    """The return of the fourth quarter, the test's own to spoil."""
    return {name: [list(row) for row in rows] for name, rows in MAKER["build_return"]("Q4", GIVEN).items()}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda sheets: read_quarterly([(MAKER["write_return"](tmp_path / "a.xlsx", sheets), "a.xlsx")])


def same(one: QuarterlyReturns, other: QuarterlyReturns) -> bool:
    """Whether two readings say the same, whatever the order of their rows."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in COLUMNS]
    return all(ordered(left).equals(ordered(right)) for left, right in pairs)


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table.columns)).reset_index(drop=True)


def find(rows: list[list[Any]], text: str) -> tuple[int, int]:
    """Row and column of the first cell that begins with a text."""
    places = ((r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if str(cell).startswith(text))
    return next(places)


def put(rows: list[list[Any]], row: int, column: int, cell: Any) -> None:
    rows[row].extend([""] * (column + 1 - len(rows[row])))
    rows[row][column] = cell


def reasons(found: QuarterlyReturns) -> dict[str, str]:
    return dict(zip(found.problems["sheet"], found.problems["reason"], strict=True))


def test_rows_and_columns_may_move(read: Read, sheets: Sheets) -> None:
    expected = read(sheets)
    assert len(expected.problems) == 0
    moved = {name: [[], [], []] + [["", "", "", *row] for row in rows] for name, rows in sheets.items()}
    assert same(read(moved), expected)
    spaced = {name: [line for row in rows for line in (row, [])] for name, rows in sheets.items()}
    assert same(read(spaced), expected)


def test_columns_may_change_places_with_their_headings(read: Read, sheets: Sheets) -> None:
    expected = read(sheets)
    # A table of conditions with its answers to the right of the explanation; settings in the reverse order.
    conditions = [[*row[:2], *(row[6:7] or [""]), *row[2:6]] if len(row) > 5 else row for row in sheets[CONDITIONS]]
    first, _ = find(sheets[ADDITIONAL], "1. Proposed")
    last, _ = find(sheets[ADDITIONAL], "3. Proposed")
    additional = [
        [*row[:2], *reversed(row[2:])] if first < number < last else row
        for number, row in enumerate(sheets[ADDITIONAL])
    ]
    assert same(read({**sheets, CONDITIONS: conditions, ADDITIONAL: additional}), expected)


def test_sheets_may_be_spelt_and_ordered_otherwise(read: Read, sheets: Sheets) -> None:
    renamed = {
        "1. Cover": "COVER ",
        CONDITIONS: "national  conditions",
        FINANCE: "4 - Income and Expenditure",
        METRICS: "5.Supporting metrics",
        YEAR_END: "Year-End Feedback",
    }
    turned = {renamed.get(name, name): rows for name, rows in reversed(sheets.items())}
    found = read(turned)
    assert len(found.problems) == 0
    assert same(found, read(sheets))


def test_a_label_may_be_spelt_with_other_numbers_and_marks(read: Read, sheets: Sheets) -> None:
    expected = read(sheets)
    for rows in sheets.values():
        for row in rows:
            row[:] = [
                cell.replace("1) ", "1. ").replace("non-acute", "non \N{EN DASH} acute").replace(":", "")
                if isinstance(cell, str)
                else cell
                for cell in row
            ]
    assert same(read(sheets), expected)


@pytest.mark.parametrize("name", ["Checklist", "2. Budget Arrangements", "8. Narrative"])
def test_a_sheet_that_may_be_missing_is_no_problem(read: Read, sheets: Sheets, name: str) -> None:
    del sheets[name]
    found = read(sheets)
    assert (found.n_read, len(found.problems)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        (CONDITIONS, "conditions", "National Conditions"),
        (FINANCE, "finance", "I&E"),
        (METRICS, "supporting_metrics", "Supporting Metrics"),
        (YEAR_END, "year_end", "Year End Feedback"),
        (ADDITIONAL, "data_sharing", "Additional Measures"),
    ],
)
def test_a_missing_sheet_is_a_row_and_the_others_are_read(
    read: Read, sheets: Sheets, name: str, table: str, said: str
) -> None:
    del sheets[name]
    found = read(sheets)
    assert list(reasons(found)) == [said]
    assert "catalogue/layouts/quarterly_sheets.csv" in reasons(found)[said]
    assert len(getattr(found, table)) == 0
    assert sum(len(getattr(found, one)) > 0 for one in COLUMNS) >= 5


@pytest.mark.parametrize(
    ("sheet", "label", "step", "cell", "said"),
    [
        (CONDITIONS, "2) Maintain", 4, "Yess", "cell F8 holds 'Yess'; expected 'Yes' or 'No' or 'No - In Progress'"),
        (FINANCE, "Plan", 1, "three", "cell D9 holds 'three'; expected a number of 0 or more"),
        (FINANCE, "Plan", 1, -5, "cell D9 holds '-5'; expected a number of 0 or more"),
        (FINANCE, "Plan", 1, 82763, "row 9: the quarters of the previous plan of income add up to £9,931,049, but"),
        (METRICS, "Please provide", 1, "Fine", "cell C7 holds 'Fine'; expected 'On track to meet target' or"),
        (YEAR_END, "1. The overall", 1, "Rather", "cell C7 holds 'Rather'; expected 'Strongly agree' or 'Agree' or"),
        (ADDITIONAL, "Projected", 1, "soon", "holds 'soon'; expected a date such as 31/03/17"),
        (ADDITIONAL, "Of all residents", 1, "940%", "holds '940%'; expected a share of 0% to 100%"),
        (FINANCE, "Income", 0, "Money in", "row 9, 'plan': no label 'Income' or 'Expenditure' stands above it"),
        (CONDITIONS, "Please Select", 0, "Tick", "no heading 'Please Select' stands above row 7"),
        (METRICS, "Reablement", 0, "Home again", "no cell has the label 'Reablement'; if it is spelt otherwise, add"),
        (METRICS, "Selected", 0, "Selected Health and Well Being Board:", ""),
    ],
)
def test_what_is_wrong_on_a_sheet_is_said(
    read: Read, sheets: Sheets, sheet: str, label: str, step: int, cell: Any, said: str
) -> None:
    row, column = find(sheets[sheet], label)
    put(sheets[sheet], row, column + step, cell)
    found = read(sheets)
    assert found.n_read == 1
    assert list(reasons(found)) == ([sheet] if said else [])
    assert said in reasons(found).get(sheet, "")
    assert set(found.problems["file"]) <= {"a.xlsx"}


def test_answers_are_kept_as_they_are(read: Read, sheets: Sheets) -> None:
    row, column = find(sheets[CONDITIONS], "5) Ensure")
    put(sheets[CONDITIONS], row, column + 4, "no - in progress")
    put(sheets[CONDITIONS], row, column + 5, "Staff were short.")
    row, column = find(sheets[YEAR_END], "2. Our BCF")
    sheets[YEAR_END][row][column + 1] = "Strongly Disagree"
    row, column = find(sheets[METRICS], "Please provide")
    sheets[METRICS][row][column + 1] = "n/a"
    found = read(sheets)
    assert len(found.problems) == 0
    fifth = found.conditions.query("condition == '5' and about_period == period").iloc[0]
    assert (fifth["answer"], fifth["explanation"]) == ("No - In Progress", "Staff were short.")
    second = found.year_end.set_index("item").loc["implemented_as_planned"]
    assert second["answer"] == "Strongly disagree"
    nea = found.supporting_metrics.set_index("metric").loc["nea"]
    assert (nea["progress"], nea["flag"]) == ("", "mark")


def test_a_date_is_expected_while_a_condition_is_not_met(read: Read) -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in MAKER["build_return"]("Q1", GIVEN).items()}
    row, column = find(sheets[CONDITIONS], "8) Agreement")
    sheets[CONDITIONS][row][column + 1 :] = ["No - In Progress", "31/12/2016", "It is being agreed."]
    eighth = read(sheets).conditions.set_index("condition").loc["8"]
    assert (eighth["answer"], eighth["expected_date"], eighth["explanation"], eighth["flag"]) == (
        "No - In Progress",
        "2016-12-31",
        "It is being agreed.",
        "",
    )


def test_a_sheet_of_another_board_is_left_out(read: Read, sheets: Sheets) -> None:
    row, column = find(sheets[FINANCE], "Southend")
    sheets[FINANCE][row][column] = "Thurrock"
    found = read(sheets)
    assert reasons(found) == {FINANCE: "the sheet is about Thurrock, but the cover about Southend-on-Sea"}
    assert len(found.finance) == 0
    assert len(found.conditions) == 48


@pytest.mark.parametrize(
    ("label", "step", "cell", "said"),
    [
        (
            "Health and Well Being Board",
            2,
            "Southend-on-See",
            "There is no Health and Wellbeing Board 'Southend-on-See'",
        ),
        ("Health and Well Being Board", 2, "", "nothing stands beside 'Health and Well Being Board'"),
        ("Health and Well Being Board", 0, "Board", "no cell has the label 'Health and Well Being Board'"),
        ("Q4 2016/17", 0, "Quarter four", "no quarter stands there; expected one such as 'Q1 2016/17'"),
        ("Q4 2016/17", 0, "Q4 2016/18", "no quarter stands there"),
        ("Q4 2016/17", 1, "Q3 2016/17", "the quarters 2016/17-Q3 and 2016/17-Q4 stand there; expected one"),
        (
            "Health and Well Being Board",
            2,
            "England",
            "England (E92000001) was no Health and Wellbeing Board in 2016/17-Q4",
        ),
    ],
)
def test_a_cover_that_says_too_little_is_a_row(
    read: Read, sheets: Sheets, label: str, step: int, cell: str, said: str
) -> None:
    row, column = find(sheets["1. Cover"], label)
    put(sheets["1. Cover"], row, column + step, cell)
    found = read(sheets)
    assert found.n_read == 0
    assert list(reasons(found)) == [""]
    assert said in reasons(found)[""]


def test_a_bad_workbook_is_a_row_and_the_others_are_read(tmp_path: Path, sheets: Sheets) -> None:
    good = MAKER["write_return"](tmp_path / "good.xlsx", sheets)
    content = good.read_bytes()
    contents = {
        "cut.xlsx": content[: len(content) // 2],
        "page.xlsx": b"<html><body>Not found</body></html>",
        "empty.xlsx": b"",
    }
    for name, spoilt in contents.items():
        (tmp_path / name).write_bytes(spoilt)
    MAKER["write_return"](tmp_path / "other.xlsx", {"Sheet1": [["a"]]})
    names = [*contents, "other.xlsx", "gone.xlsx", "good.xlsx"]
    found = read_quarterly([(tmp_path / name, f"quarterly/{name}") for name in names])
    assert found.n_read == 1
    assert found.problems["file"].to_list() == [f"quarterly/{name}" for name in names[:-1]]
    said = found.problems["reason"].to_list()
    for part, reason in zip(
        ["is truncated", "is not a workbook", "it is empty", "it has no sheet 'Cover'", "cannot be read"],
        said,
        strict=True,
    ):
        assert part in reason
        assert str(tmp_path) not in reason
    assert set(found.finance["source"]) == {"quarterly/good.xlsx"}


def test_whatever_stands_in_the_cells_nothing_is_raised(read: Read, sheets: Sheets) -> None:
    odd: list[Any] = ["", "#REF!", -1, 0.5, 1e30, True, "Q1 2016/17", "Plan", "Income", "From GP", "99/99/99", "5%"]
    chance = random.Random(2016)
    for _ in range(60):
        spoilt = {
            name: [
                [chance.choice(odd) if cell != "" and chance.random() < 0.3 else cell for cell in row] for row in rows
            ]
            for name, rows in sheets.items()
            if name != "1. Cover"
        }
        chance.shuffle(spoilt[FINANCE])
        found = read({"1. Cover": sheets["1. Cover"], **spoilt})
        assert found.n_read == 1
        assert len(found.problems) > 0
        assert not (found.finance["value"] < 0).any()
