"""Forecasts against simulated truth and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.forecasts.forecast import estimate_season, forecast_series

NO_STEPS = np.empty((72, 0))


def test_a_shared_season_is_recovered_through_trends_and_gaps() -> None:
    t = np.arange(100, 172)
    season = 0.2 * np.sin(2 * np.pi * t / 12) - 0.1 * np.cos(4 * np.pi * t / 12)
    values = season[:, None] + np.linspace(0, 1, 72)[:, None] ** 2 + np.arange(5.0)
    values[[3, 40], 2] = np.nan
    found = estimate_season(values - np.arange(5.0), t, pairs=2, cycle=12)
    np.testing.assert_allclose(found.at(np.arange(172, 184)), season[-12:], atol=5e-3)


def test_no_season_is_told_from_too_few_months() -> None:
    t = np.arange(12)
    assert estimate_season(np.sin(t)[:, None], t, pairs=2, cycle=12).at(t).tolist() == [0.0] * 12


@pytest.fixture(scope="module")
def autoregressive() -> np.ndarray:
    """4,000 AR(1) series of 72 + 6 months, rho 0.6, mean 5."""
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(178, 4000)) * 0.2
    z = np.zeros_like(noise)
    for i in range(1, 178):
        z[i] = 0.6 * z[i - 1] + noise[i]
    return 5 + z[100:]


def test_the_centre_is_half_way_between_last_value_and_reversion(autoregressive: np.ndarray) -> None:
    past = autoregressive[:72]
    found = forecast_series(past, time=np.arange(72), steps=NO_STEPS, horizons=np.arange(1, 7), damping=0.9)
    np.testing.assert_allclose(found.centre, 0.5 * past[-1][:, None] + 0.5 * found.trend_none, rtol=1e-12)
    # rho-hat of 72 months is biased towards 0 by about (1 + 3 rho) / n = 0.04.
    assert found.rho.mean() == pytest.approx(0.58, abs=0.04)
    assert found.innovation_sd.mean() == pytest.approx(0.2, abs=0.01)
    far = forecast_series(past, time=np.arange(72), steps=NO_STEPS, horizons=np.array([60]), damping=0.9)
    assert far.trend_none.mean() == pytest.approx(5.0, abs=0.02)


def test_the_spread_at_the_first_step_is_that_of_the_innovations(autoregressive: np.ndarray) -> None:
    found = forecast_series(
        autoregressive[:72], time=np.arange(72), steps=NO_STEPS, horizons=np.arange(1, 4), damping=0.9
    )
    np.testing.assert_allclose(found.covariance[:, 0, 0], found.innovation_sd**2)
    # Two steps: (1)² + ((1 + rho) / 2)².
    expected = found.innovation_sd**2 * (1 + ((1 + found.rho) / 2) ** 2)
    np.testing.assert_allclose(found.covariance[:, 1, 1], expected)


def test_trends_continue_or_fade() -> None:
    t = np.arange(40)
    y = (3 + 0.1 * t)[:, None] + np.random.default_rng(1).normal(size=(40, 1)) * 1e-4
    found = forecast_series(y, time=t, steps=np.empty((40, 0)), horizons=np.array([1, 10]), damping=0.9)
    np.testing.assert_allclose(found.trend_continues[0], [7.0, 7.9], atol=2e-3)
    np.testing.assert_allclose(found.trend_damped[0], [6.9 + 0.1 * 0.9, 6.9 + 0.1 * 9 * (1 - 0.9**10)], atol=2e-3)
