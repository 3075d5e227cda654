"""How do many marks take little room in a page? Dots, bars and steps, each kind drawn as one path."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

Array = npt.NDArray[np.float64]


def draw_dots(axes: Axes, across: Array, height: Array, *, colour: str, size: float, order: float = 4) -> None:
    """Draw round dots as lines without length, whose round ends are all there is to see.

    Parameters
    ----------
    across, height
        Where, in data units.
    size
        In points.
    order
        What lies above what.
    """
    draw_bars(axes, across, height, height, colour=colour, width=size, order=order, solid_capstyle="round")


def draw_bars(
    axes: Axes, across: Array, lower: Array, upper: Array, *, colour: str, width: float, order: float = 2, **look: Any
) -> None:
    """Draw upright bars as one line with breaks."""
    gaps = np.full(len(across), np.nan)
    x = np.column_stack([across, across, gaps]).ravel()
    y = np.column_stack([lower, upper, gaps]).ravel()
    axes.plot(x, y, color=colour, linewidth=width, zorder=order, **look)


def draw_steps(axes: Axes, across: Array, height: Array, **look: Any) -> None:
    """Draw what stays as it is from point to point, and then steps: each level from its first point to its last."""
    same = np.isclose(height[1:], height[:-1], rtol=1e-9, equal_nan=True)
    half = np.diff(across).mean() / 2 if len(across) > 1 else 0.0
    starts = np.flatnonzero(np.r_[True, ~same])
    ends = np.r_[starts[1:] - 1, len(across) - 1]
    x = np.column_stack([across[starts] - half, across[ends] + half]).ravel()
    axes.plot(x, np.repeat(height[starts], 2), **look)
