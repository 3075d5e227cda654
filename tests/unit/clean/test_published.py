"""Our numbers beside the published ones: what must agree, what is another quantity, what is a known exception."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.clean.published import (
    COLUMNS,
    DELAYS,
    DELAYS_OUR_PEOPLE,
    TOLERANCES,
    VALUES,
    compare_published,
    list_disagreements,
)
from bcf_eval.periods import parse_period

ENGLAND, HARTLEPOOL, LEEDS, NORTH_TYNESIDE = "E92000001", "E06000001", "E08000035", "E08000022"
BOURNEMOUTH, POOLE, DORSET, JOINT, REST = "E06000028", "E06000029", "E10000009", "E06000058", "E06000059"
TEXT = {"area_code": str, "metric": str, "period": str}
NOTHING = pd.DataFrame({"area_code": [], "year": [], "band": [], "people": []}).astype({"area_code": str, "band": str})


def annual(*given: tuple[str, str, str, float, float, float]) -> pd.DataFrame:
    """Area, metric, period, numerator, denominator and value as published."""
    columns = ["area_code", "metric", "period", "numerator", "denominator", "value"]
    numbers = dict.fromkeys(columns[3:], float)
    return pd.DataFrame(given, columns=columns).astype(TEXT | numbers).assign(flag="", source="ascof/undated/a.csv")


def delays(area: str, year: str, *, per_day: float, adults: float) -> pd.DataFrame:
    """Twelve months with the same delayed days for each day."""
    months = parse_period(year).months
    days = [parse_period(str(month)).days for month in months]
    return pd.DataFrame(
        {
            "area_code": area,
            "metric": "dtoc_days",
            "period": [str(month) for month in months],
            "numerator": [per_day * n for n in days],
            "denominator": adults,
            "value": 100_000 * per_day / adults,
            "flag": "",
            "source": "dtoc/x/y",
        }
    )


def people(*given: tuple[str, int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["area_code", "year", "band", "people"])


def one(comparisons: pd.DataFrame, what: str, area: str = HARTLEPOOL) -> pd.Series:
    (found,) = comparisons.query("what == @what and area_code == @area").to_dict("records")
    return pd.Series(found)


def test_delayed_days_are_averaged_over_the_year() -> None:
    observed = delays(HARTLEPOOL, "2017/18", per_day=10, adults=80_000)
    found = compare_published(observed, NOTHING, annual((HARTLEPOOL, "dtoc_ascof", "2017/18", 10, 100_000, 10.1)))
    assert found.columns.tolist() == COLUMNS
    # The same delays for 100,000 published adults are 10, for 80,000 of ours 12.5.
    counts, ours = one(found, DELAYS), one(found, DELAYS_OUR_PEOPLE)
    assert (counts["ours"], counts["published"], counts["expected"]) == (pytest.approx(10), 10.1, "agree")
    assert counts["difference"] == pytest.approx(-0.1 / 10.1)
    assert ours["ours"] == pytest.approx(12.5)
    assert "published denominator" in counts["note"]
    assert "our adults" in ours["note"]
    assert list_disagreements(found)["what"].tolist() == [DELAYS_OUR_PEOPLE]


def test_months_weigh_by_their_days() -> None:
    # One delayed day for each of the 31 days of March 2018 alone, of 365 days of the year.
    observed = delays(HARTLEPOOL, "2017/18", per_day=1, adults=100_000)
    observed["numerator"] = np.where(observed["period"] == "2018-03", 31.0, 0.0)
    found = compare_published(observed, NOTHING, annual((HARTLEPOOL, "dtoc_ascof", "2017/18", 0, 100_000, 0.1)))
    assert one(found, DELAYS)["ours"] == pytest.approx(31 / 365)
    assert one(found, DELAYS_OUR_PEOPLE)["ours"] == pytest.approx(31 / 365)


def test_before_the_count_changed_it_is_another_quantity() -> None:
    periods = ["2016/17", "2017/18"]
    observed = pd.concat([delays(HARTLEPOOL, year, per_day=10, adults=100_000) for year in periods])
    returned = annual(*((HARTLEPOOL, "dtoc_ascof", year, 15.0, 100_000.0, 15.0) for year in periods))
    found = compare_published(observed, NOTHING, returned).query("what == @DELAYS").set_index("period")
    assert found["expected"].to_dict() == {"2016/17": "other quantity", "2017/18": "agree"}
    assert found["difference"].tolist() == pytest.approx([-1 / 3, -1 / 3])
    assert list_disagreements(found.reset_index())["period"].tolist() == ["2017/18"]


def test_a_year_with_a_month_missing_is_not_compared() -> None:
    observed = delays(HARTLEPOOL, "2017/18", per_day=10, adults=100_000)
    returned = annual((HARTLEPOOL, "dtoc_ascof", "2017/18", 10, 100_000, 10.0))
    hidden = observed.assign(value=observed["value"].where(observed["period"] != "2017-06"))
    assert set(compare_published(hidden, NOTHING, returned)["what"]) == {VALUES}
    assert set(compare_published(observed.iloc[1:], NOTHING, returned)["what"]) == {VALUES}


def test_england_counts_those_who_live_outside() -> None:
    observed = delays(ENGLAND, "2018/19", per_day=10, adults=100_000)
    found = compare_published(observed, NOTHING, annual((ENGLAND, "dtoc_ascof", "2018/19", 10, 100_000, 10.0)))
    assert "outside England" in one(found, DELAYS, ENGLAND)["note"]


def test_denominators_are_the_people_of_the_first_june() -> None:
    returned = annual(
        (HARTLEPOOL, "residential", "2015/16", 1, 1_000, 100.0),
        (HARTLEPOOL, "dtoc_ascof", "2015/16", 1, 5_100, 19.6),
        (HARTLEPOOL, "residential", "2014/15", 1, 900, 111.1),
    )
    estimates = people((HARTLEPOOL, 2015, "65+", 1_000), (HARTLEPOOL, 2015, "18+", 5_000), (LEEDS, 2015, "65+", 9_000))
    found = compare_published(delays(HARTLEPOOL, "2011/12", per_day=1, adults=1), estimates, returned)
    older, adults = one(found, "65+ denominators"), one(found, "18+ denominators")
    assert older[["ours", "published", "difference", "period"]].tolist() == [1_000, 1_000, 0.0, "2015/16"]
    assert adults["difference"] == pytest.approx(-100 / 5_100)
    assert list_disagreements(found)["what"].tolist() == ["18+ denominators"]


def test_redrawn_areas_are_held_together() -> None:
    old = ((BOURNEMOUTH, 100.0), (POOLE, 200.0), (DORSET, 300.0), (HARTLEPOOL, 50.0))
    returned = annual(*((code, "residential", "2018/19", 1.0, size, 1.0) for code, size in old))
    estimates = people((JOINT, 2018, "65+", 350), (REST, 2018, "65+", 240), (HARTLEPOOL, 2018, "65+", 50))
    found = compare_published(delays(HARTLEPOOL, "2011/12", per_day=1, adults=1), estimates, returned)
    for code in (BOURNEMOUTH, POOLE, DORSET):
        row = one(found, "65+ denominators", code)
        assert row[["ours", "published", "expected"]].tolist() == [590, 600, "agree"]
        assert row["note"] == (
            "E06000028 and E06000029 and E10000009 together: the estimates are on the later boundaries of E06000058 "
            "and E06000059"
        )
    assert one(found, "65+ denominators")["note"] == ""


@pytest.mark.parametrize(("published", "expected"), [(50_947, "known exception"), (41_165, "agree"), (60_000, "agree")])
def test_a_known_exception_is_one_only_while_it_is_as_it_was(published: float, expected: str) -> None:
    returned = annual((NORTH_TYNESIDE, "residential", "2018/19", 305, published, 1.0))
    estimates = people((NORTH_TYNESIDE, 2018, "65+", 41_165))
    found = compare_published(delays(HARTLEPOOL, "2011/12", per_day=1, adults=1), estimates, returned)
    row = one(found, "65+ denominators", NORTH_TYNESIDE)
    assert row["expected"] == expected
    assert row["note"] == ("published with the people of North Somerset" if expected != "agree" else "")
    assert (published == 60_000) == ("65+ denominators" in set(list_disagreements(found)["what"]))


def values(metric: str, *given: tuple[float, float, float]) -> pd.DataFrame:
    """Numerators, denominators and values of a year; the rest of the year is whole people."""
    codes = load.boards()
    rest = [(17.0, 100.0 + number, round(1700 / (100 + number), 1)) for number in range(12)]
    rows = annual(*((code, metric, "2015/16", *one) for code, one in zip(codes, [*given, *rest], strict=False)))
    return compare_published(delays(HARTLEPOOL, "2011/12", per_day=1, adults=1), NOTHING, rows).head(len(given))


def test_values_are_held_to_their_decimals() -> None:
    found = values("reablement", (33, 47, 70.2), (33, 47, 70.3), (1, 16, 6.3), (1, 16, 6.2))
    assert found["difference"].tolist() == pytest.approx([0, -0.1 / 70.3, 0, 0])
    assert found["ours"].tolist() == [70.2, 70.2, 6.3, 6.2]
    assert list_disagreements(found)["published"].tolist() == [70.3]


def test_rounded_counts_explain_a_difference_and_no_more() -> None:
    # An average of 5.9 delays is printed as 6: 5.9 of 100,000 is known, 7 is not.
    found = values("dtoc_ascof_social_care", (6, 100_000, 5.9), (6, 100_000, 7.0), (6, 100_000, 6.0))
    assert found["expected"].tolist() == ["known exception", "agree", "agree"]
    assert found["note"].tolist() == ["the counts are published rounded, more coarsely than the value", "", ""]
    assert list_disagreements(found)["published"].tolist() == [7.0]


def test_values_without_counts_are_not_compared() -> None:
    assert len(values("reablement", (np.nan, 47, 70.2)).query("published == 70.2")) == 0


def test_nothing_to_compare() -> None:
    empty = annual()
    found = compare_published(delays(HARTLEPOOL, "2017/18", per_day=1, adults=1), NOTHING, empty)
    assert found.columns.tolist() == COLUMNS
    assert len(found) == len(list_disagreements(found)) == 0


def test_known_differences_name_what_is_compared() -> None:
    for row in load.rows("known_differences"):
        assert row["what"] in TOLERANCES, row
        assert row["area_code"] in load.areas(), row
        assert parse_period(row["period"]).kind == "financial_year", row
        assert abs(float(row["ratio"]) - 1) > TOLERANCES[row["what"]], row
        assert row["note"], row
