"""Who forecasts best? The tool's business as usual beside damped exponential smoothing and Theta, on one record."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, Question, choose_baseline
from bcf_eval.evaluate.targets.forecasting import (
    count_unit_days,
    forecast_areas,
    measure_floors,
    observed_rate,
    pool_season,
)
from bcf_eval.periods import Period, parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.ambition import aggregate_rate

Array = npt.NDArray[np.float64]

OWN, ETS, THETA = "half last, half mean-reverting", "damped ETS", "Theta"
TREND, LAST, REVERTING = "trend goes on", "last value", "mean-reverting"
# First month ahead and months of each target, as it is named.
TARGETS = {"next quarter": (1, 3), "quarter after": (4, 3), "next year": (1, 12)}
# The spread of damped exponential smoothing is that of its simulated paths.
_PATHS, _SEED = 400, 1


@dataclass(frozen=True)
class Forecasters:
    """Errors and forecasts of every date, board, target and method, long.

    Attributes
    ----------
    errors
        ``origin, area_code, target, method, error``: log of what came less log of what was forecast.
    """

    errors: pd.DataFrame

    def compare(self) -> pd.DataFrame:
        """Mean absolute error by method and target, and the tool's less the other's with its standard error.

        Errors of one date hang together: the mean difference of each date counts as one observation, and dates whose
        targets overlap hang together too, which Newey and West's weights allow for.
        """
        absolute = self.errors.assign(size=self.errors["error"].abs())
        by_date = absolute.pivot_table(index=["target", "origin"], columns="method", values="size", aggfunc="mean")
        rows = []
        for target, (lead, length) in TARGETS.items():
            dates = by_date.loc[target]
            for method in dates.columns:
                gap = (dates[OWN] - dates[method]).to_numpy()
                overlap = int(np.ceil((lead + length - 1) / 3))
                rows.append((target, method, dates[method].mean(), gap.mean(), _long_run_error(gap, overlap), len(gap)))
        columns = ["target", "method", "mean_absolute_error", "difference", "standard_error", "dates"]
        return pd.DataFrame(rows, columns=columns)


def run_forecasters(panel: Panel, protocol: Protocol, *, step: int = 3) -> Forecasters:
    """Forecast every board at every date by each method, from the same months with the same season taken out.

    Parameters
    ----------
    panel
        A metric by month.
    protocol
        The choices.
    step
        Months from one date to the next.
    """
    boards = np.array([i for i, code in enumerate(panel.areas) if code != ENGLAND])
    codes = np.array([panel.areas[i] for i in boards], object)
    frames = []
    for end in _list_origins(panel, protocol, step):
        known = keep_comparable(panel, str(end))
        longest = Question(Period("month", end.start + 1), end)
        baseline = choose_baseline(known, longest, protocol)
        if baseline.reason:
            continue
        paths = _forecast_paths(known, longest, baseline, boards, protocol)
        for target, (lead, length) in TARGETS.items():
            months = [str(end.shift(lead + i)) for i in range(length)]
            came = observed_rate(panel, months, boards) if set(months) <= set(panel.periods) else None
            if came is None:
                continue
            floor = measure_floors(known, longest, protocol)[boards]
            for method, path in paths.items():
                with np.errstate(divide="ignore", invalid="ignore"):
                    expected = _average(path[:, lead - 1 : lead - 1 + length], floor, months)
                    error = np.log(came + floor) - np.log(expected + floor)
                frames.append(
                    pd.DataFrame(
                        {"origin": str(end), "area_code": codes, "target": target, "method": method, "error": error}
                    )
                )
    every = pd.concat(frames, ignore_index=True)
    # Each method is judged by the same boards and dates: those that all of them could forecast.
    told = every.groupby(["origin", "area_code", "target"])["error"].transform(lambda one: one.notna().all())
    return Forecasters(every[told].reset_index(drop=True))


def _list_origins(panel: Panel, protocol: Protocol, step: int) -> Iterator[Period]:
    boards = np.array([code != ENGLAND for code in panel.areas])
    first = int(np.flatnonzero(np.isfinite(panel.value[:, boards]).any(axis=1))[0])
    for row in range(first + protocol.tail_first_origin - 1, len(panel.periods) - 3, step):
        yield parse_period(panel.periods[row])


def _forecast_paths(
    panel: Panel, question: Question, baseline: Baseline, boards: npt.NDArray[np.intp], protocol: Protocol
) -> dict[str, Array]:
    """Log rates per day of the next 12 months with the season put back, ``(S, 12)`` for each method."""
    numbers = np.array([parse_period(one).start for one in baseline.periods])
    season = pool_season(panel, question, baseline, protocol)
    rates = panel.value[panel.rows(baseline.periods)] / count_unit_days(panel, baseline.periods)[:, None]
    logs = np.log(rates + measure_floors(panel, question, protocol)) - season.at(numbers)[:, None]
    ahead = season.at(question.end.start + 1 + np.arange(12))
    series = logs[:, boards]
    paths = {ETS: _each(series, _smooth), THETA: _each(series, _theta)}
    months = [Question(Period("month", question.end.start + h), question.end) for h in range(1, 13)]
    own = [forecast_areas(panel, one, baseline, boards, protocol) for one in months]
    floor = measure_floors(panel, question, protocol)[boards]

    def undo(values: list[Array]) -> Array:
        return np.log(np.stack(values, axis=1) + floor[:, None]) - ahead

    paths |= {
        OWN: undo([one.predictive.centre for one in own]),
        TREND: undo([one.continues for one in own]),
        REVERTING: undo([one.none for one in own]),
        LAST: np.repeat(series[-1][:, None], 12, axis=1),
    }
    return {name: path + ahead for name, path in paths.items()}


def _each(series: Array, forecast: Callable[[Array], Array]) -> Array:
    found = np.full((series.shape[1], 12), np.nan)
    for place, y in enumerate(series.T):
        if np.isfinite(y).all() and np.ptp(y) > 0:
            found[place] = forecast(y)
    return found


def _smooth(y: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(ETSModel(y, error="add", trend="add", damped_trend=True).fit(disp=False).forecast(12))


def _theta(y: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        index = pd.period_range("2000-01", periods=y.size, freq="M")
        return np.asarray(ThetaModel(pd.Series(y, index=index), deseasonalize=False).fit().forecast(12))


def _average(path: Array, floor: Array, months: list[str]) -> Array:
    days = np.array([parse_period(month).days for month in months], float)
    weights = np.tile(days / days.sum(), (path.shape[0], 1))
    return aggregate_rate(path, np.zeros(len(months)), floor, weights)


def _long_run_error(gap: Array, overlap: int) -> float:
    """Standard error of a mean of dates that hang together as far as their targets overlap."""
    centred, n = gap - gap.mean(), gap.size
    variance = centred @ centred / n
    for lag in range(1, min(overlap, n - 1) + 1):
        variance += 2 * (1 - lag / (overlap + 1)) * (centred[lag:] @ centred[:-lag]) / n
    return float(np.sqrt(max(variance, 0.0) / n))
