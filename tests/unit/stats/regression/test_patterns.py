"""Series grouped by where they are observed."""

from __future__ import annotations

import numpy as np

from bcf_eval.stats.regression.patterns import group_by_pattern


def test_every_series_is_in_the_group_of_its_gaps() -> None:
    values = np.ones((4, 5))
    values[1, [0, 3]] = np.nan
    values[:, 4] = np.nan
    groups = [(group.rows.tolist(), group.columns.tolist()) for group in group_by_pattern(values)]
    assert sorted(groups) == [([], [4]), ([0, 1, 2, 3], [1, 2]), ([0, 2, 3], [0, 3])]


def test_complete_series_are_one_group() -> None:
    (only,) = group_by_pattern(np.zeros((3, 2)))
    assert only.rows.tolist() == [0, 1, 2]
    assert only.columns.tolist() == [0, 1]
