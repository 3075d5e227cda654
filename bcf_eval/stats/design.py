"""Which columns does a segmented regression need? Level, trend, steps, ramps, season, breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """The design matrix of an interrupted time series.

    Attributes
    ----------
    matrix
        Shape ``(T, k)``.
    names
        Name of each column, length ``k``: ``intercept``, ``trend``, ``level_change_1``,
        ``slope_change_1`` …, ``break_1`` …, ``season_1`` ….
    time
        Periods counted from the origin of the trend, shape ``(T,)``; gaps count.
    interventions
        Time index of each intervention.
    """

    matrix: Array
    names: tuple[str, ...]
    time: npt.NDArray[np.int64]
    interventions: tuple[int, ...]

    def column(self, name: str) -> int:
        """Where a term stands."""
        return self.names.index(name)

    def unit(self, name: str) -> Array:
        """The contrast that picks one term, shape ``(k,)``."""
        return np.eye(len(self.names))[self.column(name)]

    def without_interventions(self, which: Sequence[int] | None = None) -> Array:
        """The matrix with interventions switched off: the counterfactual.

        Parameters
        ----------
        which
            Numbers of the interventions to switch off, from 0; all when left out.

        Returns
        -------
        ndarray
            Shape ``(T, k)``.
        """
        off = range(len(self.interventions)) if which is None else which
        matrix = self.matrix.copy()
        for j in off:
            matrix[:, [self.column(f"level_change_{j + 1}"), self.column(f"slope_change_{j + 1}")]] = 0.0
        return matrix


def fourier_columns(time: npt.ArrayLike, *, pairs: int, cycle: int) -> Array:
    """Sines and cosines of the season.

    With four periods a year the alternating term (-1)^t joins the first pair, so that the three
    columns describe any quarterly season.

    Parameters
    ----------
    time
        Period numbers, shape ``(T,)``.
    pairs
        How many harmonics; 0 for none.
    cycle
        Periods in a year.

    Returns
    -------
    ndarray
        Shape ``(T, m)``; a harmonic at half the cycle has a cosine alone.
    """
    t = np.asarray(time, float)
    if cycle <= 1:
        pairs = 0
    harmonics = range(1, min(pairs, cycle // 2) + 1)
    if cycle == 4 and pairs >= 1:
        harmonics = range(1, 3)
    columns = []
    for p in harmonics:
        angle = 2 * np.pi * p * t / cycle
        columns += [np.cos(angle)] if 2 * p == cycle else [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns) if columns else np.empty((t.size, 0))


def build_design(
    time: npt.ArrayLike,
    *,
    interventions: Sequence[int] = (),
    season_pairs: int = 0,
    cycle: int = 12,
    breaks: Sequence[int] = (),
    origin: int | None = None,
) -> Design:
    """Build the design of a segmented regression.

    Parameters
    ----------
    time
        Period numbers, rising, shape ``(T,)``.
    interventions
        Period numbers at which a step ``1[t >= T_j]`` and a ramp ``(t - T_j)+`` begin.
    season_pairs
        Fourier pairs.
    cycle
        Periods in a year.
    breaks
        Period numbers at which a nuisance step begins.
    origin
        Where ``trend`` is 0; the first period when left out.

    Returns
    -------
    Design

    Raises
    ------
    RequestError
        If the times do not rise.
    """
    t = np.asarray(time, np.int64)
    if np.any(np.diff(t) <= 0):
        raise RequestError("The periods of a series must rise; one comes twice or out of order.")
    zero = int(t[0]) if origin is None else origin
    names, columns = ["intercept", "trend"], [np.ones(t.size), (t - zero).astype(float)]
    for j, at in enumerate(interventions, start=1):
        names += [f"level_change_{j}", f"slope_change_{j}"]
        columns += [(t >= at).astype(float), np.clip(t - at, 0, None).astype(float)]
    for j, at in enumerate(breaks, start=1):
        names.append(f"break_{j}")
        columns.append((t >= at).astype(float))
    season = fourier_columns(t, pairs=season_pairs, cycle=cycle)
    names += [f"season_{j}" for j in range(1, season.shape[1] + 1)]
    matrix = np.column_stack([*columns, season])
    return Design(matrix, tuple(names), t - zero, tuple(int(i - zero) for i in interventions))
