"""A small simulated record: eight boards and England, 96 months, with a known fall in one board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import days_in, rate, validate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND

MONTHS = month_range("2011-04", "2019-03")
FELL = "E06000001"
FALL = -6.0
BOARDS = [*load.boards()[:7], "E10000003"]


def simulate_observations(*, seed: int = 1, noise: float = 0.4) -> pd.DataFrame:
    """Rates of about 12 with season and AR(1) errors; board ``FELL`` drops by ``FALL`` in April 2015."""
    rng = np.random.default_rng(seed)
    metric = load.metric("dtoc_days")
    t = np.arange(len(MONTHS))
    days = days_in(pd.Series(MONTHS))
    frames, counts, people = [], np.zeros(t.size), np.zeros(t.size)
    for i, board in enumerate(BOARDS):
        error = np.zeros(t.size)
        for s in range(1, t.size):
            error[s] = 0.4 * error[s - 1] + noise * rng.normal()
        value = 12 + 0.3 * i + 0.01 * t + np.sin(2 * np.pi * t / 12) + error
        value += FALL * (np.array(MONTHS) >= "2015-04") * (board == FELL)
        adults = 200_000 + 50_000 * i
        numerator = np.round(value * adults * days / 1e5)
        counts, people = counts + numerator, people + adults
        frames.append((board, numerator, np.full(t.size, float(adults))))
    frames.append((ENGLAND, counts, people))
    return validate(
        pd.concat(
            [
                pd.DataFrame(
                    {
                        "area_code": code,
                        "metric": metric.key,
                        "period": MONTHS,
                        "numerator": numerator,
                        "denominator": adults,
                        "value": rate(numerator, adults, metric, days),
                        "flag": "",
                        "source": "simulated",
                    }
                )
                for code, numerator, adults in frames
            ]
        )
    )


@pytest.fixture(scope="session")
def observations() -> pd.DataFrame:
    return simulate_observations()


@pytest.fixture(scope="session")
def panel(observations: pd.DataFrame) -> Panel:
    return build_panel(observations, load.metric("dtoc_days"))


def _observe(
    code: str, metric: str, periods: list[str], counts: list[float] | float = 10.0, flag: str = ""
) -> pd.DataFrame:
    """Rows whose rate is their count."""
    numbers = np.broadcast_to(np.asarray(counts, float), len(periods)).copy()
    return pd.DataFrame(
        {
            "area_code": code,
            "metric": metric,
            "period": periods,
            "numerator": numbers,
            "denominator": 100_000.0,
            "value": numbers,
            "flag": flag,
            "source": "a/test",
        }
    )


def _put(frame: pd.DataFrame, period: str, **others: Any) -> pd.DataFrame:
    """Change one period."""
    changed = frame.copy()
    for name, value in others.items():
        changed.loc[changed["period"] == period, name] = value
    return changed


@pytest.fixture(scope="session")
def observe() -> Callable[..., pd.DataFrame]:
    """What makes rows whose rate is their count."""
    return _observe


@pytest.fixture(scope="session")
def put() -> Callable[..., pd.DataFrame]:
    """What changes one period of some rows."""
    return _put
