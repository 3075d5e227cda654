"""Annual measures become observations: worked out from counts, or as published where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.clean.annual import agrees_as_printed, find_halves, rate_annual

AREAS = [f"E060000{number:02d}" for number in range(1, 13)]


def rows(*given: tuple[str, float, float, float, str], period: str = "2015/16") -> pd.DataFrame:
    """Metric, numerator, denominator, value as published and flag, an area each."""
    frame = pd.DataFrame(given, columns=["metric", "numerator", "denominator", "value", "flag"])
    frame = frame.astype({"numerator": float, "denominator": float, "value": float})
    return frame.assign(area_code=AREAS[: len(frame)], period=period, source="ascof/undated/a.csv")


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator", "published", "value"),
    [
        ("residential", 61_010, 9_711_572, 628.2, 628.21961),  # England, 2015-16
        ("reablement", 35_160, 42_510, 82.7, 82.70995),
        ("dtoc_ascof", 5_231, 43_108_471, 12.1, 12.13450),
        ("quality_of_life", 12_557_484, 657_823, 19.1, 19.08946),
        ("reablement", 0, 1, 0.0, 0.0),
    ],
)
def test_the_value_is_worked_out_from_the_counts(
    metric: str, numerator: float, denominator: float, published: float, value: float
) -> None:
    found = rate_annual(rows((metric, numerator, denominator, published, "")))
    assert found["value"].tolist() == pytest.approx([value], abs=1e-5)
    assert found["flag"].tolist() == [""]
    assert found.columns.tolist() == observations.COLUMNS
    assert len(observations.validate(found)) == 1


def test_without_counts_the_published_value_stands() -> None:
    found = rate_annual(rows(("mental_health_housing", np.nan, np.nan, 58.6, "counts_not_available")))
    assert found[["value", "flag"]].to_numpy().tolist() == [[58.6, "counts_not_available"]]


def test_what_is_missing_stays_missing_and_flagged() -> None:
    found = rate_annual(rows(("residential", np.nan, 129_100, np.nan, "not_available")))
    assert found["value"].isna().all()
    assert found[["denominator", "flag"]].to_numpy().tolist() == [[129_100, "not_available"]]


def test_a_measure_of_nobody_has_no_value() -> None:
    found = observations.validate(rate_annual(rows(("reablement", 0, 0, np.nan, "not_available"))))
    assert found[["denominator", "value"]].isna().all(axis=None)
    found = rate_annual(rows(("reablement", 0, 0, np.nan, "")))
    assert found["flag"].tolist() == ["not_available"]


def test_counts_rounded_to_five_do_not_give_the_published_value() -> None:
    # Bracknell Forest in 2014-15: 45 of 50 is 90 per cent, but 82.7 were published.
    found = rate_annual(rows(("reablement", 45, 50, 82.7, ""), ("reablement", 40, 50, 80.0, "")))
    assert found[["value", "flag"]].to_numpy().tolist() == [[82.7, "rounded_counts"], [80.0, ""]]


def test_a_flag_joins_another() -> None:
    found = rate_annual(rows(("reablement", 45, 50, 82.7, "corrected"), ("reablement", 1, 3, 33.3, "corrected")))
    assert found["flag"].tolist() == ["corrected;rounded_counts", "corrected"]


def test_published_values_agree_to_their_decimals() -> None:
    frame = rows(("residential", 1, 16_000, 6.2, ""), ("residential", 1, 16_000, 6.3, ""), ("residential", 1, 2, 7, ""))
    assert agrees_as_printed(frame, [6.25, 6.25, 7.051]).tolist() == [True, True, False]
    whole = rows(("mental_health_housing", 1, 2, 57, ""), ("mental_health_housing", 1, 2, 58, ""))
    assert agrees_as_printed(whole, [57.5, 58.51]).tolist() == [True, False]


def test_how_numbers_were_rounded_is_seen_in_a_whole_year() -> None:
    fives = rows(*(("reablement", 5.0 * number, 100.0 + number, 10.5, "") for number in range(1, 12)))
    assert find_halves(fives).drop_duplicates().to_numpy().tolist() == [[2.5, 0.0, 0.05]]
    averages = fives.assign(metric="dtoc_ascof", numerator=fives["numerator"] + 1)
    assert find_halves(averages).drop_duplicates().to_numpy().tolist() == [[0.5, 0.0, 0.05]]
    survey = fives.assign(metric="social_contact", value=10.0)
    assert find_halves(survey).drop_duplicates().to_numpy().tolist() == [[2.5, 0.5, 0.5]]
    few = find_halves(fives.head(9))
    assert few["numerator"].unique().tolist() == [0.0]


def test_the_rows_given_are_left_alone() -> None:
    given = rows(("reablement", 45, 0, 82.7, ""))
    before = given.copy()
    rate_annual(given)
    pd.testing.assert_frame_equal(given, before)


def test_every_row_of_a_year_counted_to_five_says_so() -> None:
    fives = rows(*(("reablement", 5.0 * number, 5.0 * number + 50, np.nan, "") for number in range(1, 12)))
    hidden = rows(("reablement", np.nan, np.nan, np.nan, "suppressed"))
    found = rate_annual(pd.concat([fives, hidden], ignore_index=True))
    assert found["flag"].tolist() == ["counts_to_five"] * 11 + ["suppressed;counts_to_five"]
    exact = fives.assign(numerator=fives["numerator"] + 1, denominator=fives["denominator"] + 1)
    assert rate_annual(exact)["flag"].unique().tolist() == [""]


def test_what_a_correction_put_there_is_no_printed_decimal() -> None:
    year = pd.concat([rows(*[("residential", np.nan, 1000, 57.5, "")] * 11), rows(("residential", 1, 1, 1, ""))])
    year = year.reset_index(drop=True).assign(area_code=AREAS)
    year.loc[11, ["numerator", "value", "flag"]] = [np.nan, 57.123, "corrected"]
    assert set(find_halves(year)["value"]) == {0.05}
    assert rate_annual(year)["value"].iloc[11] == 57.123
