"""OLS and Newey-West against statsmodels; Prais-Winsten against its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.least_squares import fit_newey_west, fit_ols, fit_prais_winsten

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
