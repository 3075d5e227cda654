"""Ranks with their uncertainty against simulated truth and against cases that can be told by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.together.ranks import rank_areas


def test_the_true_rank_is_inside_as_often_as_said() -> None:
    """40 sets of 100 areas: 4,000 ranks, which within a set depend on one another; 2 points either way."""
    rng = np.random.default_rng(11)
    inside = []
    for seed in range(40):
        truth, error = rng.normal(size=100), rng.uniform(0.3, 2.0, 100)
        found = rank_areas(truth + error * rng.normal(size=100), error, draws=500, seed=seed)
        rank = np.argsort(np.argsort(truth)) + 1
        inside.append(np.mean((found.lower <= rank) & (rank <= found.upper)))
    assert 0.93 <= np.mean(inside) <= 0.97


def test_what_lies_far_apart_has_a_sure_rank() -> None:
    found = rank_areas([30.0, 10.0, 20.0, np.nan], [0.1, 0.1, 0.1, 0.1])
    assert found.n == 3
    np.testing.assert_array_equal(found.rank, [3, 1, 2, np.nan])
    np.testing.assert_array_equal(found.lower, found.rank)
    np.testing.assert_array_equal(found.upper, found.rank)


def test_what_differs_by_error_alone_may_have_any_rank() -> None:
    found = rank_areas([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
    np.testing.assert_array_equal(found.lower, 1)
    np.testing.assert_array_equal(found.upper, 8)
    np.testing.assert_allclose(found.shrunken, found.shrunken[0])


def test_a_far_but_unsure_estimate_is_drawn_in() -> None:
    estimates, errors = np.array([-9.0, -5.0, -1.0, 0.0, 1.0, 5.0]), np.array([20.0, 0.5, 0.5, 0.5, 0.5, 0.5])
    found = rank_areas(estimates, errors)
    assert found.rank[1] == 1
    assert found.rank[0] > 1
    assert abs(found.shrunken[0]) < 2
    assert found.upper[0] - found.lower[0] >= 4


def test_the_same_seed_gives_the_same_ranks_and_order_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    estimates, errors = rng.normal(size=60), rng.uniform(0.2, 0.8, 60)
    one, again = (rank_areas(estimates, errors, seed=1) for _ in range(2))
    np.testing.assert_array_equal(one.lower, again.lower)
    turned = rank_areas(estimates[::-1], errors[::-1], seed=1, draws=20_000)
    much = rank_areas(estimates, errors, seed=1, draws=20_000)
    # Other draws fall on other areas: a place of sixty at the ends of an interval.
    assert np.abs(turned.lower[::-1] - much.lower).max() <= 2
    np.testing.assert_allclose(turned.shrunken[::-1], much.shrunken)


def test_ranks_are_within_their_interval() -> None:
    rng = np.random.default_rng(8)
    found = rank_areas(rng.normal(size=150), rng.uniform(0.3, 3, 150))
    assert np.all((found.lower <= found.rank) & (found.rank <= found.upper))
    assert sorted(found.rank) == pytest.approx(np.arange(1, 151))


def test_too_few_are_not_ranked() -> None:
    assert rank_areas([1.0, 2.0], [1.0, 1.0]).n == 0
