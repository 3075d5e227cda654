"""OLS and Newey-West against statsmodels; Prais-Winsten against its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.least_squares import _solve_differenced, fit_newey_west, fit_ols, fit_prais_winsten

DESIGN = build_design(np.arange(30), interventions=[15], season_pairs=1)


@pytest.fixture(scope="module")
def y() -> np.ndarray:
    rng = np.random.default_rng(4)
    return np.cumsum(rng.normal(size=(30, 3)), axis=0)


def test_ols_agrees_with_statsmodels(y: np.ndarray) -> None:
    fit = fit_ols(y, DESIGN.matrix)
    for s in range(3):
        known = OLS(y[:, s], DESIGN.matrix).fit()
        np.testing.assert_allclose(fit.coefficients[s], known.params, rtol=1e-9)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[s])), known.bse, rtol=1e-9)


@pytest.mark.parametrize("lag", [0, 1, 4])
@pytest.mark.parametrize("small_sample", [True, False])
def test_newey_west_agrees_with_statsmodels(y: np.ndarray, lag: int, small_sample: bool) -> None:
    fit = fit_newey_west(y, DESIGN.matrix, lag=lag, small_sample=small_sample)
    for s in range(3):
        known = OLS(y[:, s], DESIGN.matrix).fit(
            cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": small_sample}
        )
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[s])), known.bse, rtol=1e-9)


def test_prais_winsten_rests_at_its_own_rho(y: np.ndarray) -> None:
    fit = fit_prais_winsten(y, DESIGN.matrix)
    residual = y - DESIGN.matrix @ fit.coefficients.T
    again = (residual[1:] * residual[:-1]).sum(0) / (residual[:-1] ** 2).sum(0)
    np.testing.assert_allclose(fit.rho, again, atol=1e-8)
    for s, rho in enumerate(fit.rho):
        first = np.sqrt(1 - rho**2)
        x = np.vstack([first * DESIGN.matrix[0], DESIGN.matrix[1:] - rho * DESIGN.matrix[:-1]])
        z = np.concatenate([[first * y[0, s]], y[1:, s] - rho * y[:-1, s]])
        known = OLS(z, x).fit()
        np.testing.assert_allclose(fit.coefficients[s], known.params, rtol=1e-7)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[s])), known.bse, rtol=1e-7)


@pytest.mark.parametrize("values", [3 + 0.1 * np.arange(30), (-1.0) ** np.arange(30)])
def test_prais_winsten_of_a_series_that_lies_on_its_model_tells_nothing_and_spoils_no_other(
    y: np.ndarray, values: np.ndarray
) -> None:
    x = np.column_stack([DESIGN.matrix, (-1.0) ** np.arange(30)])
    both, alone = fit_prais_winsten(np.column_stack([y, values]), x), fit_prais_winsten(y, x)
    assert np.isnan(both.coefficients[3]).all() and np.isnan(both.covariance[3]).all()
    assert np.isnan(both.rho[3]) and not both.rho_at_boundary[3]
    np.testing.assert_allclose(both.coefficients[:3], alone.coefficients, rtol=1e-8)
    np.testing.assert_allclose(both.covariance[:3], alone.covariance, rtol=1e-7)


def test_where_differencing_takes_a_term_away_there_is_nothing_to_solve(y: np.ndarray) -> None:
    """At ρ = 1 a level has no differences, and the first period no weight."""
    beta, gram, singular = _solve_differenced(y, DESIGN.matrix, np.array([0.5, 1.0, -0.3]))
    assert singular.tolist() == [False, True, False]
    assert np.isfinite(beta).all() and np.linalg.cond(gram).max() < 1e14


def test_no_series_have_no_rows() -> None:
    assert fit_prais_winsten(np.empty((30, 0)), DESIGN.matrix).coefficients.shape == (0, DESIGN.matrix.shape[1])
