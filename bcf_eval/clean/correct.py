"""What was done about numbers that are known to be wrong? Corrections applied to the rows of returns, and listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue.corrections import MATCHES, SHIPPED, Correction, read_corrections
from bcf_eval.errors import InputError
from bcf_eval.store import Project

APPLIED = [
    "return",
    "period",
    "area_code",
    "organisation",
    "metric",
    "number",
    "action",
    "flag",
    "before",
    "after",
    "reason",
    "source",
    "status",
    "file",
    "shipped",
]

Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Corrected:
    """Rows of returns after correction.

    Attributes
    ----------
    tables
        Rows by return.
    applied
        One row a number: ``return, period, area_code, organisation, metric, number, action, flag, before, after,
        reason, source, status, file, shipped``; ``area_code`` and ``organisation`` are empty where the return has none.
    """

    tables: Mapping[str, pd.DataFrame]
    applied: pd.DataFrame


def load_corrections(project: Project) -> tuple[Correction, ...]:
    """Read the corrections that ship, and then the project's own.

    Raises
    ------
    CatalogueError
        One line that names the file, the entry and what is wrong with it.
    """
    own = project.corrections
    return (*read_corrections(SHIPPED, shipped=True), *(read_corrections(own) if own else ()))


def apply_corrections(
    tables: Mapping[str, pd.DataFrame], corrections: Sequence[Correction], *, demonstration: bool
) -> Corrected:
    """Apply corrections to the rows of returns, in their order.

    One that finds nothing has lost its meaning, and stops the run: a project's own always, one that ships only where
    it was written for what is there. It ships to everybody, but not everybody has the same returns: it is left aside
    for a period or a metric that is not among the files, and wherever the returns are a demonstration, whose numbers
    are invented.

    Parameters
    ----------
    tables
        Rows by return, as the recipes give them.
    corrections
        Of :func:`load_corrections`.
    demonstration
        Whether the returns are demonstration returns.

    Returns
    -------
    Corrected
        A number that was changed carries ``corrected``, ``scaled`` or ``dropped`` (and is ``NaN``); where it is a
        count of a row that has a published value too, that value is no longer its own and is dropped with it; where
        it is the value, the count that it was published with is dropped, from which it would be worked out anew.

    Raises
    ------
    InputError
        If a correction matches nothing, its number is not the expected one, or it overrides several numbers at once.
    """
    changed = dict(tables)
    applied: list[dict[str, object]] = []
    for one in corrections:
        if one.shipped and demonstration:
            continue
        periods = _list_periods(one, changed)
        if not periods:
            continue
        rows = changed[one.source_return].reset_index(drop=True)
        chosen = _find_rows(rows, one, periods)
        before = rows.loc[chosen, one.number]
        rows = _change(rows, one, chosen)
        applied += _list_applied(rows[chosen], one, before)
        changed[one.source_return] = rows
    return Corrected(changed, _lay_out(applied))


def _list_periods(one: Correction, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """List the periods of a correction that it must be applied to: of one that ships, those that are there."""
    rows = tables.get(one.source_return)
    if not one.shipped:
        if rows is None:
            raise InputError(f"{one.where} corrects '{one.source_return}', but there are no such returns.")
        return one.periods
    if rows is None:
        return ()
    # A file may lack a whole measure in a year; its reader says so.
    about = rows["metric"].isin(one.matches["metric"]) if "metric" in one.matches else rows["metric"].notna()
    there = set(rows.loc[about, "period"].unique())
    return tuple(period for period in one.periods if period in there)


def _find_rows(rows: pd.DataFrame, one: Correction, periods: tuple[str, ...]) -> Rows:
    """Find the rows that a correction is about; every value it names must be met in every period."""
    columns = ["period", *one.matches]
    met = rows["period"].isin(periods).to_numpy()
    for column, values in one.matches.items():
        met = met & rows[column].isin(values).to_numpy()
    seen = Counter(zip(*(rows.loc[met, column] for column in columns), strict=True))
    for wanted in product(periods, *one.matches.values()):
        if not seen[wanted]:
            raise InputError(
                f"{one.where} matches nothing: '{one.source_return}' has no row with {_name_match(columns, wanted)}. "
                "Mend the entry, or take it out."
            )
        if one.action == "override" and seen[wanted] > 1:
            raise InputError(
                f"{one.where} overrides {seen[wanted]} numbers of '{one.source_return}' with one value, those with "
                f"{_name_match(columns, wanted)}; expected one: name the {_name_lacking(one)} too."
            )
    unlike = met & ~np.isclose(rows[one.number], one.expected, rtol=1e-9, atol=0) & (not np.isnan(one.expected))
    for row in rows[unlike].itertuples():
        raise InputError(
            f"{one.where} expects {one.expected:,.10g} as {one.number} of '{one.source_return}' in {row.period}, but "
            f"it is {getattr(row, one.number):,.10g}: perhaps the publisher mended it. Mend the entry, or take it out."
        )
    return met


def _change(rows: pd.DataFrame, one: Correction, chosen: Rows) -> pd.DataFrame:
    flag, old = rows["flag"].copy(), rows[one.number]
    flag[chosen] = [_add_word(words, one.flag) for words in flag[chosen]]
    rows = rows.assign(flag=flag)
    if one.action == "flag":
        return rows
    new = {"drop": old * np.nan, "override": old.mask(chosen, one.value), "scale": old * one.value}[one.action]
    rows = rows.assign(**{one.number: old.mask(chosen, new)})
    if "value" in rows:
        # Neither may contradict the other.
        beside = "numerator" if one.number == "value" else "value"
        rows = rows.assign(**{beside: rows[beside].mask(chosen)})
    return rows


def _list_applied(rows: pd.DataFrame, one: Correction, before: pd.Series) -> list[dict[str, object]]:
    said = {"return": one.source_return, "number": one.number, "action": one.action, "flag": one.flag}
    why = {"reason": one.reason, "source": one.source, "status": one.status, "file": one.file, "shipped": one.shipped}
    return [
        {
            **said,
            **{column: row.get(column, "") for column in ("period", "area_code", "organisation", "metric")},
            "before": was,
            "after": row[one.number],
            **why,
        }
        for row, was in zip(rows.to_dict("records"), before, strict=True)
    ]


def _lay_out(applied: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(applied, columns=APPLIED)
    numbers = dict.fromkeys(("before", "after"), float)
    return frame.astype({**dict.fromkeys(APPLIED, str), **numbers, "shipped": bool})


def _name_match(columns: Sequence[str], wanted: Sequence[str]) -> str:
    return ", ".join(f"{column} {value}" for column, value in zip(columns, wanted, strict=True))


def _name_lacking(one: Correction) -> str:
    lacking = [key for key, column in MATCHES[one.source_return].items() if column not in one.matches]
    return " or ".join(lacking) or "row"


def _add_word(flag: str, word: str) -> str:
    return ";".join(dict.fromkeys([*filter(None, flag.split(";")), word]))
