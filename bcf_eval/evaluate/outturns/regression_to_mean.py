"""How far would a baseline of one month move by itself? Regression to the mean, the season taken out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question, choose_baseline
from bcf_eval.evaluate.targets.outlook import look_ahead, observed_rate, pool_season
from bcf_eval.periods import parse_period
from bcf_eval.specs import Protocol

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

# A month outside the interval of this coverage is out of the ordinary: one in five is.
_ORDINARY = 0.80


def expect_return(
    panel: Panel, question: Question, stated: str, columns: npt.NDArray[np.intp], protocol: Protocol
) -> Array:
    """Find what is to be expected of a target month beyond the month that was taken as its baseline.

    What was known before the baseline month says what it was likely to be; where it came out high by chance, later
    months are expected below it whatever anybody does. This is the value expected of the target month by a forecast
    that ends the month before the baseline, brought to the season of the baseline month, less the value observed.

    Parameters
    ----------
    panel
        The metric's data, of a rate per day.
    question
        The target month; its own last known month is not used.
    stated
        The baseline month, ``YYYY-MM``.
    columns
        Which areas, shape ``(S,)``.
    protocol
        The choices.

    Returns
    -------
    ndarray
        In the metric's unit, shape ``(S,)``; ``NaN`` where there is no forecast from so early, or the target period
        is no single month.
    """
    before = str(parse_period(stated).shift(-1))
    if before not in panel.periods or len(question.months) > 1 or not panel.metric.per_day:
        return np.full(columns.size, np.nan)
    known = keep_comparable(panel, before)
    asked = Question(question.target, parse_period(before))
    baseline = choose_baseline(known, asked, protocol)
    if baseline.reason:
        return np.full(columns.size, np.nan)
    predictive = look_ahead(known, asked, baseline, columns, protocol).predictive
    season = pool_season(known, asked, baseline, protocol)
    shift = np.exp(season.at([parse_period(stated).start]) - season.at([question.target.start]))
    expected = (predictive.median + predictive.floor) * shift - predictive.floor
    return np.asarray(expected - observed_rate(panel, [stated], columns))


def find_unusual(panel: Panel, stated: str, columns: npt.NDArray[np.intp], protocol: Protocol) -> Texts:
    """Find where a baseline month lies outside the 80% interval of the forecast made the month before.

    Parameters
    ----------
    panel, stated, columns, protocol
        As for :func:`expect_return`.

    Returns
    -------
    ndarray of str
        Shape ``(S,)``: ``high``, ``low``, or ``""`` where it was neither or nothing foretold it.
    """
    month = parse_period(stated)
    before = str(month.shift(-1))
    if before not in panel.periods or stated not in panel.periods:
        return np.full(columns.size, "", object)
    known = keep_comparable(panel, before)
    asked = Question(month, parse_period(before))
    baseline = choose_baseline(known, asked, protocol)
    if baseline.reason:
        return np.full(columns.size, "", object)
    predictive = look_ahead(known, asked, baseline, columns, protocol).predictive
    came = observed_rate(panel, [stated], columns)
    tail = (1 - _ORDINARY) / 2
    outside = [came > predictive.quantile(1 - tail), came < predictive.quantile(tail)]
    return np.select(outside, ["high", "low"], "").astype(object)
