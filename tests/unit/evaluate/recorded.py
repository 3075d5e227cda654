"""Many boards with a long record, simulated: autoregressive months round an unchanging mean."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import validate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND

from .makers import make_rows

MONTHS = month_range("2011-04", "2019-03")


def simulate_panel(
    *,
    boards: int = 60,
    rho: float = 0.6,
    seed: int = 1,
    slope: float = 0.0,
    shared: float = 0.0,
    last: str = MONTHS[-1],
) -> Panel:
    """Delays of 5 to 20 a day for 100,000 adults, season and AR(1) errors of 0.2 on the log scale.

    ``slope`` is a trend a month, ``shared`` the standard deviation of a monthly shock that all boards share.
    """
    rng = np.random.default_rng(seed)
    n, warm = len(MONTHS), 60
    noise = 0.2 * rng.normal(size=(n + warm, boards)) + shared * rng.normal(size=(n + warm, 1))
    error = np.zeros_like(noise)
    for t in range(1, n + warm):
        error[t] = rho * error[t - 1] + noise[t]
    t = np.arange(n)[:, None]
    level = np.log(np.linspace(5, 20, boards))[rng.permutation(boards)]
    rate = np.exp(level + 0.1 * np.sin(2 * np.pi * t / 12) + slope * t + error[warm:])
    adults = np.round(np.linspace(100_000, 900_000, boards)[rng.permutation(boards)])
    days = pd.Series(pd.PeriodIndex(MONTHS, freq="M").days_in_month).to_numpy()[:, None]
    counts = np.round(rate * adults * days / 1e5)
    codes = [*load.boards()][:boards]
    frames = [make_rows("dtoc_days", code, MONTHS, counts[:, i], adults[i]) for i, code in enumerate(codes)]
    frames.append(make_rows("dtoc_days", ENGLAND, MONTHS, counts.sum(1), adults.sum()))
    table = validate(pd.concat(frames))
    return build_panel(table[table["period"] <= last], load.metric("dtoc_days"))
