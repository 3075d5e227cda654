"""Demonstration workbooks stand as the published ones do: layout by date, label on every sheet, sums that hold."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from bcf_eval.acquire import demo_files, demo_parts, demo_people, demo_population
from bcf_eval.catalogue import load
from bcf_eval.store import sha256_of

Sheets = dict[str, list[list[Any]]]

HEADINGS = {
    "2011-04": ["", "SHA", "Code", "Name", "NHS", "Social Care", "Both", "Total"],
    "2013-03": ["", "SHA", "Code", "Name", "NHS", "Social Care", "Both", "Total"],
    "2013-04": ["", "Region", "", "Code", "Name", "NHS", "Social Care", "Both", "Total"],
    "2015-06": ["", "Region", "", "Code", "Name", "NHS", "Social Care", "Both", "Total"],
    "2015-07": ["", "Region", "ONS Geography", "Code", "Name", "NHS", "Social Care", "Both", "Total"],
    "2017-03": ["", "Region", "ONS Geography", "Code", "Name", "NHS", "Social Care", "Both", "Total"],
    "2017-04": [
        *("", "Region", "ONS Geography", "Code", "Name", "NHS", "Social Care", "Both", "Total"),
        *("", "NHS", "Social Care", "Both", "Total"),
    ],
}


def read(path: Path) -> Sheets:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def metadata(rows: list[list[Any]]) -> dict[str, str]:
    return {row[1]: row[2] for row in rows[:12] if str(row[1]).endswith(":")}


@pytest.fixture(scope="module")
def counts() -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(0)
    totals = rng.integers(0, 900, (1, len(demo_files.list_rows())))
    totals[0, :3] = 0  # three boards without a single delayed day
    return totals


@pytest.fixture
def write(tmp_path: Path, counts: np.ndarray[Any, Any]) -> Callable[[str], Sheets]:
    def write(month: str) -> Sheets:
        rng = np.random.default_rng(1)
        parts = demo_parts.split_counts(rng, counts, other_from=0 if month >= "2017-04" else 1)
        path = tmp_path / demo_files.name_file(month)
        demo_files.write_month(path, month, demo_files.list_rows(), parts.cells[0])
        return read(path)

    return write


@pytest.mark.parametrize("month", HEADINGS)
def test_headings_are_those_of_the_date(month: str, write: Callable[[str], Sheets]) -> None:
    sheets = write(month)
    rows = sheets["LA - by responsible org"]
    assert rows[13] == HEADINGS[month]
    assert len(rows) == 170
    assert "England" in rows[14]
    assert not any(rows[15])
    assert rows[16][-1] != ""
    care = "LA - by type of care" if month >= "2017-04" else "LA - by Type of Care"
    assert list(sheets)[:4] == ["England", care, "LA - by responsible org", "LA - by reason"]
    assert ("Data Quality" in sheets) == (month >= "2017-04")
    if month >= "2017-04":
        assert (rows[12][5], rows[12][10]) == ("Delayed Days", "DTOC Beds")


def test_every_sheet_says_demonstration_and_names_nobody(write: Callable[[str], Sheets]) -> None:
    for month in ("2011-04", "2014-05", "2015-08", "2017-10"):
        sheets = write(month)
        for name, rows in sheets.items():
            assert any("DEMONSTRATION" in str(cell) for row in rows[:12] for cell in row), (month, name)
            if name != "Data Quality":
                told = metadata(rows)
                assert told["Title:"].startswith("DEMONSTRATION")
                assert told["Source:"] == "DEMONSTRATION - synthetic numbers made by bcf_eval, not a return"
                assert told["Contact:"] == "none"


@pytest.mark.parametrize(
    ("month", "period", "published", "revised"),
    [
        ("2011-04", "April 2011", "9th June 2011", "10th May 2012"),
        ("2012-12", "December 2012", "14th February 2013", "14th November 2013"),
        ("2014-05", "May 2014", "-", "14th May 2015"),
        ("2015-08", "August 2015", "", "12th May 2016"),
    ],
)
def test_dates_are_written_as_published(
    month: str, period: str, published: str, revised: str, write: Callable[[str], Sheets]
) -> None:
    told = metadata(write(month)["LA - by responsible org"])
    assert (told["Period:"], told["Published:"], told["Revised:"]) == (period, published, revised)


@pytest.mark.parametrize("month", ["2011-04", "2014-05", "2016-10", "2018-12"])
def test_rows_sum_to_england_and_parts_to_totals(
    month: str, write: Callable[[str], Sheets], counts: np.ndarray[Any, Any]
) -> None:
    sheets = write(month)
    printed = {}
    for name, rows in sheets.items():
        if not name.startswith("LA"):
            continue
        first = rows[13].index("Name") + 1
        last = next(i for i, cell in enumerate(rows[13]) if str(cell).casefold() == "total")
        table = np.array([[0 if cell == "-" else cell for cell in row[first : last + 1]] for row in rows[16:]], float)
        np.testing.assert_array_equal(table.sum(axis=0), rows[14][first : last + 1])
        np.testing.assert_array_equal(table[:, :-1].sum(axis=1), table[:, -1])
        printed[name] = dict(zip([row[first - 2] for row in rows[16:]], table[:, -1], strict=True))
    expected = {row.code: float(count) for row, count in zip(demo_files.list_rows(), counts[0], strict=True)}
    assert list(printed.values()) == [expected, expected, expected]
    england = sheets["England"][14:]
    total = sum(cell for row in england[:2] for cell in row[3:])
    assert total == counts.sum()
    assert total == sum(cell for row in england[3:] for cell in row[3:] if cell != "NA")


def test_areas_stand_in_the_published_order_with_their_codes(write: Callable[[str], Sheets]) -> None:
    old, new = write("2012-10")["LA - by responsible org"][16:], write("2016-10")["LA - by responsible org"][16:]
    assert [row[3] for row in old] == sorted(row[3] for row in old)
    keys = [(row[1], row[4]) for row in new[:-3]]
    assert keys == sorted(keys)
    assert [row[3] for row in new[-3:]] == ["9901", "9900", "9902"]
    assert {row[2] for row in old} == {row[3] for row in new}
    assert {row[2] for row in new[:-3]} == set(load.boards())
    assert next(row for row in new if row[2] == "E06000033")[1:5] == [
        "East of England",
        "E06000033",
        "621",
        "Southend UA",
    ]


def test_a_row_without_delays_prints_dashes(write: Callable[[str], Sheets]) -> None:
    rows = write("2018-01")["LA - by responsible org"]
    hartlepool = next(row for row in rows if "E06000001" in row)
    assert hartlepool[5:] == ["-", "-", "-", 0.0, "", "-", "-", "-", 0.0]


def test_beds_are_days_over_the_days_of_the_month(write: Callable[[str], Sheets]) -> None:
    rows = write("2018-02")["LA - by responsible org"]
    assert rows[14][13] == pytest.approx(rows[14][8] / 28)


def test_the_same_month_is_the_same_bytes(tmp_path: Path, counts: np.ndarray[Any, Any]) -> None:
    parts = demo_parts.split_counts(np.random.default_rng(1), counts, other_from=0)
    for name in ("one.xlsx", "two.xlsx"):
        demo_files.write_month(tmp_path / name, "2018-02", demo_files.list_rows(), parts.cells[0])
    assert sha256_of(tmp_path / "one.xlsx") == sha256_of(tmp_path / "two.xlsx")


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("population")
    demo_population.write_estimates(folder, demo_people.draw_people(np.random.default_rng(1)))
    return folder


@pytest.mark.parametrize(
    ("file", "sheet", "row", "headings", "there", "not_there"),
    [
        (
            "MYE2_population_by_sex_and_age_for_local_authorities_UK_2015.xlsx",
            "Persons UK",
            2,
            ["CODE", "NAME", "ALL AGES", *range(91)],
            {"E06000028", "E06000029", "E10000009", "E10000002"},
            {"E06000058", "E06000059", "E06000060"},
        ),
        (
            "ukmidyearestimates2016.xlsx",
            "MYE2 - All",
            4,
            ["Code", "Name", "All ages", *range(91)],
            {"E06000028", "E10000009", "E10000002"},
            {"E06000058", "E06000060"},
        ),
        (
            "ukmidyearestimates2017finalversion.xlsx",
            "MYE2 - All",
            4,
            ["Code", "Name", "Geography1", "All ages", *range(91)],
            {"E06000028", "E10000009", "E10000002"},
            {"E06000058", "E06000060"},
        ),
        (
            "ukmidyearestimates20182019ladcodes.xlsx",
            "MYE2-All",
            4,
            ["Code", "Name", "Geography1", "All ages", *range(91)],
            {"E06000058", "E06000059", "E10000002"},
            {"E06000028", "E06000029", "E10000009", "E06000060"},
        ),
        (
            "ukmidyearestimates20192020ladcodes.xlsx",
            "MYE2 - Persons",
            4,
            ["Code", "Name", "Geography1", "All ages", *range(90), "90+"],
            {"E06000058", "E06000059", "E06000060"},
            {"E06000028", "E06000029", "E10000009", "E10000002"},
        ),
    ],
)
def test_each_estimate_has_its_layout_and_its_boundaries(
    estimates: Path, file: str, sheet: str, row: int, headings: list[Any], there: set[str], not_there: set[str]
) -> None:
    sheets = read(estimates / file)
    for rows in sheets.values():
        assert any("DEMONSTRATION" in str(cell) for line in rows[:8] for cell in line)
    rows = sheets[sheet]
    assert rows[row] == headings
    areas = {line[0]: line[len(headings) - 92 :] for line in rows[row + 1 :]}
    assert there <= set(areas)
    assert not not_there & set(areas)
    assert all(numbers[0] == sum(numbers[1:]) for numbers in areas.values())
    # England is its upper-tier authorities, and its regions.
    for kinds in (("E06", "E08", "E09", "E10"), ("E12",)):
        parts = [numbers for code, numbers in areas.items() if code.startswith(kinds)]
        np.testing.assert_array_equal(np.sum(parts, axis=0), areas["E92000001"])
    # A county is its districts, where they are listed.
    lower = [row["lower_tier"] for row in load.rows("lower_tiers") if row["upper_tier"] == "E10000012"]
    np.testing.assert_array_equal(np.sum([areas[code] for code in lower], axis=0), areas["E10000012"])


def test_the_series_agrees_with_the_workbooks(estimates: Path) -> None:
    with (estimates / demo_population.SERIES).open(encoding="utf-8-sig", newline="") as file:
        series = {row["lacode20"]: row for row in csv.DictReader(file)}
    assert set(series) == {row["lower_tier"] for row in load.rows("lower_tiers")}
    assert all(row["laname20"].startswith("DEMONSTRATION") for row in series.values())
    assert {f"population_{year}" for year in range(2001, 2021)} < set(series["E06000001"])
    rows = read(estimates / "ukmidyearestimates20192020ladcodes.xlsx")["MYE2 - Persons"]
    for code, _, _, total, *_ in rows[5:]:
        if code in series:
            assert int(series[code]["population_2019"]) == total
    england = sum(int(row["population_2019"]) for row in series.values())
    assert england == rows[5][3]
