"""How often do 95% intervals hold the truth? Level, slope and first-year effect, by method, length and correlation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from studies.simulate import Errors, simulate_errors

from bcf_eval.stats.regression.design import Design, build_design
from bcf_eval.stats.regression.least_squares import fit_newey_west, fit_ols, fit_prais_winsten
from bcf_eval.stats.regression.linear import LinearFit, contrast
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

METHODS: dict[str, Callable[[Array, Array], LinearFit]] = {
    "REML, Kenward-Roger": lambda y, x: fit_reml(y, x),
    "maximum likelihood": lambda y, x: fit_reml(y, x, restricted=False),
    "Prais-Winsten": lambda y, x: fit_prais_winsten(y, x),
    "Newey-West, lag 1": lambda y, x: fit_newey_west(y, x, lag=1),
    "least squares": lambda y, x: fit_ols(y, x),
}
CONTRASTS = ("level", "slope", "first 12 months")
# The bounds that the method's intervals have to keep, and where.
LOWEST, HIGHEST = 0.935, 0.97


@dataclass(frozen=True)
class Cell:
    """One simulated world."""

    n: int
    rho: float
    pairs: int
    errors: Errors = "ar1"

    @property
    def bound(self) -> bool:
        """Whether the intervals have to keep their coverage here."""
        return self.errors == "ar1" and ((self.n >= 24 and self.rho <= 0.6) or (self.n >= 48 and self.rho <= 0.8))


def list_cells() -> list[Cell]:
    """The worlds in which intervals have to keep their coverage, and those just outside them."""
    return [Cell(n, rho, pairs) for n in (24, 48, 96) for pairs in (0, 2) for rho in (0.0, 0.2, 0.4, 0.6, 0.8)]


def measure_coverage(cell: Cell, *, draws: int, seed: int) -> pd.DataFrame:
    """Simulate one world and count how often each method's intervals hold the truth.

    Parameters
    ----------
    cell
        The world. The intervention begins in the middle and does nothing: fits do not depend on what it does.
    draws
        Series; the standard error of a coverage of 95% from 5,000 is 0.3 points.
    seed
        Of the random numbers.

    Returns
    -------
    DataFrame
        One row a method and contrast: ``n, rho, pairs, errors, method, contrast, coverage, width, draws``; the
        width is the median, in standard deviations of the innovations.
    """
    random = np.random.default_rng([seed, cell.n, round(100 * cell.rho), cell.pairs, len(cell.errors)])
    design = build_design(np.arange(cell.n), interventions=[cell.n // 2], season_pairs=cell.pairs, cycle=12)
    y = simulate_errors(cell.errors, n=cell.n, series=draws, rho=cell.rho, random=random)
    rows = []
    for name, method in METHODS.items():
        found = contrast(method(y, design.matrix), weigh_contrasts(design))
        held = (found.lower <= 0) & (found.upper >= 0)
        for i, effect in enumerate(CONTRASTS):
            known = np.isfinite(found.lower[:, i])
            width = np.median((found.upper - found.lower)[known, i])
            rows.append((cell.n, cell.rho, cell.pairs, cell.errors, name, effect, held[known, i].mean(), width, draws))
    columns = ["n", "rho", "pairs", "errors", "method", "contrast", "coverage", "width", "draws"]
    return pd.DataFrame(rows, columns=columns)


def weigh_contrasts(design: Design) -> Array:
    """Level, slope and the average of the first 12 months, shape ``(3, k)``."""
    step, ramp = design.unit("level_change_1"), design.unit("slope_change_1")
    return np.stack([step, ramp, step + 5.5 * ramp])
