"""Covariances of averages over stretches of an AR(1) series, against simulation and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.forecasts.period_means import covary_means


def test_one_month_each() -> None:
    found = covary_means([0.5], [2.0], first=[10], second=[7])
    assert (found.first[0], found.second[0], found.both[0]) == pytest.approx((4.0, 4.0, 4.0 * 0.125))


def test_simulated_averages_vary_as_they_should() -> None:
    random, n, rho = np.random.default_rng(2), 60_000, 0.7
    y = np.empty((15, n))
    y[0] = random.normal(size=n)
    for t in range(1, 15):
        y[t] = rho * y[t - 1] + np.sqrt(1 - rho**2) * random.normal(size=n)
    simulated = np.cov(y[9:12].mean(0), y[0:3].mean(0))
    found = covary_means([rho], [1.0], first=[9, 10, 11], second=[0, 1, 2])
    # Standard errors of the simulated variances are below 0.005.
    assert found.first[0] == pytest.approx(simulated[0, 0], abs=0.015)
    assert found.both[0] == pytest.approx(simulated[0, 1], abs=0.015)
