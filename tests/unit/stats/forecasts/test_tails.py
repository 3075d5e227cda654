"""Tails from a record of errors: by hand, by their own definition, and against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcf_eval.stats.forecasts.ambition import Predictive, chance_of_meeting, effort_to_meet, smallest_meaningful
from bcf_eval.stats.forecasts.tails import Tails, build_tail, split_thirds

ALPHA = 0.05


def predict(errors: np.ndarray, *, lower_is_better: bool = True) -> Predictive:
    """Three series with one record."""
    tails = Tails((build_tail(errors),), np.zeros(3, int), np.array([0.1, 0.2, 0.4]), lower_is_better)
    return Predictive(np.array([10.0, 4.0, 25.0]), np.full(3, 9.0), np.array([0.1, 0.2, 0.05]), tails)


def test_the_chance_counts_errors_and_the_one_to_come() -> None:
    tail = build_tail([[-2.0, -1.0, 0.0, np.nan], [1.0, 2.0, 3.0, np.nan]])
    assert tail.chance_at_most([-3.0, -2.0, -0.5, 0.0, 9.0]).tolist() == pytest.approx([1 / 7, 2 / 7, 3 / 7, 4 / 7, 1])
    assert np.isnan(tail.chance_at_most(np.nan))
    assert (tail.errors.size, tail.n_origins) == (6, 2)


def test_each_date_counts_as_much_as_another() -> None:
    """Four errors at one date, one at another: the one weighs a half."""
    tail = build_tail([[1.0, 2.0, 3.0, 4.0], [-1.0, np.nan, np.nan, np.nan]])
    assert tail.chance_at_most(-1.0) == pytest.approx((1 + 5 * 0.5) / 6)
    assert tail.chance_at_most(1.0) == pytest.approx((1 + 5 * 0.625) / 6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-5, 5).map(lambda one: round(one, 2)), min_size=25, max_size=80),
    st.sampled_from([0.05, 0.1, 0.5, 0.9]),
)
def test_below_a_quantile_every_chance_is_smaller(errors: list[float], probability: float) -> None:
    tail = build_tail([errors])
    at = tail.lowest_reaching(probability)
    assert tail.chance_at_most(at) >= probability - 1e-12
    assert tail.chance_at_most(at - 1e-6) < probability


@pytest.mark.parametrize("lower_is_better", [True, False])
def test_a_target_at_the_smallest_meaningful_value_has_a_chance_just_below_the_limit(lower_is_better: bool) -> None:
    usual = predict(np.random.default_rng(4).normal(size=(6, 50)), lower_is_better=lower_is_better)
    trend = np.full(3, np.inf if lower_is_better else -np.inf)
    at = smallest_meaningful(usual, trend, alpha=ALPHA, lower_is_better=lower_is_better)
    chance = chance_of_meeting(usual, at, lower_is_better=lower_is_better)
    assert (chance < ALPHA).all()
    # One of 301 places below the limit, and no further.
    assert (chance >= ALPHA - 1 / 301).all()
    easier = at * (1 + 1e-6 if lower_is_better else 1 - 1e-6)
    assert (chance_of_meeting(usual, easier, lower_is_better=lower_is_better) >= ALPHA).all()
    assert usual.calibrated.all()
    assert usual.tails is not None
    assert usual.tails.n_errors.tolist() == [300.0] * 3
    assert usual.tails.n_origins.tolist() == [6.0] * 3


def test_many_normal_errors_give_the_normal_quantiles() -> None:
    """20,000 draws: quantiles within 0.03 of -1.645 and 1.282 (their standard errors are below 0.015)."""
    usual = predict(np.random.default_rng(5).normal(size=(100, 200)))
    scale = np.array([0.1, 0.2, 0.4])
    for probability, z in ((0.05, -1.6449), (0.9, 1.2816)):
        gap = np.log((usual.quantile(probability) + usual.floor) / (usual.centre + usual.floor)) / scale
        np.testing.assert_allclose(gap, z, atol=0.03)


def test_series_without_a_record_stay_gaussian() -> None:
    tails = Tails((build_tail(np.full((4, 30), 50.0)),), np.array([0, -1]), np.array([0.1, 0.1]), True)
    both = Predictive(np.array([10.0, 10.0]), np.array([0.3, 0.3]), np.array([0.1, 0.1]), tails)
    assert both.calibrated.tolist() == [True, False]
    assert both.quantile(0.05)[1] == both.gaussian.quantile(0.05)[1]
    assert both.quantile(0.05)[0] > 100
    assert both.probability_below([10.0, 10.0]).tolist() == pytest.approx([1 / 121, 0.5])
    assert np.isnan(tails.n_errors[1])
    draws = both.probability_below(np.full((5, 2), 10.0))
    np.testing.assert_allclose(draws, np.tile([1 / 121, 0.5], (5, 1)))


def test_what_is_not_known_has_no_chance() -> None:
    hidden = predict(np.zeros((4, 30)))
    hidden = Predictive(np.full(3, np.nan), hidden.log_sd, hidden.floor, hidden.tails)
    assert np.isnan(hidden.probability_below(3.0)).all()
    assert np.isnan(hidden.quantile(0.5)).all()


@pytest.mark.parametrize("lower_is_better", [True, False])
def test_the_effort_moves_the_distribution_until_the_target_is_as_likely_as_asked(lower_is_better: bool) -> None:
    usual = Predictive(np.array([10.0]), np.array([0.3]), np.array([0.1]))
    target = np.array([6.0 if lower_is_better else 14.0])
    even = effort_to_meet(usual, target, probability=0.5, lower_is_better=lower_is_better)
    assert even[0] == pytest.approx(4.0)
    more = effort_to_meet(usual, target, probability=0.8, lower_is_better=lower_is_better)
    # Every outcome moves by the share that the median moves by: with that, 80% are on the better side of the target.
    sign = -1 if lower_is_better else 1
    share = (usual.median + sign * more + usual.floor) / (usual.median + usual.floor)
    without = (target + usual.floor) / share - usual.floor
    assert chance_of_meeting(usual, without, lower_is_better=lower_is_better)[0] == pytest.approx(0.8)
    assert (more < usual.median)[0] or not lower_is_better
    easy = np.array([20.0 if lower_is_better else 1.0])
    assert effort_to_meet(usual, easy, probability=0.8, lower_is_better=lower_is_better)[0] == 0.0


def test_thirds_by_size() -> None:
    assert split_thirds([5.0, 1.0, np.nan, 3.0, 2.0, 3.0, 9.0], 3).tolist() == [2, 0, -1, 1, 0, 1, 2]
    assert split_thirds([1.0, 2.0, 3.0, 4.0], 3).tolist() == [0, 0, 1, 2]
