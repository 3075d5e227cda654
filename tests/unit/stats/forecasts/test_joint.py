"""Counts over boards that share a shock."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from bcf_eval.stats.forecasts.joint import simulate_count


def test_independent_boards_give_a_binomial_count() -> None:
    found = simulate_count(np.full(100, 0.3), shared=0.0, draws=20_000, seed=1)
    # The middle 90% of Binomial(100, 0.3); a quantile of 20,000 draws lies within one of it.
    assert (found.lower, found.upper) == pytest.approx((binom.ppf(0.05, 100, 0.3), binom.ppf(0.95, 100, 0.3)), abs=1)
    assert found.expected == pytest.approx(30.0)


def test_boards_that_move_as_one_all_miss_or_none_does() -> None:
    found = simulate_count(np.full(50, 0.3), shared=1.0, draws=2_000, seed=1)
    assert (found.lower, found.expected, found.upper) == (0.0, pytest.approx(15.0), 50.0)


def test_a_shared_shock_widens_the_range_and_moves_no_expectation() -> None:
    apart = simulate_count(np.full(150, 0.4), shared=0.0, draws=4_000, seed=2)
    together = simulate_count(np.full(150, 0.4), shared=0.2, draws=4_000, seed=2)
    assert together.upper - together.lower > 3 * (apart.upper - apart.lower)
    assert together.expected == apart.expected


def test_without_a_known_shock_there_is_no_range() -> None:
    found = simulate_count([0.2, 0.3, np.nan], shared=float("nan"), draws=100, seed=1)
    assert found.expected == pytest.approx(0.5) and np.isnan(found.lower) and np.isnan(found.upper)


def test_draws_are_the_same_however_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = simulate_count(np.full(150, 0.4), shared=0.1, draws=4_000, seed=2)
    monkeypatch.setattr("bcf_eval.stats.forecasts.joint._CELLS", 150 * 1_000)
    cut = simulate_count(np.full(150, 0.4), shared=0.1, draws=4_000, seed=2)
    # Other random numbers, as many: limits of 4,000 draws lie within two boards of each other.
    assert (cut.lower, cut.upper) == pytest.approx((whole.lower, whole.upper), abs=2)
