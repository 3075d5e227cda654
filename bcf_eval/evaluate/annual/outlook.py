"""What will a yearly count be if nothing changes? The lines of all boards, pooled over comparable years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Metric
from bcf_eval.stats.counts.pooled_predictive import CountPredictive, LinkedCounts, link_counts, unlink
from bcf_eval.stats.counts.pooling import MIN_TIMES, TIMES_FOR_SHOCK, fit_pooled_lines

Array = npt.NDArray[np.float64]

# How much all boards move together in a year, beside how much each moves by itself; five years are needed to tell.
SHOCK_RATIOS = (1.0, 0.5, 2.0)
# How much of a trend is left a year on, when it fades.
_DAMPING_PER_YEAR = 0.5
_ROUNDED_TO = 5.0
# People a year, counted or (of a share) not, below which an area has no line.
FEWEST_PEOPLE = 5


@dataclass(frozen=True)
class AnnualOutlook:
    """A year's count with business as usual; arrays of shape ``(S,)``, one for each area of the panel.

    ``NaN`` stands for an area that cannot be forecast: fewer than three years, none of the last one, or too few
    people.

    Attributes
    ----------
    years
        What the lines stand on.
    predictives
        Of the count, the first the one that is shown: one for each of ``SHOCK_RATIOS``, or one alone where what
        all boards share could be estimated.
    continues, damped, none
        Values when the area's own line goes on, when its trend fades, and of the last year.
    n
        Years that the area has.
    n_boards
        How many are pooled.
    shared
        How far the boards' mean lay from a straight line in these years, a standard deviation on the line's scale.
    """

    years: tuple[str, ...]
    predictives: tuple[CountPredictive, ...]
    continues: Array
    damped: Array
    none: Array
    n: Array
    n_boards: int
    shared: float

    def take(self, columns: npt.NDArray[np.intp]) -> list[CountPredictive]:
        """The counts to be expected of some areas, one for each shared shock."""
        return [
            replace(one, mean=one.mean[columns], sd=one.sd[columns], people=one.people[columns])
            for one in self.predictives
        ]


def name_kind(metric: Metric) -> Literal["proportion", "rate"]:
    """On which scale a metric has its line: logit of a share, log of a rate."""
    return "proportion" if metric.statistic == "proportion" else "rate"


def list_comparable(panel: Panel, end: str, *, most: int = 0) -> tuple[str, ...]:
    """List the years that boards have counts of, up to and with ``end``, since the last break that splits.

    Parameters
    ----------
    most
        Years used at the most, the last ones; 0 for all.
    """
    splits = [one.period for one in load.breaks(panel.metric.key) if one.effect in ("splits", "ends")]
    first = max((one for one in splits if one <= end), default="")
    of_boards = np.isfinite(panel.numerator[:, _find_boards(panel)])
    known = [one for i, one in enumerate(panel.periods) if of_boards[i].any() and first <= one <= end]
    return tuple(known[-most:] if most else known)


def count_boards(panel: Panel, years: tuple[str, ...]) -> int:
    """How many boards have enough of the years to tell a trend."""
    counted = np.isfinite(panel.numerator[panel.rows(years)]).sum(axis=0)
    return int((counted >= MIN_TIMES)[_find_boards(panel)].sum())


def find_thin(panel: Panel, years: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Find the areas whose counts are too small for a line, shape ``(S,)``.

    The logit or log of a count of one or two, or of all but one or two, is far from normal.
    """
    rows = panel.rows(years)
    counted, people = panel.numerator[rows], panel.denominator[rows]
    known = np.isfinite(counted) & np.isfinite(people)
    many = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, counted, 0.0).sum(axis=0) / many
    others = np.where(known, people - counted, 0.0).sum(axis=0) / many
    least = np.minimum(mean, others) if panel.metric.statistic == "proportion" else mean
    return np.asarray(least < FEWEST_PEOPLE)


def look_years_ahead(panel: Panel, years: tuple[str, ...], target: str) -> AnnualOutlook:
    """Forecast a year's count of every board, for as many people as in the last of the years.

    Parameters
    ----------
    panel
        Of a metric that counts people. England is not pooled, and gets no forecast: it is the sum of the others.
    years
        From :func:`list_comparable`; at least three.
    target
        The year to forecast.
    """
    metric, rows, kind = panel.metric, panel.rows(years), name_kind(panel.metric)
    linked = link_years(panel, years)
    numbers = np.array([parse_period(one).start / 12 for one in years])
    ahead = parse_period(target).start / 12
    usable = np.isfinite(linked.y[-1]) & (np.isfinite(linked.y).sum(axis=0) >= MIN_TIMES) & ~find_thin(panel, years)
    ratios: tuple[float | None, ...] = SHOCK_RATIOS if len(years) < TIMES_FOR_SHOCK else (None,)
    fits = [fit_pooled_lines(linked.y, linked.variance, time=numbers, shock_ratio=ratios[0])]
    for one in ratios[1:]:
        fits.append(fit_pooled_lines(linked.y, linked.variance, time=numbers, shock_ratio=one, near=fits[0]))
    predictives = []
    for fit in fits:
        found = fit.forecast(ahead)
        mean, sd = (np.where(usable, one, np.nan) for one in (found.mean, found.sd))
        predictives.append(CountPredictive(mean, sd, panel.denominator[rows[-1]], kind))
    steps = np.arange(1, round(ahead - numbers[-1]) + 1)
    faded = linked.y[-1] + fits[0].own_slope * (_DAMPING_PER_YEAR**steps).sum()

    def bring_back(values: Array) -> Array:
        return np.where(usable, metric.multiplier * unlink(values, kind=kind), np.nan)

    return AnnualOutlook(
        years=years,
        predictives=tuple(predictives),
        continues=bring_back(fits[0].continue_own(ahead)),
        damped=bring_back(faded),
        none=np.where(usable, panel.value[rows[-1]], np.nan),
        n=np.isfinite(linked.y).sum(axis=0).astype(float),
        n_boards=count_boards(panel, years),
        # A line through the years takes two of them.
        shared=float(np.sqrt((fits[0].shared ** 2).sum() / (len(years) - 2))),
    )


def link_years(panel: Panel, years: tuple[str, ...]) -> LinkedCounts:
    """Bring the counts of boards to the scale of their lines, years by areas; ``NaN`` for England."""
    rows = panel.rows(years)
    rounding = np.where(panel.to_five[rows], _ROUNDED_TO, 1.0)
    counted = np.where(_find_boards(panel), panel.numerator[rows], np.nan)
    return link_counts(counted, panel.denominator[rows], kind=name_kind(panel.metric), rounding=rounding)


def _find_boards(panel: Panel) -> npt.NDArray[np.bool_]:
    return np.array([code != ENGLAND for code in panel.areas])
