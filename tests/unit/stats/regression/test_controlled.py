"""The joint model of a series and its comparator against R, against dense matrices, and against two separate fits."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.controlled import fit_controlled, fit_difference, name_controlled_terms
from bcf_eval.stats.regression.design import Design, build_design
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml

# nlme 3.1-162: gls(y ~ 0 + X, correlation = corAR1(form = ~ t | g), method = "REML") of the stacked series of
# `waves()`, msTol and tolerance 1e-12. Standard errors without Kenward and Roger's correction.
R_RHO, R_SIGMA = 0.102732534, 1.00305219
R_FIT = {
    "intercept": (8.72086539209, 0.49896188258),
    "level_change_1": (1.68940460640, 0.76460486235),
    "difference_level_change_1": (-0.84824160864, 1.08131456619),
    "difference_slope_change_2": (-0.01426667538, 0.13352772434),
    "difference_season_1": (0.04422307470, 0.33038540215),
}


@pytest.fixture(scope="module")
def design() -> Design:
    return build_design(np.arange(48), interventions=[18, 33], season_pairs=1)


def waves() -> tuple[np.ndarray, np.ndarray]:
    """A series and a comparator of 48 periods that any language writes down alike."""
    t = np.arange(48.0)
    treated = 10 + 0.05 * t - 2 * (t >= 18) + 1.5 * np.sin(t**2 / 7) + np.cos(t / 3)
    return treated[:, None], 8 + np.sin(t**2 / 5) + np.cos(t / 4)


def simulate(rho: float, *, n: int, series: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(n, series))
    noise[0] /= np.sqrt(1 - rho**2)
    for t in range(1, n):
        noise[t] += rho * noise[t - 1]
    return noise


def test_joint_model_is_that_of_r(design: Design) -> None:
    treated, control = waves()
    fit = fit_controlled(treated, control, design)
    assert fit.small_sample is not None
    # 3e-6: R stops 1e-6 from the optimum of the likelihood (0.102731493 by a direct search), and ours is as near.
    assert fit.rho[0] == pytest.approx(R_RHO, abs=3e-6)
    assert fit.sigma[0] == pytest.approx(R_SIGMA, rel=1e-6)
    errors = np.sqrt(np.diagonal(fit.small_sample.unadjusted[0]))
    for number, name in enumerate(name_controlled_terms(design)):
        if name in R_FIT:
            # 1e-5: what 1e-6 of rho moves.
            assert fit.coefficients[0, number] == pytest.approx(R_FIT[name][0], rel=1e-5)
            assert errors[number] == pytest.approx(R_FIT[name][1], rel=1e-5)
    assert len(R_FIT) == 5


@pytest.mark.parametrize("gaps", [[], [4, 5, 20, 40]])
def test_correction_follows_kenward_and_roger_in_blocks(gaps: list[int]) -> None:
    """Every term written out with the dense covariance of two independent series."""
    time = np.delete(np.arange(48), gaps)
    design = build_design(time, interventions=[18], season_pairs=1)
    treated, control = waves()
    y, other = treated[time], control[time]
    fit = fit_controlled(y, other, design)
    x = np.block([[design.matrix, design.matrix], [design.matrix, 0 * design.matrix]])
    apart = np.abs(time[:, None] - time[None, :])
    rho, sigma2 = fit.rho[0], fit.sigma[0] ** 2
    correlation = np.kron(np.eye(2), rho**apart)
    slopes = [correlation, np.kron(np.eye(2), sigma2 * apart * rho ** np.maximum(apart - 1, 0))]
    v = np.linalg.inv(sigma2 * correlation)
    phi = np.linalg.inv(x.T @ v @ x)
    stacked = np.concatenate([y[:, 0], other])
    np.testing.assert_allclose(fit.coefficients[0], phi @ x.T @ v @ stacked, rtol=1e-7)
    projection = v - v @ x @ phi @ x.T @ v
    w = np.linalg.inv([[0.5 * np.trace(projection @ a @ projection @ b) for b in slopes] for a in slopes])
    p = [-x.T @ v @ a @ v @ x for a in slopes]
    q = [[x.T @ v @ a @ v @ b @ v @ x for b in slopes] for a in slopes]
    spread = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in (0, 1) for j in (0, 1))
    # 1e-7: two routes through matrices of this condition.
    np.testing.assert_allclose(fit.covariance[0], phi + 2 * phi @ spread @ phi, rtol=1e-7, atol=1e-12)
    c = np.eye(x.shape[1])[name_controlled_terms(design).index("difference_slope_change_1")]
    gradient = np.array([-(c @ phi @ one @ phi @ c) for one in p])
    expected = max(2 * (c @ phi @ c) ** 2 / (gradient @ w @ gradient), 1.0)
    assert contrast(fit, c[None]).df[0, 0] == pytest.approx(expected, rel=1e-7)


def test_both_forms_estimate_the_same_where_the_weights_are_the_same(design: Design) -> None:
    """With ρ held at that of white noise ordinary least squares answers for both: treated less control."""
    y, other = simulate(0.0, n=48, series=200, seed=8), simulate(0.0, n=48, series=200, seed=9)
    joint = contrast(fit_controlled(y, other, design), np.eye(16)[8:])
    difference = contrast(fit_difference(y, other, design), np.eye(8))
    level = design.column("level_change_1")
    # The two differ by their own ρ alone, which is near 0: far less than a standard error (about 1.2).
    gap = joint.estimate[:, level] - difference.estimate[:, level]
    assert np.abs(gap).mean() < 0.15 * np.median(joint.std_error[:, level])


def test_difference_is_the_plain_fit_of_a_difference(design: Design) -> None:
    y, other = simulate(0.4, n=48, series=6, seed=3), simulate(0.4, n=48, series=6, seed=4)
    plain, ours = fit_reml(y - other, design.matrix), fit_difference(y, other, design)
    np.testing.assert_allclose(ours.coefficients, plain.coefficients, rtol=1e-12)
    np.testing.assert_allclose(ours.covariance, plain.covariance, rtol=1e-12)


def test_many_pairs_are_fitted_as_one_by_one(design: Design) -> None:
    y, other = simulate(0.5, n=48, series=4, seed=1), simulate(0.2, n=48, series=4, seed=2)
    together = fit_controlled(y, other, design)
    for s in range(4):
        alone = fit_controlled(y[:, [s]], other[:, s], design)
        np.testing.assert_allclose(together.coefficients[s], alone.coefficients[0], rtol=1e-8)
        np.testing.assert_allclose(together.covariance[s], alone.covariance[0], rtol=1e-8, atol=1e-12)


def test_what_happens_to_both_is_no_difference(design: Design) -> None:
    """The fall of 5 is in both series; the treated one rises by 2 more at the second intervention."""
    shared = -5.0 * (np.arange(48) >= 18)
    own = 2.0 * (np.arange(48) >= 33)
    y = simulate(0.3, n=48, series=400, seed=5) + (shared + own)[:, None]
    other = simulate(0.3, n=48, series=400, seed=6) + shared[:, None]
    names = name_controlled_terms(design)
    joint = fit_controlled(y, other, design)
    difference = fit_difference(y, other, design)
    # 0.25: three standard errors of the mean of 400 estimates whose own error is about 1.5.
    for term, truth in [("level_change_1", 0.0), ("level_change_2", 2.0)]:
        assert joint.coefficients[:, names.index(f"difference_{term}")].mean() == pytest.approx(truth, abs=0.25)
        assert difference.coefficients[:, design.column(term)].mean() == pytest.approx(truth, abs=0.25)
    assert joint.coefficients[:, names.index("level_change_1")].mean() == pytest.approx(-5.0, abs=0.25)


@pytest.mark.parametrize("scales", [(1.0, 1.0), (2.0, 0.5)])
def test_intervals_cover_when_series_are_independent(scales: tuple[float, float]) -> None:
    """Unequal variances too: with one design for both, what enters is their mean. 1,200 draws, own error 0.6 points."""
    design = build_design(np.arange(48), interventions=[24], season_pairs=1)
    y = scales[0] * simulate(0.4, n=48, series=1200, seed=21)
    other = scales[1] * simulate(0.4, n=48, series=1200, seed=22)
    weights = np.eye(12)[name_controlled_terms(design).index("difference_level_change_1")]
    for fit, c in [
        (fit_controlled(y, other, design), weights),
        (fit_difference(y, other, design), design.unit("level_change_1")),
    ]:
        found = contrast(fit, c[None])
        assert 0.93 <= ((found.lower <= 0) & (found.upper >= 0)).mean() <= 0.97


def test_what_moves_both_alike_makes_the_joint_model_careful() -> None:
    """Half of the variance is a shock that both share: the difference is right, the joint model's intervals too wide.

    700 draws: their own error is 0.8 points. Independent errors are assumed by the joint model, and doubled variance
    should give a coverage of about 99%.
    """
    design = build_design(np.arange(48), interventions=[24], season_pairs=1)
    shared, y, other = (simulate(0.4, n=48, series=700, seed=seed) for seed in (31, 32, 33))
    joint = contrast(
        fit_controlled(shared + y, shared + other, design),
        np.eye(12)[[name_controlled_terms(design).index("difference_level_change_1")]],
    )
    difference = contrast(fit_difference(shared + y, shared + other, design), design.unit("level_change_1")[None])
    covered = [((one.lower <= 0) & (one.upper >= 0)).mean() for one in (joint, difference)]
    assert covered[0] > 0.98
    assert 0.93 <= covered[1] <= 0.97


def test_a_series_without_variation_has_no_answer(design: Design) -> None:
    y = simulate(0.4, n=48, series=3, seed=7)
    y[:, 1] = 4.0
    other = simulate(0.4, n=48, series=3, seed=8)
    other[:, 2] = y[:, 2]
    assert np.isnan(fit_controlled(y, other, design).coefficients).all(1).tolist() == [False, True, False]
    assert np.isnan(fit_difference(y, other, design).coefficients).all(1).tolist() == [False, False, True]


def test_shapes_that_do_not_fit_are_named(design: Design) -> None:
    with pytest.raises(RequestError, match=r"48 periods.*\(48, 2\).*\(47,\)"):
        fit_controlled(np.ones((48, 2)), np.ones(47), design)
    with pytest.raises(RequestError, match=r"\(48, 3\)"):
        fit_difference(np.ones((48, 2)), np.ones((48, 3)), design)
