"""Did the pooled forecast of a year hold where the year is known? The last one left out, forecast and counted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.annual.outlook import SHOCK_RATIOS, count_boards, list_comparable, look_years_ahead
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import Protocol
from bcf_eval.stats.counts.pooled_predictive import CountPredictive
from bcf_eval.stats.counts.pooling import MIN_TIMES
from bcf_eval.tables import TRACK_RECORD
from bcf_eval.wording import write_count

Array = npt.NDArray[np.float64]

# One row a ratio of the shared shock. `inside_*` is the share of boards within the interval of that coverage;
# `better_tail` of those whose outturn was called as unlikely as `tail`, or less, in the better direction;
# `worse_tail` likewise in the worse.
VALIDATION = [
    "metric", "year", "n_years", "shock_ratio", "n", "inside_50", "inside_80", "inside_95", "tail", "better_tail",
    "worse_tail",
]  # fmt: skip
_LEVELS = (0.5, 0.8, 0.95)
LEFT_OUT = "a year, the last one left out"


def validate_last_year(panel: Panel, protocol: Protocol, *, last: str | None = None) -> pd.DataFrame:
    """Forecast the last year from those before it, and count how often boards' outturns fell where they should.

    Parameters
    ----------
    panel
        Of a metric that counts people.
    last
        The year to leave out; the last that boards have counts of when not given. Later years are not looked at.

    Returns
    -------
    DataFrame
        See ``VALIDATION``; no rows where fewer than three comparable years lie before it, or fewer boards than
        ``tail_min_areas`` have them. One year shows how the forecasts lie over boards, not over years: what boards
        share in it counts once.
    """
    years = list_comparable(panel, last or panel.periods[-1])
    if len(years) <= MIN_TIMES or count_boards(panel, years[:-1]) < protocol.tail_min_areas:
        return pd.DataFrame(columns=VALIDATION)
    row = panel.periods.index(years[-1])
    outlook = look_years_ahead(panel, years[:-1], years[-1])
    counted, people = panel.numerator[row], panel.denominator[row]
    ratios = SHOCK_RATIOS if len(outlook.predictives) > 1 else (np.nan,)
    lower_is_better = panel.metric.better == "lower"
    forecast = np.isfinite(outlook.predictives[0].mean)
    if not (forecast & np.isfinite(counted) & (people > 0)).any():
        # Lines can be drawn through counts of nobody, or of everybody, and tell nothing.
        return pd.DataFrame(columns=VALIDATION)
    rows = []
    for ratio, predictive in zip(ratios, outlook.predictives, strict=True):
        known = np.isfinite(predictive.mean) & np.isfinite(counted) & (people > 0)
        # The count is judged for the people there were, not for those of the year before.
        of_year = CountPredictive(predictive.mean[known], predictive.sd[known], people[known], predictive.kind)
        outturn = counted[known]
        middle = (of_year.at_most(outturn) + of_year.at_most(outturn - 1)) / 2
        inside = [float((np.abs(middle - 0.5) <= level / 2).mean()) for level in _LEVELS]
        tails = [
            float((of_year.chance(outturn, lower_is_better=side) <= protocol.alpha).mean())
            for side in (lower_is_better, not lower_is_better)
        ]
        key = (panel.metric.key, years[-1], len(years) - 1, ratio, int(known.sum()))
        rows.append([*key, *inside, protocol.alpha, *tails])
    return pd.DataFrame(rows, columns=VALIDATION)


def describe_validation(validation: pd.DataFrame, *, side: str = "better") -> str:
    """Say in words how the forecast of the year left out did; ``""`` where none could be left out.

    Parameters
    ----------
    validation
        From :func:`validate_last_year`.
    side
        Of which tail: ``better`` or ``worse``.
    """
    if validation.empty:
        return ""
    shown, as_what = validation.iloc[0], "good" if side == "better" else "bad"
    came, said = 100 * shown[f"{side}_tail"], 100 * shown["tail"]
    return (
        f"Tried once, on {shown['year']}, which was forecast from the {shown['n_years']} years before it: outturns as "
        f"{as_what} as were said to come {said:g} times in 100 came to {came:.0f} in 100 of "
        f"{write_count(shown['n'])} boards, and the 95% intervals held {100 * shown['inside_95']:.0f} in 100. "
        "One year shows how such forecasts do over boards, not over years."
    )


def tabulate_validation(validation: pd.DataFrame) -> pd.DataFrame:
    """Lay the tails of the year left out beside those of forecasts by month; see ``bcf_eval.tables.TRACK_RECORD``.

    One year is one date and one stretch of time: there is no range over dates. Of the shared shocks that were tried
    the one that is shown stands for all.
    """
    if validation.empty:
        return pd.DataFrame(columns=TRACK_RECORD)
    shown = validation.iloc[0]
    end = str(parse_period(shown["year"]).shift(-1))
    rows = []
    for side in ("better", "worse"):
        frequency, sentence = shown[f"{side}_tail"], describe_validation(validation, side=side)
        key = (shown["metric"], LEFT_OUT, end, f"{side} {shown['tail']:.0%}", "all")
        rows.append((*key, frequency, frequency, frequency, shown["n"], 1, 1, sentence))
    return pd.DataFrame(rows, columns=TRACK_RECORD)
