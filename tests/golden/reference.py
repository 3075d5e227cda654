"""The reference series and R's answers, R's design, and simulated series, for several golden tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def read_series(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "gold" / "nlme_reference_data.csv")


def read_answers(shared: Path, method: str) -> pd.DataFrame:
    """R's answers by one method, the terms t, s and r of every series below each other."""
    table = pd.read_csv(shared / "gold" / "nlme_reference.csv")
    return table[table["method"] == method].set_index(["series", "term"]).sort_index()


def season_of(month: np.ndarray, pairs: int) -> list[np.ndarray]:
    columns = []
    for pair in range(1, pairs + 1):
        columns += [np.sin(2 * np.pi * pair * month / 12), np.cos(2 * np.pi * pair * month / 12)]
    return columns


def design_of(series: pd.DataFrame) -> np.ndarray:
    """R's model: y ~ t + s + r, with Fourier pairs of the calendar month (t mod 12) + 1."""
    return segmented(series["t"].to_numpy(), int(series["T"].iloc[0]), int(series["seas"].iloc[0]))


def segmented(t: np.ndarray, start: int, pairs: int) -> np.ndarray:
    after = (t >= start).astype(float)
    return np.column_stack([np.ones(t.size), t, after, after * (t - start), *season_of(t % 12 + 1, pairs)])


def simulate_errors(n: int, *, series: int, rho: float, seed: int) -> np.ndarray:
    """AR(1) errors of variance 1, shape ``(n, series)``."""
    errors = np.random.default_rng(seed).normal(size=(n, series))
    for t in range(1, n):
        errors[t] = rho * errors[t - 1] + np.sqrt(1 - rho**2) * errors[t]
    return errors
