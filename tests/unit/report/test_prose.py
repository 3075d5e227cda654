"""The opening sentences follow the verdicts, weaken where they waver, and never claim a cause."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

from collections.abc import Callable

import pytest

from bcf_eval.report import prose
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.results import AMBITION_VERDICTS, AmbitionTest, CheckResult

Make = Callable[..., AreaResults]
MakeChange = Callable[..., Change]
MakeTest = Callable[..., AmbitionTest]

AGREE = CheckResult("other specifications agree", True, "5 of 5 other ways of fitting come to the same verdict.")
DISAGREE = CheckResult("other specifications agree", False, "2 of 5 other ways of fitting agree. Those that do not: x.")
CONFOUNDED = CheckResult("break at the intervention", False, "In that month the counting changed too.")
BEGUN = "after the improved Better Care Fund began in April 2017"
EXPECT = "than the path before it leads to expect"


def say(make: Make, make_change: MakeChange, code: str = "E06000033", **given: object) -> str:
    results = make(code, changes=(make_change(**given),))
    return prose.answer_change(results, results.changes[0])


@pytest.mark.parametrize(
    ("own", "england", "local", "expected"),
    [
        ("no clear change", "no clear change", "no clear change", f"showed no clear change {BEGUN}."),
        (
            "no clear change",
            "fell",
            "rose",
            f"showed no clear change {BEGUN}; in England as a whole they were lower, so that against the rest of "
            "England they rose.",
        ),
        (
            "no clear change",
            "fell",
            "no clear change",
            f"no clear change {BEGUN}; in England as a whole they were lower.",
        ),
        ("no clear change", "no clear change", "fell", f"{BEGUN}; set against the rest of England, they fell."),
        (
            "fell",
            "fell",
            "no clear change",
            f"were lower {BEGUN} {EXPECT}, as they were in England as a whole; set against the rest of England, no "
            "clear change is left.",
        ),
        ("fell", "fell", "fell", "as they were in England as a whole, and by more than in the rest of England."),
        ("rose", "fell", "rose", f"were higher {BEGUN} {EXPECT}, while in England as a whole they were lower."),
        ("rose", "no clear change", "rose", f"were higher {BEGUN} {EXPECT}, and also against the rest of England."),
        ("fell", "no clear change", "no clear change", "but not clearly so against the rest of it."),
    ],
)
def test_the_sentence_follows_the_verdicts(
    make_results: Make, make_change: MakeChange, own: str, england: str, local: str, expected: str
) -> None:
    said = say(make_results, make_change, own=own, england=england, local=local)
    assert said.startswith("In Southend-on-Sea, delayed transfers of care ")
    assert expected in said


def test_the_sentence_weakens_when_other_fits_disagree(make_results: Make, make_change: MakeChange) -> None:
    sure = say(make_results, make_change, own="fell", checks=(AGREE,))
    unsure = say(make_results, make_change, own="fell", checks=(DISAGREE,))
    assert " were lower " in sure and " may have been lower " in unsure
    neither = say(make_results, make_change, own="no clear change", checks=(DISAGREE,))
    assert "though some other reasonable ways of fitting the series do find one" in neither
    nation = say(make_results, make_change, own="fell", england="fell", england_agrees=False)
    assert "as they may have been in England as a whole" in nation
    results = make_results(changes=(make_change(checks=(DISAGREE,)),))
    assert prose.number_change(results, results.changes[0]).endswith(" 2 of 5 other ways of fitting agree.")


def test_a_change_in_counting_in_the_same_month_is_in_the_sentence(make_results: Make, make_change: MakeChange) -> None:
    for own in ("fell", "rose", "no clear change"):
        said = say(make_results, make_change, key="bcf_2015", own=own, checks=(CONFOUNDED, AGREE))
        assert "counting guidance version 1.08 took effect the same month" in said
        assert "a change in counting cannot be told from a change in care" in said
    assert "counting" not in say(make_results, make_change, key="bcf_2015", checks=(AGREE,))


def test_what_cannot_be_tested_gives_its_reason(make_results: Make, make_change: MakeChange) -> None:
    said = say(make_results, make_change, own="not testable", reason="zero in 7 of 48 periods")
    assert said == f"In Southend-on-Sea, delayed transfers of care cannot be tested for a change {BEGUN}: " + (
        "zero in 7 of 48 periods."
    )
    results = make_results(changes=(make_change(own="not testable", reason="few"),))
    assert prose.number_change(results, results.changes[0]).startswith("For the record, without a verdict: average")


def test_england_at_most_changed(make_results: Make, make_change: MakeChange) -> None:
    said = say(make_results, make_change, code="E92000001", own="fell", england="fell")
    assert said == f"In England, delayed transfers of care changed {BEGUN}: they were lower {EXPECT}."
    unsure = say(make_results, make_change, code="E92000001", own="rose", checks=(DISAGREE,))
    assert unsure == f"In England, delayed transfers of care may have changed {BEGUN}: they look higher {EXPECT}."
    results = make_results("E92000001")
    assert "rest of England" not in prose.number_change(results, results.changes[0])


def test_the_numbers_are_those_of_the_results(make_results: Make) -> None:
    results = make_results()
    assert prose.number_change(results, results.changes[1]) == (
        "Average of the first 12 months, in delayed days per 100,000 adults per day: −2.3 (95% interval −3.3 to −1.3); "
        "England −0.8 (95% interval −1.8 to 0.2); against the rest of England −1.5 (95% interval −2.5 to −0.5)."
    )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("no improvement", "asks for no improvement on its baseline, 11.4 in February 2017; if nothing changes"),
        ("rewards trend", "asks for no more than what was under way already would bring"),
        ("within variation", "asks for an improvement that ordinary variation can bring"),
        ("beyond the record", "asks for more than boards have been seen to do"),
        ("meaningful", "asks for more than trend and chance would bring"),
    ],
)
def test_the_target_is_said_after_its_verdict(
    make_test: MakeTest, make_results: Make, verdict: str, words: str
) -> None:
    metric = make_results().metric
    said = prose.answer_ambition(make_test(verdict=verdict), metric)
    assert said.startswith("The target of 9.4 delayed days per 100,000 adults per day for September 2017 asks for ")
    assert words in said and "the chance of meeting it is about 1 in 5" in said
    fragile = prose.answer_ambition(make_test(verdict=verdict, fragile=True), metric)
    assert (
        fragile
        == f"{said[:-1]}, though the verdict changes with the length of the baseline or the chance that is "
        + ("called unlikely.")
    )


def test_every_verdict_on_a_target_has_a_sentence(make_test: MakeTest, make_results: Make) -> None:
    for verdict in AMBITION_VERDICTS:
        said = prose.answer_ambition(make_test(verdict=verdict, reason="too few points"), make_results().metric)
        assert said.endswith(".") and said.count(". ") == 0


def test_a_target_that_cannot_be_tested_gives_its_reason(make_test: MakeTest, make_results: Make) -> None:
    test = make_test(verdict="not testable", reason="too few points", expected=float("nan"))
    metric = make_results().metric
    assert prose.answer_ambition(test, metric).endswith("cannot be tested: too few points.")
    assert prose.number_ambition(test, metric) == ""


def test_a_smallest_target_of_zero_is_none(make_test: MakeTest, make_results: Make) -> None:
    said = prose.number_ambition(make_test(smallest_meaningful=0.0), make_results().metric)
    assert "No target above zero would be meaningful" in said
    assert "3.1, or 1,130 delayed days" in prose.number_ambition(make_test(), make_results().metric)
