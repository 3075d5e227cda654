"""How many people lived in an area in the middle of a month? Estimates carried between, before and after mid-years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.clean.areas import name_areas
from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period


@dataclass(frozen=True)
class _Change:
    """Areas that were redrawn into others on the same ground."""

    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class _Knots:
    """People of one area on 30 June of each year, and whether each number is carried over."""

    years: npt.NDArray[np.int64]
    people: npt.NDArray[np.float64]
    extended: npt.NDArray[np.bool_]


def estimate_denominators(
    estimates: pd.DataFrame, series: pd.DataFrame | None, *, band: str, wanted: pd.DataFrame
) -> pd.DataFrame:
    """Estimate the people of an age band in the middle of each month.

    Between two mid-years: linear in days, from 30 June to 30 June, read at the 15th of the month; a
    mid-year missing between two others is bridged, and counts as carried over.
    Before the first estimate: the age share of the first, on the series of totals. After the last:
    the last. An area that was redrawn: the total of its successors within the band, shared as the
    old areas stood to each other in the nearest year that has them; before the first estimate
    likewise on the successors' series.

    Parameters
    ----------
    estimates
        ``area_code, year, band, people``.
    series
        ``area_code, year, people``: all ages, on the boundaries of 2020. ``None`` when absent.
    band
        ``18+``, ``65+`` or ``all``.
    wanted
        ``area_code, period``: the areas and months to estimate, each pair once.

    Returns
    -------
    DataFrame
        ``area_code, period, denominator, extended``; ``extended`` where a number that was carried over
        has any weight. A mere change of code is not carried over.

    Raises
    ------
    InputError
        If an area has no estimate, or a month lies before every series.
    """
    within, everybody = _pivot(estimates, band), _pivot(estimates, "all")
    totals = None if series is None else series.pivot(index="year", columns="area_code", values="people")
    within, everybody = _know_ground(within), _know_ground(everybody)
    totals = None if totals is None else _know_ground(totals)
    changes = {code: change for change in _list_changes() for code in change.old}
    frames = []
    for code, rows in wanted.groupby("area_code"):
        code, periods = str(code), rows["period"].tolist()
        knots = _list_knots(code, within, changes.get(code))
        if _mid_year(int(knots.years[0])) > min(_mid_month(period) for period in periods):
            knots = _extend_back(code, knots, everybody, totals, changes.get(code))
        frames.append(_interpolate(code, knots, periods))
    return pd.concat(frames, ignore_index=True)


def describe_coverage(years: Iterable[int], periods: Iterable[str], *, source: str) -> list[str]:
    """Say in a line each what months have people carried over, because the estimates do not reach them.

    Parameters
    ----------
    years
        Of the estimates that are there.
    periods
        Months that are wanted.
    source
        Key of the return of people.
    """
    known, months = sorted(set(years)), sorted(set(periods))
    days = [_mid_month(month) for month in months]
    messages = []
    if days[0] < _mid_year(known[0]):
        messages.append(
            f"{source}: the first estimates are of mid-{known[0]}; the months before, from "
            f"{parse_period(months[0]).label}, have their age shares on the series of totals, flagged 'extended'."
        )
    for before, after in pairwise(known):
        if after - before > 1 and any(_mid_year(before) < day < _mid_year(after) for day in days):
            lacking = ", ".join(f"mid-{year}" for year in range(before + 1, after))
            messages.append(
                f"{source}: there are no estimates of {lacking}; the months from mid-{before} to mid-{after} are "
                "bridged, flagged 'extended'."
            )
    if days[-1] > _mid_year(known[-1]):
        messages.append(
            f"{source}: the last estimates are of mid-{known[-1]}; the months after, to "
            f"{parse_period(months[-1]).label}, have the same people, flagged 'extended'."
        )
    return messages


def _list_knots(code: str, within: pd.DataFrame, change: _Change | None) -> _Knots:
    """Take an area's own estimates; where it has none any more, its share of its successors'."""
    years = within.index.to_numpy(int)
    own = within[code] if code in within else pd.Series(np.nan, index=within.index)
    people: npt.NDArray[np.float64] = np.array(own, dtype=float)
    extended = np.zeros(len(people), dtype=bool)
    old, new = (_sum_areas(within, codes) for codes in ((change.old, change.new) if change else ((), ())))
    together = np.flatnonzero(~np.isnan(old))
    for place in np.flatnonzero(np.isnan(people) & ~np.isnan(new)):
        if len(together):
            nearest = together[np.abs(years[together] - years[place]).argmin()]
            people[place] = new[place] * people[nearest] / old[nearest]
            extended[place] = True
    known = ~np.isnan(people)
    if not known.any():
        raise InputError(
            f"The population estimates have no figure for {name_areas().get(code, code)} ({code}); fetch the workbooks "
            "of the mid-years that do."
        )
    return _Knots(years[known], people[known], extended[known])


def _sum_areas(within: pd.DataFrame, codes: Sequence[str]) -> npt.NDArray[np.float64]:
    """Sum some areas year by year; ``NaN`` where one of them has no figure."""
    if not codes or not set(codes) <= set(within):
        return np.full(len(within), np.nan)
    return within[[*codes]].to_numpy(float).sum(axis=1)


def _extend_back(
    code: str, knots: _Knots, everybody: pd.DataFrame, totals: pd.DataFrame | None, change: _Change | None
) -> _Knots:
    """Carry the age share of the first estimate back on the series of totals."""
    first = int(knots.years[0])
    whole: tuple[str, ...] = (code,)
    ground: tuple[str, ...] = (code,)
    if totals is not None and code not in totals and change:
        # The series is on later boundaries: the area's part of all who lived on the same ground.
        whole, ground = change.old, change.new
    if totals is None or not set(ground) <= set(totals) or not set(whole) <= set(everybody):
        raise InputError(
            f"There is no series of total populations for {name_areas().get(code, code)} ({code}) before mid-{first}; "
            "fetch the MYEB3 file of components of change too."
        )
    share = knots.people[0] / everybody.loc[first, [*whole]].sum()
    earlier = totals.index < first
    years = totals.index[earlier].to_numpy(int)
    people = totals.loc[earlier, [*ground]].sum(axis=1).to_numpy(float) * share
    return _Knots(
        np.concatenate([years, knots.years]),
        np.concatenate([people, knots.people]),
        np.concatenate([np.ones(len(years), dtype=bool), knots.extended]),
    )


def _interpolate(code: str, knots: _Knots, periods: Sequence[str]) -> pd.DataFrame:
    days = np.array([_mid_year(int(year)) for year in knots.years], dtype=float)
    wanted = np.array([_mid_month(period) for period in periods], dtype=float)
    if wanted.min() < days[0]:
        early = periods[int(wanted.argmin())]
        raise InputError(f"There are no population figures for {early}; the earliest are for mid-{knots.years[0]}.")
    # No 15th of a month is a 30 June: a month always leans on the mid-years on both its sides.
    right = np.searchsorted(days, wanted)
    after = right == len(days)
    right = np.minimum(right, len(days) - 1)
    left = np.maximum(right - 1, 0)
    bridged = knots.years[right] - knots.years[left] > 1
    extended = after | bridged | knots.extended[right] | knots.extended[left]
    return pd.DataFrame(
        {
            "area_code": code,
            "period": list(periods),
            "denominator": np.interp(wanted, days, knots.people),
            "extended": extended,
        }
    )


def _pivot(estimates: pd.DataFrame, band: str) -> pd.DataFrame:
    chosen = estimates[estimates["band"] == band]
    return chosen.pivot(index="year", columns="area_code", values="people").sort_index()


def _know_ground(people: pd.DataFrame) -> pd.DataFrame:
    """Give the whole of an area that only changed its code, or was split, the people of what is on its ground.

    A change of code goes both ways; the parts of a split have no figures before they were drawn.
    """
    known = people.copy()
    for change in _list_changes():
        if len(change.old) > 1:
            continue
        pairs = [(change.old[0], change.new)] + ([(change.new[0], change.old)] if len(change.new) == 1 else [])
        for code, same_ground in pairs:
            if set(same_ground) <= set(known):
                summed = known[[*same_ground]].sum(axis=1, min_count=len(same_ground))
                known[code] = known[code].fillna(summed) if code in known else summed
    return known


@cache
def _list_changes() -> tuple[_Change, ...]:
    """Gather the changes that hang together: those that share an old or a new area."""
    found: list[_Change] = []
    for row in load.rows("area_changes"):
        old, new = {row["old"]}, {row["new"]}
        for other in [one for one in found if old & set(one.old) or new & set(one.new)]:
            found.remove(other)
            old, new = old | set(other.old), new | set(other.new)
        found.append(_Change(tuple(sorted(old)), tuple(sorted(new))))
    return tuple(found)


@cache
def _mid_month(period: str) -> int:
    return parse_period(period).first_day.replace(day=15).toordinal()


def _mid_year(year: int) -> int:
    return date(year, 6, 30).toordinal()
