"""Figures on the boundaries of another year are added where they can be, and left out, and said, where not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.clean.boundaries import list_moves
from bcf_eval.clean.geography import boundary_breaks, convert_areas
from bcf_eval.errors import InputError, RequestError

BOURNEMOUTH, POOLE, DORSET, JOINT, REST = "E06000028", "E06000029", "E10000009", "E06000058", "E06000059"
BUCKS, NEW_BUCKS = "E10000002", "E06000060"
NORTHANTS, NORTH, WEST = "E10000021", "E06000061", "E06000062"
YORKSHIRE, NEW_YORKSHIRE = "E10000023", "E06000065"
KENT, ENGLAND = "E10000016", "E92000001"


def make(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(area, metric, period, numerator, denominator), perhaps a flag, perhaps a value of its own."""
    frame = pd.DataFrame(
        [(*row, "", np.nan)[:7] if len(row) == 5 else (*row, np.nan)[:7] for row in rows],
        columns=["area_code", "metric", "period", "numerator", "denominator", "flag", "value"],
    ).astype({"numerator": float, "denominator": float, "value": float})
    frame["value"] = [
        one.value
        if not np.isnan(one.value)
        else float(
            observations.rate(
                one.numerator,
                one.denominator,
                load.metric(one.metric),
                observations.days_in(pd.Series([one.period]))[0],
            )
        )
        for one in frame.itertuples()
    ]
    return observations.validate(frame.assign(source="dtoc/v/" + frame["period"] + ".xls"))


def convert(frame: pd.DataFrame, geography: int | None) -> dict[tuple[str, str, str], Any]:
    converted = observations.validate(convert_areas(frame, geography).observations)
    return {(one.area_code, one.metric, one.period): one for one in converted.itertuples()}


OLD = [
    (BOURNEMOUTH, "dtoc_days", "2018-06", 300, 150_000),
    (POOLE, "dtoc_days", "2018-06", 100, 120_000, "extended"),
    (DORSET, "dtoc_days", "2018-06", 700, 350_000),
    (KENT, "dtoc_days", "2018-06", 900, 1_200_000),
    (ENGLAND, "dtoc_days", "2018-06", 2000, 1_820_000),
]
NEW = [
    (JOINT, "dtoc_days", "2019-06", 480, 320_000),
    (REST, "dtoc_days", "2019-06", 600, 300_000),
    (KENT, "dtoc_days", "2019-06", 900, 1_200_000),
]


def test_areas_as_they_were_are_left_alone() -> None:
    frame = make(*OLD, *NEW)
    converted = convert_areas(frame, None)
    pd.testing.assert_frame_equal(converted.observations, frame)
    assert (len(converted.refused), converted.messages, len(boundary_breaks(None))) == (0, (), 0)


def test_a_merged_area_has_the_sum_of_its_parts_before() -> None:
    frame = make(*OLD, *NEW)
    before = frame.copy()
    found = convert(frame, 2019)
    joint = found[JOINT, "dtoc_days", "2018-06"]
    assert (joint.numerator, joint.denominator) == (400, 270_000)
    # 400 delayed days of 270,000 adults in the thirty days of June.
    assert joint.value == pytest.approx(100_000 * 400 / 270_000 / 30)
    assert joint.flag == "extended;merged;without_part"
    assert joint.source == "dtoc/v/2018-06.xls"
    assert found[JOINT, "dtoc_days", "2019-06"].flag == ""
    assert {area for area, _, period in found if period == "2018-06"} == {JOINT, KENT, ENGLAND}
    assert {area for area, _, period in found if period == "2019-06"} == {JOINT, REST, KENT}
    pd.testing.assert_frame_equal(frame, before)


def test_what_is_left_out_is_listed_and_said() -> None:
    converted = convert_areas(make(*OLD, *NEW), 2019)
    (refused,) = converted.refused.itertuples(index=False)
    assert tuple(refused)[:4] == (DORSET, "Dorset", "2019-04", "partial")
    assert refused.reason == (
        "in April 2019 Christchurch, a district of Dorset, became part of Bournemouth, Christchurch and Poole and the "
        "rest of Dorset became a unitary authority: figures of Dorset cannot be divided"
    )
    joined, left_out = converted.messages
    assert joined == (
        "Boundaries of April 2019: Bournemouth, Christchurch and Poole (E06000058) is the sum of Bournemouth "
        "(E06000028) and Poole (E06000029) before April 2019, flagged 'merged'. Flagged 'without_part': Christchurch, "
        "a district of Dorset, became part of Bournemouth, Christchurch and Poole then, and is not in those figures."
    )
    assert left_out.startswith("Boundaries of April 2019: Dorset (E10000009) left out before April 2019 (1 row), ")
    assert left_out.endswith("To have the areas as they were, clean without --geography.")


def test_boards_and_what_was_left_out_still_add_up_to_england() -> None:
    found = convert(make(*OLD), 2019)
    boards = sum(one.numerator for (area, *_), one in found.items() if area != ENGLAND)
    assert boards + 700 == found[ENGLAND, "dtoc_days", "2018-06"].numerator == 2000


def test_the_boundaries_of_2018_leave_out_what_was_joined_later() -> None:
    converted = convert_areas(make(*OLD, *NEW), 2018)
    areas = set(zip(converted.observations["area_code"], converted.observations["period"], strict=True))
    assert {area for area, period in areas if period == "2019-06"} == {KENT}
    assert {area for area, period in areas if period == "2018-06"} == {BOURNEMOUTH, POOLE, DORSET, KENT, ENGLAND}
    assert [tuple(row)[:4] for row in converted.refused.itertuples(index=False)] == [
        (JOINT, "Bournemouth, Christchurch and Poole", "2019-04", "merge"),
        (REST, "Dorset", "2019-04", "partial"),
    ]
    assert converted.refused["reason"][1].endswith("figures of Dorset from then on are of none of the earlier areas")


def test_a_change_of_code_goes_both_ways() -> None:
    frame = make((BUCKS, "nea", "2020-03", 40, 1000), (NEW_BUCKS, "nea", "2020-04", 50, 1000))
    later, earlier = convert(frame, 2023), convert(frame, 2019)
    assert [(area, one.numerator, one.flag) for (area, *_), one in later.items()] == [
        (NEW_BUCKS, 40, "recoded"),
        (NEW_BUCKS, 50, ""),
    ]
    assert [(area, one.numerator, one.flag) for (area, *_), one in earlier.items()] == [
        (BUCKS, 40, ""),
        (BUCKS, 50, "recoded"),
    ]
    assert convert_areas(frame, 2023).refused.empty


def test_the_parts_of_a_split_add_up_and_the_whole_cannot_be_divided() -> None:
    rows = [
        (NORTHANTS, "residential", "2020/21", 700, 140_000),
        (NORTH, "residential", "2021/22", 300, 65_000),
        (WEST, "residential", "2021/22", 420, 75_000),
    ]
    back = convert(make(*rows), 2019)
    whole = back[NORTHANTS, "residential", "2021/22"]
    assert (whole.numerator, whole.denominator, whole.flag) == (720, 140_000, "merged")
    assert whole.value == pytest.approx(100_000 * 720 / 140_000)
    assert set(back) == {(NORTHANTS, "residential", year) for year in ("2020/21", "2021/22")}
    forward = convert_areas(make(*rows), 2023)
    assert set(forward.observations["area_code"]) == {NORTH, WEST}
    assert [tuple(row)[:4] for row in forward.refused.itertuples(index=False)] == [
        (NORTHANTS, "Northamptonshire", "2021-04", "split")
    ]


@pytest.mark.parametrize(
    ("metric", "value"),
    [("reablement", 100 * 150 / 200), ("residential", 100_000 * 150 / 200), ("quality_of_life", 150 / 200)],
)
def test_every_kind_of_statistic_is_added_as_its_metric_says(metric: str, value: float) -> None:
    found = convert(make((BOURNEMOUTH, metric, "2018/19", 90, 100), (POOLE, metric, "2018/19", 60, 100)), 2019)
    assert found[JOINT, metric, "2018/19"].value == pytest.approx(value)


def test_quarters_and_months_of_one_metric_are_added_apart() -> None:
    rows = [
        (area, "nea", period, number, 1000)
        for area, number in ((BOURNEMOUTH, 10), (POOLE, 20))
        for period in ("2018-04", "2018/19-Q4")
    ]
    found = convert(make(*rows), 2019)
    assert {period: one.numerator for (_, _, period), one in found.items()} == {"2018-04": 30, "2018/19-Q4": 30}


@pytest.mark.parametrize(
    "poole",
    [
        [],
        [(POOLE, "reablement", "2018/19", np.nan, np.nan, "suppressed")],
        [(POOLE, "reablement", "2018/19", np.nan, np.nan, "", 81.5)],
        [(POOLE, "reablement", "2018/19", 60, np.nan, "", 81.5)],
    ],
    ids=["no row", "suppressed", "published value only", "no denominator"],
)
def test_a_part_without_a_number_leaves_the_sum_without_one(poole: list[tuple[Any, ...]]) -> None:
    joint = convert(make((BOURNEMOUTH, "reablement", "2018/19", 90, 100), *poole), 2019)[JOINT, "reablement", "2018/19"]
    assert np.isnan(joint.value)
    assert joint.flag.split(";")[-3:] == ["merged", "without_part", "part_missing"]
    assert ("suppressed" in joint.flag) == (bool(poole) and poole[0][5:6] == ("suppressed",))


def test_a_period_across_the_change_is_of_neither_area() -> None:
    converted = convert_areas(
        make(
            (YORKSHIRE, "nea", "2023", 9, 100),
            (YORKSHIRE, "nea", "2022", 8, 100),
            (YORKSHIRE, "nea", "2022/23-Q4", 7, 100),
        ),
        2023,
    )
    assert converted.observations["period"].tolist() == ["2022", "2022/23-Q4"]
    assert set(converted.observations["area_code"]) == {NEW_YORKSHIRE}
    assert converted.refused["reason"].tolist() == [
        "a period that begins before April 2023 and ends after it is of neither area"
    ]


def test_figures_beside_those_of_their_parts_are_refused() -> None:
    with pytest.raises(InputError, match=r"Poole \(E06000058\) has dtoc_days of 2018-06 beside the areas it is made"):
        convert_areas(make(*OLD, (JOINT, "dtoc_days", "2018-06", 400, 270_000)), 2019)


def test_only_some_years_are_offered() -> None:
    with pytest.raises(RequestError, match="There are no boundaries of 2020; expected one of 2018, 2019, 2023"):
        convert_areas(make(*OLD), 2020)


def test_a_series_is_never_joined_across_a_change_unsaid() -> None:
    breaks = {one.area_code: one for one in boundary_breaks(2019).itertuples()}
    assert set(breaks) == {JOINT, BUCKS, NORTHANTS, "E10000006", YORKSHIRE, "E10000027"}
    assert (breaks[JOINT].period, breaks[JOINT].effect) == ("2019-04", "steps")
    assert "Christchurch, a district of Dorset" in breaks[JOINT].label
    assert {code: one.effect for code, one in breaks.items() if code != JOINT} == {
        BUCKS: "none",
        NORTHANTS: "steps",
        "E10000006": "steps",
        YORKSHIRE: "none",
        "E10000027": "none",
    }


@pytest.mark.parametrize("geography", [2018, 2019, 2023])
@pytest.mark.parametrize("month", ["2012-04", "2018-04", "2019-03", "2019-04", "2020-04", "2021-04", "2023-04"])
def test_every_board_of_any_month_becomes_one_of_the_boundaries_or_is_refused(geography: int, month: str) -> None:
    frame = make(*[(code, "nea", month, 1, 100) for code in load.boards(month)])
    converted = convert_areas(frame, geography)
    wanted = set(load.boards(f"{geography}-04"))
    found = set(converted.observations["area_code"])
    assert found <= wanted
    assert converted.observations["numerator"].sum() + len(converted.refused) == len(load.boards(month))
    # What has no figures is what others of that month cannot be divided into, and nothing else.
    lost = {target for move in list_moves(geography) if not move.target for target in successors(move.sources)}
    assert wanted - found <= lost


def successors(codes: tuple[str, ...]) -> set[str]:
    rows = load.rows("area_changes")
    return {row["new"] for row in rows if row["old"] in codes} | {row["old"] for row in rows if row["new"] in codes}


def test_what_is_left_out_is_kept_as_counts() -> None:
    converted = convert_areas(make(*OLD), 2019)
    assert converted.left_out.to_numpy().tolist() == [[DORSET, "dtoc_days", "2018-06", 700.0]]
    areas = converted.observations[converted.observations["area_code"] != ENGLAND]
    assert areas["numerator"].sum() + converted.left_out["numerator"].sum() == 2000
    assert convert_areas(make(*OLD), None).left_out.empty
