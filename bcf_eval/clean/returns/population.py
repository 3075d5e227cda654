"""How many people live in an area? The mid-year estimates by age, and the series of totals that goes further back."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import find_mid_year
from bcf_eval.catalogue.layout import layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.areas import name_areas
from bcf_eval.clean.cells import Numbers, parse_numbers
from bcf_eval.clean.checks import check_parts
from bcf_eval.clean.read import Table, read_table
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.specs import ENGLAND
from bcf_eval.workbook import list_texts, open_workbook

SOURCE = "population"
FIRST_AGE = {"18+": 18, "65+": 65, "all": 0}


def read_population(path: Path, file: RawFile) -> Reading:
    """Read a file of people: the estimates of a mid-year, or the series of totals.

    Parameters
    ----------
    path
        Where it lies.
    file
        What the manifest knows of it.

    Returns
    -------
    Reading
        ``table`` (``estimates`` or ``series``), ``area_code, year, band, people``.
    """
    return read_estimates(path, file) if file.period else read_series(path, file)


def read_estimates(path: Path, file: RawFile) -> Reading:
    """Read the estimates of one mid-year: every board, the Isles of Scilly and England, by age band.

    Parameters
    ----------
    path
        Where the workbook lies; only its sheet of all persons is read.
    file
        What the manifest knows of it.

    Returns
    -------
    Reading
        Table ``estimates``, bands ``18+``, ``65+`` and ``all``.

    Raises
    ------
    InputError
        If the ages of a row do not add up to its total, or the authorities not to England.
    """
    table = read_table(open_workbook(path, name=file.path), layouts(SOURCE, "estimates"), source=SOURCE)
    year = find_mid_year(list_texts(table.above), where=table.where)
    if year != file.period:
        raise InputError(f"{table.where}: the title says mid-{year}, but the manifest says mid-{file.period}.")
    numbers = parse_numbers(table, source=SOURCE)
    check_parts(table, numbers)
    codes = np.array(table.texts("code"))
    kept = np.isin(codes, list(name_areas()))
    bands = _sum_bands(numbers)
    for band, people in bands.items():
        _check_england(table, codes[kept], people[kept], what=f"of age {band}" if band != "all" else "of all ages")
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "table": "estimates",
                    "area_code": codes[kept],
                    "year": int(year),
                    "band": band,
                    "people": people[kept],
                }
            )
            for band, people in bands.items()
        ],
        ignore_index=True,
    )
    return Reading(rows, _say_dropped(file, int((~kept).sum())))


def read_series(path: Path, file: RawFile) -> Reading:
    """Read the totals of every mid-year, districts summed to their authority, and England summed from all.

    Parameters
    ----------
    path
        Where the file of comma-separated values lies.
    file
        What the manifest knows of it.

    Returns
    -------
    Reading
        Table ``series``, band ``all``.

    Raises
    ------
    InputError
        If a district of England is unknown, or missing.
    """
    table = read_table(open_workbook(path, name=file.path), layouts(SOURCE, "series"), source=SOURCE)
    numbers = parse_numbers(table, source=SOURCE, as_text=True)
    codes = np.array(table.texts("code"))
    english = np.array(table.texts("country")) == "E"
    known = _upper_tiers()
    odd = sorted(set(codes[english]) - set(known)) or sorted(set(known) - set(codes[english]))
    if odd or len(set(codes[english])) < english.sum():
        what = f"{odd[0]} is in only one of the two" if odd else "a code stands twice"
        raise InputError(f"{table.where}: its districts of England are not those of catalogue/lower_tiers.csv: {what}.")
    upper = [known[code] for code in codes[english]]
    years = [int(field.removeprefix("people_")) for field in numbers.fields]
    totals = pd.DataFrame(numbers.values[english], columns=years).groupby(np.array(upper)).sum()
    totals.loc[ENGLAND] = totals.sum()
    rows = totals.rename_axis("area_code").reset_index().melt("area_code", var_name="year", value_name="people")
    rows = rows.assign(table="series", band="all", year=rows["year"].astype(int))
    return Reading(rows[["table", "area_code", "year", "band", "people"]], _say_dropped(file, int((~english).sum())))


def _say_dropped(file: RawFile, n: int) -> tuple[str, ...]:
    return (f"{file.cited}: {n} rows about regions, districts or other countries were left out.",) if n else ()


@cache
def _upper_tiers() -> dict[str, str]:
    return {row["lower_tier"]: row["upper_tier"] for row in load.rows("lower_tiers")}


def _sum_bands(numbers: Numbers) -> dict[str, npt.NDArray[np.float64]]:
    ages = [int(field.removeprefix("age_")) if field.startswith("age_") else -1 for field in numbers.fields]
    return {band: numbers.values[:, np.array(ages) >= first].sum(axis=1) for band, first in FIRST_AGE.items()}


def _check_england(table: Table, codes: npt.NDArray[np.str_], people: npt.NDArray[np.float64], *, what: str) -> None:
    if len(set(codes.tolist())) < len(codes):
        twice = next(code for code in codes if (codes == code).sum() > 1)
        raise InputError(f"{table.where}: {twice} stands in more than one row; expected one.")
    printed = people[codes == ENGLAND]
    summed = people[codes != ENGLAND].sum()
    if len(printed) != 1 or printed[0] != summed:
        stated = f"{printed[0]:,.0f}" if len(printed) else "nothing"
        raise InputError(
            f"{table.where}: the authorities have {summed:,.0f} people {what}, but the England row prints {stated}; "
            "expected the same. Is a change missing in catalogue/area_changes.csv?"
        )
