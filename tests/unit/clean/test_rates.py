"""Counts meet their people, and the flags of both are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.clean.rates import divide_by_people, list_missing, name_unallocated

ESTIMATES = pd.DataFrame(
    [("E06000001", year, band, people) for year, people in ((2015, 1000.0), (2016, 1000.0)) for band in ("18+", "all")],
    columns=["area_code", "year", "band", "people"],
)


def counts(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["metric", "period", "numerator", "flag"])
    return frame.assign(area_code="E06000001", source="dtoc/x/a.xls")


def test_a_rate_is_per_100_000_adults_and_day() -> None:
    frame = divide_by_people(counts(("dtoc_days", "2016-02", 29.0, "")), ESTIMATES, None)
    assert list(frame.columns) == observations.COLUMNS
    # One day a day among a thousand adults.
    assert frame.loc[0, ["denominator", "value", "flag"]].tolist() == [1000.0, pytest.approx(100.0), ""]


def test_flags_are_joined() -> None:
    frame = divide_by_people(
        counts(
            ("dtoc_days", "2016-05", 1.0, ""),
            ("dtoc_days_nhs", "2016-05", 0.0, "dash"),
            ("dtoc_days", "2016-08", 1.0, ""),
            ("dtoc_days_nhs", "2016-08", 0.0, "dash"),
        ),
        ESTIMATES,
        None,
    )
    flags = frame.set_index(["metric", "period"])["flag"].to_dict()
    assert flags == {
        ("dtoc_days", "2016-05"): "",
        ("dtoc_days_nhs", "2016-05"): "dash",
        ("dtoc_days", "2016-08"): "extended",
        ("dtoc_days_nhs", "2016-08"): "dash;extended",
    }


def test_a_missing_month_is_rows_without_a_number() -> None:
    frame = list_missing(["2016-05", "2019-05"], metrics=["dtoc_days", "dtoc_days_nhs"], source="dtoc")
    assert frame.groupby("period")["area_code"].nunique().to_dict() == {"2016-05": 152, "2019-05": 151}
    assert len(frame) == 2 * (152 + 151)
    assert np.isnan(frame["numerator"]).all()
    assert set(frame["flag"]) == {"gap"}
    assert list_missing([], metrics=["dtoc_days"], source="dtoc").empty


def test_those_that_are_no_authority_get_their_name() -> None:
    rows = pd.DataFrame(
        {"code": ["9901", "9900"], "metric": "dtoc_days", "period": "2016-05", "numerator": [1.0, 2.0], "source": "x"}
    )
    found = name_unallocated(rows, source="dtoc")
    assert found[["code", "label", "numerator"]].to_numpy().tolist() == [
        ["9900", "Resident in Wales", 2.0],
        ["9901", "Resident in Scotland", 1.0],
    ]
