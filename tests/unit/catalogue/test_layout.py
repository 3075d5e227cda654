"""The layouts of the catalogue are whole, and say what the published tables were like."""

from __future__ import annotations

import pytest

from bcf_eval.catalogue import layout, load
from bcf_eval.errors import CatalogueError


@pytest.mark.parametrize(
    ("table", "names", "numbers"),
    [
        ("responsible_org", ["2011-04", "2013-04", "2015-07", "2017-04"], [4, 4, 4, 8]),
        ("type_of_care", ["2011-04", "2013-04", "2015-07", "2017-04"], [3, 3, 3, 6]),
        ("reason", ["2011-04", "2013-04", "2015-07", "2017-04", "2018-04"], [11, 11, 11, 12, 12]),
    ],
)
def test_the_tables_of_the_return_have_their_layouts(table: str, names: list[str], numbers: list[int]) -> None:
    found = layout.layouts("dtoc", table)
    assert [one.name for one in found] == names
    assert [len(one.numbers) for one in found] == numbers
    assert {one.sheet.casefold() for one in found} == {found[0].sheet.casefold()}


def test_beds_are_the_second_block_of_the_same_headings() -> None:
    latest = {field.name: field for field in layout.layouts("dtoc", "responsible_org")[-1].fields}
    assert (latest["nhs"].heading, latest["nhs"].occurrence, latest["nhs"].part_of) == ("NHS", 1, "total")
    beds = latest["nhs_beds"]
    assert (beds.heading, beds.occurrence, beds.part_of) == ("NHS", 2, "total_beds")


def test_a_span_stands_for_many_columns() -> None:
    for one in layout.layouts("population", "estimates"):
        assert len(one.numbers) == 92
        assert one.numbers[:2] == ("all_ages", "age_0")
        assert {field.part_of for field in one.fields if field.name.startswith("age_")} == {"all_ages"}
    (series,) = layout.layouts("population", "series")
    assert series.numbers == tuple(f"people_{year}" for year in range(2001, 2021))
    assert series.fields[-1].heading == "population_2020"


def test_one_more_row_gives_a_field_another_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"table": "t", "layout": "l", "sheet": "S", "kind": "text", "occurrence": "1", "part_of": "", "field": "code"}
    rows = (*({**row, "heading": one} for one in ("Code", "Org Code")), {**row, "field": "name", "heading": "Name"})
    monkeypatch.setattr(load, "rows", lambda _: rows)
    (found,) = layout.layouts.__wrapped__("spoilt", "t")
    assert [field.headings for field in found.fields] == [("Code", "Org Code"), ("Name",)]
    assert found.write_row(found.fields[1]) == "t,l,S,name,text,<the new heading>,1,"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"field": "code", "heading": "Code"},
        {"field": "code", "kind": "number"},
        {"sheet": "Another"},
        {"part_of": "nothing"},
    ],
    ids=["twice", "two kinds", "two sheets", "no total"],
)
def test_a_layout_that_contradicts_itself_is_refused(monkeypatch: pytest.MonkeyPatch, spoilt: dict[str, str]) -> None:
    row = {"table": "t", "layout": "l", "sheet": "S", "kind": "text", "occurrence": "1", "part_of": ""}
    rows = ({**row, "field": "code", "heading": "Code"}, {**row, "field": "name", "heading": "Name", **spoilt})
    monkeypatch.setattr(load, "rows", lambda _: rows)
    with pytest.raises(CatalogueError, match=r"layouts/spoilt\.csv, t l: a field stands twice"):
        layout.layouts.__wrapped__("spoilt", "t")
