"""How fast is the batched fit? 150 boards of 96 months, beside loops over the customary ways, in one run.

Run it with ``make benchmarks`` (or ``python benchmarks/its.py``). It prints times and ratios; times
depend on the machine, ratios much less.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from statsmodels.regression.linear_model import GLSAR, OLS

from bcf_eval.evaluate.contrasts import build_contrasts, follow_up_ends
from bcf_eval.stats.design import Design, build_design
from bcf_eval.stats.linear import contrast, contrast_ratio
from bcf_eval.stats.reml import fit_reml

N_SERIES, N_MONTHS, REPEATS = 150, 96, 5

R_SCRIPT = """
suppressMessages(library(nlme))
series <- as.matrix(read.csv("y.csv", header = FALSE))
table <- read.csv("x.csv", header = FALSE)
model <- as.formula(paste("y ~", paste(names(table), collapse = " + "), "- 1"))
table$time <- seq_len(nrow(table))
fitted <- 0
begun <- proc.time()[["elapsed"]]
for (s in seq_len(ncol(series))) {
  table$y <- series[, s]
  one <- try(gls(model, data = table, correlation = corAR1(form = ~ time)), silent = TRUE)
  fitted <- fitted + !inherits(one, "try-error")
}
cat(proc.time()[["elapsed"]] - begun, fitted)
"""


def simulate(rho: float = 0.6, *, seed: int = 1) -> np.ndarray:
    """AR(1) series as columns, shape ``(96, 150)``."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(N_MONTHS, N_SERIES))
    y = noise.copy()
    for t in range(1, N_MONTHS):
        y[t] = rho * y[t - 1] + noise[t]
    return y + 12


def fit_batched(y: np.ndarray, design: Design) -> None:
    """Fit all series by REML."""
    fit_reml(y, design.matrix)


def fit_batched_with_contrasts(y: np.ndarray, design: Design) -> None:
    """The same with small-sample intervals of every term and every effect, relative ones too."""
    fit = fit_reml(y, design.matrix)
    contrast(fit, np.eye(design.matrix.shape[1]))
    contrast(fit, design.without_interventions())
    for position in range(len(design.interventions)):
        effects = build_contrasts(design, position, follow_up_ends(design), np.ones_like(y), (1, 12, 24))
        contrast(fit, effects.effect)
        contrast_ratio(fit, effects.effect, effects.counterfactual)


def loop_ols_hac(y: np.ndarray, design: Design) -> None:
    """Statsmodels OLS with Newey-West errors, one series at a time."""
    for s in range(y.shape[1]):
        OLS(y[:, s], design.matrix).fit(cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True})


def loop_glsar(y: np.ndarray, design: Design) -> None:
    """Statsmodels GLSAR (iterated Cochrane-Orcutt), one series at a time."""
    for s in range(y.shape[1]):
        GLSAR(y[:, s], design.matrix, rho=1).iterative_fit(maxiter=50)


def time_best(work: Callable[[np.ndarray, Design], None], y: np.ndarray, design: Design) -> float:
    """Shortest of a few runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work(y, design)
        times.append(time.perf_counter() - begun)
    return min(times)


def time_nlme(y: np.ndarray, design: Design) -> float | None:
    """R's nlme::gls in a loop, in seconds; ``None`` where R or nlme is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(Path(folder) / "y.csv", y, delimiter=",")
        np.savetxt(Path(folder) / "x.csv", design.matrix, delimiter=",")
        done = subprocess.run(["Rscript", "-e", R_SCRIPT], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None
        seconds, fitted = done.stdout.split()
        if int(fitted) < 0.9 * N_SERIES:
            raise RuntimeError(
                f"nlme::gls fitted only {fitted} of {N_SERIES} series: the comparison would not be fair."
            )
        return float(seconds)


def main() -> None:
    """Print the table."""
    design = build_design(np.arange(N_MONTHS), interventions=[48, 72], season_pairs=2, breaks=[54])
    y = simulate()
    fit_batched_with_contrasts(y, design)
    base = time_best(fit_batched, y, design)
    rows: list[tuple[str, float | None]] = [
        ("batched REML fit", base),
        (
            "batched REML fit, every contrast with small-sample inference",
            time_best(fit_batched_with_contrasts, y, design),
        ),
        ("loop of statsmodels OLS + HAC", time_best(loop_ols_hac, y, design)),
        ("loop of statsmodels GLSAR", time_best(loop_glsar, y, design)),
        ("loop of R nlme::gls", time_nlme(y, design)),
    ]
    print(f"{N_SERIES} series of {N_MONTHS} months, {design.matrix.shape[1]} terms; best of {REPEATS}")
    for name, seconds in rows:
        if seconds is None:
            print(f"{name:<62} R with nlme is not on this machine")
        else:
            print(f"{name:<62} {seconds:8.3f} s {seconds / base:8.1f} x the batched fit")


if __name__ == "__main__":
    main()
