"""Which terms of a regression are left when it is differenced, and how are they estimated without loss?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# A column that keeps less than this part of its length, off the columns before it, is not there any more.
_VANISHED = 1e-8


@dataclass(frozen=True)
class Differenced:
    """A differenced regression.

    Attributes
    ----------
    y
        Series as columns, shape ``(T', S)``.
    x
        The terms that are left, made orthonormal, shape ``(T', m)``.
    back
        Turns coefficients of ``x`` into those of the terms that are left, shape ``(m, m)``.
    kept
        Which terms are left, shape ``(k,)``.
    """

    y: Array
    x: Array
    back: Array
    kept: npt.NDArray[np.bool_]


def difference(y: Array, x: Array, *, times: int, seasonal_times: int, cycle: int) -> Differenced:
    """Take differences of series and design alike, which leaves the coefficients as they are.

    Parameters
    ----------
    y, x
        Series as columns ``(T, S)`` and design ``(T, k)``, no missing periods.
    times, seasonal_times
        How often the period before, and the same period a year before, is taken away.
    cycle
        Periods in a year.

    Returns
    -------
    Differenced
        A term that becomes zero, or can no longer be told from the terms before it, is not kept.
    """
    for lag in [cycle] * seasonal_times + [1] * times:
        y, x = y[lag:] - y[:-lag], x[lag:] - x[:-lag]
    length = np.sqrt((x**2).sum(0))
    kept, columns = np.zeros(x.shape[1], bool), np.empty((x.shape[0], 0))
    for position in range(x.shape[1]):
        column = x[:, position]
        for _ in range(2):
            column = column - columns @ (columns.T @ column)
        left = np.sqrt(column @ column)
        # Columns are of the order of 1 or of the number of periods: a column of rounding errors is none.
        if left > _VANISHED * max(length[position], 1.0):
            kept[position] = True
            columns = np.column_stack([columns, column / left])
    back = np.asarray(np.linalg.inv(columns.T @ x[:, kept]), dtype=np.float64)
    return Differenced(y, columns, back, kept)
