"""How much went into the fund and out of it? Planned, forecast and actual, by quarter, in pounds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bcf_eval.catalogue import quarterly
from bcf_eval.catalogue.quarterly import match_label
from bcf_eval.clean.quarterly.cover import Cover
from bcf_eval.clean.quarterly.grid import Grid, Place, parse_quarter, say_missing
from bcf_eval.clean.quarterly.tables import Found
from bcf_eval.clean.quarterly.values import read_number, read_text
from bcf_eval.workbook import Row

FLOWS = ("income", "expenditure")
# Each quarter may be rounded to a pound.
ROUNDING = 2.0


def read_finance(grid: Grid, cover: Cover) -> Found:
    """Read the blocks of income and expenditure from the top of the sheet: each row belongs to the labels above it."""
    found = Found()
    flow, edition, begin = "", "", 0
    read: set[tuple[str, str, str]] = set()
    for place in grid.places(quarterly.labels("finance", "flow", "edition", "row", "question")):
        match place.item:
            case "income" | "expenditure":
                flow, edition, begin = place.item, "", place.row
            case "previous" | "amended":
                edition, begin = place.item, place.row
            case "difference" | "commentary":
                _add_comment(found, grid, place, flow)
            case series:
                key = (flow, edition or "amended", series)
                columns = _find_columns(grid.rows[begin : place.row])
                if not flow or not columns:
                    above = "'Income' or 'Expenditure'" if not flow else "'Q1 2016/17', 'Q2 2016/17' …"
                    found.say(f"row {place.row + 1}, '{series}': no label {above} stands above it")
                elif key in read:
                    found.say(f"row {place.row + 1}: the {key[1]} {series} of {flow} stands a second time; left out")
                else:
                    read.add(key)
                    _add_amounts(found, grid, place, key, columns, cover)
    for one in FLOWS:
        there = [series for flow, edition, series in read if (flow, edition) == (one, "amended")]
        missing = say_missing(quarterly.labels("finance", "row"), there)
        found.say(f"{one}: {missing}" if missing else "")
    return found


def _find_columns(above: Sequence[Row]) -> dict[str, int]:
    """Find the columns of the quarters, the annual total and the pooled fund, in the nearest row that has them."""
    labels = quarterly.labels("finance", "column")
    for row in reversed(above):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            columns.setdefault(parse_quarter(cell) or match_label(cell, labels), column)
        if sum("-Q" in item for item in columns) >= 2:
            return {item: column for item, column in columns.items() if item}
    return {}


def _add_amounts(
    found: Found, grid: Grid, place: Place, key: tuple[str, str, str], columns: dict[str, int], cover: Cover
) -> None:
    flow, edition, series = key
    year = cover.period.split("-")[0]
    amounts: dict[str, float] = {}
    for item, column in columns.items():
        at = Place(item, place.row, column)
        amount = read_number(grid.cell(place.row, column), at)
        if item == "pooled_fund" and (series != "plan" or amount.flag == "blank"):
            # The size of the fund stands once in a block, on the row of the plan.
            continue
        found.say(amount.problem)
        amounts[item] = amount.value
        about = item if "-Q" in item else year
        what = item if item == "pooled_fund" else series
        found.add("finance", flow, edition, what, about, amount.value, "£", amount.flag)
    parts = [value for item, value in amounts.items() if "-Q" in item]
    total = amounts.get("annual", math.nan)
    if len(parts) == 4 and abs(math.fsum(parts) - total) > ROUNDING:
        found.say(
            f"row {place.row + 1}: the quarters of the {edition} {series} of {flow} add up to "
            f"£{math.fsum(parts):,.0f}, but the annual total is £{total:,.0f}; expected the same"
        )


def _add_comment(found: Found, grid: Grid, place: Place, flow: str) -> None:
    answer = read_text(grid.beside(place)[0])
    question = "financial_commentary" if place.item == "commentary" else f"{flow or 'income'}_difference"
    found.add("other_answers", question, answer.text, answer.flag)
