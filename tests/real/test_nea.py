"""The real returns of activity give the published admissions, and nothing is lost between commissioners and boards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.apportion import Apportioned, apportion
from bcf_eval.clean.quarters import sum_quarters
from bcf_eval.clean.returns.lookups import read_lookup
from bcf_eval.clean.returns.mar import read_mar
from bcf_eval.clean.shares import build_shares
from bcf_eval.kept import Reading
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND

pytestmark = pytest.mark.real

YEARS = {
    "2013/14": 5_565_567,
    "2014/15": 5_691_577,
    "2015/16": 5_885_604,
    "2016/17": 6_022_019,
    "2017/18": 6_243_151,
    "2018/19": 6_597_740,
}
CORNWALL, SCILLY = "E06000052", "E06000053"


def read_all(folder: Path, read: Callable[[Path, RawFile], Reading]) -> list[Reading]:
    kinds = {path: find_source(folder.name, path.name) for path in sorted(folder.iterdir())}
    return [
        read(path, describe_file(path, kind, sha256="", retrieved="", origin="", stored=f"{folder.name}/{path.name}"))
        for path, kind in kinds.items()
        if kind
    ]


@pytest.fixture(scope="module")
def activity(shared: Path) -> list[Reading]:
    return read_all(shared / "returns" / "mar", read_mar)


@pytest.fixture(scope="module")
def commissioners(activity: list[Reading]) -> pd.DataFrame:
    return pd.concat([one.rows for one in activity], ignore_index=True)


@pytest.fixture(scope="module")
def lookups(shared: Path) -> pd.DataFrame:
    return pd.concat([one.rows for one in read_all(shared / "returns" / "lookups", read_lookup)], ignore_index=True)


@pytest.fixture(scope="module")
def shares(lookups: pd.DataFrame, commissioners: pd.DataFrame) -> pd.DataFrame:
    return build_shares(lookups, commissioners)


@pytest.fixture(scope="module")
def given(commissioners: pd.DataFrame, shares: pd.DataFrame) -> Apportioned:
    return apportion(commissioners, shares)


@pytest.fixture(scope="module")
def counts(given: Apportioned) -> pd.DataFrame:
    return given.counts.pivot(index="period", columns="area_code", values="numerator")


@pytest.mark.parametrize(("year", "admissions"), YEARS.items())
def test_england_is_as_published(counts: pd.DataFrame, year: str, admissions: int) -> None:
    assert counts.loc[parse_period(year).months, ENGLAND].sum() == admissions


def test_the_rise_of_the_first_year_is_not_the_auditors(counts: pd.DataFrame) -> None:
    # The auditors quote 87,000 from another source: this return gives 194,027.
    before, after = (counts.loc[parse_period(year).months, ENGLAND].sum() for year in ("2014/15", "2015/16"))
    assert after - before == 194_027


def test_every_year_has_its_commissioners(commissioners: pd.DataFrame) -> None:
    local = commissioners[~commissioners["organisation"].isin([ENGLAND, "YDD82", "X24"])]
    numbers = local.groupby("period")["organisation"].nunique()
    for year, number in {
        "2012": 151,
        "2013": 211,
        "2014": 211,
        "2015": 209,
        "2016": 209,
        "2017": 207,
        "2018": 195,
    }.items():
        months = parse_period(f"{year}/{int(year) % 100 + 1}").months
        assert set(numbers[months]) == {number}, year
    national = commissioners[commissioners["organisation"].isin(["YDD82", "X24"])].groupby("organisation")["period"]
    assert national.agg(["min", "max", "size"]).to_dict("index") == {
        "YDD82": {"min": "2012-04", "max": "2013-03", "size": 12},
        "X24": {"min": "2013-04", "max": "2019-03", "size": 72},
    }


def test_november_2012_is_kept_as_it_was_printed(commissioners: pd.DataFrame) -> None:
    odd = commissioners[commissioners["numerator"] % 1 != 0].set_index("organisation")
    assert odd["numerator"].to_dict() == {ENGLAND: 462_003.1, "5PT": 4459.1}
    assert set(odd["period"]) == {"2012-11"}


def test_authorities_add_up_to_england_every_month(counts: pd.DataFrame, given: Apportioned) -> None:
    national = given.unallocated.set_index("period")["numerator"]
    months = counts.loc["2013-04":]
    lost = months.drop(columns=ENGLAND).sum(axis=1) + national - months[ENGLAND]
    assert len(lost.dropna()) == 84 - 12
    assert lost.dropna().abs().max() < 1e-6
    assert set(counts.columns) == {ENGLAND, SCILLY, *load.boards()}
    assert months.notna().all(axis=None)


def test_months_of_trusts_have_england_alone(counts: pd.DataFrame, given: Apportioned) -> None:
    early = counts.loc[:"2013-03"]
    assert len(early) == 12
    assert early.drop(columns=ENGLAND).isna().all(axis=None)
    flags = given.counts.set_index(["area_code", "period"])["flag"]
    assert set(flags[ENGLAND].loc[:"2013-03"]) == {"primary_care_trusts"}
    assert set(flags[ENGLAND].loc["2013-04":]) == {""}
    assert flags.drop(ENGLAND).str.startswith("apportioned").all()


def test_shares_sum_to_one_and_say_where_they_come_from(shares: pd.DataFrame) -> None:
    sums = shares.groupby(["organisation", "from", "to"])["share"].sum()
    assert (sums - 1).abs().max() < 1e-12
    assert set(shares["weight"]) == {"small areas", "stated"}
    assert sorted(shares.loc[shares["weight"] == "stated", "organisation"]) == ["00F", "00G", "00H"]
    assert len(set(shares["area_code"])) == 152


def test_kernow_is_cornwall_and_scilly(shares: pd.DataFrame) -> None:
    kernow = shares[shares["organisation"] == "11N"]
    assert set(kernow["area_code"]) == {CORNWALL, SCILLY}
    assert set(kernow.loc[kernow["area_code"] == CORNWALL, "share"]) == {326 / 327}


def test_each_year_uses_the_lookup_in_force(shares: pd.DataFrame) -> None:
    kernow = shares[(shares["organisation"] == "11N") & (shares["area_code"] == CORNWALL)]
    spells = {(row["from"], row["to"]): row["source"] for row in kernow.to_dict("records")}
    assert {spell: source.partition("CCG")[2][:2] for spell, source in spells.items()} == {
        ("2013-04", "2017-03"): "15",
        ("2017-04", "2018-03"): "17",
        ("2018-04", "2019-03"): "18",
    }
    assert all("LTLA18" in source for source in spells.values())


def test_mergers_that_alone_make_a_step_are_flagged(given: Apportioned) -> None:
    flagged = given.counts[given.counts["flag"].str.contains("merged_commissioners")]
    since = flagged.groupby("period")["area_code"].nunique()
    assert since.index[0] == "2015-04"
    # Gateshead and Newcastle from April 2015; nine more from April 2018, Bracknell Forest first among them.
    assert (since["2015-04"], since["2018-03"], since["2018-04"]) == (2, 2, 11)
    assert any("Bracknell Forest by +33%" in line for line in given.messages)


def test_a_later_month_is_given_out_on_later_boundaries(commissioners: pd.DataFrame, lookups: pd.DataFrame) -> None:
    # Nobody has sent a month after March 2019 yet: one with the commissioners of the lookup of 2019 stands for it.
    codes = lookups.loc[(lookups["table"] == "commissioners") & (lookups["year"] == 2019), "organisation"].unique()
    month = pd.DataFrame({"organisation": [ENGLAND, *codes], "numerator": [100.0 * len(codes), *[100.0] * len(codes)]})
    later = month.assign(organisation_name="NHS", metric="nea", period="2019-04", flag="", source="mar/later")
    months = pd.concat([commissioners[commissioners["period"] == "2019-03"], later], ignore_index=True)
    found = apportion(months, build_shares(lookups, months)).counts
    numerators = found[found["period"] == "2019-04"].set_index("area_code")["numerator"]
    assert abs(numerators.drop(ENGLAND).sum() - 100 * len(codes)) < 1e-6
    assert {"E06000058", "E06000059"} < set(numerators.index)
    assert not {"E06000028", "E06000029", "E10000009"} & set(numerators.index)


def test_notes_of_the_publisher_are_quoted(activity: list[Reading]) -> None:
    lines = [line for one in activity for line in one.messages]
    said = [line for line in lines if "Gloucestershire Hospitals NHS Foundation Trust did not submit" in line]
    assert [line.split("/")[-1][:6] for line in said] == ["Apr_17", "Jun_17", "May_17"]


def test_quarters_are_sums_of_months(given: Apportioned) -> None:
    quarters = sum_quarters(given.counts.assign(denominator=1e5, value=1.0))
    england = quarters[quarters["area_code"] == ENGLAND].set_index("period")
    assert len(england) == 28
    assert england["numerator"].filter(like="2015/16").sum() == YEARS["2015/16"]
    assert england["flag"].eq("primary_care_trusts").sum() == 4
    assert quarters.groupby("area_code").size().drop(ENGLAND).eq(24).all()
