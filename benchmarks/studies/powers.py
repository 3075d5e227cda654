"""How often would a real change be found? The power that is stated, beside the power that comes out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from studies.coverage import weigh_contrasts
from studies.simulate import simulate_errors

from bcf_eval.stats.forecasts.power import anticipate_contrast, critical_t, detect_change
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml

MONTHS, RHOS, CHANGES = 48, (0.2, 0.4, 0.6, 0.8), (0.5, 1.0, 2.0)


def measure_power(rho: float, *, draws: int, seed: int, alpha: float = 0.05) -> pd.DataFrame:
    """Give simulated series a lasting change in the middle, and count how often the test finds it.

    Parameters
    ----------
    rho
        Autocorrelation of the errors.
    draws
        Series for each size of change.
    seed
        Of the random numbers.
    alpha
        Two-sided level.

    Returns
    -------
    DataFrame
        ``rho, change`` (in standard deviations of the errors), ``stated`` and ``found`` power.
    """
    random = np.random.default_rng([seed, round(100 * rho)])
    design = build_design(np.arange(MONTHS), interventions=[MONTHS // 2], season_pairs=2, cycle=12)
    weights = weigh_contrasts(design)[2:]
    errors = np.sqrt(1 - rho**2) * simulate_errors("ar1", n=MONTHS, series=draws, rho=rho, random=random)
    known = anticipate_contrast(design.matrix, weights[0], np.array([rho]))
    critical = critical_t(known.df, alpha=alpha)
    rows = []
    for change in CHANGES:
        changed = errors + change * design.matrix[:, [design.column("level_change_1")]]
        found = contrast(fit_reml(changed, design.matrix), weights)
        stated = detect_change(np.array([change]), known.std_error, known.df, critical)
        rows.append((rho, change, float(np.ravel(stated)[0]), float((found.p_value[:, 0] < alpha).mean())))
    return pd.DataFrame(rows, columns=["rho", "change", "stated", "found"])
