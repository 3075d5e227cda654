"""Chance, quantiles and the smallest meaningful ambition: by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bcf_eval.stats.forecasts.ambition import (
    Predictive,
    aggregate_rate,
    chance_of_meeting,
    effort_to_meet,
    naive_p_value,
    predict_rate,
    smallest_meaningful,
)

USUAL = Predictive(np.array([10.0, 4.0]), np.array([0.3, 0.5]), np.array([0.1, 0.2]))


def test_the_median_is_met_half_the_time() -> None:
    np.testing.assert_allclose(chance_of_meeting(USUAL, USUAL.median, lower_is_better=True), 0.5)
    np.testing.assert_allclose(chance_of_meeting(USUAL, USUAL.median, lower_is_better=False), 0.5)


@pytest.mark.parametrize("probability", [0.025, 0.05, 0.5, 0.9])
def test_quantiles_and_chances_are_inverse(probability: float) -> None:
    at = USUAL.quantile(probability)
    np.testing.assert_allclose(chance_of_meeting(USUAL, at, lower_is_better=True), probability, rtol=1e-10)


def test_the_smallest_meaningful_ambition_is_rarely_met_and_beats_the_trend() -> None:
    never = np.full(2, np.inf)
    at = smallest_meaningful(USUAL, never, alpha=0.05, lower_is_better=True)
    chance = chance_of_meeting(USUAL, at, lower_is_better=True)
    # It lies a billionth inside, so that a target set at it is itself called meaningful.
    np.testing.assert_allclose(chance, 0.05, rtol=1e-7)
    assert (chance < 0.05).all()
    trend = np.array([2.0, 9.0])
    least = smallest_meaningful(USUAL, trend, alpha=0.05, lower_is_better=True)[0]
    assert least == pytest.approx(2.0)
    assert least < 2.0
    assert smallest_meaningful(USUAL, trend, alpha=0.05, lower_is_better=False)[1] == pytest.approx(9.36, abs=0.01)


def test_a_quarter_is_the_mean_of_its_months_weighted_by_days() -> None:
    weights = np.array([[31, 30, 31]]) / 92
    path = np.log(np.array([[5.0, 8.0, 2.0]]) + 0.5)
    found = aggregate_rate(path, np.zeros(3), np.array([0.5]), weights)
    assert found[0] == pytest.approx((31 * 5 + 30 * 8 + 31 * 2) / 92)


def test_the_spread_of_a_sum_agrees_with_simulation() -> None:
    rng = np.random.default_rng(3)
    covariance = 0.02 * np.array([[1.0, 0.6, 0.4], [0.6, 1.4, 0.8], [0.4, 0.8, 1.6]])
    path, weights, floor = np.log([[9.0, 10.0, 11.0]]), np.full((1, 3), 1 / 3), np.array([0.3])
    found = predict_rate(path, covariance[None], np.zeros(3), floor, weights)
    draws = np.exp(rng.multivariate_normal(path[0], covariance, size=200_000)) - 0.3
    simulated = np.log((draws * weights).sum(1) + 0.3)
    # 2%: the delta method's own error at this spread.
    assert found.log_sd[0] == pytest.approx(simulated.std(), rel=0.02)
    assert np.median(draws.mean(1)) == pytest.approx(found.median[0], rel=0.02)


def test_the_naive_test_is_a_z_test_of_the_baseline_mean() -> None:
    months = np.array([[10.0], [12.0], [11.0], [9.0]])
    z = (9.5 - 10.5) / (months.std(ddof=1) / 2)
    assert naive_p_value(months, [9.5], lower_is_better=True)[0] == pytest.approx(stats.norm.cdf(z))
    assert naive_p_value(months, [9.5], lower_is_better=False)[0] == pytest.approx(stats.norm.sf(z))


def test_no_effort_takes_away_more_than_there_is() -> None:
    """A wide forecast of a small board and a target of nought: all of the rate, and not a little more."""
    small = Predictive(np.array([1.0]), np.array([2.0]), np.array([0.25]))
    assert effort_to_meet(small, 0.0, probability=0.8, lower_is_better=True)[0] == pytest.approx(1.0)
    # A target of 0.5 for an even chance by hand: from 1 to 0.5.
    assert effort_to_meet(small, 0.5, probability=0.5, lower_is_better=True)[0] == pytest.approx(0.5)
