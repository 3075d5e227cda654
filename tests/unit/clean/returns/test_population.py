"""Estimates become people by area and age band; the series becomes totals of authorities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.returns.population import read_estimates, read_series
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading

SHEET, ENGLAND, FIRST = "MYE2 - All", 6, 7  # rows of the hand-made sheet, from 0
Read = Callable[[dict[str, list[list[Any]]]], Reading]


@pytest.fixture
def read(make, tmp_path: Path) -> Read:
    def inner(sheets: dict[str, list[list[Any]]]) -> Reading:
        return read_estimates(make.write(tmp_path / "a.xlsx", sheets), file("2016"))

    return inner


def file(period: str) -> RawFile:
    return RawFile("population/x/a", "population", "", 0, "", "", "x", period, "", "", False)


def test_people_by_age_band(read: Read, make) -> None:
    found = read(make.estimates(2016, per_age=10))
    rows = found.rows.set_index(["area_code", "band"])["people"]
    # Eleven people of each age from 0 to 90: 73 ages from 18, 26 from 65.
    assert rows["E06000001"].to_dict() == {"18+": 803, "65+": 286, "all": 1001}
    assert rows["E92000001"].to_dict() == {"18+": 803 * 152, "65+": 286 * 152, "all": 1001 * 152}
    assert len(rows) == 153 * 3
    assert set(found.rows["year"]) == {2016}
    assert found.messages == ("population/x/a: 1 rows about regions, districts or other countries were left out.",)


@pytest.mark.parametrize(("sheet", "top"), [("Persons UK", 90), ("MYE2-All", 90), ("MYE2 - Persons", "90+")])
def test_the_yearly_layouts(read: Read, make, sheet: str, top: object) -> None:
    sheets = make.estimates(2016, sheet=sheet)
    sheets[sheet][4] = [str(cell).upper() if isinstance(cell, str) else cell for cell in sheets[sheet][4][:-1]] + [top]
    rows = sheets[sheet]
    if sheet == "Persons UK":
        sheets[sheet] = [rows[2], *([*row[:2], *row[3:]] for row in rows[4:])]
    assert len(read(sheets).rows) == 153 * 3


def test_another_sheet_is_no_sheet_of_all_persons(read: Read, make) -> None:
    with pytest.raises(
        InputError, match=r"has no sheet 'Persons UK' or 'MYE2 - All' or 'MYE2 - Persons'; its sheets are"
    ):
        read(make.estimates(2016, sheet="MYE2 - M"))


def test_ages_that_do_not_add_up_stop(read: Read, make) -> None:
    sheets = make.estimates(2016)
    sheets[SHEET][FIRST][20] += 1
    with pytest.raises(
        InputError, match=r"row 8 \(Area E06000001\): the parts of 'All ages' add up to 1,002, but it prints"
    ):
        read(sheets)


def test_authorities_that_do_not_add_up_to_england_stop(read: Read, make) -> None:
    sheets = make.estimates(2016)
    sheets[SHEET][FIRST][3] += 1
    sheets[SHEET][FIRST][4] += 1
    with pytest.raises(InputError) as error:
        read(sheets)
    assert "the authorities have 152,153 people of all ages, but the England row prints 152,152" in str(error.value)


def test_an_area_twice_stops(read: Read, make) -> None:
    sheets = make.estimates(2016)
    sheets[SHEET][FIRST + 1][0] = "E06000001"
    with pytest.raises(InputError, match="E06000001 stands in more than one row; expected one"):
        read(sheets)


def test_another_year_in_the_title_stops(read: Read, make) -> None:
    with pytest.raises(InputError, match="the title says mid-2015, but the manifest says mid-2016"):
        read(make.estimates(2015))


def test_the_series_sums_districts_to_authorities(make, tmp_path: Path) -> None:
    make.series(tmp_path / "MYEB3.csv", people=1000)
    found = read_series(tmp_path / "MYEB3.csv", file(""))
    rows = found.rows.set_index(["area_code", "year"])["people"]
    lower = load.rows("lower_tiers")
    assert rows["E06000001", 2014] == 1000
    assert rows["E10000014", 2001] == 1000 * sum(row["upper_tier"] == "E10000014" for row in lower) > 1000
    assert rows["E92000001", 2020] == 1000 * len(lower)
    assert found.messages == ("population/x/a: 1 rows about regions, districts or other countries were left out.",)
    assert set(found.rows["year"]) == set(range(2001, 2021))


@pytest.mark.parametrize(("old", "new"), [("E06000001,", "E06999999,"), ("E06000001,", "E06000002,")])
def test_a_series_on_other_districts_stops(make, tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "MYEB3.csv"
    make.series(path)
    path.write_text(path.read_text(encoding="utf-8-sig").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"its districts of England are not those of catalogue/lower_tiers\.csv"):
        read_series(path, file(""))
