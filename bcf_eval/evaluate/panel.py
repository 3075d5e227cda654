"""How do the observations of one metric lie as arrays? Periods by areas, with people and days beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.errors import RequestError
from bcf_eval.observations import COLUMNS, days_in, events, matrix, rate
from bcf_eval.specs import ENGLAND, Metric

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """One metric of every area.

    Attributes
    ----------
    metric
        What is measured.
    periods
        Length ``T``, in order, none left out.
    areas
        ONS codes, length ``S``.
    value, numerator, denominator
        Shape ``(T, S)``, ``NaN`` where there is none.
    events_per_unit
        Counts in the period that one unit of ``value`` stands for, shape ``(T, S)``.
    """

    metric: Metric
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    value: Array
    numerator: Array
    denominator: Array
    events_per_unit: Array

    def rows(self, periods: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Where periods stand."""
        place = {period: i for i, period in enumerate(self.periods)}
        return np.array([place[period] for period in periods], np.intp)

    def column(self, area_code: str) -> int:
        """Where an area stands."""
        return self.areas.index(area_code)

    def local_change(self) -> Array:
        """Each area's value less that of the rest of England, shape ``(T, S)``; ``NaN`` for England.

        A swing that all boards share leaves no trace in it.
        """
        if ENGLAND not in self.areas:
            return np.full_like(self.value, np.nan)
        england = self.column(ENGLAND)
        rest = rate(
            self.numerator[:, [england]] - self.numerator,
            self.denominator[:, [england]] - self.denominator,
            self.metric,
            _days(self.periods)[:, None],
        )
        return self.value - rest


def build_panel(observations: pd.DataFrame, metric: Metric) -> Panel:
    """Lay one metric out.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`.
    metric
        Which.

    Raises
    ------
    RequestError
        If the observations hold none of it.
    """
    lacking = [name for name in COLUMNS if name not in getattr(observations, "columns", ())]
    if lacking:
        raise RequestError(f"The observations lack the column '{lacking[0]}'; expected {', '.join(COLUMNS)}.")
    value = matrix(observations, metric.key)
    if value.empty:
        raise RequestError(f"The observations hold no '{metric.key}'.")
    numerator, denominator = (
        matrix(observations, metric.key, column=name).to_numpy() for name in ("numerator", "denominator")
    )
    periods = tuple(value.index)
    return Panel(
        metric=metric,
        periods=periods,
        areas=tuple(value.columns),
        value=value.to_numpy(),
        numerator=numerator,
        denominator=denominator,
        events_per_unit=events(1.0, denominator, metric, _days(periods)[:, None]),
    )


def _days(periods: tuple[str, ...]) -> Array:
    return days_in(pd.Series(periods))
