"""What do demonstration lookups look like? Small areas to commissioners, and districts to authorities, as published."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from bcf_eval.acquire.demo_geography import Geography, list_districts, name_successor
from bcf_eval.catalogue import load

LABEL = "DEMONSTRATION"

# A lookup of small areas is on the districts of a month, and one file has its running number in front.
_COMMISSIONERS = {2015: "2015-07", 2017: "2017-04", 2018: "2018-04", 2019: "2019-04"}
_UPPER_TIERS = {2018: "2018-04", 2019: "2019-04"}
_NUMBER_FIRST = 2019
_MONTHS = {"04": "April", "07": "July"}
_WALES = ("W06000001", "W06000002")  # the lists of districts have those of Wales too


def write_lookups(folder: Path, geography: Geography) -> None:
    """Write four lookups of small areas and two of districts.

    Parameters
    ----------
    folder
        Where.
    geography
        Whose small areas lie where.
    """
    for year, month in _COMMISSIONERS.items():
        _write_commissioners(folder, geography, year=year, month=month)
    for year, month in _UPPER_TIERS.items():
        _write_upper_tiers(folder, year=year, month=month)


def _write_commissioners(folder: Path, geography: Geography, *, year: int, month: str) -> None:
    yy = f"{year % 100}"
    headings = ["LSOA11CD", "LSOA11NM", f"CCG{yy}CD", f"CCG{yy}CDH", f"CCG{yy}NM", f"LAD{yy}CD", f"LAD{yy}NM"]
    number_of = {code: f"E38{number:06d}" for number, code in enumerate(sorted(geography.region_of), start=900_001)}
    rows = []
    for small_area, district, code in zip(
        geography.small_areas, geography.districts, geography.commissioner_of[year], strict=True
    ):
        later = name_successor(district, month)
        name = _name_area(later)
        small_name = f"{name} {small_area[-4:]}"
        rows.append([small_area, small_name, number_of[code], code, f"{LABEL} CCG {code}", later, name])
    path = folder / f"LSOA11_CCG{yy}_LAD{yy}_{_MONTHS[month[-2:]]}{year}.csv"
    _write(path, headings, rows, number_first=year == _NUMBER_FIRST)


def _write_upper_tiers(folder: Path, *, year: int, month: str) -> None:
    yy = f"{year % 100}"
    headings = [f"LTLA{yy}CD", f"LTLA{yy}NM", f"UTLA{yy}CD", f"UTLA{yy}NM"]
    districts = {**list_districts(month), **{code: code for code in _WALES}}
    rows = [[lower, f"{LABEL} {lower}", upper, f"{LABEL} {_name_area(upper)}"] for lower, upper in districts.items()]
    _write(folder / f"LTLA{yy}_UTLA{yy}.csv", headings, rows, number_first=year == _NUMBER_FIRST)


def _name_area(code: str) -> str:
    return load.areas()[code].name if code in load.areas() else f"District {code}"


def _write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]], *, number_first: bool) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["FID", *headings] if number_first else [*headings, "FID"])
        for number, row in enumerate(rows, start=1):
            writer.writerow([number, *row] if number_first else [*row, number])
