"""Is care joined up? Data sharing, personal health budgets and integrated teams, as a quarterly return tells them."""

from __future__ import annotations

import re

from bcf_eval.catalogue import quarterly
from bcf_eval.clean.quarterly.cover import Cover
from bcf_eval.clean.quarterly.grid import Grid, Place, say_missing
from bcf_eval.clean.quarterly.tables import Found
from bcf_eval.clean.quarterly.values import Answer, read_answer, read_date, read_number

UNITS = {
    "in_place": "budgets",
    "rate": "budgets per 100,000 people",
    "new": "budgets",
    "stopped": "budgets",
    "continuing_healthcare": "% of people with a budget",
    "population": "people",
}
VOCABULARIES = {
    "nhs_number_on_correspondence": "yes_no",
    "nhs_number_retrieves_information": "yes_no",
    "open_api_status": "api_status",
}
_YEAR = re.compile(r"\b(20\d\d)\b")


def read_additional(grid: Grid, cover: Cover) -> Found:
    """Read the whole sheet of additional measures."""
    found = Found()
    _read_settings(found, grid)
    _read_shared(found, grid)
    _read_beside(found, grid, cover)
    return found


def _read_settings(found: Found, grid: Grid) -> None:
    rows, settings = quarterly.labels("additional", "by_setting"), quarterly.labels("additional", "setting")
    for place, at in _find_rows(found, grid, rows, settings):
        for setting, column in at.items():
            cell, there = grid.cell(place.row, column), Place(setting, place.row, column)
            vocabulary = VOCABULARIES.get(place.item)
            answer = read_answer(cell, vocabulary, there) if vocabulary else read_date(cell, there, or_answer="Live")
            _add_shared(found, place.item, "", setting, answer)


def _read_shared(found: Found, grid: Grid) -> None:
    rows, settings = quarterly.labels("additional", "from_setting"), quarterly.labels("additional", "to_setting")
    for place, at in _find_rows(found, grid, rows, settings):
        for setting, column in at.items():
            answer = read_answer(grid.cell(place.row, column), "shared", Place(setting, place.row, column))
            _add_shared(found, "shared", place.item, setting, answer)


def _find_rows(
    found: Found, grid: Grid, rows: tuple[quarterly.Label, ...], settings: tuple[quarterly.Label, ...]
) -> list[tuple[Place, dict[str, int]]]:
    """Find the rows of a table of settings, each with the columns of its headings; say what is missing."""
    places = grid.first_places(rows)
    found.say(say_missing(rows, list(places)))
    headed = [(place, grid.headings_above(place, settings)) for place in places.values()]
    for lacking in sorted({say_missing(settings, list(at)) for _, at in headed}):
        found.say(lacking)
    return headed


def _add_shared(found: Found, measure: str, from_setting: str, setting: str, answer: Answer) -> None:
    found.say(answer.problem)
    found.add("data_sharing", measure, from_setting, setting, answer.text, answer.flag)


def _read_beside(found: Found, grid: Grid, cover: Cover) -> None:
    """Read what stands to the right of its question."""
    budgets = quarterly.labels("additional", "budgets")
    teams = quarterly.labels("additional", "teams")
    area_wide = quarterly.labels("additional", "area_wide")
    labels = (*budgets, *teams, *area_wide)
    places = grid.first_places(labels)
    found.say(say_missing(labels, list(places)))
    for item, place in places.items():
        cell, at = grid.beside(place)
        if item in UNITS:
            number = read_number(cell, at, percent=item == "continuing_healthcare")
            found.say(number.problem)
            # The label says which mid-year's people are counted: "Population (Mid 2016)".
            year = _YEAR.search(str(grid.cell(place.row, place.column))) if item == "population" else None
            about = year.group(1) if year else cover.period
            found.add("personal_budgets", item, about, number.value, UNITS[item], number.flag)
        elif item in {label.item for label in teams}:
            answer = read_answer(cell, "teams", at)
            found.say(answer.problem)
            found.add("integrated_teams", item, answer.text, answer.flag)
        else:
            _add_shared(found, item, "", "", read_answer(cell, "pilot", at))
