"""q-values against R's p.adjust, the definition, and hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bcf_eval.stats.together.multiple import find_q_values

# The fifteen p-values of Benjamini and Hochberg 1995, section 3.3 (thrombolysis after a heart attack).
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
# What R's p.adjust(p, "BH") says of them.
ADJUSTED = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486,
    0.581181818181818, 0.714875, 0.753230769230769, 0.813214285714286, 1.0,
]  # fmt: skip


def test_the_published_example_finds_four() -> None:
    q = find_q_values(PUBLISHED)
    np.testing.assert_allclose(q, ADJUSTED, rtol=1e-12)
    assert (q <= 0.05).sum() == 4


def test_what_was_not_tested_counts_for_nothing() -> None:
    given = np.insert(np.array(PUBLISHED), [0, 7, 15], np.nan)
    q = find_q_values(given)
    np.testing.assert_allclose(q[np.isfinite(given)], ADJUSTED, rtol=1e-12)
    assert np.isnan(q[np.isnan(given)]).all()
    assert np.isnan(find_q_values([np.nan, np.nan])).all()
    assert find_q_values([]).size == 0


def test_families_are_apart() -> None:
    both = np.array([PUBLISHED, PUBLISHED[::-1]])
    np.testing.assert_allclose(find_q_values(both), [ADJUSTED, ADJUSTED[::-1]], rtol=1e-12)


@given(
    hnp.arrays(float, st.integers(1, 30), elements=st.floats(0, 1) | st.just(float("nan"))),
    st.floats(0.001, 0.5),
)
def test_it_is_the_step_up_procedure(p: np.ndarray, alpha: float) -> None:
    """What is found at a rate is what the procedure of 1995 rejects: all up to the last p(i) <= i alpha / n."""
    q, known = find_q_values(p), np.sort(p[np.isfinite(p)])
    n = known.size
    # A hair apart, so that neither side turns on the last bit.
    passed = np.flatnonzero(known * n / np.arange(1, n + 1) <= alpha)
    expected = passed[-1] + 1 if passed.size else 0
    assert (q[np.isfinite(p)] <= alpha).sum() == expected
    assert (q[np.isfinite(p)] >= p[np.isfinite(p)] - 1e-15).all()
