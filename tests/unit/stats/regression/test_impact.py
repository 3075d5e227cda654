"""How an effect comes in, written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.impact import Impact

TIME = np.arange(10)


@pytest.mark.parametrize(
    ("impact", "columns"),
    [
        (
            Impact(),
            {"level_change_1": [0, 0, 0, 0, 1, 1, 1, 1, 1, 1], "slope_change_1": [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]},
        ),
        (Impact("level"), {"level_change_1": [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]}),
        (Impact("slope"), {"slope_change_1": [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]}),
        (
            Impact(delay=2),
            {"level_change_1": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1], "slope_change_1": [0, 0, 0, 0, 0, 0, 0, 1, 2, 3]},
        ),
        # Three periods of phase-in reach a quarter, a half and three quarters; the fourth is whole.
        (
            Impact(phase_in=3, phase_in_as="ramp"),
            {
                "level_change_1": [0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1],
                "slope_change_1": [0, 0, 0, 0, 0, 0, 0, 0, 1, 2],
            },
        ),
        (Impact(pulse=2), {"pulse_1": [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]}),
        (Impact(pulse=1, delay=3), {"pulse_1": [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]}),
    ],
)
def test_the_columns_of_an_effect(impact: Impact, columns: dict[str, list[float]]) -> None:
    design = build_design(TIME, interventions=[4], cycle=1, impact=impact)
    assert design.names[2:] == tuple(columns)
    for name, expected in columns.items():
        np.testing.assert_allclose(design.matrix[:, design.column(name)], expected)
    assert not design.without_interventions()[:, 2:].any()


def test_a_phase_in_that_is_left_out_leaves_the_step_of_its_end() -> None:
    impact = Impact(delay=1, phase_in=3)
    out = impact.leaves_out(TIME, 4)
    np.testing.assert_array_equal(np.flatnonzero(out), [5, 6, 7])
    design = build_design(TIME[~out], interventions=[4], cycle=1, impact=impact)
    np.testing.assert_array_equal(design.matrix[:, 2], [0, 0, 0, 0, 0, 1, 1])
    np.testing.assert_array_equal(design.matrix[:, 3], [0, 0, 0, 0, 0, 0, 1])
    assert not Impact(phase_in=3, phase_in_as="ramp").leaves_out(TIME, 4).any()


@pytest.mark.parametrize(
    ("impact", "sides"),
    [
        (Impact(), (4, 6)),
        (Impact(delay=1), (5, 5)),
        # Periods in which an effect comes in are neither before nor after.
        (Impact(phase_in=3, phase_in_as="ramp"), (4, 3)),
        (Impact(pulse=2), (4, 2)),
    ],
)
def test_points_are_counted_where_the_effect_is_none_and_where_it_is_whole(
    impact: Impact, sides: tuple[int, int]
) -> None:
    assert build_design(TIME, interventions=[4], cycle=1, impact=impact).count_sides() == sides


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"delay": -1}, "delay is -1; expected a whole number of periods"),
        ({"phase_in": 1.5}, "phase_in is 1.5"),
        ({"pulse": True}, "pulse is True"),
        ({"pulse": 2, "phase_in": 3}, "A pulse has no phase-in"),
        ({"pulse": 2, "change": "slope"}, "A pulse has a level alone"),
        ({"change": "slope", "phase_in": 3, "phase_in_as": "ramp"}, "no level to ramp up"),
        ({"change": "step"}, "'step' is none of both, level, slope"),
        ({"phase_in_as": "omit"}, "'omit' is none of exclude, ramp"),
    ],
)
def test_what_does_not_go_together_is_one_line(choice: dict[str, object], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        Impact(**choice)  # type: ignore[arg-type]
