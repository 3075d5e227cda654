"""Which boards change in the demonstration, and by how much? A few of the larger ones, by amounts that can be found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_GROUPS = ((0, -1, 10), (0, 1, 8), (1, -1, 14), (1, 1, 6))  # intervention, direction, number of boards


@dataclass(frozen=True)
class Sizes:
    """How large the effects are, as shares of a board's level.

    Attributes
    ----------
    fall, rise
        Least and most of an effect that comes at once.
    fall_begin, rise_begin, begin_range
        Least first part of an effect that grows, and how much more it may be.
    grow, grow_range
        Least growth a month, and how much more it may be.
    """

    fall: tuple[float, float]
    rise: tuple[float, float]
    fall_begin: float
    rise_begin: float
    begin_range: float
    grow: float
    grow_range: float


# A rise has room to be larger than a fall; what grows does so until the end of the record.
DELAYS = Sizes((0.42, 0.55), (0.60, 1.00), 0.28, 0.40, 0.08, 0.002, 0.002)


def draw_effects(rng: np.random.Generator, people: Floats, level: Floats, *, sizes: Sizes) -> tuple[Floats, Floats]:
    """Give some of the larger boards an effect.

    Parameters
    ----------
    rng
        Seeded.
    people, level
        Shape ``(n_areas,)``.
    sizes
        How large the effects are.

    Returns
    -------
    tuple of ndarray
        The change of level and of slope, each of shape ``(n_interventions, n_areas)``.
    """
    n = len(people)
    larger = np.argsort(-people, kind="stable")[: n // 2]
    chosen = rng.permutation(larger)
    size = rng.random((2, n))
    level_change, slope_change = np.zeros((2, 2, n))
    for intervention, direction, number in _GROUPS:
        boards, chosen = chosen[:number], chosen[number:]
        abrupt, gradual = boards[::2], boards[1::2]
        least, most = sizes.fall if direction < 0 else sizes.rise
        begin = (sizes.fall_begin if direction < 0 else sizes.rise_begin) + sizes.begin_range * size[0, gradual]
        level_change[intervention, abrupt] = direction * level[abrupt] * (least + (most - least) * size[0, abrupt])
        level_change[intervention, gradual] = direction * level[gradual] * begin
        growth = sizes.grow + sizes.grow_range * size[1, gradual]
        slope_change[intervention, gradual] = direction * level[gradual] * growth
    return level_change, slope_change
