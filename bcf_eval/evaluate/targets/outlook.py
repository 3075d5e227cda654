"""What will the rate be over the target period if nothing changes? Forecasts with tails from their own record."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, Question
from bcf_eval.evaluate.targets.forecasting import (
    AreaForecast,
    count_per_unit,
    forecast_areas,
    observed_rate,
    pool_season,
)
from bcf_eval.evaluate.targets.record import Record, build_record
from bcf_eval.evaluate.targets.replay import class_trend, find_heavy_classes
from bcf_eval.specs import Protocol
from bcf_eval.stats.forecasts.ambition import Predictive
from bcf_eval.stats.forecasts.tails import Tails, build_tail

__all__ = ["AreaOutlook", "look_ahead", "observed_rate", "pool_season"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AreaOutlook:
    """The rate over a target period with business as usual; arrays of shape ``(S,)``, one for each area asked for.

    ``NaN`` stands for an area that cannot be forecast: too few months, the last one missing, no variation.

    Attributes
    ----------
    predictive
        Business as usual; its tails are those of the record where there is one.
    continues, damped, none
        Medians when the fitted trend goes on, fades, or is not there.
    n
        Months the forecast stands on.
    events_per_unit
        Counts over the target period that one unit of its rate stands for.
    innovation_sd, trend_t
        Of the fits, see :class:`.AreaForecast`; ``None`` where nobody asked.
    record
        What the tails come from; ``None`` likewise.
    """

    predictive: Predictive
    continues: Array
    damped: Array
    none: Array
    n: Array
    events_per_unit: Array
    innovation_sd: Array | None = None
    trend_t: Array | None = None
    record: Record | None = None

    def hidden_where(self, which: list[bool]) -> AreaOutlook:
        """The same with some forecasts withheld: what was asked of those areas cannot be answered."""
        centre, log_sd, continues, damped, none = (
            np.where(which, np.nan, one)
            for one in (self.predictive.centre, self.predictive.log_sd, self.continues, self.damped, self.none)
        )
        predictive = replace(self.predictive, centre=centre, log_sd=log_sd)
        return replace(self, predictive=predictive, continues=continues, damped=damped, none=none)


def look_ahead(
    panel: Panel,
    question: Question,
    baseline: Baseline,
    columns: npt.NDArray[np.intp],
    protocol: Protocol,
    *,
    record: Record | None = None,
) -> AreaOutlook:
    """Forecast the rate over the target period: the average of a rate per day, the sum of one that adds up.

    Parameters
    ----------
    panel, question, baseline
        The data, what is asked, and the months to stand on.
    columns
        Areas to forecast, shape ``(S,)``; season and record are always pooled over the boards of the panel.
    protocol
        The choices.
    record
        Of the same question, where it was made before; it does not depend on ``columns``. That of the protocol's
        own baseline serves other lengths of baseline too.
    """
    forecast = forecast_areas(panel, question, baseline, columns, protocol)
    known = build_record(panel, question, protocol) if record is None else record
    return AreaOutlook(
        predictive=calibrate_forecast(forecast, known, columns, protocol),
        continues=forecast.continues,
        damped=forecast.damped,
        none=forecast.none,
        n=forecast.n,
        events_per_unit=forecast.events_per_unit,
        innovation_sd=forecast.innovation_sd,
        trend_t=forecast.trend_t,
        record=known,
    )


def withhold_outlook(
    panel: Panel, question: Question, baseline: Baseline, columns: npt.NDArray[np.intp]
) -> AreaOutlook:
    """Say of areas that they are not forecast at all: something stands between the baseline and the target.

    Parameters
    ----------
    panel, question, baseline, columns
        As for :func:`look_ahead`.
    """
    nothing = np.full(columns.size, np.nan)
    n = np.isfinite(panel.value[np.ix_(panel.rows(baseline.periods), columns)]).sum(axis=0).astype(float)
    return AreaOutlook(
        predictive=Predictive(nothing, nothing, nothing),
        continues=nothing,
        damped=nothing,
        none=nothing,
        n=n,
        events_per_unit=count_per_unit(panel, question, columns),
    )


def calibrate_forecast(
    forecast: AreaForecast, record: Record, columns: npt.NDArray[np.intp], protocol: Protocol
) -> Predictive:
    """Give a forecast the tails of a record: those of the area's size, or of its trend where those do not hold.

    Parameters
    ----------
    forecast
        Of the areas asked for, shape ``(S,)``.
    record
        Of the same kind of target period.
    columns
        The areas' places in the panel, shape ``(S,)``.
    protocol
        The choices.

    Returns
    -------
    Predictive
        Gaussian where the record has no tails for an area: England, or all where it is too short. Boards of a class
        of trend in which the tails of size are met too often have those of their class.
    """
    if record.reason:
        return forecast.predictive
    groups, member = list(record.build_tails()), record.third[columns]
    own, past = class_trend(forecast.trend_t), class_trend(record.trend_t)
    for heavy in find_heavy_classes(record, protocol):
        member = np.where((own == heavy) & (member >= 0), len(groups), member)
        groups.append(build_tail(np.where(past == heavy, record.errors, np.nan)))
    tails = Tails(tuple(groups), member, forecast.innovation_sd, record.lower_is_better)
    return replace(forecast.predictive, tails=tails)
