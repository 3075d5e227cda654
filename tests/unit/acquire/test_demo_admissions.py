"""Admissions are returned in the published layouts, add up, and come back from the real reader and apportionment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.acquire import demo_admission_files, demo_admissions, demo_lookups, demo_truth_admissions
from bcf_eval.acquire.demo_world import INTERVENTIONS, World, draw_world
from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.apportion import apportion
from bcf_eval.clean.returns.lookups import read_lookup
from bcf_eval.clean.returns.mar import read_mar
from bcf_eval.clean.shares import build_shares
from bcf_eval.kept import Reading
from bcf_eval.specs import ENGLAND
from bcf_eval.workbook import open_workbook

# One month of every layout, of every set of commissioners, and the one whose name is misprinted.
MONTHS = ("2012-11", "2013-04", "2015-05", "2017-04", "2018-01", "2019-03")
HEADING_ROW = 13


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(5)


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("returns")
    for key in ("mar", "lookups"):
        (folder / key).mkdir()
    for month in MONTHS:
        given = world.returns[world.admissions.months.index(month)]
        path = folder / "mar" / demo_admission_files.name_file(month)
        demo_admission_files.write_month(path, month, given, world.geography)
    demo_lookups.write_lookups(folder / "lookups", world.geography)
    return folder


def read(path: Path, key: str) -> Reading:
    source = find_source(key, path.name)
    assert source is not None
    file = describe_file(path, source, sha256="", retrieved="", origin="", stored=f"{key}/{path.name}")
    assert file.demonstration
    return read_mar(path, file) if key == "mar" else read_lookup(path, file)


@pytest.fixture(scope="module")
def commissioners(files: Path) -> pd.DataFrame:
    return pd.concat([read(path, "mar").rows for path in sorted((files / "mar").iterdir())], ignore_index=True)


def sheet_rows(files: Path, month: str, sheet: str = "Commissioner") -> list[list[Any]]:
    return [list(row) for row in open_workbook(files / "mar" / demo_admission_files.name_file(month)).read(sheet)]


@pytest.mark.parametrize(
    ("month", "division", "organisations", "national", "first"),
    [
        ("2012-11", "SHA", 151, "YDD82", False),
        ("2013-04", "Area Team", 211, "X24", False),
        ("2015-05", "Region", 209, "X24", True),
        ("2017-04", "Region", 207, "X24", True),
        ("2019-03", "Region", 195, "X24", True),
    ],
)
def test_each_month_has_its_layout(
    files: Path, month: str, division: str, organisations: int, national: str, first: bool
) -> None:
    rows = sheet_rows(files, month)
    headings = [str(cell) for cell in rows[HEADING_ROW]][1:]
    assert headings[:6] == ["Year", "Period", f"{division} Code", f"{division} Name", "Org Code", "Org Name"]
    assert headings.index("Total Non-elective G&A Admissions (FFCEs)") == 13
    assert len(headings) == 20
    assert rows[HEADING_ROW + 1][6] == "England"
    table = [row for row in rows[HEADING_ROW + 3 :] if row[5]]
    codes = [row[5] for row in table]
    assert len(set(codes)) == len(codes) == organisations + 1
    assert codes[0 if first else -1] == national
    parts = sheet_rows(files, month, division)[HEADING_ROW + 3 :]
    assert sum(row[5 + 7] for row in parts) == rows[HEADING_ROW + 1][14]


def test_the_traps_of_the_published_files_are_there(files: Path) -> None:
    rows = sheet_rows(files, "2018-01")
    assert rows[HEADING_ROW + 1][1:3] == [" 2017-18", "Janaury"]
    assert rows[HEADING_ROW + 3][1] == "2017-18"
    assert sheet_rows(files, "2013-04")[HEADING_ROW + 1][1:3] == ["2013-14", "APRIL"]
    noted = read(files / "mar" / "Apr_17.xlsx", "mar")
    assert len(noted.messages) == 1
    assert "did not submit" in noted.messages[0]


def test_rows_are_whole_numbers_that_add_up(world: World, commissioners: pd.DataFrame) -> None:
    for month in MONTHS:
        rows = commissioners[commissioners["period"] == month].set_index("organisation")["numerator"]
        assert (rows % 1 == 0).all()
        index = world.admissions.months.index(month)
        true = world.admissions.simulation.counts[index].sum() + world.admissions.national[index]
        assert rows[ENGLAND] == rows.drop(ENGLAND).sum() == true


def test_columns_of_totals_are_the_sums_of_their_parts(world: World) -> None:
    for given in world.returns[::12]:
        ordinary, day, total, planned, planned_day, planned_total = given.activity[:, :6].T
        np.testing.assert_array_equal(total, ordinary + day)
        np.testing.assert_array_equal(planned_total, planned + planned_day)
        assert (given.activity >= 0).all()


def test_apportionment_gives_back_what_the_truth_says_it_will(
    world: World, files: Path, commissioners: pd.DataFrame
) -> None:
    lookups = pd.concat([read(path, "lookups").rows for path in sorted((files / "lookups").iterdir())])
    found = apportion(commissioners, build_shares(lookups.reset_index(drop=True), commissioners)).counts
    expected = demo_admissions.apportion_counts(world.admissions, world.geography)
    for month in MONTHS[1:]:
        counts = found[(found["period"] == month) & (found["area_code"] != ENGLAND)].set_index("area_code")["numerator"]
        row = expected[world.admissions.months.index(month)]
        # A commissioner's admissions are whole numbers: each part is out by less than one.
        np.testing.assert_allclose(counts[list(world.admissions.areas)], row, atol=2)
        assert counts.sum() == pytest.approx(
            world.admissions.simulation.counts[world.admissions.months.index(month)].sum()
        )


def test_a_board_with_commissioners_of_its_own_is_apportioned_exactly(world: World) -> None:
    months = world.admissions.months
    counts = demo_admissions.apportion_counts(world.admissions, world.geography)
    assert np.isnan(counts[: months.index("2013-04")]).all()
    own = np.isclose(np.diag(world.geography.mix(2018)), 1)
    assert 20 < own.sum() < 150
    april = months.index("2018-04")
    np.testing.assert_allclose(counts[april:, own], world.admissions.simulation.counts[april:, own])


def test_the_first_year_counts_less(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_admissions, "TRUSTS_COUNTED", 1.0)
    rates, other = (one.admissions.simulation.rates[0] for one in (world, draw_world(5)))
    np.testing.assert_allclose(rates[:12], 0.985 * other[:12])
    np.testing.assert_array_equal(rates[12:], other[12:])


def test_large_boards_change_by_what_is_stated(world: World) -> None:
    effects = demo_truth_admissions.tabulate_admission_effects(world.admissions, world.geography, INTERVENTIONS)
    assert len(effects) == 2 * 153
    boards = effects[effects["area_code"] != ENGLAND]
    fell, rose = ((boards["level_change"] * sign > 0).groupby(boards["intervention"]).sum() for sign in (-1, 1))
    assert (fell.to_dict(), rose.to_dict()) == ({"bcf_2015": 10, "ibcf_2017": 14}, {"bcf_2015": 8, "ibcf_2017": 6})
    changed = boards[boards["level_change"] != 0]
    people = pd.Series(world.admissions.simulation.adults[0], index=world.admissions.areas)
    assert people[changed["area_code"]].min() > people.median() * 0.9
    np.testing.assert_allclose(
        changed["effect_average_12"], changed["level_change"] + 5.5 * changed["slope_change"], rtol=1e-6
    )


def test_apportionment_spreads_an_effect_and_loses_none(world: World) -> None:
    effects = demo_truth_admissions.tabulate_admission_effects(world.admissions, world.geography, INTERVENTIONS)
    boards = effects[effects["area_code"] != ENGLAND].set_index("area_code")
    simulation = world.admissions.simulation
    for key, start in zip(INTERVENTIONS, simulation.starts, strict=True):
        some = boards[boards["intervention"] == key].loc[list(world.admissions.areas)]
        people = simulation.adults[start : start + 12].mean(axis=0)
        true, left = ((some[name] * people).sum() for name in ("effect_average_12", "effect_apportioned_12"))
        assert left == pytest.approx(true, rel=0.005)
    changed = boards[boards["level_change"] != 0]
    kept = changed["effect_apportioned_12"] / changed["effect_average_12"]
    # A neighbour that changed too may give back more than was lost.
    assert kept.between(0.02, 1.2).all()
    assert (kept <= 1 + 1e-9).mean() > 0.9
    assert kept.median() > 0.9
    touched = boards[(boards["level_change"] == 0) & (boards["effect_apportioned_12"].abs() > 0.5)]
    assert len(touched) > 5


def test_boards_of_a_region_are_alike(world: World) -> None:
    level = np.log(world.admissions.simulation.model.level)
    regions = np.array([load.areas()[code].region for code in world.admissions.areas])
    within = np.concatenate([level[regions == one] - level[regions == one].mean() for one in sorted(set(regions))])
    assert within.std() == pytest.approx(0.09, rel=0.2)
    assert within.std() < level.std()


def test_the_same_month_is_the_same_file(world: World, files: Path, tmp_path: Path) -> None:
    given = world.returns[world.admissions.months.index("2018-01")]
    demo_admission_files.write_month(tmp_path / "again.xlsx", "2018-01", given, world.geography)
    assert (tmp_path / "again.xlsx").read_bytes() == (files / "mar" / "Jan_18.xlsx").read_bytes()
