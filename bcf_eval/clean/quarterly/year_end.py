"""What did the board make of the year? The feedback that the last return of a year carries."""

from __future__ import annotations

from bcf_eval.catalogue import quarterly
from bcf_eval.clean.quarterly.cover import Cover
from bcf_eval.clean.quarterly.grid import Grid, Place, say_missing
from bcf_eval.clean.quarterly.tables import Found
from bcf_eval.clean.quarterly.values import Answer, join_flags, read_answer, read_text


def read_year_end(grid: Grid, cover: Cover) -> Found:
    """Read how far the board agrees with each statement, and its successes and challenges with their category."""
    found = Found()
    columns = quarterly.labels("year_end", "column")
    statements = quarterly.labels("year_end", "statement")
    responses = quarterly.labels("year_end", "response")
    places = grid.first_places((*statements, *responses))
    found.say(say_missing((*statements, *responses), list(places)))
    for item, place in places.items():
        at = grid.headings_above(place, columns)
        is_statement = any(item == label.item for label in statements)
        needed = "answer" if is_statement else "category"
        if needed not in at:
            texts = {label.item: label.text for label in columns}
            found.say(f"no heading '{texts[needed]}' stands above row {place.row + 1}")
            continue
        comment = read_text(grid.cell(place.row, at.get("comment")))
        if is_statement:
            answer = _read_choice(grid, place, at["answer"], "agreement")
            category, kind, flag = Answer(""), "statement", answer.flag
        else:
            answer, category = Answer(""), _read_choice(grid, place, at["category"], "category")
            kind, flag = item.split("_")[0], join_flags(comment.flag, category.flag)
        found.say(answer.problem)
        found.say(category.problem)
        found.add("year_end", kind, item, answer.text, category.text, comment.text, flag)
    return found


def _read_choice(grid: Grid, place: Place, column: int, vocabulary: str) -> Answer:
    return read_answer(grid.cell(place.row, column), vocabulary, Place(place.item, place.row, column))
