"""The bootstrap against exact theory, in coverage, and against itself in other batches."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtr

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.bootstrap import bootstrap_reml
from bcf_eval.stats.regression.design import Design, build_design
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml
from tests.unit.stats.regression.test_reml import simulate


@pytest.fixture(scope="module")
def design() -> Design:
    return build_design(np.arange(36), interventions=[18], cycle=1)


@pytest.fixture(scope="module")
def weights(design: Design) -> np.ndarray:
    step, ramp = design.unit("level_change_1"), design.unit("slope_change_1")
    return np.vstack([step, ramp, step + 5.5 * ramp])


def test_the_estimate_is_that_of_the_fit(design: Design, weights: np.ndarray) -> None:
    y = simulate(0.5, n=36, series=3, seed=1)
    found = bootstrap_reml(y, design.matrix, weights=weights, draws=99)
    fitted = contrast(fit_reml(y, design.matrix), weights)
    np.testing.assert_allclose(found.estimate, fitted.estimate, rtol=1e-9)
    np.testing.assert_allclose(found.std_error, fitted.std_error, rtol=1e-9)
    assert (found.n_ok == 99).all()


def test_one_seed_gives_one_answer_in_any_batches(design: Design, weights: np.ndarray) -> None:
    y = simulate(0.5, n=36, series=4, seed=2)
    whole = bootstrap_reml(y, design.matrix, weights=weights, draws=300, seed=5)
    cut = bootstrap_reml(y, design.matrix, weights=weights, draws=300, seed=5, at_once=37)
    alone = bootstrap_reml(y[:, [2]], design.matrix, weights=weights, draws=300, seed=5)
    other = bootstrap_reml(y, design.matrix, weights=weights, draws=300, seed=6)
    # 1e-6: batches of another size are summed in another order.
    np.testing.assert_allclose(cut.lower, whole.lower, rtol=1e-6)
    np.testing.assert_allclose(alone.upper[0], whole.upper[2], rtol=1e-6)
    np.testing.assert_array_equal(cut.p_value, whole.p_value)
    assert (other.lower != whole.lower).all()


def test_many_series_go_in_groups_without_a_seam(
    design: Design, weights: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    y = simulate(0.5, n=36, series=5, seed=2)
    whole = bootstrap_reml(y, design.matrix, weights=weights, draws=100)
    monkeypatch.setattr("bcf_eval.stats.regression.bootstrap._HELD", 2 * 100 * len(weights))
    grouped = bootstrap_reml(y, design.matrix, weights=weights, draws=100)
    np.testing.assert_allclose(grouped.lower, whole.lower, rtol=1e-6)
    np.testing.assert_array_equal(grouped.n_ok, whole.n_ok)


def test_shifting_and_scaling_moves_the_answer_alike(design: Design, weights: np.ndarray) -> None:
    y = simulate(0.3, n=36, series=1, seed=3)
    plain = bootstrap_reml(y, design.matrix, weights=weights, draws=199)
    moved = bootstrap_reml(50 + 3 * y, design.matrix, weights=weights, draws=199)
    np.testing.assert_allclose(moved.lower, 3 * plain.lower, rtol=1e-6)
    np.testing.assert_array_equal(moved.p_value, plain.p_value)


def test_at_one_end_of_theory_it_is_student_s_t() -> None:
    """Many independent periods: ρ̂ costs nothing, and the ratio follows t with T - k degrees of freedom."""
    design = build_design(np.arange(240), interventions=[120], cycle=1)
    y = simulate(0.0, n=240, series=1, seed=4)
    y[120:] += 0.15
    c = design.unit("level_change_1")[None]
    found = bootstrap_reml(y, design.matrix, weights=c, draws=1999)
    t = found.estimate[0, 0] / found.std_error[0, 0]
    expected = 2 * stdtr(236, -abs(t))
    assert 0.05 < expected < 0.6
    # Four standard errors of a share among 1,999 draws.
    assert found.p_value[0, 0] == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 1999))


def test_interval_and_p_value_agree(design: Design, weights: np.ndarray) -> None:
    y = simulate(0.4, n=36, series=60, seed=5)
    y[18:] += 2.0
    found = bootstrap_reml(y, design.matrix, weights=weights, draws=199)
    outside = (found.lower > 0) | (found.upper < 0)
    np.testing.assert_array_equal(outside, found.p_value <= 0.05)
    assert 0.05 < outside.mean() < 0.95


@pytest.mark.parametrize("gaps", [[], [4, 5, 20]])
def test_intervals_cover(design: Design, weights: np.ndarray, gaps: list[int]) -> None:
    """95% intervals of 400 simulated series: their own error is 1.1 points, and three of it are allowed."""
    time = np.delete(np.arange(36), gaps)
    y = simulate(0.4, n=36, series=400, seed=6)[time]
    found = bootstrap_reml(y, design.matrix[time], time=time, weights=weights[[0, 2]], draws=99)
    covered = ((found.lower <= 0) & (found.upper >= 0)).mean(0)
    assert (np.abs(covered - 0.95) < 0.033).all()


def test_drifting_series_are_flagged_and_their_refits_counted(design: Design, weights: np.ndarray) -> None:
    walk = np.cumsum(np.cumsum(simulate(0.0, n=36, series=1, seed=7), 0), 0)
    found = bootstrap_reml(
        np.hstack([walk, simulate(0.0, n=36, series=1, seed=7)]), design.matrix, weights=weights[:1], draws=199
    )
    assert found.rho_at_boundary.tolist() == [True, False]
    assert found.n_at_boundary[0] > 5 > found.n_at_boundary[1]
    assert (found.n_ok > 190).all()


def test_too_little_is_an_answer(design: Design, weights: np.ndarray) -> None:
    y = np.column_stack([np.full(36, 2.0), simulate(0.3, n=36, series=1, seed=8)])
    found = bootstrap_reml(y, design.matrix, weights=weights, draws=10)
    assert np.isnan(found.p_value[0]).all()
    assert (found.n_ok[0] == 0).all()
    # Ten refits give no 95% interval.
    assert np.isnan(found.lower[1]).all()
    assert (found.p_value[1] >= 1 / 11).all()
    with pytest.raises(RequestError, match="draws 0"):
        bootstrap_reml(y, design.matrix, weights=weights, draws=0)
