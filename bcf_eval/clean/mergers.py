"""Which authorities stepped up or down only because commissioners merged? The same admissions, shared out both ways."""

from __future__ import annotations

import pandas as pd

from bcf_eval.clean.commissioners import find_local
from bcf_eval.periods import parse_period

COLUMNS = ["area_code", "from", "change"]
# A step of this share of a board's admissions is as large as a year's growth: it must not pass for a change in them.
LARGE = 0.02
_YEAR = 12


def measure_mergers(commissioners: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Measure the step that each merger alone makes in an authority's figure.

    A merged commissioner's admissions are shared out evenly over its small areas, those of its predecessors were
    shared out over theirs: where one predecessor admitted more than another, figures step though nobody was treated
    differently. The admissions of the year before are shared out in both ways; the difference is the step.

    Parameters
    ----------
    commissioners, shares
        As :func:`bcf_eval.clean.apportion.apportion` takes them.

    Returns
    -------
    DataFrame
        ``area_code``, ``from`` (the first month of the merged commissioner), ``change`` (as a share of the
        authority's admissions), for steps larger than ``LARGE`` in either direction.
    """
    local = find_local(commissioners)
    months = sorted(local["period"].unique())
    lives = local.groupby("organisation")["period"].agg(["min", "max"])
    frames = [pd.DataFrame(columns=COLUMNS).astype({"area_code": str, "from": str, "change": float})]
    for month in sorted(set(lives["min"]) - set(months[:1])):
        before = months[months.index(month) - 1]
        ended, begun = lives.index[lives["max"] == before], lives.index[lives["min"] == month]
        year = local[local["period"].between(str(parse_period(month).shift(-_YEAR)), before)]
        admissions = year.groupby("organisation")["numerator"].sum()
        frames.append(_measure_month(admissions, _in_force(shares, before), _in_force(shares, month), ended, begun))
        frames[-1]["from"] = month
    found = pd.concat(frames, ignore_index=True)
    return found[found["change"].abs() > LARGE][COLUMNS].sort_values(["from", "area_code"], ignore_index=True)


def _measure_month(
    admissions: pd.Series, old: pd.DataFrame, new: pd.DataFrame, ended: pd.Index, begun: pd.Index
) -> pd.DataFrame:
    """Share out the admissions of the ended commissioners as theirs, and as their successors'."""
    old, new = (rows[["organisation", "area_code", "share"]] for rows in (old, new))
    whole = _share(old[old["area_code"].isin(new["area_code"])], admissions)
    old, new = old[old["organisation"].isin(ended)], new[new["organisation"].isin(begun)]
    # The successor of a commissioner is the one that shares most of its ground.
    ground = old.merge(new, on="area_code", suffixes=("", "_new"), validate="many_to_many")
    ground["common"] = ground["share"] * ground["share_new"]
    common = ground.groupby(["organisation", "organisation_new"])["common"].sum().reset_index()
    successors = (
        common.sort_values("common")
        .drop_duplicates("organisation", keep="last")
        .set_index("organisation")["organisation_new"]
    )
    known = admissions[admissions.index.isin(successors.index)]
    merged = known.groupby(successors.reindex(known.index)).sum()
    step = _share(new, merged).sub(_share(old, known), fill_value=0.0)
    change = (step / whole.reindex(step.index)).dropna()
    return pd.DataFrame({"area_code": change.index.astype(str), "change": change.to_numpy(float)})


def _share(shares: pd.DataFrame, admissions: pd.Series) -> pd.Series:
    # Where none of them has admissions, the map would hold texts.
    amounts = shares["organisation"].map(admissions).astype(float) * shares["share"]
    return amounts.groupby(shares["area_code"]).sum()


def _in_force(shares: pd.DataFrame, month: str) -> pd.DataFrame:
    return shares[(shares["from"] <= month) & (shares["to"] >= month)]
