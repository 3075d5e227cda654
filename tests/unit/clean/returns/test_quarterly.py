"""Four transcribed returns give the figures of the document, and a bad one among many is a row with a reason."""

from __future__ import annotations

import math
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from bcf_eval.catalogue import load
from bcf_eval.clean.quarterly.tables import COLUMNS, PROBLEMS
from bcf_eval.clean.returns.quarterly import QuarterlyReturns, read_quarterly

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "quarterly"
MAKER = runpy.run_path(str(FIXTURES / "write_workbooks.py"))
PERIODS = [f"2016/17-Q{number}" for number in (1, 2, 3, 4)]
FILES = [(FIXTURES / f"southend_2016-17_q{number}.xlsx", f"quarterly/q{number}.xlsx") for number in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def given() -> QuarterlyReturns:
    return read_quarterly(FILES)


def at_first(table: pd.DataFrame) -> pd.DataFrame:
    """The rows about the quarter of their own return."""
    return table[table["about_period"] == table["period"]]


def test_the_workbooks_are_what_the_transcription_says(tmp_path: Path) -> None:
    transcribed = MAKER["read_transcription"]()
    for quarter, (path, _) in zip(("Q1", "Q2", "Q3", "Q4"), FILES, strict=True):
        again = MAKER["write_return"](tmp_path / path.name, MAKER["build_return"](quarter, transcribed))
        twice = MAKER["write_return"](tmp_path / f"2{path.name}", MAKER["build_return"](quarter, transcribed))
        assert again.read_bytes() == twice.read_bytes()
        books = [CalamineWorkbook.from_path(one) for one in (path, again)]
        names = books[0].sheet_names
        assert len(names) == (9 if quarter == "Q4" else 8)
        for name in names:
            assert books[0].get_sheet_by_name(name).to_python() == books[1].get_sheet_by_name(name).to_python()


def test_the_covers_hold_no_person() -> None:
    for path, _ in FILES:
        book = CalamineWorkbook.from_path(path)
        cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
        assert not [cell for cell in cells if "@" in str(cell)]
        cover = [[cell for cell in row if cell != ""] for row in book.get_sheet_by_name("1. Cover").to_python()]
        personal = [row for row in cover if row and str(row[0]).startswith(("completed", "E-Mail", "Contact", "Who"))]
        assert [len(row) for row in personal] == [1, 1, 1, 1]


def test_every_table_has_its_columns_area_period_and_source(given) -> None:
    assert (given.n_read, len(given.problems)) == (4, 0)
    assert tuple(given.problems.columns) == PROBLEMS
    for name, columns in COLUMNS.items():
        table = getattr(given, name)
        assert tuple(table.columns) == columns, name
        assert set(table["area_code"]) == {"E06000033"}, name
        assert set(table["source"]) <= {cited for _, cited in FILES}, name
        assert set(table["period"]) == ({PERIODS[-1]} if name == "year_end" else set(PERIODS)), name


def test_all_conditions_were_met_in_every_quarter(given) -> None:
    first = at_first(given.conditions)
    assert first.groupby("period").size().to_dict() == dict.fromkeys(PERIODS, 12)
    # The second return repeats one quarter, the third two, the fourth three.
    assert given.conditions.groupby("period").size().to_list() == [12, 24, 36, 48]
    assert set(given.conditions["answer"]) == {"Yes"}
    assert set(given.conditions["expected_date"]) == set(given.conditions["explanation"]) == {""}


@pytest.mark.parametrize("flow", ["income", "expenditure"])
def test_income_and_expenditure_are_as_planned(given, flow: str) -> None:
    last = given.finance.query("flow == @flow and edition == 'amended' and period == '2016/17-Q4'")
    for series in ("plan", "forecast", "actual"):
        values = last[last["series"] == series].set_index("about_period")["value"]
        assert values.to_dict() == {
            "2016/17-Q1": 3_282_763,
            "2016/17-Q2": 3_282_762,
            "2016/17-Q3": 3_282_762,
            "2016/17-Q4": 3_282_762,
            "2016/17": 13_131_049,
        }
    assert last.loc[last["series"] == "pooled_fund", "value"].to_list() == [13_131_049]
    assert set(given.finance["unit"]) == {"£"}


def test_actual_figures_come_in_quarter_by_quarter(given) -> None:
    income = given.finance.query("flow == 'income' and series == 'actual' and about_period != '2016/17'")
    known = income[income["value"].notna()].groupby(["edition", "period"]).size()
    assert known["amended"].to_dict() == dict(zip(PERIODS, (1, 2, 3, 4), strict=True))
    assert known["previous"].to_dict() == dict(zip(PERIODS[1:], (1, 2, 3), strict=True))
    assert set(income.loc[income["value"].isna(), "flag"]) == {"blank"}


def test_progress_is_as_the_board_judged_it(given) -> None:
    progress = given.supporting_metrics.pivot(index="period", columns="metric", values="progress")
    assert progress["nea"].to_list() == ["On track to meet target", *["No improvement in performance"] * 3]
    for metric in ("dtoc_days", "local", "patient_experience", "residential"):
        assert set(progress[metric]) == {"On track to meet target"}
    last = "On track for improved performance, but not to meet full target"
    assert progress["reablement"].to_list() == ["", "", "", last]


def test_performance_and_target_are_read_from_the_commentary(given) -> None:
    metrics = given.supporting_metrics.set_index(["metric", "period"])
    friends = metrics.loc["patient_experience"]
    assert friends["performance"].to_list() == [91.2, 93, 92.5, 90]
    assert set(friends["target"]) == {91.7}
    reablement = metrics.loc[("reablement", "2016/17-Q4")]
    assert (reablement["performance"], reablement["target"], reablement["unit"]) == (75, 86, "%")
    assert reablement["flag"] == "from_commentary;approximate"
    assert metrics["performance"].notna().sum() == 5


def test_the_year_end_is_carried(given) -> None:
    year_end = given.year_end.set_index("item")
    assert year_end["kind"].value_counts().to_dict() == {"statement": 7, "success": 3, "challenge": 3}
    assert set(year_end.loc[year_end["kind"] == "statement", "answer"]) == {"Agree"}
    assert year_end.loc["success_2", "category"] == "Shared vision and commitment"
    assert year_end.loc["challenge_2", ["category", "comment"]].to_list() == ["Managing change", "governance"]


def test_data_are_shared_as_the_document_says(given) -> None:
    sharing = given.data_sharing
    # Per return: two rows on the NHS number and two on interfaces by six settings, 36 pairs, one pilot.
    assert sharing.groupby("period").size().to_dict() == dict.fromkeys(PERIODS, 2 * 6 + 2 * 6 + 36 + 1)
    number = sharing[sharing["measure"] == "nhs_number_on_correspondence"]
    assert set(number.loc[number["answer"] == "No", "setting"]) == {"mental_health", "specialised_palliative"}
    shared = sharing.query("measure == 'shared' and period == '2016/17-Q1' and answer == 'Shared via Open API'")
    # Four settings share among each other; social care and palliative care each only with itself.
    assert len(shared) == 4 * 4 + 2
    own = shared[shared["from_setting"] == shared["setting"]]
    assert set(own["setting"]) >= {"social_care", "specialised_palliative"}
    assert set(sharing.loc[sharing["measure"] == "open_api_go_live", "answer"]) == {"2017-03-31"}
    assert set(sharing.loc[sharing["measure"] == "digital_record_pilot", "answer"]) == {"Pilot being scoped"}


def test_budgets_and_teams_are_as_the_document_says(given) -> None:
    budgets = given.personal_budgets.pivot(index="period", columns="item", values="value")
    assert set(budgets["in_place"]) == {24}
    assert budgets["rate"].to_list() == [13, 13.3, 13.3, 13]
    assert (set(budgets["new"]), set(budgets["stopped"])) == ({7}, {17})
    assert set(budgets["continuing_healthcare"]) == {94}
    people = given.personal_budgets[given.personal_budgets["item"] == "population"]
    assert people["value"].to_list() == [180_589, 180_589, 180_589, 182_046]
    assert people["about_period"].to_list() == ["2016", "2016", "2016", "2017"]
    # The rate is the count over the people, as it is printed.
    assert (budgets["rate"] - 1e5 * budgets["in_place"] / people.set_index("period")["value"]).abs().max() < 0.5
    teams = given.integrated_teams.pivot(index="period", columns="setting", values="answer")
    assert set(teams["non_acute"]) == {"Yes - in some parts of Health and Wellbeing Board area"}
    throughout = "Yes - throughout the Health and Wellbeing Board area"
    assert teams["acute"].eq(throughout).to_list() == [True, True, True, False]


def test_what_else_was_asked_is_kept(given) -> None:
    answers = given.other_answers.pivot(index="period", columns="question", values="answer")
    assert set(answers["s75_pooled"]) == {"Yes"}
    assert math.isnan(answers.loc["2016/17-Q1", "s75_pooled_now"])  # the first return did not ask
    assert answers["financial_commentary"].to_list() == ["n/a", "no comment", "nil comment", "nil comment"]
    assert answers["income_difference"].to_list() == ["", "", "", "nil comment"]
    assert answers["narrative"].str.len().gt(20).all()


def test_hundreds_are_read_in_seconds(tmp_path: Path) -> None:
    transcribed = MAKER["read_transcription"]()
    boards = load.boards()[:100]
    files = []
    for quarter in ("Q2", "Q3", "Q4"):
        for code in boards:
            named = {**transcribed, "board": load.areas()[code].name}
            path = MAKER["write_return"](tmp_path / f"{code}_{quarter}.xlsx", MAKER["build_return"](quarter, named))
            files.append((path, path.name))
    began = time.perf_counter()
    found = read_quarterly(files)
    # About a second on two cores; the bound is wide for a machine that is busy.
    assert time.perf_counter() - began < 15
    assert (found.n_read, len(found.problems)) == (300, 0)
    assert set(found.finance["area_code"]) == set(boards)
    assert len(found.year_end) == 100 * 13


def test_no_file_gives_empty_tables() -> None:
    found = read_quarterly([])
    assert found.n_read == 0
    for name, columns in COLUMNS.items():
        assert (len(getattr(found, name)), tuple(getattr(found, name).columns)) == (0, columns)
    assert found.finance["value"].dtype == float


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., tuple[Path, str]]:
    def inner(sheets: dict[str, Any], name: str = "a.xlsx") -> tuple[Path, str]:
        return MAKER["write_return"](tmp_path / name, sheets), f"quarterly/{name}"

    return inner


def test_of_two_about_one_quarter_the_first_stands(write) -> None:
    sheets = MAKER["build_return"]("Q1", MAKER["read_transcription"]())
    found = read_quarterly([write(sheets, "b.xlsx"), write(sheets, "a.xlsx")])
    assert found.n_read == 1
    assert set(found.finance["source"]) == {"quarterly/b.xlsx"}
    assert found.problems.to_dict("records") == [
        {
            "file": "quarterly/a.xlsx",
            "sheet": "",
            "reason": "it is about Southend-on-Sea (E06000033), 2016/17-Q1, as quarterly/b.xlsx is: only that, the "
            "first in order, is kept",
        }
    ]


def test_a_workbook_that_cannot_be_opened_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    (problem,) = read_quarterly([(tmp_path / "a.xlsx", "quarterly/undated/a.xlsx")]).problems.to_dict("records")
    assert problem["reason"] == "it is not a workbook: it is empty; expected xls, xlsx or ods"


def test_a_board_is_one_of_the_time_of_the_quarter(write) -> None:
    transcribed = MAKER["build_return"]("Q1", MAKER["read_transcription"]())
    later = "Bournemouth, Christchurch and Poole"
    named = {name: [[later if c == "Southend-on-Sea" else c for c in row] for row in rows]
             for name, rows in transcribed.items()}  # fmt: skip
    (reason,) = read_quarterly([write(named)]).problems["reason"]
    assert "Bournemouth, Christchurch and Poole (E06000058) was no Health and Wellbeing Board in 2016/17-Q1" in reason
