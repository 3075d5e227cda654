"""REML against direct formulas, against itself in other units, and in coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.correlation import AutocorrelatedDesign
from bcf_eval.stats.regression.curvature import whiten_and_differentiate
from bcf_eval.stats.regression.design import Design, build_design
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml


def simulate(rho: float, *, n: int, series: int, seed: int) -> np.ndarray:
    """AR(1) series as columns, unit innovations."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(n, series))
    out = np.empty_like(noise)
    out[0] = noise[0] / np.sqrt(1 - rho**2)
    for t in range(1, n):
        out[t] = rho * out[t - 1] + noise[t]
    return out


@pytest.fixture(scope="module")
def design() -> Design:
    return build_design(np.arange(40), interventions=[20], season_pairs=1)


def restricted_deviance(rho: float, y: np.ndarray, x: np.ndarray, time: np.ndarray) -> float:
    """-2 restricted log likelihood by the textbook formula, β and σ² profiled out."""
    n, k = x.shape
    correlation = rho ** np.abs(time[:, None] - time[None, :])
    inverse = np.linalg.inv(correlation)
    gram = x.T @ inverse @ x
    beta = np.linalg.solve(gram, x.T @ inverse @ y)
    rss = (y - x @ beta) @ inverse @ (y - x @ beta)
    return (n - k) * np.log(rss) + np.linalg.slogdet(correlation)[1] + np.linalg.slogdet(gram)[1]


@pytest.mark.parametrize("gaps", [[], [3, 4, 17, 30]])
def test_rho_maximises_the_restricted_likelihood(design: Design, gaps: list[int]) -> None:
    time = np.delete(np.arange(40), gaps)
    x = design.matrix[time]
    y = simulate(0.5, n=40, series=12, seed=3)[time]
    fit = fit_reml(y, x, time=time)
    for s in range(12):
        found = minimize_scalar(
            restricted_deviance, bounds=(-0.9, 0.97), args=(y[:, s], x, time), method="bounded", options={"xatol": 1e-9}
        )
        # 1e-7: what the polynomial between grid points is designed for, and how near the search comes.
        assert fit.rho[s] == pytest.approx(found.x, abs=1e-7)


def test_of_two_valleys_the_lower_is_taken() -> None:
    """Drifting series, some with a second optimum: none lies above the best of the textbook formula on a grid."""
    x = build_design(np.arange(24), interventions=[12], cycle=1).matrix
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(24, 4000))
    y = np.cumsum(noise, 0) * rng.uniform(0, 1, 4000) + rng.normal(size=(24, 4000))
    y = y[:, [1757, 2224, 2446, 3344, 75, 123, 198, 207, 218, *range(10)]]
    grid = np.tanh(np.linspace(-1.5, 5.5, 71))
    fit = fit_reml(y, x)
    valleys = []
    for s in range(y.shape[1]):
        depths = np.array([restricted_deviance(rho, y[:, s], x, np.arange(24)) for rho in grid])
        valleys.append(((depths[1:-1] < depths[:-2]) & (depths[1:-1] < depths[2:])).any() & (fit.rho[s] > grid[-1]))
        # 1e-5: what the textbook formula itself keeps of its digits near rho = 1.
        assert restricted_deviance(fit.rho[s], y[:, s], x, np.arange(24)) <= depths.min() + 1e-5
    assert sum(valleys) >= 2


@pytest.mark.parametrize("gaps", [[], [5, 6, 21]])
def test_correction_follows_kenward_and_roger(design: Design, gaps: list[int]) -> None:
    """Every term written out as in the paper, with the dense matrices."""
    time = np.delete(np.arange(40), gaps)
    x = design.matrix[time]
    fit = fit_reml(simulate(0.6, n=40, series=1, seed=7)[time], x, time=time)
    apart = np.abs(time[:, None] - time[None, :])
    rho, sigma2 = fit.rho[0], fit.sigma[0] ** 2
    correlation = rho**apart
    slopes = [correlation, sigma2 * apart * rho ** np.maximum(apart - 1, 0)]
    v = np.linalg.inv(sigma2 * correlation)
    phi = np.linalg.inv(x.T @ v @ x)
    projection = v - v @ x @ phi @ x.T @ v
    information = [[0.5 * np.trace(projection @ a @ projection @ b) for b in slopes] for a in slopes]
    w = np.linalg.inv(information)
    p = [-x.T @ v @ a @ v @ x for a in slopes]
    q = [[x.T @ v @ a @ v @ b @ v @ x for b in slopes] for a in slopes]
    spread = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in (0, 1) for j in (0, 1))
    # 1e-8: two routes through matrices of this condition agree to about ten digits.
    np.testing.assert_allclose(fit.covariance[0], phi + 2 * phi @ spread @ phi, rtol=1e-8)
    c = design.unit("slope_change_1")
    gradient = np.array([-(c @ phi @ one @ phi @ c) for one in p])
    expected = max(2 * (c @ phi @ c) ** 2 / (gradient @ w @ gradient), 1.0)
    assert contrast(fit, c[None]).df[0, 0] == pytest.approx(expected, rel=1e-8)


def test_many_series_are_fitted_as_one_by_one(design: Design) -> None:
    y = simulate(0.4, n=40, series=5, seed=11)
    together = fit_reml(y, design.matrix)
    for s in range(5):
        alone = fit_reml(y[:, [s]], design.matrix)
        np.testing.assert_allclose(together.coefficients[s], alone.coefficients[0], rtol=1e-10)
        np.testing.assert_allclose(together.covariance[s], alone.covariance[0], rtol=1e-10)


@settings(max_examples=25, deadline=None)
@given(shift=st.floats(-1e4, 1e4), scale=st.floats(1e-3, 1e3))
def test_shifting_and_scaling_moves_the_answer_alike(shift: float, scale: float) -> None:
    design = build_design(np.arange(36), interventions=[18], season_pairs=1)
    y = simulate(0.3, n=36, series=1, seed=5)
    plain, moved = fit_reml(y, design.matrix), fit_reml(shift + scale * y, design.matrix)
    weights = design.unit("level_change_1")[None]
    before, after = contrast(plain, weights), contrast(moved, weights)
    # The shift costs digits: about 1e-16 x shift / scale.
    tolerance = 1e-7 * (1 + abs(shift) / scale)
    assert after.estimate[0, 0] == pytest.approx(scale * before.estimate[0, 0], rel=tolerance, abs=tolerance * scale)
    assert after.p_value[0, 0] == pytest.approx(before.p_value[0, 0], rel=1e-3, abs=1e-6)


def test_a_constant_season_leaves_the_level_change_alone(design: Design) -> None:
    y = simulate(0.3, n=40, series=3, seed=9)
    season = 4 * np.sin(2 * np.pi * np.arange(40) / 12)[:, None]
    level = design.column("level_change_1")
    plain, seasonal = fit_reml(y, design.matrix), fit_reml(y + season, design.matrix)
    np.testing.assert_allclose(plain.coefficients[:, level], seasonal.coefficients[:, level], atol=1e-9)


def test_a_series_without_variation_has_no_answer(design: Design) -> None:
    y = np.column_stack([np.full(40, 3.0), simulate(0.3, n=40, series=1, seed=1)[:, 0]])
    fit = fit_reml(y, design.matrix)
    assert np.isnan(fit.covariance[0]).all()
    assert np.isfinite(fit.covariance[1]).all()


def test_a_table_serves_large_batches_as_well(design: Design) -> None:
    """What is read off Chebyshev panels, against series fitted alone, up to the boundary."""
    y = np.hstack([simulate(rho, n=40, series=150, seed=6) for rho in (-0.6, 0.0, 0.5, 0.95)])
    y[:, -20:] = np.cumsum(y[:, -20:], 0)
    together = fit_reml(y, design.matrix)
    assert together.rho_at_boundary.sum() >= 10
    c = np.vstack([design.unit("level_change_1"), design.unit("slope_change_1")])
    for s in range(0, 600, 13):
        alone = fit_reml(y[:, [s]], design.matrix)
        np.testing.assert_allclose(together.coefficients[s], alone.coefficients[0], rtol=1e-8, atol=1e-9)
        one, many = contrast(alone, c), contrast(together, c)
        # 1e-7: a batch of another size is summed in another order, and rho moves in its eighth digit where
        # the likelihood is flat.
        np.testing.assert_allclose(many.std_error[s], one.std_error[0], rtol=1e-7)
        np.testing.assert_allclose(many.df[s], one.df[0], rtol=1e-6)


# R 4.2, nlme 3.1-162, d = data.frame of t, s, r, y below and v = 1 / (1000 + 300 * sin(t / 5) + 4 * t):
# gls(y ~ t + s + r, d, correlation = corAR1(form = ~t), weights = varFixed(~v), method = "REML"); with gaps
# corCAR1. Coefficients and standard errors of t and s, rho, sigma.
WEIGHTED = [
    ([], 0.0506224742278, -2.3058577515154, 0.0537293794380, 0.9778198111981, 0.497372635578, 37.8291649304),
    ([5, 6, 30], 0.0380017030295, -2.2791243816379, 0.0533739794393, 0.9676889779887, 0.490491416638, 37.4152012541),
]


@pytest.mark.parametrize(("gaps", "trend", "level", "trend_error", "level_error", "rho", "sigma"), WEIGHTED)
def test_weights_are_those_of_r(
    gaps: list[int], trend: float, level: float, trend_error: float, level_error: float, rho: float, sigma: float
) -> None:
    t = np.delete(np.arange(48), gaps)
    y = 10 + 0.05 * t - 2 * (t >= 24) + np.sin(t**2 / 7) + np.cos(t / 3)
    x = np.column_stack([np.ones(t.size), t, t >= 24, np.maximum(t - 24, 0)])
    weights = 1000 + 300 * np.sin(t / 5) + 4 * t
    fit = fit_reml(y[:, None], x, time=t, weights=weights)
    assert fit.small_sample is not None
    errors = np.sqrt(np.diagonal(fit.small_sample.unadjusted[0]))
    found = [*fit.coefficients[0, 1:3], *errors[1:3], fit.rho[0], fit.sigma[0]]
    # 1e-7: how near R's optimiser comes to the same optimum.
    np.testing.assert_allclose(found, [trend, level, trend_error, level_error, rho, sigma], rtol=1e-7)


def test_each_series_may_have_weights_of_its_own(design: Design) -> None:
    y = simulate(0.4, n=40, series=5, seed=12)
    shared, other = 1 + np.arange(40.0), 50 - np.arange(40.0)
    weights = np.column_stack([shared, other, shared, np.ones(40), other])
    fit = fit_reml(y, design.matrix, weights=weights)
    for s in range(5):
        alone = fit_reml(y[:, [s]], design.matrix, weights=weights[:, s])
        np.testing.assert_allclose(fit.coefficients[s], alone.coefficients[0], rtol=1e-9)
        np.testing.assert_allclose(fit.covariance[s], alone.covariance[0], rtol=1e-9)


def test_weights_must_be_above_nought(design: Design) -> None:
    with pytest.raises(RequestError, match="above 0"):
        fit_reml(simulate(0.4, n=40, series=1, seed=12), design.matrix, weights=np.arange(40.0))


def test_large_batches_are_cut_without_a_seam(design: Design) -> None:
    y = np.tile(simulate(0.3, n=40, series=10, seed=2), 300)
    fit = fit_reml(y, design.matrix)
    np.testing.assert_allclose(fit.coefficients[:10], fit.coefficients[2040:2050], rtol=1e-12)


@pytest.mark.parametrize(("n", "rho"), [(24, 0.4), (48, 0.6)])
def test_intervals_of_the_level_cover(n: int, rho: float) -> None:
    """95% intervals over 4,000 draws: METHODS asks for 93.5 to 97; the draws' own error is 0.35 points."""
    design = build_design(np.arange(n), interventions=[n // 2], season_pairs=2)
    fit = fit_reml(simulate(rho, n=n, series=4000, seed=20), design.matrix)
    found = contrast(fit, design.unit("level_change_1")[None])
    covered = ((found.lower <= 0) & (found.upper >= 0)).mean()
    assert 0.935 <= covered <= 0.97


def test_the_correction_keeps_its_digits_at_the_boundary() -> None:
    """A drifting series against arithmetic of 60 digits (Kenward and Roger's formulas, rho = 0.9999877)."""
    design = build_design(np.arange(24), interventions=[12], cycle=1)
    k = np.arange(1, 25)
    fit = fit_reml(np.cumsum(np.cumsum(np.sin(k**2.0)))[:, None], design.matrix)
    step, ramp = design.unit("level_change_1"), design.unit("slope_change_1")
    found = contrast(fit, np.vstack([step, ramp, step + 5.5 * ramp]))
    assert fit.rho_at_boundary[0]
    np.testing.assert_allclose(found.estimate[0], [-1.3435894923, -2.0996359823, -12.8915873949], rtol=1e-9)
    # 1e-6: sigma itself is known to about 1e-7 so near the edge of what doubles can hold.
    np.testing.assert_allclose(found.std_error[0], [1.0744982858, 0.9080272308, 5.5345191747], rtol=1e-6)
    np.testing.assert_allclose(found.df[0], [15.7885642193, 1.0, 1.0], rtol=1e-6)


@pytest.mark.parametrize("rho", [-0.9, 0.0, 0.6, 0.95])
def test_both_routes_to_the_derivatives_agree(rho: float) -> None:
    """The fast route serves up to 0.95, where it has lost seven or eight of its digits."""
    x = np.linalg.qr(build_design(np.arange(30), interventions=[15], season_pairs=1).matrix)[0]
    fast = AutocorrelatedDesign(x, np.arange(30))._differentiate_by_moments(np.array([rho]))
    exact = whiten_and_differentiate(x, np.arange(30), np.array([rho]))
    for name in ("gradient", "excess", "trace", "trace_square"):
        held = np.abs(getattr(exact, name)).max()
        np.testing.assert_allclose(getattr(fast, name), getattr(exact, name), atol=1e-6 * held)


@pytest.mark.parametrize("series", [3, 600])
def test_an_unknown_value_spoils_its_own_series_alone(design: Design, series: int) -> None:
    y = simulate(0.3, n=40, series=series, seed=14)
    whole = fit_reml(y, design.matrix)
    y[7, 1] = np.nan
    fit = fit_reml(y, design.matrix)
    assert np.isnan(fit.coefficients[1]).all()
    others = np.delete(np.arange(series), 1)
    np.testing.assert_allclose(fit.coefficients[others], whole.coefficients[others], rtol=1e-8)


def test_no_series_have_no_rows(design: Design) -> None:
    assert fit_reml(np.empty((40, 0)), design.matrix).coefficients.shape == (0, 6)


@pytest.mark.parametrize("seed", range(30))
def test_one_period_more_than_terms_tells_nothing(seed: int) -> None:
    """One error contrast says how large it is, not how it follows the one before."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 6))
    time = np.sort(rng.choice(np.arange(60), k + 1, replace=False))
    x = np.column_stack([np.ones(k + 1), rng.normal(size=(k + 1, k - 1))])
    fit = fit_reml(rng.normal(size=(k + 1, 3)), x, time=time)
    assert np.isnan(fit.coefficients).all() and np.isnan(fit.covariance).all() and np.isnan(fit.rho).all()


@pytest.mark.parametrize("seed", range(10))
def test_two_periods_more_than_terms_are_fitted_or_told_apart_from_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time = np.sort(rng.choice(np.arange(60), 6, replace=False))
    x = np.column_stack([np.ones(6), rng.normal(size=(6, 3))])
    fit = fit_reml(rng.normal(size=(6, 3)), x, time=time)
    assert np.isfinite(fit.coefficients).all()
