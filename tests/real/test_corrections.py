"""Every correction that ships finds its number in the real returns, and changes none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.catalogue.corrections import SHIPPED, read_corrections
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.correct import Corrected, apply_corrections
from bcf_eval.clean.returns.ascof import read_ascof
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.clean.returns.mar import read_mar
from bcf_eval.clean.returns.population import read_estimates
from bcf_eval.periods import parse_period

pytestmark = pytest.mark.real

READ = {"dtoc": read_dtoc, "mar": read_mar}


def raw(source: str, path: Path, period: str) -> RawFile:
    return RawFile(f"{source}/v/{path.name}", source, "", 0, "", "", "2019-01-01", period, "", "", False)


@pytest.fixture(scope="module")
def tables(shared: Path) -> dict[str, pd.DataFrame]:
    returns = shared / "returns"
    found = {}
    for source, read in READ.items():
        months = {period for one in CORRECTIONS if one.source_return == source for period in one.periods}
        frames = []
        for month in sorted(months):
            first = parse_period(month).first_day
            (path,) = (path for path in (returns / source).glob(f"{first:%b}*{first:%y}.xls"))
            frames.append(read(path, raw(source, path, month)).rows)
        found[source] = pd.concat(frames, ignore_index=True)
    (path,) = (returns / "ascof").glob("*.csv.gz")
    found["ascof"] = read_ascof(path, raw("ascof", path, "2014/15 to 2018/19")).rows
    return found


CORRECTIONS = read_corrections(SHIPPED, shipped=True)


@pytest.fixture(scope="module")
def corrected(tables: dict[str, pd.DataFrame]) -> Corrected:
    return apply_corrections(tables, CORRECTIONS, demonstration=False)


def test_every_one_is_applied_and_none_changes_a_number(tables: dict[str, pd.DataFrame], corrected: Corrected) -> None:
    assert {one.reason for one in CORRECTIONS} == set(corrected.applied["reason"])
    pd.testing.assert_series_equal(corrected.applied["before"], corrected.applied["after"], check_names=False)
    for source, rows in tables.items():
        pd.testing.assert_frame_equal(
            corrected.tables[source].drop(columns="flag"), rows.reset_index(drop=True).drop(columns="flag")
        )


def test_november_2012_is_not_whole_and_left_so(corrected: Corrected) -> None:
    rows = corrected.tables["mar"].query("period == '2012-11'")
    odd = rows[rows["flag"] == "not_whole"].set_index("organisation")["numerator"]
    assert odd.to_dict() == {"5PT": 4459.1, "E92000001": 462003.1}
    assert (rows.loc[rows["numerator"] % 1 != 0, "flag"] == "not_whole").all()


def test_providers_that_did_not_submit_are_flagged_where_admissions_vanish(corrected: Corrected) -> None:
    rows = corrected.tables["mar"].set_index(["organisation", "period"])
    assert rows.loc[("05P", "2014-07"), ["numerator", "flag"]].tolist() == [242, "incomplete"]
    assert rows.loc[("11M", "2017-06"), ["numerator", "flag"]].tolist() == [664, "incomplete"]
    assert rows.loc[("02T", "2017-07"), ["numerator", "flag"]].tolist() == [182, "incomplete"]
    assert rows.loc[("07Y", "2016-06"), ["numerator", "flag"]].tolist() == [690, "incomplete"]
    assert rows.loc[("08P", "2016-06"), ["numerator", "flag"]].tolist() == [892, "incomplete"]
    assert rows.loc[("03L", "2015-11"), ["numerator", "flag"]].tolist() == [1509, "incomplete"]
    assert rows.loc[("10W", "2015-11"), ["numerator", "flag"]].tolist() == [610, "incomplete"]
    assert rows.loc[("11D", "2015-11"), ["numerator", "flag"]].tolist() == [709, "incomplete"]
    assert rows.loc[("08L", "2016-12"), ["numerator", "flag"]].tolist() == [3584, "implausible"]
    assert rows.loc[("09N", "2016-10"), ["numerator", "flag"]].tolist() == [2754, "implausible"]


def test_two_councils_have_each_others_people(shared: Path, corrected: Corrected) -> None:
    path = shared / "returns" / "population" / "ukmidyearestimates20182019ladcodes.xls"
    people = read_estimates(path, raw("population", path, "2018")).rows.set_index(["area_code", "band"])["people"]
    stated = corrected.tables["ascof"].query("period == '2018/19'").set_index(["area_code", "metric"])["denominator"]
    tyneside, somerset = "E08000022", "E06000024"
    assert stated[tyneside, "residential"] == people[somerset, "65+"] == stated[somerset, "residential"] == 50_947
    assert stated[tyneside, "dtoc_ascof"] == people[somerset, "18+"] == 170_484
    assert stated[somerset, "dtoc_ascof"] == people[tyneside, "18+"] == 164_625
    assert 100_000 * 305 / people[tyneside, "65+"] == pytest.approx(740.9, abs=0.05)
