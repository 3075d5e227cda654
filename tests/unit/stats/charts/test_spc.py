"""XmR limits and special causes on series short enough to be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.charts.spc import SPECIAL, chart, find_limits


def column(*values: float) -> np.ndarray:
    return np.array(values, float)[:, None]


def causes(*values: float, **options: object) -> list[str]:
    return [SPECIAL[place] for place in chart(column(*values), **options).special[:, 0]]  # type: ignore[arg-type]


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    # Mean 5; moving ranges 2, 1, 3, 2: mean 2.
    limits = find_limits(column(4, 6, 5, 8, 6) - 0.8)
    assert limits.mean[0] == pytest.approx(5.0)
    assert limits.moving_range[0] == pytest.approx(2.0)
    assert (limits.lower[0], limits.upper[0]) == pytest.approx((5 - 5.32, 5 + 5.32))
    assert limits.sigma[0] == pytest.approx(2 / 1.128)


def test_a_moving_range_far_beyond_the_others_is_left_out_once() -> None:
    # Ranges: ten of 1, two of 20. Their mean is 50 / 12 = 4.17; 20 is beyond 3.267 times it, 1 is not.
    values = column(5, 6, 5, 6, 5, 6, 26, 6, 5, 6, 5, 6, 5)
    assert find_limits(values).moving_range[0] == pytest.approx(1.0)
    assert find_limits(values, screen=False).moving_range[0] == pytest.approx(50 / 12)


def test_each_series_has_its_own_limits() -> None:
    one, other = column(1, 2, 1, 2, 1), column(10, 30, 10, 30, 10)
    both = find_limits(np.hstack([one, other]))
    assert both.upper == pytest.approx([find_limits(one).upper[0], find_limits(other).upper[0]])


def test_nothing_is_outside_where_nothing_moves() -> None:
    assert causes(*[5.0] * 12) == [""] * 12
    assert np.isnan(find_limits(column(5, 5, 5)).upper[0])


def test_a_point_outside_is_named_before_anything_else() -> None:
    found = causes(*[5, 6, 5, 6, 5, 6, 26, 6, 5, 6, 5, 6, 5])
    assert found[6] == "above the upper limit"
    assert found.count("above the upper limit") == 1
    # It is part of a run too: seven above the mean of the second half.
    both = causes(*[-2.0, 2.0] * 6, *[1.5] * 3, 30.0, *[1.5] * 3, *[-2.0, 2.0] * 3)
    assert both[15] == "above the upper limit"


def test_six_on_one_side_are_not_a_shift_and_seven_are() -> None:
    assert "seven above the mean" not in causes(*[3, 0] * 3, *[2.0, 2.2] * 3, *[0, 3] * 3)
    assert causes(*[3, 0] * 3, *[2.0, 2.2] * 3, 2.0, *[0, 3] * 3).count("seven above the mean") == 7


def test_seven_rising_takes_in_the_point_it_began_at() -> None:
    values = [10.0, 2, 9, 1, 2, 3, 4, 5, 6, 7, 3, 9, 2]
    found = causes(*values)
    assert found[3:10] == ["seven rising"] * 7
    assert causes(*[-value for value in values])[3:10] == ["seven falling"] * 7
    assert "seven rising" not in causes(10, 2, 9, 1, 2, 3, 4, 5, 6, 6, 3, 9, 2)


def test_two_of_three_near_a_limit_must_have_the_third_on_the_same_side() -> None:
    swing = [0.5, -0.5] * 10
    values = [*swing, 2.5, 1.0, 2.5, *swing[::-1]]
    limits = find_limits(column(*values))
    assert limits.upper[0] > 2.5 > limits.mean[0] + 2 / 3 * (limits.upper[0] - limits.mean[0])
    found = causes(*values)
    assert found[20] == found[22] == "two of three near the upper limit"
    assert found[21] == ""
    values[21] = -0.2
    assert "two of three near the upper limit" not in causes(*values)


def test_a_gap_ends_a_run_and_gives_no_moving_range() -> None:
    swing = [-2.0, 2.0] * 6
    assert causes(*swing, *[1.5] * 8)[-8:] == ["seven above the mean"] * 8
    assert set(causes(*swing, *[1.5] * 3, np.nan, *[1.5] * 4)[-8:]) == {""}
    assert find_limits(column(1, 2, np.nan, 9, 10)).moving_range[0] == pytest.approx(1.0)


def test_a_rebase_begins_anew() -> None:
    values = [0.0, 0.1] * 7 + [1.0, 1.1] * 4
    made = chart(column(*values), rebase=(14,))
    assert set(made.special[:, 0]) == {0}
    assert made.mean[13, 0] == pytest.approx(0.05)
    assert made.mean[14, 0] == pytest.approx(1.05)


def test_fixed_limits_are_those_of_the_first_points() -> None:
    values = column(*[5.0, 6.0] * 6, *[9.0, 10.0] * 4)
    made, first = chart(values, fixed=12), find_limits(values[:12])
    assert set(made.upper[:, 0]) == {first.upper[0]}
    assert made.outside[12:, 0].all()
    assert not made.outside[:12, 0].any()
    # From all points the shift is in the limits, and runs are all that is left of it.
    assert chart(values).mean[0, 0] > first.mean[0]


def test_fixed_limits_are_taken_anew_after_a_rebase() -> None:
    values = column(*[5.0, 6.0] * 6, *[9.0, 10.0] * 6)
    made = chart(values, fixed=6, rebase=(12,))
    assert made.mean[0, 0] == pytest.approx(5.5)
    assert made.mean[-1, 0] == pytest.approx(9.5)


def test_a_rebase_at_the_edge_is_none() -> None:
    values = column(*[5.0, 6.0] * 6)
    np.testing.assert_array_equal(chart(values, rebase=(0, 12)).upper, chart(values).upper)


@pytest.mark.parametrize("shape", [(0, 3), (5, 0), (0, 0)])
def test_a_chart_of_nothing_is_empty(shape: tuple[int, int]) -> None:
    made = chart(np.empty(shape))
    assert {getattr(made, name).shape for name in type(made).__annotations__} == {shape}
