"""A fragile verdict says to what it changes, and with which choice."""

from __future__ import annotations

import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval.catalogue import load
from bcf_eval.evaluate.targets.fragility import Variant, check_fragility, find_moving, say_moving
from bcf_eval.observations import validate
from bcf_eval.results import AmbitionTest
from bcf_eval.wording import AMBITION_LABELS

from ..conftest import BOARDS
from ..makers import make_rows

WITHIN, MORE = "within variation", "meaningful"


def test_what_moves_the_verdict_is_named() -> None:
    variants = [
        Variant(None, None, WITHIN),
        Variant(None, 0.1, MORE),
        Variant(36, None, MORE),
        Variant(36, 0.1, MORE),
        Variant(0, None, "not testable"),
    ]
    moving = find_moving(WITHIN, variants)
    assert (
        say_moving(moving) == 'With a baseline of 36 months or a limit of 10% it would be "More than trend and chance".'
    )
    assert find_moving("not testable", variants) == []
    check = check_fragility(moving, load.protocol())
    assert (check.name, check.passed, check.detail) == ("fragility", False, say_moving(moving))


def test_two_choices_at_once_are_named_where_none_alone_moves_it() -> None:
    moving = find_moving(WITHIN, [Variant(None, 0.1, WITHIN), Variant(0, 0.025, "rewards trend")])
    label = AMBITION_LABELS["rewards trend"]
    assert say_moving(moving) == f'With a baseline of all months and a limit of 2.5% it would be "{label}".'


def test_a_firm_verdict_says_between_which_choices_it_stays() -> None:
    check = check_fragility([], load.protocol())
    assert check.passed
    assert check.detail == (
        "The verdict is the same for baselines of 36 months, 60 months, all months and chances called unlikely from "
        "2.5%, 5.0%, 10.0%."
    )


def test_a_target_just_meaningful_is_fragile(observations: pd.DataFrame) -> None:
    def ask(target: float) -> AmbitionTest:
        return bcf.test_ambition(observations, area=BOARDS[3], target=target, period="2017-Q3", baseline_end="2017-02")

    edge = ask(ask(5.0).smallest_meaningful)
    detail = {check.name: check.detail for check in edge.checks}["fragility"]
    assert edge.fragile
    assert "a limit of 2.5%" in detail
    assert f'it would be "{AMBITION_LABELS[WITHIN]}"' in detail


@pytest.mark.parametrize(("target", "fragile"), [(581.7, True), (620.0, False)])
def test_of_a_year_no_baseline_length_is_varied(target: float, fragile: bool) -> None:
    """198 people for 34,043, where there were 228: a chance between 5% and 10%."""
    data = validate(make_rows("residential", "E06000033", ["2014/15", "2015/16"], [240, 228], 34_043.0))
    test = bcf.test_ambition(data, area="E06000033", target=target, period="2016/17", metric="residential")
    assert test.verdict == WITHIN
    assert test.fragile is fragile
    said = [check.detail for check in test.checks if check.name == "fragility"]
    assert (
        said
        == ['With a limit of 10% it would be "Cannot be tested": sampling alone would be said to bring it rarely.'][
            : int(fragile)
        ]
    )
    assert "months" not in str(test.checks)
