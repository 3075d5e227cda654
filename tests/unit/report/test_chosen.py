"""The words of a page follow the protocol it was made under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bcf_eval.catalogue import load
from bcf_eval.report import chosen, prose
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.method import describe_method
from bcf_eval.report.part_monthly import MonthlyPart
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Protocol

SHIPPED = load.protocol()


@pytest.fixture
def other(make_results: Callable[..., AreaResults], make_change: Callable[..., Change]) -> AreaResults:
    """Results under a protocol that counts month 6, draws 90% intervals, and looks at 36 and 20 months."""
    protocol = replace(
        SHIPPED, primary_contrast="at_6", interval=0.9, verdict_before=36, verdict_after=20, horizons=(1, 6)
    )
    change = make_change()
    own, england, local = (
        {**side, "at_6": replace(side["average_12"], contrast="at_6")}
        for side in (change.own, change.england, change.local)
    )
    change = replace(change, own=own, england=england, local=local, primary="at_6")
    return replace(make_results(changes=(change,)), protocol=protocol)


def test_a_page_says_what_its_protocol_chose(other: AreaResults, make_test: Callable[..., AmbitionTest]) -> None:
    part = MonthlyPart(replace(other, ambitions=(make_test(),)))
    shown = [part.answer, part.series, part.context, part.ambition_picture, part.ambition_numbers, part.robustness]
    shown.append(part.robustness_numbers)
    html = " ".join(one._repr_html_() for one in shown)
    html += describe_method(other.area, other.protocol, [other.metric, load.metric("nea"), load.metric("residential")])
    html += prose.tell_change(other, other.changes[0])
    html += "".join(getattr(one, "alternative", "") for one in shown)
    assert [words for words in ("95%", "first 12 months", "24 months", "48 months") if words in html] == []
    assert "90% interval" in html and "90% band" in html
    assert "the 36 months before and the 20 after each start" in html and "how little 56 months can tell" in html
    assert "At 6 months, in delayed days" in html and "the change in month 6" in html
    assert "shows no clear change" not in part.robustness._repr_html_()


def test_the_contrast_that_counts_is_marked_and_every_horizon_shown(other: AreaResults) -> None:
    change = other.changes[0]
    listed = chosen.list_contrasts(change)
    assert listed == ["level", "average_12", "at_6", "at_12", "at_24", "slope", "cumulative"]
    assert "the one that counts" in chosen.name_contrast("at_6", "at_6").meaning
    assert "the one that counts" not in chosen.name_contrast("average_12", "at_6").meaning
    first = replace(change, own={**change.own, "at_1": change.own["level"]})
    assert "at_1" not in chosen.list_contrasts(first)
    assert "at_1" in chosen.list_contrasts(replace(first, primary="at_1"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "the length of the baseline or the chance that is called unlikely"),
        ({"ambition_alphas": (0.05,)}, "the length of the baseline"),
        ({"ambition_baselines": (72,)}, "the chance that is called unlikely"),
    ],
)
def test_fragile_is_said_of_what_was_varied(
    changed: dict[str, tuple[float, ...]], said: str, make_test: Callable[..., AmbitionTest]
) -> None:
    protocol: Protocol = replace(SHIPPED, **changed)  # type: ignore[arg-type]
    sentence = prose.answer_ambition(make_test(fragile=True), load.metric("dtoc_days"), protocol=protocol)
    assert sentence.endswith(f", though the verdict changes with {said}.")


def test_chosen_numbers_are_said_as_finely_as_they_were_stated() -> None:
    assert chosen.name_interval() == "95% interval"
    assert chosen.name_interval(replace(SHIPPED, interval=0.975)) == "97.5% interval"
    assert chosen.shows_verdict(SHIPPED) and not chosen.shows_verdict(replace(SHIPPED, alpha=0.01))
    assert chosen.name_unit("cumulative", load.metric("dtoc_days")) == "delayed days"
