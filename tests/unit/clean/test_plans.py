"""Plans are read cell by cell: what is wrong is named with its file, row and column."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from bcf_eval.clean.plans import PLANS, read_plans, stack_plans
from bcf_eval.errors import InputError

HEADINGS = "area,metric,period,planned,baseline_period,vintage,source"
GOOD = {
    "area": "Southend", "metric": "residential", "period": "2016/17", "planned": "600",
    "baseline_period": "2015/16", "vintage": "2016-05-03", "source": "plan",
}  # fmt: skip


def write(path: Path, *rows: dict[str, str]) -> Path:
    columns = list(dict.fromkeys([*GOOD, *(key for row in rows for key in row)]))
    lines = [",".join(columns)]
    lines += [",".join('"' + {**GOOD, **row}.get(column, "") + '"' for column in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_plans_are_read_as_they_stand(tmp_path: Path) -> None:
    found = read_plans(
        write(
            tmp_path / "plans.csv",
            {},
            {"planned": "590", "vintage": "3 July 2016"},
            {"area": "E06000001", "metric": "nea", "period": "2016/17-Q1", "planned": "2,600",
             "baseline_period": "2015/16-Q1", "baseline_end": "2016-02", "baseline_value": ""},
        )
    )  # fmt: skip
    assert list(found) == PLANS
    assert found["vintage"].tolist() == ["2016-05-03", "2016-07-03", "2016-05-03"]
    assert found["planned"].tolist() == [600, 590, 2600]
    assert found["baseline_end"].tolist() == ["", "", "2016-02"]
    assert found["baseline_value"].isna().all()
    assert found["area_code"].tolist() == ["E06000033", "E06000033", "E06000001"]
    assert set(found["file"]) == {"plans.csv"}


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("area", "Hartlepol", "There is no Health and Wellbeing Board 'Hartlepol'. Did you mean 'Hartlepool'?"),
        ("area", "", "it is empty; expected the name or ONS code of a board"),
        ("metric", "residentail", "There is no metric 'residentail'. Did you mean 'residential'?"),
        ("period", "2016-09", "'2016-09' is a month; 'residential' can be asked for a financial year"),
        ("period", "next year", "'next year' is not a period"),
        ("planned", "-1", "'-1' is not a value of 'residential'; expected a number, 0 or more"),
        ("planned", "six", "'six' is not a value"),
        ("planned", "inf", "'inf' is not a value"),
        ("planned", "", "'' is not a value"),
        ("baseline_period", "2016/17", "'2016/17' is not over before 2016/17 begins"),
        ("baseline_end", "2016-03", "'2016-03' is a month; 'residential' can be asked for a financial year"),
        ("baseline_end", "2014/15", "does not lie between the end of 2015/16"),
        ("baseline_value", "much", "'much' is not a value"),
        ("vintage", "03/05/2016", "'03/05/2016' is not a date that can be told; expected 2016-05-03"),
        ("planned", "9,4", "'9,4' is not a value"),
        ("area", "Isles of Scilly", "it has no Health and Wellbeing Board of its own"),
        ("vintage", "May 2016", "'May 2016' is not a date"),
        ("source", "", "expected where the plan is written"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, column: str, cell: str, said: str) -> None:
    path = write(tmp_path / "plans.csv", {"area": "Hartlepool"}, {column: cell})
    with pytest.raises(InputError) as caught:
        read_plans(path)
    assert str(caught.value).startswith(f"plans.csv, row 3, column '{column}': ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_share_is_at_most_all_and_a_monthly_metric_takes_any_period_but_a_year(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a number from 0 to 100, in its unit"):
        read_plans(write(tmp_path / "a.csv", {"metric": "reablement", "planned": "101"}))
    with pytest.raises(InputError, match="'2016' is a year; 'nea' can be asked for a month or quarter"):
        read_plans(write(tmp_path / "b.csv", {"metric": "nea", "period": "2016"}))


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (HEADINGS.replace("planned", "planed"), "'planed' is no column of the template. Did you mean 'planned'?"),
        (HEADINGS.replace("planned,", ""), "there is no column 'planned'; expected area, metric"),
        (HEADINGS + ",Area", "the column 'area' stands twice"),
    ],
)
def test_wrong_headings_are_named(tmp_path: Path, headings: str, said: str) -> None:
    (tmp_path / "plans.csv").write_text(headings + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"plans\.csv, row 1: ") as caught:
        read_plans(tmp_path / "plans.csv")
    assert said in str(caught.value)


def test_the_same_ambition_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "plans.csv", {}, {"area": "Hartlepool"}, {"area": "southend ua", "planned": "590"})
    with pytest.raises(InputError, match=r"plans\.csv, row 4: Southend-on-Sea, residential, 2016/17 of 2016-05-03"):
        read_plans(path)
    one = read_plans(write(tmp_path / "one.csv", {}))
    other = read_plans(write(tmp_path / "other.csv", {"planned": "590"}))
    later = read_plans(write(tmp_path / "later.csv", {"vintage": "2016-06-01", "planned": "590"}))
    with pytest.raises(InputError, match=r"other\.csv: Southend-on-Sea.* stands in one\.csv already"):
        stack_plans([one, other])
    stacked = stack_plans([later, one])
    assert stacked["vintage"].tolist() == ["2016-05-03", "2016-06-01"]
    assert list(stack_plans([])) == PLANS


def fill(path: Path, *cells: object, sheet: str = "Ambitions") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("cover").write(0, 0, "notes of the board")
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, [one.replace("_", " ").capitalize() for one in HEADINGS.split(",")])
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                page.write_datetime(1, place, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
            else:
                page.write(1, place, cell)
    return path


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.xlsx", "Southend", "dtoc_days", "2017-09", 9.4, "2017-02", date(2017, 7, 1), "plan")
    (found,) = read_plans(path, name="ambitions/undated/a.xlsx").to_dict("records")
    assert (found["planned"], found["vintage"], found["period"]) == (9.4, "2017-07-01", "2017-09")
    assert found["file"] == "ambitions/undated/a.xlsx"
    assert math.isnan(found["baseline_value"])


def test_a_period_that_became_a_date_is_refused(tmp_path: Path) -> None:
    """A spreadsheet program makes December 2011 of 2011/12."""
    path = fill(tmp_path / "a.xlsx", "Southend", "residential", date(2011, 12, 1), 600, "2010/11", "2011-01-01", "plan")
    with pytest.raises(InputError, match="row 2, column 'period': '2011-12-01' is a date; write it as text"):
        read_plans(path)


def test_what_is_no_table_of_plans_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'notes of the board' is no column of the template"):
        read_plans(fill(tmp_path / "a.xlsx", sheet="Targets"))
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"empty\.csv is empty"):
        read_plans(tmp_path / "empty.csv")


def test_types_hold_without_a_row(tmp_path: Path) -> None:
    empty = read_plans(write(tmp_path / "plans.csv"))
    full = read_plans(write(tmp_path / "plans.csv", {}))
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)
