"""A target is called by who set it, and its number explained by how it came about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bcf_eval.report import targets
from bcf_eval.results import AmbitionTest

MakeTest = Callable[..., AmbitionTest]


@pytest.mark.parametrize(
    ("given", "name", "explained", "who"),
    [
        (
            {},
            "The target for September 2017",
            "the national expectation, or the baseline where that was better already",
            "A national rule set it for every board: the 2017 expectation for delayed transfers (",
        ),
        (
            {"ambition": "nea_2015", "metric": "nea", "period": "2015/16"},
            "The target for 2015/16 (3.5% fewer than in 2014/15)",
            "3.5% fewer than in 2014/15",
            "A national rule set it for every board: the 3.5% cut in non-elective admissions expected for 2015/16 (",
        ),
        (
            {"ambition": "plan", "period": "2016/17", "vintage": "2016-05-03", "source": "its plan"},
            "The board's own plan for 2016/17, of 3 May 2016",
            "the board's own plan, of 3 May 2016",
            "The board set it itself, in a plan of 3 May 2016 (its plan).",
        ),
        (
            {"ambition": "plan", "period": "2016/17-Q1", "vintage": "spring 2016"},
            "The board's own plan for April to June 2016, of spring 2016",
            "the board's own plan, of spring 2016",
            "The board set it itself, in a plan of spring 2016.",
        ),
        (
            {"ambition": "plan", "period": "2016/17"},
            "The board's own plan for 2016/17",
            "the board's own plan",
            "The board set it itself, in a plan.",
        ),
    ],
)
def test_a_target_is_called_by_who_set_it(
    make_test: MakeTest, given: dict[str, str], name: str, explained: str, who: str
) -> None:
    test = make_test(**given)
    assert targets.name_target(test) == name
    assert targets.explain_target(test) == explained
    assert targets.say_who(test).startswith(who)


def test_only_a_single_month_is_warned_of(make_test: MakeTest) -> None:
    assert "single month" in targets.explain_baseline(make_test())
    assert "single month" not in targets.explain_baseline(make_test(baseline_period="2014/15"))
