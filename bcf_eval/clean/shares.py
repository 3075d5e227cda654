"""What part of a commissioner lies in each authority? The share of its small areas, by the lookup of the year."""

from __future__ import annotations

from functools import cache

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.clean.areas import list_boards, name_areas
from bcf_eval.clean.commissioners import find_local, find_lookup_year
from bcf_eval.clean.small_areas import check_small_areas, weigh_small_areas
from bcf_eval.errors import CatalogueError, InputError
from bcf_eval.periods import parse_period

COLUMNS = ["area_code", "organisation", "from", "to", "share", "weight", "source"]
CATALOGUE = "catalogue/organisations.csv"
SPELL = ["organisation", "from", "to"]

_NO_END = "9999-12"
_TOLERANCE = 1e-9


def build_shares(lookups: pd.DataFrame | None, commissioners: pd.DataFrame) -> pd.DataFrame:
    """Say for every commissioner and month which share of it lies in which authority.

    What ``organisations.csv`` states of a commissioner comes first; else the lookup in force in the month
    (``lookup_years.csv``) is counted. A lookup lists districts, which lie in the authorities of the next list of
    upper tiers. Where people of small areas are there, small areas count by the people of the nearest year.

    Parameters
    ----------
    lookups
        Rows of :func:`bcf_eval.clean.returns.lookups.read_lookup`; ``None`` when there are none.
    commissioners
        Rows of :func:`bcf_eval.clean.returns.mar.read_mar`. National commissioners, England and months that no
        lookup covers (primary care trusts) get no share.

    Returns
    -------
    DataFrame
        ``area_code``, ``organisation``, ``from`` and ``to`` (months, both included), ``share`` (sums to 1 over the
        areas of an organisation in a month), ``weight`` (``small areas``, ``people``, or ``stated``), ``source``.

    Raises
    ------
    InputError
        One line: there are no lookups, or not of the year; a commissioner that nothing knows, with the month and the
        table to add a row to; a district in no list of upper tiers; a board that no commissioner reaches.
    """
    local = find_local(commissioners)
    spells = _list_spells(local)
    if spells.empty:
        return pd.DataFrame({name: pd.Series(dtype=float if name == "share" else str) for name in COLUMNS})
    check_small_areas(lookups)
    stated = spells["stated"] != ""
    frames = [_share_stated(spells[stated])]
    for key, wanted in spells[~stated].groupby("year"):
        year = int(str(key))
        weights = weigh_small_areas(lookups, year, period=str(wanted["from"].min()))
        _refuse_unknown(wanted, weights, year)
        # A commissioner may have several spells under one lookup, and may lie in several areas.
        frames.append(wanted.merge(weights, on="organisation", validate="many_to_many"))
    shares = pd.concat(frames, ignore_index=True)
    shares["share"] = shares["amount"] / shares.groupby(SPELL)["amount"].transform("sum")
    shares["area_code"] = [
        _recode(code, month) for code, month in zip(shares["area_code"], shares["from"], strict=True)
    ]
    _refuse_unreached(shares, months=sorted(local["period"].unique()))
    return shares[COLUMNS].sort_values([*SPELL, "area_code"], ignore_index=True)


def _list_spells(local: pd.DataFrame) -> pd.DataFrame:
    """List from when to when each commissioner is shared out by what: the year of a lookup, or a stated row."""
    months = local[["organisation", "organisation_name", "period"]].drop_duplicates(["organisation", "period"])
    years = {period: find_lookup_year(period) for period in months["period"].unique()}
    months = months.assign(year=months["period"].map(years), stated="").sort_values(["organisation", "period"])
    for row in load.rows("organisations"):
        within = months["period"].between(row["from_period"], row["to_period"] or _NO_END)
        months.loc[within & (months["organisation"] == row["organisation"]), "stated"] = row["from_period"]
    # A stated row may hold for some months in the middle of a lookup's years: then there are three spells.
    # So it is where an authority changes its code, which a lookup of an earlier year does not know.
    months["codes"] = months["period"].map({one: sum(row["from_period"] <= one for row in _recodes()) for one in years})
    basis = months[["organisation", "year", "stated", "codes"]]
    run = (basis != basis.shift()).any(axis=1).cumsum()
    return months.groupby(run).agg(
        organisation=("organisation", "first"),
        name=("organisation_name", "last"),
        year=("year", "first"),
        stated=("stated", "first"),
        **{"from": ("period", "min"), "to": ("period", "max")},
    )


def _share_stated(spells: pd.DataFrame) -> pd.DataFrame:
    """Take the shares that the catalogue states."""
    columns = {"organisation": "organisation", "from_period": "stated", "area_code": "area_code", "share": "amount"}
    rows = pd.DataFrame(load.rows("organisations"), columns=list(columns)).rename(columns=columns)
    rows = rows.astype({"amount": float})
    totals = rows.groupby(["organisation", "stated"], as_index=False)["amount"].sum()
    for one in totals[(totals["amount"] - 1).abs() > _TOLERANCE].to_dict("records"):
        raise CatalogueError(
            f"{CATALOGUE}: the shares of '{one['organisation']}' from {one['stated']} add up to {one['amount']:.10g}; "
            "expected 1."
        )
    shared = spells.merge(rows, on=["organisation", "stated"], validate="many_to_many")
    return shared.assign(weight="stated", source=CATALOGUE)


def _refuse_unknown(wanted: pd.DataFrame, weights: pd.DataFrame, year: int) -> None:
    for _, row in wanted[~wanted["organisation"].isin(weights["organisation"])].iterrows():
        raise InputError(
            f"'{row['organisation']}' ({row['name']}), a commissioner of {parse_period(row['from']).label}, is not in "
            f"{weights['source'].iloc[0].partition('; ')[0]}, the lookup of {year} that catalogue/lookup_years.csv "
            f"puts in force, nor in {CATALOGUE}: add a row there for each authority it serves, or a later lookup to "
            "the project and to lookup_years.csv."
        )


def _refuse_unreached(shares: pd.DataFrame, *, months: list[str]) -> None:
    """Stop when a board gets nothing from anybody, or somebody gets something who is no authority."""
    for month in months:
        reached = set(shares.loc[(shares["from"] <= month) & (shares["to"] >= month), "area_code"])
        unreached = sorted(set(list_boards(month)) - reached)
        odd = sorted(reached - set(list_boards(month)) - _others())
        if unreached or odd:
            code = (odd or unreached)[0]
            name = name_areas().get(code, "an unknown area")
            if odd:
                source = shares.loc[shares["area_code"] == code, "source"].iloc[0]
                wrong = f"a commissioner has small areas in {name} ({code}), no authority of that month, by {source}."
            else:
                wrong = f"no commissioner has a small area in {name} ({code}); is a lookup cut short?"
            raise InputError(f"{parse_period(month).label}: {wrong}")


def _recode(code: str, month: str) -> str:
    """Give an area the code that it has in a month."""
    return next((row["new"] for row in _recodes() if row["old"] == code and row["from_period"] <= month), code)


@cache
def _recodes() -> tuple[dict[str, str], ...]:
    return tuple(row for row in load.rows("area_changes") if row["kind"] == "recode")


@cache
def _others() -> frozenset[str]:
    return frozenset(code for code, area in load.areas().items() if area.kind == "not_a_board")
