"""What is the value of an annual measure? Worked out from its counts where these say no less, else as published."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.catalogue.measures import published_counts

ROUNDED = "rounded_counts"
TO_FIVE = "counts_to_five"
# Values are printed to a decimal, so that one that lies between two of them may be printed as either.
_SLACK = 1e-9
# Fewer numbers may all be multiples of five by chance.
_ENOUGH = 10


def rate_annual(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn annual measures into observations.

    Parameters
    ----------
    rows
        ``area_code, metric, period, numerator, denominator, value, flag, source``; ``value`` as published.

    Returns
    -------
    DataFrame
        The columns of observations. ``value`` is worked out anew where both counts are known and give the published
        value as printed: a score is the sum of scores for each person. Where they do not, because counts are published
        more coarsely than it, the published value is kept and flagged ``rounded_counts``; ``not_available`` joins the
        flag where a measure of nobody has no value, and ``counts_to_five`` in every row of a year whose counts are all
        multiples of five.
    """
    denominator = rows["denominator"].where(rows["denominator"] > 0)
    worked_out = work_out(rows)
    differs = ~agrees_as_printed(rows, worked_out) & rows["value"].notna() & ~np.isnan(worked_out)
    # Where counts are published more coarsely than the value (to five), the value knows more than they do.
    value = np.where(np.isnan(worked_out) | differs, rows["value"], worked_out)
    unsaid = np.isnan(value) & (rows["flag"] == "")
    added = pd.Series(np.where(differs, ROUNDED, np.where(unsaid, "not_available", "")), rows.index, dtype=str)
    halves = find_halves(rows)[["numerator", "denominator"]]
    to_five = pd.Series(np.where(halves.eq(2.5).any(axis=1), TO_FIVE, ""), rows.index, dtype=str)
    joined = _join(_join(rows["flag"], added), to_five)
    return rows.assign(denominator=denominator, value=value, flag=joined)[observations.COLUMNS].reset_index(drop=True)


def _join(flags: pd.Series, words: pd.Series) -> pd.Series:
    return flags.str.cat(np.where((flags != "") & (words != ""), ";", "")).str.cat(words)


def work_out(rows: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Work out the value of annual measures from their counts, shape ``(n_rows,)``; ``NaN`` without counts."""
    found = np.full(len(rows), np.nan)
    for key, chosen in rows.groupby("metric").indices.items():
        some = rows.iloc[chosen]
        days = observations.days_in(some["period"])
        found[chosen] = observations.rate(some["numerator"], some["denominator"], load.metric(str(key)), days)
    return found


def agrees_as_printed(rows: pd.DataFrame, value: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether values are the published ones, to as many decimals as those are printed with, shape ``(n_rows,)``."""
    apart = np.abs(np.asarray(value, float) - rows["value"].to_numpy(float))
    return np.asarray(apart <= find_halves(rows)["value"].to_numpy(float) + _SLACK)


def find_halves(rows: pd.DataFrame) -> pd.DataFrame:
    """Find how far the published numbers may lie from what they were before they were rounded.

    Values are printed to some decimals in each year. Counts of people are exact, or all multiples of five in a year;
    averages of months and estimates from surveys are rounded to whole ones, or to fives.

    Parameters
    ----------
    rows
        As :func:`rate_annual` takes them: whole years, for how a number was rounded is seen only in many.

    Returns
    -------
    DataFrame
        ``numerator, denominator, value``: half of the step to which each was rounded, 0 where exact; same index.
    """
    halves = pd.DataFrame(0.0, index=rows.index, columns=["numerator", "denominator", "value"])
    inexact = {"people": (), "averages": ("numerator",), "estimates": ("numerator", "denominator")}
    for (metric, _), group in rows.groupby(["metric", "period"]):
        # What a correction put there was not printed.
        printed = group.loc[~group["flag"].str.contains("corrected|scaled"), "value"]
        halves.loc[group.index, "value"] = _half_decimal(printed.dropna().to_numpy(float))
        for column in ("numerator", "denominator"):
            counts = group[column].dropna()
            if len(counts) >= _ENOUGH and (counts % 5 == 0).all():
                halves.loc[group.index, column] = 2.5
            elif column in inexact[published_counts()[str(metric)]]:
                halves.loc[group.index, column] = 0.5
    return halves


def _half_decimal(values: npt.NDArray[np.float64]) -> float:
    decimals = next((n for n in range(4) if np.allclose(values, values.round(n), rtol=0, atol=1e-7)), 4)
    return float(0.5 * 10.0**-decimals)
