"""How long do the customary ways take, one series at a time? statsmodels, and R's nlme where R is present."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from statsmodels.regression.linear_model import GLSAR, OLS
from statsmodels.tsa.statespace.sarimax import SARIMAX

Loop = Callable[[np.ndarray, np.ndarray], object]

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


def simulate(n_months: int, n_series: int, *, rho: float = 0.6, seed: int = 1) -> np.ndarray:
    """AR(1) series as columns, shape ``(n_months, n_series)``."""
    y = np.random.default_rng(seed).normal(size=(n_months, n_series))
    for t in range(1, n_months):
        y[t] += rho * y[t - 1]
    return y + 12


def loop_ols_hac(y: np.ndarray, x: np.ndarray) -> None:
    """Statsmodels OLS with Newey-West errors."""
    for s in range(y.shape[1]):
        OLS(y[:, s], x).fit(cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True})


def loop_glsar(y: np.ndarray, x: np.ndarray) -> None:
    """Statsmodels GLSAR (iterated Cochrane-Orcutt)."""
    for s in range(y.shape[1]):
        GLSAR(y[:, s], x, rho=1).iterative_fit(maxiter=50)


def loop_sarimax(y: np.ndarray, x: np.ndarray) -> None:
    """Statsmodels SARIMAX with AR(1) errors, on a few series: it takes long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for s in range(y.shape[1]):
            SARIMAX(y[:, s], exog=x, order=(1, 0, 0)).fit(disp=False)


def time_best(work: Loop, y: np.ndarray, x: np.ndarray, *, repeats: int = 3) -> float:
    """Shortest of a few runs, in seconds."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work(y, x)
        times.append(time.perf_counter() - begun)
    return min(times)


def time_nlme(y: np.ndarray, x: np.ndarray) -> float | None:
    """R's nlme::gls in a loop, in seconds; ``None`` where R or nlme is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(Path(folder) / "y.csv", y, delimiter=",")
        np.savetxt(Path(folder) / "x.csv", x, delimiter=",")
        (Path(folder) / "loop.R").write_text(R_SCRIPT, encoding="utf-8")
        done = subprocess.run(["Rscript", "loop.R"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None
        seconds, fitted = done.stdout.split()
        if int(fitted) < 0.9 * y.shape[1]:
            raise RuntimeError(
                f"nlme::gls fitted only {fitted} of {y.shape[1]} series: the comparison would not be fair."
            )
        return float(seconds)
