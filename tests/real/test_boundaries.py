"""The changes of the catalogue are those of the published lists, and converted returns still add up to England."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.geography import convert_areas
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.specs import ENGLAND
from bcf_eval.workbook import open_workbook

pytestmark = pytest.mark.real

UPPER = ("E06", "E08", "E09", "E10")
SCILLY = "E06000053"


@pytest.fixture(scope="module")
def structure(shared: Path) -> pd.DataFrame:
    path = shared / "returns" / "lookups" / "la_structure.tsv"
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, encoding="latin-1")


@pytest.mark.parametrize("year", range(2013, 2024))
def test_the_boards_of_every_year_are_the_published_authorities(structure: pd.DataFrame, year: int) -> None:
    published = {code for code in structure[f"ons_code_{year}"] if code.startswith(UPPER)} - {SCILLY}
    # The list drops the county of Northamptonshire a year before its districts, which went in April 2021.
    known = {"E10000021"} if year == 2020 else set()
    assert set(load.boards(f"{year}-04")) == published | known


@pytest.mark.parametrize("year", range(2013, 2024))
def test_names_are_the_published_ones(structure: pd.DataFrame, year: int) -> None:
    published = {
        row[f"ons_code_{year}"]: row[f"authority_{year}"].strip('"')
        for row in structure.to_dict("records")
        if row[f"ons_code_{year}"].startswith(UPPER)
    }
    later = [area for area in load.areas().values() if area.first and area.exists(f"{year}-04")]
    assert [published[area.code] for area in later] == [area.name for area in later]


def test_districts_went_where_the_changes_say(structure: pd.DataFrame) -> None:
    went: dict[tuple[str, str], set[str]] = {}
    for row in structure.to_dict("records"):
        for year in range(2014, 2024):
            old, new = row[f"ons_code_{year - 1}"], row[f"ons_code_{year}"]
            if old != new and old.startswith(("E06", "E07")) and new.startswith("E06"):
                went.setdefault((f"{year}-04", new), set()).add(old)
    made = {(row["from_period"], row["new"]) for row in load.rows("area_changes") if row["from_period"] > "2014"}
    assert set(went) == made
    assert {"E06000028", "E06000029", "E07000048"} == went["2019-04", "E06000058"]
    # Districts of one county became one authority where its code only changed, and two where it was split.
    counties = {row["old"]: row["kind"] for row in load.rows("area_changes") if row["old"].startswith("E10")}
    assert {kind for old, kind in counties.items() if old != "E10000009"} == {"recode", "split"}
    for old, kind in counties.items():
        news = {row["new"] for row in load.rows("area_changes") if row["old"] == old}
        assert len(news) == (1 if kind == "recode" else 2), old


def test_the_other_list_has_the_authorities_of_before(shared: Path) -> None:
    book = open_workbook(shared / "returns" / "lookups" / "to_restructure.xlsx", name="to_restructure.xlsx")
    codes = {str(row[0]) for row in book.read(book.sheet_names[0])[1:]}
    assert {code for code in codes if code.startswith(UPPER)} == {*load.boards(), SCILLY}


@pytest.mark.parametrize("geography", [2018, 2019, 2023])
def test_october_2016_still_adds_up_on_other_boundaries(shared: Path, geography: int) -> None:
    file = RawFile("dtoc/a/Oct_16.xls", "dtoc", "", 0, "", "", "2017-05-11", "2016-10", "", "", False)
    rows = read_dtoc(shared / "returns" / "dtoc" / "Oct_16.xls", file).rows
    others = rows[(rows["area_code"] == "") & (rows["metric"] == "dtoc_days")]["numerator"].sum()
    counts = rows[rows["area_code"] != ""].drop(columns="code").assign(denominator=1000.0, value=1.0)
    converted = convert_areas(counts[observations.COLUMNS], geography)
    kept = converted.observations[converted.observations["metric"] == "dtoc_days"].set_index("area_code")["numerator"]
    refused = set(converted.refused["area_code"])
    lost = counts[counts["area_code"].isin(refused) & (counts["metric"] == "dtoc_days")]["numerator"].sum()
    assert kept[ENGLAND] == 200_095
    assert kept.drop(ENGLAND).sum() + lost + others == 200_095
    expected = {2018: set(), 2019: {"E10000009"}, 2023: {"E10000009", "E10000021", "E10000006"}}
    assert refused == expected[geography]
    assert len(kept) == {2018: 152, 2019: 150, 2023: 148}[geography]


def test_the_joined_area_has_the_days_of_its_two_parts(shared: Path) -> None:
    file = RawFile("dtoc/a/Oct_16.xls", "dtoc", "", 0, "", "", "2017-05-11", "2016-10", "", "", False)
    rows = read_dtoc(shared / "returns" / "dtoc" / "Oct_16.xls", file).rows
    counts = rows[rows["area_code"] != ""].drop(columns="code").assign(denominator=1000.0, value=1.0)
    converted = convert_areas(counts[observations.COLUMNS], 2019).observations.set_index(["area_code", "metric"])
    days = counts.set_index(["area_code", "metric"])["numerator"]
    joined = converted.loc[("E06000058", "dtoc_days")]
    assert joined["numerator"] == days["E06000028", "dtoc_days"] + days["E06000029", "dtoc_days"]
    assert joined["flag"] == "merged;without_part"
