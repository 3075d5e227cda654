"""What do demonstration population estimates look like? Five yearly workbooks and one series, as published."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xlsxwriter

from bcf_eval.acquire.demo_people import AGES, FIRST_YEAR, LAST_YEAR, People
from bcf_eval.acquire.demo_sheets import MADE
from bcf_eval.catalogue import load
from bcf_eval.specs import ENGLAND

SOURCE = "DEMONSTRATION - synthetic numbers made by bcf_eval, not an estimate"
SERIES = "MYEB3_components_of_change_2001-2020.csv"

_KINDS = {
    "E06": "Unitary Authority",
    "E07": "Non-metropolitan District",
    "E08": "Metropolitan District",
    "E09": "London Borough",
    "E10": "County",
    "E12": "Region",
    "E92": "Country",
}


@dataclass(frozen=True)
class Workbook:
    """How the estimates of one year are published.

    Attributes
    ----------
    year
        The estimate is dated 30 June of it.
    boundary
        Month whose boundaries it is on.
    file, front, sheet
        Names of the file, of its first sheet and of the one that holds all persons.
    title_row, heading_row
        Where they stand, from 0.
    headings
        Of the columns before the ages.
    top_age
        Heading of the last age, which holds everybody older too.
    """

    year: int
    boundary: str
    file: str
    front: str
    sheet: str
    title_row: int = 2
    heading_row: int = 4
    headings: tuple[str, ...] = ("Code", "Name", "Geography1", "All ages")
    top_age: int | str = 90


_FILE_2015 = "MYE2_population_by_sex_and_age_for_local_authorities_UK_2015.xlsx"
_CAPITALS, _SHORT = ("CODE", "NAME", "ALL AGES"), ("Code", "Name", "All ages")
WORKBOOKS = (
    Workbook(2015, "2015-06", _FILE_2015, "Terms & Conditions", "Persons UK", 0, 2, _CAPITALS),
    Workbook(2016, "2016-06", "ukmidyearestimates2016.xlsx", "Contents ", "MYE2 - All", headings=_SHORT),
    Workbook(2017, "2017-06", "ukmidyearestimates2017finalversion.xlsx", "Contents ", "MYE2 - All"),
    Workbook(2018, "2019-04", "ukmidyearestimates20182019ladcodes.xlsx", "Contents ", "MYE2-All"),
    Workbook(2019, "2020-04", "ukmidyearestimates20192020ladcodes.xlsx", "Contents ", "MYE2 - Persons", top_age="90+"),
)


def write_estimates(folder: Path, people: People) -> None:
    """Write the five workbooks and the series.

    Parameters
    ----------
    folder
        Where.
    people
        Who lives there.
    """
    for workbook in WORKBOOKS:
        _write_workbook(folder / workbook.file, workbook, people)
    _write_series(folder / SERIES, people)


def list_areas(boundary: str) -> Iterator[tuple[str, str]]:
    """List code and name of every area on the boundaries of a month, region by region, districts under counties.

    Parameters
    ----------
    boundary
        A month, written ``YYYY-MM``.
    """
    names = {code: area.name for code, area in load.areas().items()}
    regions = {code: area.region for code, area in load.areas().items() if area.exists(boundary)}
    districts: dict[str, list[str]] = {}
    for row in load.rows("lower_tiers"):
        if row["lower_tier"] != row["upper_tier"]:
            districts.setdefault(row["upper_tier"], []).append(row["lower_tier"])
    for region, region_name in load.regions().items():
        yield region, region_name.upper()
        inside = [code for code in regions if regions[code] == region]
        for code in sorted(inside, key=lambda one: (one in districts, names[one])):
            yield code, names[code]
            yield from ((district, f"District {district}") for district in districts.get(code, ()))


def _write_workbook(path: Path, workbook: Workbook, people: People) -> None:
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"title": "DEMONSTRATION", "comments": SOURCE, "created": MADE})
    with book:
        front = book.add_worksheet(workbook.front)
        front.write_string(6, 1, SOURCE)
        front.write_string(8, 1, f"Date published: 22 June {workbook.year + 1}")
        worksheet = book.add_worksheet(workbook.sheet)
        worksheet.set_column(1, 2, 24)
        title = f"DEMONSTRATION - Population estimates: Persons by single year of age, mid-{workbook.year}"
        worksheet.write_string(workbook.title_row, 0, title)
        worksheet.write_string(workbook.title_row + 1, 0, SOURCE)
        worksheet.write_row(workbook.heading_row, 0, [*workbook.headings, *range(AGES - 1), workbook.top_age])
        for row, (code, name, ages) in enumerate(_list_people(workbook, people), start=workbook.heading_row + 1):
            kind = [_KINDS[code[:3]]] if "Geography1" in workbook.headings else []
            worksheet.write_row(row, 0, [code, name, *kind, sum(ages), *ages])


def _list_people(workbook: Workbook, people: People) -> Iterator[tuple[str, str, list[int]]]:
    """List code, name and people by age of England, and of each region before its authorities."""
    year = workbook.year - FIRST_YEAR
    areas = list(list_areas(workbook.boundary))
    inside: dict[str, list[str]] = {}
    for code, _ in areas:
        if code.startswith("E12"):
            region = inside.setdefault(code, [])
        elif not code.startswith("E07"):
            region.append(code)
    for code, name in [(ENGLAND, "ENGLAND"), *areas]:
        yield code, name, np.sum([people.of(part)[year] for part in inside.get(code, [code])], axis=0).tolist()


def _write_series(path: Path, people: People) -> None:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["lacode20", "laname20", "country", *(f"population_{year}" for year in years)])
        for row in load.rows("lower_tiers"):
            code = row["lower_tier"]
            # A file of comma-separated values has no room for a title: the name says what the number is.
            writer.writerow([code, f"DEMONSTRATION {code}", "E", *people.of(code).sum(axis=1).tolist()])
