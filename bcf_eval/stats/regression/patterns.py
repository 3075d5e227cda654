"""Which series have the same periods? One design serves each group of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Pattern:
    """Series that are observed in the same periods.

    Attributes
    ----------
    rows
        Index of the observed periods, shape ``(n,)``.
    columns
        Index of the series, shape ``(m,)``.
    """

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]


def group_by_pattern(values: npt.NDArray[np.float64]) -> Iterator[Pattern]:
    """Group the columns of a matrix by where they are finite.

    Parameters
    ----------
    values
        Periods by series, shape ``(T, S)``, ``NaN`` where missing.

    Yields
    ------
    Pattern
        Largest group first; most returns give one group.
    """
    observed = np.isfinite(values)
    patterns, member = np.unique(observed, axis=1, return_inverse=True)
    member = member.reshape(-1)
    for number in np.argsort(-np.bincount(member, minlength=patterns.shape[1]), kind="stable"):
        yield Pattern(np.flatnonzero(patterns[:, number]), np.flatnonzero(member == number))
