"""Standardised rates against R, against another method of interval, and against simulated coverage.

The figures of R come from base functions alone (``qnorm``, ``qgamma``, ``qchisq``); ``x``, ``n`` and ``w`` are the
counts, people and standard below.
"""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.counts.standardised import standardise_directly, standardise_indirectly

COUNTS = np.array([[12, 25, 41, 63]])
PEOPLE = np.array([[5200, 4800, 3900, 2100]])
STANDARD = np.array([6000, 5500, 4000, 2500])
# R: d <- sum(w * x / n) / sum(w); v <- sum(w^2 * x / n^2) / sum(w)^2; O <- sum(x); d + sqrt(v / O) * (Byar - O).
DIRECT = {0.95: (745.815879360077, 1045.625753955100), 0.998: (672.962233147942, 1142.725733588366)}
# R: Fay and Feuer 1997, Statistics in Medicine 16:791, by qgamma.
GAMMA = {0.95: (745.837306171076, 1046.001253932149), 0.998: (673.090855449372, 1143.064126545690)}


@pytest.mark.parametrize("level", DIRECT)
def test_directly_standardised(level: float) -> None:
    found = standardise_directly(COUNTS, PEOPLE, STANDARD, level=level)
    assert found.value[0] == pytest.approx(886.351495726496, rel=1e-12)
    limits = (found.interval.lower[0], found.interval.upper[0])
    assert limits == pytest.approx(DIRECT[level], rel=1e-12)
    # Fay and Feuer's interval rests on other grounds; with 141 events the two are as good as the same.
    assert limits == pytest.approx(GAMMA[level], rel=1e-3)


def test_one_age_group_is_the_plain_rate() -> None:
    found = standardise_directly([[40]], [[10_000]], [1], multiplier=1000)
    assert found.value[0] == pytest.approx(4.0)
    # Byar's limits of 40: 28.57 and 54.47 (Breslow & Day's formula).
    assert found.interval.lower[0] == pytest.approx(2.857, abs=0.001)
    assert found.interval.upper[0] == pytest.approx(5.447, abs=0.001)


def test_coverage_by_simulation() -> None:
    """20,000 areas of about 40 events: within a point of 95%, of which 0.15 is the error of the simulation."""
    rng = np.random.default_rng(6)
    true = np.array([0.002, 0.006, 0.02])
    people, standard = np.array([3000, 2000, 1100]), np.array([5, 4, 3])
    found = standardise_directly(rng.poisson(people * true, (20_000, 3)), people, standard, multiplier=1)
    truth = float(standard @ true / standard.sum())
    assert np.mean((found.interval.lower <= truth) & (truth <= found.interval.upper)) == pytest.approx(0.95, abs=0.01)


def test_few_events_and_nobody() -> None:
    found = standardise_directly([[3, 4], [6, 7], [6, np.nan], [9, 9]], [[9, 9], [99, 99], [99, 99], [0, 9]], [1, 1])
    assert np.isnan(found.value[[0, 2, 3]]).all()
    assert np.isnan(found.interval.upper[[0, 2, 3]]).all()
    assert np.isfinite(found.value[1])


def test_indirectly_standardised() -> None:
    rates = np.array([0.002, 0.005, 0.011, 0.028])
    found = standardise_indirectly(COUNTS.sum(axis=1), PEOPLE, rates)
    # R: O / 136.1, Byar's limits of 141 over 136.1.
    assert found.value[0] == pytest.approx(1.03600293901543, rel=1e-12)
    limits = (found.interval.lower[0], found.interval.upper[0])
    assert limits == pytest.approx((0.87205220420419, 1.22181442473169), rel=1e-12)


def test_a_small_count_has_exact_limits() -> None:
    # R: c(qchisq(.025, 14), qchisq(.975, 16)) / 2 / 6.4.
    found = standardise_indirectly([7], [[640]], [0.01])
    assert found.interval.lower[0] == pytest.approx(0.439744226799979, rel=1e-10)
    assert found.interval.upper[0] == pytest.approx(2.253543025265996, rel=1e-10)
    assert np.isnan(standardise_indirectly([7], [[0]], [0.01]).value[0])


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan, -3.0])
def test_what_is_no_count_has_no_standardised_number(wrong: float) -> None:
    """``NaN``, and never a warning, which would fail the test."""
    ratio = standardise_indirectly([wrong, 12.0], [[100.0, 200.0], [100.0, 200.0]], [0.02, 0.05])
    assert np.isnan(ratio.value[0]) and np.isnan(ratio.interval.upper[0]) and ratio.value[1] == 1.0
    assert np.isnan(standardise_indirectly([12.0], [[wrong, wrong]], [0.02, 0.05]).value[0])
