"""Which numbers are worth a question? Sudden jumps out of what a board's own months before would lead to expect."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import measure_months
from bcf_eval.observations import matrix
from bcf_eval.periods import parse_period
from bcf_eval.specs import Metric
from bcf_eval.stats.charts.jumps import Jumps, find_jumps

COLUMNS = [
    "area_code", "metric", "period", "value", "before", "lower", "upper", "size", "lasting", "to_the_end", "counting",
    "known",
]  # fmt: skip
# Natural limits stand at three; twice that is far beyond what they let through, even where months resemble each other.
LEAST_SIZE = 6.0
_SAME_EVENT = 6
# Flags that begin or end where a number jumps for a reason that is known.
_KNOWN = ("recording_change", "incomplete", "implausible", "merged_commissioners", "corrected", "scaled")


def tabulate_jumps(observations: pd.DataFrame) -> pd.DataFrame:
    """List the jumps of the headline metrics that are returned by month.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`.

    Returns
    -------
    DataFrame
        ``area_code, metric, period, value, before, lower, upper, size, lasting, to_the_end, counting, known``, largest
        ``size`` (in standard deviations, signed) first. ``before`` is the value of the month before, ``lower`` to
        ``upper`` the XmR limits of up to 12 months before, ``lasting`` how many months lie outside them in a row,
        ``to_the_end`` whether the last month still does, ``counting`` what changed in the counting that month,
        ``known`` the flags that began or ended with it and explain it, joined by ``;``. A second jump within six
        months counts as the same event. What adds up over a month is screened as if all months were as long as the
        average one; what is listed is turned back.
    """
    keys = set(observations["metric"])
    screened = [one for one in load.metrics().values() if one.key in keys and one.headline and one.frequency == "month"]
    rows = [row for metric in screened for row in _list_metric(observations, metric)]
    found = pd.DataFrame(rows, columns=COLUMNS).astype({"size": float, "metric": "str", "area_code": "str"})
    order = found["size"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def _list_metric(observations: pd.DataFrame, metric: Metric) -> Iterator[tuple[object, ...]]:
    kinds = {text: parse_period(text).kind for text in observations["period"].unique()}
    monthly = observations[observations["period"].map(kinds) == metric.frequency]
    values = matrix(monthly, metric.key)
    breaks = load.breaks(metric.key)
    edges = [one.period for one in breaks if one.effect == "splits"]
    # Before and after a split are never held against each other.
    part = np.searchsorted(np.array(sorted(edges), dtype=str), values.index.to_numpy(dtype=str), side="right")
    labels = {one.period: one.label for one in breaks}
    rows = monthly[monthly["metric"] == metric.key]
    flags = {
        (code, period): flag
        for code, period, flag in zip(rows["area_code"], rows["period"], rows["flag"], strict=True)
        if flag
    }
    for number in np.unique(part):
        piece = values[part == number]
        lengths = measure_months(metric, list(piece.index))
        jumps = find_jumps(piece.to_numpy() / lengths[:, None])
        for column, code in enumerate(piece.columns):
            for row in _list_events(jumps, column):
                period = str(piece.index[row])
                last = row + int(jumps.lasting[row, column]) == len(piece)
                yield (
                    code,
                    metric.key,
                    period,
                    piece.iat[row, column],
                    piece.iat[row - 1, column],
                    jumps.lower[row, column] * lengths[row],
                    jumps.upper[row, column] * lengths[row],
                    jumps.size[row, column],
                    int(jumps.lasting[row, column]),
                    last,
                    labels.get(period, ""),
                    _explain(flags.get((code, period), ""), flags.get((code, str(piece.index[row - 1])), "")),
                )


def _list_events(jumps: Jumps, column: int) -> Iterator[int]:
    size = np.nan_to_num(jumps.size[:, column])
    last = -_SAME_EVENT - 1
    for row in np.flatnonzero(jumps.sudden[:, column] & (np.abs(size) > LEAST_SIZE)):
        if row - last > _SAME_EVENT:
            yield int(row)
        last = int(row)


def _explain(now: str, before: str) -> str:
    turned = set(now.split(";")) ^ set(before.split(";"))
    return ";".join(word for word in _KNOWN if word in turned)
