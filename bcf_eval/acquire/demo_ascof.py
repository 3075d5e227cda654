"""What do councils return for the outcomes framework in the demonstration? Every measure, by year and council."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bcf_eval.acquire.demo_annual import PROCESSES, Course, draw_course, draw_events, draw_share
from bcf_eval.acquire.demo_model import Counts, Floats
from bcf_eval.acquire.demo_people import ADULT, FIRST_YEAR, People
from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period

FIRST, LAST = "2014/15", "2018/19"
PENSION_AGE = 65
DELAYS_FROM = "2017/18"  # before, 2C counted the patients of one night a month

# Of people of 65 and over: discharged from hospital from October to December. Of adults: who use social care.
_DISCHARGED, _USERS = 0.15, 0.0125
_ANSWERS, _CARERS = 400, 350


@dataclass(frozen=True)
class Measure:
    """A measure by year and council.

    Attributes
    ----------
    numerator, denominator
        Before they are rounded, shape ``(n_years, n_areas)``.
    multiplier
        Of the quotient, for the value.
    answers
        People asked, shape ``(n_years, n_areas)``, when it comes from a survey.
    counts_given
        Whether the return prints the counts, and not the value alone.
    """

    numerator: Floats
    denominator: Floats
    multiplier: float = 100.0
    answers: Counts | None = None
    counts_given: bool = True


@dataclass(frozen=True)
class Outcomes:
    """All measures, and the truth behind those that were drawn.

    Attributes
    ----------
    years
        Financial years, written ``2014/15``.
    areas
        Codes of the councils: the boards and the Isles of Scilly, sorted.
    measures, courses
        By key of the metric.
    """

    years: tuple[str, ...]
    areas: tuple[str, ...]
    measures: Mapping[str, Measure]
    courses: Mapping[str, Course]


def list_years(months: list[str]) -> tuple[str, ...]:
    """List the financial years of the outcomes framework that lie wholly within some months."""
    first, last = parse_period(FIRST), parse_period(LAST)
    years = [first.shift(number) for number in range(last.since(first) + 1)]
    return tuple(str(year) for year in years if set(year.months) <= set(months))


def draw_outcomes(
    rng: np.random.Generator, months: list[str], areas: tuple[str, ...], *, people: People, delays: Counts
) -> Outcomes:
    """Draw every measure.

    Parameters
    ----------
    rng
        Seeded.
    months
        Of ``delays``.
    areas
        Codes of the councils, sorted.
    people
        Who lives there.
    delays
        Delayed days of the boards, shape ``(n_months, n_boards, 3)``: attributed to the NHS, to social care, to both.

    Returns
    -------
    Outcomes
    """
    years = list_years(months)
    shape = {"n_years": len(years), "n_areas": len(areas)}
    courses = {key: draw_course(rng, process, **shape) for key, process in PROCESSES.items()}
    old, adults = _count_people(people, areas, years, PENSION_AGE), _count_people(people, areas, years, ADULT)
    measures = {
        "residential": _draw_rate(rng, courses["residential"], old),
        "residential_younger": _draw_rate(rng, courses["residential_younger"], adults - old),
        **_draw_reablement(rng, courses, old),
        **_draw_surveys(rng, courses, adults),
        **_average_delays(rng, years, months, areas, adults=adults, delays=delays),
    }
    return Outcomes(years, areas, measures, courses)


def _count_people(people: People, areas: tuple[str, ...], years: tuple[str, ...], first_age: int) -> Counts:
    rows = [int(year[:4]) - FIRST_YEAR for year in years]
    return np.column_stack([people.of(code)[rows, first_age:].sum(axis=1) for code in areas])


def _draw_rate(rng: np.random.Generator, course: Course, people: Counts) -> Measure:
    events = draw_events(rng, course.true * people / 1e5)
    return Measure(events.astype(float), people.astype(float), multiplier=1e5)


def _draw_reablement(rng: np.random.Generator, courses: Mapping[str, Course], old: Counts) -> dict[str, Measure]:
    habit = np.exp(0.1 * rng.standard_normal(old.shape[1]))
    growth = 1.02 ** np.arange(len(old))[:, None]
    discharged = np.rint(_DISCHARGED * old * habit * growth).astype(np.int64)
    offered = draw_share(rng, courses["reablement_offered"].true, discharged)
    at_home = draw_share(rng, courses["reablement"].true, offered)
    return {
        "reablement": Measure(at_home.astype(float), offered.astype(float)),
        "reablement_offered": Measure(offered.astype(float), discharged.astype(float)),
    }


def _draw_surveys(rng: np.random.Generator, courses: Mapping[str, Course], adults: Counts) -> dict[str, Measure]:
    """Draw what users and carers answer: counts of users are weighted up, those of carers are who answered."""
    usual = np.exp(0.25 * rng.standard_normal((3, adults.shape[1])))
    users = np.rint(_USERS * adults * usual[0] / 5) * 5 + 5
    answers = np.rint(np.minimum(_ANSWERS * usual[1], 0.5 * users)).astype(np.int64) + 1
    carers = np.rint(np.minimum(_CARERS * usual[2], 0.3 * users)).astype(np.int64) + 1
    found: dict[str, Measure] = {}
    for key in ("quality_of_life", "social_contact", "information", "mental_health_housing"):
        true = courses[key].true
        score = courses[key].process.link == "none"
        scatter = 2.6 if score else np.sqrt(true * (1 - true))
        told = true + rng.standard_normal(true.shape) * scatter / np.sqrt(answers)
        multiplier = 1.0 if score else 100.0
        told = np.clip(told, 0, None if score else 1)
        given = key != "mental_health_housing"
        found[key] = Measure(np.rint(told * users), users, multiplier, answers if given else None, given)
    for key in ("carer_quality_of_life", "carer_social_contact", "carer_information"):
        course = courses[key]
        if course.process.link == "none":
            noise = rng.standard_normal(course.true.shape) * 2.4 * np.sqrt(carers)
            found[key] = Measure(np.rint(course.true * carers + noise), carers.astype(float), 1.0, carers)
        else:
            said = draw_share(rng, course.true, carers)
            found[key] = Measure(said.astype(float), carers.astype(float), answers=carers)
    return found


def _average_delays(
    rng: np.random.Generator,
    years: tuple[str, ...],
    months: list[str],
    areas: tuple[str, ...],
    *,
    adults: Counts,
    delays: Counts,
) -> dict[str, Measure]:
    """Count delayed people on an average day: from delayed days, and before them those of one night a month."""
    boards = [areas.index(code) for code in load.boards()]
    per_day = np.zeros((len(years), len(areas), delays.shape[2]))
    for index, year in enumerate(years):
        period = parse_period(year)
        its = [months.index(month) for month in period.months]
        per_day[index, boards] = delays[its].sum(axis=0) / period.days
    snapshot = np.exp(0.12 * rng.standard_normal(per_day.shape[:2]))[..., None] * per_day
    by_night = np.array([year < DELAYS_FROM for year in years])[:, None]
    counted = np.where(by_night[..., None], snapshot, per_day)
    # What is both's was counted as social care's until both had a measure of its own.
    social = counted[..., 1] + np.where(by_night, counted[..., 2], 0.0)
    parts = {
        "dtoc_ascof": counted.sum(axis=2),
        "dtoc_ascof_social_care": social,
        "dtoc_ascof_both": counted[..., 2],
    }
    return {key: Measure(number, adults.astype(float), multiplier=1e5) for key, number in parts.items()}
