"""Funnel limits and over-dispersion against R, against the intervals they invert, and against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_eval.stats.counts.counts import exact_interval, wilson_interval
from bcf_eval.stats.together.funnel import (
    adjust_scores,
    estimate_overdispersion,
    limit_count,
    limit_proportion,
    score_count,
    score_proportion,
)

# R: uniroot of pgamma(12.3, L + 1, lower = FALSE) - a and of pgamma(12.3, U) - a.
R_LIMITS = {0.95: (5.45127707547761, 20.10697004007282), 0.998: (2.57613409893658, 24.94663492452579)}


@pytest.mark.parametrize("level", R_LIMITS)
def test_limits_of_a_count_are_those_of_r(level: float) -> None:
    found = limit_count(12.3, level=level)
    assert (float(found.lower), float(found.upper)) == pytest.approx(R_LIMITS[level], rel=1e-10)


@given(st.integers(0, 400), st.floats(0.5, 400))
def test_a_count_is_outside_when_its_own_exact_interval_leaves_the_target_out(count: int, expected: float) -> None:
    limits, own = limit_count(expected), exact_interval(count)
    outside = bool(count > limits.upper or count < limits.lower)
    assert outside == bool(own.lower > expected or own.upper < expected)
    assert outside == bool(abs(score_count(count, expected)) > 1.959963984540054)


@given(st.integers(1, 300), st.floats(0, 1), st.floats(0.05, 0.95))
def test_a_share_is_outside_when_its_own_wilson_interval_leaves_the_target_out(
    people: int, part: float, target: float
) -> None:
    count = round(part * people)
    limits, own = limit_proportion(target, people), wilson_interval(count, people)
    share = count / people
    # Limits that meet to the last digits may fall either way.
    if min(abs(share - limits.lower), abs(share - limits.upper)) > 1e-9:
        outside = bool(share > limits.upper or share < limits.lower)
        assert outside == bool(own.lower > target or own.upper < target)
        assert outside == bool(abs(score_proportion(count, people, target)) > 1.959963984540054)


def test_nobody_expected_and_few_expected() -> None:
    assert np.isnan(limit_count([0.0, np.nan]).upper).all()
    # Of three expected events none at all happens in 5%, more than the 2.5% of a tail: there is no lower limit.
    assert limit_count(3.0).lower == 0
    assert np.isnan(score_count([np.nan, 3], [5.0, 0.0])).all()
    assert np.isnan(score_proportion(0, 0, 0.5))


def test_scores_go_on_where_chances_are_too_small_to_be_held() -> None:
    """Far out the signed root of the deviance stands in; 200 above 1,000 the two differ by 2%."""
    near, far = score_count([1200, 3000, 8000], 1000.0), score_count([100, 0], 1000.0)
    assert near[0] == pytest.approx(np.sqrt(2 * (1200 * np.log(1.2) - 200)), rel=0.02)
    assert near[0] < near[1] < near[2] < np.inf
    assert -np.inf < far[1] < far[0] < -30


def test_over_dispersion_by_r() -> None:
    """R: quantile(z, c(.1, .9)), z brought in, phi <- mean(z^2), tau by Spiegelhalter's formula."""
    value = np.array([9, 12, 15, 8, 22, 11, 13, 7, 10, 30, 14, 12.0])
    error = np.array([1, 2, 1.5, 1, 3, 2, 1, 2, 1.5, 2, 1, 2.5])
    score = (value - 12) / error
    found = estimate_overdispersion(score, error, winsor=0.1)
    assert (found.phi, found.tau) == pytest.approx((4.59689814815, 2.85983185190), rel=1e-9)
    assert adjust_scores(score, error, found.tau)[9] == pytest.approx(5.15790264199, rel=1e-9)


def test_where_chance_is_all_there_is() -> None:
    """2,000 areas with one rate: 5% outside at most, and next to no spread beside the error of 5 (of 100)."""
    rng = np.random.default_rng(3)
    expected = rng.uniform(60, 140, 2000)
    count = rng.poisson(expected)
    score = score_count(count, expected)
    assert 0.03 < np.mean(np.abs(score) > 1.959964) < 0.055  # exact limits of whole counts keep within 5%
    assert estimate_overdispersion(score, np.sqrt(expected)).tau < 2


def test_a_spread_between_areas_is_found_as_far_as_the_middle_shows_it() -> None:
    """True values differ by 3, errors are 1. Of a normal's variance the middle, ends brought in, keeps 0.6787.

    That is 0.8 - 2 c φ(c) + 0.2 c² with c = Φ⁻¹(0.9): φ is 6.787 and τ √5.787, less than the 3 it would be had all
    areas a say. The error of τ over 20,000 areas is below 0.02.
    """
    rng = np.random.default_rng(4)
    score = 3 * rng.normal(size=20_000) + rng.normal(size=20_000)
    found = estimate_overdispersion(score, np.ones(20_000))
    assert (found.phi, found.tau) == pytest.approx((6.787, np.sqrt(5.787)), rel=0.02)
    assert np.std(adjust_scores(score, np.ones(20_000), found.tau)) == pytest.approx(np.sqrt(10 / 6.787), rel=0.03)


def test_few_areas_have_no_spread() -> None:
    found = estimate_overdispersion(np.ones(9), np.ones(9))
    assert np.isnan(found.phi)
    assert np.isnan(found.tau)
