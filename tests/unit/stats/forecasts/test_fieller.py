"""Ratios of two uncertain numbers."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.forecasts.fieller import ratio_interval


def test_a_known_denominator_gives_the_ordinary_interval() -> None:
    found = ratio_interval(3.0, 2.0, top_variance=0.25, bottom_variance=0.0, covariance=0.0, df=np.inf)
    assert found.ratio == pytest.approx(1.5)
    assert (found.lower, found.upper) == pytest.approx((1.5 - 1.959964 * 0.25, 1.5 + 1.959964 * 0.25))


def test_the_interval_covers_the_true_ratio() -> None:
    random = np.random.default_rng(1)
    draws, cov = 40_000, np.array([[0.5, 0.2], [0.2, 0.3]])
    top, bottom = random.multivariate_normal([1.0, 3.0], cov, size=draws).T
    found = ratio_interval(top, bottom, top_variance=0.5, bottom_variance=0.3, covariance=0.2, df=np.inf)
    held = (found.lower <= 1 / 3) & (found.upper >= 1 / 3)
    # Exact where the interval is bounded, which it is but for one draw in 4,000; 3 standard errors are 0.0033.
    assert held.mean() == pytest.approx(0.95, abs=0.0035)


def test_a_denominator_like_zero_has_no_interval() -> None:
    found = ratio_interval(1.0, 0.5, top_variance=0.1, bottom_variance=0.2, covariance=0.0, df=30)
    assert np.isnan(found.lower) and np.isnan(found.upper) and found.ratio == 2.0
