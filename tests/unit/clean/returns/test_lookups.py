"""Lookups become rows of places, whatever the year in their headings, and what is wrong in one is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.returns.lookups import COLUMNS, read_lookup
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading

COMMISSIONERS = """\ufeffFID,LSOA11CD,LSOA11NM,CCG17CD,CCG17CDH,CCG17NM,LAD17CD,LAD17NM
1,E01000001,"City, 001A",E38000001,07T,NHS City CCG,E09000001,City of London
2,E01000002,Hackney 001A,E38000001,07T,NHS City CCG,E09000012,Hackney
"""
UPPERS = "LTLA18CD,LTLA18NM,UTLA18CD,UTLA18NM,FID\nE07000004,Aylesbury Vale,E10000002,Buckinghamshire,1\n"
PEOPLE = 'LSOA11CD,people_2015\nE01000001,"1,500"\nE01000002,900.5\n'

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def inner(text: str, period: str) -> Reading:
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        file = RawFile("lookups/undated/a.csv", "lookups", "", 0, "", "", "undated", period, "", "", False)
        return read_lookup(tmp_path / "a.csv", file)

    return inner


def test_small_areas_lie_with_a_commissioner_and_in_a_district(read: Read) -> None:
    rows = read(COMMISSIONERS, "commissioners 2017").rows
    assert rows.columns.tolist() == COLUMNS
    assert rows[["small_area", "organisation", "lower_tier"]].to_numpy().tolist() == [
        ["E01000001", "07T", "E09000001"],
        ["E01000002", "07T", "E09000012"],
    ]
    assert set(rows["table"]) == {"commissioners"}
    assert set(rows["year"]) == {2017}
    assert set(rows["upper_tier"]) == {""}
    assert rows["people"].isna().all()
    assert set(rows["source"]) == {"lookups/undated/a.csv"}


@pytest.mark.parametrize("year", ["15", "18", "19", "20"])
def test_the_year_in_the_headings_is_that_of_the_file(read: Read, year: str) -> None:
    text = COMMISSIONERS.replace("17CD", f"{year}CD").replace("lsoa", "LSOA")
    assert len(read(text, f"commissioners 20{year}").rows) == 2


def test_districts_lie_in_upper_tiers(read: Read) -> None:
    (row,) = read(UPPERS, "upper_tiers 2018").rows.to_dict("records")
    assert (row["lower_tier"], row["upper_tier"], row["small_area"], row["organisation"], row["year"]) == (
        "E07000004", "E10000002", "", "", 2018,
    )  # fmt: skip


def test_people_of_small_areas(read: Read) -> None:
    rows = read(PEOPLE, "small_areas 2015").rows
    assert rows["people"].tolist() == [1500.0, 900.5]
    assert rows["small_area"].tolist() == ["E01000001", "E01000002"]


def test_empty_lines_are_left_out(read: Read) -> None:
    assert len(read(UPPERS + "\n,,,,\n", "upper_tiers 2018").rows) == 1


@pytest.mark.parametrize(
    ("text", "period", "said"),
    [
        (
            COMMISSIONERS.replace("CCG17CDH", "ICB17CDH"),
            "commissioners 2017",
            "lookups/undated/a.csv has no column 'CCG17CDH'; its columns are FID, LSOA11CD",
        ),
        (
            COMMISSIONERS.replace("CCG17CDH", "ICB17CDH"),
            "commissioners 2017",
            "add the row 'commissioners,2015,csv,organisation,text,<the new heading>,1,' to catalogue/layouts/lookups",
        ),
        (COMMISSIONERS, "commissioners 2018", "has no column 'CCG18CDH'"),
        (COMMISSIONERS[:-25], "commissioners 2017", "a.csv is cut short: its last line has 6 of 8 cells and"),
        (
            COMMISSIONERS.splitlines()[0] + "\n",
            "commissioners 2017",
            "a.csv is cut short: it has a heading but no rows; fetch it again.",
        ),
        ("", "commissioners 2017", "is empty"),
        (COMMISSIONERS.replace(",E09000001,", ",,"), "commissioners 2017", "'LAD17CD': the cell of E01000001 is empty"),
        (COMMISSIONERS.replace("000002,H", "000001,H"), "commissioners 2017", "E01000001 stands in more than one row"),
        (UPPERS + UPPERS.splitlines()[1], "upper_tiers 2018", "E07000004 stands in more than one row; expected one"),
        (PEOPLE.replace("900.5", '"1,5"'), "small_areas 2015", "E01000002 has '1,5'; expected a number"),
        (PEOPLE.replace("900.5", "*"), "small_areas 2015", "'people_2015': E01000002 has '*'; expected a number"),
    ],
)
def test_what_is_wrong_is_named(read: Read, text: str, period: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read(text, period)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
