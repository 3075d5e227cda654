"""The opening sentences follow the verdicts, weaken where they waver, and never claim a cause."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from bcf_eval.catalogue import load
from bcf_eval.report import prose
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.tables import tabulate_effects
from bcf_eval.results import AMBITION_VERDICTS, AmbitionTest, CheckResult

Make = Callable[..., AreaResults]
MakeChange = Callable[..., Change]
MakeTest = Callable[..., AmbitionTest]

AGREE = CheckResult(
    "other specifications agree",
    True,
    "4 of 4 other specifications give an estimate of like size in the same direction.",
)
DISAGREE = CheckResult(
    "other specifications agree",
    False,
    "2 of 4 other specifications give an estimate of like size in the same direction. Those that do not: x.",
)
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
            f"showed no clear change {BEGUN}; in England as a whole they were lower, and in Southend-on-Sea "
            "they were higher relative to the rest of England.",
        ),
        (
            "no clear change",
            "fell",
            "no clear change",
            f"no clear change {BEGUN}; in England as a whole they were lower.",
        ),
        (
            "no clear change",
            "no clear change",
            "fell",
            f"{BEGUN}; but they were lower relative to the rest of England.",
        ),
        (
            "fell",
            "fell",
            "no clear change",
            f"were lower {BEGUN} {EXPECT}, as they were in England as a whole; relative to the rest of England, no "
            "clear change is left.",
        ),
        ("fell", "fell", "fell", "as they were in England as a whole, and by more than in the rest of England."),
        ("rose", "fell", "rose", f"were higher {BEGUN} {EXPECT}, while in England as a whole they were lower."),
        ("rose", "no clear change", "rose", f"were higher {BEGUN} {EXPECT}, and also relative to the rest of England."),
        ("fell", "no clear change", "no clear change", "but not clearly so relative to the rest of England."),
        ("fell", "fell", "rose", "as they were in England as a whole, though by less than in the rest of England."),
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
    assert "though some of the two other ways find one" in neither
    nation = say(make_results, make_change, own="fell", england="fell", england_agrees=False)
    assert "as they may have been in England as a whole" in nation
    results = make_results(changes=(make_change(checks=(DISAGREE,)),))
    assert prose.number_change(results, results.changes[0]).endswith(
        " Two of the four other ways of working it out give an estimate of like size in the same direction."
    )


def test_a_change_in_counting_in_the_same_month_is_in_the_sentence(make_results: Make, make_change: MakeChange) -> None:
    for own in ("fell", "rose", "no clear change"):
        said = say(make_results, make_change, key="bcf_2015", own=own, checks=(CONFOUNDED, AGREE))
        label = next(one.label for one in load.breaks("dtoc_days") if one.period == "2015-04").partition(" (")[0]
        assert said.endswith(f"; {label} that same month, so any difference may come from the rules.")
    assert "rules" not in say(make_results, make_change, key="bcf_2015", checks=(AGREE,))


def test_what_cannot_be_tested_gives_its_reason(make_results: Make, make_change: MakeChange) -> None:
    said = say(make_results, make_change, own="not testable", reason="zero in 7 of 48 periods")
    assert said == f"In Southend-on-Sea, delayed transfers of care cannot be tested for a change {BEGUN}: " + (
        "zero in 7 of 48 periods."
    )
    results = make_results(changes=(make_change(own="not testable", reason="few"),))
    assert prose.number_change(results, results.changes[0]) == ""
    assert "−2.3" in tabulate_effects(results, results.changes[0])


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
        ("rewards trend", "is close to what was already happening (9.3): if nothing changes"),
        ("within variation", "asks for an improvement that ordinary variation can bring"),
        ("beyond the record", "asks for more than boards have been seen to do"),
        ("meaningful", "asks for more than trend and chance would bring"),
    ],
)
def test_the_target_is_said_after_its_verdict(
    make_test: MakeTest, make_results: Make, verdict: str, words: str
) -> None:
    metric = make_results().metric
    expected = 9.3 if verdict == "rewards trend" else 9.81
    said = prose.answer_ambition(make_test(verdict=verdict, expected=expected), metric)
    assert said.startswith("The target of 9.4 delayed days per 100,000 adults per day for September 2017 ")
    assert words in said and "the chance of meeting it is about 1 in 5" in said
    fragile = prose.answer_ambition(make_test(verdict=verdict, expected=expected, fragile=True), metric)
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
    assert "3.0, or 1,120 delayed days" in prose.number_ambition(make_test(), make_results().metric)


@pytest.mark.parametrize(
    ("usual", "trend", "words"),
    [
        (10.9, 7.7, "would be met if the trend went on (7.7), though not by business as usual (10.9): if nothing"),
        (9.1, 12.3, "is close to what was already happening (9.1): if nothing"),
        (9.1, 12.3, "about 1 in 5; the trend alone would miss it (12.3)."),
        (9.1, 7.7, "about 1 in 5; the trend alone would meet it too (7.7)."),
    ],
)
def test_what_would_meet_a_target_is_named(
    make_test: MakeTest, make_results: Make, usual: float, trend: float, words: str
) -> None:
    test = make_test(verdict="rewards trend", expected=usual, trends={"continues": trend, "damped": 9.0, "none": 9.0})
    assert words in prose.answer_ambition(test, make_results().metric)


@pytest.mark.parametrize(
    ("p_value", "verdict", "words"),
    [
        (
            0.002,
            "statistically significant",
            "is statistically significantly better than that year's average (p = 0.002",
        ),
        (0.002, "statistically significant", "at least this much better would come by chance 2 times in 1,000 under"),
        (
            1e-30,
            "statistically significant",
            "(p < 0.001: an average of a year at least this much better would come by ",
        ),
        (0.3, "not statistically significant", "is not statistically significantly better than that year's average"),
        (
            0.12,
            "not statistically significant",
            "(p = 0.12: an average of a year at least this much better would come by",
        ),
        (0.84, "not statistically significant", "By it the target is no better than that year's average."),
        (float("nan"), "not known", "It could not be made."),
    ],
)
def test_the_customary_test_is_told_with_what_it_takes_for_granted(
    make_test: MakeTest, p_value: float, verdict: str, words: str
) -> None:
    said = prose.tell_naive(make_test(naive={"p_value": p_value, "verdict": verdict}), load.metric("dtoc_days"))
    assert words in said
    assert "twelve months up to February 2017 as independent draws about an unchanging mean" in said
    assert ("p <" in said or "p =" in said) == (p_value <= 0.5)


def test_the_customary_test_of_events_takes_them_as_independent(make_test: MakeTest) -> None:
    test = make_test(naive={"p_value": 0.002, "verdict": "statistically significant"}, baseline_end="2015-03")
    said = prose.tell_naive(test, load.metric("nea"))
    assert "takes admissions as independent of one another" in said and "unchanging mean" not in said
    assert "shared out from commissioners, so that they are not independent events" in said
    assert "(p = 0.002: a count at least this much better would come by chance 2 times in 1,000" in said


def test_a_yearly_target_weighs_sampling_alone(make_test: MakeTest) -> None:
    alone = {"continues": math.nan, "damped": math.nan, "none": 9.8}
    test = make_test(metric="residential", period="2016/17", baseline_period="2015/16", trends=alone)
    said = prose.number_ambition(test, load.metric("residential"))
    assert said.startswith("With nothing changed, sampling alone leads to 9.8 (95% interval 2.4 to 38.0).")
    assert "sampling variation alone" in said and "Business as usual" not in said
    pooled = make_test(metric="residential", period="2018/19", baseline_period="2017/18")
    said = prose.number_ambition(pooled, load.metric("residential"))
    assert said.startswith("Business as usual leads to 9.8 (95% interval 2.4 to 38.0).")
    assert "sampling" not in said and "has not yet been tried" in said


def test_a_change_of_england_carries_a_caution(make_results: Make, make_change: MakeChange) -> None:
    caution = "often called changed at dates when nothing began; this has not yet been measured here."
    for own in ("fell", "rose", "no clear change"):
        nation = make_results("E92000001", changes=(make_change(own=own),))
        said = prose.number_change(nation, nation.changes[0])
        assert (caution in said) == (own != "no clear change")
    board = make_results()
    assert caution not in prose.number_change(board, board.changes[0])


def test_the_long_section_weakens_too(make_results: Make, make_change: MakeChange) -> None:
    for own in ("fell", "no clear change"):
        sure, unsure = (
            prose.tell_change(results, results.changes[0])
            for results in (make_results(changes=(make_change(own=own, checks=(one,)),)) for one in (AGREE, DISAGREE))
        )
        assert sure != unsure
        assert ("may have been" in unsure) == (own == "fell")


def test_specifications_that_find_a_change_are_counted(make_results: Make, make_change: MakeChange) -> None:
    change = make_change(own="no clear change", checks=(DISAGREE,))
    found = {key: replace(change.specifications[key], verdict="fell") for key in ("window_shorter", "newey_west")}
    change = replace(change, specifications={**change.specifications, **found})
    said = prose.answer_change(make_results(changes=(change,)), change)
    assert "though one of the two other ways finds one" in said


def test_months_that_could_not_be_used_are_told_beside_the_numbers(make_results: Make, make_change: MakeChange) -> None:
    left_out = CheckResult("counted otherwise in part of the window", False, "In April 2018 its commissioners merged.")
    results = make_results(changes=(make_change(checks=(AGREE, left_out)),))
    assert prose.number_change(results, results.changes[0]).endswith(" In April 2018 its commissioners merged.")
