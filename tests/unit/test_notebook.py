"""What a researcher takes of the data in one line."""

from __future__ import annotations

import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.errors import RequestError
from bcf_eval.observations import COLUMNS

ROWS = pd.DataFrame(
    [
        ("E06000033", metric, period, 1.0, 2.0, 50.0, "", "a/b")
        for metric, periods in {
            "nea": ("2015-06", "2015-04", "2015-05", "2015/16-Q1"),
            "residential": ("2015/16", "2014/15"),
        }.items()
        for period in periods
    ],
    columns=COLUMNS,
)


@pytest.mark.parametrize(
    ("metric", "frequency", "periods"),
    [
        ("nea", None, ["2015-04", "2015-05", "2015-06"]),
        ("nea", "financial_quarter", ["2015/16-Q1"]),
        ("residential", None, ["2014/15", "2015/16"]),
    ],
)
def test_a_board_comes_in_periods_of_one_kind(metric: str, frequency: str | None, periods: list[str]) -> None:
    found = bcf.select_area(ROWS, "Southend-on-Sea", metric=metric, frequency=frequency)
    assert found["period"].tolist() == periods


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(RequestError, match="The data hold no 'residential' of Southend-on-Sea by month"):
        bcf.select_area(ROWS, "E06000033", metric="residential", frequency="month")
