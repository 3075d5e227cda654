"""Who is admitted to hospital in the demonstration? True admissions of every board, and what commissioners return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.acquire.demo_effects import Sizes, draw_effects
from bcf_eval.acquire.demo_geography import CORNWALL, SCILLY, Geography
from bcf_eval.acquire.demo_model import (
    Chance,
    Counts,
    Floats,
    Model,
    Simulation,
    draw_autoregression,
    draw_counts,
    simulate,
)
from bcf_eval.acquire.demo_parts import apportion
from bcf_eval.catalogue import load

FIRST = "2012-04"
COMMISSIONERS_FROM = "2013-04"  # primary care trusts before
TRUSTS_COUNTED = 0.985  # of what commissioners counted after them: the series does not go on
MEAN_DAYS = 30.4375
USUAL_RATE = 885.0  # of England, in the middle of the record

CHANCE = Chance(swing_rho=0.7, swing_innovation_sd=0.006, overdispersion=1.5)
_EFFECTS = Sizes((0.11, 0.16), (0.14, 0.20), 0.07, 0.08, 0.02, 0.0010, 0.0008)
_SEASON = np.array([0.014, -0.004, -0.004, 0.004])

# Admissions a month that NHS England, or the National Commissioning Group, commissioned itself.
_NATIONAL = {"X24": 13_000.0, "YDD82": 2_400.0}

# Rough size of every other column of the return for one non-elective admission: elective ordinary and day cases,
# the planned ones among them, treatment centres; referrals made and seen, of all specialties and of general and
# acute ones, other referrals; first attendances.
_PER_ADMISSION = np.array([0.24, 1.12, 0.16, 0.31, 0.04, 2.2, 0.79, 0.95, 0.80, 1.25, 2.9])


@dataclass(frozen=True)
class Admissions:
    """Non-elective admissions by authority.

    Attributes
    ----------
    months
        Written ``YYYY-MM``.
    areas
        Codes of the boards and of the Isles of Scilly, sorted.
    simulation
        What truly happened; its rates are per 100,000 people in the month, and its days 1.
    national
        Admissions that a national commissioner paid for itself, shape ``(n_months,)``.
    """

    months: list[str]
    areas: tuple[str, ...]
    simulation: Simulation
    national: Counts


@dataclass(frozen=True)
class Return:
    """What the return of one month says.

    Attributes
    ----------
    codes
        Of the organisations, sorted, the national one last.
    activity
        Shape ``(n_organisations, 14)``, in the order of the published columns.
    """

    codes: tuple[str, ...]
    activity: Counts


def draw_admissions_model(rng: np.random.Generator, people: Floats, regions: npt.NDArray[np.str_]) -> Model:
    """Draw the parameters of every board, and give a few boards an effect.

    Parameters
    ----------
    rng
        Seeded.
    people
        Shape ``(n_areas,)``; small boards vary more, and only the larger half have effects.
    regions
        Of every area; neighbours are more alike than others.

    Returns
    -------
    Model
        Levels in admissions per 100,000 people in a month of average length.
    """
    n = len(people)
    level, trend = rng.standard_normal((2, n))
    names, region = np.unique(regions, return_inverse=True)
    level = np.exp(0.09 * level + 0.10 * rng.standard_normal(len(names))[region])
    level *= USUAL_RATE / np.average(level, weights=people)
    innovation_sd = np.clip(0.018 * (3e5 / people) ** 0.25, 0.014, 0.06)
    rho = rng.uniform(0.3, 0.7, n)
    season = _SEASON + 0.003 * rng.standard_normal((n, 4))
    return Model(
        level, 0.024 + 0.008 * trend, rho, innovation_sd, season, *draw_effects(rng, people, level, sizes=_EFFECTS)
    )


def draw_admissions(
    streams: tuple[np.random.Generator, np.random.Generator, np.random.Generator],
    months: list[str],
    geography: Geography,
    *,
    people: Floats,
    days: Floats,
    month_of_year: npt.NDArray[np.int64],
    starts: tuple[int, ...],
) -> Admissions:
    """Let the months pass.

    Parameters
    ----------
    streams
        For the parameters of the boards, for what happens, and for the national commissioner.
    months
        From the first return on.
    geography
        Its areas are those of ``people``.
    people
        Of all ages, shape ``(n_months, n_areas)``.
    days
        Of each month.
    month_of_year
        0 for January.
    starts
        Position of the first month of each intervention.

    Returns
    -------
    Admissions
    """
    regions = np.array([load.areas()[code].region for code in geography.areas])
    by_trusts = np.array([month < COMMISSIONERS_FROM for month in months])
    simulation = simulate(
        streams[1],
        draw_admissions_model(streams[0], people[len(months) // 2], regions),
        adults=people,
        days=np.ones(len(months)),
        month_of_year=month_of_year,
        starts=starts,
        chance=CHANCE,
        log_offset=np.log(days / MEAN_DAYS) + np.where(by_trusts, np.log(TRUSTS_COUNTED), 0.0),
    )
    usual = np.array([_NATIONAL[name_national(month)] for month in months]) * days / MEAN_DAYS
    drift = draw_autoregression(streams[2], np.array([0.7]), np.array([0.02]), len(months))[:, 0]
    national = draw_counts(streams[2], usual * np.exp(drift), np.array(1e5), overdispersion=1.5)
    return Admissions(months, geography.areas, simulation, national)


def name_national(month: str) -> str:
    """Say which national commissioner a month has."""
    return "X24" if month >= COMMISSIONERS_FROM else "YDD82"


def name_trusts(areas: tuple[str, ...]) -> dict[str, str]:
    """Give every board a primary care trust of its own; the one of Cornwall has the Isles of Scilly too.

    Parameters
    ----------
    areas
        Codes of authorities.

    Returns
    -------
    dict of str
        Codes of trusts, in the published form, by authority.
    """
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    codes = [f"5{first}{second}" for first in letters[8:] for second in letters]
    trusts = dict(zip((code for code in areas if code != SCILLY), codes, strict=False))
    return {**trusts, SCILLY: trusts[CORNWALL]}


def find_lookup_year(month: str, geography: Geography) -> int:
    """Find the year whose commissioners were those of a month: a new set begins in April."""
    return max(year for year in geography.commissioner_of if f"{year}-04" <= month)


def apportion_counts(admissions: Admissions, geography: Geography) -> Floats:
    """Say what sharing out by small areas will make of the admissions of authorities, shape ``(n_months, n_areas)``.

    It is not what truly happened, which no return tells; months of primary care trusts are ``NaN``.
    """
    counts = admissions.simulation.counts
    found = np.full(counts.shape, np.nan)
    mixed = {year: geography.mix(year) for year in geography.commissioner_of}
    for index, month in enumerate(admissions.months):
        if month >= COMMISSIONERS_FROM:
            found[index] = mixed[find_lookup_year(month, geography)] @ counts[index]
    return found


def draw_returns(rng: np.random.Generator, admissions: Admissions, geography: Geography) -> list[Return]:
    """Give admissions to who paid for them, and invent the other columns of the return.

    Parameters
    ----------
    rng
        Seeded.
    admissions
        By authority.
    geography
        An authority's admissions are given to its commissioners by its small areas in each.

    Returns
    -------
    list of Return
        One for every month.
    """
    counts, found = admissions.simulation.counts, []
    shared: dict[int, Counts] = {}
    trusts = name_trusts(admissions.areas)
    for index, month in enumerate(admissions.months):
        codes: tuple[str, ...]
        if month < COMMISSIONERS_FROM:
            codes = tuple(sorted(set(trusts.values())))
            place = [codes.index(trusts[area]) for area in admissions.areas]
            paid = np.bincount(place, weights=counts[index], minlength=len(codes)).astype(np.int64)
        else:
            year = find_lookup_year(month, geography)
            if year not in shared:
                shared[year] = _share_out(counts, geography.count_small_areas(year))
            codes, paid = geography.commissioners(year), shared[year][index]
        nea = np.append(paid, admissions.national[index])
        found.append(Return((*codes, name_national(month)), _draw_activity(rng, nea)))
    return found


def _share_out(counts: Counts, small_areas: Counts) -> Counts:
    """Share the admissions of authorities out to commissioners, shape ``(n_months, n_commissioners)``."""
    paid = np.zeros((len(counts), small_areas.shape[1]), dtype=np.int64)
    for area, row in enumerate(small_areas):
        its = np.flatnonzero(row)
        share = np.broadcast_to(row[its] / row.sum(), (len(counts), len(its)))
        paid[:, its] += apportion(counts[:, area], share)
    return paid


def _draw_activity(rng: np.random.Generator, nea: Counts) -> Counts:
    habit = np.exp(0.1 * rng.standard_normal((len(nea), len(_PER_ADMISSION))))
    ordinary, day, planned, planned_day, centres, made, *shares = (
        np.rint(nea[:, None] * _PER_ADMISSION * habit).astype(np.int64).T
    )
    seen, acute, acute_seen, other, first = shares
    columns = (
        (ordinary, day, ordinary + day, planned, planned_day, planned + planned_day, centres, nea),
        (made, seen, acute, acute_seen, other, first),
    )
    return np.column_stack([*columns[0], *columns[1]])
