"""Power and the least change found, against R's power.t.test and against the fit itself."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.forecasts.power import anticipate_contrast, critical_t, detect_change, find_detectable
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml


@pytest.mark.parametrize(
    ("n", "delta", "sd", "power"),
    [(20, 1.0, 1.0, 0.8689530277), (8, 1.2, 0.9, 0.6987259472)],
)
def test_power_of_two_samples_is_that_of_r(n: int, delta: float, sd: float, power: float) -> None:
    """R 4: power.t.test(n, delta, sd, strict = TRUE)."""
    df = 2.0 * n - 2
    found = detect_change([delta], [sd * np.sqrt(2 / n)], [df], critical_t([df], alpha=0.05))
    np.testing.assert_allclose(found, power, atol=1e-9)


def test_the_least_change_found_is_that_of_r() -> None:
    """R 4: power.t.test(n = 20, power = 0.8, strict = TRUE)$delta."""
    found = find_detectable([np.sqrt(2 / 20)], [38.0], critical_t([38.0], alpha=0.05), power=0.8)
    np.testing.assert_allclose(found, 0.9091290327, atol=1e-8)


def test_no_change_is_found_as_often_as_the_limit_says() -> None:
    assert detect_change(0.0, 1.0, 12.0, critical_t(12.0, alpha=0.05)) == pytest.approx(0.05)
    harder = detect_change(2.0, 1.0, 12.0, 4.0)
    assert harder < detect_change(2.0, 1.0, 12.0, critical_t(12.0, alpha=0.05))


def test_what_is_not_known_stays_so() -> None:
    found = find_detectable([np.nan, 1.0], [10.0, np.nan], 2.0, power=0.8)
    assert np.isnan(found).all()
    assert np.isnan(detect_change(1.0, np.nan, 10.0, 2.0))
    assert np.isnan(anticipate_contrast(np.ones((10, 1)), [1.0], [np.nan, 1.0]).std_error).all()


def test_the_precision_is_that_of_the_fit_at_its_own_autocorrelation() -> None:
    """The fit works by moments, this by dense matrices; the fit's search places rho within 1e-6."""
    rng = np.random.default_rng(2)
    y = rng.normal(size=(48, 40)).cumsum(0) * 0.3 + rng.normal(size=(48, 40))
    design = build_design(np.arange(48), interventions=[24], season_pairs=2)
    weights = design.unit("level_change_1") + 5.5 * design.unit("slope_change_1")
    fit = fit_reml(y, design.matrix)
    inside = np.abs(fit.rho) < 0.95
    estimates = contrast(fit, weights[None])
    found = anticipate_contrast(design.matrix, weights, fit.rho)
    np.testing.assert_allclose((found.std_error * fit.sigma)[inside], estimates.std_error[inside, 0], rtol=1e-4)
    np.testing.assert_allclose(found.df[inside], estimates.df[inside, 0], rtol=1e-3)
    assert inside.sum() > 30


def test_without_autocorrelation_it_is_near_the_precision_of_least_squares() -> None:
    """Level change between two halves of 24: variance 1/24 + 1/24; what is not known of rho widens it a little."""
    x = np.column_stack([np.ones(48), np.arange(48) >= 24])
    found = anticipate_contrast(x, [0.0, 1.0], [0.0])
    assert np.sqrt(2 / 24) <= found.std_error[0] < 1.1 * np.sqrt(2 / 24)


@pytest.mark.parametrize("alpha", [0.05, 0.015, 0.001])
def test_the_least_change_found_has_the_power_asked_for_at_all_degrees_of_freedom(alpha: float) -> None:
    """Scipy's distribution function is no number far out in its tails, at 8 degrees of freedom for one."""
    df = np.arange(3.0, 60.0, 0.25)
    critical = critical_t(df, alpha=alpha)
    found = find_detectable(np.ones(df.size), df, critical, power=0.8)
    np.testing.assert_allclose(detect_change(found, np.ones(df.size), df, critical), 0.8, atol=1e-6)
