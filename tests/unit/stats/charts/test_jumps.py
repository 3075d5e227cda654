"""Jumps of series that swing by one, whose limits are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bcf_eval.stats.charts.jumps import find_jumps, find_shifts


def swinging(n: int) -> np.ndarray:
    """10, 11, 10, 11 …: mean 10.5 and moving ranges of 1."""
    return 10.0 + np.arange(n) % 2


def test_a_level_is_held_against_the_months_before_it_alone() -> None:
    values = swinging(36)
    values[20:] += 10
    found = find_jumps(values[:, None])
    # Twelve months of mean 10.5 and sigma 1 / 1.128: the value of 20 lies 9.5 above.
    assert found.size[20, 0] == pytest.approx(9.5 * 1.128)
    assert (found.lower[20, 0], found.upper[20, 0]) == pytest.approx((10.5 - 2.66, 10.5 + 2.66))
    assert found.sudden[20, 0]
    assert found.lasting[20, 0] == 16


def test_a_single_month_lasts_one() -> None:
    values = swinging(36)
    values[20] = 1.0
    found = find_jumps(values[:, None])
    assert found.size[20, 0] < -6
    assert found.lasting[20, 0] == 1
    assert not (np.abs(found.size[21:, 0]) > 6).any()


def test_a_gradual_rise_is_not_sudden() -> None:
    values = swinging(60) + np.concatenate([np.zeros(20), np.arange(40)])
    found = find_jumps(values[:, None])
    assert found.size[35, 0] > 3
    assert not found.sudden.any()


def test_too_few_values_before_set_no_limits() -> None:
    values = swinging(30)
    values[5:14] = np.nan
    found = find_jumps(values[:, None])
    assert np.isnan(found.upper[:8]).all()
    # Within the twelve before the 21st, four are missing and eight are left.
    assert np.isnan(found.upper[19, 0])
    assert np.isfinite(found.upper[22, 0])


def test_a_series_that_hardly_moves_is_measured_by_a_share_of_the_others() -> None:
    quiet, other = np.zeros(30), swinging(30)
    quiet[20] = 0.5
    found = find_jumps(np.column_stack([quiet, other, other]))
    assert found.size[20, 0] == pytest.approx(0.5 / (0.25 / 1.128))


def test_nothing_is_found_where_nothing_moves() -> None:
    found = find_jumps(np.full((20, 3), 7.0))
    assert not found.sudden.any()
    assert not np.isfinite(found.size).any()


def test_a_level_that_moves_and_stays_is_found_even_early() -> None:
    values = swinging(36)
    values[5:] += 10
    found = find_shifts(values[:, None])
    assert np.flatnonzero(found.found[:, 0]).tolist() == [5]
    # Five months of 10 and 11 before, six after, which begin with 21.
    assert (found.before[5, 0], found.after[5, 0]) == (10.0, 20.5)
    # One-step changes are 1 and -1 and one of 11; half of them lie 2 from their median.
    assert found.step[5, 0] == pytest.approx(11 / (1.4826 * 2))


@pytest.mark.parametrize(
    "change",
    [
        {"rows": slice(15, 17), "by": 10.0},  # comes back
        {"rows": slice(15, None), "by": 2.0},  # small
        {"rows": slice(34, None), "by": 10.0},  # too near the end
        {"rows": slice(0, 2), "by": 10.0},  # too near the beginning
    ],
)
def test_other_movements_are_no_shift(change: dict[str, Any]) -> None:
    values = swinging(36)
    values[change["rows"]] += change["by"]
    assert not find_shifts(values[:, None]).found.any()


def test_a_slide_is_no_shift_and_gaps_do_not_stop_the_screen() -> None:
    noise = np.random.default_rng(3).normal(0, 0.5, (36, 2))
    slide = 10 + noise[:, 0] + np.clip(np.arange(36) - 15, 0, 5)
    jump = 10 + noise[:, 1]
    jump[20:] -= 5
    jump[[17, 23]] = np.nan
    found = find_shifts(np.column_stack([slide, jump, np.full(36, np.nan), np.full(36, 7.0)]))
    assert np.argwhere(found.found).tolist() == [[20, 1]]
