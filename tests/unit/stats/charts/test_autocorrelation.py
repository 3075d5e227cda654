"""False alarms of charts against independent values and the known record, and the chart of residuals."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.charts.autocorrelation import chart_residuals, estimate_false_alarms
from bcf_eval.stats.charts.spc import chart
from bcf_eval.stats.regression.design import fourier_columns


def build_series(rho: float, n: int, size: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    series = rng.normal(size=(n, size))
    for t in range(1, n):
        series[t] = rho * series[t - 1] + np.sqrt(1 - rho**2) * series[t]
    return series


def test_charts_of_a_process_like_the_record_signal_nearly_always() -> None:
    """At rho 0.7, 95% of 48-month charts show a false point outside; 2,000 draws know that to 0.5 points."""
    found = estimate_false_alarms(48, 0.7)
    assert float(found.outside) == pytest.approx(0.95, abs=0.015)
    assert float(found.any_signal) > 0.98


def test_without_autocorrelation_three_sigma_limits_are_rarely_crossed() -> None:
    """2.66 moving ranges are 3 sigma: 0.27% a point, 12% of 48 points, a little more as limits are estimated."""
    known = 1 - (1 - 0.0027) ** 48
    found = estimate_false_alarms(48, 0.0, screen=False)
    assert known - 0.03 < float(found.outside) < known + 0.05


def test_between_the_grid_it_is_the_simulation_that_was_not_run() -> None:
    values = build_series(0.55, 36, 4000, 9)
    share = np.mean(chart(values).outside.any(axis=0))
    # Both shares have a standard error of about 1 point.
    assert float(estimate_false_alarms(36, 0.55).outside) == pytest.approx(share, abs=0.035)


def test_longer_and_stickier_charts_signal_more() -> None:
    found = estimate_false_alarms(24, np.array([0.0, 0.3, 0.6, 0.9, np.nan]))
    assert np.all(np.diff(found.outside[:4]) > 0)
    assert np.isnan(found.any_signal[4])
    assert np.all(estimate_false_alarms(96, found.outside[:1]).outside > found.outside[:1])


def test_residuals_signal_about_as_rarely_as_independent_values() -> None:
    """300 series of 60 months with season: four in five have a false point outside, of their residuals a fifth."""
    n = 60
    time = np.arange(n)
    season = fourier_columns(time, pairs=2, cycle=12)
    values = 5 + 2 * np.sin(2 * np.pi * time / 12)[:, None] + build_series(0.7, n, 300, 3)
    plain, found = chart(values), chart_residuals(values, season)
    assert np.mean(plain.outside.any(axis=0)) > 0.8
    # Independent values: 0.20 of 60-month charts; fitting season and rho takes a little off.
    assert 0.08 < np.mean(found.chart.outside.any(axis=0)) < 0.27
    assert np.median(found.rho) == pytest.approx(0.63, abs=0.08)
    neighbours = [np.corrcoef(one[1:], one[:-1])[0, 1] for one in found.residuals.T]
    assert abs(np.mean(neighbours)) < 0.06


def test_residuals_are_those_of_the_formula() -> None:
    """What the month before foretells is taken off; across a gap of two months, rho squared of it."""
    values = build_series(0.5, 40, 1, 4) + 10
    values[20] = np.nan
    found = chart_residuals(values, np.empty((40, 0)))
    rho = found.rho[0]
    # The level is the weighted mean of AR(1) errors: solve for it from one month, and check all the others.
    left, given = values[:, 0], found.residuals[:, 0]
    level = (left[1] - rho * left[0] - given[1]) / (1 - rho)
    error = left - level
    np.testing.assert_allclose(given[2:20], error[2:20] - rho * error[1:19], rtol=0, atol=1e-9)
    wide = np.sqrt((1 - rho**2) / (1 - rho**4))
    assert given[21] == pytest.approx(wide * (error[21] - rho**2 * error[19]), abs=1e-9)
    assert given[0] == pytest.approx(np.sqrt(1 - rho**2) * error[0], abs=1e-9)
    assert np.isnan(given[20])


def test_a_shift_is_still_seen_and_a_rebase_takes_it_out() -> None:
    values = build_series(0.3, 60, 50, 5)
    values[40:] += 8
    assert np.mean(chart_residuals(values, np.empty((60, 0))).chart.special[40] > 0) > 0.5
    assert np.mean(chart_residuals(values, np.empty((60, 0)), rebase=(40,)).chart.special[40] > 0) < 0.3


def test_too_little_is_no_residual() -> None:
    found = chart_residuals(np.array([[1.0, 5], [2, 5], [np.nan, 5], [3, 5], [np.nan, 5]]), np.empty((5, 0)))
    assert np.isnan(found.residuals).all()
    assert (found.chart.special == 0).all()
