"""The transcribed returns carry the document's figures, and none of its sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.real

TRANSCRIPTION = Path(__file__).resolve().parents[1] / "fixtures" / "quarterly" / "transcription.yml"
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


@pytest.fixture(scope="module")
def returns(shared: Path) -> dict[str, str]:
    """The text of each return, its spaces made single, cut where the next one begins."""
    (path,) = (shared / "sources").glob("002_*.txt")
    text = " ".join(path.read_text(encoding="utf-8").split())
    begins = [text.index(mark) for mark in ("Template Q1 2016/17", "Template Q2 2016/17")]
    begins += [text.index(f"Cover {quarter} 2016/17") for quarter in ("Q3", "Q4")]
    ends = [*begins[1:], text.index("Remaining Characters 31,605")]
    return {quarter: text[a:b] for quarter, a, b in zip(QUARTERS, begins, ends, strict=True)}


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    return dict(yaml.safe_load(TRANSCRIPTION.read_text(encoding="utf-8")))


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_figures_stand_in_the_document(returns: dict[str, str], given: dict[str, Any], quarter: str) -> None:
    text, own = returns[quarter], given[quarter]
    money = given["every"]["money"]
    for amount in {*money["plan"], money["annual"], money["pooled_fund"]}:
        assert f"£{amount:,}" in text
    assert f"Population (Mid {own['population']['year']}) {own['population']['people']:,}" in text
    assert f"Rate per 100,000 population {own['budget_rate']} " in text
    assert f"end of the quarter {given['every']['budgets']['in_place']} " in text
    assert "31/03/17" in text
    for sheet, answered in own["questions_answered"].items():
        assert f"{sheet} {answered}" in text
    for metric, answer in own["progress"].items():
        assert text.count(answer) >= sum(one == answer for one in own["progress"].values()), metric


@pytest.mark.parametrize(
    ("quarter", "said"),
    [
        ("Q1", "91.2% against a target of 91.7%"),
        ("Q2", "93% against a target of 91.7%"),
        ("Q3", "92.5% against a target of 91.7%"),
        ("Q4", "90% against a target of 91.7%"),
        ("Q4", "75% against a target of 86%"),
    ],
)
def test_what_the_reader_takes_from_a_sentence_stands_in_the_document(
    returns: dict[str, str], quarter: str, said: str
) -> None:
    assert said in returns[quarter]


def test_no_sentence_of_the_document_was_copied(returns: dict[str, str], given: dict[str, Any]) -> None:
    document = " ".join(returns.values()).casefold()
    for quarter in QUARTERS:
        own = given[quarter]
        for sentence in [own["narrative"], *own["commentary"].values()]:
            words = sentence.casefold().split()
            runs = [" ".join(words[at : at + 8]) for at in range(len(words) - 7)]
            assert not [run for run in runs if run in document], sentence
