"""How fast is the batched fit? 150 boards of 96 months, beside loops over the customary ways, in one run.

Run it with ``make benchmarks`` (or ``python benchmarks/its.py``). It prints times and ratios; times
depend on the machine, ratios much less.
"""

from __future__ import annotations

import numpy as np
from rivals import loop_glsar, loop_ols_hac, loop_sarimax, simulate, time_best, time_nlme

from bcf_eval.evaluate.its.contrasts import build_contrasts, follow_up_ends
from bcf_eval.stats.regression.design import Design, build_design
from bcf_eval.stats.regression.linear import contrast, contrast_ratio
from bcf_eval.stats.regression.reml import fit_reml

N_SERIES, N_MONTHS, REPEATS, FEW = 150, 96, 5, 5


def fit_with_contrasts(y: np.ndarray, design: Design) -> None:
    """Fit all series, with small-sample intervals of every term and every effect, relative ones too."""
    fit = fit_reml(y, design.matrix)
    contrast(fit, np.eye(design.matrix.shape[1]))
    contrast(fit, design.without_interventions())
    for position in range(len(design.interventions)):
        effects = build_contrasts(design, position, follow_up_ends(design), np.ones_like(y), (1, 12, 24))
        contrast(fit, effects.effect)
        contrast_ratio(fit, effects.effect, effects.counterfactual)


def main() -> None:
    """Print the table."""
    design = build_design(np.arange(N_MONTHS), interventions=[48, 72], season_pairs=2, breaks=[54])
    y, x = simulate(N_MONTHS, N_SERIES), design.matrix
    fit_with_contrasts(y, design)
    batched = time_best(fit_reml, y, x, repeats=REPEATS)
    everything = time_best(lambda y, _: fit_with_contrasts(y, design), y, x, repeats=REPEATS)
    nlme = time_nlme(y, x)
    rows = [
        ("batched REML fit", batched, N_SERIES),
        ("batched REML fit, every contrast with small-sample inference", everything, N_SERIES),
        ("loop of statsmodels OLS + HAC", time_best(loop_ols_hac, y, x, repeats=REPEATS), N_SERIES),
        ("loop of statsmodels GLSAR", time_best(loop_glsar, y, x, repeats=REPEATS), N_SERIES),
        (f"loop of statsmodels SARIMAX, {FEW} series", time_best(loop_sarimax, y[:, :FEW], x, repeats=1), FEW),
        ("loop of R nlme::gls", nlme, N_SERIES),
    ]
    print(f"{N_SERIES} series of {N_MONTHS} months, {x.shape[1]} terms; best of {REPEATS}")
    for name, seconds, count in rows:
        if seconds is None:
            print(f"{name:<62} R with nlme is not on this machine")
        else:
            each, base = seconds / count, batched / N_SERIES
            print(f"{name:<62} {seconds:8.3f} s {1000 * each:9.3f} ms a series {each / base:8.1f} x the batched fit")


if __name__ == "__main__":
    main()
