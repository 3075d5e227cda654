"""What will the rate be over the target period if nothing changes? Forecasts of every area at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.baseline import Baseline, Question, step_columns
from bcf_eval.evaluate.panel import Panel
from bcf_eval.observations import events
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.ambition import Predictive, aggregate_rate, predict_rate
from bcf_eval.stats.forecast import estimate_season, forecast_series
from bcf_eval.stats.patterns import group_by_pattern

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AreaOutlook:
    """The rate over a target period with business as usual; arrays of shape ``(S,)``, one for each area asked for.

    ``NaN`` stands for an area that cannot be forecast: too few months, the last one missing, no variation.

    Attributes
    ----------
    predictive
        Business as usual.
    continues, damped, none
        Medians when the fitted trend goes on, fades, or is not there.
    n
        Months the forecast stands on.
    events_per_unit
        Counts over the target period that one unit of its rate stands for.
    """

    predictive: Predictive
    continues: Array
    damped: Array
    none: Array
    n: Array
    events_per_unit: Array

    def hidden_where(self, which: list[bool]) -> AreaOutlook:
        """The same with some forecasts withheld: what was asked of those areas cannot be answered."""
        median, log_sd, continues, damped, none = (
            np.where(which, np.nan, one)
            for one in (self.predictive.median, self.predictive.log_sd, self.continues, self.damped, self.none)
        )
        predictive = Predictive(median, log_sd, self.predictive.floor)
        return AreaOutlook(predictive, continues, damped, none, self.n, self.events_per_unit)


def look_ahead(
    panel: Panel, question: Question, baseline: Baseline, columns: npt.NDArray[np.intp], protocol: Protocol
) -> AreaOutlook:
    """Forecast the rate over the target period: the average of a rate per day, the sum of one that adds up.

    Months differ in length, so it is always the rate per day that is forecast.

    Parameters
    ----------
    panel, question, baseline
        The data, what is asked, and the months to stand on.
    columns
        Areas to forecast, shape ``(S,)``; the season is always pooled over the boards of the panel.
    protocol
        The choices.
    """
    rows = panel.rows(baseline.periods)
    floors = _floors(panel, question, protocol)
    logs = np.log(panel.value[rows] / _unit_days(panel, baseline.periods)[:, None] + floors)
    numbers = np.array([parse_period(one).start for one in baseline.periods])
    boards = [i for i, code in enumerate(panel.areas) if code != ENGLAND]
    season = estimate_season(logs[:, boards or slice(None)], numbers, pairs=protocol.season_pairs, cycle=12)
    horizons = question.horizons
    ahead = season.at(question.end.start + horizons)
    series = (logs - season.at(numbers)[:, None])[:, columns]
    floor = floors[columns]
    weights, per_unit = _weights(panel, question, columns)

    answers = np.full((6, columns.size), np.nan)
    answers[5] = np.isfinite(series).sum(0)
    for pattern in group_by_pattern(series):
        known = pattern.rows
        if known.size < protocol.ambition_min_points or known[-1] != len(baseline.periods) - 1:
            continue
        which = pattern.columns[np.ptp(series[np.ix_(known, pattern.columns)], axis=0) > 0]
        if which.size == 0:
            continue
        forecast = forecast_series(
            series[np.ix_(known, which)],
            time=numbers[known],
            steps=step_columns(baseline, known),
            horizons=horizons,
            damping=protocol.ambition_damping_per_month,
        )
        usual = predict_rate(forecast.centre, forecast.covariance, ahead, floor[which], weights[which])
        others = (forecast.trend_continues, forecast.trend_damped, forecast.trend_none)
        medians = [aggregate_rate(path, ahead, floor[which], weights[which]) for path in others]
        answers[:5, which] = usual.median, usual.log_sd, *medians
    median, log_sd, continues, damped, none, n = answers
    return AreaOutlook(Predictive(median, log_sd, floor * weights.sum(1)), continues, damped, none, n, per_unit)


def observed_rate(panel: Panel, months: list[str], columns: npt.NDArray[np.intp]) -> Array:
    """The rate over some months, shape ``(m,)``; ``NaN`` when one is missing.

    Of a rate per day it is the average, person-days weighing the months; of one that adds up it is the
    count over all months for the average number of people.
    """
    if not set(months) <= set(panel.periods):
        return np.full(columns.size, np.nan)
    rows = panel.rows(tuple(months))
    per_unit = panel.events_per_unit[np.ix_(rows, columns)]
    count = (panel.value[np.ix_(rows, columns)] * per_unit).sum(0)
    return np.asarray(count / (per_unit.sum(0) if panel.metric.per_day else per_unit.mean(0)))


def _unit_days(panel: Panel, months: Sequence[str]) -> Array:
    """What a month's rate is divided by to be one per day, shape ``(T,)``."""
    days = np.array([parse_period(month).days for month in months], float)
    return np.ones_like(days) if panel.metric.per_day else days


def _floors(panel: Panel, question: Question, protocol: Protocol) -> Array:
    """A quarter of an event a day, as a rate per day, from the population of the last known month."""
    people = panel.denominator[panel.periods.index(str(question.end))]
    per_day = events(1.0, people, panel.metric, 1.0)
    return np.asarray(protocol.ambition_floor_events_per_day / per_day)


def _weights(panel: Panel, question: Question, columns: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """What each target month's rate per day counts for, shape ``(S, H)``, and counts one unit of rate stands for.

    Days for a rate that adds up, shares of the days for one per day. The population is that of the last known
    month: later ones were not known when the target was set.
    """
    people = panel.denominator[panel.periods.index(str(question.end)), columns]
    days = np.array([parse_period(month).days for month in question.months], float)
    per_unit = events(1.0, people, panel.metric, days.sum())
    weights = days / days.sum() if panel.metric.per_day else days
    return np.tile(weights, (columns.size, 1)), per_unit
