"""Did chances of meeting a target come true? The tool's, a naive test's and damped ETS's, scored on one record."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question, choose_baseline
from bcf_eval.evaluate.targets.forecasting import (
    AreaForecast,
    count_unit_days,
    forecast_areas,
    measure_floors,
    observed_rate,
    pool_season,
)
from bcf_eval.evaluate.targets.record import group_by_size, list_questions
from bcf_eval.periods import Period, parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.ambition import naive_p_value
from bcf_eval.stats.forecasts.scores import score_crps, split_levels
from bcf_eval.stats.forecasts.tails import Tails, build_tail

Array = npt.NDArray[np.float64]

CALIBRATED, GAUSSIAN, NAIVE, ETS = "calibrated", "Gaussian", "naive test", "damped ETS"
# Targets that lie so far below the mean of the last twelve months, as a national rule might set them.
CUTS = (0.0, 0.1, 0.2, 0.3, 0.5)
# A month, seven months after the last one that is known: the lead of the expectation of 2017.
_AHEAD = 7
_LEVELS = split_levels(50)


@dataclass(frozen=True)
class Chances:
    """What was said and what came.

    Attributes
    ----------
    targets
        ``origin, cut, method, chance, met``, one row a board, date, cut and method.
    scores
        ``origin, method, crps``, one row a board, date and method; on the log scale.
    """

    targets: pd.DataFrame
    scores: pd.DataFrame


@dataclass(frozen=True)
class _Date:
    """One date of forecasts; arrays over boards."""

    question: Question
    forecast: AreaForecast
    outturn: Array
    year: Array
    ets_mean: Array
    ets_sd: Array
    season: float

    @property
    def gap(self) -> Array:
        """Log of what came less log of what was forecast."""
        floor = self.forecast.predictive.floor
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(self.outturn + floor) - np.log(self.forecast.predictive.centre + floor)


def score_chances(panel: Panel, protocol: Protocol) -> Chances:
    """Give chances at every date of the record, the calibrated ones from what had been seen by then alone.

    Parameters
    ----------
    panel
        A metric by month, of a rate for which low is better.
    protocol
        The choices.
    """
    boards = np.array([i for i, code in enumerate(panel.areas) if code != ENGLAND])
    last = parse_period(panel.periods[-1])
    asked = Question(Period("month", last.start + _AHEAD), last)
    dates = [_look(panel, one, boards, protocol) for one in list_questions(panel, asked, protocol)]
    third = group_by_size(panel, asked, protocol)[boards]
    errors = np.array([one.gap / one.forecast.innovation_sd for one in dates])
    starts = np.array([one.question.end.start for one in dates])
    targets, scores = [], []
    for place, date in enumerate(dates):
        seen = starts + _AHEAD <= starts[place]
        if seen.sum() < protocol.tail_min_origins:
            continue
        known = errors[seen]
        tails = Tails(
            tuple(build_tail(known[:, third == number]) for number in range(third.max() + 1)),
            third,
            date.forecast.innovation_sd,
            True,
        )
        targets += _list_targets(date, tails)
        scores += _list_scores(date, tails)
    return Chances(pd.concat(targets, ignore_index=True), pd.concat(scores, ignore_index=True))


def _look(panel: Panel, question: Question, boards: npt.NDArray[np.intp], protocol: Protocol) -> _Date:
    known = keep_comparable(panel, str(question.end))
    baseline = choose_baseline(known, question, protocol)
    forecast = forecast_areas(known, question, baseline, boards, protocol)
    numbers = np.array([parse_period(one).start for one in baseline.periods])
    season = pool_season(known, question, baseline, protocol)
    rates = known.value[known.rows(baseline.periods)] / count_unit_days(known, baseline.periods)[:, None]
    logs = np.log(rates + measure_floors(known, question, protocol)) - season.at(numbers)[:, None]
    mean, sd = _smooth(logs[:, boards], int(question.horizons[0]))
    ahead = float(season.at([question.target.start])[0])
    year = known.value[known.rows(baseline.periods[-12:])][:, boards]
    return _Date(question, forecast, observed_rate(panel, question.months, boards), year, mean + ahead, sd, ahead)


def _smooth(series: Array, horizon: int) -> tuple[Array, Array]:
    """Mean and standard deviation of damped exponential smoothing at one horizon, each of shape ``(S,)``."""
    mean, sd = np.full(series.shape[1], np.nan), np.full(series.shape[1], np.nan)
    for place, y in enumerate(series.T):
        if not np.isfinite(y).all() or np.ptp(y) == 0:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = ETSModel(y, error="add", trend="add", damped_trend=True).fit(disp=False)
            mean[place] = float(np.asarray(fit.forecast(horizon))[-1])
        damping = fit.damping_trend ** np.arange(1, horizon)
        carried = fit.smoothing_level + fit.smoothing_trend * np.cumsum(damping)
        sd[place] = np.sqrt(fit.mse * (1 + (carried**2).sum()))
    return mean, sd


def _list_targets(date: _Date, tails: Tails) -> list[pd.DataFrame]:
    usual = date.forecast.predictive
    frames = []
    for cut in CUTS:
        target = (1 - cut) * date.year.mean(0)
        gap = np.log(target + usual.floor) - np.log(usual.centre + usual.floor)
        chances = {
            CALIBRATED: tails.probability_below(gap),
            GAUSSIAN: usual.probability_below(target),
            NAIVE: naive_p_value(date.year, target, lower_is_better=True),
            ETS: ndtr((np.log(target + usual.floor) - date.ets_mean) / date.ets_sd),
        }
        # All are scored on the boards of which all say something.
        told = np.isfinite(list(chances.values())).all(axis=0) & np.isfinite(date.outturn)
        met = date.outturn <= target
        frames += [
            pd.DataFrame(
                {
                    "origin": str(date.question.end),
                    "cut": cut,
                    "method": name,
                    "chance": chance[told],
                    "met": met[told],
                }
            )
            for name, chance in chances.items()
        ]
    return frames


def _list_scores(date: _Date, tails: Tails) -> list[pd.DataFrame]:
    usual = date.forecast.predictive
    came = np.log(date.outturn + usual.floor)
    centre = np.log(usual.centre + usual.floor)
    standard = np.array([tails.quantile(float(level)) for level in _LEVELS]).T
    gaussian = np.array([np.log(usual.quantile(float(level)) + usual.floor) for level in _LEVELS]).T
    deviates = (gaussian - centre[:, None]) / usual.log_sd[:, None]
    curves = {
        CALIBRATED: centre[:, None] + standard,
        GAUSSIAN: gaussian,
        ETS: date.ets_mean[:, None] + date.ets_sd[:, None] * deviates,
    }
    told = np.isfinite([curve.sum(1) for curve in curves.values()]).all(axis=0) & np.isfinite(came)
    return [
        pd.DataFrame(
            {
                "origin": str(date.question.end),
                "method": name,
                "crps": score_crps(curve[told], _LEVELS, came[told]),
            }
        )
        for name, curve in curves.items()
    ]
