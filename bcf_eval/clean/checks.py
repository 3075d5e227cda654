"""Does a table agree with itself? Rows with the printed total, parts with their sum, areas with the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from bcf_eval.clean.areas import Areas, list_boards, name_areas
from bcf_eval.clean.cells import Numbers
from bcf_eval.clean.read import Table
from bcf_eval.errors import InputError
from bcf_eval.periods import month_range, parse_period
from bcf_eval.specs import ENGLAND

# Counts add up exactly; beds are printed fractions, whose sum differs in the last digits.
_RELATIVE, _ABSOLUTE = 1e-9, 1e-6


def check_sums(table: Table, numbers: Numbers, areas: Areas) -> None:
    """Check that the rows of every numeric column add up to its England row.

    A column with hidden numbers may add up to less.

    Raises
    ------
    InputError
        Naming file, sheet, column and the two numbers; or that there is no England row, or more than one.
    """
    printed = np.flatnonzero(areas.is_england)
    if len(printed) != 1:
        raise InputError(f"{table.where}: there are {len(printed)} rows named 'England'; expected one.")
    england = numbers.values[printed[0]]
    for place in np.flatnonzero(numbers.flags[printed[0]] != ""):
        raise InputError(
            f"{table.where}, column {_head(table, numbers.fields[place])}: the England row holds a mark "
            f"({numbers.flags[printed[0], place]}); expected a number."
        )
    rows = numbers.values[~areas.is_england]
    sums = np.nansum(rows, axis=0)
    hidden = np.isnan(rows).any(axis=0)
    equal = np.isclose(sums, england, rtol=_RELATIVE, atol=_ABSOLUTE)
    for place in np.flatnonzero(~(equal | (hidden & (sums <= england)))):
        raise InputError(
            f"{table.where}, column {_head(table, numbers.fields[place])}: the rows add up to {sums[place]:,.10g}, "
            f"but the England row prints {england[place]:,.10g}; expected the same."
        )


def check_parts(table: Table, numbers: Numbers) -> None:
    """Check that the parts of every row add up to its total, as the layout says which are parts of what.

    Raises
    ------
    InputError
        Naming file, sheet, row and the two numbers.
    """
    part_of = {field.name: field.part_of for field in table.layout.fields if field.part_of}
    for total in dict.fromkeys(part_of.values()):
        parts = [numbers.fields.index(part) for part, whole in part_of.items() if whole == total]
        sums = numbers.values[:, parts].sum(axis=1)
        stated = numbers.column(total)
        wrong = ~np.isclose(sums, stated, rtol=_RELATIVE, atol=_ABSOLUTE) & ~np.isnan(sums) & ~np.isnan(stated)
        for row in np.flatnonzero(wrong):
            raise InputError(
                f"{table.where}, row {table.row_numbers[row]} ({table.texts('name')[row]}): the parts of "
                f"{_head(table, total)} add up to {sums[row]:,.10g}, but it prints {stated[row]:,.10g}; "
                "expected the same."
            )


def check_areas(table: Table, areas: Areas, *, period: str) -> None:
    """Check that every board of the month is there, once, and nobody else is.

    Raises
    ------
    InputError
        Naming the board that is missing, stands twice, or is no board in that month.
    """
    seen = Counter([*areas.codes[areas.codes != ""].tolist(), *areas.unallocated[areas.unallocated != ""].tolist()])
    for code, times in seen.items():
        if times > 1:
            raise InputError(
                f"{table.where}: {name_areas().get(code, code)} ({code}) stands in {times} rows; expected one."
            )
    odd = sorted(set(areas.codes.tolist()) - {"", ENGLAND, *list_boards(period)})
    if odd:
        raise InputError(
            f"{table.where}: {name_areas()[odd[0]]} ({odd[0]}) is no Health and Wellbeing Board in "
            f"{parse_period(period).label}; expected the {len(list_boards(period))} of catalogue/areas.csv."
        )
    missing = [code for code in list_boards(period) if code not in seen]
    if missing:
        names = ", ".join(f"{name_areas()[code]} ({code})" for code in missing[:5])
        more = f" and {len(missing) - 5} more" if missing[5:] else ""
        raise InputError(f"{table.where}: no row for {names}{more}; expected all {len(list_boards(period))} boards.")


def check_totals(tables: Mapping[str, Table], totals: Mapping[str, Mapping[str, float]]) -> None:
    """Check that every table of a file gives an area the same total.

    Parameters
    ----------
    tables
        By name; the first is what the others are held against.
    totals
        Of each table, the total by area.

    Raises
    ------
    InputError
        Naming both sheets, the area and the two numbers.
    """
    first, *others = tables
    for other in others:
        for code, stated in totals[first].items():
            found = totals[other].get(code, np.nan)
            if abs(found - stated) > _ABSOLUTE:
                raise InputError(
                    f"{tables[other].where}: the total of {name_areas().get(code, code)} ({code}) is {found:,.10g}, "
                    f"but sheet '{tables[first].layout.sheet}' has {stated:,.10g}; expected the same."
                )


def list_gaps(periods: Iterable[str]) -> list[str]:
    """List the months between the first and the last that are not there."""
    present = set(periods)
    return [month for month in month_range(min(present), max(present)) if month not in present] if present else []


def name_months(months: Iterable[str]) -> str:
    """Name some months in words, five at the most: ``May 2014, June 2014``."""
    names = [parse_period(month).label for month in months]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else "")


def _head(table: Table, name: str) -> str:
    field = next(field for field in table.layout.fields if field.name == name)
    return f"'{field.heading}'" + (f" (number {field.occurrence} of that name)" if field.occurrence > 1 else "")
