"""What should be found about a year's measures? Their true values, and the levels and trends these came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.acquire.demo_annual import unlink
from bcf_eval.acquire.demo_ascof import Outcomes
from bcf_eval.acquire.demo_model import Floats
from bcf_eval.specs import ENGLAND

METRICS = ("residential", "reablement", "reablement_offered")


def tabulate_annual(outcomes: Outcomes) -> pd.DataFrame:
    """List the true value of every measure, year and council, and of England.

    Parameters
    ----------
    outcomes
        Every measure.

    Returns
    -------
    DataFrame
        ``area_code, metric, period, true_value, trend_value``, in the unit of the metric: ``true_value`` before the
        chance of who it was, ``trend_value`` by level and trend alone. England is the mean of its councils by their
        denominators.
    """
    return pd.concat([_tabulate(outcomes, metric) for metric in METRICS], ignore_index=True)


def tabulate_annual_model(outcomes: Outcomes) -> pd.DataFrame:
    """List level and trend of every council; the row of England holds what is shared.

    Parameters
    ----------
    outcomes
        Every measure.

    Returns
    -------
    DataFrame
        ``area_code, metric, level, trend_per_year, own_sd, shared_sd``: on the scale of the logarithm for rates, of
        the logit for shares; England's level and trend are the means that councils scatter around.
    """
    tables = []
    for metric in METRICS:
        course = outcomes.courses[metric]
        tables.append(
            pd.DataFrame(
                {
                    "area_code": [*outcomes.areas, ENGLAND],
                    "metric": metric,
                    "level": [*course.level, course.process.centre],
                    "trend_per_year": [*course.trend, course.process.trend],
                    "own_sd": course.process.own,
                    "shared_sd": course.process.shared,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def describe_annual() -> str:
    """Say in words what the tables about annual measures are, for the README of the truth."""
    return """
Annual measures of the outcomes framework; no intervention changed any of them.

- `annual.csv`: `true_value` is what a council's rate or percentage truly was, before the chance of who it was;
  `trend_value` is its level and trend alone. England is the mean of its councils by their denominators.
- `annual_model.csv`: level (of the middle year) and trend of every council, on the logarithm for rates and the logit
  for shares; a year adds what all councils share (`shared_sd`) and what is a council's own (`own_sd`). The row of
  England holds the means of levels and trends. Delayed transfers (2C) are the delayed days of these returns on an
  average day from 2017-18; before, they are of another quantity, made from them with noise.
"""


def _tabulate(outcomes: Outcomes, metric: str) -> pd.DataFrame:
    course, measure = outcomes.courses[metric], outcomes.measures[metric]
    # Rates are kept per 100,000 already, shares as parts of 1.
    unit = 100.0 if course.process.link == "logit" else 1.0
    position = np.arange(len(outcomes.years)) - (len(outcomes.years) - 1) / 2
    trend = unlink(course.level + np.outer(position, course.trend), course.process.link)
    weight = measure.denominator / measure.denominator.sum(axis=1, keepdims=True)

    def lay_out(values: Floats) -> Floats:
        england = (values * weight).sum(axis=1, keepdims=True)
        return np.asarray(unit * np.concatenate([values, england], axis=1).ravel())

    n_rows = len(outcomes.areas) + 1
    return pd.DataFrame(
        {
            "area_code": [*outcomes.areas, ENGLAND] * len(outcomes.years),
            "metric": metric,
            "period": np.repeat(outcomes.years, n_rows),
            "true_value": lay_out(course.true),
            "trend_value": lay_out(trend),
        }
    )
