"""The real returns give the published figures, whole and in time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.acquire.fetch import FetchReport, fetch_folder
from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import read_files
from bcf_eval.clean.build import BuildReport, build
from bcf_eval.clean.returns.population import read_estimates, read_series
from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period
from bcf_eval.store import Project
from bcf_eval.workbook import open_workbook

pytestmark = pytest.mark.real

ENGLAND, SCILLY = "E92000001", "E06000053"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def fetched(project: Project, shared: Path) -> FetchReport:
    return fetch_folder(project, shared / "returns")


@pytest.fixture(scope="module")
def built(project: Project, fetched: FetchReport) -> BuildReport:
    return build(project)


@pytest.fixture(scope="module")
def table(project: Project, built: BuildReport) -> pd.DataFrame:
    return project.read_table("observations")


def test_every_file_is_fetched_with_its_month_and_vintage(project: Project, fetched: FetchReport) -> None:
    found = {one.key: one.found for one in fetched.returns if one.found}
    assert found == {"dtoc": 96, "population": 6, "mar": 84, "ascof": 1, "lookups": 6, "deprivation": 2}
    assert fetched.copied == 195
    assert len(fetched.messages) == 1
    assert "boundaries" in fetched.messages[0]
    files = read_files(project)
    months = sorted(file.period for file in files if file.source == "dtoc")
    assert (months[0], months[-1], len(set(months))) == ("2011-04", "2019-03", 96)
    by_name = {file.name: file for file in files if file.source != "mar"}
    # October 2016 was revised on 11 May 2017; the estimates state when they were published.
    assert (by_name["Oct_16.xls"].vintage, by_name["Oct_16.xls"].period) == ("2017-05-11", "2016-10")
    assert by_name["ukmidyearestimates2016.xls"].vintage == "2017-06-22"
    assert by_name["MYE2_population_by_sex_and_age_for_local_authorities_UK_2015.xls"].vintage == "2016-10-06"
    assert by_name["MYEB3_components_of_change_2001-2020.csv"].vintage == "undated"
    assert not any(file.demonstration for file in files)


def test_fetching_again_changes_nothing(project: Project, fetched: FetchReport, shared: Path) -> None:
    manifest = project.raw / "manifest.json"
    before = manifest.read_bytes()
    assert fetch_folder(project, shared / "returns").copied == 0
    assert manifest.read_bytes() == before


def test_every_board_month_and_metric_is_there(table: pd.DataFrame, built: BuildReport) -> None:
    assert len(table) == built.rows["observations"]
    delays = table[table["metric"].str.startswith("dtoc_days")]
    assert len(delays) == 152 * 96 * 4
    assert set(delays["area_code"]) == {ENGLAND, *load.boards()}
    assert delays["period"].nunique() == 96
    assert delays.notna().all(axis=None)
    # Six years by commissioning group for 152 authorities and seven for England, months and quarters.
    admissions = table[table["metric"] == "nea"]
    assert len(admissions) == (72 + 24) * 152 + 84 + 28
    assert set(admissions["area_code"]) == {ENGLAND, SCILLY, *load.boards()}
    years = table[table["metric"] == "residential"]
    assert len(years) == 5 * 153
    assert (built.first_period, built.last_period, built.demonstration) == ("2011-04", "2019-03", False)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        ("2013/14", 1_413_591),
        ("2014/15", 1_624_977),
        ("2015/16", 1_809_587),
        ("2016/17", 2_254_821),
        ("2017/18", 1_979_475),
    ],
)
def test_england_is_as_published(table: pd.DataFrame, year: str, days: int) -> None:
    england = observations.matrix(table, "dtoc_days", column="numerator")[ENGLAND]
    assert england[parse_period(year).months].sum() == days


def test_december_2016_is_as_the_auditors_quote_it(table: pd.DataFrame) -> None:
    days = table.query("area_code == @ENGLAND and period == '2016-12'").set_index("metric")["numerator"]
    assert days["dtoc_days"] == 195_445
    assert days["dtoc_days_social_care"] + days["dtoc_days_both"] == 85_754


def test_southend_is_as_published(table: pd.DataFrame) -> None:
    days = observations.matrix(table, "dtoc_days", column="numerator")["E06000033"]
    assert (days["2014-10"], days["2014-11"]) == (278, 412)


def test_as_many_boards_as_stated_were_below_the_expectation(table: pd.DataFrame) -> None:
    # 52 of 151 boards were below 9.4 days per 100,000 adults per day in February 2017.
    rates = observations.matrix(table, "dtoc_days").loc["2017-02"].drop(ENGLAND)
    assert (rates < 9.4).sum() == 52


def test_parts_add_up_to_the_whole_everywhere(table: pd.DataFrame) -> None:
    delays = table[table["metric"].str.startswith("dtoc_days")]
    days = delays.pivot(index=["area_code", "period"], columns="metric", values="numerator")
    parts = days[["dtoc_days_nhs", "dtoc_days_social_care", "dtoc_days_both"]].sum(axis=1)
    assert (parts == days["dtoc_days"]).all()


def test_boards_and_the_others_add_up_to_england(project: Project, table: pd.DataFrame) -> None:
    days = observations.matrix(table, "dtoc_days", column="numerator")
    others = project.read_table("unallocated").query("metric == 'dtoc_days'").groupby("period")["numerator"].sum()
    assert (days.drop(columns=ENGLAND).sum(axis=1) + others == days[ENGLAND]).all()
    # Three rows a month and metric of delays, and one national commissioner a month of admissions.
    assert len(project.read_table("unallocated")) == 3 * 96 * 4 + 84


def test_admissions_add_up_to_england_less_the_national_commissioner(project: Project, table: pd.DataFrame) -> None:
    months = table[table["metric"].eq("nea") & table["period"].str.fullmatch(r"\d{4}-\d{2}")]
    counts = months.pivot(index="period", columns="area_code", values="numerator").loc["2013-04":]
    national = project.read_table("unallocated").query("metric == 'nea'").set_index("period")["numerator"]
    gap = counts.drop(columns=ENGLAND).sum(axis=1) + national.loc["2013-04":] - counts[ENGLAND]
    assert len(gap) == 72
    assert gap.abs().max() < 1e-6


def test_a_second_run_reads_nothing(project: Project, built: BuildReport) -> None:
    assert built.n_read == 195
    again = build(project)
    assert again == built
    assert again.unchanged
    allowed = build(project, allow_gaps=True)
    assert (allowed.n_read, allowed.unchanged) == (0, False)
    build(project)


def test_dashes_are_flagged_and_nought(project: Project, table: pd.DataFrame) -> None:
    # Of the fifty rows that print dashes ten are boards'; the others are about no authority.
    dashes = table[table["flag"].str.contains("dash")]
    assert (dashes["numerator"] == 0).all()
    assert Counter(dashes["metric"]) == {f"dtoc_days_{part}": 10 for part in ("nhs", "social_care", "both")}


def test_people_are_those_of_the_estimates(project: Project, built: BuildReport) -> None:
    files = {file.period: file for file in read_files(project) if file.source == "population"}
    years = {year: read_estimates(project.raw / files[year].path, files[year]).rows for year in ("2017", "2018")}
    whole = {year: rows[rows["band"] == "all"].set_index("area_code")["people"] for year, rows in years.items()}
    assert whole["2017"][["E06000028", "E06000029", "E10000009"]].sum() == 770_689
    assert whole["2018"][["E06000058", "E06000059"]].sum() == 772_268
    series = read_series(project.raw / files[""].path, files[""]).rows.set_index(["area_code", "year"])["people"]
    assert series["E06000058", 2017] + series["E06000059", 2017] == 770_689
    assert whole["2017"][ENGLAND] == 55_619_430


def test_denominators_are_flagged_where_they_were_carried_over(table: pd.DataFrame) -> None:
    extended = table.assign(extended=table["flag"].str.contains("extended"))
    extended = observations.matrix(extended, "dtoc_days", column="extended").astype(bool)
    redrawn = ["E06000028", "E06000029", "E10000009"]
    assert extended.loc[:"2015-06"].all(axis=None)
    assert extended.loc["2017-07":, redrawn].all(axis=None)
    assert not extended.loc["2015-07":"2017-06"].any(axis=None)
    assert not extended.loc["2017-07":].drop(columns=redrawn).any(axis=None)


def test_boards_have_the_adults_of_england_among_them(table: pd.DataFrame) -> None:
    # The Isles of Scilly, 2,000 people, are no board; redrawn areas and revised series move a little.
    adults = observations.matrix(table, "dtoc_days", column="denominator")
    share = adults.drop(columns=ENGLAND).sum(axis=1) / adults[ENGLAND]
    assert share.between(0.9999, 1.0002).all()


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.99])
def test_a_truncated_return_is_refused(shared: Path, tmp_path: Path, kept: float) -> None:
    content = (shared / "returns" / "dtoc" / "Oct_16.xls").read_bytes()
    (tmp_path / "cut.xls").write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(InputError, match=r"cut\.xls is truncated"):
        open_workbook(tmp_path / "cut.xls")
