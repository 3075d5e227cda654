"""What did a publisher revise? The same period in an earlier and a later edition of its file, number by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.kept import Reading, read_kept, write_kept
from bcf_eval.specs import ENGLAND
from bcf_eval.store import Project, code_version

Recipe = Callable[[Path, RawFile], Reading]

COLUMNS = [
    "return", "period", "vintage_old", "vintage_new", "area_code", "organisation", "metric", "old", "new", "change",
    "relative",
]  # fmt: skip
_KEY = ["area_code", "organisation", "metric", "period"]
# What a return states, and what it calls the place and the measure of each number.
_VALUES = ("value", "numerator", "people")
_NAMES = {"organisation": ("organisation", "code"), "metric": ("metric", "band"), "period": ("period", "year")}


def compare_vintages(project: Project, files: Sequence[RawFile], recipes: Mapping[str, Recipe]) -> pd.DataFrame:
    """Compare every two editions of a file that follow one another.

    Parameters
    ----------
    project
        Whose raw files they are; what is read of earlier editions is kept in its ``data_clean``.
    files
        Of all editions.
    recipes
        By key of the return; a return without one, or whose rows are no numbers, is not compared.

    Returns
    -------
    DataFrame
        ``return, period, vintage_old, vintage_new, area_code, organisation, metric, old, new, change, relative``;
        England always, so that a total that did not move is seen, then what changed. ``old`` or ``new`` is ``NaN``
        where only one edition has the number. Numbers are counts, or rates where the return states no more.

    Raises
    ------
    InputError
        If an earlier edition cannot be read.
    """
    frames: list[pd.DataFrame] = []
    for source in sorted({file.source for file in files} & set(recipes)):
        editions = _list_editions([file for file in files if file.source == source])
        if not editions:
            continue
        readings = _read_editions(project, source, [file for group in editions for file in group], recipes[source])
        tidy = {identity: _tidy(one.rows, identity) for identity, one in readings.items()}
        for group in editions:
            frames += [
                _compare(tidy[_identify(old)], tidy[_identify(new)], old, new)
                for old, new in pairwise(group)
                if not tidy[_identify(old)].empty
            ]
    found = pd.concat(frames, ignore_index=True) if frames else _empty()
    return found[COLUMNS]


def _list_editions(files: Sequence[RawFile]) -> list[list[RawFile]]:
    """Group files by what they are about, earliest edition first; a file without a rival is left out."""
    ordered = sorted(files, key=lambda file: (file.period, file.edition))
    groups = [list(group) for _, group in groupby(ordered, key=lambda file: file.period)]
    return [group for group in groups if len(group) > 1]


def _read_editions(project: Project, source: str, files: Sequence[RawFile], recipe: Recipe) -> dict[str, Reading]:
    """Read files, those that were read before from what was kept."""
    place = project.kept / f"{source}-editions.parquet"
    before = read_kept(place, version=code_version())
    kept = read_kept(project.kept / f"{source}.parquet", version=code_version()) | before
    readings = {
        identity: kept[identity] if identity in kept else recipe(project.raw / file.path, file)
        for identity, file in ((_identify(file), file) for file in files)
    }
    if set(readings) - set(before):
        write_kept(place, readings, version=code_version())
    return readings


def _identify(file: RawFile) -> str:
    return f"{file.cited} {file.sha256}"


def _tidy(rows: pd.DataFrame, identity: str) -> pd.DataFrame:
    """Lay rows out as one number for each place, measure and period; empty where they hold no such numbers."""
    value = next((name for name in _VALUES if name in rows.columns), "")
    names = {wanted: next((one for one in given if one in rows.columns), "") for wanted, given in _NAMES.items()}
    if not (value and names["metric"]):
        return pd.DataFrame(columns=[*_KEY, "number"])
    tidy = pd.DataFrame({wanted: rows[name].astype(str) if name else "" for wanted, name in names.items()})
    # Commissioners stand under codes of their own; England alone has the same code in every return.
    codes = rows["area_code"] if "area_code" in rows.columns else tidy["organisation"].where(lambda one: one == ENGLAND)
    tidy["area_code"] = codes.fillna("").astype(str)
    tidy["organisation"] = tidy["organisation"].where(tidy["area_code"] == "", "")
    tidy["number"] = pd.to_numeric(rows[value]).to_numpy(float)
    twice = tidy.duplicated(_KEY)
    assert not twice.any(), f"{identity} states a number twice: {tidy.loc[twice, _KEY].iloc[0].tolist()}"
    return tidy


def _compare(old: pd.DataFrame, new: pd.DataFrame, older: RawFile, newer: RawFile) -> pd.DataFrame:
    both = old.merge(new, on=_KEY, how="outer", suffixes=("_old", "_new"), validate="one_to_one")
    both = both.rename(columns={"number_old": "old", "number_new": "new"})
    both["change"] = both["new"] - both["old"]
    both["relative"] = both["change"] / both["old"].where(both["old"] != 0)
    is_england = both["area_code"] == ENGLAND
    changed = (both["change"] != 0) & ~(both["old"].isna() & both["new"].isna())
    size = both["change"].abs().fillna(np.inf)
    placed = both.assign(nation=~is_england, size=-size)[is_england | changed]
    placed = placed.sort_values(["period", "metric", "nation", "size", "area_code", "organisation"], kind="stable")
    named = {"return": older.source, "vintage_old": older.vintage, "vintage_new": newer.vintage}
    return placed.assign(**named).reset_index(drop=True)[COLUMNS]


def _empty() -> pd.DataFrame:
    numbers = ("old", "new", "change", "relative")
    return pd.DataFrame({name: pd.Series(dtype=float if name in numbers else "str") for name in COLUMNS})
