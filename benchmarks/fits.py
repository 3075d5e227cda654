"""How long do very many fits take? Small areas, robustness specifications, bootstrap refits, gaps; in one run.

Run it with ``make benchmarks`` (or ``python benchmarks/fits.py``). Beside each time stands what loops of
statsmodels' GLSAR and of R's nlme::gls would take for as many fits of that length, at the pace of the same run.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rivals import loop_glsar, simulate, time_best, time_nlme

from bcf_eval.stats.regression.bootstrap import bootstrap_reml
from bcf_eval.stats.regression.design import Design, build_design
from bcf_eval.stats.regression.least_squares import fit_newey_west, fit_ols, fit_prais_winsten
from bcf_eval.stats.regression.linear import LinearFit, contrast
from bcf_eval.stats.regression.reml import fit_reml

N_SMALL_AREAS, N_BOARDS, N_DRAWS = 33_000, 150, 1_000_000
PACE = 50  # Series from which the pace of a loop is taken.


@dataclass(frozen=True)
class Specification:
    """One way of working an effect out: a design on some of the months."""

    first: int
    last: int
    intervention: int
    season_pairs: int = 2
    log: bool = False
    leave_out: tuple[int, ...] = ()
    fit: Callable[[np.ndarray, Design], LinearFit] = lambda y, design: fit_reml(y, design.matrix, time=design.time)


def list_specifications() -> list[Specification]:
    """Forty: windows, seasons, logarithms, other estimators, months left out, fake dates."""
    windows = [(24, 72), (12, 72), (24, 84), (12, 84), (0, 96)]
    return [
        *(Specification(*window, 48, pairs) for window in windows for pairs in (0, 1, 2)),
        *(Specification(*window, 48, log=True) for window in windows),
        *(Specification(24, 72, 48, leave_out=months) for months in ((24,), (71,), (48,), (47, 48), (50, 60))),
        Specification(24, 72, 48, fit=lambda y, design: fit_ols(y, design.matrix)),
        Specification(24, 72, 48, fit=lambda y, design: fit_newey_west(y, design.matrix)),
        Specification(24, 72, 48, fit=lambda y, design: fit_prais_winsten(y, design.matrix)),
        *(Specification(0, 48, date) for date in range(13, 37, 2)),
    ]


def average_12(design: Design) -> np.ndarray:
    """The average effect over the first 12 months."""
    return (design.unit("level_change_1") + 5.5 * design.unit("slope_change_1"))[None]


def fit_specifications(y: np.ndarray, specifications: list[Specification]) -> None:
    """Fit each to every board, with the interval of the average effect."""
    for one in specifications:
        months = np.setdiff1d(np.arange(one.first, one.last), one.leave_out)
        design = build_design(months, interventions=[one.intervention], season_pairs=one.season_pairs)
        values = np.log(y[months]) if one.log else y[months]
        contrast(one.fit(values, design), average_12(design))


def fit_with_gaps(y: np.ndarray, design: Design) -> None:
    """Fit each series without three months of its own: as many patterns as series."""
    rng = np.random.default_rng(4)
    for s in range(y.shape[1]):
        kept = np.sort(rng.permutation(y.shape[0])[3:])
        contrast(fit_reml(y[kept][:, [s]], design.matrix[kept], time=kept), average_12(design))


def measure(name: str, work: Callable[[], object], n_fits: int, pace: tuple[float, float | None]) -> None:
    """Print one line."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    loops = ["   (no R)" if one is None else f"{one * n_fits:9,.1f} s" for one in pace]
    print(f"{name:<62} {wall:7.2f} s {processor:7.2f} s {1e6 * wall / n_fits:8.0f} µs  {'  '.join(loops)}")


def time_loops(n_months: int) -> tuple[float, float | None]:
    """Seconds a fit of GLSAR and of nlme::gls; the latter ``None`` where R is not present."""
    design = build_design(np.arange(n_months), interventions=[n_months // 2], season_pairs=2)
    y = simulate(n_months, PACE)
    nlme = time_nlme(y, design.matrix)
    return time_best(loop_glsar, y, design.matrix) / PACE, None if nlme is None else nlme / PACE


def main() -> None:
    """Print the table."""
    of_48, of_96 = time_loops(48), time_loops(96)
    print(f"{'':<62} {'elapsed':>9} {'processor':>9} {'a fit':>11}  {'GLSAR':>11}  {'nlme::gls':>11}")
    short = build_design(np.arange(48), interventions=[24], season_pairs=2)
    areas = simulate(48, N_SMALL_AREAS)
    measure(
        f"{N_SMALL_AREAS:,} small areas of 48 months, interval of the average effect",
        lambda: contrast(fit_reml(areas, short.matrix), average_12(short)),
        N_SMALL_AREAS,
        of_48,
    )
    boards, specifications = np.maximum(simulate(96, N_BOARDS), 0.1), list_specifications()
    measure(
        f"{N_BOARDS} boards of up to 96 months, {len(specifications)} specifications",
        lambda: fit_specifications(boards, specifications),
        N_BOARDS * len(specifications),
        of_48,
    )
    long = build_design(np.arange(96), interventions=[48], season_pairs=2)
    measure("150 boards of 96 months, each with gaps of its own", lambda: fit_with_gaps(boards, long), N_BOARDS, of_96)

    def refit(draws: int) -> None:
        bootstrap_reml(boards[:, :1], long.matrix, weights=average_12(long), draws=draws)

    measure(f"{N_DRAWS:,} bootstrap refits of one series of 96 months", lambda: refit(N_DRAWS), N_DRAWS, of_96)
    tracemalloc.start()
    refit(100_000)
    print(f"memory of a bootstrap of 100,000 refits, at its peak: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
