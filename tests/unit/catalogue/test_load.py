"""An area or a metric is found by what a user would type, and what is not found brings the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_eval.catalogue import load
from bcf_eval.errors import CatalogueError, RequestError
from bcf_eval.specs import ENGLAND


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("Southend-on-Sea", "E06000033"),
        ("southend-on-sea", "E06000033"),
        ("Southend UA", "E06000033"),
        ("  southend  ", "E06000033"),
        ("E06000033", "E06000033"),
        ("e06000033", "E06000033"),
        ("Bristol", "E06000023"),
        ("Redcar & Cleveland", "E06000003"),
        ("England", ENGLAND),
        ("City of London", "E09000001"),
        ("Cornwall", "E06000052"),
    ],
)
def test_an_area_is_found_by_code_or_by_any_spelling(given: str, code: str) -> None:
    assert load.find_area(given).code == code


BOARDS = sorted(code for code, area in load.areas().items() if area.exists("2018-04"))


@given(st.sampled_from(BOARDS), st.sampled_from([str.upper, str.lower, str.title]))
def test_every_area_is_found_by_its_own_name_and_code(code: str, write: object) -> None:
    area = load.areas()[code]
    assert load.find_area(write(area.name)) == load.find_area(write(code)) == area  # type: ignore[operator]


def test_a_name_of_two_times_means_the_area_that_is_among_the_data() -> None:
    assert load.find_area("Dorset").code == "E10000009"
    assert load.find_area("Dorset", among=load.boards("2019-04")).code == "E06000059"
    assert load.find_area("bournemouth christchurch & poole").code == "E06000058"
    assert load.find_area("e06000048").name == "Northumberland"
    with pytest.raises(RequestError, match=r"^Bournemouth \(E06000028\) is not in these data: in April") as caught:
        load.find_area("Bournemouth", among=load.boards("2019-04"))
    assert str(caught.value) == (
        "Bournemouth (E06000028) is not in these data: in April 2019 Bournemouth became part of Bournemouth, "
        "Christchurch and Poole. These data hold Bournemouth, Christchurch and Poole (E06000058)."
    )
    with pytest.raises(RequestError, match=r"the rest of Dorset became a unitary authority\.$"):
        load.find_area("Dorset", among=["E06000033"])
    with pytest.raises(RequestError, match=r"^Leeds \(E08000035\) is not in these data\.$"):
        load.find_area("Leeds", among=["E06000033"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Southend on See", "There is no Health and Wellbeing Board 'Southend on See'. Did you mean 'Southend-on-Sea'"),
        ("E06000099", "There is no ONS code 'E06000099'. Did you mean 'E060000"),
        ("Cardiff", "There is no Health and Wellbeing Board 'Cardiff'."),
        ("", "There is no Health and Wellbeing Board ''."),
    ],
)
def test_an_unknown_area_is_one_line_with_the_nearest(given: str, said: str) -> None:
    with pytest.raises(RequestError) as caught:
        load.find_area(given)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_an_area_without_data_is_said_to_be_so() -> None:
    with pytest.raises(RequestError, match=r"Isles of Scilly \(E06000053\) is not in these data"):
        load.find_area("Isles of Scilly", among=load.boards())
    with pytest.raises(RequestError, match="Did you mean 'Kent'"):
        load.find_area("Kant", among=["E10000016", "E06000033"])


def test_an_unknown_metric_lists_the_known() -> None:
    assert load.metric("dtoc_days").better == "lower"
    with pytest.raises(RequestError, match=r"There is no metric 'dtoc'. Did you mean 'dtoc_days'.*Known: dtoc_days, "):
        load.metric("dtoc")


def test_what_touches_a_metric_comes_by_date_and_only_for_it() -> None:
    assert [one.start for one in load.interventions("dtoc_days")] == ["2015-04", "2017-04"]
    assert [one.period for one in load.breaks("dtoc_days_nhs")] == sorted(
        one.period for one in load.breaks("dtoc_days_nhs")
    )
    assert load.interventions("none") == load.breaks("none") == ()


def test_a_row_that_does_not_fit_its_heading_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FOLDER", tmp_path)
    for name, rows in {"short": "a,b\n1,2\n3\n", "long": "a,b\n1,2\n3,4,5\n"}.items():
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
        with pytest.raises(CatalogueError, match=rf"{name}\.csv, line 3:"):
            load.rows(name)


def test_a_table_reads_as_rows_of_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FOLDER", tmp_path)
    (tmp_path / "quoted.csv").write_bytes(b'code,label\r\n007,"one, two"\r\n')
    assert load.rows("quoted") == ({"code": "007", "label": "one, two"},)
