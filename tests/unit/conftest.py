"""Hand-made returns: workbooks in the published layouts, as rows that a test may spoil before they are written."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bcf_eval.catalogue import load
from bcf_eval.clean.areas import list_boards, name_areas
from bcf_eval.periods import parse_period
from bcf_eval.store import Project

Sheets = dict[str, list[list[Any]]]

RESPONSIBLE, CARE, REASON = "LA - by responsible org", "LA - by Type of Care", "LA - by reason"
REASONS = [
    *(
        field["heading"]
        for field in load.rows("layouts/dtoc")
        if (field["table"], field["layout"]) == ("reason", "2015-07")
    )
][4:]


@dataclass(frozen=True)
class Maker:
    """Writes returns."""

    def dtoc(
        self, month: str = "2016-01", *, revised: str = "11th May 2017", source: str = "a test", add: int = 0
    ) -> Sheets:
        """Three sheets about every board: 10 + i + ``add`` days NHS, 5 social care, 1 both for board i."""
        printed = {row["area_code"]: row for row in load.rows("area_codes") if row["return"] == "dtoc"}
        later = {code: {"code": f"N{code[-2:]}", "name_in_return": name} for code, name in name_areas().items()}
        rows = {**later, **printed}
        people = [("Region", code, rows[code]["code"], rows[code]["name_in_return"]) for code in list_boards(month)]
        others = [("-", "-", row["code"], row["label"]) for row in load.rows("unallocated") if row["return"] == "dtoc"]
        parts = [[10 + i + add, 5, 1] for i in range(len(people))] + [["-", "-", "-"], [3, 2, 0], [0, 1, 0]]
        tables: dict[str, tuple[list[str], list[list[Any]]]] = {
            CARE: (["Acute", "Non-Acute"], [["-", "-"] if "-" in row else [sum(row) - 1, 1] for row in parts]),
            RESPONSIBLE: (["NHS", "Social Care", "Both"], parts),
            REASON: (REASONS[:-1], [["-"] * 10 if "-" in row else [sum(row), *[0] * 9] for row in parts]),
        }
        return {
            sheet: _lay_out(parse_period(month).label, revised, source, [*people, *others], headings, rows)
            for sheet, (headings, rows) in tables.items()
        }

    def estimates(
        self, year: int, *, sheet: str = "MYE2 - All", per_age: int = 10, boundary: str = "2016-01"
    ) -> Sheets:
        """Every board and Scilly with ``per_age`` people of each age, one more for each year after 2015."""
        codes = sorted([*list_boards(boundary), "E06000053"])
        each = per_age + year - 2015
        rows: list[list[Any]] = [
            ["Contents"],
            [],
            [f"MYE2: Population estimates: Persons by single year of age and sex, mid-{year}"],
            [],
            ["Code", "Name", "Geography1", "All ages", *range(91)],
            ["K02000001", "UNITED KINGDOM", "Country", 91 * each * 999, *[each * 999] * 91],
            ["E92000001", "ENGLAND", "Country", 91 * each * len(codes), *[each * len(codes)] * 91],
            *([code, f"Area {code}", "Somewhere", 91 * each, *[each] * 91] for code in codes),
            [],
            ["1. A note on the tiers of geography."],
        ]
        return {"Notes and definitions": [["Notes"], [], [f"Date published: 22 June {year + 1}"]], sheet: rows}

    def series(self, path: Path, *, people: int = 1000) -> None:
        """Write every district of England with ``people`` in every year, and one of Wales."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["lacode20", "laname20", "country", *(f"population_{year}" for year in range(2001, 2021))])
            for row in load.rows("lower_tiers"):
                writer.writerow([row["lower_tier"], "Somewhere", "E", *[people] * 20])
            writer.writerow(["W06000001", "Isle of Anglesey", "W", *[people] * 20])

    def write(self, path: Path, sheets: Sheets) -> Path:
        """Write sheets as a workbook."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        if cell != "":
                            sheet.write(number, place, cell)
        return path


def _lay_out(
    period: str,
    revised: str,
    source: str,
    areas: list[tuple[str, str, str, str]],
    headings: list[str],
    parts: list[list[Any]],
) -> list[list[Any]]:
    def total(row: list[Any]) -> float:
        return sum(cell for cell in row if cell != "-")

    england = [sum(row[place] for row in parts if row[place] != "-") for place in range(len(headings))]
    labels = {
        "Title": "Delays",
        "Period": period,
        "Source": source,
        "Published": "",
        "Revised": revised,
        "Contact": "x",
    }
    return [
        [],
        *(["", f"{label}:", text] for label, text in labels.items()),
        [],
        ["", "Region", "ONS Geography", "Code", "Name", *headings, "Total"],
        ["", "-", "-", "-", "England", *england, sum(england)],
        [],
        *(["", *area, *row, total(row)] for area, row in zip(areas, parts, strict=True)),
    ]


@pytest.fixture(scope="session")
def make() -> Maker:
    """The maker of hand-made returns."""
    return Maker()


@pytest.fixture(scope="session")
def _returns(make: Maker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("returns")
    for number, month in enumerate(("2016-01", "2016-02", "2016-03")):
        make.write(folder / "dtoc" / f"file_{number}.xlsx", make.dtoc(month, add=number))
    make.write(folder / "population" / "estimates_2015.xlsx", make.estimates(2015))
    make.write(folder / "population" / "estimates_2016.xlsx", make.estimates(2016))
    make.series(folder / "population" / "MYEB3_series.csv")
    return folder


@pytest.fixture
def returns(_returns: Path, tmp_path: Path) -> Path:
    """A folder with three months of delays and the people for them, the test's own to spoil."""
    return Path(shutil.copytree(_returns, tmp_path / "given"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project folder."""
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)
