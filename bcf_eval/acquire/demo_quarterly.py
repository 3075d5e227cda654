"""What do boards tell of in their quarterly returns in the demonstration? Of what happened to them, and of money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bcf_eval.acquire.demo_model import Floats
from bcf_eval.acquire.demo_people import FIRST_YEAR
from bcf_eval.acquire.demo_world import World
from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period

YEAR, BEFORE = "2016/17", "2015/16"
BOARDS = ("E06000033", "E06000052", "E08000025", "E09000022", "E10000016")

_FUND_PER_ADULT = 130.0  # pounds


@dataclass(frozen=True)
class Answers:
    """What one board has to tell, by quarter.

    Attributes
    ----------
    board
        Its name.
    change
        Each metric as a multiple of the year before, by quarter; below 1 is better.
    money
        Planned and actual pounds of each quarter, shape ``(2, 4)``.
    people
        Of all ages.
    budgets
        Personal health budgets in place at the end of each quarter.
    """

    board: str
    change: dict[str, list[float]]
    money: Floats
    people: int
    budgets: list[int]


def draw_answers(rng: np.random.Generator, world: World) -> list[Answers]:
    """Let the chosen boards tell of what happened to them.

    Parameters
    ----------
    rng
        Seeded.
    world
        What happened.

    Returns
    -------
    list of Answers
        In the order of :data:`BOARDS`.
    """
    return [_draw_answers(rng, world, code) for code in BOARDS]


def _draw_answers(rng: np.random.Generator, world: World, code: str) -> Answers:
    board, area = world.boards.index(code), world.geography.areas.index(code)
    year, before = parse_period(YEAR).months, parse_period(BEFORE).months
    at = [world.months.index(month) for month in (*before, *year)]
    delays = world.simulation.values[at, board].reshape(2, 4, 3).mean(axis=2)
    adults = world.simulation.adults[at[-1], board]
    at = [world.admissions.months.index(month) for month in (*before, *year)]
    admissions = world.admissions.simulation.values[at, area].reshape(2, 4, 3).sum(axis=2)
    # A share that stays at home is better when high: its inverse is worse when high, like the others.
    yearly = {key: _quotient(world, key, area) for key in ("residential", "reablement")}
    yearly["reablement"] = 1 / yearly["reablement"]
    plan = np.full(4, np.rint(_FUND_PER_ADULT * adults / 4))
    return Answers(
        board=load.areas()[code].name,
        change={
            "nea": (admissions[1] / admissions[0]).tolist(),
            "dtoc_days": (delays[1] / delays[0]).tolist(),
            **{key: [quotient] * 4 for key, quotient in yearly.items()},
        },
        money=np.stack([plan, np.rint(plan * np.exp(0.03 * rng.standard_normal(4)))]),
        people=int(world.people.of(code)[int(YEAR[:4]) - FIRST_YEAR].sum()),
        budgets=np.rint(adults / 6000 + 2 * rng.standard_normal(4).cumsum().clip(0)).astype(int).tolist(),
    )


def _quotient(world: World, key: str, area: int) -> float:
    measure = world.outcomes.measures[key]
    rates = measure.numerator[:, area] / measure.denominator[:, area]
    return float(rates[world.outcomes.years.index(YEAR)] / rates[world.outcomes.years.index(BEFORE)])
