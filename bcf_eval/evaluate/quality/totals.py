"""Do the parts make the whole, and do our rates agree with published ones? Sums and comparisons, with verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Metric

TOTALS = [
    "metric", "period", "areas", "others", "left_out", "england", "difference", "n_areas", "n_missing", "verdict",
]  # fmt: skip
# Closed list. Monthly counts must sum exactly but for the last digits of the arithmetic; annual ones are rounded
# by their publisher, council by council.
VERDICTS = ("held", "apart", "corrected", "not tested")
_EXACT = 1e-6
_ROUNDED = 0.01
# Two per cent for a rate; two counts of the same people differ less, and a value must be as printed.
_APART_RATE, _APART_PEOPLE, _APART_VALUE = 0.02, 0.005, 0.0


def tabulate_totals(
    observations: pd.DataFrame,
    unallocated: pd.DataFrame,
    *,
    left_out: pd.DataFrame | None = None,
    corrections: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Hold the areas, those left out on purpose and what belongs to none, summed, against the number of England.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`.
    unallocated
        ``period, metric, numerator``: what the returns count that belongs to no area.
    left_out
        ``area_code, metric, period, numerator``: counts of areas that do not fit the boundaries asked for.
    corrections
        What was corrected, as the build lists it.

    Returns
    -------
    DataFrame
        ``metric, period, areas, others, left_out, england, difference, n_areas, n_missing, verdict``, counts as
        returned; ``difference`` is of the three before England against it. A period is ``not tested`` when areas or
        England lack a number, and ``corrected`` when it is apart by what corrections changed. Scores and
        surveys are no sums and left out.
    """
    metrics = {key: one for key, one in load.metrics().items() if key in set(observations["metric"]) and _sums(one)}
    kinds = {text: parse_period(text).kind for text in observations["period"].unique()}
    frequencies = {key: one.frequency for key, one in metrics.items()}
    rows = observations[observations["period"].map(kinds) == observations["metric"].map(frequencies)]
    key = ["metric", "period"]
    is_england = rows["area_code"] == ENGLAND
    areas = rows[~is_england].groupby(key)["numerator"].agg(["sum", "size", "count"])
    areas = areas.rename(columns={"sum": "areas", "size": "n_areas"})
    areas["n_missing"] = areas["n_areas"] - areas.pop("count")
    england = rows[is_england].groupby(key)["numerator"].sum(min_count=1).rename("england")
    others = unallocated.groupby(key)["numerator"].sum(min_count=1).rename("others")
    lost = rows.iloc[:0] if left_out is None else left_out
    without = lost.groupby(key)["numerator"].agg(left_out="sum", n_lost="size", n_known="count")
    found = areas.join(england, how="outer").join([others, without, _sum_corrections(corrections)], how="left")
    columns = ("others", "left_out", "n_areas", "n_missing", "n_lost", "n_known", "corrected")
    found = found.reset_index().fillna(dict.fromkeys(columns, 0.0))
    found["n_missing"] += found["n_lost"] - found["n_known"]
    found["difference"] = found["areas"] + found["others"] + found["left_out"] - found["england"]
    exact = found["metric"].map({name: one.frequency == "month" for name, one in metrics.items()}).astype(bool)
    allowed = np.where(exact, _EXACT, _ROUNDED * found["england"])
    untested = found["difference"].isna() | (found["n_missing"] > 0) | (found["n_areas"] == 0)
    apart = found["difference"].abs() > allowed
    corrected = apart & ((found["difference"] - found["corrected"]).abs() <= allowed)
    verdicts = np.select([untested, corrected, apart], ["not tested", "corrected", "apart"], "held")
    return found.assign(verdict=verdicts).astype({"n_areas": int, "n_missing": int})[TOTALS]


def _sum_corrections(corrections: pd.DataFrame | None) -> pd.Series:
    """By how much corrections moved the sum of the areas away from England, by metric and period."""
    names = ["metric", "period", "number", "action", "area_code", "organisation", "before", "after"]
    given = pd.DataFrame(columns=names) if corrections is None or corrections.empty else corrections
    counts = given[given["number"].eq("numerator") & given["action"].ne("flag")]
    moved = counts["after"].astype(float).fillna(0.0) - counts["before"].astype(float).fillna(0.0)
    is_england = counts["area_code"].eq(ENGLAND) | counts["organisation"].eq(ENGLAND)
    signed = counts.assign(corrected=moved.where(~is_england, -moved))
    return signed.groupby(["metric", "period"])["corrected"].sum()


def mark_comparisons(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Mark where our numbers and published ones are apart.

    Parameters
    ----------
    comparisons
        ``what, area_code, metric, period, ours, published, difference, expected, note``; ``difference`` is relative.

    Returns
    -------
    DataFrame
        The same with ``allowed``, the largest difference that is let pass, and ``apart``.
    """
    what = comparisons["what"].astype(str)
    choices = [what.str.endswith("denominators"), what.str.startswith("value ")]
    allowed = np.select(choices, [_APART_PEOPLE, _APART_VALUE], _APART_RATE)
    # A number that only one side has cannot be said to agree.
    return comparisons.assign(allowed=allowed, apart=~(comparisons["difference"].abs() <= allowed))


def _sums(metric: Metric) -> bool:
    return metric.headline or (metric.statistic == "rate" and metric.frequency == "month")
