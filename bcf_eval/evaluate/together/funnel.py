"""Is a board further from England than chance explains, and than boards' own spread explains? Funnel plots' numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.together.funnel_years import YearValues, add_months, list_years
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Metric, Protocol
from bcf_eval.stats.counts.counts import Interval
from bcf_eval.stats.together.funnel import (
    adjust_scores,
    estimate_overdispersion,
    limit_count,
    limit_proportion,
    score_count,
    score_proportion,
)
from bcf_eval.tables import FUNNEL

Array = npt.NDArray[np.float64]

# About 150 boards are looked at: of 95% limits chance alone would put seven of them outside.
OUTER, INNER = 0.998, 0.95
VERDICTS = (
    "not testable",
    "higher than boards' own spread explains",
    "lower than boards' own spread explains",
    "higher than chance explains",
    "lower than chance explains",
    "as England, within chance",
)
METHODS = {
    "proportion": "limits of the score test around England's share, which Wilson's interval inverts",
    "count": "exact Poisson limits around the count that England's rate would bring",
    "days": "England's rate and the error of a mean of twelve months of the board's own series (AR(1) by REML)",
}
_SPREAD = "; boards' own spread added (Spiegelhalter), {share:.0%} of scores brought in at each end"


@dataclass(frozen=True)
class _Scores:
    """Of the boards of one year, arrays of shape ``(S,)``: all in the metric's unit but ``z``."""

    z: Array
    std_error: Array
    inner: Interval
    outer: Interval
    method: str


def build_funnel(panel: Panel, protocol: Protocol) -> pd.DataFrame:
    """Set boards beside England: every year of a metric that counts people, the latest whole year of a monthly one.

    Parameters
    ----------
    panel
        Of one metric.
    protocol
        States how far scores at the ends are brought in.

    Returns
    -------
    DataFrame
        One row a board and year; see :data:`bcf_eval.tables.FUNNEL`. ``lower_95`` … are the limits of chance alone;
        a verdict is by the 99.8% limits, or their like once boards' own spread is added. Empty for metrics whose
        sampling error is not known (survey estimates, averages), and without England.
    """
    if ENGLAND not in panel.areas:
        return pd.DataFrame(columns=FUNNEL)
    if panel.metric.frequency == "month":
        latest = add_months(panel, protocol)
        years = [] if latest is None else [latest]
    else:
        years = list(list_years(panel)) if panel.metric.counts_people else []
    frames = [_judge(panel, year, protocol) for year in years]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=FUNNEL)


def _judge(panel: Panel, year: YearValues, protocol: Protocol) -> pd.DataFrame:
    scores = _score(year, panel.metric)
    known = np.array([reason == "" for reason in year.reasons])
    boards = np.array([code != ENGLAND for code in panel.areas])
    z = np.where(known & boards, scores.z, np.nan)
    spread = estimate_overdispersion(z, scores.std_error, winsor=protocol.funnel_winsor)
    adjusted = adjust_scores(z, scores.std_error, spread.tau)
    reasons = [
        one or ("" if np.isfinite(score) else "there were too few people to compare")
        for one, score in zip(year.reasons, z, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "area_code": list(panel.areas),
            "metric": panel.metric.key,
            "period": year.period,
            "numerator": year.numerator,
            "denominator": year.denominator,
            "value": year.value,
            "england": year.england,
            "lower_95": scores.inner.lower,
            "upper_95": scores.inner.upper,
            "lower_998": scores.outer.lower,
            "upper_998": scores.outer.upper,
            "dispersion": spread.phi,
            "tau": spread.tau,
            "z": z,
            "z_adjusted": adjusted,
            "verdict": judge_scores(z, adjusted),
            "method": scores.method + _SPREAD.format(share=protocol.funnel_winsor),
            "reason": reasons,
        }
    )
    return frame[boards & (known | _exist(panel, year.period))]


def _exist(panel: Panel, period: str) -> npt.NDArray[np.bool_]:
    """Whether each area existed through a year."""
    areas, months = load.areas(), parse_period(period).months
    return np.array([code in areas and all(areas[code].exists(month) for month in months) for code in panel.areas])


def judge_scores(z: Array, adjusted: Array) -> npt.NDArray[np.object_]:
    """Say what a score and its like with boards' own spread mean; one of :data:`VERDICTS`."""
    limit = ndtri(0.5 + OUTER / 2)
    return np.select(
        [np.isnan(z), adjusted > limit, adjusted < -limit, z > limit, z < -limit], VERDICTS[:-1], VERDICTS[-1]
    ).astype(object)


def _score(year: YearValues, metric: Metric) -> _Scores:
    if year.std_error is not None:
        return _score_days(year, year.std_error)
    people, unit = year.denominator, metric.multiplier
    if metric.statistic == "proportion":
        share = year.england / unit
        inner, outer = (limit_proportion(share, people, level=level) for level in (INNER, OUTER))
        error = np.sqrt(share * (1 - share) / np.where(people > 0, people, np.nan))
        score = score_proportion(year.numerator, people, share)
        return _Scores(score, unit * error, _scale(inner, unit), _scale(outer, unit), METHODS["proportion"])
    expected = np.where(people > 0, year.england * people / unit, np.nan)
    inner, outer = (limit_count(expected, level=level) for level in (INNER, OUTER))
    per = year.england / np.where(expected > 0, expected, np.nan)
    score = score_count(year.numerator, expected)
    return _Scores(score, per * np.sqrt(expected), _scale(inner, per), _scale(outer, per), METHODS["count"])


def _score_days(year: YearValues, error: Array) -> _Scores:
    reach = (ndtri(0.5 + level / 2) * error for level in (INNER, OUTER))
    inner, outer = (Interval(np.maximum(year.england - one, 0.0), year.england + one) for one in reach)
    return _Scores((year.value - year.england) / error, error, inner, outer, METHODS["days"])


def _scale(limits: Interval, by: float | Array) -> Interval:
    return Interval(by * limits.lower, by * limits.upper)
