"""Pooled lines against R, against the same likelihood written out in full, and against simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcf_eval.stats.counts.pooling import PooledLines, fit_pooled_lines

# Thirty areas, four years; area 5 lacks its second. R 4, nlme 3.1: with d in long form, t = -1.5 ... 1.5,
#   lme(y ~ t, random = ~ t | area, data = d, method = "REML",
#       control = lmeControl(opt = "optim", reltol = 1e-14, maxIter = 500, msMaxIter = 500, tolerance = 1e-10))
# gives the figures of `test_it_is_what_r_gives`: fixef, m$varFix, getVarCov, m$sigma, coef, -2 * logLik.
DATA = np.array([
    1.569, 1.383, 0.949, 1.085,
    1.57, 1.39, 1.229, 0.858,
    0.977, 1.133, 1.323, 1.345,
    1.255, 1.205, 1.285, 1.055,
    2.031, np.nan, 2.25, 2.236,
    1.474, 1.462, 1.485, 1.517,
    1.78, 1.699, 1.811, 1.893,
    1.213, 1.018, 0.998, 0.991,
    1.904, 1.884, 2.01, 1.941,
    2.488, 2.57, 2.078, 2.103,
    1.853, 1.474, 1.69, 1.485,
    1.072, 1.368, 1.678, 1.238,
    1.688, 1.778, 1.809, 1.771,
    1.797, 1.619, 1.689, 1.349,
    0.718, 0.742, 0.963, 0.563,
    1.554, 1.608, 1.365, 1.64,
    1.816, 1.372, 1.365, 1.359,
    1.667, 1.746, 1.797, 1.582,
    1.379, 1.123, 1.157, 1.063,
    1.381, 1.592, 1.331, 1.76,
    1.702, 1.562, 1.674, 1.748,
    1.476, 1.428, 1.027, 0.653,
    1.575, 1.401, 1.296, 1.071,
    1.521, 1.502, 1.213, 1.582,
    1.923, 1.993, 2.095, 1.917,
    1.617, 1.513, 1.42, 1.508,
    1.693, 1.763, 1.554, 1.509,
    1.537, 1.767, 2.005, 2.094,
    1.79, 1.689, 1.939, 1.685,
    1.929, 2.211, 2.078, 2.208,
]).reshape(30, 4).T  # fmt: skip
TIMES = np.arange(4.0)


def fit_gaussian(y: np.ndarray, **more: object) -> PooledLines:
    """Without sampling variation and without shared shocks."""
    return fit_pooled_lines(y, np.where(np.isfinite(y), 0.0, np.nan), time=TIMES, **{"shock_ratio": 0.0, **more})  # type: ignore[arg-type]


def simulate(
    rng: np.random.Generator, *, areas: int, years: int, sigma_u: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Known lines, an extra year for the forecast, and sampling variances; logits of about 0.8."""
    between = np.array([[0.16, 0.01], [0.01, 0.0064]])
    lines = rng.multivariate_normal([1.4, -0.05], between, areas)
    t = np.arange(years + 1) - (years - 1) / 2
    truth = lines[:, 0] + np.outer(t, lines[:, 1]) + sigma_u * rng.normal(size=(years + 1, 1))
    truth = truth + 0.1 * rng.normal(size=truth.shape)
    variance = rng.uniform(0.005, 0.03, (years, areas))
    return truth[:-1] + np.sqrt(variance) * rng.normal(size=variance.shape), variance, truth[-1]


def test_it_is_what_r_gives() -> None:
    fit = fit_gaussian(DATA)
    assert fit.reason == ""
    assert fit.mean == pytest.approx([1.553532665, -0.033199733], rel=1e-5)
    covariance = [[0.00415720234, 0.00040479475], [0.00040479475, 0.00039233093]]
    assert np.allclose(fit.mean_covariance, covariance, rtol=1e-4)
    assert np.allclose(fit.between, [[0.12044672, 0.012163064], [0.012163064, 0.008385204]], rtol=2e-4)
    assert fit.sigma_e == pytest.approx(0.12994298, rel=1e-4)
    for area, intercept, slope in (
        (0, 1.2520110, -0.148542346),
        (4, 2.1377738, 0.059707819),
        (29, 2.0897099, 0.0545455),
    ):
        assert (fit.intercept[area], fit.slope[area]) == pytest.approx((intercept, slope), rel=1e-4)
    # R counts the constant, of 119 observations less two.
    assert fit.minus_two_log_likelihood + 117 * math.log(2 * math.pi) == pytest.approx(-4.711718155, abs=1e-6)


def test_likelihood_and_forecast_are_those_of_all_areas_written_out() -> None:
    """The rank-T shortcut against one matrix of all areas: the textbook best linear unbiased prediction."""
    y, variance, _ = simulate(np.random.default_rng(3), areas=12, years=4, sigma_u=0.05)
    y[1, 3] = np.nan
    fit = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=1.0)
    line = np.column_stack([np.ones(4), TIMES - 1.5])
    known = np.isfinite(y).T.ravel()
    blocks = np.kron(np.eye(12), line @ fit.between @ line.T) + np.diag(variance.T.ravel() + fit.sigma_e**2)
    whole = (blocks + np.kron(np.ones((12, 12)), fit.sigma_u**2 * np.eye(4)))[np.ix_(known, known)]
    inverse, x, long = np.linalg.inv(whole), np.tile(line, (12, 1))[known], y.T.ravel()[known]
    of_mean = np.linalg.inv(x.T @ inverse @ x)
    mean = of_mean @ x.T @ inverse @ long
    left = long - x @ mean
    minus_two = np.linalg.slogdet(whole)[1] - np.linalg.slogdet(of_mean)[1] + left @ inverse @ left
    assert fit.minus_two_log_likelihood == pytest.approx(minus_two, abs=1e-8)
    at = np.array([1.0, 5.0 - 1.5])
    found = fit.forecast(5.0)
    for area in (0, 3):
        shares = np.zeros((12, 4))
        shares[area] = line @ fit.between @ at
        weight = shares.ravel()[known]
        gap = at - x.T @ inverse @ weight
        sd = math.sqrt(
            at @ fit.between @ at - weight @ inverse @ weight + gap @ of_mean @ gap + fit.sigma_u**2 + fit.sigma_e**2
        )
        assert found.mean[area] == pytest.approx(at @ mean + weight @ inverse @ left, abs=1e-9)
        assert found.sd[area] == pytest.approx(sd, abs=1e-9)


def test_the_truth_comes_back() -> None:
    """Of 1,500 areas the variances are known to a few per cent; two standard errors of each, roughly."""
    y, variance, _ = simulate(np.random.default_rng(5), areas=1500, years=4)
    fit = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=0.0)
    assert fit.mean == pytest.approx([1.4, -0.05], abs=2 * math.sqrt(0.17 / 1500))
    assert fit.between[0, 0] == pytest.approx(0.16, rel=2 * math.sqrt(2 / 1500))
    assert fit.between[1, 1] == pytest.approx(0.0064, rel=0.2)
    assert fit.between[0, 1] == pytest.approx(0.01, abs=0.003)
    assert fit.sigma_e == pytest.approx(0.1, rel=0.06)


def test_what_areas_share_is_found_in_many_years() -> None:
    """Thirty areas over 25 years: a standard deviation of 23 degrees of freedom, two standard errors."""
    rng = np.random.default_rng(8)
    y, variance, _ = simulate(rng, areas=30, years=25, sigma_u=0.2)
    fit = fit_pooled_lines(y, variance, time=np.arange(25.0))
    assert fit.sigma_u == pytest.approx(0.2, rel=2 / math.sqrt(2 * 23))
    assert fit.sigma_e == pytest.approx(0.1, rel=0.06)
    assert fit.shared.std() == pytest.approx(fit.sigma_u, rel=0.1)


def test_forecasts_cover_what_they_say() -> None:
    """120 areas in 10 draws: 1,200 outcomes, bounds of 3.5 standard errors (they are not quite independent)."""
    rng = np.random.default_rng(11)
    scores = []
    for _ in range(10):
        y, variance, outcome = simulate(rng, areas=120, years=4)
        found = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=0.0).forecast(4.0)
        scores.append((outcome - found.mean) / found.sd)
    z = np.abs(np.concatenate(scores))
    for level, limit in ((0.5, 0.6745), (0.8, 1.2816), (0.95, 1.96)):
        assert (z < limit).mean() == pytest.approx(level, abs=3.5 * math.sqrt(level * (1 - level) / 1200))


def test_where_areas_do_not_differ_they_share_one_line() -> None:
    rng = np.random.default_rng(2)
    y = 1.0 - 0.1 * TIMES[:, None] + 0.05 * rng.normal(size=(4, 80))
    # What is left between areas is what chance leaves of nothing.
    y = y - (y.mean(axis=0) - y.mean())
    fit = fit_gaussian(y)
    assert np.ptp(fit.intercept) < 0.005
    assert np.allclose(fit.intercept, fit.mean[0], atol=0.005)


def test_where_areas_differ_greatly_each_keeps_its_own_line() -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(0, 50, 80) + np.outer(TIMES, rng.normal(0, 50, 80)) + 0.01 * rng.normal(size=(4, 80))
    fit = fit_gaussian(y)
    assert np.allclose(fit.intercept, fit.own_intercept, atol=1e-3)
    assert np.allclose(fit.slope, fit.own_slope, atol=1e-3)
    assert fit.continue_own(9.0) == pytest.approx(fit.forecast(9.0).mean, rel=1e-3, abs=0.1)
    own = np.polyfit(TIMES, y[:, 7], 1)
    assert (fit.own_slope[7], fit.continue_own(0.0)[7]) == pytest.approx((own[0], own[1]))


def test_an_area_of_few_people_is_drawn_further() -> None:
    y, variance, _ = simulate(np.random.default_rng(7), areas=100, years=4)
    variance[:, 0], variance[:, 1] = 1.0, 1e-4
    y[:, 0] = y[:, 1] = 3.0
    fit = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=0.0)
    assert fit.mean[0] < fit.intercept[0] < fit.intercept[1] < 3.0 + 1e-9
    assert fit.forecast(4.0).sd[0] > fit.forecast(4.0).sd[1]


def test_an_area_without_any_year_gets_the_mean_line() -> None:
    y, variance, _ = simulate(np.random.default_rng(7), areas=40, years=4)
    y[:, 6] = np.nan
    fit = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=0.5)
    assert (fit.intercept[6], fit.slope[6]) == pytest.approx(tuple(fit.mean))
    assert math.isnan(fit.own_slope[6])
    assert fit.forecast(4.0).sd[6] > np.delete(fit.forecast(4.0).sd, 6).max()


def test_where_the_search_begins_does_not_matter() -> None:
    y, variance, _ = simulate(np.random.default_rng(21), areas=60, years=4)
    fits = [fit_pooled_lines(y, variance, time=TIMES, shock_ratio=one) for one in (1.0, 2.0)]
    near = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=2.0, near=fits[0])
    assert near.minus_two_log_likelihood == pytest.approx(fits[1].minus_two_log_likelihood, abs=1e-4)
    assert near.forecast(4.0).mean == pytest.approx(fits[1].forecast(4.0).mean, abs=1e-3)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-5, 5), years=st.floats(-2000, 2000))
def test_order_level_and_calendar_do_not_matter(seed: int, shift: float, years: float) -> None:
    rng = np.random.default_rng(seed)
    y, variance, _ = simulate(rng, areas=30, years=4)
    y[2, 1] = np.nan
    order = rng.permutation(30)
    fit = fit_pooled_lines(y, variance, time=TIMES, shock_ratio=1.0).forecast(4.0)
    other = fit_pooled_lines(y[:, order] + shift, variance[:, order], time=TIMES + years, shock_ratio=1.0).forecast(
        4.0 + years
    )
    # As near as a search for the greatest likelihood ends.
    assert np.allclose(fit.mean[order] + shift, other.mean, atol=2e-3)
    assert np.allclose(fit.sd[order], other.sd, rtol=5e-3)


@pytest.mark.parametrize(
    ("rows", "ratio", "said"),
    [(2, 1.0, "too few years: 2; 3 are needed"), (4, None, "too few years to tell what all areas share: 4; 5 are")],
)
def test_too_few_years_are_an_answer(rows: int, ratio: float | None, said: str) -> None:
    fit = fit_pooled_lines(DATA[:rows], np.zeros((rows, 30)), time=TIMES[:rows], shock_ratio=ratio)
    assert said in fit.reason
    assert np.isnan(fit.forecast(5.0).mean).all()
    assert np.isnan(fit.continue_own(5.0)).all()


def test_too_few_areas_are_an_answer() -> None:
    fit = fit_gaussian(DATA[:, :2])
    assert "too few areas" in fit.reason
    assert math.isnan(fit.sigma_e)
