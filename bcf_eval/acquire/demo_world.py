"""What is drawn for a demonstration? People, delays, admissions and outcomes, each from a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.acquire import (
    demo_admissions,
    demo_ascof,
    demo_files,
    demo_geography,
    demo_model,
    demo_parts,
    demo_people,
)
from bcf_eval.catalogue import load
from bcf_eval.periods import month_range, parse_period

FIRST, LAST = "2011-04", "2019-03"
INTERVENTIONS = ("bcf_2015", "ibcf_2017")

# Days a month, on average, of people from Wales, from Scotland and from outside Great Britain.
_UNALLOCATED = {"9900": 450.0, "9901": 6.0, "9902": 25.0}


@dataclass(frozen=True)
class World:
    """All of a demonstration before it is written.

    Attributes
    ----------
    months
        Of the delayed transfers, written ``YYYY-MM``.
    boards
        ONS codes, sorted.
    people
        Who lives where.
    simulation, parts
        Delays by board, and how they are split.
    geography
        Small areas and commissioners.
    admissions, returns
        Admissions by authority, and what commissioners return of them.
    outcomes
        The annual measures.
    """

    months: list[str]
    boards: tuple[str, ...]
    people: demo_people.People
    simulation: demo_model.Simulation
    parts: demo_parts.Parts
    geography: demo_geography.Geography
    admissions: demo_admissions.Admissions
    returns: list[demo_admissions.Return]
    outcomes: demo_ascof.Outcomes


def draw_world(seed: int) -> World:
    """Draw everything.

    Parameters
    ----------
    seed
        Any whole number from 0.

    Returns
    -------
    World
    """
    months, boards = month_range(FIRST, LAST), load.boards()
    people = demo_people.draw_people(make_stream(seed, 0))
    adults = people.adults(boards, months)
    simulation = demo_model.simulate(
        make_stream(seed, 2),
        demo_model.draw_model(make_stream(seed, 1), adults[len(months) // 2]),
        adults=adults,
        days=_days_of(months),
        month_of_year=months_of_year(months),
        starts=_find_starts("dtoc_days", months),
    )
    others = np.array([[_UNALLOCATED[row.code] for row in demo_files.list_rows()[len(boards) :]]])
    strangers = demo_model.draw_counts(make_stream(seed, 3), np.repeat(others, len(months), axis=0), np.array(1e5))
    counts = np.concatenate([simulation.counts, strangers], axis=1)
    parts = demo_parts.split_counts(make_stream(seed, 4), counts, other_from=months.index("2017-04"))
    geography = demo_geography.lay_geography(make_stream(seed, 6), people)
    admissions = _draw_admissions(
        seed, [month for month in months if month >= demo_admissions.FIRST], people, geography
    )
    return World(
        months=months,
        boards=boards,
        people=people,
        simulation=simulation,
        parts=parts,
        geography=geography,
        admissions=admissions,
        returns=demo_admissions.draw_returns(make_stream(seed, 10), admissions, geography),
        outcomes=demo_ascof.draw_outcomes(
            make_stream(seed, 11),
            months,
            geography.areas,
            people=people,
            delays=parts.organisations[:, : len(boards)],
        ),
    )


def make_stream(seed: int, number: int) -> np.random.Generator:
    """Make the stream of random numbers of one thing: 5 is that of the futures in the truth."""
    return np.random.default_rng([seed, number])


def months_of_year(months: list[str]) -> npt.NDArray[np.int64]:
    """Say which month of the year each is, 0 for January."""
    return np.array([parse_period(month).first_day.month - 1 for month in months])


def _draw_admissions(
    seed: int, months: list[str], people: demo_people.People, geography: demo_geography.Geography
) -> demo_admissions.Admissions:
    return demo_admissions.draw_admissions(
        (make_stream(seed, 7), make_stream(seed, 8), make_stream(seed, 9)),
        months,
        geography,
        people=people.persons(geography.areas, months, first_age=0),
        days=_days_of(months),
        month_of_year=months_of_year(months),
        starts=_find_starts("nea", months),
    )


def _find_starts(metric: str, months: list[str]) -> tuple[int, ...]:
    starts = {one.key: one.start for one in load.interventions(metric)}
    return tuple(months.index(starts[key]) for key in INTERVENTIONS)


def _days_of(months: list[str]) -> npt.NDArray[np.float64]:
    return np.array([parse_period(month).days for month in months], float)
