"""What do demonstration quarterly returns look like? Workbooks in the sheets and the words of the template."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bcf_eval.acquire.demo_quarterly import YEAR, Answers
from bcf_eval.acquire.demo_sheets import SOURCE, Cell, open_new, write_cells
from bcf_eval.catalogue import load, quarterly

QUARTERS = ("Q1", "Q2", "Q3", "Q4")

_PARTS = ("question", "column", "row", "flow", "edition", "block", "statement", "response")
_HEAD = "Selected Health and Well Being Board:"
_MET = 0.985  # of the year before: on track when no more

Rows = list[Sequence[Cell]]


def name_file(board: str, quarter: str) -> str:
    """Name a workbook: ``southend-on-sea_2016-17_q1.xlsx``."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in board.casefold())
    return f"{'-'.join(filter(None, plain.split('-')))}_{YEAR.replace('/', '-')}_{quarter.lower()}.xlsx"


def write_return(path: Path, quarter: str, given: Answers) -> None:
    """Write the return of one board and quarter: eight sheets, nine in the fourth quarter.

    Parameters
    ----------
    path
        Where.
    quarter
        ``Q1`` to ``Q4``.
    given
        What it tells.
    """
    number = QUARTERS.index(quarter)
    bodies: dict[str, Rows] = {
        "budget": [[_text("budget", "s75_pooled"), "Yes"], [_text("budget", "s75_expected_date")]],
        "conditions": _ask_conditions(number),
        "finance": _tell_money(number, given),
        "metrics": _tell_progress(number, given),
        "year_end": _look_back(given),
        "additional": _tell_measures(number, given),
        "narrative": [[_text("narrative", "narrative")], [f"{SOURCE}. Nothing happened in {given.board}."]],
    }
    with open_new(path) as book:
        book.add_worksheet("Checklist").write_string(
            0, 1, f"DEMONSTRATION - Better Care Fund Template {quarter} {YEAR}"
        )
        cover = book.add_worksheet("1. Cover")
        rows: Rows = [["Cover", SOURCE], [f"{quarter} {YEAR}"], [], [_text("cover", "board"), "", given.board]]
        for place, row in enumerate(rows):
            write_cells(cover, place, row)
        asked = [sheet for sheet in quarterly.sheets() if sheet.key in bodies and quarter in sheet.quarters]
        for position, sheet in enumerate(asked, start=2):
            worksheet = book.add_worksheet(f"{position}. {sheet.name}")
            worksheet.set_column(1, 1, 60)
            for place, row in enumerate([[sheet.name], [], [_HEAD], ["", given.board], [], *bodies[sheet.key]]):
                write_cells(worksheet, place, row)


def _text(sheet: str, item: str) -> str:
    return next(label.text for label in quarterly.labels(sheet, *_PARTS) if label.item == item)


def _offer(vocabulary: str, place: int) -> str:
    return list(quarterly.answers(vocabulary).values())[place]


def _items(sheet: str, part: str) -> dict[str, str]:
    """The first spelling of every label of a part of a sheet."""
    return {label.item: label.text for label in reversed(quarterly.labels(sheet, part))}


def _ask_conditions(number: int) -> Rows:
    earlier = [f"{quarter} Submission Response" for quarter in QUARTERS[:number]]
    columns = _items("conditions", "column")
    asked = [columns["answer"], columns["explanation"]]
    rows = reversed(_items("conditions", "row").items())
    # The eighth condition is met from the second quarter on.
    return [
        ["Condition", *earlier, *asked],
        *(
            [text, *(_offer("condition", 2 if item == "8" and not q else 0) for q in range(number + 1))]
            for item, text in rows
        ),
    ]


def _tell_money(number: int, given: Answers) -> Rows:
    plan, actual = given.money.tolist()
    rows: Rows = []
    for flow in ("income", "expenditure"):
        known = actual[: number + 1]
        whole: list[Cell] = [sum(actual)] if number == 3 else []
        rows += [
            [_text("finance", flow)],
            [],
            [f"{QUARTERS[number]} {YEAR} {_text('finance', 'amended')}:"],
            ["", "", *(f"{quarter} {YEAR}" for quarter in QUARTERS), _text("finance", "annual"), "Pooled Fund"],
            ["", _text("finance", "plan"), *plan, sum(plan), sum(plan)],
            ["", _text("finance", "forecast"), *plan, sum(plan)],
            ["", _text("finance", "actual"), *known, *[""] * (3 - number), *whole],
            [],
            [_text("finance", "difference"), "", "DEMONSTRATION: no comment"],
            [],
        ]
    return [*rows, [_text("finance", "commentary"), "", "DEMONSTRATION: money is invented"]]


def _tell_progress(number: int, given: Answers) -> Rows:
    rows: Rows = []
    for metric, title in reversed(_items("metrics", "block").items()):
        name, comment = "DEMONSTRATION of a metric of our own", "DEMONSTRATION: nothing to say"
        change = given.change[metric][number] if metric in given.change else _MET
        if metric in given.change:
            name = load.metric(metric).label
        if metric == "patient_experience":
            comment = f"DEMONSTRATION: {90 + number}% against a target of 92%."
        progress = _offer("progress", 0 if change <= _MET else 1 if change <= 1 else 2)
        rows += [
            [title, name],
            [_text("metrics", "progress"), progress],
            [_text("metrics", "commentary"), comment],
            [],
        ]
    return rows


def _look_back(given: Answers) -> Rows:
    columns = _items("year_end", "column")
    rows: Rows = [["Statement:", columns["answer"], "Comments:"]]
    for item, text in reversed(_items("year_end", "statement").items()):
        better = np.mean(given.change.get(item, [_MET])) <= 1
        rows.append([text, _offer("agreement", 1 if better else 3), "DEMONSTRATION"])
    rows += [[], ["Successes and challenges", "Response - Please detail", columns["category"]]]
    for place, (item, text) in enumerate(reversed(_items("year_end", "response").items())):
        rows.append([text, f"DEMONSTRATION of a {item.split('_')[0]}", _offer("category", place)])
    return rows


def _tell_measures(number: int, given: Answers) -> Rows:
    settings = list(reversed(_items("additional", "setting").values()))
    by_setting = _items("additional", "by_setting")
    budgets = given.budgets[number]
    numbers: dict[str, Cell] = {
        "in_place": budgets,
        "rate": round(1e5 * budgets / given.people, 1),
        "new": max(0, budgets - (given.budgets[number - 1] if number else 0)),
        "stopped": max(0, (given.budgets[number - 1] if number else 0) - budgets),
        "continuing_healthcare": 0.9,
        "population": given.people,
    }
    given_texts = {**_items("additional", "budgets"), "population": "Population (Mid 2016)"}
    shared = enumerate(reversed(_items("additional", "from_setting").values()))
    yes_no = [_offer("yes_no", 0)] * 4 + [_offer("yes_no", 1)] * 2
    return [
        ["", *settings],
        [by_setting["nhs_number_on_correspondence"], *yes_no],
        [by_setting["nhs_number_retrieves_information"], *yes_no],
        [],
        ["", *(f"To {setting}" for setting in settings)],
        *(
            [text, *(_offer("shared", 0 if place == to else 2) for to in range(len(settings)))]
            for place, text in shared
        ),
        [],
        ["", *settings],
        [by_setting["open_api_status"], *[_offer("api_status", 0)] * 6],
        [by_setting["open_api_go_live"], *["31/03/2018"] * 6],
        [],
        [_items("additional", "area_wide")["digital_record_pilot"], _offer("pilot", 0)],
        *([given_texts[item], value] for item, value in numbers.items()),
        [],
        *(
            [f"Are integrated care teams {text}?", _offer("teams", 0 if number == 3 else 1)]
            for text in reversed(_items("additional", "teams").values())
        ),
    ]
