"""Which small area lies where? The lookups from small areas to commissioners, districts and authorities, and people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bcf_eval.catalogue.layout import Field, Layout, layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.delimited import read_delimited
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.workbook import fold

SOURCE = "lookups"
COLUMNS = ["table", "year", "small_area", "organisation", "lower_tier", "upper_tier", "people", "source"]


def read_lookup(path: Path, file: RawFile) -> Reading:
    """Read one lookup, whichever of the three kinds it is.

    Parameters
    ----------
    path
        Where the file of comma-separated values lies.
    file
        What the manifest knows of it; its period says the kind and the year: ``commissioners 2015``.

    Returns
    -------
    Reading
        ``table`` (``commissioners``, ``upper_tiers`` or ``small_areas``), ``year``, ``small_area``, ``organisation``,
        ``lower_tier``, ``upper_tier`` (``""`` where the kind has none), ``people`` (``NaN`` likewise), ``source``.

    Raises
    ------
    InputError
        One line: a heading that no layout knows and the row to add, a row that is cut, a place that stands twice, or
        people that are no number.
    """
    kind, year = file.period.split()
    frame = read_delimited(path, name=file.path)
    columns = _find_columns(list(frame.columns), layouts(SOURCE, kind), year=year, where=file.path)
    _refuse_cut(frame, file)
    cells = pd.DataFrame({field: frame[heading].str.strip() for field, heading in columns.items()})
    cells = cells[(cells != "").any(axis=1)].reset_index(drop=True)
    _refuse_blank(cells, columns, file)
    key = next(iter(columns))
    twice = cells[key].duplicated()
    if twice.any():
        raise InputError(f"{file.path}: {cells.loc[twice, key].iloc[0]} stands in more than one row; expected one.")
    rows = cells.assign(
        table=kind, year=int(year), people=_parse_people(cells, columns, file), source=file.cited
    ).reindex(columns=COLUMNS)
    texts = ["small_area", "organisation", "lower_tier", "upper_tier"]
    return Reading(rows.astype(dict.fromkeys(texts, str)).fillna(dict.fromkeys(texts, "")))


def _find_columns(headings: Sequence[str], known: Sequence[Layout], *, year: str, where: str) -> dict[str, str]:
    """Find the heading of every field, in the order of the layout that fits best."""
    present = {fold(heading): heading for heading in headings}
    fits: list[tuple[Layout, dict[str, str], list[Field]]] = []
    for layout in known:
        found: dict[str, str] = {}
        missing: list[Field] = []
        for field in layout.fields:
            there = [present[fold(one)] for one in _spell(field, year) if fold(one) in present]
            found.update({field.name: there[0]} if there else {})
            missing += [] if there else [field]
        fits.append((layout, found, missing))
    layout, found, missing = min(fits, key=lambda fit: len(fit[2]))
    if missing:
        raise InputError(
            f"{where} has no column '{_spell(missing[0], year)[0]}'; its columns are {', '.join(headings)}. If the "
            f"publisher renamed it, add the row '{layout.write_row(missing[0])}' to catalogue/layouts/{SOURCE}.csv."
        )
    return found


def _spell(field: Field, year: str) -> list[str]:
    # The same files came out every year with the year in their headings.
    return [one.replace("{yyyy}", year).replace("{yy}", year[-2:]) for one in field.headings]


def _refuse_cut(frame: pd.DataFrame, file: RawFile) -> None:
    """Stop when there is nothing, or the last row alone lacks what every other row has."""
    if frame.empty:
        raise InputError(f"{file.path} is cut short: it has a heading but no rows; fetch it again.")
    filled = frame != ""
    lacking = filled.iloc[:-1].all() & ~filled.iloc[-1]
    if len(frame) > 1 and lacking.any() and filled.iloc[-1].any():
        raise InputError(f"{file.path} is cut short: its last row has no '{lacking.idxmax()}'; fetch it again.")


def _refuse_blank(cells: pd.DataFrame, columns: dict[str, str], file: RawFile) -> None:
    for field, heading in columns.items():
        blank = cells[field] == ""
        if blank.any():
            row = cells[blank].iloc[0]
            what = next((value for value in row if value != ""), "a row")
            raise InputError(f"{file.path}, column '{heading}': the cell of {what} is empty; expected a code.")


def _parse_people(cells: pd.DataFrame, columns: dict[str, str], file: RawFile) -> pd.Series:
    if "people" not in cells:
        return pd.Series(np.nan, index=cells.index)
    # Publishers write thousands with commas in such files.
    wrong = ~cells["people"].str.fullmatch(r"(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
    if wrong.any():
        row = cells[wrong].iloc[0]
        raise InputError(
            f"{file.path}, column '{columns['people']}': {row['small_area']} has '{row['people']}'; expected a number "
            "of 0 or more."
        )
    return cells["people"].str.replace(",", "").astype(float)
