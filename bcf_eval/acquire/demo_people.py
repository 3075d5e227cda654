"""Who lives in the demonstration? Invented people by area, mid-year and year of age, on every boundary in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND

FIRST_YEAR, LAST_YEAR = 2001, 2020
# The estimates of mid-2019 and the series are on the boundaries of this month; no later ones are demonstrated.
LAST_BOUNDARIES = "2020-04"
AGES = 91  # single years 0 to 89, then 90 and over
ADULT = 18

# Medians by kind of authority, in people of mid-2015, and how much one differs from the next (SD of the logarithm).
_SIZES = {"E06": (205_000, 0.30), "E07": (120_000, 0.25), "E08": (305_000, 0.25), "E09": (270_000, 0.15)}
# Authorities that are far from the usual size of their kind: two that are tiny, one small, one that was a county.
_UNUSUAL = {"E06000053": 2_000, "E09000001": 8_500, "E06000017": 39_000, "E06000060": 520_000}
_PIECES = {"E10000009/E06000058": 50_000, "E10000009/E06000059": 360_000}


@dataclass(frozen=True)
class People:
    """Invented people.

    Attributes
    ----------
    units
        Pieces of ground that no boundary cuts: lower-tier authorities, or parts of them.
    counts
        People, shape ``(n_units, n_years, n_ages)``; years from 2001, ages 0 to 90 and over.
    ground
        The units of every area, by its code; a piece of an area that was split is written ``old/new``.
    """

    units: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    ground: dict[str, tuple[str, ...]]

    def of(self, area_code: str) -> npt.NDArray[np.int64]:
        """People of one area, shape ``(n_years, n_ages)``; England is all of them."""
        if area_code == ENGLAND:
            return np.asarray(self.counts.sum(axis=0))
        rows = [self.units.index(unit) for unit in self.ground[area_code]]
        return np.asarray(self.counts[rows].sum(axis=0))

    def adults(self, area_codes: tuple[str, ...], months: list[str]) -> npt.NDArray[np.float64]:
        """Adults on the 15th of each month, on the line between estimates dated 30 June.

        Parameters
        ----------
        area_codes
            Codes of areas.
        months
            Written ``YYYY-MM``.

        Returns
        -------
        ndarray
            Shape ``(n_months, n_areas)``.
        """
        return self.persons(area_codes, months, first_age=ADULT)

    def persons(self, area_codes: tuple[str, ...], months: list[str], *, first_age: int) -> npt.NDArray[np.float64]:
        """People of an age and over; the rest as :meth:`adults`."""
        known = [date(year, 6, 30).toordinal() for year in range(FIRST_YEAR, LAST_YEAR + 1)]
        middle = [parse_period(month).first_day.replace(day=15).toordinal() for month in months]
        yearly = [self.of(code)[:, first_age:].sum(axis=1) for code in area_codes]
        return np.column_stack([np.interp(middle, known, one) for one in yearly])


def draw_people(rng: np.random.Generator) -> People:
    """Invent the people of every authority.

    The age shares stay as they are until mid-2015 and then grow older, because no estimate by age before
    2015 is among the returns; and the parts of an area whose boundary changed grow alike, because nobody
    could know their shares afterwards.

    Parameters
    ----------
    rng
        Seeded.

    Returns
    -------
    People
    """
    ground = _lay_ground()
    units = tuple(sorted({unit for parts in ground.values() for unit in parts}))
    shape = len(units)
    size, growth, tilt = rng.standard_normal((3, shape))
    kind = [unit[:3] for unit in units]
    london = np.array([one == "E09" for one in kind])
    median, spread = np.array([_SIZES.get(one, _SIZES["E06"]) for one in kind]).T
    total = median * np.exp(spread * size)
    growth = 0.007 + 0.004 * london + 0.003 * growth
    tilt = -0.25 * london + 0.15 * tilt
    for index, unit in enumerate(units):
        total[index] = {**_UNUSUAL, **_PIECES}.get(unit, total[index])
    moved = [index for index, unit in enumerate(units) if unit in _merged_ground()]
    growth[moved], tilt[moved] = growth[moved].mean(), tilt[moved].mean()

    years = np.arange(FIRST_YEAR, LAST_YEAR + 1)
    ages = np.arange(106)
    older = 0.008 * np.clip(years - 2015, 0, None)
    slope = (tilt[:, None] + older)[:, :, None] * (ages - 40) / 40
    weight = np.exp(slope) / (1 + np.exp((ages - 81) / 5.5))
    share = np.concatenate([weight[..., :90], weight[..., 90:].sum(axis=-1, keepdims=True)], axis=-1)
    share /= share.sum(axis=-1, keepdims=True)
    people = total[:, None] * np.exp(growth[:, None] * (years - 2015))
    return People(units, np.rint(people[..., None] * share).astype(np.int64), ground)


def _lay_ground() -> dict[str, tuple[str, ...]]:
    """Say which uncut pieces every area is made of, before and after the changes that the returns meet."""
    changes = _list_changes()
    parts: dict[str, list[str]] = {}
    for row in changes:
        piece = {"merge": row["old"], "partial": f"{row['old']}/{row['new']}", "recode": row["new"]}[row["kind"]]
        for code in dict.fromkeys((row["old"], row["new"])):
            parts.setdefault(code, []).append(piece)
    for row in load.rows("lower_tiers"):
        lower, upper = row["lower_tier"], row["upper_tier"]
        parts.setdefault(lower, [lower])
        if upper != lower:
            parts.setdefault(upper, []).extend(parts[lower])
    return {code: tuple(dict.fromkeys(units)) for code, units in parts.items()}


def _list_changes() -> list[dict[str, str]]:
    """List the changes of ``area_changes.csv`` from the first return to the last boundaries of an estimate."""
    return [row for row in load.rows("area_changes") if load.BOUNDARIES < row["from_period"] <= LAST_BOUNDARIES]


def _merged_ground() -> set[str]:
    ground = _lay_ground()
    touched = {row["new"] for row in _list_changes() if row["kind"] != "recode"}
    return {unit for code in touched for unit in ground[code]}
