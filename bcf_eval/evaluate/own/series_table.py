"""What does a researcher's own table say? Its columns read, checked, and laid out as periods by series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.errors import RequestError, nearest
from bcf_eval.periods import Period, parse_period

Array = npt.NDArray[np.float64]

ONE_SERIES = "all"
# Fourth powers of what is larger leave the range of a double; no rate or count comes near it.
_LARGEST = 1e60


@dataclass(frozen=True)
class SeriesTable:
    """Any number of series over the same calendar.

    Attributes
    ----------
    periods
        Every period from the first to the last, also those that no series has, length ``T``.
    names
        One for each series, in order of appearance, length ``S``.
    values
        Shape ``(T, S)``, ``NaN`` where missing.
    offsets, weights
        Of the same shape: the denominators of counts, and how much each value counts for; ``None`` without.
    """

    periods: tuple[Period, ...]
    names: tuple[str, ...]
    values: Array
    offsets: Array | None = None
    weights: Array | None = None

    @property
    def kind(self) -> str:
        """Kind of the periods: ``month``, ``financial_year`` …."""
        return self.periods[0].kind


def read_series(
    table: pd.DataFrame,
    *,
    period: str,
    value: str,
    by: str | None = None,
    offset: str | None = None,
    weights: str | None = None,
    counts: bool = False,
) -> SeriesTable:
    """Lay a table out as periods by series.

    Parameters
    ----------
    table
        One row a period and series, in any order.
    period, value
        Names of columns. Periods are written as in :mod:`bcf_eval.periods`.
    by
        Column that names the series; one series when left out.
    offset
        Column that the value is divided by; of counts it is kept apart.
    weights
        Column that says how much a value counts for.
    counts
        Whether the values are counts: none may be negative.

    Raises
    ------
    RequestError
        One line: a column that is not there, a period that cannot be read or comes twice, a value
        that is not a number, a negative count, an offset or a weight that is not positive.
    """
    if not isinstance(table, pd.DataFrame):
        raise RequestError(f"The table is a {type(table).__name__}; expected a data frame.")
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise RequestError(f"The table has two columns named '{twice}'; expected one of each name.")
    for column in (period, value, by, offset, weights):
        if column is not None and not isinstance(column, str):
            raise RequestError(f"{column!r} is not the name of a column; expected text.")
        if column is not None and column not in table.columns:
            known = [str(one) for one in table.columns]
            raise RequestError(f"There is no column '{column}'.{nearest(column, known)} Columns: {', '.join(known)}.")
    if table.empty:
        raise RequestError("The table has no rows.")
    numbers = _read_numbers(table[value], value)
    columns = {"value": numbers}
    if counts:
        _refuse_negative(table[value], numbers, value)
    if offset is not None:
        columns["offset"] = _read_positive(table[offset], offset, "offset", gaps=np.isnan(numbers))
    if weights is not None:
        columns["weight"] = _read_positive(table[weights], weights, "weight", gaps=np.isnan(numbers))
    if offset is not None and not counts:
        columns["value"] = _divide(numbers, columns.pop("offset"), value, offset)
    when = _read_periods(table[period], period)
    series = pd.Series(ONE_SERIES, index=table.index) if by is None else table[by].astype(str)
    tidy = pd.DataFrame({"series": series.to_numpy(), "start": [one.start for one in when], **columns})
    _refuse_twice(tidy, when, by)
    first, last = min(when), max(when)
    periods = tuple(first.shift(i) for i in range(last.since(first) + 1))
    names = tuple(dict.fromkeys(tidy["series"]))
    starts = [one.start for one in periods]
    wide = {
        name: tidy.pivot(index="start", columns="series", values=name)
        .reindex(index=starts, columns=list(names))
        .to_numpy(float)
        for name in columns
    }
    return SeriesTable(periods, names, wide["value"], wide.get("offset"), wide.get("weight"))


def read_interventions(at: str | Sequence[str], table: SeriesTable) -> tuple[Period, ...]:
    """Read the periods at which something began, in order of date.

    Raises
    ------
    RequestError
        If there is none, or one is not of the table's kind, comes twice, or lies outside the table.
    """
    found = read_moments(at, table, "An intervention")
    if not found:
        raise RequestError("Say when something began: at least one period is needed.")
    return found


def read_moments(at: str | Sequence[str] | None, table: SeriesTable, what: str) -> tuple[Period, ...]:
    """Read some periods of a table, in order of date.

    Parameters
    ----------
    at
        One period or several, as text.
    table
        What they must lie within, after its first period.
    what
        What they are, for the error: ``A break``.

    Raises
    ------
    RequestError
        If one is not of the table's kind, comes twice, or lies outside the table.
    """
    written = [str(one) for one in at] if isinstance(at, (list, tuple)) else [str(at)] if at is not None else []
    found = sorted(parse_period(one) for one in written)
    first, last = table.periods[0], table.periods[-1]
    for one in found:
        if one.kind != table.kind:
            raise RequestError(
                f"'{one}' is a {_words(one.kind)}, but the periods of the table are {_words(table.kind)}s."
            )
        if not first < one <= last:
            raise RequestError(f"Nothing can be said of '{one}': the periods of the table run from {first} to {last}.")
    if len(set(found)) < len(found):
        raise RequestError(f"{what} is given twice: {', '.join(map(str, found))}.")
    return tuple(found)


def _read_periods(column: pd.Series, name: str) -> list[Period]:
    known: dict[str, Period] = {}
    for row, text in enumerate(column.astype(str)):
        if text in known:
            continue
        try:
            known[text] = parse_period(text)
        except RequestError as error:
            raise RequestError(f"Column '{name}', row {row + 1}: {error}") from None
    kinds = sorted({one.kind for one in known.values()})
    if len(kinds) > 1:
        mixed = " and ".join(f"{_words(kind)}s" for kind in kinds)
        raise RequestError(f"Column '{name}' mixes {mixed}; expected one kind.")
    return [known[text] for text in column.astype(str)]


def _read_numbers(column: pd.Series, name: str) -> Array:
    if column.dtype.kind in "bcmM":
        raise RequestError(f"Column '{name}' holds {column.dtype} values; expected numbers.")
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    written = column.astype(str).str.strip()
    # An empty cell, NA or nan is a gap; anything else that is not a number is a mistake.
    gap = column.isna().to_numpy() | written.str.casefold().isin(["", "na", "nan", "none"]).to_numpy()
    wrong = np.flatnonzero(~gap & ~(np.abs(numbers) < _LARGEST))
    if wrong.size:
        raise RequestError(f"Column '{name}', row {wrong[0] + 1}: '{column.iloc[wrong[0]]}' is not a finite number.")
    return numbers


def _read_positive(column: pd.Series, name: str, what: str, *, gaps: npt.NDArray[np.bool_]) -> Array:
    numbers = _read_numbers(column, name)
    # Where there is no value either, the row is a gap.
    wrong = np.flatnonzero(~(numbers > 0) & ~(np.isnan(numbers) & gaps))
    if wrong.size:
        raise RequestError(
            f"Column '{name}', row {wrong[0] + 1}: the {what} is {column.iloc[wrong[0]]}; expected a number above 0."
        )
    return numbers


def _divide(numbers: Array, by: Array, name: str, offset: str) -> Array:
    with np.errstate(over="ignore"):
        divided = numbers / by
    wrong = np.flatnonzero(np.abs(divided) >= _LARGEST)
    if wrong.size:
        raise RequestError(f"Column '{name}' over '{offset}', row {wrong[0] + 1}: the rate is too large to be used.")
    return np.asarray(divided)


def _refuse_negative(column: pd.Series, numbers: Array, name: str) -> None:
    wrong = np.flatnonzero(numbers < 0)
    if wrong.size:
        raise RequestError(
            f"Column '{name}', row {wrong[0] + 1}: the count is {column.iloc[wrong[0]]}; expected 0 or more."
        )


def _refuse_twice(tidy: pd.DataFrame, when: list[Period], by: str | None) -> None:
    again = np.flatnonzero(tidy.duplicated(["series", "start"]).to_numpy())
    if again.size:
        row = int(again[0])
        hint = "" if by else " If the table holds several series, name the column that tells them apart (by)."
        raise RequestError(
            f"Period {when[row]} comes twice in series '{tidy['series'].iloc[row]}', row {row + 1}.{hint}"
        )


def _words(kind: str) -> str:
    return kind.replace("_", " ")
