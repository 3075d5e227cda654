"""What will the rate be over a target period if nothing changes? One forecast of every area at once, by formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, Question, step_columns
from bcf_eval.observations import events
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.ambition import Predictive, aggregate_rate, predict_rate
from bcf_eval.stats.forecasts.forecast import Season, estimate_season, forecast_series
from bcf_eval.stats.regression.patterns import group_by_pattern

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AreaForecast:
    """The rate over a target period with business as usual; arrays of shape ``(S,)``, one for each area asked for.

    ``NaN`` stands for an area that cannot be forecast: too few months, the last one missing, no variation.

    Attributes
    ----------
    predictive
        Business as usual, with Gaussian tails.
    continues, damped, none
        Medians when the fitted trend goes on, fades, or is not there.
    innovation_sd
        Standard deviation of what each month adds, on the log scale: the unit of errors.
    trend_t
        The fitted trend over its standard error.
    n
        Months the forecast stands on.
    events_per_unit
        Counts over the target period that one unit of its rate stands for.
    """

    predictive: Predictive
    continues: Array
    damped: Array
    none: Array
    innovation_sd: Array
    trend_t: Array
    n: Array
    events_per_unit: Array


def pool_season(panel: Panel, question: Question, baseline: Baseline, protocol: Protocol) -> Season:
    """Estimate the season that all boards share, on the log scale, from the months of a baseline alone."""
    logs = _take_logs(panel, question, baseline, protocol)
    numbers = np.array([parse_period(one).start for one in baseline.periods])
    boards = [i for i, code in enumerate(panel.areas) if code != ENGLAND]
    return estimate_season(logs[:, boards or slice(None)], numbers, pairs=protocol.season_pairs, cycle=12)


def forecast_areas(
    panel: Panel, question: Question, baseline: Baseline, columns: npt.NDArray[np.intp], protocol: Protocol
) -> AreaForecast:
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
    floors = measure_floors(panel, question, protocol)
    logs = _take_logs(panel, question, baseline, protocol)
    numbers = np.array([parse_period(one).start for one in baseline.periods])
    season = pool_season(panel, question, baseline, protocol)
    horizons = question.horizons
    ahead = season.at(question.end.start + horizons)
    series = (logs - season.at(numbers)[:, None])[:, columns]
    floor = floors[columns]
    weights, per_unit = _weights(panel, question, columns)

    answers = np.full((8, columns.size), np.nan)
    answers[-1] = np.isfinite(series).sum(0)
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
        paths = (forecast.trend_continues, forecast.trend_damped, forecast.trend_none)
        medians = [aggregate_rate(path, ahead, floor[which], weights[which]) for path in paths]
        answers[:-1, which] = usual.centre, usual.log_sd, *medians, forecast.innovation_sd, forecast.trend_t
    median, log_sd, continues, damped, none, innovation_sd, trend_t, n = answers
    usual = Predictive(median, log_sd, floor * weights.sum(1))
    return AreaForecast(usual, continues, damped, none, innovation_sd, trend_t, n, per_unit)


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


def _take_logs(panel: Panel, question: Question, baseline: Baseline, protocol: Protocol) -> Array:
    rates = panel.value[panel.rows(baseline.periods)] / count_unit_days(panel, baseline.periods)[:, None]
    # No count is below zero: such a figure is an error, and of it there is no log.
    rates = np.where(rates >= 0, rates, np.nan)
    return np.asarray(np.log(rates + measure_floors(panel, question, protocol)))


def count_unit_days(panel: Panel, months: Sequence[str]) -> Array:
    """What a month's rate is divided by to be one per day, shape ``(T,)``."""
    days = np.array([parse_period(month).days for month in months], float)
    return np.ones_like(days) if panel.metric.per_day else days


def measure_floors(panel: Panel, question: Question, protocol: Protocol) -> Array:
    """A quarter of an event a day, as a rate per day, from the population of the last known month."""
    people = panel.denominator[panel.periods.index(str(question.end))]
    per_day = events(1.0, people, panel.metric, 1.0)
    return np.asarray(protocol.ambition_floor_events_per_day / per_day)


def _weights(panel: Panel, question: Question, columns: npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """What each target month's rate per day counts for, shape ``(S, H)``, and counts one unit of rate stands for.

    Days for a rate that adds up, shares of the days for one per day. The population is that of the last known
    month: later ones were not known when the target was set.
    """
    days = np.array([parse_period(month).days for month in question.months], float)
    weights = days / days.sum() if panel.metric.per_day else days
    return np.tile(weights, (columns.size, 1)), count_per_unit(panel, question, columns)


def count_per_unit(panel: Panel, question: Question, columns: npt.NDArray[np.intp]) -> Array:
    """Counts over the target period that one unit of its rate stands for, by the people of the last known month."""
    people = panel.denominator[panel.periods.index(str(question.end)), columns]
    return np.asarray(events(1.0, people, panel.metric, float(sum(parse_period(one).days for one in question.months))))
