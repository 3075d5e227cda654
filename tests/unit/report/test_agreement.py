"""How many other ways agree is said in words, and nothing is said twice over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bcf_eval.report.agreement import say_agreement, say_check, say_finding
from bcf_eval.report.data import Change
from bcf_eval.results import CheckResult

NONE = "find no clear change either"
ALIKE = "give an estimate of like size in the same direction"


def check(detail: str) -> CheckResult:
    return CheckResult("other specifications agree", False, detail)


@pytest.mark.parametrize(
    ("counted", "alike", "said"),
    [
        ("0 of 2", NONE, "Both other ways of working it out do find a change."),
        ("0 of 4", NONE, "All four other ways of working it out do find a change."),
        ("3 of 4", NONE, "One of the four other ways of working it out does find a change."),
        ("0 of 1", NONE, "The one other way of working it out does find a change."),
        ("2 of 2", NONE, "Both other ways of working it out find no clear change either."),
        ("0 of 2", ALIKE, "Neither of the two other ways of working it out gives an estimate of like size in the same"),
        ("1 of 3", ALIKE, "One of the three other ways of working it out gives an estimate of like size"),
        ("4 of 4", ALIKE, "All four other ways of working it out give an estimate of like size in the same direction."),
    ],
)
def test_other_ways_are_counted_in_words(
    make_change: Callable[..., Change], counted: str, alike: str, said: str
) -> None:
    given = check(f"{counted} other specifications {alike}.")
    assert say_agreement(make_change(checks=(given,))).startswith(said)
    assert say_check(replace(given, detail=f"{given.detail} Those that do not: x.")).endswith(". Those that do not: x.")
    later = replace(given, detail=f"{counted} other ways of working it out {alike}.")
    assert say_check(later).startswith(said)


def test_what_counts_nothing_is_said_as_it_is(make_change: Callable[..., Change]) -> None:
    assert say_agreement(make_change(checks=(check("They differ. So much."),))) == "They differ."
    assert say_agreement(make_change(checks=())) == ""
    other = CheckResult("break left out", False, "0 of 2 other specifications find no clear change either.")
    assert say_check(other) == other.detail


def test_all_that_find_a_change_are_both(make_change: Callable[..., Change]) -> None:
    change = make_change(own="no clear change")
    found = {key: replace(one, verdict="fell") for key, one in change.specifications.items()}
    assert say_finding(replace(change, specifications=found)) == "both other ways find one"
    del found["no_season"]
    assert say_finding(replace(change, specifications=found)) == "the one other way finds one"
