"""Does ``docs/validation.md`` say what the golden tests found? It is checked after all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .validation import PAGE, Record, Row, read_page

pytestmark = pytest.mark.golden

AGAIN = "run make validation"


def digits_apart(one: str, other: str) -> float:
    """By how many units of the last digit two printed numbers differ; texts do not differ, or without end."""
    try:
        decimals = len(one.partition(".")[2])
        return abs(float(one) - float(other)) * 10**decimals
    except ValueError:
        return 0.0 if one == other else float("inf")


def by_case(rows: list[tuple[str, ...]]) -> dict[tuple[str, str], tuple[str, ...]]:
    found = {row[:2]: row for row in rows}
    assert len(found) == len(rows), "a case stands twice"
    return found


def without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def test_the_page_holds_what_was_found(shared: Path, record: Record, ran_whole: bool) -> None:
    committed = read_page(PAGE.read_text(encoding="utf-8"))
    figures = by_case([row for row in committed if len(row) == 6])
    traps = {row[0]: row for row in committed if len(row) == 3}
    found = by_case([row.cells for row in record.rows])
    for key, (*_, published, ours, _, tolerance) in found.items():
        assert key in figures, f"{key}: {AGAIN}"
        *_, there, shown, _, allowed = figures[key]
        assert (there, allowed) == (published, tolerance), f"{key}: {AGAIN}"
        # A last digit may fall either way on another machine.
        assert digits_apart(shown, ours) <= 1.01, f"{key}: {AGAIN}"
    for row in record.traps:
        there = traps.get(row.cells[0], ())
        assert [without_numbers(cell) for cell in there] == [without_numbers(cell) for cell in row.cells], AGAIN
    if ran_whole:
        assert set(figures) == set(found), AGAIN
        assert set(traps) == {row.cells[0] for row in record.traps}, AGAIN


def test_the_page_has_no_difference_beyond_its_tolerance() -> None:
    rows = [row for row in read_page(PAGE.read_text(encoding="utf-8")) if len(row) == 6]
    for *_, difference, tolerance in rows:
        if tolerance != "none":
            assert difference == "under 1e-12" or float(difference.split()[0]) <= 1.1 * float(tolerance.split()[0])
    assert len(rows) > 40


def test_a_figure_too_far_off_is_refused_and_not_recorded() -> None:
    made = Record()
    with pytest.raises(AssertionError, match=r"0\.01 apart from a book, more than 0\.005"):
        made.figure("a slope", "a book", "1.25", 1.26)
    made.figure("a slope", "a book", "1.25", 1.2549)
    assert made.rows == [Row(("a slope", "a book", "1.25", "1.25", "5e-03", "5e-03"))]
    with pytest.raises(AssertionError, match="more than 1e-10 \\(relative\\)"):
        made.largest("limits", "a table", [1.0, 2.0], [1.0, 2.1], tolerance=1e-10, unit="relative")
    with pytest.raises(AssertionError):
        made.largest("limits", "a table", [1.0, float("nan")], [1.0, 2.0], tolerance=1.0)
    with pytest.raises(AssertionError):
        made.answers("verdicts", "a program", ["fell"], ["rose"])
    assert len(made.rows) == 1
