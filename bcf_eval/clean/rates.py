"""What is the rate of a count? Counts joined to the people who lived there, in the columns of the tables we write."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.clean.areas import list_boards
from bcf_eval.clean.denominators import estimate_denominators
from bcf_eval.specs import ENGLAND

UNALLOCATED = ["period", "code", "label", "metric", "numerator", "source"]


def divide_by_people(counts: pd.DataFrame, estimates: pd.DataFrame, series: pd.DataFrame | None) -> pd.DataFrame:
    """Give every count its denominator and its rate.

    Parameters
    ----------
    counts
        ``area_code, metric, period, numerator, flag, source``, one row an area, metric and month.
    estimates, series
        People, as :func:`bcf_eval.clean.denominators.estimate_denominators` takes them.

    Returns
    -------
    DataFrame
        The columns of observations; ``extended`` joins the flag where the denominator was carried over.
    """
    bands = {key: load.metric(key).denominator for key in counts["metric"].unique()}
    banded = counts.assign(band=counts["metric"].map(bands))
    denominators = pd.concat(
        [
            estimate_denominators(
                estimates, series, band=str(band), wanted=rows[["area_code", "period"]].drop_duplicates()
            ).assign(band=band)
            for band, rows in banded.groupby("band")
        ],
        ignore_index=True,
    )
    frame = banded.merge(denominators, on=["area_code", "period", "band"], how="left", validate="many_to_one")
    rated = pd.concat([_rate_metric(str(key), rows) for key, rows in frame.groupby("metric")], ignore_index=True)
    extended = rated["extended"].to_numpy(bool)
    both = extended & (rated["flag"] != "").to_numpy()
    flag = rated["flag"].str.cat(np.where(both, ";extended", np.where(extended, "extended", "")))
    return rated.assign(flag=flag)[observations.COLUMNS]


def list_missing(months: Sequence[str], *, metrics: Sequence[str], source: str) -> pd.DataFrame:
    """Make a row without a number for every area and metric of months that were not returned.

    Parameters
    ----------
    months
        Written ``YYYY-MM``.
    metrics
        Keys of the metrics the return gives.
    source
        Key of the return.
    """
    rows = [
        (area, metric, month, np.nan, "gap", f"{source}/not returned")
        for month in months
        for area in (ENGLAND, *list_boards(month))
        for metric in metrics
    ]
    frame = pd.DataFrame(rows, columns=["area_code", "metric", "period", "numerator", "flag", "source"])
    return frame.astype({"numerator": float})


def name_unallocated(rows: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Name the rows that are about no authority, and put them in order."""
    labels = {row["code"]: row["label"] for row in load.rows("unallocated") if row["return"] == source}
    named = rows.assign(label=rows["code"].map(labels))
    return named[UNALLOCATED].sort_values(["period", "metric", "code"], ignore_index=True)


def _rate_metric(key: str, rows: pd.DataFrame) -> pd.DataFrame:
    days = observations.days_in(rows["period"])
    return rows.assign(value=observations.rate(rows["numerator"], rows["denominator"], load.metric(key), days))
