"""The one frame of observations: its rate, its rules, its order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.errors import InputError
from bcf_eval.specs import Metric

DTOC = load.metric("dtoc_days")
PER_CENT = Metric(
    "reablement", "still at home", "", "per cent", "people", "proportion", 100, False, "higher", "year", "65+", True
)


def frame(**columns: object) -> pd.DataFrame:
    """Two months of Southend-on-Sea, hand-made, with some columns changed."""
    made = pd.DataFrame(
        {
            "area_code": ["E06000033", "E06000033"],
            "metric": ["dtoc_days", "dtoc_days"],
            "period": ["2014-10", "2014-11"],
            "numerator": [278.0, 412.0],
            "denominator": [138_000.0, 138_000.0],
            "value": [6.498, 9.952],
            "flag": ["", ""],
            "source": ["dtoc/2015-05-14/October_14.xls", "dtoc/2015-05-14/November_14.xls"],
        }
    )
    return made.assign(**columns)


def test_a_rate_is_a_day_and_for_100_000_where_the_metric_says_so() -> None:
    # England, October 2016: 200,095 delayed days in 31 days, of some 43.4 million adults.
    assert observations.rate(200_095, 43_400_000, DTOC, 31) == pytest.approx(100_000 * 200_095 / 43_400_000 / 31)
    assert observations.rate(200_095, 43_400_000, DTOC, 31) == pytest.approx(14.87, abs=0.005)
    assert observations.rate(827, 1000, PER_CENT, 365) == pytest.approx(82.7)


@given(
    st.lists(st.tuples(st.floats(0, 1e7), st.floats(1, 1e8), st.integers(28, 31)), min_size=1, max_size=20),
    st.sampled_from([DTOC, PER_CENT]),
)
def test_counts_come_back_from_rates(rows: list[tuple[float, float, int]], metric: Metric) -> None:
    numerator, denominator, days = (np.array(column, float) for column in zip(*rows, strict=True))
    value = observations.rate(numerator, denominator, metric, days)
    back = observations.events(value, denominator, metric, days)
    np.testing.assert_allclose(back, numerator, rtol=1e-12, atol=1e-300)


def test_nothing_divided_by_nobody_is_not_a_number() -> None:
    assert np.isnan(observations.rate([5, 0], [0, 0], DTOC, [30, 30])).all()
    assert np.isnan(observations.rate(np.nan, 100, DTOC, 30))


def test_days_are_those_of_each_period() -> None:
    days = observations.days_in(pd.Series(["2016-02", "2015/16", "2016-02", "2015-Q1"]))
    assert days.tolist() == [29, 366, 29, 90]


def test_observations_come_back_in_order_and_the_argument_unchanged() -> None:
    given_frame = pd.concat([frame(area_code="E09000001"), frame()]).iloc[::-1]
    before = given_frame.copy()
    found = observations.validate(given_frame)
    assert found[observations.KEY].to_numpy().tolist() == [
        ["E06000033", "dtoc_days", "2014-10"],
        ["E06000033", "dtoc_days", "2014-11"],
        ["E09000001", "dtoc_days", "2014-10"],
        ["E09000001", "dtoc_days", "2014-11"],
    ]
    assert list(found.columns) == observations.COLUMNS
    assert found.index.tolist() == [0, 1, 2, 3]
    pd.testing.assert_frame_equal(given_frame, before)


def test_a_missing_number_is_fine_with_a_flag() -> None:
    gap = frame(numerator=[278.0, np.nan], value=[6.498, np.nan], flag=["", "gap"])
    assert observations.validate(gap)["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"value": [6.498, np.nan]}, ["a missing value carries a flag", "2014-11"]),
        ({"area_code": ["E06000033", "Southend"]}, ["area_code = 'Southend'", "2014-11"]),
        ({"period": ["2014-10", "Nov 2014"]}, ["period = 'Nov 2014'", "E06000033"]),
        ({"numerator": [278.0, -1.0]}, ["numerator = -1.0", "2014-11"]),
        ({"denominator": [0.0, 138_000.0]}, ["denominator = 0.0", "2014-10"]),
        ({"value": [-2.0, 1.0]}, ["value = -2.0", "2014-10"]),
        ({"source": ["", "x.xls"]}, ["source = ''", "2014-10"]),
        ({"period": ["2014-10", "2014-13"]}, ["period = '2014-13'", "E06000033"]),
        ({"period": ["2014-10", "2014-10"]}, ["more than one row", "2014-10", "E06000033"]),
        ({"numerator": ["many", "412"]}, ["numerator = 'many'", "float64", "2014-10"]),
        ({"flag": ["", None]}, ["flag = ", "2014-11"]),
    ],
)
def test_what_breaks_a_rule_is_one_line_that_names_it(columns: dict[str, object], said: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        observations.validate(frame(**columns))
    message = str(caught.value)
    assert message.startswith("Observations: ")
    assert "\n" not in message
    assert [words for words in said if words not in message] == []


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="the column 'denominator' is not there; expected area_code, metric"):
        observations.validate(frame().drop(columns="denominator"))


def test_a_metric_is_laid_out_as_periods_by_areas() -> None:
    table = pd.concat([frame(area_code="E09000001").iloc[:1], frame(), frame(metric="dtoc_days_nhs", value=1.0)])
    laid = observations.matrix(table, "dtoc_days")
    assert laid.index.tolist() == ["2014-10", "2014-11"]
    assert laid.columns.tolist() == ["E06000033", "E09000001"]
    assert laid.loc["2014-11", "E06000033"] == 9.952
    assert np.isnan(laid.loc["2014-11", "E09000001"])
    assert observations.matrix(table, "dtoc_days", column="numerator").loc["2014-10", "E06000033"] == 278
