"""Regression with ARIMA errors against R's arima, in the ten-thousands, and where there is no answer."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.regression import arima
from bcf_eval.stats.regression.arima import fit_arima
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.differencing import difference
from bcf_eval.stats.regression.linear import contrast

# The first of the two series that were given to R in test_arma.py.
A = [
    41.38, 42.78, 41.73, 42.38, 41.64, 40.64, 39.75, 40.51, 38.35, 39.75, 37.8, 39.29, 40.51, 42.3, 43.64, 44.55,
    43.66, 42.71, 42.76, 41.19, 39.43, 38.64, 38.56, 40.41, 41.52, 43.48, 43.63, 44.5, 44.85, 43.69, 40.45, 38.65,
    38.09, 37.68, 37.14, 39.14, 39.61, 41.24, 42.62, 43.4, 43.83, 42.86, 41.66, 40.86, 38.6, 37.89, 37.63, 38.33,
    40.58, 40.92, 42.25, 44.33, 43.52, 44.19, 42.08, 41.71, 40.24, 40.43, 41.92, 40.86,
]  # fmt: skip
Y = np.array(A)[:, None]
DESIGN = build_design(np.arange(60), interventions=[30], season_pairs=1)

# R 4.2: arima(y, order = , seasonal = list(order = , period = 12), xreg = cbind(t, s, r, sin, cos), method = "ML",
#   optim.control = list(reltol = 1e-14, maxit = 1000)); of t, s, r: coefficients and errors; sqrt(sigma2).
R_ARIMA = {
    ((1, 0, 0), (0, 0, 0)): (
        [0.062671375, -2.551942623, 0.032463329], [0.021913073, 0.515612593, 0.031563071], 0.71988417,
    ),
    ((2, 0, 1), (0, 0, 0)): (
        [0.054833221, -2.548538548, 0.045808521], [0.026633169, 0.563888255, 0.040599057], 0.69901691,
    ),
    ((1, 1, 1), (0, 0, 0)): (
        [0.013963908, -2.566874973, 0.102332340], [0.094871121, 0.713506689, 0.134784284], 0.7594407,
    ),
    ((1, 0, 0), (1, 0, 0)): (
        [0.062840189, -2.561036058, 0.032276739], [0.021627576, 0.518478586, 0.030692518], 0.71898703,
    ),
}  # fmt: skip


@pytest.mark.parametrize("scale", [1.0, 1e4])
@pytest.mark.parametrize(("order", "seasonal"), R_ARIMA)
def test_agrees_with_r_in_any_unit(order: tuple[int, int, int], seasonal: tuple[int, int, int], scale: float) -> None:
    """A thousandth of each standard error, and of its size: both searches rest at about four digits.

    In the ten-thousands statsmodels by itself can call a wrong optimum converged.
    """
    fit = fit_arima(scale * Y, DESIGN.matrix, order=order, seasonal_order=seasonal)
    coefficients, errors, sigma = R_ARIMA[order, seasonal]
    found = np.sqrt(np.diag(fit.covariance[0]))[1:4]
    np.testing.assert_allclose((fit.coefficients[0, 1:4] / scale - coefficients) / errors, 0.0, atol=1e-3)
    np.testing.assert_allclose(found / scale, errors, rtol=1e-3)
    assert fit.sigma[0] / scale == pytest.approx(sigma, rel=1e-3)


def test_a_term_that_differencing_removes_is_named_and_the_others_are_kept() -> None:
    fit = fit_arima(Y, DESIGN.matrix, order=(0, 1, 1))
    assert fit.notes == ("no estimate of the design's columns 0 (counted from 0): differencing removes what they say",)
    assert np.isnan(fit.coefficients[0]).tolist() == [True] + [False] * 5
    found = contrast(fit, np.vstack([DESIGN.unit("level_change_1"), DESIGN.unit("intercept")]))
    assert np.isfinite(found.p_value[0, 0])
    assert np.isnan(found.estimate[0, 1])
    assert np.isnan(found.p_value[0, 1])
    # 59 differences less five terms, θ and σ².
    assert found.df[0, 0] == 52


def test_differencing_leaves_the_coefficients_as_they_are() -> None:
    """Y = Xβ exactly: whatever is differenced, what is left of β comes back."""
    beta = np.array([5.0, 0.3, -2.0, 0.1, 1.5, -0.7])
    for times, seasonal_times, lost in [(0, 0, []), (1, 0, [0]), (0, 1, [0, 4, 5]), (1, 1, [0, 1, 4, 5])]:
        data = difference(
            (DESIGN.matrix @ beta)[:, None], DESIGN.matrix, times=times, seasonal_times=seasonal_times, cycle=12
        )
        assert np.flatnonzero(~data.kept).tolist() == lost
        np.testing.assert_allclose(data.back @ (data.x.T @ data.y[:, 0]), beta[data.kept], rtol=1e-9)


def test_the_order_is_chosen_by_the_data() -> None:
    """A strong AR(1), and a series that drifts, each of 120 points."""
    noise = np.random.default_rng(5).normal(size=(120, 2))
    strong = noise[:, 0].copy()
    for t in range(1, 120):
        strong[t] += 0.7 * strong[t - 1]
    design = build_design(np.arange(120), interventions=[60], cycle=1)
    drift = fit_arima(np.cumsum(np.cumsum(noise[:, [1]], axis=0), axis=0), design.matrix)
    assert ",1," in drift.method.split("AICc: ")[1]
    assert np.isnan(drift.rho[0])
    auto = fit_arima(strong[:, None], design.matrix)
    fixed = fit_arima(strong[:, None], design.matrix, order=(1, 0, 0))
    assert ",0," in auto.method.split("AICc: ")[1]
    # AICc may add a coefficient, not lose the autocorrelation: 0.7 less its downward bias, ± 3 errors of 0.07.
    assert 0.4 < auto.rho[0] < 0.9
    level = design.unit("level_change_1")[None]
    assert contrast(auto, level).estimate[0, 0] == pytest.approx(contrast(fixed, level).estimate[0, 0], abs=0.5)


def test_the_first_autocorrelation_is_that_of_the_model() -> None:
    """ARMA(1,1): (φ + θ)(1 + φθ) / (1 + 2φθ + θ²); here φ = 0.5, θ = 0.4 gives 1.08 / 1.56."""
    assert arima._first_autocorrelation(np.array([0.5]), np.array([0.4])) == pytest.approx(1.08 / 1.56)
    assert arima._first_autocorrelation(np.array([]), np.array([])) == 0.0


def test_no_convergence_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One iteration is not enough for any search."""
    monkeypatch.setattr(arima, "_MAX_ITERATIONS", 1)
    fit = fit_arima(Y, DESIGN.matrix, order=(2, 0, 1))
    assert fit.notes == ("the likelihood's search did not converge",)
    assert np.isnan(fit.coefficients).all()
    assert np.isnan(contrast(fit, DESIGN.unit("level_change_1")[None]).p_value).all()


def test_what_cannot_be_fitted_says_why() -> None:
    y = np.column_stack([np.full(60, 3.0), np.where(np.arange(60) == 3, np.nan, A), DESIGN.matrix[:, 1]])
    fit = fit_arima(y, DESIGN.matrix, order=(1, 0, 0))
    assert fit.notes == ("the series does not vary", "values are missing", "the series does not vary about the model")
    assert np.isnan(fit.covariance).all()
    assert fit_arima(Y[:10], DESIGN.matrix[:10]).notes == (
        "10 points are too few for 6 terms and this model of their errors",
    )
