"""What were the figures of a quarter? Financial quarters, summed from their three months."""

from __future__ import annotations

import pandas as pd

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.periods import Period, parse_period

QUARTERLY = "nea"


def sum_quarters(monthly: pd.DataFrame, *, metric: str = QUARTERLY) -> pd.DataFrame:
    """Sum the months of a metric to financial quarters, for every area; a quarter is whole or not there.

    A quarter with a month that is missing or has no number gets no row. The population is the mean of the three
    months'. The figures changed commissioners at the turn of a financial year, so that no quarter mixes the two.

    Parameters
    ----------
    monthly
        Observations; rows of other metrics, and of periods other than months, are left out.
    metric
        Its key.

    Returns
    -------
    DataFrame
        Observations with periods such as ``2015/16-Q1``; flags and sources of the months joined, each once.
    """
    kinds = {text: parse_period(text).kind for text in monthly["period"].unique()}
    chosen = monthly[(monthly["metric"] == metric) & (monthly["period"].map(kinds) == "month").astype(bool)]
    chosen = chosen.dropna(subset=["numerator", "denominator"]).sort_values(["area_code", "period"], ignore_index=True)
    quarters = {text: str(_quarter_of(text)) for text in chosen["period"].unique()}
    chosen = chosen.assign(quarter=chosen["period"].map(quarters))
    whole = chosen.groupby(["area_code", "quarter"])["period"].transform("size") == 3
    months = chosen[whole]
    firsts = months.iloc[::3]
    numerator, denominator = (months[column].to_numpy(float).reshape(-1, 3) for column in ("numerator", "denominator"))
    rows = pd.DataFrame(
        {
            "area_code": firsts["area_code"].to_numpy(),
            "metric": metric,
            "period": firsts["quarter"].to_numpy(),
            "numerator": numerator.sum(axis=1),
            "denominator": denominator.mean(axis=1),
            "flag": _join(months["flag"], ";"),
            "source": _join(months["source"], "; "),
        }
    ).astype({"area_code": str, "period": str, "flag": str, "source": str})
    days = observations.days_in(rows["period"])
    value = observations.rate(rows["numerator"], rows["denominator"], load.metric(metric), days)
    return rows.assign(value=value)[observations.COLUMNS]


def _quarter_of(month: str) -> Period:
    start = parse_period(month).start
    return Period("financial_quarter", start - start % 3)


def _join(texts: pd.Series, separator: str) -> list[str]:
    """Join the words of every three months, each word once, in the order of the months."""
    threes = texts.to_numpy(object).reshape(-1, 3)
    return [separator.join(dict.fromkeys(separator.join(filter(None, three)).split(separator))) for three in threes]
