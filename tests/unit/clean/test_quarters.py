"""A quarter is the sum of its three months, or it is not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.clean.quarters import sum_quarters
from bcf_eval.periods import month_range

AREA, ENGLAND = "E06000033", "E92000001"


def make_months(first: str, last: str, *, area: str = AREA, flag: str = "apportioned") -> pd.DataFrame:
    """100, 101, 102 … admissions among 1,000, 1,010, 1,020 … people."""
    months = month_range(first, last)
    numbers = np.arange(len(months), dtype=float)
    return pd.DataFrame(
        {
            "area_code": area,
            "metric": "nea",
            "period": months,
            "numerator": 100 + numbers,
            "denominator": 1000 + 10 * numbers,
            "value": 1.0,
            "flag": flag,
            "source": [f"mar/{month}" for month in months],
        }
    )


def test_a_quarter_is_the_sum_of_its_months() -> None:
    found = sum_quarters(make_months("2015-04", "2016-03"))
    assert found["period"].tolist() == ["2015/16-Q1", "2015/16-Q2", "2015/16-Q3", "2015/16-Q4"]
    assert found["numerator"].tolist() == [303.0, 312.0, 321.0, 330.0]
    assert found["denominator"].tolist() == [1010.0, 1040.0, 1070.0, 1100.0]
    assert found["value"].tolist() == pytest.approx([30_000.0, 30_000.0, 30_000.0, 30_000.0], rel=1e-12)
    assert set(found["flag"]) == {"apportioned"}
    assert found["source"].tolist()[3] == "mar/2016-01; mar/2016-02; mar/2016-03"
    assert len(observations.validate(found)) == 4


def test_a_rate_is_of_the_quarter_not_of_the_day() -> None:
    months = make_months("2015-04", "2015-06").assign(numerator=[10.0, 20.0, 30.0], denominator=[100.0, 200.0, 300.0])
    (row,) = sum_quarters(months).to_dict("records")
    assert row["value"] == 100_000 * 60 / 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: frame.drop(index=1),
        lambda frame: frame.assign(numerator=frame["numerator"].mask(frame.index == 1)),
        lambda frame: frame.assign(denominator=frame["denominator"].mask(frame.index == 1)),
    ],
    ids=["absent", "without a number", "without people"],
)
def test_a_quarter_is_whole_or_not_there(spoil) -> None:
    assert sum_quarters(spoil(make_months("2015-04", "2015-09")))["period"].tolist() == ["2015/16-Q2"]


def test_months_before_and_after_whole_quarters_are_left_out() -> None:
    found = sum_quarters(make_months("2015-03", "2015-11"))
    assert found["period"].tolist() == ["2015/16-Q1", "2015/16-Q2"]
    assert found["numerator"].tolist() == [101 + 102 + 103, 104 + 105 + 106]


def test_areas_and_flags_are_kept_apart() -> None:
    trusts = make_months("2013-01", "2013-03", area=ENGLAND, flag="primary_care_trusts;extended")
    trusts.loc[1, "flag"] = "primary_care_trusts;non_integer;extended"
    plain = make_months("2013-04", "2013-06", area=ENGLAND, flag="")
    own = make_months("2013-04", "2013-06")
    found = sum_quarters(pd.concat([plain, own, trusts]).sample(frac=1, random_state=1))
    flags = found.set_index(["area_code", "period"])["flag"].to_dict()
    assert flags == {
        (ENGLAND, "2012/13-Q4"): "primary_care_trusts;extended;non_integer",
        (ENGLAND, "2013/14-Q1"): "",
        (AREA, "2013/14-Q1"): "apportioned",
    }
    assert found.set_index("area_code").loc[AREA, "numerator"] == 303.0


def test_other_metrics_and_periods_are_left_out() -> None:
    months = make_months("2015-04", "2015-06")
    quarters = sum_quarters(months)
    assert sum_quarters(pd.concat([months, months.assign(metric="dtoc_days"), quarters])).equals(quarters)
    empty = sum_quarters(months.assign(metric="dtoc_days"))
    assert empty.empty
    assert empty.columns.tolist() == observations.COLUMNS
    assert len(sum_quarters(months.assign(metric="dtoc_days"), metric="dtoc_days")) == 1
