"""Which columns does a segmented regression need? Level, trend, steps, ramps, season, breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.impact import Impact

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
        ``slope_change_1`` … (of a pulse ``pulse_1`` …), ``break_1`` …, ``season_1`` ….
    time
        Periods counted from the origin of the trend, shape ``(T,)``; gaps count.
    interventions
        Time index of each intervention.
    impact
        How the effect of each comes in.
    """

    matrix: Array
    names: tuple[str, ...]
    time: npt.NDArray[np.int64]
    interventions: tuple[int, ...]
    impact: Impact = field(default_factory=Impact)

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
            matrix[:, [self.column(name) for name in self.impact.name_terms(j + 1)]] = 0.0
        return matrix

    def count_sides(self, position: int = 0) -> tuple[int, int]:
        """Count the periods before the effect of an intervention begins, and those in which it is whole.

        Parameters
        ----------
        position
            Number of the intervention, from 0.
        """
        at = self.interventions[position]
        begin, complete = self.impact.begin(at), self.impact.complete(at)
        whole = self.time >= complete
        if self.impact.pulse:
            whole &= self.time < begin + self.impact.pulse
        return int((self.time < begin).sum()), int(whole.sum())


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
    impact: Impact | None = None,
) -> Design:
    """Build the design of a segmented regression.

    Parameters
    ----------
    time
        Period numbers, rising, shape ``(T,)``.
    interventions
        Period numbers T_j at which a step ``1[t >= T_j]`` and a ramp ``(t - T_j)+`` begin, unless ``impact`` says
        otherwise.
    season_pairs
        Fourier pairs.
    cycle
        Periods in a year.
    breaks
        Period numbers at which a nuisance step begins.
    origin
        Where ``trend`` is 0; the first period when left out.
    impact
        How each effect comes in; a step and a ramp from T_j on when left out. The caller leaves out the periods
        that :meth:`~bcf_eval.stats.regression.impact.Impact.leaves_out` names.

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
    shape = Impact() if impact is None else impact
    names, columns = ["intercept", "trend"], [np.ones(t.size), (t - zero).astype(float)]
    for j, at in enumerate(interventions, start=1):
        names += shape.name_terms(j)
        columns += shape.build_columns(t, at)
    for j, at in enumerate(breaks, start=1):
        names.append(f"break_{j}")
        columns.append((t >= at).astype(float))
    season = fourier_columns(t, pairs=season_pairs, cycle=cycle)
    names += [f"season_{j}" for j in range(1, season.shape[1] + 1)]
    matrix = np.column_stack([*columns, season])
    return Design(matrix, tuple(names), t - zero, tuple(int(i - zero) for i in interventions), shape)
