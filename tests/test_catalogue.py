"""The tables of the catalogue agree with each other, and with what is known of the country."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from bcf_eval.catalogue import load
from bcf_eval.errors import CatalogueError
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Protocol

METRICS = set(load.metrics())
AREAS = set(load.areas())
# Once a year, in the month in which boundaries move.
APRILS = [f"{year}-04" for year in range(2011, 2025)]


def test_the_boards_are_those_of_england() -> None:
    # 151 boards: 32 London boroughs, the City of London and 36 metropolitan districts among them.
    boards = load.boards()
    assert len(boards) == 151
    assert Counter(code[:3] for code in boards) == {"E06": 55, "E08": 36, "E09": 33, "E10": 27}
    assert {area.code for area in load.areas().values() if area.kind == "not_a_board"} == {"E06000053"}
    assert load.england().name == "England"


def test_areas_are_unique_and_well_formed() -> None:
    table = load.rows("areas")
    assert len({row["code"] for row in table}) == len(table)
    for month in APRILS:
        names = [area.name.casefold() for area in load.areas().values() if area.exists(month)]
        assert len(set(names)) == len(names), month
    for row in table:
        assert re.fullmatch(r"E\d{8}", row["code"]), row
        assert row["name"] == " ".join(row["name"].split()), row
        assert row["kind"] in ("board", "country", "not_a_board"), row
    assert next(iter(load.areas())) == ENGLAND


@pytest.mark.parametrize(
    ("month", "boards"),
    [
        ("2011-04", 151),
        ("2013-04", 151),
        ("2019-03", 151),
        ("2019-04", 150),
        ("2020-03", 150),
        ("2020-04", 150),
        ("2021-04", 151),
        ("2023-03", 151),
        ("2023-04", 152),
        ("2024-04", 152),
    ],
)
def test_the_boards_of_a_month_are_as_many_as_there_were(month: str, boards: int) -> None:
    assert len(load.boards(month)) == boards
    assert (load.boards(month) == load.boards()) == (month < "2019-04")


def test_areas_begin_and_end_with_the_changes_that_made_them() -> None:
    changes = load.rows("area_changes")
    for area in load.areas().values():
        began = {row["from_period"] for row in changes if row["new"] == area.code and row["old"] in AREAS}
        ended = {row["from_period"] for row in changes if row["old"] == area.code}
        assert began == ({area.first} if area.first else set()), area
        assert ended == ({str(parse_period(area.last).shift(1))} if area.last else set()), area
    for row in changes:
        if row["old"] in AREAS:
            assert load.areas()[row["old"]].region == load.areas()[row["new"]].region, row


def test_regions_are_known_and_there_are_nine() -> None:
    assert len(load.regions()) == 9
    for area in load.areas().values():
        assert area.region in load.regions() or (area.code == ENGLAND and area.region == ""), area
    per_region = Counter(load.regions()[load.areas()[code].region] for code in load.boards())
    assert per_region["London"] == 33
    assert per_region["North East"] == 12
    assert set(per_region) == set(load.regions().values())


def test_the_codes_of_returns_point_to_one_area_each() -> None:
    table = load.rows("area_codes")
    assert {row["area_code"] for row in table} <= AREAS
    assert max(Counter((row["return"], row["code"]) for row in table).values()) == 1
    dtoc = [row for row in table if row["return"] == "dtoc"]
    assert sorted(row["area_code"] for row in dtoc) == list(load.boards())
    assert {row["code"] for row in dtoc if not re.fullmatch(r"\d{3}", row["code"])} == {"00EQ", "00EW", "00KB", "00KC"}
    assert not {row["code"] for row in dtoc} & {row["code"] for row in load.rows("unallocated")}


@pytest.mark.parametrize("month", APRILS)
def test_no_spelling_of_a_name_means_two_areas(month: str) -> None:
    meant: dict[str, set[str]] = {}
    spellings = [
        *((row["name"], row["code"]) for row in load.rows("areas")),
        *((row["name_in_return"], row["area_code"]) for row in load.rows("area_codes")),
        *((row["name"], row["area_code"]) for row in load.rows("area_names")),
    ]
    for name, code in spellings:
        if load.areas()[code].exists(month):
            meant.setdefault(name.casefold(), set()).add(code)
    assert {name: codes for name, codes in meant.items() if len(codes) > 1} == {}
    assert {code for codes in meant.values() for code in codes} <= AREAS


def test_area_changes_go_from_known_areas_to_new_ones() -> None:
    for row in load.rows("area_changes"):
        # A code that was changed before the boards of 2018 is known as another name of its area alone.
        assert row["old"] in AREAS or (row["kind"], row["from_period"]) == ("recode", "2013-04"), row
        assert re.fullmatch(r"E\d{8}", row["old"]), row
        assert row["new"] in AREAS, row
        assert row["old"] != row["new"], row
        assert row["kind"] in ("recode", "merge", "partial", "split"), row
        assert parse_period(row["from_period"]).kind == "month", row
        assert row["note"], row


def test_every_lower_tier_lies_in_one_known_area() -> None:
    table = load.rows("lower_tiers")
    assert max(Counter(row["lower_tier"] for row in table).values()) == 1
    assert all(re.fullmatch(r"E0[6-9]\d{6}", row["lower_tier"]) for row in table)
    # The table is on the boundaries of 2020, where four boards of these returns are no more.
    uppers = {row["upper_tier"] for row in table}
    changes = load.rows("area_changes")
    assert uppers <= AREAS | {row["new"] for row in changes}
    assert set(load.boards()) - {row["old"] for row in changes} <= uppers


def test_metrics_are_complete() -> None:
    for metric in load.metrics().values():
        assert metric.better in ("lower", "higher"), metric
        assert metric.frequency in ("month", "quarter", "financial_year", "year"), metric
        assert metric.denominator in ("18+", "65+", "all", "returned"), metric
        assert metric.statistic in ("rate", "proportion", "score"), metric
        assert metric.multiplier > 0, metric
        assert metric.label, metric
        assert metric.unit, metric
        assert metric.count_unit, metric
    assert {"dtoc_days", "dtoc_days_nhs", "dtoc_days_social_care", "dtoc_days_both"} <= METRICS
    headlines = [key for key, metric in load.metrics().items() if metric.headline]
    assert headlines == ["dtoc_days", "nea", "residential", "reablement"]


@pytest.mark.parametrize(
    ("table", "period", "words"),
    [
        ("interventions", "start", {"kind": {"policy", "shock"}}),
        (
            "breaks",
            "period",
            {
                "kind": {"guidance", "definition", "collection", "boundary", "shock"},
                "effect": {"splits", "steps", "ends", "none"},
            },
        ),
    ],
)
def test_what_happened_to_a_metric_names_known_ones(table: str, period: str, words: dict[str, set[str]]) -> None:
    assert load.rows(table)
    for row in load.rows(table):
        assert row["metrics"].split(), row
        assert set(row["metrics"].split()) <= METRICS, row
        assert str(parse_period(row[period])) == row[period], row
        assert row["label"], row
        for column, known in words.items():
            assert row[column] in known, row


def test_the_fund_and_the_breaks_stand_where_the_facts_say() -> None:
    assert {one.key: one.start for one in load.interventions("dtoc_days")} == {
        "bcf_2015": "2015-04",
        "ibcf_2017": "2017-04",
    }
    assert [(one.period, one.effect) for one in load.breaks("dtoc_days")] == [
        ("2015-04", "steps"),
        ("2015-10", "steps"),
        ("2017-04", "none"),
        ("2018-11", "steps"),
        ("2020-03", "ends"),
    ]


def test_ambition_rules_look_ahead_from_what_was_known() -> None:
    assert load.ambition_rules()
    for rule in load.ambition_rules():
        assert rule.metric in METRICS, rule
        known, target = parse_period(rule.baseline_end), parse_period(rule.period)
        assert parse_period(rule.baseline_period).last_day <= known.last_day < target.first_day, rule
        assert (rule.threshold > 0) == (rule.kind == "threshold_or_own"), rule
        assert (0 < rule.cut < 1) == (rule.kind == "relative_cut"), rule
        assert rule.source, rule


def test_the_protocol_states_every_choice_and_no_other() -> None:
    stated = yaml.safe_load((load.FOLDER / "protocol.yml").read_text(encoding="utf-8"))
    assert set(stated) == {field.name for field in fields(Protocol)} - {"sha256", "shipped"}
    protocol = load.protocol()
    assert protocol.shipped
    assert (protocol.alpha, protocol.verdict_before, protocol.verdict_after) == (0.05, 24, 24)
    assert (protocol.primary_contrast, protocol.season_pairs, protocol.chance_floor) == ("average_12", 2, 0.005)


def test_the_protocol_is_the_same_under_windows_line_ends(tmp_path: Path) -> None:
    lines = (load.FOLDER / "protocol.yml").read_text(encoding="utf-8").splitlines()
    (tmp_path / "protocol.yml").write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    assert load.protocol(tmp_path / "protocol.yml") == load.protocol()


def test_a_project_may_change_a_choice_and_is_marked(tmp_path: Path) -> None:
    (tmp_path / "protocol.yml").write_text("alpha: 0.01\nhorizons: [6]\n", encoding="utf-8")
    own = load.protocol(tmp_path / "protocol.yml")
    assert (own.alpha, own.horizons, own.verdict_before) == (0.01, (6,), 24)
    assert not own.shipped
    assert own.sha256 != load.protocol().sha256


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alfa: 0.01\n", "'alfa' is not a choice of the protocol. Did you mean 'alpha'?"),
        ("- alpha\n", "states ['alpha']; expected lines such as"),
        ("alpha: [0.01\n", "protocol.yml"),
        ("alpha: one in twenty\n", "'alpha' is 'one in twenty'"),
        ("alpha:\n", "'alpha' is None"),
        ("horizons: 12\n", "'horizons' is 12"),
        ("horizons: [a]\n", "'horizons' is ['a']"),
    ],
)
def test_a_protocol_that_makes_no_sense_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "protocol.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load.protocol(tmp_path / "protocol.yml")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_changed_protocol_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "protocol.yml").write_text("alpha: 0.01\n", encoding="utf-8")
    assert load.protocol(tmp_path / "protocol.yml").alpha == 0.01
    (tmp_path / "protocol.yml").write_text("alpha: 0.10\n", encoding="utf-8")
    assert load.protocol(tmp_path / "protocol.yml").alpha == 0.10


def test_stating_what_is_shipped_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "protocol.yml").write_text("alpha: 0.05  # as it ships\n", encoding="utf-8")
    assert load.protocol(tmp_path / "protocol.yml") == load.protocol()
