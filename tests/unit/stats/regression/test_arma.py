"""AR(2) and ARMA(1,1) regression against R's nlme, against Kenward and Roger's formulas, and in coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from bcf_eval.stats.regression.arma import estimate_arma, fit_arma
from bcf_eval.stats.regression.arma_correlation import autocorrelate, largest_root, name_coefficients
from bcf_eval.stats.regression.arma_search import maximise_likelihood
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml
from bcf_eval.stats.regression.restricted import ErrorContrasts

# Sixty months of two made-up series, rounded to what R was given.
A = [
    41.38, 42.78, 41.73, 42.38, 41.64, 40.64, 39.75, 40.51, 38.35, 39.75, 37.8, 39.29, 40.51, 42.3, 43.64, 44.55,
    43.66, 42.71, 42.76, 41.19, 39.43, 38.64, 38.56, 40.41, 41.52, 43.48, 43.63, 44.5, 44.85, 43.69, 40.45, 38.65,
    38.09, 37.68, 37.14, 39.14, 39.61, 41.24, 42.62, 43.4, 43.83, 42.86, 41.66, 40.86, 38.6, 37.89, 37.63, 38.33,
    40.58, 40.92, 42.25, 44.33, 43.52, 44.19, 42.08, 41.71, 40.24, 40.43, 41.92, 40.86,
]  # fmt: skip
B = [
    38.74, 39.8, 43.35, 41.65, 42.82, 40.77, 41.36, 40.27, 39.19, 39.03, 38.74, 40.42, 40.8, 40.96, 41.33, 42.81,
    44.28, 42.91, 41.77, 41.22, 41.7, 40.88, 40.58, 42.68, 43.44, 45.67, 45.56, 44.38, 43.46, 45.31, 42.11, 39.88,
    38.85, 40.31, 38.59, 39.13, 41.45, 41.81, 42.91, 43.17, 43.5, 44.12, 42.43, 42.06, 38.92, 39.96, 39.62, 39.87,
    41.03, 42.57, 44.78, 43.45, 44.3, 43.36, 42.62, 43.12, 42.55, 43.45, 42.83, 43.01,
]  # fmt: skip
SERIES = np.column_stack([A, B])
DESIGN = build_design(np.arange(60), interventions=[30], season_pairs=1)
GAPS = [4, 5, 17, 33, 34, 35, 50]

# R 4.2, nlme 3.1-162, with s = t >= 30, r = s (t - 30), and for the gaps the rows of GAPS left out:
#   gls(y ~ t + s + r + sin(2*pi*t/12) + cos(2*pi*t/12), method = "REML",
#       correlation = corARMA(p = 2, form = ~t)             # or corARMA(p = 1, q = 1, form = ~t)
#       control = glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-12))
# Of t, s, r: coefficients, standard errors; the two coefficients of the correlation; sigma.
NLME = {
    ("ar2", False, 0): (
        [0.0341998040, -2.5122408239, 0.0781513811], [0.0461943464, 0.7175930004, 0.0769281663],
        [0.41747334, 0.36535339], 1.0772542,
    ),
    ("arma11", False, 0): (
        [0.0432671736, -2.4286306774, 0.0602717679], [0.0390468740, 0.7163293295, 0.0632320805],
        [0.79967518, -0.32428879], 0.97670066,
    ),
    ("ar2", False, 1): (
        [0.1385031724, -3.1853373453, -0.0327670004], [0.0294845729, 0.6836750306, 0.0436145695],
        [0.328601226, 0.067962349], 0.98242896,
    ),
    ("arma11", False, 1): (
        [0.1373213856, -3.1452136025, -0.0316192881], [0.0305950829, 0.7001047447, 0.0456496519],
        [0.56310442, -0.23464168], 0.98933243,
    ),
    ("ar2", True, 0): (
        [0.0284086594, -2.5116994420, 0.0892798650], [0.0424608231, 0.6773411787, 0.0704686569],
        [0.33725727, 0.42688300], 1.0080107,
    ),
    ("arma11", True, 0): (
        [0.0368290860, -2.4426850208, 0.0734122167], [0.0359516502, 0.6716655109, 0.0581251436],
        [0.83004767, -0.45261144], 0.91276202,
    ),
    ("ar2", True, 1): (
        [0.1410612669, -3.2355637902, -0.0392802712], [0.0307541649, 0.7111109842, 0.0464490461],
        [0.463208629, -0.038957789], 0.99165957,
    ),
    ("arma11", True, 1): (
        [0.1409720719, -3.2329523591, -0.0391903362], [0.0308425058, 0.7121477457, 0.0466033564],
        [0.376905486, 0.087070685], 0.99217979,
    ),
}  # fmt: skip


def simulate(ar: list[float], ma: list[float], *, n: int, series: int, seed: int) -> np.ndarray:
    """ARMA series as columns, unit innovations, after a run-in."""
    noise = np.random.default_rng(seed).normal(size=(n + 300, series))
    return lfilter([1.0, *ma], np.r_[1.0, -np.asarray(ar)], noise, axis=0)[300:]


@pytest.mark.parametrize(("order", "gaps", "series"), NLME)
def test_agrees_with_nlme(order: str, gaps: bool, series: int) -> None:
    """1e-4 of coefficients and 1e-3 of standard errors: R's optimiser stops at about these digits."""
    rows = np.delete(np.arange(60), GAPS) if gaps else np.arange(60)
    y, x = SERIES[rows][:, [series]], DESIGN.matrix[rows]
    fit = fit_arma(y, x, time=rows, order=order)
    coefficients, errors, model, sigma = NLME[order, gaps, series]
    np.testing.assert_allclose(fit.coefficients[0, 1:4], coefficients, rtol=0, atol=1e-4)
    assert fit.small_sample is not None
    np.testing.assert_allclose(np.sqrt(np.diag(fit.small_sample.unadjusted[0]))[1:4], errors, rtol=1e-3)
    np.testing.assert_allclose(estimate_arma(y, x, time=rows, order=order)[0], model, atol=2e-4)
    assert fit.sigma[0] == pytest.approx(sigma, rel=1e-4)
    assert fit.notes == ("",)


@pytest.mark.parametrize("order", ["ar2", "arma11"])
def test_correction_follows_kenward_and_roger(order: str) -> None:
    """Every term written out as in the paper with θ = (σ², φ₁, φ₂) or (σ², φ, θ), dense matrices, numeric slopes."""
    rows = np.delete(np.arange(60), GAPS)
    x, apart = DESIGN.matrix[rows], np.abs(rows[:, None] - rows[None, :])
    fit = fit_arma(SERIES[rows][:, [0]], x, time=rows, order=order)
    model = estimate_arma(SERIES[rows][:, [0]], x, time=rows, order=order)[0]

    def correlate(one: np.ndarray) -> np.ndarray:
        # Autocorrelations as those of the filter's own weights: another road than the package's.
        ar, ma = (one, []) if order == "ar2" else (one[:1], one[1:])
        weights = lfilter(np.r_[1.0, ma], np.r_[1.0, -np.asarray(ar)], np.eye(1, 2000)[0])
        values = np.correlate(weights, weights, "full")[1999 : 1999 + 60]
        return (values / values[0])[apart]

    v = np.linalg.inv(fit.sigma[0] ** 2 * correlate(model))
    steps = 1e-5 * np.eye(2)
    slopes = [correlate(model)] + [
        fit.sigma[0] ** 2 * (correlate(model + step) - correlate(model - step)) / 2e-5 for step in steps
    ]
    phi = np.linalg.inv(x.T @ v @ x)
    projection = v - v @ x @ phi @ x.T @ v
    w = np.linalg.inv([[0.5 * np.trace(projection @ a @ projection @ b) for b in slopes] for a in slopes])
    p = [-x.T @ v @ a @ v @ x for a in slopes]
    q = [[x.T @ v @ a @ v @ b @ v @ x for b in slopes] for a in slopes]
    spread = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in range(3) for j in range(3))
    # 1e-5: the numeric slopes carry about seven digits.
    np.testing.assert_allclose(fit.covariance[0], phi + 2 * phi @ spread @ phi, rtol=1e-5, atol=1e-8)
    c = DESIGN.unit("slope_change_1")
    gradient = np.array([-(c @ phi @ one @ phi @ c) for one in p])
    expected = max(2 * (c @ phi @ c) ** 2 / (gradient @ w @ gradient), 1.0)
    assert contrast(fit, c[None]).df[0, 0] == pytest.approx(expected, rel=1e-5)


@settings(max_examples=40, deadline=None)
@given(order=st.sampled_from(["ar1", "ar2", "arma11"]), free=st.lists(st.floats(-2, 2), min_size=2, max_size=2))
def test_slopes_of_the_autocorrelations_are_their_derivatives(order: str, free: list[float]) -> None:
    at = np.array([free[:1] if order == "ar1" else free])
    found = autocorrelate(order, at, 12)
    for j in range(at.shape[1]):
        step = np.zeros_like(at)
        step[0, j] = 1e-6
        difference = autocorrelate(order, at + step, 12).values - autocorrelate(order, at - step, 12).values
        np.testing.assert_allclose(found.slopes[0, j], difference[0] / 2e-6, atol=1e-7)
    assert np.abs(found.values).max() <= 1 + 1e-12


def test_second_order_with_nothing_at_lag_two_is_first_order() -> None:
    found = autocorrelate("ar2", [[np.arctanh(0.6), 0.0]], 5)
    np.testing.assert_allclose(found.values[0], 0.6 ** np.arange(6))
    np.testing.assert_allclose(name_coefficients("ar2", [[np.arctanh(0.6), 0.0]]), [[0.6, 0.0]])
    # Roots of z² - 0.5z + 0.81: a pair of modulus 0.9.
    free = np.arctanh([[0.5 / 1.81, -0.81]])
    np.testing.assert_allclose(name_coefficients("ar2", free), [[0.5, -0.81]])
    np.testing.assert_allclose(largest_root("ar2", free), 0.9)


@pytest.mark.parametrize("order", ["ar2", "arma11"])
def test_the_global_optimum_is_found(order: str) -> None:
    """No model of a grid four times as fine (and as wide as the edge) is likelier, in short series with two tops."""
    design = build_design(np.arange(20), interventions=[10], cycle=1)
    y = simulate([0.3], [0.4], n=20, series=40, seed=4)
    contrasts = ErrorContrasts(y, design.matrix)
    found = maximise_likelihood(contrasts, order)
    fine = np.linspace(-3.5, 3.5, 71)
    points = np.stack(np.meshgrid(fine, fine), axis=-1).reshape(-1, 2)
    deviance = contrasts.deviance_on_grid(autocorrelate(order, points, 19).values)
    assert (found.deviance <= deviance.min(0) + 1e-7).all()
    assert found.converged.all()


def test_an_ar1_truth_gives_the_ar1_answer() -> None:
    """With 160 points the second coefficient is near zero (its standard error is 0.08): so are the differences."""
    design = build_design(np.arange(160), interventions=[80], cycle=1)
    y = simulate([0.6], [], n=160, series=4, seed=8)
    plain, second = fit_reml(y, design.matrix), fit_arma(y, design.matrix, order="ar2")
    np.testing.assert_allclose(second.rho, plain.rho, atol=0.04)
    level = design.unit("level_change_1")[None]
    np.testing.assert_allclose(contrast(second, level).std_error, contrast(plain, level).std_error, rtol=0.25)


@pytest.mark.parametrize("order", ["ar2", "arma11"])
def test_many_series_are_fitted_as_one_by_one_in_any_unit(order: str) -> None:
    both = fit_arma(SERIES, DESIGN.matrix, order=order)
    for s in (0, 1):
        alone = fit_arma(7.0 + 1e4 * SERIES[:, [s]], DESIGN.matrix, order=order)
        np.testing.assert_allclose(both.coefficients[s, 1:], alone.coefficients[0, 1:] / 1e4, rtol=1e-5)
        np.testing.assert_allclose(both.covariance[s], alone.covariance[0] / 1e8, rtol=1e-4)


@pytest.mark.parametrize(("order", "ar", "ma"), [("ar2", [0.5, 0.25], []), ("arma11", [0.8], [-0.4])])
def test_intervals_of_the_level_cover(order: str, ar: list[float], ma: list[float]) -> None:
    """95% intervals over 200 draws, whose own error is 1.5 points: 90.5 to 99."""
    design = build_design(np.arange(48), interventions=[24], cycle=1)
    fit = fit_arma(simulate(ar, ma, n=48, series=200, seed=3), design.matrix, order=order)
    found = contrast(fit, design.unit("level_change_1")[None])
    assert 0.905 <= ((found.lower <= 0) & (found.upper >= 0)).mean() <= 0.99


def test_what_cannot_be_fitted_says_why() -> None:
    walk = np.cumsum(np.cumsum(np.sin(np.arange(60) ** 2.0)))
    gap = np.where(np.arange(60) == 3, np.nan, A)
    fit = fit_arma(np.column_stack([np.full(60, 3.0), gap, walk, A]), DESIGN.matrix, order="ar2")
    assert fit.notes == ("the series does not vary about the model", "values are missing", "", "")
    assert np.isnan(fit.covariance[:2]).all()
    assert np.isfinite(fit.covariance[2:]).all()
    assert fit.rho_at_boundary.tolist() == [False, False, True, False]
    short = fit_arma(SERIES[:9], DESIGN.matrix[:9], order="arma11")
    assert short.notes[0] == "9 points are too few for 6 terms and a model of their errors"
    doubled = np.column_stack([DESIGN.matrix, DESIGN.matrix[:, 1]])
    assert fit_arma(SERIES, doubled, order="ar2").notes == ("the terms of the model cannot be told apart",) * 2


def test_no_autocorrelation_at_all_is_no_trouble_for_arma11() -> None:
    """φ = -θ: the two cannot be told apart, and degrees of freedom and errors stay near those of AR(1)."""
    y = simulate([], [], n=60, series=30, seed=12)
    fit, plain = fit_arma(y, DESIGN.matrix, order="arma11"), fit_reml(y, DESIGN.matrix)
    level = DESIGN.unit("level_change_1")[None]
    found, expected = contrast(fit, level), contrast(plain, level)
    assert np.isfinite(found.df).all()
    assert np.median(found.std_error / expected.std_error) == pytest.approx(1.0, abs=0.1)
