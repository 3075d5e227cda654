"""Who set a target, and what is it called? Names of the targets of national rules and of boards' own plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import AmbitionRule

# What stands in the tables for a board's own plan; rules stand there by their key.
PLAN = "plan"


def find_rule(test: AmbitionTest) -> AmbitionRule | None:
    """Find the national rule that set a target; ``None`` where a board set it itself."""
    return next((rule for rule in load.ambition_rules() if rule.key == test.ambition), None)


def name_target(test: AmbitionTest) -> str:
    """Name a target: ``The target for September 2017``, ``The board's own plan for 2016/17, of 3 May 2016``."""
    when, rule = parse_period(test.period).label, find_rule(test)
    if rule is not None:
        cut = f" ({explain_target(test)})" if rule.kind == "relative_cut" else ""
        return f"The target for {when}{cut}"
    return f"The board's own plan for {when}{_say_vintage(test)}"


def explain_target(test: AmbitionTest) -> str:
    """Say where the number of a target comes from, within a table."""
    rule = find_rule(test)
    if rule is None:
        return f"the board's own plan{_say_vintage(test)}"
    if rule.kind == "relative_cut":
        return f"{100 * rule.cut:.3g}% fewer than in {parse_period(rule.baseline_period).label}"
    return "the national expectation, or the baseline where that was better already"


def explain_baseline(test: AmbitionTest) -> str:
    """Say what a reader must know of the stated baseline, within a table."""
    if parse_period(test.baseline_period).n_months == 1:
        return "a single month, which can be unusually high or low"
    return "what the target is set against"


def say_who(test: AmbitionTest) -> str:
    """Say in a sentence who set a target, and where it is written."""
    rule = find_rule(test)
    written = f" ({test.source or rule.source})" if rule else f" ({test.source})" if test.source else ""
    if rule is not None:
        return f"A national rule set it for every board: {rule.label}{written}."
    return f"The board set it itself, in a plan{_say_vintage(test).removeprefix(',')}{written}."


def split_targets(tests: Sequence[AmbitionTest]) -> tuple[list[AmbitionTest], list[AmbitionTest]]:
    """Split targets into those of national rules and those that boards set themselves."""
    of_rules = [one for one in tests if find_rule(one) is not None]
    return of_rules, [one for one in tests if find_rule(one) is None]


def _say_vintage(test: AmbitionTest) -> str:
    try:
        day = date.fromisoformat(test.vintage)
    except ValueError:
        return f", of {test.vintage}" if test.vintage else ""
    return f", of {day.day} {day:%B %Y}"
