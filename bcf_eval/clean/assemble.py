"""How do the rows of all returns become the tables we keep? Divided by people, gaps named, in one tidy frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bcf_eval import observations
from bcf_eval.clean.annual import rate_annual
from bcf_eval.clean.apportion import apportion
from bcf_eval.clean.checks import list_gaps, name_months
from bcf_eval.clean.denominators import describe_coverage
from bcf_eval.clean.geography import boundary_breaks, convert_areas
from bcf_eval.clean.people import estimate_people
from bcf_eval.clean.published import compare_published
from bcf_eval.clean.quarters import sum_quarters
from bcf_eval.clean.rates import divide_by_people, list_missing, name_unallocated
from bcf_eval.clean.returns import ascof, dtoc, lookups, mar, population
from bcf_eval.clean.shares import build_shares
from bcf_eval.errors import InputError
from bcf_eval.periods import month_range


@dataclass(frozen=True)
class Assembled:
    """The tables of a build.

    Attributes
    ----------
    tables
        By name, as they are written.
    messages
        One line each.
    """

    tables: Mapping[str, pd.DataFrame]
    messages: tuple[str, ...]


@dataclass(frozen=True)
class _Counts:
    """Monthly counts of areas, before they are divided by people, and what belongs to no area."""

    counts: pd.DataFrame
    unallocated: pd.DataFrame
    messages: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class _Rated:
    """Monthly and quarterly observations, with the tables that belong to them."""

    observations: list[pd.DataFrame]
    tables: Mapping[str, pd.DataFrame]
    messages: tuple[str, ...]


def assemble(rows: Mapping[str, pd.DataFrame], *, allow_gaps: bool, geography: int | None = None) -> Assembled:
    """Make every table from what was read.

    Parameters
    ----------
    rows
        Tidy rows by return; one that has no files is absent.
    allow_gaps
        Whether a month missing between others is let through, as rows without a number, flagged ``gap``.
    geography
        The year whose boundaries all areas are to stand on; ``None`` leaves them as they were.

    Returns
    -------
    Assembled

    Raises
    ------
    InputError
        One line that names the first thing that is wrong, and where.
    """
    counted = [_count_delays(rows, allow_gaps=allow_gaps), _count_admissions(rows, allow_gaps=allow_gaps)]
    rated = _rate_months(rows, [one for one in counted if one])
    annual = rows.get(ascof.SOURCE)
    frames = [*rated.observations, *([] if annual is None else [rate_annual(annual)])]
    converted = convert_areas(pd.concat(frames, ignore_index=True), geography)
    tables = {
        "observations": observations.validate(converted.observations),
        "refused": converted.refused,
        "left_out": converted.left_out,
        "boundary_breaks": boundary_breaks(geography),
        **rated.tables,
    }
    if annual is not None and rated.observations and population.SOURCE in rows:
        tables["comparisons"] = compare_published(rated.observations[0], rows[population.SOURCE], annual)
    return Assembled(tables, (*rated.messages, *converted.messages))


def _count_delays(rows: Mapping[str, pd.DataFrame], *, allow_gaps: bool) -> _Counts | None:
    """Count delayed days by area and month."""
    if dtoc.SOURCE not in rows:
        return None
    delays = rows[dtoc.SOURCE]
    is_area = delays["area_code"] != ""
    counts, messages = _fill_gaps(
        delays[is_area].drop(columns="code"), dtoc.SOURCE, (*dtoc.METRICS.values(),), allow_gaps=allow_gaps
    )
    return _Counts(counts, name_unallocated(delays[~is_area], source=dtoc.SOURCE), messages, {})


def _count_admissions(rows: Mapping[str, pd.DataFrame], *, allow_gaps: bool) -> _Counts | None:
    """Count admissions by area and month, from those of commissioners."""
    if mar.SOURCE not in rows:
        return None
    admissions = rows[mar.SOURCE]
    shares = build_shares(rows.get(lookups.SOURCE), admissions)
    found = apportion(admissions, shares)
    counts, messages = _fill_gaps(found.counts, mar.SOURCE, (mar.METRIC,), allow_gaps=allow_gaps)
    commissioners = admissions.sort_values(["period", "organisation"], ignore_index=True)
    tables = {"commissioners": commissioners, "shares": shares}
    return _Counts(counts, found.unallocated, (*messages, *found.messages), tables)


def _rate_months(rows: Mapping[str, pd.DataFrame], counted: list[_Counts]) -> _Rated:
    """Divide the counts of months by people, and sum the quarters that are asked for."""
    if not counted:
        return _Rated([], {}, ())
    people = _need_people(rows)
    estimates, series = (people[people["table"] == table] for table in ("estimates", "series"))
    totals = None if series.empty else series
    counts = pd.concat([one.counts for one in counted], ignore_index=True)
    months = month_range(counts["period"].min(), counts["period"].max())
    monthly = divide_by_people(counts, estimates, totals)
    tables = {
        "unallocated": pd.concat([one.unallocated for one in counted], ignore_index=True),
        "people": estimate_people(estimates, totals, months),
    }
    for one in counted:
        tables |= one.tables
    coverage = describe_coverage(estimates["year"], counts["period"], source=population.SOURCE)
    messages = (*coverage, *(line for one in counted for line in one.messages))
    return _Rated([monthly, sum_quarters(monthly)], tables, messages)


def _fill_gaps(
    counts: pd.DataFrame, source: str, metrics: tuple[str, ...], *, allow_gaps: bool
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    gaps = list_gaps(counts["period"].unique())
    if not gaps:
        return counts, ()
    if not allow_gaps:
        raise InputError(
            f"Months are missing between others in '{source}': {name_months(gaps)}; fetch them, or let them "
            "stand as gaps with --allow-gaps."
        )
    missing = list_missing(gaps, metrics=metrics, source=source)
    return pd.concat([counts, missing], ignore_index=True), (f"Gaps let through: {name_months(gaps)}.",)


def _need_people(rows: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    people = rows.get(population.SOURCE)
    if people is None or not people["table"].eq("estimates").any():
        raise InputError(
            f"There are no '{population.SOURCE}' estimates among the raw files: rates need them; fetch them too."
        )
    return people
