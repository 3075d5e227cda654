"""Count models against statsmodels and scipy, closed forms, bad input and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import nbinom
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.glm import compare_deviance, fit_negative_binomial, fit_quasi_poisson
from bcf_eval.stats.regression.linear import contrast

DESIGN = build_design(np.arange(36), interventions=[18], cycle=1)
PEOPLE = np.round(1000 * (1 + 0.01 * np.arange(36)))
FITS = [fit_quasi_poisson, fit_negative_binomial]


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    rng = np.random.default_rng(7)
    mean = PEOPLE * np.exp(-3.2 + 0.01 * np.arange(36) - 0.3 * (np.arange(36) >= 18))
    return rng.negative_binomial(12, (12 / (12 + mean))[:, None], size=(36, 5)).astype(float)


@pytest.mark.parametrize("lag", [None, 3])
def test_quasi_poisson_agrees_with_statsmodels(counts: np.ndarray, lag: int | None) -> None:
    """Six digits: both stop their iterations far beyond them."""
    fit = fit_quasi_poisson(counts, DESIGN.matrix, offset=np.log(PEOPLE), hac_lag=lag)
    for s in range(counts.shape[1]):
        model = GLM(counts[:, s], DESIGN.matrix, family=families.Poisson(), offset=np.log(PEOPLE))
        if lag is None:
            other = model.fit(scale="X2", tol=1e-12)
            assert fit.sigma[s] ** 2 == pytest.approx(other.scale, rel=1e-6)
        else:
            other = model.fit(tol=1e-12, cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True})
        np.testing.assert_allclose(fit.coefficients[s], other.params, rtol=1e-6)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[s])), other.bse, rtol=1e-6)


def test_negative_binomial_is_the_joint_maximum(counts: np.ndarray) -> None:
    """Of scipy's likelihood over β and α (1e-4: where its search rests); errors are those expected at that α."""
    x = np.linalg.qr(DESIGN.matrix)[0]
    back = np.linalg.lstsq(DESIGN.matrix, x)[0]
    fit = fit_negative_binomial(counts, DESIGN.matrix, offset=np.log(PEOPLE))
    for s in range(counts.shape[1]):

        def minus_likelihood(free: np.ndarray, s: int = s) -> float:
            size, mean = np.exp(-free[-1]), np.exp(x @ free[:-1] + np.log(PEOPLE))
            return -nbinom.logpmf(counts[:, s], size, size / (size + mean)).sum()

        start = np.r_[x.T @ np.log(counts[:, s].mean() / PEOPLE), -2.0]
        best = minimize(
            minus_likelihood, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 20000}
        )
        np.testing.assert_allclose(fit.coefficients[s], back @ best.x[:-1], rtol=1e-4, atol=1e-6)
        family = families.NegativeBinomial(alpha=np.exp(best.x[-1]))
        given = GLM(counts[:, s], DESIGN.matrix, family=family, offset=np.log(PEOPLE)).fit(tol=1e-12)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[s])), given.bse, rtol=1e-4)
        assert fit.sigma[s] ** 2 == pytest.approx(given.pearson_chi2 / given.df_resid, rel=1e-4)


def test_two_phases_have_the_ratio_of_their_rates() -> None:
    """Closed form: with a step alone, the rate ratio is that of the totals over their denominators."""
    y = np.array([[10.0, 14, 9, 30, 28, 35]]).T
    people = np.array([100.0, 120, 90, 130, 110, 150])
    x = np.column_stack([np.ones(6), np.arange(6) >= 3])
    fit = fit_quasi_poisson(y, x, offset=np.log(people))
    assert np.exp(fit.coefficients[0, 1]) == pytest.approx((93 / 390) / (33 / 310), rel=1e-10)
    # Variance of the logarithm: dispersion (1/33 + 1/93).
    assert fit.covariance[0, 1, 1] == pytest.approx(fit.sigma[0] ** 2 * (1 / 33 + 1 / 93), rel=1e-8)


@pytest.mark.parametrize("fit_counts", FITS)
@pytest.mark.parametrize("lag", [None, 2])
def test_bad_counts_have_no_answer_but_a_reason(fit_counts, lag: int | None, counts: np.ndarray) -> None:
    good = counts[:, 0]
    hole, negative, phase = good.copy(), good.copy(), good.copy()
    hole[4], negative[3], phase[:18] = np.nan, -1.0, 0.0
    y = np.column_stack([good, hole, negative, phase, np.zeros(36), np.full(36, np.inf)])
    offset = np.tile(np.log(PEOPLE)[:, None], 6)
    fit = fit_counts(y, DESIGN.matrix, offset=offset, hac_lag=lag)
    assert fit.notes == (
        "",
        "counts are missing",
        "counts are negative",
        "a fitted count runs to zero: an effect has no finite estimate (separation)",
        "every count is zero",
        "counts are missing",
    )
    assert np.isfinite(fit.covariance[0]).all()
    assert np.isnan(fit.coefficients[1:]).all()
    assert np.isnan(fit.covariance[1:]).all()
    alone = fit_counts(good[:, None], DESIGN.matrix, offset=np.log(PEOPLE), hac_lag=lag)
    np.testing.assert_allclose(fit.covariance[0], alone.covariance[0], rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("fit_counts", FITS)
def test_bad_designs_and_denominators_have_a_reason(fit_counts, counts: np.ndarray) -> None:
    nobody = np.log(np.where(np.arange(36) == 5, 1.0, PEOPLE)) - np.where(np.arange(36) == 5, np.inf, 0.0)
    assert set(fit_counts(counts, DESIGN.matrix, offset=nobody).notes) == {"denominators are missing or zero"}
    twice = np.column_stack([DESIGN.matrix, DESIGN.matrix[:, 1]])
    assert set(fit_counts(counts, twice).notes) == {"the terms cannot be told apart"}
    assert set(fit_counts(counts[:4], DESIGN.matrix[:4]).notes) == {"4 points are too few for 4 terms"}


def test_counts_without_over_dispersion_are_fitted_as_poisson() -> None:
    y = np.tile([5.0, 6.0, 5.0, 4.0], 9)[:, None]
    fit = fit_negative_binomial(y, DESIGN.matrix)
    assert fit.notes == ("no over-dispersion found: fitted as Poisson",)
    poisson = GLM(y[:, 0], DESIGN.matrix, family=families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance[0])), poisson.bse, rtol=1e-6)


@pytest.mark.parametrize("fit_counts", FITS)
def test_large_counts_lose_nothing(fit_counts, counts: np.ndarray) -> None:
    """Delayed days run to tens of thousands: a thousandfold denominator moves the intercept alone."""
    near = fit_counts(counts, DESIGN.matrix, offset=np.log(PEOPLE))
    far = fit_counts(counts, DESIGN.matrix, offset=np.log(PEOPLE * 1000))
    np.testing.assert_allclose(near.coefficients[:, 1:], far.coefficients[:, 1:], rtol=1e-6)
    if fit_counts is fit_quasi_poisson:
        more = fit_counts(1000 * counts, DESIGN.matrix)
        one = fit_counts(counts, DESIGN.matrix)
        np.testing.assert_allclose(more.coefficients[:, 1:], one.coefficients[:, 1:], rtol=1e-6)
        np.testing.assert_allclose(more.covariance, one.covariance, rtol=1e-6)


@pytest.mark.parametrize("fit_counts", FITS)
def test_intervals_of_a_null_effect_cover(fit_counts) -> None:
    """95% normal intervals at n = 60 with t-sized error: 92 to 96.5 over 1,000 draws (own error 0.7 points)."""
    rng = np.random.default_rng(21)
    y = rng.negative_binomial(10, 10 / (10 + 200.0), size=(60, 1000))
    design = build_design(np.arange(60), interventions=[30], cycle=1)
    found = contrast(fit_counts(y, design.matrix), design.unit("level_change_1")[None])
    assert 0.92 <= ((found.lower <= 0) & (found.upper >= 0)).mean() <= 0.965


def test_a_needless_term_is_rarely_called_needed() -> None:
    """The F-test's p-values are uniform where the term does nothing: 5% of 2,000 within 1.5 points."""
    y = np.random.default_rng(3).poisson(50.0, size=(36, 2000))
    found = compare_deviance(y, DESIGN.matrix, columns=[2, 3])
    assert (found.df_terms, found.df_residual) == (2, 32)
    assert (found.p_value < 0.05).mean() == pytest.approx(0.05, abs=0.015)
