"""A correction is data with a reason: it is checked, it must find its number, and what it did is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from bcf_eval import observations
from bcf_eval.catalogue.corrections import SHIPPED, Correction, read_corrections, say_applied
from bcf_eval.clean.annual import rate_annual
from bcf_eval.clean.correct import APPLIED, apply_corrections, load_corrections
from bcf_eval.errors import CatalogueError, InputError
from bcf_eval.store import Project

WHY = {"reason": "a test", "source": "nowhere", "status": "suspected"}
WIGHT = {"return": "dtoc", "period": "2013-11", "area": "E06000046", "metric": "dtoc_days"}


def delays(**changes: Any) -> pd.DataFrame:
    rows = [
        ("E06000046", "", "dtoc_days", "2013-11", 243.0, ""),
        ("E06000046", "", "dtoc_days_nhs", "2013-11", 157.0, "dash"),
        ("E06000046", "", "dtoc_days", "2013-12", 480.0, ""),
        ("", "9900", "dtoc_days", "2013-11", 5.0, ""),
    ]
    frame = pd.DataFrame(rows, columns=["area_code", "code", "metric", "period", "numerator", "flag"])
    return frame.assign(source="dtoc/v/a.xls", **changes)


def annual() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"area_code": ["E08000022"], "metric": "residential", "period": "2018/19", "flag": "", "source": "ascof/v/a"}
    )
    return frame.assign(numerator=305.0, denominator=50947.0, value=598.7)


def read(tmp_path: Path, *entries: dict[str, Any]) -> tuple[Correction, ...]:
    path = tmp_path / "corrections.yml"
    path.write_text(yaml.safe_dump([*entries]), encoding="utf-8")
    return read_corrections(path)


def correct(tmp_path: Path, *entries: dict[str, Any], **tables: pd.DataFrame):
    return apply_corrections(tables or {"dtoc": delays()}, read(tmp_path, *entries), demonstration=False)


@pytest.mark.parametrize(
    ("entry", "after", "word"),
    [
        ({"action": "drop"}, np.nan, "dropped"),
        ({"action": "override", "value": 24}, 24.0, "corrected"),
        ({"action": "scale", "value": 0.1}, 24.3, "scaled"),
        ({"action": "flag", "flag": "recording_change"}, 243.0, "recording_change"),
    ],
)
def test_every_action_changes_its_number_alone_and_is_listed(
    tmp_path: Path, entry: dict[str, Any], after: float, word: str
) -> None:
    given = delays()
    found = apply_corrections({"dtoc": given}, read(tmp_path, {"match": WIGHT, **entry, **WHY}), demonstration=False)
    rows = found.tables["dtoc"]
    assert rows["numerator"].tolist() == pytest.approx([after, 157, 480, 5], nan_ok=True)
    assert rows["flag"].tolist() == [word, "dash", "", ""]
    (line,) = found.applied.to_dict("records")
    assert list(line) == APPLIED
    assert (line["return"], line["period"], line["area_code"], line["organisation"]) == (
        "dtoc",
        "2013-11",
        "E06000046",
        "",
    )
    assert (line["metric"], line["action"], line["flag"]) == ("dtoc_days", entry["action"], word)
    assert (line["before"], line["after"]) == pytest.approx((243.0, after), nan_ok=True)
    assert (line["reason"], line["source"], line["status"], line["file"]) == (*WHY.values(), "corrections.yml")
    pd.testing.assert_frame_equal(given, delays())


def test_what_is_not_named_may_be_any_and_flags_join(tmp_path: Path) -> None:
    match = {"return": "dtoc", "period": "2013-11 to 2013-12", "area": "isle of wight"}
    found = correct(tmp_path, *[{"match": match, "action": "flag", "flag": word, **WHY} for word in ("a", "b", "a")])
    assert found.tables["dtoc"]["flag"].tolist() == ["a;b", "dash;a;b", "a;b", ""]
    assert len(found.applied) == 9


def test_those_that_are_no_area_are_met_by_their_code(tmp_path: Path) -> None:
    entry = {"match": {"return": "dtoc", "period": "2013-11", "code": "9900"}, "action": "drop", **WHY}
    assert np.isnan(correct(tmp_path, entry).tables["dtoc"]["numerator"][3])


def test_a_corrected_count_gives_up_the_published_value(tmp_path: Path) -> None:
    match = {"return": "ascof", "period": "2018/19", "area": "North Tyneside", "metric": "residential"}
    entry = {"match": match, "action": "override", "number": "denominator", "value": 41165, "expected": 50947, **WHY}
    (row,) = correct(tmp_path, entry, ascof=annual()).tables["ascof"].to_dict("records")
    assert (row["numerator"], row["denominator"], row["flag"]) == (305, 41165, "corrected")
    assert np.isnan(row["value"])
    flag = {"match": match, "action": "flag", "flag": "odd", "number": "denominator", **WHY}
    assert correct(tmp_path, flag, ascof=annual()).tables["ascof"]["value"].tolist() == [598.7]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"match": {**WIGHT, "period": "2013-10"}, "action": "drop"},
            "corrections.yml, entry 1 matches nothing: 'dtoc' has no row with period 2013-10, area_code E06000046, "
            "metric dtoc_days. Mend the entry, or take it out.",
        ),
        (
            {"match": {**WIGHT, "area": ["E06000046", "E06000001"]}, "action": "drop"},
            "corrections.yml, entry 1 matches nothing: 'dtoc' has no row with period 2013-11, area_code E06000001, "
            "metric dtoc_days. Mend the entry, or take it out.",
        ),
        (
            {"match": {"return": "mar", "period": "2013-11", "organisation": "5PT"}, "action": "drop"},
            "corrections.yml, entry 1 corrects 'mar', but there are no such returns.",
        ),
        (
            {"match": WIGHT, "action": "drop", "expected": 244},
            "corrections.yml, entry 1 expects 244 as numerator of 'dtoc' in 2013-11, but it is 243: perhaps the "
            "publisher mended it. Mend the entry, or take it out.",
        ),
        (
            {"match": {"return": "dtoc", "period": "2013-11", "area": "E06000046"}, "action": "override", "value": 1},
            "corrections.yml, entry 1 overrides 2 numbers of 'dtoc' with one value, those with period 2013-11, "
            "area_code E06000046; expected one: name the code or metric too.",
        ),
    ],
)
def test_a_correction_that_lost_its_number_stops_the_run(tmp_path: Path, entry: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        correct(tmp_path, {**entry, **WHY})
    assert str(caught.value) == said


def test_what_ships_is_left_aside_where_it_is_about_other_returns(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yml"
    ranged = {"match": {**WIGHT, "period": "2013-11 to 2014-02"}, "action": "flag", "flag": "odd", **WHY}
    path.write_text(yaml.safe_dump([ranged]), encoding="utf-8")
    shipped, own = read_corrections(path, shipped=True), read_corrections(path)
    tables = {"dtoc": delays()}
    assert apply_corrections(tables, shipped, demonstration=False).applied["period"].tolist() == ["2013-11", "2013-12"]
    for aside in (
        apply_corrections(tables, shipped, demonstration=True),
        apply_corrections({"ascof": annual()}, shipped, demonstration=False),
        apply_corrections({"dtoc": delays(period="2018-01")}, shipped, demonstration=False),
    ):
        assert (list(aside.applied.columns), len(aside.applied)) == (APPLIED, 0)
    # The period is there, but not what it is about: it lost its meaning.
    with pytest.raises(InputError, match="matches nothing"):
        apply_corrections({"dtoc": delays(area_code="E06000001")}, shipped, demonstration=False)
    for demonstration in (False, True):
        with pytest.raises(InputError, match="matches nothing: 'dtoc' has no row with period 2014-01"):
            apply_corrections(tables, own, demonstration=demonstration)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aktion": "drop"}, "entry 1: 'aktion' is no key; expected action, expected, flag"),
        ({"match": {**WIGHT, "aera": "x"}}, "'aera' is no key of match; expected area, code, metric, period, return."),
        ({"match": {**WIGHT, "organisation": "5PT"}}, "'organisation' is no key of match; expected area, code"),
        ({"match": None}, "match is missing; expected such as {return: dtoc"),
        ({"match": {**WIGHT, "return": "population"}}, "return is 'population'; expected one of dtoc, mar, ascof."),
        ({"match": {"return": "dtoc"}}, "period of match is None; expected such as 2013-11"),
        ({"match": {**WIGHT, "period": "2013-13"}}, "'2013-13' is not a period; expected YYYY-MM"),
        ({"match": {**WIGHT, "period": "2014-01 to 2013-01"}}, "period of match is '2014-01 to 2013-01'; expected"),
        ({"match": {**WIGHT, "period": "2014-01 to 2014/15"}}, "Cannot count from 2014-01 (month) to 2014/15"),
        ({"match": {**WIGHT, "area": "Wighty"}}, "There is no Health and Wellbeing Board 'Wighty'."),
        ({"match": {**WIGHT, "area": []}}, "area of match is []; expected text, or a list of texts."),
        ({"match": {**WIGHT, "metric": "dtoc"}}, "There is no metric 'dtoc'. Did you mean 'dtoc_days'"),
        ({"action": "delete"}, "action is 'delete'; expected one of drop, override, scale, flag."),
        ({"action": None}, "action is missing; expected one of drop, override, scale, flag."),
        ({"action": "override"}, "value is missing; expected the number for the action override."),
        ({"action": "override", "value": float("nan")}, "value is nan; expected a number of 0 or more."),
        ({"action": "override", "value": "12"}, "value is '12'; expected a number of 0 or more."),
        ({"action": "override", "value": True}, "value is True; expected a number of 0 or more."),
        ({"action": "scale", "value": -1}, "value is -1; expected a number of 0 or more."),
        ({"action": "scale", "value": 0}, "value is 0; expected a number above 0 for the action scale."),
        ({"value": 5}, "value is stated beside the action drop, which needs none."),
        ({"expected": float("inf")}, "expected is inf; expected a number of 0 or more."),
        ({"number": "people"}, "number is 'people'; expected one of numerator."),
        ({"flag": "odd"}, "flag is stated beside the action drop, which has its own: dropped."),
        ({"action": "flag"}, "flag is missing; expected some words."),
        ({"action": "flag", "flag": "odd; even"}, "flag is 'odd; even'; expected one word in small letters"),
        ({"reason": None}, "reason is missing; expected some words."),
        ({"source": " "}, "source is ' '; expected some words."),
        ({"status": "likely"}, "status is 'likely'; expected one of confirmed, suspected."),
    ],
)
def test_an_entry_that_makes_no_sense_is_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, {"match": WIGHT, "action": "drop", **WHY, **changes})
    assert str(caught.value).startswith(f"{tmp_path / 'corrections.yml'}, entry 1: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("match: 5\n", "states {'match': 5}; expected entries that begin with '- match:'."),
        ("- just words\n", "entry 1: it is 'just words'; expected keys such as match, action, reason."),
        ("- [a\n", "cannot be read as YAML"),
        ("- match: {return: dtoc, return: mar}\n", "'return' stands twice"),
    ],
)
def test_a_file_that_makes_no_sense_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_corrections(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_project_adds_its_own_to_what_ships(project: Project) -> None:
    shipped = load_corrections(project)
    assert shipped == read_corrections(SHIPPED, shipped=True)
    assert all(one.shipped and one.action == "flag" for one in shipped)
    (project.root / "corrections.yml").write_text("# none yet\n", encoding="utf-8")
    assert load_corrections(project) == shipped
    text = yaml.safe_dump([{"match": WIGHT, "action": "drop", **WHY}]).replace("\n", "\r\n")
    (project.root / "corrections.yml").write_bytes(text.encode())
    *first, last = load_corrections(project)
    assert tuple(first) == shipped
    assert (last.shipped, last.matches["area_code"], last.periods) == (False, ("E06000046",), ("2013-11",))


def test_one_that_ships_is_left_aside_where_its_measure_is_not_among_the_files() -> None:
    shipped = [one for one in read_corrections(SHIPPED, shipped=True) if one.source_return == "ascof"]
    about = next(one for one in shipped if one.matches.get("metric") == ("residential",))
    other = annual().assign(metric="reablement", period=about.periods[0])
    found = apply_corrections({"ascof": other}, [about], demonstration=False)
    assert found.applied.empty
    with pytest.raises(InputError, match="matches nothing"):
        apply_corrections(
            {"ascof": other.assign(metric="residential", area_code="E06000001")}, [about], demonstration=False
        )


@pytest.mark.parametrize(
    ("entry", "value", "word"),
    [({"action": "drop"}, np.nan, "dropped"), ({"action": "override", "value": 512.25}, 512.25, "corrected")],
)
def test_a_corrected_value_is_what_observations_hold(
    tmp_path: Path, entry: dict[str, Any], value: float, word: str
) -> None:
    match = {"return": "ascof", "period": "2018/19", "area": "E08000022", "metric": "residential"}
    found = correct(tmp_path, {"match": match, "number": "value", **entry, **WHY}, ascof=annual())
    held = observations.validate(rate_annual(found.tables["ascof"]))
    assert held["value"].tolist() == pytest.approx([value], nan_ok=True)
    assert held["flag"].tolist() == [word]
    # It would be worked out anew from its count.
    assert held["numerator"].isna().all() and held["denominator"].tolist() == [50947.0]


def test_own_corrections_are_counted_apart_from_those_that_ship(tmp_path: Path) -> None:
    own = read(tmp_path, {"match": WIGHT, "action": "drop", **WHY})
    shipped = read_corrections(tmp_path / "corrections.yml", shipped=True)
    applied = apply_corrections({"dtoc": delays()}, [*own, *shipped, *shipped], demonstration=False).applied
    assert say_applied(applied) == "Corrections applied: 1 of your own, 2 that ship."
    assert say_applied(applied[applied["shipped"]]) == "Corrections applied: none of your own, 2 that ship."
    assert say_applied(applied.iloc[:0]) == "Corrections applied: none."
    # A build of an earlier version.
    assert say_applied(applied.drop(columns="shipped")) == "Corrections applied: 3."
