"""Counts at their edges, and what chance alone brings next, against hand sums and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bcf_eval.stats.counts.counts import (
    NextCount,
    byar_interval,
    clopper_pearson_interval,
    count_interval,
    exact_interval,
    known_rate_p_value,
    known_share_p_value,
    wilson_interval,
)


def test_nobody_and_everybody_have_intervals() -> None:
    found = wilson_interval([0, 10], [10, 10])
    # Wilson's formula with nobody among n: the upper limit is z^2 / (n + z^2).
    z2 = 1.959963984540054**2
    assert found.lower[0] == 0
    assert found.upper[0] == pytest.approx(z2 / (10 + z2))
    assert found.upper[1] == 1
    assert found.lower[1] == pytest.approx(10 / (10 + z2))
    # Of no event at all the exact upper limit is -log(0.025).
    assert exact_interval(0).lower == 0
    assert exact_interval(0).upper == pytest.approx(-math.log(0.025))
    assert np.isnan(count_interval(np.nan).lower)
    assert np.isnan(count_interval(np.nan).upper)


def test_exact_proportions_are_those_of_r() -> None:
    """R: binom.test(x, n, conf.level)$conf.int."""
    found = clopper_pearson_interval([7, 0, 12], [20, 10, 15])
    np.testing.assert_allclose(found.lower, [0.153909204784541, 0, 0.519108866193], rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(found.upper, [0.592188534532828, 0.308497107818761, 0.956687994894], rtol=1e-10)
    high = clopper_pearson_interval(58, 60, level=0.998)
    assert (float(high.lower), float(high.upper)) == pytest.approx((0.826637281513254, 0.999237204602780), rel=1e-10)
    all_of_them = clopper_pearson_interval([5, np.nan, 0, 6], [5, 5, 0, 5])
    assert all_of_them.upper[0] == 1
    assert np.isnan(all_of_them.lower[1:]).all()


def test_an_exact_interval_covers_at_least_as_often_as_it_says() -> None:
    """Every count of 30 with its binomial chance: no simulation error."""
    counts = np.arange(31)
    found = clopper_pearson_interval(counts, 30)
    for share in (0.03, 0.2, 0.5, 0.83):
        chance = np.array([math.comb(30, k) * share**k * (1 - share) ** (30 - k) for k in counts])
        assert chance[(found.lower <= share) & (share <= found.upper)].sum() >= 0.95


def test_p_values_by_hand() -> None:
    assert known_rate_p_value(2.0, 1.0, lower_is_better=True) == pytest.approx(3 * math.exp(-2))
    assert known_rate_p_value(2.0, 1.0, lower_is_better=False) == pytest.approx(1 - math.exp(-2))
    assert known_share_p_value(0.5, 4, 3) == pytest.approx(5 / 16)


def test_a_rate_comes_back_as_the_count_it_was_made_of() -> None:
    """7 of 3 people a unit, written as a rate and back, is 6.999999999999999 or 7.000000000000001."""
    assert known_rate_p_value(7.0, 7 * (1 - 1e-15), lower_is_better=True) == known_rate_p_value(
        7.0, 7, lower_is_better=True
    )
    assert known_share_p_value(0.5, 20, 7 * (1 + 1e-15)) == known_share_p_value(0.5, 20, 7)


@pytest.mark.parametrize("proportion", [True, False])
@pytest.mark.parametrize("lower_is_better", [True, False])
def test_a_target_beyond_chance_is_met_as_rarely_as_it_says(proportion: bool, lower_is_better: bool) -> None:
    """Two years with one true rate: the second is at the limit drawn from the first in less than 5.5%."""
    rng = np.random.default_rng(7)
    draws = 4000
    people = 200
    first, second = (rng.binomial(people, 0.7, draws) if proportion else rng.poisson(40, draws) for _ in range(2))
    limit = {
        count: NextCount(count, people, proportion).least_beyond(alpha=0.05, lower_is_better=lower_is_better)
        for count in set(first.tolist())
    }
    wanted = np.array([limit[count] for count in first.tolist()])
    met = (second <= wanted) if lower_is_better else (second >= wanted)
    # Whole counts cannot be cut at 5% exactly; nor do 4,000 draws know better than 0.35%.
    assert 0.03 <= met.mean() <= 0.057


def test_the_least_beyond_chance_is_just_beyond() -> None:
    for one, lower in ((NextCount(228, 34043, False), True), (NextCount(90, 103, True), False)):
        least = one.least_beyond(alpha=0.05, lower_is_better=lower)
        nearer = least + 1 if lower else least - 1
        assert one.chance(least, lower_is_better=lower) < 0.05 <= one.chance(nearer, lower_is_better=lower)
        low, high = one.interval()
        assert low < one.count < high


def test_there_may_be_no_target_beyond_chance() -> None:
    assert math.isnan(NextCount(1, 1000, False).least_beyond(alpha=0.05, lower_is_better=True))
    assert math.isnan(NextCount(19, 20, True).least_beyond(alpha=0.05, lower_is_better=False))


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan, -3.0])
def test_what_is_no_count_has_no_interval(wrong: float) -> None:
    """NaN, and never a warning, which would fail the test."""
    found = [wilson_interval(wrong, 10), wilson_interval(2, wrong), wilson_interval(0, 0), wilson_interval(11, 10)]
    found += [clopper_pearson_interval(wrong, 10), clopper_pearson_interval(2, wrong)]
    found += [one(wrong) for one in (byar_interval, exact_interval, count_interval)]
    assert all(math.isnan(one.lower) and math.isnan(one.upper) for one in found)
    for proportion in (True, False):
        none = NextCount(wrong, 10.0, proportion)
        assert math.isnan(none.chance(3.0, lower_is_better=True)) and math.isnan(none.interval()[0])
    assert math.isnan(NextCount(2.0, math.inf, True).chance(3.0, lower_is_better=True))
