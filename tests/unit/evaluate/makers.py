"""Observations made by hand or by simulation, for metrics other than delays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.observations import days_in, rate, validate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND

SCILLY = "E06000053"


def make_rows(
    metric: str, area: str, periods: list[str], numerator: object, denominator: object, *, flag: str = ""
) -> pd.DataFrame:
    """Rows of one area, their values from the counts."""
    frame = pd.DataFrame(
        {
            "area_code": area,
            "metric": metric,
            "period": periods,
            "numerator": np.asarray(numerator, float) * np.ones(len(periods)),
            "denominator": np.asarray(denominator, float) * np.ones(len(periods)),
        }
    )
    days = days_in(frame["period"])
    value = rate(frame["numerator"], frame["denominator"], load.metric(metric), days)
    return frame.assign(value=value, flag=flag, source="simulated")


def simulate_admissions(
    boards: list[str], *, first: str = "2012-04", last: str = "2019-03", seed: int = 1, fell: str = "", fall: float = 0
) -> pd.DataFrame:
    """About 25 admissions a day for 100,000 people, with season; before April 2013 England alone.

    Scilly has rows too, and a quarter of every area stands beside its months. One board may fall in April 2015,
    by a share.
    """
    rng = np.random.default_rng(seed)
    months = month_range(first, last)
    t, days = np.arange(len(months)), days_in(pd.Series(months))
    boarded = np.array(months) >= "2013-04"
    frames, counts, people = [], np.zeros(t.size), 0.0
    for i, code in enumerate([*boards, SCILLY]):
        persons = 2_000.0 if code == SCILLY else 200_000.0 + 20_000 * i
        daily = (25 + 0.2 * i) * np.exp(0.05 * np.sin(2 * np.pi * t / 12) + 0.02 * rng.normal(size=t.size))
        daily = daily * np.where((np.array(months) >= "2015-04") & (code == fell), 1 - fall, 1)
        count = np.round(daily * persons * days / 1e5)
        counts, people = counts + count, people + persons
        own = [month for month, known in zip(months, boarded, strict=True) if known]
        frames.append(make_rows("nea", code, own, count[boarded], persons, flag="apportioned"))
        if "2014-01" in own:
            three = [own.index(month) for month in month_range("2014-01", "2014-03")]
            frames.append(make_rows("nea", code, ["2013/14-Q4"], count[boarded][three].sum(), persons))
    frames.append(make_rows("nea", ENGLAND, months, counts, people))
    return validate(pd.concat(frames))


def simulate_years(metric: str, years: list[str], boards: list[str], *, seed: int, people: float) -> pd.DataFrame:
    """Counts about lines of their own: slopes of 3% a year either way, a year's own spread of 8%, nothing shared."""
    rng, t = np.random.default_rng(seed), np.arange(len(years))
    rows = []
    for code in boards:
        line = rng.normal(0, 0.2) + rng.normal(-0.01, 0.03) * t + rng.normal(0, 0.08, t.size)
        if metric == "residential":
            counts = rng.poisson(people * 0.006 * np.exp(line))
        else:
            counts = rng.binomial(int(people), 1 / (1 + np.exp(-(1.2 + line))))
        rows.append(make_rows(metric, code, years, counts, people))
    whole = pd.concat(rows).groupby("period")[["numerator", "denominator"]].sum()
    return pd.concat([*rows, make_rows(metric, ENGLAND, years, whole["numerator"], whole["denominator"])])
