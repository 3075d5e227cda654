"""Contrasts and ratios: against t tables, a simulated truth, and Fieller's own definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bcf_eval.stats.regression.least_squares import fit_ols
from bcf_eval.stats.regression.linear import contrast, contrast_ratio


def straight_line(seed: int, series: int, *, slope: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(20), np.arange(20.0)])
    return 30 + slope * x[:, [1]] + rng.normal(size=(20, series)) * 3, x


def test_interval_and_p_value_come_from_t() -> None:
    y, x = straight_line(1, 1)
    found = contrast(fit_ols(y, x), [[0.0, 1.0]], level=0.9)
    t = found.estimate / found.std_error
    np.testing.assert_allclose(found.p_value, 2 * stats.t.sf(np.abs(t), 18), rtol=1e-9)
    np.testing.assert_allclose(found.upper - found.estimate, stats.t.ppf(0.95, 18) * found.std_error, rtol=1e-9)


def test_each_series_may_have_its_own_contrast() -> None:
    y, x = straight_line(2, 2)
    fit = fit_ols(y, x)
    own = contrast(fit, np.array([[[0.0, 1.0]], [[0.0, 7.0]]]))
    np.testing.assert_allclose(own.estimate[:, 0], fit.coefficients[:, 1] * [1, 7])


def test_a_ratio_covers_as_often_as_it_says() -> None:
    """The slope relative to the intercept is 1/30; 95% over 4,000 draws, own error 0.35 points."""
    y, x = straight_line(3, 4000)
    found = contrast_ratio(fit_ols(y, x), [[0.0, 1.0]], [[1.0, 0.0]])
    covered = (found.lower <= 1 / 30) & (found.upper >= 1 / 30)
    assert covered.mean() == pytest.approx(0.95, abs=0.011)


def test_ends_of_a_ratio_are_where_the_test_turns() -> None:
    """Fieller: r is an end when numerator - r x denominator is just not told from zero."""
    y, x = straight_line(4, 1)
    fit = fit_ols(y, x)
    found = contrast_ratio(fit, [[0.0, 1.0]], [[1.0, 0.0]])
    for end in (found.lower[0, 0], found.upper[0, 0]):
        assert contrast(fit, [[-end, 1.0]]).p_value[0, 0] == pytest.approx(0.05, rel=1e-6)


def test_a_ratio_over_nothing_has_no_ends() -> None:
    y, x = straight_line(5, 1, slope=0.0)
    found = contrast_ratio(fit_ols(y, x), [[1.0, 0.0]], [[0.0, 1.0]])
    assert np.isnan(found.lower).all()
    assert np.isnan(found.upper).all()
