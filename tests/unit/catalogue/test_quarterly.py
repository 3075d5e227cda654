"""The labels of the quarterly template say one thing each, and the answers are those it offers."""

from __future__ import annotations

import pytest

from bcf_eval.catalogue import load, quarterly

PARTS = {(row["sheet"], row["part"]) for row in load.rows("layouts/quarterly_labels")}


def test_the_sheets_are_the_eight_that_are_read() -> None:
    # The ninth of the template's sheets, the checklist, only counts what was filled in.
    keys = ["cover", "budget", "conditions", "finance", "metrics", "year_end", "additional", "narrative"]
    assert [sheet.key for sheet in quarterly.sheets()] == keys
    assert [sheet.key for sheet in quarterly.sheets() if sheet.quarters == ("Q4",)] == ["year_end"]
    assert {sheet.key for sheet in quarterly.sheets() if not sheet.required} == {"budget", "narrative"}
    known = {*keys, quarterly.ANY_SHEET}
    assert {sheet for sheet, _ in PARTS} == known


@pytest.mark.parametrize(("sheet", "part"), sorted(PARTS))
def test_a_label_is_found_as_what_it_is(sheet: str, part: str) -> None:
    among = quarterly.labels(sheet, part)
    assert [quarterly.match_label(label.text, among) for label in among] == [label.item for label in among]
    assert all(label.match in ("exact", "begins", "contains") for label in among)


def test_the_conditions_of_2016_17_are_eight_two_of_them_in_parts() -> None:
    items = dict.fromkeys(label.item for label in quarterly.labels("conditions", "row"))
    assert list(items) == ["1", "2", "3i", "3ii", "4i", "4ii", "4iii", "4iv", "5", "6", "7", "8"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("4. I&E", "iande"),
        (" 7)  Agreement to invest", "agreementtoinvest"),
        ("iv) Have you", "haveyou"),
        ("4iii) Are the", "arethe"),
        ("Actual*", "actual"),
        ("No \N{EN DASH} In Progress", "noinprogress"),
        ("In respect of", "inrespectof"),
        ("10. Managing change", "managingchange"),
    ],
)
def test_numbering_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert quarterly.fold_label(text) == folded


def test_answers_are_those_of_the_template() -> None:
    assert list(quarterly.answers("condition").values()) == ["Yes", "No", "No - In Progress"]
    agreement = list(quarterly.answers("agreement").values())
    assert (agreement[0], agreement[-1], len(agreement)) == ("Strongly agree", "Strongly disagree", 5)
    assert len(quarterly.answers("category")) == 11
    assert quarterly.answers("nothing of that name") == {}
    assert all(row["known_from"] for row in load.rows("layouts/quarterly_answers"))
