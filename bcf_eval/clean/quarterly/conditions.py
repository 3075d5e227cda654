"""Did the board meet the national conditions, and are the funds pooled? Two sheets of a quarterly return."""

from __future__ import annotations

from bcf_eval.catalogue import quarterly
from bcf_eval.clean.quarterly.cover import Cover
from bcf_eval.clean.quarterly.grid import Grid, Place, say_missing
from bcf_eval.clean.quarterly.tables import Found
from bcf_eval.clean.quarterly.values import join_flags, read_answer, read_date, read_text


def read_conditions(grid: Grid, cover: Cover) -> Found:
    """Read the answer to each condition, and the answers of earlier quarters that the template repeats."""
    found = Found()
    columns = quarterly.labels("conditions", "column")
    rows = quarterly.labels("conditions", "row")
    places = grid.first_places(rows)
    found.say(say_missing(rows, list(places)))
    for condition, place in places.items():
        at = grid.headings_above(place, columns)
        if "answer" not in at:
            found.say(f"no heading '{columns[0].text}' stands above row {place.row + 1}")
            continue
        for quarter in ("Q1", "Q2", "Q3"):
            if quarter in at:
                period = f"{cover.period[:-2]}{quarter}"
                _add_answer(found, grid, condition, period, Place(condition, place.row, at[quarter]))
        _add_answer(found, grid, condition, cover.period, Place(condition, place.row, at["answer"]), at)
    return found


def _add_answer(
    found: Found, grid: Grid, condition: str, period: str, place: Place, at: dict[str, int] | None = None
) -> None:
    beside = at or {}
    answer = read_answer(grid.cell(place.row, place.column), "condition", place)
    day = Place(condition, place.row, beside.get("expected_date", place.column))
    expected = read_date(grid.cell(place.row, beside.get("expected_date")), day)
    explanation = read_text(grid.cell(place.row, beside.get("explanation")))
    found.say(answer.problem)
    found.say(expected.problem)
    flag = join_flags(answer.flag, expected.flag.replace("blank", ""))
    found.add("conditions", period, condition, answer.text, expected.text, explanation.text, flag)


def read_budget(grid: Grid, cover: Cover) -> Found:
    """Read whether the funds are pooled under a section 75 agreement, or when they will be."""
    found = Found()
    labels = quarterly.labels("budget", "question")
    places = grid.first_places(labels)
    # Only a later template asks whether funds that were not pooled are so by now.
    found.say(say_missing(labels, [*places, "s75_pooled_now"]))
    for question, place in places.items():
        cell, at = grid.beside(place)
        answer = read_date(cell, at) if question == "s75_expected_date" else read_answer(cell, "yes_no", at)
        found.say(answer.problem)
        found.add("other_answers", question, answer.text, answer.flag)
    return found


def read_narrative(grid: Grid, cover: Cover) -> Found:
    """Read the narrative, which stands below its question."""
    found = Found()
    labels = quarterly.labels("narrative", "question")
    places = grid.first_places(labels)
    found.say(say_missing(labels, list(places)))
    for question, place in places.items():
        answer = read_text(grid.below(place)[0])
        found.add("other_answers", question, answer.text, answer.flag)
    return found
