"""How many admissions had an authority's people? Those of its commissioners, by the share that lies in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bcf_eval.clean.areas import name_areas
from bcf_eval.clean.commissioners import find_local, find_lookup_year, national_commissioners
from bcf_eval.clean.mergers import measure_mergers
from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND

APPORTIONED = "apportioned"
PRIMARY_CARE_TRUSTS = "primary_care_trusts"
MERGED_COMMISSIONERS = "merged_commissioners"
COUNTS = ["area_code", "metric", "period", "numerator", "flag", "source"]
UNALLOCATED = ["period", "code", "label", "metric", "numerator", "source"]

_KEY = ["area_code", "metric", "period"]
# Shares are quotients of counts: their sum differs from 1 in the last digits only.
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Apportioned:
    """Counts by area, made from counts by commissioner.

    Attributes
    ----------
    counts
        ``area_code, metric, period, numerator, flag, source``: the authorities (flag ``apportioned``; from a merger of
        commissioners on that alone made a step, ``merged_commissioners`` too) and England as printed. Months of
        primary care trusts have England alone, flagged ``primary_care_trusts``.
    unallocated
        ``period, code, label, metric, numerator, source``: what national commissioners paid for, which is within
        England and in no authority.
    messages
        One line each.
    """

    counts: pd.DataFrame
    unallocated: pd.DataFrame
    messages: tuple[str, ...]


def apportion(commissioners: pd.DataFrame, shares: pd.DataFrame) -> Apportioned:
    """Give the counts of commissioners to authorities, by the share of each that lies there.

    Parameters
    ----------
    commissioners
        ``organisation`` (England's own: its ONS code), ``organisation_name, metric, period, numerator, flag, source``.
    shares
        Of :func:`bcf_eval.clean.shares.build_shares`.

    Returns
    -------
    Apportioned
        Unrounded. A count that is missing makes those of its authorities missing.

    Raises
    ------
    InputError
        If the shares of a commissioner do not add up to 1 in a month.
    """
    local = find_local(commissioners)
    mergers = measure_mergers(commissioners, shares)
    authorities = _flag_mergers(_share_out(local, shares), mergers)
    england = _keep_england(commissioners)
    counts = pd.concat([england, authorities], ignore_index=True)[COUNTS]
    labels = national_commissioners()
    national = commissioners[commissioners["organisation"].isin(list(labels))].rename(columns={"organisation": "code"})
    unallocated = national.assign(label=national["code"].map(labels))[UNALLOCATED]
    return Apportioned(
        counts.sort_values(_KEY, ignore_index=True),
        unallocated.sort_values(["period", "metric", "code"], ignore_index=True),
        (*_say_uncovered(commissioners), *_say_mergers(mergers), *_say_unlike(england, authorities, unallocated)),
    )


def _share_out(local: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    rows = local.reset_index(drop=True).rename(columns={"source": "cited"})
    # A commissioner has many months and many areas; what is in force in a month is kept.
    pairs = rows.assign(row=rows.index).merge(shares, on="organisation", validate="many_to_many")
    pairs = pairs[(pairs["from"] <= pairs["period"]) & (pairs["to"] >= pairs["period"])]
    sums = pairs.groupby("row")["share"].sum().reindex(rows.index, fill_value=0.0)
    wrong = np.flatnonzero(~np.isclose(sums.to_numpy(float), 1.0, rtol=0, atol=_TOLERANCE))
    for place in wrong[:1].tolist():
        organisation, name, period = rows.loc[place, ["organisation", "organisation_name", "period"]].tolist()
        raise InputError(
            f"The shares of '{organisation}' ({name}) in {parse_period(period).label} add up to "
            f"{sums.iloc[place]:.10g}; expected 1."
        )
    pairs["part"] = pairs["numerator"] * pairs["share"]
    numerators = pairs.groupby(_KEY)["part"].sum(skipna=False).rename("numerator")
    sources = _join_distinct(pairs, "cited", "; ").rename("source")
    flags = _join_distinct(pairs[pairs["flag"] != ""], "flag", ";").reindex(numerators.index, fill_value="")
    flags = (APPORTIONED + ";" + flags).str.rstrip(";").rename("flag")
    return pd.concat([numerators, flags, sources], axis=1).reset_index()


def _flag_mergers(authorities: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    firsts = mergers.groupby("area_code")["from"].min()
    stepped = pd.Series(False, index=authorities.index)
    for area, first in firsts.items():
        stepped |= (authorities["area_code"] == area) & (authorities["period"] >= first)
    return authorities.assign(flag=authorities["flag"].mask(stepped, authorities["flag"] + f";{MERGED_COMMISSIONERS}"))


def _join_distinct(pairs: pd.DataFrame, column: str, separator: str) -> pd.Series:
    """Join the different words of each area, metric and month."""
    distinct = pairs[[*_KEY, column]].drop_duplicates()
    several = distinct.duplicated(_KEY, keep=False)
    joined = distinct[several].groupby(_KEY)[column].agg(separator.join)
    return pd.concat([distinct[~several].set_index(_KEY)[column], joined])


def _keep_england(commissioners: pd.DataFrame) -> pd.DataFrame:
    england = commissioners[commissioners["organisation"] == ENGLAND].rename(columns={"organisation": "area_code"})
    trusts = england["period"].isin(_list_uncovered(commissioners))
    both = (PRIMARY_CARE_TRUSTS + ";" + england["flag"]).str.rstrip(";")
    return england.assign(flag=england["flag"].mask(trusts, both))[COUNTS]


def _list_uncovered(commissioners: pd.DataFrame) -> list[str]:
    return sorted(period for period in commissioners["period"].unique() if find_lookup_year(period) is None)


def _say_uncovered(commissioners: pd.DataFrame) -> list[str]:
    months = _list_uncovered(commissioners)
    if not months:
        return []
    return [
        f"mar: the months from {parse_period(months[0]).label} to {parse_period(months[-1]).label} are of primary care "
        "trusts, which no lookup covers: England alone has figures."
    ]


def _say_mergers(mergers: pd.DataFrame) -> list[str]:
    named = mergers.assign(
        said=[
            f"{name_areas()[area]} by {change:+.0%}"
            for area, change in zip(mergers["area_code"], mergers["change"], strict=True)
        ]
    )
    return [
        f"mar, {parse_period(str(month)).label}: commissioners merged, which alone moves {', '.join(said)}; flagged "
        f"'{MERGED_COMMISSIONERS}' from then on."
        for month, said in named.groupby("from")["said"]
    ]


def _say_unlike(england: pd.DataFrame, authorities: pd.DataFrame, unallocated: pd.DataFrame) -> list[str]:
    """Say where the parts do not add up to England: as read they do, so a correction has changed one of them."""
    key = ["metric", "period"]
    parts = pd.concat([authorities[[*key, "numerator"]], unallocated[[*key, "numerator"]]], ignore_index=True)
    sums = parts[parts["period"].isin(authorities["period"])].groupby(key)["numerator"].sum()
    printed = england.set_index(key)["numerator"].reindex(sums.index)
    apart = sums.index[(sums - printed).abs() > 1e-6 * printed]
    return [
        f"mar, {parse_period(period).label}: authorities and national commissioners add up to "
        f"{sums[metric, period]:,.10g}, but England is {printed[metric, period]:,.10g}."
        for metric, period in apart
    ]
