"""What a chart says of points and targets, where the cases of NHSRplotthedots do not reach."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.stats.charts.spc import SPECIAL, chart
from bcf_eval.stats.charts.verdicts import judge_assurance, judge_variation, name_points

# Mean 5, moving ranges of 1: limits 2.34 and 7.66.
SWING = np.array([4.5, 5.5] * 8)[:, None]


def test_a_special_cause_is_named_by_the_way_it_points() -> None:
    values = np.vstack([SWING, [[20.0]]])
    made = chart(values, fixed=16)
    for better, kind in (
        ("lower", "special cause of concern"),
        ("higher", "special cause of improvement"),
        ("neither", "special cause, neither good nor bad"),
    ):
        assert name_points(made, better=better)[-1, 0] == kind  # type: ignore[arg-type]
        assert judge_variation(values, made, better=better)[0] == kind  # type: ignore[arg-type]
    assert name_points(made, better="lower")[0, 0] == "common cause"


def test_seven_falling_above_the_mean_are_good_where_low_is_good() -> None:
    swing = [0.0, 10.0] * 5
    values = np.array([*swing, 9.0, 8.6, 8.2, 7.8, 7.4, 7.0, 6.6, *swing])[:, None]
    made = chart(values)
    assert (made.side[10:17, 0] > 0).all()
    falling = [SPECIAL[one] == "seven falling" for one in made.special[:, 0]]
    assert sum(falling) >= 7
    assert set(name_points(made, better="lower")[falling, 0]) == {"special cause of improvement"}


def test_the_last_known_point_is_judged() -> None:
    values = np.column_stack([np.vstack([SWING, [[20.0]], [[np.nan]]]), np.full(18, np.nan)])
    said = judge_variation(values, chart(values), better="lower")
    assert said.tolist() == ["special cause of concern", ""]


@pytest.mark.parametrize(
    ("target", "lower", "higher"),
    [
        (8.0, "consistently meets the target", "consistently misses the target"),
        (2.0, "consistently misses the target", "consistently meets the target"),
        (5.0, "may or may not meet the target", "may or may not meet the target"),
        (np.nan, "", ""),
    ],
)
def test_assurance(target: float, lower: str, higher: str) -> None:
    made = chart(SWING)
    assert judge_assurance(made, target, better="lower").tolist() == [lower]
    assert judge_assurance(made, target, better="higher").tolist() == [higher]


def test_assurance_is_by_the_limits_since_the_rebase() -> None:
    made = chart(np.vstack([SWING, SWING + 20]), rebase=(16,))
    assert judge_assurance(made, 15.0, better="lower").tolist() == ["consistently misses the target"]
