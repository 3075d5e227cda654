"""What if errors are no AR(1)? Coverage of the default and of wider models, and whether residuals give it away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from studies.coverage import CONTRASTS, Cell, weigh_contrasts
from studies.simulate import simulate_errors

from bcf_eval.stats.regression.arma import fit_arma
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.diagnostics import residual_diagnostics
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml

WORDS = {
    "ar1": "AR(1), ρ = 0.6: the model is right",
    "ar2": "AR(2), coefficients 0.5 and 0.3",
    "ar1_and_noise": "AR(1), ρ = 0.8, under white noise",
    "long_memory": "long memory, d = 0.3",
    "random_walk": "a random walk",
}
WORLDS = [
    Cell(n, rho, 2, errors)
    for errors, rho in (
        ("ar1", 0.6),
        ("ar2", 0.5),
        ("ar1_and_noise", 0.8),
        ("long_memory", 0.0),
        ("random_walk", 1.0),
    )
    for n in (48, 96)
]


def measure_wrong(cell: Cell, *, draws: int, wide_draws: int, seed: int) -> pd.DataFrame:
    """Simulate errors of another kind, and fit AR(1), AR(2) and ARMA(1,1).

    Parameters
    ----------
    cell
        The world.
    draws, wide_draws
        Series for the default, and the first so many of them for the two wider models, which are slower.
    seed
        Of the random numbers.

    Returns
    -------
    DataFrame
        One row a model: ``errors, n, model``, coverage by contrast, and ``noticed``, the share of series in which the
        test of residuals finds something at 5%.
    """
    random = np.random.default_rng([seed, cell.n, *cell.errors.encode()])
    design = build_design(np.arange(cell.n), interventions=[cell.n // 2], season_pairs=cell.pairs, cycle=12)
    y = simulate_errors(cell.errors, n=cell.n, series=draws, rho=cell.rho, random=random, phi_2=0.3)
    weights = weigh_contrasts(design)
    first = fit_reml(y, design.matrix)
    left = residual_diagnostics(first, y, design.matrix, weights=weights[2])
    noticed = float(np.nanmean(left.ljung_box_p_value < 0.05))
    fits = {
        "AR(1)": first,
        "AR(2)": fit_arma(y[:, :wide_draws], design.matrix, order="ar2"),
        "ARMA(1,1)": fit_arma(y[:, :wide_draws], design.matrix, order="arma11"),
    }
    rows = []
    for name, fit in fits.items():
        found = contrast(fit, weights)
        known = np.isfinite(found.lower) & np.isfinite(found.upper)
        held = (found.lower <= 0) & (found.upper >= 0)
        coverage = {one: held[known[:, i], i].mean() for i, one in enumerate(CONTRASTS)}
        rows.append(
            {"errors": WORDS[cell.errors], "n": cell.n, "model": name}
            | coverage
            | {"noticed": noticed if name == "AR(1)" else np.nan, "draws": len(found.estimate)}
        )
    return pd.DataFrame(rows)
