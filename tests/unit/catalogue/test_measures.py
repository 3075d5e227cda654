"""Published measures mean one metric each, in every year."""

from __future__ import annotations

import pytest

from bcf_eval.catalogue import load
from bcf_eval.catalogue.measures import find_columns, find_metrics, list_measured, published_counts
from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period

YEARS = [f"{year}/{(year + 1) % 100:02d}" for year in range(2010, 2030)]


def test_the_table_of_measures_is_whole() -> None:
    table = load.rows("ascof_measures")
    assert set(list_measured()) <= set(load.metrics())
    assert set(list_measured()) == {key for key, one in load.metrics().items() if one.frequency == "financial_year"}
    for row in table:
        assert row["counts"] in ("people", "averages", "estimates"), row
        assert row["counts"] == published_counts()[row["metric"]], row
        for end in ("from", "to"):
            assert not row[end] or parse_period(row[end]).kind == "financial_year", row
    for code in {row["code"] for row in table}:
        for year in YEARS:
            fitting = [
                row for row in table if row["code"] == code and (row["from"] or year) <= year <= (row["to"] or year)
            ]
            assert len(fitting) <= 1, (code, year)


def test_a_code_means_a_metric_only_in_its_years() -> None:
    pairs = [("2A2", "2015/16"), ("2A2", "2016/17"), ("2A(2)_1415", "2014/15"), ("1A", "2024/25"), ("2D", "2016/17")]
    assert find_metrics(pairs) == {
        ("2A2", "2016/17"): "residential",
        ("2A(2)_1415", "2014/15"): "residential",
        ("1A", "2024/25"): "quality_of_life",
    }


def test_columns_are_found_whatever_their_dots() -> None:
    headings = [
        *("return year", "Geographical.Level", "ONS.AREA.CODE", "ASCOF  Measure Code", "Disaggregation.Level"),
        *("Measure.Type", "Measure Value", "Notes"),
    ]
    found = find_columns(headings, source="ascof", where="a.csv")
    assert list(found.values()) == headings[:-1]
    with pytest.raises(InputError, match=r"a\.csv has no column 'Measure Value'; its columns are return year"):
        find_columns(headings[:-2], source="ascof", where="a.csv")
