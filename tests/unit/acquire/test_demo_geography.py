"""Invented small areas cover the real districts, and commissioners merge as often as the real ones did."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.acquire import demo_lookups, demo_people
from bcf_eval.acquire.demo_geography import Geography, lay_geography, list_districts, name_successor
from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.returns.lookups import read_lookup


@pytest.fixture(scope="module")
def geography() -> Geography:
    return lay_geography(np.random.default_rng(6), demo_people.draw_people(np.random.default_rng(1)))


@pytest.fixture(scope="module")
def lookups(geography: Geography, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("lookups")
    demo_lookups.write_lookups(folder, geography)
    frames = []
    for path in sorted(folder.iterdir()):
        source = find_source("lookups", path.name)
        assert source is not None
        file = describe_file(path, source, sha256="", retrieved="", origin="", stored=f"lookups/{path.name}")
        assert file.demonstration
        frames.append(read_lookup(path, file).rows)
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(("month", "districts", "authorities"), [("2018-04", 326, 152), ("2019-04", 317, 151)])
def test_districts_are_as_many_as_there_were(month: str, districts: int, authorities: int) -> None:
    found = list_districts(month)
    assert (len(found), len(set(found.values()))) == (districts, authorities)
    assert set(found.values()) == {*load.boards(month), "E06000053"}


def test_districts_of_2020_are_those_of_the_catalogue() -> None:
    assert list_districts("2020-04") == {row["lower_tier"]: row["upper_tier"] for row in load.rows("lower_tiers")}


@pytest.mark.parametrize("month", ["2019-04", "2020-04"])
def test_every_district_of_2018_lies_in_one_of_later(month: str) -> None:
    assert {name_successor(one, month) for one in list_districts("2018-04")} == set(list_districts(month))


def test_christchurch_leaves_dorset() -> None:
    before, after = list_districts("2019-03"), list_districts("2019-04")
    assert before["E07000048"] == "E10000009"
    assert after[name_successor("E07000048", "2019-04")] == "E06000058"
    assert after[name_successor("E07000049", "2019-04")] == "E06000059"


def test_commissioners_are_as_many_as_there_were(geography: Geography) -> None:
    numbers = {2013: 211, 2015: 209, 2017: 207, 2018: 195, 2019: 191}
    assert {year: len(geography.commissioners(year)) for year in geography.commissioner_of} == numbers
    for year in numbers:
        assert all(re.fullmatch(r"\d\d[A-Z]", code) for code in geography.commissioners(year))


def test_nobody_is_split_when_commissioners_merge(geography: Geography) -> None:
    years = sorted(geography.commissioner_of)
    for before, after in itertools.pairwise(years):
        pairs = set(zip(geography.commissioner_of[before], geography.commissioner_of[after], strict=True))
        assert len(pairs) == len(geography.commissioners(before))


def test_every_authority_and_district_has_small_areas(geography: Geography) -> None:
    assert geography.areas == tuple(sorted((*load.boards(), "E06000053")))
    assert set(geography.districts) == set(list_districts("2018-04"))
    assert len(set(geography.small_areas)) == len(geography.small_areas) == len(geography.districts)
    upper = list_districts("2018-04")
    assert [geography.areas[place] for place in geography.area_of] == [upper[one] for one in geography.districts]


def test_places_that_the_catalogue_names_are_as_it_says(geography: Geography) -> None:
    small = pd.DataFrame(
        {
            "area": [geography.areas[place] for place in geography.area_of],
            **{str(year): codes for year, codes in geography.commissioner_of.items()},
        }
    )
    for row in load.rows("organisations"):
        assert set(small.loc[small["2013"] == row["organisation"], "area"]) == {row["area_code"]}
    assert set(small.loc[small["2015"] == "13T", "2013"]) == {"00F", "00G", "00H"}
    kernow = small[small["2018"] == "11N"]["area"].value_counts()
    assert set(kernow.index) == {"E06000052", "E06000053"}
    assert kernow["E06000053"] == 1


def test_commissioners_lie_in_one_region_and_some_in_several_boards(geography: Geography) -> None:
    counts = geography.count_small_areas(2015)
    assert counts.sum() == len(geography.small_areas)
    boards = (counts > 0).sum(axis=0)
    assert 20 < (boards > 1).sum() < 110
    regions = np.array([load.areas()[code].region for code in geography.areas])
    for column, code in zip(counts.T, geography.commissioners(2015), strict=True):
        assert set(regions[column > 0]) == {geography.region_of[code]}


@pytest.mark.parametrize("year", [2013, 2015, 2017, 2018])
def test_what_is_mixed_is_not_lost(geography: Geography, year: int) -> None:
    mixed = geography.mix(year)
    np.testing.assert_allclose(mixed.sum(axis=0), 1)
    counts = geography.count_small_areas(year)
    alone = ((counts > 0) & ((counts > 0).sum(axis=0) == 1)).sum(axis=1) == (counts > 0).sum(axis=1)
    assert alone.any()
    np.testing.assert_allclose(np.diag(mixed)[alone], 1)
    assert (np.diag(mixed)[~alone] < 1).all()


def test_the_lookups_are_read_as_the_real_ones_are(geography: Geography, lookups: pd.DataFrame) -> None:
    for year in (2015, 2017, 2018, 2019):
        some = lookups[(lookups["table"] == "commissioners") & (lookups["year"] == year)]
        assert some["small_area"].tolist() == list(geography.small_areas)
        assert some["organisation"].tolist() == list(geography.commissioner_of[year])
        assert set(some["lower_tier"]) == set(list_districts(f"{year}-07"))
    for year in (2018, 2019):
        some = lookups[(lookups["table"] == "upper_tiers") & (lookups["year"] == year)]
        found = dict(zip(some["lower_tier"], some["upper_tier"], strict=True))
        assert {one: found[one] for one in found if one[0] == "E"} == list_districts(f"{year}-04")
        assert {one[0] for one in found} == {"E", "W"}


def test_headings_state_the_year_and_one_file_is_numbered_in_front(geography: Geography, tmp_path: Path) -> None:
    demo_lookups.write_lookups(tmp_path, geography)
    headings = {}
    for path in tmp_path.iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            headings[path.name] = next(csv.reader(file))
    assert headings["LSOA11_CCG15_LAD15_July2015.csv"] == [
        "LSOA11CD", "LSOA11NM", "CCG15CD", "CCG15CDH", "CCG15NM", "LAD15CD", "LAD15NM", "FID",
    ]  # fmt: skip
    assert headings["LSOA11_CCG19_LAD19_April2019.csv"][:2] == ["FID", "LSOA11CD"]
    assert headings["LTLA18_UTLA18.csv"][:4] == ["LTLA18CD", "LTLA18NM", "UTLA18CD", "UTLA18NM"]
