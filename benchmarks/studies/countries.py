"""Whole countries of boards whose truth is known, laid out as the tool reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.observations import days_in, events, rate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND

Array = npt.NDArray[np.float64]

_WARM_UP = 120


@dataclass(frozen=True)
class World:
    """How boards move when nothing changes.

    Attributes
    ----------
    label
        In words.
    rho
        Autocorrelation of each board's own log rate.
    sd
        Standard deviation of its innovations.
    national
        Standard deviation of the innovations of a shock that all boards share, itself an AR(1).
    national_rho
        Its autocorrelation.
    trend
        Standard deviation over boards of their trends, per month.
    """

    label: str
    rho: float = 0.5
    sd: float = 0.2
    national: float = 0.0
    national_rho: float = 0.9
    trend: float = 0.0


WORLDS = (
    World("boards independent, ρ = 0.5"),
    World("boards independent, ρ = 0.3", rho=0.3),
    World("boards independent, ρ = 0.7", rho=0.7),
    World("boards independent, ρ = 0.9", rho=0.9),
    World("a shock that all share", national=0.05),
    World("a larger shock that all share, ρ = 0.7", rho=0.7, national=0.1),
    World("each board a trend of its own", trend=0.005),
)


def simulate_country(world: World, *, first: str, last: str, boards: int, random: np.random.Generator) -> Panel:
    """Simulate delayed transfers of care of a country, with a season that all boards share.

    Parameters
    ----------
    world
        How boards move.
    first, last
        Months, ``YYYY-MM``.
    boards
        How many, at the most as many as England has.
    random
        A seeded generator.
    """
    months = month_range(first, last)
    n, codes = len(months), load.boards()[:boards]
    own = _draw(world.rho, world.sd, (n, boards), random)
    shared = _draw(world.national_rho, world.national, (n, 1), random)
    t = np.arange(n)
    season = 0.08 * np.sin(2 * np.pi * t / 12) + 0.03 * np.cos(4 * np.pi * t / 12)
    trend = world.trend * random.normal(size=boards) * (t[:, None] - n / 2)
    level = np.log(11) + 0.5 * random.normal(size=boards)
    rates = np.exp(level + own + shared + season[:, None] + trend)
    people = np.exp(np.log(250_000) + 0.6 * random.normal(size=boards))
    return lay_out(months, codes, rates, people)


def lay_out(months: list[str], codes: list[str], rates: Array, people: Array) -> Panel:
    """Lay rates per day out as a panel of the metric, with England as their sum.

    Parameters
    ----------
    months
        Length ``T``.
    codes
        ONS codes, length ``S``.
    rates
        Delayed days per 100,000 adults per day, shape ``(T, S)``.
    people
        Adults, shape ``(S,)``.
    """
    metric, days = load.metric("dtoc_days"), np.asarray(days_in(pd.Series(months)))[:, None]
    adults = np.broadcast_to(people, rates.shape)
    counts = events(rates, adults, metric, days)
    areas = (*codes, ENGLAND)
    numerator = np.column_stack([counts, counts.sum(axis=1)])
    denominator = np.column_stack([adults, adults.sum(axis=1)])
    nowhere = np.zeros(numerator.shape, bool)
    return Panel(
        metric=metric,
        periods=tuple(months),
        areas=areas,
        value=np.asarray(rate(numerator, denominator, metric, days)),
        numerator=numerator,
        denominator=denominator,
        events_per_unit=np.asarray(events(1.0, denominator, metric, days)),
        incomplete=nowhere,
        implausible=nowhere,
        to_five=np.zeros(len(months), bool),
        recounted={},
        recounted_why={},
    )


def _draw(rho: float, sd: float, shape: tuple[int, int], random: np.random.Generator) -> Array:
    """An AR(1) in its stationary state, as columns."""
    noise = sd * random.normal(size=(shape[0] + _WARM_UP, shape[1]))
    for t in range(1, len(noise)):
        noise[t] += rho * noise[t - 1]
    return noise[_WARM_UP:]
