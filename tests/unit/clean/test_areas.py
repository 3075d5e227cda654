"""A row belongs to the authority that its stable code says, else its ONS code, else its name."""

from __future__ import annotations

import pytest

from bcf_eval.catalogue import load
from bcf_eval.catalogue.layout import Field, Layout
from bcf_eval.clean.areas import list_boards, name_areas, resolve_areas
from bcf_eval.clean.read import Table
from bcf_eval.errors import InputError

LAYOUT = Layout("days", "2015", "S", tuple(Field(name, "text", name, 1, "") for name in ("code", "ons_code", "name")))


def resolve(*rows: tuple[str, str, str], period: str = "2016-10"):
    table = Table("a.xls, sheet 'S'", LAYOUT, [], tuple(range(9, 9 + len(rows))), {}, rows, (), 0)
    return resolve_areas(table, source="dtoc", period=period)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("111", "", "Not a name"), "E06000001"),
        (("00EQ", "-", "Cheshire East"), "E06000049"),
        (("", "E06000033", "Not a name"), "E06000033"),
        (("new", "E06000033", ""), "E06000033"),
        (("", "", "Southend-on-Sea"), "E06000033"),
        (("", "", "southend ua"), "E06000033"),
        (("-", "-", "England"), "E92000001"),
        (("", "E06999999", "Bristol"), "E06000023"),
    ],
)
def test_stable_code_then_ons_code_then_name(row: tuple[str, str, str], code: str) -> None:
    assert resolve(row).codes.tolist() == [code]


def test_those_that_are_no_authority_keep_their_code() -> None:
    found = resolve(("9900", "-", "Resident In Wales"), ("", "", "resident in scotland"), ("-", "-", "England"))
    assert found.codes.tolist() == ["", "", "E92000001"]
    assert found.unallocated.tolist() == ["9900", "9901", ""]
    assert found.is_england.tolist() == [False, False, True]


def test_every_board_of_the_return_resolves_to_itself() -> None:
    rows = [row for row in load.rows("area_codes") if row["return"] == "dtoc"]
    assert resolve(*((row["code"], "", "") for row in rows)).codes.tolist() == [row["area_code"] for row in rows]
    assert resolve(*(("", "", row["name_in_return"]) for row in rows)).codes.tolist() == [
        row["area_code"] for row in rows
    ]


def test_an_unknown_area_is_an_error_that_offers_the_nearest() -> None:
    with pytest.raises(InputError) as error:
        resolve(("111", "", ""), ("XYZ", "-", "Hertfordshyre"))
    said = str(error.value)
    assert said.startswith(
        "a.xls, sheet 'S', row 10: 'Hertfordshyre' (code 'XYZ') is no known authority. Did you mean "
    )
    assert "'Hertfordshire'" in said
    assert said.endswith("? If it is one, add it to catalogue/area_codes.csv.")


def test_two_codes_that_mean_two_areas_are_refused() -> None:
    with pytest.raises(
        InputError, match=r"the code '111' is Hartlepool \(E06000001\), but the ONS code beside it is Mid"
    ):
        resolve(("111", "E06000002", "Hartlepool UA"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ("111", "", "Barnet"),
            r"code '111' is Hartlepool \(E06000001\), but the name .* 'Barnet', is Barnet \(E09000003",
        ),
        (("", "E06000001", "Barnet"), r"is Hartlepool \(E06000001\), but the name .* is Barnet \(E09000003\)"),
        (("111", "", "England"), r"is Hartlepool \(E06000001\), but the name .* is England \(E92000001\)"),
        (("9900", "-", "Barnet"), r"'9900' is Resident in Wales, but the name .* is Barnet \(E09000003\)"),
    ],
)
def test_a_name_that_is_another_area_than_its_code_is_refused(row: tuple[str, str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        resolve(row)


BOURNEMOUTH = next(row["code"] for row in load.rows("area_codes") if row["area_code"] == "E06000028")


def test_an_authority_that_has_ended_gives_way_to_its_successor() -> None:
    assert resolve((BOURNEMOUTH, "E06000028", "Bournemouth UA"), period="2019-03").codes.tolist() == ["E06000028"]
    assert resolve((BOURNEMOUTH, "E06000058", "x"), period="2019-04").codes.tolist() == ["E06000058"]
    assert resolve(("new", "-", "Dorset"), period="2019-04").codes.tolist() == ["E06000059"]
    assert resolve(("new", "-", "Dorset"), period="2019-03").codes.tolist() == ["E10000009"]
    with pytest.raises(InputError, match=r"had ended by 2019-04, as catalogue/areas\.csv says"):
        resolve((BOURNEMOUTH, "E06000028", "Bournemouth UA"), period="2019-04")


def test_the_boards_of_a_month_are_those_that_exist_in_it() -> None:
    assert list_boards("2019-03") == load.boards()
    later = set(list_boards("2019-04"))
    assert len(later) == 150
    assert later - set(load.boards()) == {"E06000058", "E06000059"}
    assert set(load.boards()) - later == {"E06000028", "E06000029", "E10000009"}
    assert name_areas()["E06000058"] == "Bournemouth, Christchurch and Poole"
    assert name_areas()["E10000009"] == "Dorset"
    assert name_areas()["E06000048"] == "Northumberland"


@pytest.mark.parametrize(
    ("month", "n_boards", "new"),
    [
        ("2011-04", 151, set()),
        ("2013-03", 151, set()),
        ("2018-12", 151, set()),
        ("2020-04", 150, {"E06000058", "E06000059", "E06000060"}),
        ("2021-04", 151, {f"E060000{number}" for number in (58, 59, 60, 61, 62)}),
        ("2024-03", 152, {f"E060000{number}" for number in range(58, 67)}),
    ],
)
def test_every_month_has_its_boards(month: str, n_boards: int, new: set[str]) -> None:
    boards = set(list_boards(month))
    assert len(boards) == n_boards
    assert boards - set(load.boards()) == new


@pytest.mark.parametrize(
    ("row", "period", "code"),
    [
        (("", "E06000048", "Northumberland"), "2012-05", "E06000057"),
        (("", "E08000020", ""), "2012-05", "E08000037"),
        (("", "", "Buckinghamshire"), "2020-03", "E10000002"),
        (("", "", "Buckinghamshire"), "2020-04", "E06000060"),
        (("", "", "North Yorkshire"), "2023-04", "E06000065"),
        (("x", "E06000063", "Cumberland Council"), "2023-04", "E06000063"),
        (("", "", "Westmorland & Furness"), "2023-04", "E06000064"),
    ],
)
def test_codes_and_names_change_hands(row: tuple[str, str, str], period: str, code: str) -> None:
    assert resolve(row, period=period).codes.tolist() == [code]


def test_a_county_that_was_split_gives_way_to_its_parts() -> None:
    with pytest.raises(InputError, match="'Cumbria' had ended by 2023-04, as catalogue/areas"):
        resolve(("", "", "Cumbria"), period="2023-04")
