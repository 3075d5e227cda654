"""What is one number? The one tidy frame of observations: its columns, its key, its rate.

====================  ===========================================================================
column                meaning
====================  ===========================================================================
``area_code``         ONS code; ``E92000001`` for England, a row like the others
``metric``            key of :mod:`bcf_eval.catalogue.load`'s ``metrics``
``period``            ``2015-04``; see :mod:`bcf_eval.periods`
``numerator``         the count returned
``denominator``       people; see the metric's ``denominator``
``value``             the rate, in the metric's unit
``flag``              words joined by ``;`` that say what is not ordinary about the number; may be ``""``
``source``            return, vintage and file it came from
====================  ===========================================================================

The key is the first three. A ``NaN`` always carries a flag. Flags in use: ``extended`` (the
denominator lies outside the population estimates or on another boundary), ``dash`` (the return
prints ``-``, read as 0), ``gap`` (a month that was not returned), ``apportioned`` (made from the figures of
commissioners, by the share of each that lies in the area), ``merged_commissioners`` (these have merged since the
months without it, which alone made a step), ``primary_care_trusts`` (counted by the commissioners
before April 2013), ``suppressed`` and ``not_available`` (the publisher hides the number, or gives none),
``counts_suppressed`` and ``counts_not_available`` (likewise the counts of a value that is published),
``rounded_counts`` (the counts are published rounded, and do not give the published value),
``counts_to_five`` (all counts of that metric and year are published to the nearest five), ``incomplete``,
``implausible`` and ``recording_change`` (part of the number seems to be missing, to be counted twice or in
error, or to be recorded otherwise; see the corrections).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period
from bcf_eval.specs import Metric

KEY = ["area_code", "metric", "period"]
COLUMNS = [*KEY, "numerator", "denominator", "value", "flag", "source"]

_SCHEMA = pa.DataFrameSchema(
    {
        "area_code": pa.Column(str, pa.Check.str_matches(r"^E\d{8}$")),
        "metric": pa.Column(str),
        "period": pa.Column(str, pa.Check.str_matches(r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4]|/\d{2}(-Q[1-4])?)?$")),
        "numerator": pa.Column(float, pa.Check.ge(0), nullable=True),
        "denominator": pa.Column(float, pa.Check.gt(0), nullable=True),
        "value": pa.Column(float, pa.Check.ge(0), nullable=True),
        "flag": pa.Column(str),
        "source": pa.Column(str, pa.Check.str_length(min_value=1)),
    },
    checks=[
        pa.Check(lambda frame: frame["value"].notna() | frame["flag"].ne(""), name="a missing value carries a flag")
    ],
    strict=True,
    ordered=True,
    unique=KEY,
)


def rate(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, metric: Metric, days: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Turn counts into the metric's rate: the only place where this is done.

    Parameters
    ----------
    numerator
        Counts in the period.
    denominator
        People, same shape.
    metric
        States the multiplier, and whether the rate is per day.
    days
        Days in each period, same shape.

    Returns
    -------
    ndarray
        ``multiplier x numerator / denominator``, divided by ``days`` where the metric is per day.
    """
    per = np.asarray(denominator, float) * (np.asarray(days, float) if metric.per_day else 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(per > 0, metric.multiplier * np.asarray(numerator, float) / per, np.nan))


def events(
    value: npt.ArrayLike, denominator: npt.ArrayLike, metric: Metric, days: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Turn a rate back into counts in the period: the inverse of :func:`rate`."""
    per = np.asarray(denominator, float) * (np.asarray(days, float) if metric.per_day else 1.0)
    return np.asarray(np.asarray(value, float) * per / metric.multiplier)


def days_in(periods: pd.Series) -> npt.NDArray[np.float64]:
    """Count the days of each period of a column, shape ``(n,)``."""
    known = {text: float(parse_period(text).days) for text in periods.unique()}
    return periods.map(known).to_numpy(float)


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    """Check that a frame is observations, and put it in order.

    Parameters
    ----------
    frame
        With the columns of this module's table.

    Returns
    -------
    DataFrame
        Sorted by metric, area and period, with a fresh index.

    Raises
    ------
    InputError
        One line that names the first rule broken, the value and the row.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise InputError(f"Observations: the column '{missing[0]}' is not there; expected {', '.join(COLUMNS)}.")
    ordered = frame[COLUMNS].sort_values(["metric", "area_code", "period"], ignore_index=True)
    try:
        return _SCHEMA.validate(ordered, lazy=True)
    except SchemaErrors as error:
        raise InputError(f"Observations: {_describe_failure(error.failure_cases.iloc[0], ordered)}.") from None


def _describe_failure(failure: pd.Series, frame: pd.DataFrame) -> str:
    row = frame.loc[failure["index"], KEY].tolist() if pd.notna(failure["index"]) else "the whole table"
    if failure["check"] == "multiple_fields_uniqueness":
        return f"more than one row for {row}; expected one for each area, metric and period"
    if failure["schema_context"] == "DataFrameSchema":
        return f"a row breaks '{failure['check']}' at {row}"
    value = failure["failure_case"]
    return f"{failure['column']} = {getattr(value, 'item', lambda: value)()!r} breaks '{failure['check']}' at {row}"


def matrix(frame: pd.DataFrame, metric: str, *, column: str = "value") -> pd.DataFrame:
    """Lay one metric out as periods by areas.

    Parameters
    ----------
    frame
        Observations.
    metric
        Its key.
    column
        ``value``, ``numerator`` or ``denominator``.

    Returns
    -------
    DataFrame
        Index ``period`` (sorted), one column for each ``area_code`` (sorted); ``NaN`` where there is none.
    """
    chosen = frame.loc[frame["metric"] == metric, ["period", "area_code", column]]
    return chosen.pivot(index="period", columns="area_code", values=column).sort_index()
