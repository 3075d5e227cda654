"""Which published measure is which of our metrics, and under which headings does it stand?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from bcf_eval.catalogue import load
from bcf_eval.errors import InputError

_TABLE = "measures"


def find_columns(headings: Sequence[str], *, source: str, where: str) -> dict[str, str]:
    """Find the column of each field by its heading; case, spaces and dots do not count.

    Parameters
    ----------
    headings
        As they stand in the file.
    source
        Key of the return, whose table of layouts lists the spellings of each heading.
    where
        The file, for messages.

    Returns
    -------
    dict of str
        The heading of each field.

    Raises
    ------
    InputError
        If a field has no column, or more than one; the message says which row of the catalogue is missing.
    """
    spellings: dict[str, list[str]] = {}
    for row in load.rows(f"layouts/{source}"):
        if row["table"] == _TABLE:
            spellings.setdefault(row["field"], []).append(row["heading"])
    found: dict[str, str] = {}
    for field, known in spellings.items():
        folds = {_fold(one) for one in known}
        places = [heading for heading in headings if _fold(heading) in folds]
        if not places:
            wanted = " or ".join(f"'{one}'" for one in known)
            raise InputError(
                f"{where} has no column {wanted}; its columns are {', '.join(headings)}. If the publisher renamed it, "
                f"add the row '{_TABLE},LAYOUT,csv,{field},text,HEADING,1,' to catalogue/layouts/{source}.csv."
            )
        if len(places) > 1:
            raise InputError(f"{where} has {len(places)} columns '{known[0]}': {', '.join(places)}; expected one.")
        found[field] = places[0]
    return found


def find_metrics(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Find the metric of published measures.

    Parameters
    ----------
    pairs
        Code as published, and financial year: the same code may mean another measure in another year.

    Returns
    -------
    dict of str
        Key of the metric by pair; pairs that mean none of ours are absent.
    """
    table = _by_code()
    found: dict[tuple[str, str], str] = {}
    for code, year in pairs:
        for row in table.get(code, ()):
            if (row["from"] or year) <= year <= (row["to"] or year):
                found[code, year] = row["metric"]
    return found


@cache
def list_measured() -> tuple[str, ...]:
    """List the metrics that the outcomes file may give, in the order of the catalogue."""
    return tuple(dict.fromkeys(row["metric"] for row in load.rows("ascof_measures")))


@cache
def published_counts() -> dict[str, str]:
    """Say what the published counts of each metric are.

    Returns
    -------
    dict of str
        ``people`` (counted one by one), ``averages`` (of months, rounded) or ``estimates`` (weighted up from a
        survey, rounded), by key of the metric.
    """
    return {row["metric"]: row["counts"] for row in load.rows("ascof_measures")}


@cache
def _by_code() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in load.rows("ascof_measures"):
        found.setdefault(row["code"], []).append(row)
    return found


def _fold(heading: str) -> str:
    return "".join(heading.replace(".", " ").split()).casefold()
