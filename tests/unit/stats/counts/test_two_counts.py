"""Differences of two counts against published intervals, and against a search for the same limits."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2, norm

from bcf_eval.stats.counts.two_counts import Difference, compare_proportions, compare_rates, estimate_dispersion


def test_a_published_interval() -> None:
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 6: 56/70 less 48/80."""
    found = compare_proportions(56, 70, 48, 80)
    assert found.estimate == pytest.approx(0.2)
    assert round(float(found.lower), 4) == 0.0528
    assert round(float(found.upper), 4) == 0.3382


@pytest.mark.parametrize("counts", [(87, 170, 34, 128), (9, 10, 2, 11), (130, 150, 80, 83)])
def test_limits_are_where_the_likelihood_says(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = counts

    def z(delta: float) -> float:
        def loss(p: float) -> float:
            q = p + delta
            return -(x1 * np.log(q) + (n1 - x1) * np.log(1 - q) + x2 * np.log(p) + (n2 - x2) * np.log(1 - p))

        bounds = (max(0.0, -delta) + 1e-12, min(1.0, 1 - delta) - 1e-12)
        p2 = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
        p1 = p2 + delta
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
        return float((x1 / n1 - x2 / n2 - delta) / np.sqrt(variance))

    found = compare_proportions(*counts)
    middle = x1 / n1 - x2 / n2
    lower = brentq(lambda delta: z(delta) - 1.959963984540054, max(middle - 0.6, -0.999), middle)
    upper = brentq(lambda delta: z(delta) + 1.959963984540054, middle, min(middle + 0.6, 0.9999))
    np.testing.assert_allclose([found.lower, found.upper], [lower, upper], atol=1e-7)


def test_the_test_of_rates_is_pearsons() -> None:
    """With no difference the score test is the chi-square of the counts against shares of the people."""
    x, n = np.array([71.0, 76.0]), np.array([11231.0, 16787.0])
    expected = x.sum() * n / n.sum()
    p_value = chi2.sf(((x - expected) ** 2 / expected).sum(), 1)
    found = compare_rates(x[0], n[0], x[1], n[1])
    assert found.p_value == pytest.approx(p_value)
    assert found.estimate == pytest.approx(x[0] / n[0] - x[1] / n[1])


def test_interval_and_p_value_never_disagree() -> None:
    rng = np.random.default_rng(3)
    n1, n2 = rng.integers(5, 300, (2, 400))
    x1, x2 = rng.integers(0, n1 + 1), rng.integers(0, n2 + 1)
    for found in (compare_proportions(x1, n1, x2, n2), compare_rates(x1, 100 * n1, x2, 100 * n2)):
        outside = (found.lower > 0) | (found.upper < 0)
        np.testing.assert_array_equal(outside, found.p_value < 0.05)
        assert (found.lower <= found.estimate).all()
        assert (found.estimate <= found.upper).all()
        assert 50 < outside.sum() < 350


def test_nobody_at_all_is_no_difference_and_unknown_is_unknown() -> None:
    none = compare_rates(0, 100, 0, 100)
    assert none.p_value == 1
    assert none.lower == pytest.approx(-float(none.upper))
    found = compare_proportions([10, np.nan, 3], [10, 5, 0], [5, 1, 1], [5, 2, 2])
    assert found.p_value[0] == 1
    assert np.isnan(found.lower[1:]).all()
    assert np.isnan(found.p_value[1:]).all()


def test_rates_cover_the_truth() -> None:
    """Two rates of 40 and 30 in 1,000: their difference lies inside in 95% of 2,000 draws, give or take 1.2%."""
    rng = np.random.default_rng(11)
    found = compare_rates(rng.poisson(40, 2000), 1000, rng.poisson(30, 2000), 1000)
    inside = (found.lower <= 0.01) & (found.upper >= 0.01)
    assert inside.mean() == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize("ratio", [1.0, 4.0])
def test_dispersion_is_the_ratio_of_variances(ratio: float) -> None:
    z = np.sqrt(ratio) * np.random.default_rng(7).normal(size=4000)
    # One in fifty truly changed.
    z[::50] += 30
    p_values = 2 * norm.sf(np.abs(z))
    assert estimate_dispersion(np.append(p_values, np.nan)) == pytest.approx(ratio, rel=0.1)


def test_a_few_differences_tell_no_dispersion() -> None:
    assert np.isnan(estimate_dispersion([0.5] * 19 + [np.nan]))


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan, -3.0])
@pytest.mark.parametrize("compare", [compare_proportions, compare_rates])
def test_what_is_no_count_is_not_compared(compare: Callable[..., Difference], wrong: float) -> None:
    for asked in ((wrong, 10, 3, 10), (3, wrong, 3, 10), (3, 10, wrong, 10), (3, 10, 3, wrong)):
        found = compare(*asked)
        assert math.isnan(found.estimate) and math.isnan(found.p_value) and math.isnan(found.lower)
