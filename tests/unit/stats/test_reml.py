"""REML against direct formulas, against itself in other units, and in coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from bcf_eval.stats.correlation import CompleteSeries
from bcf_eval.stats.curvature import whiten_and_differentiate
from bcf_eval.stats.design import Design, build_design
from bcf_eval.stats.linear import contrast
from bcf_eval.stats.reml import fit_reml


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
        # 1e-6: what the polynomial between grid points is designed for.
        assert fit.rho[s] == pytest.approx(found.x, abs=1e-6)


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
    fast = CompleteSeries(x, np.zeros((30, 1)))._curvature_by_moments(np.array([rho]))
    exact = whiten_and_differentiate(x, np.arange(30), np.array([rho]))
    for name in ("gradient", "excess", "trace", "trace_square"):
        held = np.abs(getattr(exact, name)).max()
        np.testing.assert_allclose(getattr(fast, name), getattr(exact, name), atol=1e-6 * held)
