"""The outcomes framework gives the published figures, and agrees with the other returns where it should."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.annual import rate_annual
from bcf_eval.clean.published import DELAYS, DELAYS_OUR_PEOPLE, VALUES, compare_published, list_disagreements
from bcf_eval.clean.rates import divide_by_people
from bcf_eval.clean.returns.ascof import read_ascof
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.clean.returns.population import read_population
from bcf_eval.kept import Reading

pytestmark = pytest.mark.real

ENGLAND, SCILLY, CITY, CORNWALL = "E92000001", "E06000053", "E09000001", "E06000052"
LEEDS, REDBRIDGE, NORTH_SOMERSET, NORTH_TYNESIDE = "E08000035", "E09000026", "E06000024", "E08000022"
YEARS = ["2014/15", "2015/16", "2016/17", "2017/18", "2018/19"]


def describe(path: Path, source: str) -> RawFile:
    found = find_source(source, path.name)
    assert found is not None
    return describe_file(path, found, sha256="", retrieved="", origin="", stored=f"{source}/undated/{path.name}")


@pytest.fixture(scope="module")
def reading(shared: Path) -> Reading:
    (path,) = (shared / "returns" / "ascof").glob("*.csv.gz")
    file = describe(path, "ascof")
    assert file.period == "2014/15 to 2018/19"
    return read_ascof(path, file)


@pytest.fixture(scope="module")
def people(shared: Path) -> pd.DataFrame:
    paths = sorted((shared / "returns" / "population").iterdir())
    return pd.concat([read_population(path, describe(path, "population")).rows for path in paths], ignore_index=True)


@pytest.fixture(scope="module")
def delays(shared: Path) -> pd.DataFrame:
    paths = sorted((shared / "returns" / "dtoc").iterdir())
    rows = pd.concat([read_dtoc(path, describe(path, "dtoc")).rows for path in paths], ignore_index=True)
    return rows[(rows["area_code"] != "") & (rows["metric"] == "dtoc_days") & (rows["period"] >= "2014-04")]


@pytest.fixture(scope="module")
def comparisons(reading: Reading, people: pd.DataFrame, delays: pd.DataFrame) -> pd.DataFrame:
    estimates, series = (people[people["table"] == table] for table in ("estimates", "series"))
    observed = divide_by_people(delays.drop(columns="code"), estimates, series)
    return compare_published(observed, estimates, reading.rows)


@pytest.fixture(scope="module")
def rated(reading: Reading) -> pd.DataFrame:
    return observations.validate(rate_annual(reading.rows))


@pytest.mark.parametrize(
    ("metric", "figures"),
    [
        ("residential", [668.8, 628.2, 610.7, 585.6, 579.4]),
        ("reablement", [82.1, 82.7, 82.5, 82.9, 82.4]),
        ("dtoc_ascof", [11.1, 12.1, 14.9, 12.3, 10.3]),
        ("quality_of_life", [19.1] * 5),
    ],
)
def test_england_is_as_published_and_as_its_counts(
    reading: Reading, rated: pd.DataFrame, metric: str, figures: list[float]
) -> None:
    for rows in (reading.rows, rated):
        england = observations.matrix(rows, metric)[ENGLAND]
        assert england.index.tolist() == YEARS
        assert england.round(1).tolist() == figures


def test_every_council_has_one_row_in_every_year(reading: Reading) -> None:
    rows = reading.rows
    councils = rows[rows["area_code"] != ENGLAND].groupby(["metric", "period"])["area_code"].agg(["size", "nunique"])
    assert (councils == 152).all(axis=None)
    assert set(rows["area_code"]) == {ENGLAND, SCILLY, *load.boards()}
    assert len(rows) == 153 * 53
    years = rows.groupby("metric")["period"].unique().map(list).to_dict()
    carers = ["2014/15", "2016/17", "2018/19"]
    assert {metric for metric, found in years.items() if found == carers} == {
        "carer_quality_of_life",
        "carer_social_contact",
        "carer_information",
    }
    assert years["mental_health_housing"] == ["2014/15", "2015/16", "2017/18", "2018/19"]
    assert all(years[metric] == YEARS for metric in ("residential", "reablement", "reablement_offered", "dtoc_ascof"))


def test_what_was_left_out_is_said(reading: Reading) -> None:
    first, *gone = [message.partition(": ")[2] for message in reading.messages]
    assert first == (
        "rows left out: 53,637 about 23 measures that are not in catalogue/ascof_measures.csv; 254,618 about parts of "
        "the people (ages, sexes); 3,008 about regions and types of council; 11,475 of other types (base, margin of "
        "error)."
    )
    assert gone == [
        "there is no 'carer_quality_of_life' for 2015/16, 2017/18.",
        "there is no 'mental_health_housing' for 2016/17.",
        "there is no 'carer_social_contact' for 2015/16, 2017/18.",
        "there is no 'carer_information' for 2015/16, 2017/18.",
    ]


def test_missing_values_are_flagged(reading: Reading) -> None:
    missing = reading.rows[reading.rows["value"].isna()]
    assert set(missing["area_code"]) == {SCILLY, CITY, CORNWALL}
    assert missing["flag"].value_counts().to_dict() == {"not_available": 31, "suppressed": 6}
    no_counts = reading.rows[reading.rows["flag"] == "counts_not_available"]
    assert set(no_counts["metric"]) == {"mental_health_housing"}
    assert len(no_counts) == 4 * 153


def test_the_denominators_are_the_people_of_the_first_june(comparisons: pd.DataFrame) -> None:
    chosen = comparisons[comparisons["what"].str.contains("denominators")]
    assert chosen.groupby(["what", "period"]).size().tolist() == [153] * 8
    exceptions = chosen[chosen["expected"] == "known exception"].set_index(["what", "area_code"])
    assert exceptions["difference"].to_dict() == {
        ("65+ denominators", NORTH_TYNESIDE): pytest.approx(1 / 1.24 - 1, abs=0.003),
        ("18+ denominators", NORTH_TYNESIDE): pytest.approx(1 / 1.036 - 1, abs=0.001),
        ("18+ denominators", NORTH_SOMERSET): pytest.approx(1 / 0.966 - 1, abs=0.001),
    }
    others = chosen[chosen["expected"] == "agree"]
    # England's 65+ of 2018-19 is the sum of the councils, North Tyneside's mistake among them.
    assert set(others.loc[others["difference"] != 0, "area_code"]) == {ENGLAND}
    assert others["difference"].abs().max() < 0.001


def test_the_exceptions_are_the_people_of_the_neighbour(reading: Reading, people: pd.DataFrame) -> None:
    of_2018 = people[people["year"] == 2018].set_index(["area_code", "band"])["people"]
    last = reading.rows[reading.rows["period"] == "2018/19"].set_index(["area_code", "metric"])["denominator"]
    assert last[NORTH_TYNESIDE, "residential"] == of_2018[NORTH_SOMERSET, "65+"] == 50_947
    assert last[NORTH_TYNESIDE, "dtoc_ascof"] == of_2018[NORTH_SOMERSET, "18+"] == 170_484
    assert last[NORTH_SOMERSET, "dtoc_ascof"] == of_2018[NORTH_TYNESIDE, "18+"] == 164_625
    mistaken = of_2018[NORTH_SOMERSET, "65+"] - of_2018[NORTH_TYNESIDE, "65+"]
    assert last[ENGLAND, "residential"] == of_2018[ENGLAND, "65+"] + mistaken


def test_delayed_days_agree_from_2017(comparisons: pd.DataFrame) -> None:
    counts = comparisons[comparisons["what"] == DELAYS]
    tested = counts[counts["expected"] == "agree"]
    assert tested.groupby("period").size().to_dict() == {"2017/18": 152, "2018/19": 152}
    apart = tested[tested["difference"].abs() > 0.02].set_index(["area_code", "period"])["difference"]
    assert apart.to_dict() == {
        (LEEDS, "2017/18"): pytest.approx(0.0248, abs=5e-5),
        (REDBRIDGE, "2017/18"): pytest.approx(-0.0234, abs=5e-5),
    }
    england = tested[tested["area_code"] == ENGLAND].set_index("period")["ours"]
    assert england.to_dict() == {"2017/18": pytest.approx(12.395, abs=5e-4), "2018/19": pytest.approx(10.366, abs=5e-4)}


def test_with_our_people_four_more_are_apart_and_known(comparisons: pd.DataFrame) -> None:
    ours = comparisons[(comparisons["what"] == DELAYS_OUR_PEOPLE) & (comparisons["period"] >= "2017/18")]
    apart = ours[ours["difference"].abs() > 0.02].set_index(["area_code", "period"])["expected"]
    assert apart.to_dict() == {
        (LEEDS, "2017/18"): "agree",
        (REDBRIDGE, "2017/18"): "agree",
        (CITY, "2017/18"): "known exception",
        (CITY, "2018/19"): "known exception",
        (NORTH_SOMERSET, "2018/19"): "known exception",
        (NORTH_TYNESIDE, "2018/19"): "known exception",
    }


def test_before_2017_it_is_another_quantity(comparisons: pd.DataFrame) -> None:
    before = comparisons[(comparisons["what"] == DELAYS) & (comparisons["period"] < "2017/18")]
    assert set(before["expected"]) == {"other quantity"}
    assert len(before) == 3 * 152
    # A snapshot of patients counts more than days do: by about a twentieth in the median, by up to half and back.
    medians = before.groupby("period")["difference"].median()
    assert medians.between(-0.06, -0.04).all()
    assert (before["difference"].abs() > 0.02).sum() == 132 + 137 + 131


def test_rounding_of_counts_explains_every_published_value(comparisons: pd.DataFrame) -> None:
    values = comparisons[comparisons["what"] == VALUES]
    assert len(values) == 153 * 49 - 37  # all but 1H, which has no counts, and what is missing
    assert (values.loc[values["expected"] == "agree", "difference"] == 0).all()
    exact = values[values["metric"].isin(["residential", "reablement"]) & (values["period"] > "2014/15")]
    assert (exact["expected"] == "agree").all()


def test_the_list_of_disagreements_is_short(comparisons: pd.DataFrame) -> None:
    found = list_disagreements(comparisons)
    assert set(found["area_code"]) == {LEEDS, REDBRIDGE}
    assert len(found) == 4
