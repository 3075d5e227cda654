"""A file is known by what it says of itself: its date, its period, whether it is a demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcf_eval.catalogue.describe import describe_file, find_mid_year, read_month
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.sources import find_source
from bcf_eval.errors import InputError


def describe(path: Path, key: str) -> RawFile:
    source = find_source(key, path.name)
    assert source
    return describe_file(path, source, sha256="0", retrieved="now", origin="a test", stored=path.name)


def test_a_return_says_its_month_and_when_it_was_revised(make, tmp_path: Path) -> None:
    path = make.write(tmp_path / "December_99.xlsx", make.dtoc("2016-02", revised="11th May 2017"))
    found = describe(path, "dtoc")
    assert (found.period, found.vintage, found.demonstration) == ("2016-02", "2017-05-11", False)
    assert found.bytes == path.stat().st_size


def test_a_demonstration_says_so(make, tmp_path: Path) -> None:
    path = make.write(tmp_path / "a.xlsx", make.dtoc(source="DEMONSTRATION - invented"))
    assert describe(path, "dtoc").demonstration


def test_estimates_say_their_mid_year_and_when_they_were_published(make, tmp_path: Path) -> None:
    found = describe(make.write(tmp_path / "a.xlsx", make.estimates(2016)), "population")
    assert (found.period, found.vintage) == ("2016", "2017-06-22")


def test_estimates_without_a_date_are_undated(make, tmp_path: Path) -> None:
    sheets = make.estimates(2016)
    del sheets["Notes and definitions"]
    assert describe(make.write(tmp_path / "a.xlsx", sheets), "population").vintage == "undated"


def test_the_series_is_undated_and_about_all_years(make, tmp_path: Path) -> None:
    make.series(tmp_path / "MYEB3.csv")
    found = describe(tmp_path / "MYEB3.csv", "population")
    assert (found.period, found.vintage) == ("", "undated")


def test_a_return_without_a_date_is_refused(make, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.xlsx: no sheet states when it was revised or published"):
        describe(make.write(tmp_path / "a.xlsx", make.dtoc(revised="-")), "dtoc")


def test_sheets_that_disagree_about_the_month_are_refused(make, tmp_path: Path) -> None:
    sheets = make.dtoc("2016-02")
    sheets["LA - by reason"][2][2] = "March 2016"
    with pytest.raises(InputError, match="say 'February 2016' and 'March 2016'; expected one month"):
        describe(make.write(tmp_path / "a.xlsx", sheets), "dtoc")


def test_a_title_without_a_year_is_refused(make, tmp_path: Path) -> None:
    sheets = make.estimates(2016)
    sheets["MYE2 - All"][2] = ["Population estimates"]
    with pytest.raises(InputError, match=r"a\.xlsx: the title of the table of all persons names no mid-year"):
        describe(make.write(tmp_path / "a.xlsx", sheets), "population")


def test_the_year_stands_in_the_title() -> None:
    assert find_mid_year(["Contents", "Persons, Mid 2018", "mid-2001"], where="x") == "2018"


def test_a_period_row_that_is_no_month_is_refused() -> None:
    assert read_month("October 2016", where="x") == "2016-10"
    with pytest.raises(InputError, match="x, row Period: 'Q3 2016' is not a month"):
        read_month("Q3 2016", where="x")
    for text in ("February 0216", "December 1989", "January 2101", "January 9999"):
        with pytest.raises(InputError, match=f"x, row Period: '{text}' .*; expected a year from 1990 to 2100"):
            read_month(text, where="x")


def test_an_annual_return_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Return.Year,Measure.Value\n", encoding="utf-8")
    source = find_source("ascof", path.name)
    assert source is not None
    with pytest.raises(InputError, match="has a heading but no rows"):
        describe_file(path, source, sha256="", retrieved="", origin="", stored=path.name)
