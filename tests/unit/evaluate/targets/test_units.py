"""A target in another unit than its baseline is questioned first, and judged all the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.observations import validate
from bcf_eval.results import UNIT, AmbitionTest
from bcf_eval.specs import Ambition

from ..makers import make_rows, simulate_admissions

SOUTHEND = "E06000033"
YEARS = ["2014/15", "2015/16", "2016/17"]


def ask_share(target: float, *, counted: int = 90, metric: str = "reablement") -> AmbitionTest:
    data = validate(make_rows(metric, SOUTHEND, YEARS, counted, 103))
    return bcf.test_ambition(data, area=SOUTHEND, target=target, period="2016/17", metric=metric)


def test_a_share_of_one_is_not_per_cent() -> None:
    """90 of 103 people are 87.4 per cent; 0.85 would be one person."""
    test = ask_share(0.85)
    assert test.verdict == "no improvement"
    first = test.checks[0]
    assert (first.name, first.passed) == (UNIT, False)
    assert first.detail.startswith(
        "Is this in the right unit? The target is 0.85, the baseline 87.4; targets are in per"
    )
    assert test.sentence.startswith(first.detail)
    assert "1 person where there were 90 in 2015/16" in test.sentence


@pytest.mark.parametrize(
    ("target", "counted", "doubtful"),
    [(1.0, 90, True), (0.0, 90, True), (34.9, 90, True), (35.0, 90, False), (95.0, 90, False), (1.0, 2, True)],
)
def test_only_what_is_far_from_its_baseline_is_questioned(target: float, counted: int, doubtful: bool) -> None:
    names = [check.name for check in ask_share(target, counted=counted).checks]
    assert (names[:1] == [UNIT]) is doubtful
    assert names.count(UNIT) == doubtful


def test_a_small_share_may_have_a_small_target() -> None:
    """1 of 103 people is 0.97 per cent: a target of 1 is no share of one."""
    assert UNIT not in [check.name for check in ask_share(1.0, counted=1).checks]


@pytest.fixture(scope="module")
def admissions() -> pd.DataFrame:
    return simulate_admissions([*load.boards()[:4]])


def test_a_quarter_is_not_a_year(admissions: pd.DataFrame) -> None:
    """About 25 a day for 100,000 people are 9,100 a year."""
    area = load.boards()[0]
    test = bcf.test_ambition(
        admissions, area=area, target=2500.0, period="2016/17", metric="nea", baseline_end="2016-03"
    )
    assert test.verdict == "meaningful"
    assert test.checks[0].name == UNIT
    assert "targets are in admissions per 100,000 people over the whole of 2016/17." in test.checks[0].detail
    assert test.sentence.startswith("Is this in the right unit? The target is 2,500, the baseline 9,")
    whole = bcf.test_ambition(
        admissions, area=area, target=9000.0, period="2016/17", metric="nea", baseline_end="2016-03"
    )
    assert UNIT not in [check.name for check in whole.checks]


def test_a_national_rule_is_not_questioned(admissions: pd.DataFrame) -> None:
    panel, area = build_panel(admissions, load.metric("nea")), load.boards()[0]
    asked = [
        Ambition(key, area, "nea", "2015/16", 2500.0, "2014/15", "2015-03", "a test") for key in ("nea_2015", "plan")
    ]
    rule, plan = evaluate_ambitions(panel, asked, load.protocol())
    assert UNIT not in [check.name for check in rule.checks]
    assert plan.checks[0].name == UNIT
    assert np.isclose(rule.chance, plan.chance)
