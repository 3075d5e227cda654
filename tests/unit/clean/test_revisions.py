"""What was revised between two editions of a file: hand-made rows, and workbooks read by their recipe."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.clean.revisions import COLUMNS, compare_vintages
from bcf_eval.kept import Reading
from bcf_eval.store import Project

ENGLAND, LEEDS = "E92000001", "E08000035"


def raw(source: str, period: str, vintage: str) -> RawFile:
    name = f"{vintage}-{period.replace('/', '')}.xls"
    plain: dict[str, Any] = {"sha256": name, "bytes": 1, "publisher": "", "licence": "", "retrieved": "", "origin": ""}
    return RawFile(
        path=f"{source}/{vintage}/{name}", source=source, vintage=vintage, period=period, demonstration=False, **plain
    )


def count(organisation: str, numerator: float, *, period: str = "2016-01") -> dict[str, Any]:
    return {"organisation": organisation, "metric": "nea", "period": period, "numerator": numerator, "flag": ""}


class Recipe:
    """Hands out rows by vintage, and counts how often it was asked."""

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.n_read = 0

    def __call__(self, path: Path, file: RawFile) -> Reading:
        self.n_read += 1
        return Reading(pd.DataFrame(self.rows[f"v{file.vintage[:4]}"]))


def test_england_comes_first_and_then_what_changed_most(project: Project) -> None:
    recipe = Recipe(
        v2016=[count(ENGLAND, 100.0), count("01A", 50.0), count("01B", 30.0), count("01C", 20.0), count("01D", 5.0)],
        v2017=[count(ENGLAND, 100.0), count("01A", 50.0), count("01B", 29.0), count("01C", 24.0), count("01E", 7.0)],
    )
    files = [
        raw("mar", "2016-01", "2017-05-11"),
        raw("mar", "2016-01", "2016-03-01"),
        raw("mar", "2016-02", "2016-04-01"),
    ]
    found = compare_vintages(project, files, {"mar": recipe})
    assert [*found.columns] == COLUMNS
    assert found["vintage_old"].unique().tolist() == ["2016-03-01"]
    assert found["vintage_new"].unique().tolist() == ["2017-05-11"]
    england, *others = found.to_dict("records")
    assert (england["area_code"], england["organisation"], england["change"]) == (ENGLAND, "", 0.0)
    # What only one edition has cannot be sized and stands before what can.
    assert [one["organisation"] for one in others] == ["01D", "01E", "01C", "01B"]
    assert others[2]["change"] == 4.0
    assert others[2]["relative"] == pytest.approx(0.2)
    assert math.isnan(others[0]["new"]) and math.isnan(others[1]["old"])


def test_each_edition_is_compared_with_the_one_before_it(project: Project) -> None:
    recipe = Recipe(v2015=[count(ENGLAND, 1.0)], v2016=[count(ENGLAND, 2.0)], v2017=[count(ENGLAND, 4.0)])
    files = [raw("mar", "2016-01", f"{year}-01-01") for year in (2016, 2017, 2015)]
    found = compare_vintages(project, files, {"mar": recipe})
    assert found[["vintage_old", "vintage_new", "old", "new"]].to_numpy().tolist() == [
        ["2015-01-01", "2016-01-01", 1.0, 2.0],
        ["2016-01-01", "2017-01-01", 2.0, 4.0],
    ]
    assert found["relative"].tolist() == [1.0, 1.0]


def test_one_edition_of_each_period_is_nothing_to_compare_and_is_not_read(project: Project) -> None:
    recipe = Recipe()
    found = compare_vintages(
        project, [raw("mar", "2016-01", "2016-03-01"), raw("mar", "2016-02", "2016-04-01")], {"mar": recipe}
    )
    assert (len(found), [*found.columns], recipe.n_read) == (0, COLUMNS, 0)
    assert found["change"].dtype == float


def test_what_was_read_once_is_kept(project: Project) -> None:
    recipe = Recipe(v2016=[count(ENGLAND, 1.0)], v2017=[count(ENGLAND, 2.0)])
    files = [raw("mar", "2016-01", "2016-03-01"), raw("mar", "2016-01", "2017-03-01")]
    first = compare_vintages(project, files, {"mar": recipe})
    again = compare_vintages(project, files, {"mar": recipe})
    assert recipe.n_read == 2
    pd.testing.assert_frame_equal(first, again)


def test_rates_of_annual_returns_are_compared_by_year(project: Project) -> None:
    def rate(period: str, value: float) -> dict[str, Any]:
        return {"area_code": LEEDS, "metric": "residential", "period": period, "numerator": 9.0, "value": value}

    recipe = Recipe(
        v2016=[rate("2014/15", 600.0), rate("2015/16", 610.0)], v2017=[rate("2014/15", 600.0), rate("2015/16", 620.0)]
    )
    files = [raw("ascof", "2014/15 to 2015/16", vintage) for vintage in ("2016-10-01", "2017-10-01")]
    found = compare_vintages(project, files, {"ascof": recipe})
    assert found[["area_code", "period", "old", "new"]].to_numpy().tolist() == [[LEEDS, "2015/16", 610.0, 620.0]]


def test_rows_that_are_no_numbers_and_returns_without_a_recipe_are_passed_over(project: Project) -> None:
    shares = Recipe(v2016=[{"small_area": "a", "people": 1.0}], v2017=[{"small_area": "a", "people": 2.0}])
    files = [raw(source, "2016", f"{year}-01-01") for source in ("lookups", "population") for year in (2016, 2017)]
    assert compare_vintages(project, files, {"lookups": shares}).empty


def test_workbooks_are_compared_as_their_recipe_reads_them(project: Project, make: Any) -> None:
    files = [raw("dtoc", "2016-01", vintage) for vintage in ("2016-03-01", "2017-05-11")]
    for file, add in zip(files, (0, 2), strict=True):
        path = make.write((project.raw / file.path).with_suffix(".xlsx"), make.dtoc("2016-01", add=add))
        path.replace(project.raw / file.path)
    found = compare_vintages(project, files, {"dtoc": read_dtoc})
    totals = found[found["metric"] == "dtoc_days"]
    # Two days more in each of 151 boards.
    assert totals.iloc[0][["area_code", "change"]].tolist() == [ENGLAND, 302.0]
    assert len(totals) == 152
    assert set(totals["change"].iloc[1:]) == {2.0}
    social = found[found["metric"] == "dtoc_days_social_care"]
    assert social[["area_code", "change"]].to_numpy().tolist() == [[ENGLAND, 0.0]]
