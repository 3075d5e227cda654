"""What is a smooth function at very many points, when one evaluation costs much? Chebyshev panels.

The line is cut into panels of equal width. In each that holds points the function is evaluated at
Chebyshev nodes, once, and read off elsewhere by the polynomial through them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Functions of atanh(ρ) built from AR(1) moments are free of singularities within about 0.78 of the line, so
# that panels of 0.5 with 14 nodes err by some 1e-11 of the largest value in the panel.
WIDTH = 0.5
N_NODES = 14


class PanelTable:
    """A function of one variable, with values in many dimensions, tabulated where it is asked for.

    Parameters
    ----------
    function
        From points, shape ``(m,)``, to values, shape ``(m, p)``.
    lowest, highest
        Where it is defined; points outside are not asked for.
    """

    def __init__(self, function: Callable[[Array], Array], lowest: float, highest: float) -> None:
        self._function, self._lowest = function, lowest
        self._n_panels = max(1, round((highest - lowest) / WIDTH))
        self._width = (highest - lowest) / self._n_panels
        self._nodes = np.cos(np.pi * (np.arange(N_NODES) + 0.5) / N_NODES)
        self._to_coefficients = np.linalg.inv(np.polynomial.chebyshev.chebvander(self._nodes, N_NODES - 1))
        self._coefficients: dict[int, Array] = {}

    def __call__(self, points: Array) -> Array:
        """Values at the points, shape ``(m, p)``."""
        place = (points - self._lowest) / self._width
        panel = np.clip(place.astype(np.int64), 0, self._n_panels - 1)
        order = np.argsort(panel, kind="stable")
        numbers, starts = np.unique(panel[order], return_index=True)
        basis = np.polynomial.chebyshev.chebvander(2 * (place - panel)[order] - 1, N_NODES - 1)
        out: Array | None = None
        for number, rows in zip(numbers, np.split(np.arange(points.size), starts[1:]), strict=True):
            values = basis[rows] @ self._tabulate(int(number))
            if out is None:
                out = np.empty((points.size, values.shape[1]))
            out[order[rows]] = values
        return np.empty((0, 0)) if out is None else out

    def _tabulate(self, panel: int) -> Array:
        if panel not in self._coefficients:
            points = self._lowest + self._width * (panel + (self._nodes + 1) / 2)
            self._coefficients[panel] = self._to_coefficients @ self._function(points)
        return self._coefficients[panel]
