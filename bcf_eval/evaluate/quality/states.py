"""Of what is there a number? Every area and period of every metric, and what state its number is in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.observations import KEY
from bcf_eval.periods import Period, parse_period

# In the order in which they are told apart: a number that is both apportioned and extended is apportioned. What was
# published for no area in a period (a survey of every other year) is not missing in any of them.
STATES = ("number", "extended", "apportioned", "suppressed", "gap", "unpublished", "missing")


def tabulate_states(observations: pd.DataFrame) -> pd.DataFrame:
    """Say of every area and period that could hold a number in what state it is.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`.

    Returns
    -------
    DataFrame
        ``area_code, metric, period, state`` with ``state`` one of :data:`STATES`. A board that any metric knows is
        looked for in all of them, over the time in which it existed; another area only where it has rows.
    """
    spans = _list_spans(observations)
    frames = [_judge(rows, spans, str(key)) for key, rows in _own_frequency(observations).groupby("metric", sort=False)]
    columns = [*KEY, "state"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def tabulate_coverage(states: pd.DataFrame) -> pd.DataFrame:
    """Count the areas in each state.

    Parameters
    ----------
    states
        From :func:`tabulate_states`.

    Returns
    -------
    DataFrame
        ``metric, period, n_areas`` and a column of counts for each of :data:`STATES`; England is not counted.
    """
    areas = states[states["area_code"] != load.england().code]
    counts = areas.groupby(["metric", "period"], sort=False)["state"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=[*STATES], fill_value=0)
    counts.insert(0, "n_areas", counts.sum(axis=1))
    return counts.reset_index().rename_axis(columns=None)


def tabulate_flags(observations: pd.DataFrame) -> pd.DataFrame:
    """Count the numbers that carry each flag.

    Returns
    -------
    DataFrame
        ``metric, flag, n, n_areas, first, last``.
    """
    flagged = _own_frequency(observations)
    flagged = flagged.loc[flagged["flag"] != "", [*KEY, "flag"]]
    split = flagged.assign(flag=flagged["flag"].str.split(";")).explode("flag")
    counted = split.groupby(["metric", "flag"], sort=False).agg(
        n=("period", "size"), n_areas=("area_code", "nunique"), first=("period", "min"), last=("period", "max")
    )
    return counted.reset_index()


def _own_frequency(observations: pd.DataFrame) -> pd.DataFrame:
    """Leave out sums over other periods than those a metric is returned for, such as quarters of months."""
    kinds = {text: parse_period(text).kind for text in observations["period"].unique()}
    frequencies = {key: metric.frequency for key, metric in load.metrics().items()}
    return observations[observations["period"].map(kinds) == observations["metric"].map(frequencies)]


def _list_spans(observations: pd.DataFrame) -> pd.DataFrame:
    """Find the first and last month of each area over all metrics, and whether it is looked for in all of them."""
    periods = {text: parse_period(text) for text in observations["period"].unique()}
    first = observations["period"].map({text: one.start for text, one in periods.items()})
    last = observations["period"].map({text: one.start + one.n_months - 1 for text, one in periods.items()})
    dated = pd.DataFrame({"area_code": observations["area_code"], "first": first, "last": last})
    spans = dated.groupby("area_code").agg(first=("first", "min"), last=("last", "max"))
    known = load.areas()
    return spans.assign(everywhere=[code not in known or known[code].kind != "not_a_board" for code in spans.index])


def _judge(rows: pd.DataFrame, spans: pd.DataFrame, metric: str) -> pd.DataFrame:
    kind = parse_period(str(rows["period"].iloc[0])).kind
    starts = [parse_period(text).start for text in rows["period"].unique()]
    step = Period(kind, 0).n_months
    months = np.arange(min(starts), max(starts) + 1, step)
    wanted = spans[spans["everywhere"] | spans.index.isin(rows["area_code"].unique())]
    there = (months >= wanted["first"].to_numpy()[:, None]) & (months <= wanted["last"].to_numpy()[:, None])
    place, time = np.nonzero(there)
    names = np.array([str(Period(kind, int(start))) for start in months], dtype=object)
    frame = pd.DataFrame({"area_code": wanted.index.to_numpy()[place], "metric": metric, "period": names[time]})
    frame = frame.astype({"period": rows["period"].dtype, "area_code": rows["area_code"].dtype})
    found = frame.merge(rows[["area_code", "period", "value", "flag"]], how="left", validate="one_to_one")
    flag, known = found["flag"].fillna(""), found["value"].notna()
    nation = load.england().code
    published = rows.loc[rows["area_code"] != nation, "period"].unique()
    unpublished = ~frame["period"].isin(published) & (found["flag"].isna() | (frame["area_code"] != nation))
    states = np.select(
        [
            known & flag.str.contains("apportioned"),
            known & flag.str.contains("extended"),
            known,
            flag.str.contains("suppressed"),
            flag.str.contains("gap"),
            unpublished,
        ],
        ["apportioned", "extended", "number", "suppressed", "gap", "unpublished"],
        "missing",
    )
    return frame.assign(state=states)
