"""The columns of a segmented regression, written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.design import build_design, fourier_columns


def test_step_and_ramp_begin_at_the_intervention() -> None:
    design = build_design([10, 11, 12, 14], interventions=[12], cycle=1)
    assert design.names == ("intercept", "trend", "level_change_1", "slope_change_1")
    # The gap at 13 counts.
    np.testing.assert_array_equal(design.matrix, [[1, 0, 0, 0], [1, 1, 0, 0], [1, 2, 1, 0], [1, 4, 1, 2]])


def test_breaks_are_steps_without_a_ramp() -> None:
    design = build_design(range(6), interventions=[2], breaks=[4], cycle=1)
    np.testing.assert_array_equal(design.matrix[:, design.column("break_1")], [0, 0, 0, 0, 1, 1])


def test_the_counterfactual_has_the_intervention_switched_off_alone() -> None:
    design = build_design(range(8), interventions=[2, 5], cycle=1)
    off = design.without_interventions([0])
    assert not off[:, design.column("level_change_1")].any()
    np.testing.assert_array_equal(off[:, design.column("level_change_2")], design.matrix[:, 4])
    assert not design.without_interventions()[:, 2:].any()


@pytest.mark.parametrize(
    ("pairs", "cycle", "columns"), [(2, 12, 4), (6, 12, 11), (9, 12, 11), (1, 4, 3), (2, 4, 3), (3, 1, 0), (0, 12, 0)]
)
def test_a_season_has_as_many_columns_as_can_be_told_apart(pairs: int, cycle: int, columns: int) -> None:
    season = fourier_columns(np.arange(48), pairs=pairs, cycle=cycle)
    assert season.shape == (48, columns)
    assert columns == 0 or np.linalg.matrix_rank(np.column_stack([np.ones(48), season])) == columns + 1


def test_quarters_have_an_alternating_term() -> None:
    np.testing.assert_allclose(fourier_columns(np.arange(4), pairs=1, cycle=4)[:, 2], [1, -1, 1, -1])


def test_periods_that_do_not_rise_are_refused() -> None:
    with pytest.raises(RequestError, match="must rise"):
        build_design([1, 2, 2], interventions=[2])
