"""The shares of commissioners are those of their small areas, by the lookup of the year, and sum to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.clean.areas import list_boards
from bcf_eval.clean.returns.lookups import COLUMNS
from bcf_eval.clean.shares import build_shares
from bcf_eval.errors import CatalogueError, InputError
from bcf_eval.periods import parse_period

BCP, BOURNEMOUTH, CORNWALL, SCILLY, GATESHEAD = "E06000058", "E06000028", "E06000052", "E06000053", "E08000037"
Edit = Callable[[pd.DataFrame], pd.DataFrame]


def make_lookups(year: int, *, boards: str) -> pd.DataFrame:
    """One commissioner with a small area in each board (of a month) but Cornwall, which has 326 and Scilly one."""
    codes = [code for code in list_boards(boards) if code != CORNWALL]
    places = [("REST", code) for code in codes] + [("11N", CORNWALL)] * 326 + [("11N", SCILLY)]
    # The list of small areas is the same each year: 477 of them with Bournemouth, Christchurch and Poole as two.
    places += [("REST", codes[0])] * (478 - len(places))
    small = pd.DataFrame(places, columns=["organisation", "lower_tier"])
    small["small_area"] = [f"E01{number:06d}" for number in range(len(small))]
    uppers = pd.DataFrame({"lower_tier": sorted({code for _, code in places})})
    return pd.concat(
        [
            small.assign(table="commissioners", year=year, source=f"lookup of {year}"),
            uppers.assign(table="upper_tiers", year=year, source=f"tiers of {year}", upper_tier=uppers["lower_tier"]),
        ],
        ignore_index=True,
    ).reindex(columns=COLUMNS)


def make_months(codes: Sequence[str], *months: str) -> pd.DataFrame:
    rows = [(code, f"NHS {code}", "nea", month, 10.0, "", "mar") for month in months for code in codes]
    names = ["organisation", "organisation_name", "metric", "period", "numerator", "flag", "source"]
    return pd.DataFrame(rows, columns=names)


LOOKUPS = make_lookups(2015, boards="2016-01")
ALL = ("E92000001", "X24", "REST", "11N")


def sum_shares(shares: pd.DataFrame) -> list[float]:
    return shares.groupby(["organisation", "from", "to"])["share"].sum().round(12).unique().tolist()


def test_shares_are_those_of_the_small_areas() -> None:
    shares = build_shares(LOOKUPS, make_months(ALL, "2016-04", "2016-05"))
    kernow = shares[shares["organisation"] == "11N"].set_index("area_code")["share"]
    assert kernow.to_dict() == {CORNWALL: 326 / 327, SCILLY: 1 / 327}
    assert sum_shares(shares) == [1.0]
    assert set(shares["organisation"]) == {"REST", "11N"}
    same = shares[["from", "to", "weight", "source"]].drop_duplicates().to_numpy().tolist()
    assert same == [["2016-04", "2016-05", "small areas", "lookup of 2015; tiers of 2015"]]


def test_people_weigh_where_they_are_known() -> None:
    def count(year: int, cornwall: float) -> pd.DataFrame:
        small = LOOKUPS[LOOKUPS["table"] == "commissioners"]
        people = pd.DataFrame({"small_area": small["small_area"], "people": 1.0, "lower_tier": small["lower_tier"]})
        people.loc[people["lower_tier"] == CORNWALL, "people"] = cornwall
        people.loc[people["lower_tier"] == SCILLY, "people"] = 200.0
        people = people.assign(table="small_areas", year=year, source=f"people of {year}", lower_tier="")
        return people.reindex(columns=COLUMNS)

    lookups = pd.concat([LOOKUPS, count(2011, 7.0), count(2016, 100.0)], ignore_index=True)
    shares = build_shares(lookups, make_months(ALL, "2016-04"))
    kernow = shares[shares["organisation"] == "11N"].set_index("area_code")
    assert kernow.loc[SCILLY, "share"] == 200 / (326 * 100 + 200)
    assert set(shares["weight"]) == {"people"}
    assert set(shares["source"]) == {"lookup of 2015; tiers of 2015; people of 2016"}
    with pytest.raises(InputError, match="E01000000, a small area of the lookup, is not in people of 2011"):
        build_shares(pd.concat([LOOKUPS, count(2011, 1.0).iloc[1:]]), make_months(ALL, "2016-04"))
    nobody = count(2011, 0.0).assign(people=0.0)
    with pytest.raises(InputError, match="nobody lives in the small areas of '11N'"):
        build_shares(pd.concat([LOOKUPS, nobody]), make_months(ALL, "2016-04"))


@pytest.mark.parametrize(
    ("month", "year"),
    [
        ("2013-04", 2015),
        ("2016-04", 2015),
        ("2017-03", 2015),
        ("2017-04", 2017),
        ("2018-03", 2017),
        ("2018-04", 2018),
        ("2019-03", 2018),
        ("2019-04", 2019),
        ("2020-02", 2019),
    ],
)
def test_the_lookup_in_force_is_used(month: str, year: int) -> None:
    lookups = pd.concat(
        [
            make_lookups(year, boards="2019-04" if year == 2019 else "2016-01").query("table == 'commissioners'")
            for year in (2015, 2017, 2018, 2019)
        ]
        + [
            make_lookups(year, boards="2019-04" if year == 2019 else "2016-01").query("table == 'upper_tiers'")
            for year in (2018, 2019)
        ]
    )
    shares = build_shares(lookups, make_months(ALL, month))
    assert set(shares["source"]) == {f"lookup of {year}; tiers of {max(year, 2018)}"}
    assert (BCP in set(shares["area_code"])) == (month >= "2019-04")
    assert (BOURNEMOUTH in set(shares["area_code"])) == (month < "2019-04")
    assert len(set(shares["area_code"])) == len(list_boards(month)) + 1
    assert sum_shares(shares) == [1.0]


def test_each_commissioner_is_followed_from_its_first_month_to_its_last() -> None:
    months = pd.concat([make_months(ALL, "2014-02", "2014-03"), make_months((*ALL, "00F"), "2014-04", "2014-05")])
    shares = build_shares(LOOKUPS, months)
    spells = shares.groupby("organisation")[["from", "to"]].agg("first").to_dict("index")
    assert spells["00F"] == {"from": "2014-04", "to": "2014-05"}
    assert spells["REST"] == {"from": "2014-02", "to": "2014-05"}


def test_what_the_catalogue_states_comes_first() -> None:
    shares = build_shares(LOOKUPS, make_months((*ALL, "00F", "00G", "00H"), "2013-04", "2015-03"))
    stated = shares[shares["weight"] == "stated"].set_index("organisation")
    assert stated["area_code"].to_dict() == {"00F": GATESHEAD, "00G": "E08000021", "00H": "E08000021"}
    assert set(stated["share"]) == {1.0}
    assert set(stated["source"]) == {"catalogue/organisations.csv"}
    with pytest.raises(InputError, match=r"'00F' \(NHS 00F\), a commissioner of April 2015, is not in lookup of 2015"):
        build_shares(LOOKUPS, make_months((*ALL, "00F"), "2015-04"))


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def inner(*rows: tuple[str, str, str, str, str]) -> None:
        names = ["organisation", "from_period", "to_period", "area_code", "share"]
        stated = tuple({**dict(zip(names, row, strict=True)), "note": ""} for row in rows)
        given: Any = load.rows
        monkeypatch.setattr(load, "rows", lambda table: stated if table == "organisations" else given(table))

    return inner


def test_a_stated_share_may_hold_for_some_months(state: Callable[..., None]) -> None:
    state(("11N", "2016-05", "2016-05", CORNWALL, "0.9"), ("11N", "2016-05", "2016-05", SCILLY, "0.1"))
    shares = build_shares(LOOKUPS, make_months(ALL, "2016-04", "2016-05", "2016-06"))
    kernow = shares[(shares["organisation"] == "11N") & (shares["area_code"] == SCILLY)]
    assert kernow[["from", "to", "share"]].to_numpy().tolist() == [
        ["2016-04", "2016-04", 1 / 327],
        ["2016-05", "2016-05", 0.1],
        ["2016-06", "2016-06", 1 / 327],
    ]
    assert sum_shares(shares) == [1.0]


def test_a_stated_share_without_an_end_goes_on(state: Callable[..., None]) -> None:
    state(("NEW", "2016-05", "", GATESHEAD, "1"))
    shares = build_shares(LOOKUPS, make_months((*ALL, "NEW"), "2017-01"))
    assert shares.set_index("organisation").loc["NEW", "area_code"] == GATESHEAD


def test_stated_shares_that_do_not_sum_to_one_are_refused(state: Callable[..., None]) -> None:
    state(("NEW", "2016-05", "", GATESHEAD, "0.5"), ("NEW", "2016-05", "", CORNWALL, "0.4"))
    with pytest.raises(CatalogueError, match=r"the shares of 'NEW' from 2016-05 add up to 0\.9; expected 1"):
        build_shares(LOOKUPS, make_months((*ALL, "NEW"), "2017-01"))


def test_trusts_and_national_commissioners_need_no_lookup() -> None:
    shares = build_shares(None, make_months(("E92000001", "5PT", "YDD82"), "2012-04", "2013-03"))
    assert shares.empty
    assert shares.columns.tolist() == ["area_code", "organisation", "from", "to", "share", "weight", "source"]
    assert build_shares(None, make_months(("E92000001", "X24"), "2016-04")).empty


def drop(table: str, **values: object) -> Edit:
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        wanted = frame["table"] == table
        for column, value in values.items():
            wanted &= frame[column] == value
        return frame[~wanted]

    return edit


@pytest.mark.parametrize(
    ("edit", "codes", "said"),
    [
        (lambda frame: frame[:0], ALL, "There are no lookups from small areas to commissioners and authorities; fetch"),
        (
            lambda frame: frame.assign(year=2018),
            ALL,
            "There is no lookup from small areas to commissioners of 2015, which catalogue/lookup_years.csv puts in "
            "force in May 2016 (there are: 2018); fetch the lookups too",
        ),
        (drop("upper_tiers"), ALL, "There is no lookup from districts to upper-tier authorities; fetch the lookups"),
        (
            drop("upper_tiers", lower_tier=CORNWALL),
            ALL,
            f"{CORNWALL}, the district of small area E01000150 in the lookup of 2015, is in no row of tiers of 2015",
        ),
        (
            lambda frame: frame,
            (*ALL, "99Z"),
            "'99Z' (NHS 99Z), a commissioner of May 2016, is not in lookup of 2015, the lookup of 2015 that "
            "catalogue/lookup_years.csv puts in force, nor in catalogue/organisations.csv: add a row there",
        ),
        (
            drop("commissioners", lower_tier=GATESHEAD),
            ALL,
            f"May 2016: no commissioner has a small area in Gateshead ({GATESHEAD}); is a lookup cut short?",
        ),
        (
            lambda frame: frame.assign(upper_tier=frame["upper_tier"].replace(SCILLY, BCP)),
            ALL,
            f"a commissioner has small areas in Bournemouth, Christchurch and Poole ({BCP}), no authority of",
        ),
    ],
    ids=["no lookups", "not of the year", "no tiers", "no district", "unknown", "unreached", "later area"],
)
def test_what_is_missing_is_named(edit: Edit, codes: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError) as error:
        build_shares(edit(LOOKUPS), make_months(codes, "2016-05"))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_lookup_that_was_cut_is_found_by_the_others() -> None:
    later = make_lookups(2017, boards="2016-01")
    cut = later.drop(index=later.index[400])
    with pytest.raises(InputError) as error:
        build_shares(pd.concat([LOOKUPS, cut]), make_months(ALL, "2016-05"))
    assert str(error.value) == (
        "The lookup of 2017 lists 477 small areas, that of 2015 lists 478; expected the same, but E01000400 is not in "
        "the former. Is it cut short? Fetch it again."
    )


def test_the_tables_of_the_catalogue_are_well_formed() -> None:
    for row in load.rows("organisations"):
        assert parse_period(row["from_period"]).kind == "month"
        assert row["to_period"] == "" or row["to_period"] >= row["from_period"]
        assert row["area_code"] in load.areas()
        assert 0 < float(row["share"]) <= 1
        assert row["note"]
    years = [(row["from_period"], int(row["year"])) for row in load.rows("lookup_years")]
    assert years == [("2013-04", 2015), ("2017-04", 2017), ("2018-04", 2018), ("2019-04", 2019)]


def test_an_area_that_changed_its_code_since_has_the_code_of_the_month() -> None:
    # Buckinghamshire became E06000060 in April 2020, which the lookup of 2019 does not know.
    later = make_lookups(2019, boards="2019-04")
    shares = build_shares(later, make_months(ALL, "2020-03", "2020-04"))
    held = {month: set(rows["area_code"]) for month, rows in shares.groupby("from")}
    assert "E10000002" in held["2020-03"] - held["2020-04"]
    assert "E06000060" in held["2020-04"] - held["2020-03"]
    assert sum_shares(shares) == [1.0]
