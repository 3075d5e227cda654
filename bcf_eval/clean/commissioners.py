"""Which commissioners serve an area, and which the country? And which lookup says where they are, month by month."""

from __future__ import annotations

from functools import cache

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.specs import ENGLAND

SOURCE = "mar"


@cache
def national_commissioners() -> dict[str, str]:
    """Names of the commissioners that serve the whole country, by their code."""
    return {row["code"]: row["label"] for row in load.rows("unallocated") if row["return"] == SOURCE}


@cache
def find_lookup_year(period: str) -> int | None:
    """Find the year of the lookup in force in a month; ``None`` before the first (months of primary care trusts)."""
    begun = [row for row in load.rows("lookup_years") if row["from_period"] <= period]
    return int(max(begun, key=lambda row: row["from_period"])["year"]) if begun else None


def find_local(commissioners: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of commissioners that serve an area, in the months that a lookup covers."""
    apart = commissioners["organisation"].isin([ENGLAND, *national_commissioners()])
    covered = [period for period in commissioners["period"].unique() if find_lookup_year(period) is not None]
    return commissioners[~apart & commissioners["period"].isin(covered)]
