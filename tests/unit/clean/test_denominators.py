"""People in the middle of a month, worked out by hand from a few mid-years."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from bcf_eval.clean.denominators import describe_coverage, estimate_denominators
from bcf_eval.errors import InputError

BOARD = "E06000001"
BOURNEMOUTH, POOLE, DORSET, JOINT, REST = "E06000028", "E06000029", "E10000009", "E06000058", "E06000059"
BUCKS, NEW_BUCKS = "E10000002", "E06000060"


def estimates(figures: dict[tuple[str, int], tuple[float, float]]) -> pd.DataFrame:
    """(adults, all ages) by area and year."""
    rows = [
        (area, year, band, people)
        for (area, year), pair in figures.items()
        for band, people in zip(("18+", "all"), pair, strict=True)
    ]
    return pd.DataFrame(rows, columns=["area_code", "year", "band", "people"])


def series(figures: dict[tuple[str, int], float]) -> pd.DataFrame:
    rows = [(area, year, people) for (area, year), people in figures.items()]
    return pd.DataFrame(rows, columns=["area_code", "year", "people"])


def estimate(people: pd.DataFrame, totals: pd.DataFrame | None, area: str, period: str) -> tuple[float, bool]:
    wanted = pd.DataFrame({"area_code": [area], "period": [period]})
    (row,) = estimate_denominators(people, totals, band="18+", wanted=wanted).itertuples()
    assert (row.area_code, row.period) == (area, period)
    return row.denominator, bool(row.extended)


TWO = estimates({(BOARD, 2015): (800.0, 1000.0), (BOARD, 2016): (1166.0, 1400.0)})


def test_between_two_mid_years_it_is_linear_in_days() -> None:
    # 366 days lie between 30 June 2015 and 30 June 2016 (a leap year): one person a day.
    assert estimate(TWO, None, BOARD, "2015-07") == (pytest.approx(815.0), False)
    assert estimate(TWO, None, BOARD, "2016-02") == (
        pytest.approx(800.0 + (date(2016, 2, 15) - date(2015, 6, 30)).days),
        False,
    )
    assert estimate(TWO, None, BOARD, "2016-06") == (pytest.approx(1151.0), False)


def test_after_the_last_it_is_carried_on_and_flagged() -> None:
    for period in ("2016-07", "2019-03"):
        assert estimate(TWO, None, BOARD, period) == (1166.0, True)


def test_before_the_first_the_age_share_rides_on_the_series() -> None:
    totals = series({(BOARD, 2013): 500.0, (BOARD, 2014): 900.0, (BOARD, 2015): 999_999.0})
    # Four in five are adults in 2015; the series gives 500 and 900 people for the years before.
    at_2013, at_2014 = 400.0, 720.0
    days = (date(2014, 2, 15) - date(2013, 6, 30)).days
    assert estimate(TWO, totals, BOARD, "2014-02") == (pytest.approx(at_2013 + (at_2014 - at_2013) * days / 365), True)
    days = (date(2015, 4, 15) - date(2014, 6, 30)).days
    assert estimate(TWO, totals, BOARD, "2015-04") == (pytest.approx(at_2014 + (800 - at_2014) * days / 365), True)
    assert estimate(TWO, totals, BOARD, "2015-07")[1] is False


def test_without_a_series_there_is_no_before() -> None:
    with pytest.raises(
        InputError, match=r"no series of total populations for Hartlepool \(E06000001\) before mid-2015"
    ):
        estimate(TWO, None, BOARD, "2015-06")
    with pytest.raises(InputError, match="no population figures for 2013-06; the earliest are for mid-2014"):
        estimate(TWO, series({(BOARD, 2014): 900.0}), BOARD, "2013-06")


def test_an_area_without_estimates_is_named() -> None:
    with pytest.raises(InputError, match=r"have no figure for Darlington \(E06000005\); fetch the workbooks"):
        estimate(TWO, None, "E06000005", "2015-07")


REDRAWN = estimates(
    {
        (BOURNEMOUTH, 2015): (100.0, 130.0),
        (POOLE, 2015): (200.0, 240.0),
        (DORSET, 2015): (300.0, 430.0),
        (BOURNEMOUTH, 2017): (150.0, 200.0),
        (POOLE, 2017): (150.0, 200.0),
        (DORSET, 2017): (300.0, 400.0),
        (JOINT, 2018): (500.0, 700.0),
        (REST, 2018): (300.0, 500.0),
        (JOINT, 2019): (700.0, 900.0),
        (REST, 2019): (500.0, 600.0),
    }
)


def test_a_missing_mid_year_is_bridged_flagged_and_said() -> None:
    people = estimates({(BOARD, year): (1000.0 + year, 2000.0) for year in (2015, 2016, 2018, 2019)})
    flags = {month: estimate(people, None, BOARD, month)[1] for month in ("2016-06", "2016-07", "2018-06", "2018-07")}
    assert flags == {"2016-06": False, "2016-07": True, "2018-06": True, "2018-07": False}
    said = describe_coverage([2015, 2016, 2018, 2019], ["2014-04", "2017-01", "2019-08"], source="population")
    assert said == [
        "population: the first estimates are of mid-2015; the months before, from April 2014, have their age shares on "
        "the series of totals, flagged 'extended'.",
        "population: there are no estimates of mid-2017; the months from mid-2016 to mid-2018 are bridged, flagged "
        "'extended'.",
        "population: the last estimates are of mid-2019; the months after, to August 2019, have the same people, "
        "flagged 'extended'.",
    ]
    _, last = describe_coverage([2015, 2018], ["2015-06", "2018-07"], source="x")
    assert last.startswith("x: the last estimates are of mid-2018; the months after, to July 2018, have the same")
    assert describe_coverage([2015, 2016], ["2015-07", "2016-06"], source="x") == []


def test_a_redrawn_area_has_its_share_of_its_successors() -> None:
    # In 2017, the nearest year that has all three, Dorset has half of the adults: 400 in 2018, 600 in 2019.
    days = (date(2018, 8, 15) - date(2018, 6, 30)).days
    assert estimate(REDRAWN, None, DORSET, "2018-08") == (pytest.approx(400 + 200 * days / 365), True)
    assert estimate(REDRAWN, None, POOLE, "2018-08") == (pytest.approx(200 + 100 * days / 365), True)
    days = (date(2018, 1, 15) - date(2017, 6, 30)).days
    assert estimate(REDRAWN, None, DORSET, "2018-01") == (pytest.approx(300 + 100 * days / 365), True)
    days = (date(2016, 7, 15) - date(2015, 6, 30)).days
    assert estimate(REDRAWN, None, POOLE, "2016-07") == (pytest.approx(200 - 50 * days / 731), True)


def test_its_history_is_its_part_of_all_who_lived_there() -> None:
    totals = series({(area, year): 400.0 for area in (JOINT, REST) for year in (2013, 2014)})
    # 800 people there with the 2015 share of adults, 600 of 800; Poole's part of those is a third.
    assert estimate(REDRAWN, totals, POOLE, "2014-02") == (pytest.approx(800 * 600 / 800 / 3), True)


def test_the_parts_add_up_to_their_successors() -> None:
    parts = [estimate(REDRAWN, None, area, "2019-03")[0] for area in (BOURNEMOUTH, POOLE, DORSET)]
    days = (date(2019, 3, 15) - date(2018, 6, 30)).days
    assert sum(parts) == pytest.approx(800 + 400 * days / 365)


def test_a_successor_starts_with_its_own_estimates() -> None:
    assert estimate(REDRAWN, None, JOINT, "2018-07") == (pytest.approx(500 + 200 * 15 / 365), False)


def test_a_change_of_code_is_no_extension() -> None:
    people = estimates({(BUCKS, 2018): (400.0, 500.0), (NEW_BUCKS, 2019): (765.0, 900.0)})
    totals = series({(NEW_BUCKS, 2017): 600.0})
    assert estimate(people, totals, BUCKS, "2018-07") == (pytest.approx(415.0), False)
    # Four in five on the series of the new code, which covers the same ground.
    days = (date(2018, 2, 15) - date(2017, 6, 30)).days
    assert estimate(people, totals, BUCKS, "2018-02") == (pytest.approx(480 - 80 * days / 365), True)
    alone = estimates({(NEW_BUCKS, 2019): (765.0, 900.0), (BOARD, 2019): (1.0, 2.0)})
    assert estimate(alone, None, BUCKS, "2019-07") == (765.0, True)


def test_a_new_code_has_the_people_of_the_old_one() -> None:
    people = estimates({(BUCKS, 2018): (400.0, 500.0), (BUCKS, 2019): (765.0, 900.0)})
    assert estimate(people, None, NEW_BUCKS, "2018-07") == (pytest.approx(415.0), False)
    assert estimate(people, None, NEW_BUCKS, "2020-05") == (765.0, True)
    totals = series({(BUCKS, 2017): 600.0})
    days = (date(2018, 2, 15) - date(2017, 6, 30)).days
    assert estimate(people, totals, NEW_BUCKS, "2018-02") == (pytest.approx(480 - 80 * days / 365), True)


def test_an_area_that_was_split_has_the_people_of_its_parts_and_they_none_before() -> None:
    whole, north, west = "E10000021", "E06000061", "E06000062"
    figures = {(whole, 2020): (700.0, 900.0), (north, 2021): (400.0, 500.0), (west, 2021): (665.0, 800.0)}
    # 700 and 365 more a year later: one person a day.
    assert estimate(estimates(figures), None, whole, "2020-07") == (pytest.approx(715.0), False)
    assert estimate(estimates(figures), None, north, "2021-07") == (400.0, True)
    with pytest.raises(InputError, match=r"no series of total populations for North Northamptonshire \(E06000061\)"):
        estimate(estimates(figures), None, north, "2021-05")
    with pytest.raises(InputError, match=r"have no figure for West Northamptonshire \(E06000062\)"):
        estimate(estimates({(whole, 2020): (700.0, 900.0)}), None, west, "2021-05")
