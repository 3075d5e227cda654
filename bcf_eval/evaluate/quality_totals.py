"""Do the parts make the whole, and do our rates agree with published ones? Sums and comparisons, with verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Metric

TOTALS = [
    "metric", "period", "areas", "others", "england", "difference", "n_areas", "n_missing", "verdict",
]  # fmt: skip
# Closed list. Monthly counts must sum exactly but for the last digits of the arithmetic; annual ones are rounded
# by their publisher, council by council.
VERDICTS = ("held", "apart", "not tested")
_EXACT = 1e-6
_ROUNDED = 0.01
# Two per cent for a rate; two counts of the same people differ less, and a value must be as printed.
_APART_RATE, _APART_PEOPLE, _APART_VALUE = 0.02, 0.005, 0.0


def tabulate_totals(observations: pd.DataFrame, unallocated: pd.DataFrame) -> pd.DataFrame:
    """Hold the sum of the areas, and of what belongs to none, against the number printed for England.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`.
    unallocated
        ``period, metric, numerator``: what the returns count that belongs to no area.

    Returns
    -------
    DataFrame
        ``metric, period, areas, others, england, difference, n_areas, n_missing, verdict``, counts as returned. A
        period is ``not tested`` when areas or England lack a number. Scores and surveys are no sums and left out.
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
    found = areas.join(england, how="outer").join(others, how="left").reset_index()
    found = found.fillna({"others": 0.0, "n_areas": 0, "n_missing": 0})
    found["difference"] = found["areas"] + found["others"] - found["england"]
    exact = found["metric"].map({name: one.frequency == "month" for name, one in metrics.items()}).astype(bool)
    allowed = np.where(exact, _EXACT, _ROUNDED * found["england"])
    untested = found["difference"].isna() | (found["n_missing"] > 0) | (found["n_areas"] == 0)
    apart = found["difference"].abs() > allowed
    verdicts = np.select([untested, apart], ["not tested", "apart"], "held")
    return found.assign(verdict=verdicts).astype({"n_areas": int, "n_missing": int})[TOTALS]


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
