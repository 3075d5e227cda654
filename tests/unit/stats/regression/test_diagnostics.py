"""What is left over of an AR(1) fit, against dense algebra, refits and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.signal import lfilter
from scipy.stats import chi2
from statsmodels.stats.diagnostic import acorr_ljungbox

from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.diagnostics import leave_one_out, residual_diagnostics
from bcf_eval.stats.regression.portmanteau import (
    autocorrelate_innovations,
    detect_autocorrelation,
    whiten_innovations,
)
from bcf_eval.stats.regression.profile_interval import profile_rho_interval
from bcf_eval.stats.regression.reml import fit_reml

DESIGN = build_design(np.arange(48), interventions=[24], season_pairs=2)
LEVEL = DESIGN.unit("level_change_1")
GAPS = [3, 4, 17, 30]


def simulate(ar: list[float], *, n: int = 48, series: int, seed: int) -> np.ndarray:
    """Autoregressive series as columns, unit innovations, after a run-in."""
    noise = np.random.default_rng(seed).normal(size=(n + 300, series))
    return lfilter([1.0], np.r_[1.0, -np.asarray(ar)], noise, axis=0)[300:]


@pytest.mark.parametrize("gaps", [[], GAPS])
def test_innovations_are_whitened_exactly(gaps: list[int]) -> None:
    """The square of the innovations is e'R⁻¹e with R = ρ^|t - u|, whatever is missing."""
    rows = np.delete(np.arange(48), gaps)
    residual = simulate([0.6], series=3, seed=1)[rows]
    rho = np.array([-0.4, 0.3, 0.8])
    found = whiten_innovations(residual, rho, time=rows)
    for s in range(3):
        inverse = np.linalg.inv(rho[s] ** np.abs(rows[:, None] - rows[None, :]).astype(float))
        assert (found[:, s] ** 2).sum() == pytest.approx(residual[:, s] @ inverse @ residual[:, s], rel=1e-10)
        # Each innovation rests on the past alone: two that share a past leave the earlier one the same.
        np.testing.assert_allclose(
            whiten_innovations(residual[:20, [s]], rho[[s]], time=rows[:20])[:, 0], found[:20, s], rtol=1e-12
        )


def test_autocorrelations_agree_with_statsmodels_and_leave_out_pairs_that_gaps_break() -> None:
    white = simulate([], series=1, seed=2)
    white = white - white.mean()
    found = autocorrelate_innovations(white, np.arange(1, 13))
    n = 48
    statistic = n * (n + 2) * (found[0] ** 2 / (n - np.arange(1, 13))).sum()
    assert statistic == pytest.approx(acorr_ljungbox(white[:, 0], lags=[12])["lb_stat"].iloc[0], rel=1e-10)
    # 1, 2 and 4 at times 0, 1 and 3: one pair each at lags 1, 2 and 3.
    gapped = autocorrelate_innovations(np.array([[1.0], [2.0], [4.0]]), np.array([1, 2, 3]), time=[0, 1, 3])
    np.testing.assert_allclose(gapped[0] * 21, [2.0, 8.0, 4.0])


@pytest.mark.parametrize(("n", "rho", "gaps"), [(48, 0.0, []), (48, 0.6, []), (48, 0.4, GAPS), (96, 0.6, [])])
def test_a_right_model_is_seldom_called_wrong(n: int, rho: float, gaps: list[int]) -> None:
    """5% over 1,000 draws, whose own error is 0.7 points: 3 to 7. The χ² of lags less one calls 16% (n = 48)."""
    rows = np.delete(np.arange(n), gaps)
    x = build_design(np.arange(n), interventions=[n // 2], season_pairs=2).matrix[rows]
    y = simulate([rho], n=n, series=1000, seed=5)[rows]
    fit = fit_reml(y, x, time=rows)
    white = whiten_innovations(y - x @ fit.coefficients.T, fit.rho, time=rows)
    found = detect_autocorrelation(white, x, fit.rho, n_lags=12, time=rows)
    rejected = found.p_value < 0.05
    assert 0.03 <= rejected[np.isfinite(found.p_value)].mean() <= 0.07
    assert np.isfinite(found.p_value).mean() > 0.99
    if not gaps:
        textbook = (
            n * (n + 2) * (autocorrelate_innovations(white, np.arange(1, 13)) ** 2) @ (1 / (n - np.arange(1, 13)))
        )
        assert (chi2.sf(textbook, 11) < 0.05).mean() > 0.09


@pytest.mark.parametrize(("n", "least"), [(48, 0.3), (96, 0.65)])
def test_a_wrong_model_is_noticed(n: int, least: float) -> None:
    """AR(2) with φ = (0.5, -0.4): 38% at n = 48 and 74% at n = 96 over 2,000 draws when first run."""
    design = build_design(np.arange(n), interventions=[n // 2], season_pairs=2)
    y = simulate([0.5, -0.4], n=n, series=400, seed=6)
    found = residual_diagnostics(fit_reml(y, design.matrix), y, design.matrix, weights=design.unit("trend"))
    assert (found.ljung_box_p_value < 0.05).mean() > least


@pytest.mark.parametrize("gaps", [[], GAPS])
def test_leaving_a_period_out_is_refitting_without_it(gaps: list[int]) -> None:
    """Generalised least squares on the other rows, with the same ρ."""
    rows = np.delete(np.arange(48), gaps)
    x, y = DESIGN.matrix[rows], simulate([0.5], series=3, seed=3)[rows]
    fit = fit_reml(y, x, time=rows)
    found = leave_one_out(fit, y, x, weights=LEVEL, time=rows)
    for s in range(3):
        for t in (0, 7, 24, rows.size - 1):
            left = np.delete(np.arange(rows.size), t)
            inverse = np.linalg.inv(fit.rho[s] ** np.abs(rows[left][:, None] - rows[left][None, :]).astype(float))
            beta = np.linalg.solve(x[left].T @ inverse @ x[left], x[left].T @ inverse @ y[left, s])
            assert found[t, s] == pytest.approx(LEVEL @ (beta - fit.coefficients[s]), rel=1e-7, abs=1e-10)


def test_a_planted_outlier_is_the_influential_period() -> None:
    y = simulate([0.3], series=4, seed=9)
    y[25] += [20.0, -20.0, 0.0, 0.0]
    found = residual_diagnostics(fit_reml(y, DESIGN.matrix), y, DESIGN.matrix, weights=LEVEL)
    assert found.influential[:2].tolist() == [25, 25]
    # An outlier upwards after the intervention raises the level change: without it, it is lower.
    assert found.influence[0] < 0 < found.influence[1]
    assert np.abs(found.innovations[25, :2]).min() > 3
    assert found.lags.tolist() == list(range(1, 13))


@pytest.mark.parametrize("gaps", [[], GAPS])
def test_the_profile_interval_ends_where_the_likelihood_does(gaps: list[int]) -> None:
    """The textbook restricted likelihood, root by root; 1e-3 is what the grid is designed for."""
    rows = np.delete(np.arange(48), gaps)
    x, y = DESIGN.matrix[rows], simulate([0.4], series=4, seed=4)[rows]
    apart = np.abs(rows[:, None] - rows[None, :]).astype(float)
    found = profile_rho_interval(y, x, time=rows, level=0.9)
    for s in range(4):

        def deviance(rho: float, s: int = s) -> float:
            correlation = rho**apart
            inverse = np.linalg.inv(correlation)
            gram = x.T @ inverse @ x
            left = y[:, s] - x @ np.linalg.solve(gram, x.T @ inverse @ y[:, s])
            rss = left @ inverse @ left
            return (rows.size - 8) * np.log(rss) + np.linalg.slogdet(correlation)[1] + np.linalg.slogdet(gram)[1]

        best = minimize_scalar(deviance, bounds=(-0.9, 0.95), method="bounded", options={"xatol": 1e-9})
        limit = best.fun + 2.705543454  # χ²(1) at 90%, as printed
        assert found.rho[s] == pytest.approx(best.x, abs=2e-3)
        assert found.lower[s] == pytest.approx(
            brentq(lambda r, limit=limit, f=deviance: f(r) - limit, -0.99, best.x), abs=1e-3
        )
        assert found.upper[s] == pytest.approx(
            brentq(lambda r, limit=limit, f=deviance: f(r) - limit, best.x, 0.995), abs=1e-3
        )


@pytest.mark.parametrize("rho", [0.2, 0.7])
def test_the_profile_interval_covers(rho: float) -> None:
    """95% over 1,000 draws, whose own error is 0.7 points: 93 to 97.5."""
    found = profile_rho_interval(simulate([rho], series=1000, seed=8), DESIGN.matrix)
    assert 0.93 <= ((found.lower <= rho) & (rho <= found.upper)).mean() <= 0.975


def test_a_drifting_series_has_no_upper_end_and_a_constant_one_no_interval() -> None:
    walk = np.cumsum(np.cumsum(np.sin(np.arange(48) ** 2.0)))
    y = np.column_stack([walk, np.full(48, 3.0), np.zeros(48), simulate([0.3], series=1, seed=1)[:, 0]])
    found = profile_rho_interval(y, DESIGN.matrix)
    assert found.upper[0] == 1.0
    assert np.isnan(found.lower).tolist() == [False, True, True, False]
    left = residual_diagnostics(fit_reml(y, DESIGN.matrix), y, DESIGN.matrix, weights=LEVEL)
    assert np.isnan(left.ljung_box_p_value).tolist() == [False, True, True, False]
    assert left.influential[1:3].tolist() == [-1, -1]
    assert np.isnan(left.influence).tolist() == [False, True, True, False]


def test_many_series_are_looked_at_as_one_by_one() -> None:
    y = simulate([0.4], n=96, series=3, seed=11)
    x = build_design(np.arange(96), interventions=[48], season_pairs=2).matrix
    weights = np.eye(x.shape[1])[2]
    together = residual_diagnostics(fit_reml(y, x), y, x, weights=weights)
    assert together.lags.tolist() == [*range(1, 13), 24]
    for s in range(3):
        alone = residual_diagnostics(fit_reml(y[:, [s]], x), y[:, [s]], x, weights=weights)
        np.testing.assert_allclose(together.ljung_box_p_value[s], alone.ljung_box_p_value[0], rtol=1e-8)
        np.testing.assert_allclose(together.influence[s], alone.influence[0], rtol=1e-8)
        np.testing.assert_allclose(together.autocorrelation[s], alone.autocorrelation[0], rtol=1e-8)


def test_periods_too_far_apart_for_a_pair_have_no_test() -> None:
    years = np.array([1955, 1962, 1965, 1972, 1975, 1982, 1987])
    x = np.column_stack([np.ones(7), years - 1955.0])
    rho = np.array([0.3, -0.2, 0.0])
    innovations = np.random.default_rng(1).normal(size=(7, 3))
    found = detect_autocorrelation(innovations, x, rho, n_lags=2, time=years)
    assert np.isnan(found.statistic).all() and np.isnan(found.df).all() and np.isnan(found.p_value).all()
