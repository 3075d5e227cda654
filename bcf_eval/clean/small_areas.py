"""How much of a commissioner lies in an authority? Its small areas there, or the people of them."""

from __future__ import annotations

import pandas as pd

from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period

FETCH = "fetch the lookups too (return 'lookups'): admissions cannot be given to boards without them"


def weigh_small_areas(lookups: pd.DataFrame | None, year: int, *, period: str) -> pd.DataFrame:
    """Count the small areas of every commissioner in every authority, or their people where these are known.

    Parameters
    ----------
    lookups
        Rows of :func:`bcf_eval.clean.returns.lookups.read_lookup`; ``None`` when there are none.
    year
        Of the lookup from small areas to commissioners.
    period
        The first month that needs it, for messages.

    Returns
    -------
    DataFrame
        ``organisation``, ``area_code``, ``amount`` (small areas or people), ``weight`` (``small areas`` or
        ``people``), ``source`` (the files it rests on, joined by ``; ``).

    Raises
    ------
    InputError
        One line: which lookup is missing, or does not agree with the others.
    """
    if lookups is None or lookups.empty:
        raise InputError(f"There are no lookups from small areas to commissioners and authorities; {FETCH}.")
    small_areas = _pick(lookups, "commissioners", year)
    if small_areas.empty:
        raise InputError(
            f"There is no lookup from small areas to commissioners of {year}, which catalogue/lookup_years.csv puts in "
            f"force in {parse_period(period).label} (there are: {_name_years(lookups, 'commissioners')}); {FETCH}."
        )
    uppers = _choose_uppers(lookups, year)
    placed = small_areas[["small_area", "organisation", "lower_tier"]].merge(
        uppers[["lower_tier", "upper_tier"]], on="lower_tier", how="left", validate="many_to_one"
    )
    for _, row in placed[placed["upper_tier"].isna()].iterrows():
        raise InputError(
            f"{row['lower_tier']}, the district of small area {row['small_area']} in the lookup of {year}, is in no "
            f"row of {_cite(uppers)}; fetch the list of districts and upper tiers of that year too."
        )
    people = _choose_people(lookups, year)
    weight = "small areas" if people is None else "people"
    if people is None:
        placed["amount"] = 1.0
    else:
        placed["amount"] = _count_people(placed, people)
    amounts = placed.groupby(["organisation", "upper_tier"])["amount"].sum().reset_index()
    files = [_cite(one) for one in (small_areas, uppers, people) if one is not None]
    return amounts.rename(columns={"upper_tier": "area_code"}).assign(weight=weight, source="; ".join(files))


def check_small_areas(lookups: pd.DataFrame | None) -> None:
    """Check that every lookup to commissioners lists the same small areas: their list is of 2011 and does not change.

    Raises
    ------
    InputError
        Naming the two lookups and a small area that only one of them has.
    """
    if lookups is None:
        return
    listed = lookups.loc[lookups["table"] == "commissioners", ["small_area", "year"]]
    years = listed["year"].value_counts()
    times = listed["small_area"].value_counts()
    for small_area in times.index[times < len(years)]:
        lacking = next(year for year in years.index if year not in set(_years_of(listed, small_area)))
        raise InputError(
            f"The lookup of {lacking} lists {years[lacking]:,} small areas, that of {years.index[0]} lists "
            f"{years.iloc[0]:,}; expected the same, but {small_area} is not in the former. Is it cut short? Fetch it "
            "again."
        )


def _years_of(listed: pd.DataFrame, small_area: str) -> list[int]:
    return listed.loc[listed["small_area"] == small_area, "year"].tolist()


def _pick(lookups: pd.DataFrame, table: str, year: int) -> pd.DataFrame:
    return lookups[(lookups["table"] == table) & (lookups["year"] == year)]


def _years(lookups: pd.DataFrame, table: str) -> list[int]:
    return sorted(lookups.loc[lookups["table"] == table, "year"].unique().tolist())


def _name_years(lookups: pd.DataFrame, table: str) -> str:
    return ", ".join(str(year) for year in _years(lookups, table)) or "none"


def _cite(rows: pd.DataFrame) -> str:
    return "; ".join(rows["source"].unique())


def _choose_uppers(lookups: pd.DataFrame, year: int) -> pd.DataFrame:
    """Choose the list of districts and upper tiers: the first from that year on, else the last before it."""
    years = _years(lookups, "upper_tiers")
    if not years:
        raise InputError(f"There is no lookup from districts to upper-tier authorities; {FETCH}.")
    return _pick(lookups, "upper_tiers", next((one for one in years if one >= year), years[-1]))


def _choose_people(lookups: pd.DataFrame, year: int) -> pd.DataFrame | None:
    years = _years(lookups, "small_areas")
    return _pick(lookups, "small_areas", min(years, key=lambda one: abs(one - year))) if years else None


def _count_people(placed: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    known = placed["small_area"].map(people.set_index("small_area")["people"])
    for small_area in placed.loc[known.isna(), "small_area"]:
        raise InputError(f"{small_area}, a small area of the lookup, is not in {_cite(people)}; expected its people.")
    empty = known.groupby(placed["organisation"]).sum().eq(0)
    for organisation in empty.index[empty]:
        raise InputError(f"{_cite(people)}: nobody lives in the small areas of '{organisation}'; expected people.")
    return known
