"""What arrived? Files, periods and editions of each return, as the record of the build and the manifest state them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import name_period

COLUMNS = ["return", "label", "publisher", "n_files", "periods", "first_vintage", "last_vintage", "n_earlier"]
_UNDATED = "undated"
# More than these are said by the first and the last.
_MOST_NAMED = 4


def tabulate_arrivals(inputs: Sequence[Mapping[str, Any]], manifest: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Say what the build stands on.

    Parameters
    ----------
    inputs
        Of the record of the build: ``path, vintage, period`` of each file that was used.
    manifest
        Every raw file: ``path, return``, earlier editions included.

    Returns
    -------
    DataFrame
        ``return, label, publisher, n_files, periods, first_vintage, last_vintage, n_earlier``: one row a kind of
        return, ``periods`` in words, ``n_earlier`` how many files are there that a later edition stands in for.
    """
    used = {str(one["path"]) for one in inputs}
    rows = []
    for key in dict.fromkeys(str(one["path"]).split("/")[0] for one in inputs):
        files = [one for one in inputs if str(one["path"]).split("/")[0] == key]
        source = next((row for row in load.rows("sources") if row["key"] == key), {})
        dated = sorted(vintage for one in files if (vintage := str(one["vintage"]).partition("+")[0]) != _UNDATED)
        earlier = sum(one.get("return") == key and one.get("path") not in used for one in manifest)
        rows.append(
            (
                key,
                source.get("label", key),
                source.get("publisher", "not recorded"),
                len(files),
                _name_periods([str(one.get("period", "")) for one in files]),
                dated[0] if dated else "",
                dated[-1] if dated else "",
                earlier,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _name_periods(periods: list[str]) -> str:
    """Name what files are about, by kind where there are several; files that stand for themselves are not named."""
    kinds: dict[str, list[str]] = {}
    for period in sorted({period for period in periods if period and "." not in period}):
        kind, _, year = period.rpartition(" ")
        # "2014/15 to 2018/19" has a blank too, and is no kind of lookup.
        known = kind.replace("_", "").isalpha()
        kinds.setdefault(kind if known else "", []).append(year if known else name_period(period))
    return "; ".join(f"{kind.replace('_', ' ')} {_span(names)}".strip() for kind, names in kinds.items())


def _span(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{names[0]} to {names[-1]}"
