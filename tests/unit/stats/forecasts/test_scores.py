"""Scores of forecasts against their closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from bcf_eval.stats.forecasts.scores import measure_reliability, score_brier, score_crps, split_levels


def test_the_crps_of_a_gaussian_is_its_closed_form() -> None:
    levels = split_levels(2000)
    observed = np.array([-1.5, 0.0, 0.7, 3.0])
    density = np.exp(-(observed**2) / 2) / np.sqrt(2 * np.pi)
    closed = observed * (2 * ndtr(observed) - 1) + 2 * density - 1 / np.sqrt(np.pi)  # Gneiting & Raftery, eq. 21
    found = score_crps(np.tile(ndtri(levels), (4, 1)), levels, observed)
    np.testing.assert_allclose(found, closed, atol=2e-3)


def test_a_sure_forecast_scores_its_error() -> None:
    assert score_crps(np.full((1, 9), 5.0), split_levels(9), [7.0]) == pytest.approx([2.0])


def test_brier_of_chances() -> None:
    assert score_brier([1.0, 0.0, 0.5, np.nan], [True, False, True, True]) == pytest.approx(0.25 / 3)
    assert np.isnan(score_brier([np.nan], [True]))


def test_a_calibrated_forecaster_is_reliable() -> None:
    random = np.random.default_rng(5)
    chance = random.random(50_000)
    found = measure_reliability(chance, random.random(50_000) < chance, edges=np.linspace(0, 1, 6))
    # 10,000 in each bin: three standard errors are at most 0.015.
    np.testing.assert_allclose(found.came, found.given, atol=0.015)
    assert found.n.sum() == 50_000


def test_a_chance_of_one_is_counted_and_an_empty_bin_has_no_mean() -> None:
    found = measure_reliability([1.0, 0.9], [True, True], edges=[0, 0.5, 1])
    assert found.n.tolist() == [0, 2] and np.isnan(found.given[0])
