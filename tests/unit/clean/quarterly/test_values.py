"""A cell is an answer, a number, a date, or one line on what it is not."""

from __future__ import annotations

import math
from datetime import date, datetime

import pytest

from bcf_eval.clean.quarterly.grid import Place
from bcf_eval.clean.quarterly.values import read_answer, read_date, read_number, read_stated, read_text

HERE = Place("item", 2, 27)


@pytest.mark.parametrize(
    ("cell", "value", "flag"),
    [
        (3282763.0, 3282763, ""),
        ("£3,282,763", 3282763, ""),
        (" 13.3 ", 13.3, ""),
        (0, 0, ""),
        ("", math.nan, "blank"),
        (None, math.nan, "blank"),
        ("N/A", math.nan, "mark"),
        ("-", math.nan, "mark"),
        ("1,23", math.nan, "not_a_number"),
        (-1.0, math.nan, "not_a_number"),
        ("94%", math.nan, "not_a_number"),
        (True, math.nan, "not_a_number"),
        (math.inf, math.nan, "not_a_number"),
        (date(1900, 1, 12), math.nan, "not_a_number"),
    ],
)
def test_numbers(cell: object, value: float, flag: str) -> None:
    found = read_number(cell, HERE)
    assert found.value == value or (math.isnan(found.value) and math.isnan(value))
    assert found.flag == flag
    assert found.problem.startswith("cell AB3 holds ") == (flag == "not_a_number")


@pytest.mark.parametrize(
    ("cell", "value", "flag"),
    [(0.94, 94, ""), ("94%", 94, ""), ("0.5%", 0.5, ""), (1.0, 100, ""), (94.0, 94, "percent_typed")],
)
def test_shares_are_in_per_cent(cell: object, value: float, flag: str) -> None:
    found = read_number(cell, HERE, percent=True)
    assert (found.value, found.flag) == (value, flag)


@pytest.mark.parametrize(
    ("cell", "text", "flag"),
    [
        (datetime(2017, 3, 31), "2017-03-31", ""),
        (date(2017, 3, 31), "2017-03-31", ""),
        ("31/03/17", "2017-03-31", ""),
        ("31/03/2017", "2017-03-31", ""),
        ("LIVE", "Live", ""),
        ("", "", "blank"),
        ("tbc", "", "mark"),
        ("31/02/17", "31/02/17", "unlisted"),
    ],
)
def test_dates(cell: object, text: str, flag: str) -> None:
    found = read_date(cell, HERE, or_answer="Live")
    assert (found.text, found.flag) == (text, flag)
    assert bool(found.problem) == (flag == "unlisted")


def test_an_answer_is_written_as_the_template_writes_it() -> None:
    assert read_answer("no \N{EN DASH} in  progress", "condition", HERE).text == "No - In Progress"
    assert read_answer("3. Collaborative working relationships", "category", HERE).text == (
        "Collaborative working relationships"
    )
    other = read_answer("Perhaps", "yes_no", HERE)
    assert (other.text, other.flag) == ("Perhaps", "unlisted")
    assert "quarterly_answers.csv" in other.problem
    assert read_text("  two \n lines ").text == "two lines"


@pytest.mark.parametrize(
    ("sentence", "performance", "target"),
    [
        ("Our rate is 91.2% against a target of 91.7%.", 91.2, 91.7),
        ("It was circa 75 % in March, compared with the target of 86%", 75, 86),
        ("It was 5% above the target of 80%.", math.nan, math.nan),
        ("91% against a target of 90%, before that 88% against a target of 90%.", math.nan, math.nan),
        ("The target of 86% was missed.", math.nan, math.nan),
        ("", math.nan, math.nan),
    ],
)
def test_only_a_plain_statement_of_both_is_read(sentence: str, performance: float, target: float) -> None:
    found = read_stated(sentence)
    assert [found.performance, found.target] == pytest.approx([performance, target], nan_ok=True)
    assert found.flag.startswith("from_commentary") == (not math.isnan(performance))
