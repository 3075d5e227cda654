"""Random effects against a published meta-analysis, against R's ``optimize``, and against simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_eval.stats.together.heterogeneity import estimate_heterogeneity

# Thirteen trials of the BCG vaccine (Colditz et al. 1994, JAMA 271:698): cases and others, treated, then control.
BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761],
        [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
        [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ],
    float,
)  # fmt: skip


def test_the_vaccine_trials() -> None:
    """The documentation of metafor prints 0.3132, -0.7145 and 92.22%; the further digits are R's ``optimize``."""
    treated, control = BCG[:, 0] + BCG[:, 1], BCG[:, 2] + BCG[:, 3]
    log_ratio = np.log((BCG[:, 0] / treated) / (BCG[:, 2] / control))
    variance = 1 / BCG[:, 0] - 1 / treated + 1 / BCG[:, 2] - 1 / control
    found = estimate_heterogeneity(log_ratio, np.sqrt(variance))
    # A maximum is found to about the square root of a float's digits.
    assert found.tau**2 == pytest.approx(0.313243256475917, rel=1e-6)
    assert found.mean == pytest.approx(-0.714532342006217, rel=1e-6)
    assert found.i_squared == pytest.approx(0.922213844832406, rel=1e-6)
    # R: m + c(-1, 1) * qt(.975, 11) * sqrt(tau2 + se^2).
    limits = (found.prediction_lower, found.prediction_upper)
    assert limits == pytest.approx((-2.008375903403704, 0.579311219391269), rel=1e-6)


def test_no_more_than_error() -> None:
    """Eight schools (Rubin 1981): R's ``optimize`` has the variance between them at its lower end, 0."""
    found = estimate_heterogeneity([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
    assert found.tau == 0
    assert found.i_squared == 0
    # Gelman et al., Bayesian Data Analysis, section 5.5: complete pooling gives 7.7 with a standard error of 4.1.
    assert found.mean == pytest.approx(7.7, abs=0.05)
    half = 2.446911851144969 * 4.07  # qt(.975, 6)
    assert found.prediction_upper - found.mean == pytest.approx(half, rel=2e-3)


def test_the_spread_is_found_again() -> None:
    """400 areas, tau 2: REML's standard error is about tau / sqrt(2 x 400) / reliability, below 0.12."""
    rng = np.random.default_rng(5)
    error = rng.uniform(0.5, 2.0, 400)
    found = estimate_heterogeneity(3 + 2 * rng.normal(size=400) + error * rng.normal(size=400), error)
    assert found.tau == pytest.approx(2.0, abs=0.3)
    new = 3 + 2 * rng.normal(size=20_000)
    inside = np.mean((new > found.prediction_lower) & (new < found.prediction_upper))
    assert inside == pytest.approx(0.95, abs=0.03)


def test_the_error_of_all_areas_together_widens_the_prediction_alone() -> None:
    estimates, errors = [1.0, 2.0, 4.0, 8.0], [1.0, 1.0, 1.0, 1.0]
    free = estimate_heterogeneity(estimates, errors)
    tied = estimate_heterogeneity(estimates, errors, least_std_error=5.0)
    assert (tied.mean, tied.tau) == (free.mean, free.tau)
    half = 4.302652729911275 * math.sqrt(free.tau**2 + 25)  # qt(.975, 2)
    assert tied.prediction_upper - tied.mean == pytest.approx(half)


def test_too_few_areas_are_no_answer() -> None:
    found = estimate_heterogeneity([1.0, np.nan, 2.0, 3.0], [1.0, 1.0, 1.0, 0.0])
    assert found.n == 2
    assert math.isnan(found.tau)
    assert math.isnan(found.mean)


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(0.1, 10)), min_size=4, max_size=30),
    st.floats(-100, 100),
    st.floats(0.01, 100),
)
def test_shifting_and_scaling(pairs: list[tuple[float, float]], shift: float, scale: float) -> None:
    estimate, error = np.array(pairs).T
    plain = estimate_heterogeneity(estimate, error)
    moved = estimate_heterogeneity(scale * estimate + shift, scale * error)
    # Near zero a variance is known to the square root of the digits of its likelihood, its root to less.
    close = 1e-3 * scale * (1 + plain.tau + float(np.median(error)))
    assert moved.tau == pytest.approx(scale * plain.tau, rel=1e-3, abs=close)
    assert moved.mean == pytest.approx(scale * plain.mean + shift, rel=1e-3, abs=close + 1e-9 * abs(shift))
