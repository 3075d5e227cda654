"""What is set in a funnel? The counts of a year, or the year that twelve months make, with its error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.its.fitting import find_rank_problem, screen_series
from bcf_eval.evaluate.its.plan import plan_full
from bcf_eval.evaluate.panel import Panel
from bcf_eval.observations import rate
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.period_means import covary_means
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

_MONTHS = 12
_DRIFTING = "each month follows so closely on the last that the error of its year is not known"


@dataclass(frozen=True)
class YearValues:
    """One year of every area, arrays of shape ``(S,)``.

    Attributes
    ----------
    period
        Financial year.
    numerator, denominator, value
        Of the year; a denominator by month is averaged.
    england
        England's value.
    std_error
        Of the value, where it does not follow from the count; else ``None``.
    reasons
        Why an area cannot be set beside England; ``""`` where it can.
    """

    period: str
    numerator: Array
    denominator: Array
    value: Array
    england: float
    std_error: Array | None
    reasons: list[str]


def list_years(panel: Panel) -> Iterator[YearValues]:
    """List the years of a metric that counts people in a year."""
    metric, england = panel.metric, panel.column(ENGLAND)
    share = rate(panel.numerator, panel.denominator, metric, 1.0)
    for row, period in enumerate(panel.periods):
        centre = share[row, england] if np.isfinite(share[row, england]) else panel.value[row, england]
        if not np.isfinite(centre):
            continue
        lost = f"the counts of {period} are not known: suppressed, or not returned"
        known = np.isfinite(share[row])
        values = np.where(known, share[row], panel.value[row])
        reasons = ["" if one else lost for one in known]
        yield YearValues(period, panel.numerator[row], panel.denominator[row], values, float(centre), None, reasons)


def add_months(panel: Panel, protocol: Protocol) -> YearValues | None:
    """Add the months of the latest whole financial year; ``None`` where the record holds none.

    Of a count that is an average of days (delays), the error of the year is that of the mean of twelve months about
    what the board's own fit expects of them: see :func:`measure_year_error`.
    """
    months = _find_latest_year(panel)
    if not months:
        return None
    whole = panel.use_whole_boards()
    rows, metric = panel.rows(months), panel.metric
    days = np.array([float(parse_period(month).days) for month in months])
    # An area's own month that is not used leaves its year unknown; of England the whole boards are added.
    counted = np.where(np.isfinite(whole.value[rows]), whole.numerator[rows], np.nan).sum(axis=0)
    people = days @ whole.denominator[rows] / days.sum()
    value = rate(counted, people, metric, np.full(people.shape, days.sum()))
    period = f"{months[0][:4]}/{months[-1][2:4]}"
    missing = (~np.isfinite(whole.value[rows])).sum(axis=0)
    lost = "{0} of the 12 months of {1} {2} missing, or not used"
    reasons = [lost.format(n, period, "is" if n == 1 else "are") if n else "" for n in missing]
    error = None
    if metric.per_day:
        measured = measure_year_error(panel, months, protocol)
        error = measured.std_error
        reasons = [one or other for one, other in zip(reasons, measured.reasons, strict=True)]
    england = float(value[panel.column(ENGLAND)])
    return YearValues(period, counted, people, value, england, error, reasons) if np.isfinite(england) else None


@dataclass(frozen=True)
class YearError:
    """Standard errors of the year of each area, shape ``(S,)``, ``NaN`` where there is a reason for having none."""

    std_error: Array
    reasons: list[str]


def measure_year_error(panel: Panel, months: tuple[str, ...], protocol: Protocol) -> YearError:
    """Measure how far the mean of a year strays from what each board's own fit expects of it.

    The fit is of as many months as a verdict's, up to the end of the year: level, trend, season, what began and what
    was counted otherwise since, with AR(1) errors by REML. The standard error is that of the mean of twelve such
    errors; what is uncertain about the fit is not in it, for the year itself is known.
    """
    last = panel.periods.index(months[-1])
    window = panel.periods[max(last + 1 - protocol.verdict_before - protocol.verdict_after, 0) : last + 1]
    plan = plan_full(panel.metric.key, window, protocol)
    values = keep_comparable(panel, months[-1]).value[panel.rows(plan.periods)]
    error, reasons = np.full(len(panel.areas), np.nan), np.full(len(panel.areas), "", object)
    year, enough = np.arange(_MONTHS), protocol.min_points_each_side
    for pattern in group_by_pattern(values):
        if pattern.rows.size < _MONTHS:
            reasons[pattern.columns] = f"too few months to know the error of its year: {pattern.rows.size}"
            continue
        design, observed = plan.build(pattern.rows), values[np.ix_(pattern.rows, pattern.columns)]
        problem = find_rank_problem(design)
        if problem:
            reasons[pattern.columns] = problem
            continue
        fit = fit_reml(observed, design.matrix, time=design.time, boundary=protocol.boundary_rho)
        why = np.array(screen_series(observed, enough, enough, protocol), object)
        why = np.where((why == "") & fit.rho_at_boundary, _DRIFTING, why)
        found = np.sqrt(covary_means(fit.rho, fit.sigma, first=year, second=year).first)
        reasons[pattern.columns], error[pattern.columns] = why, np.where(why == "", found, np.nan)
    return YearError(error, reasons.tolist())


def _find_latest_year(panel: Panel) -> tuple[str, ...]:
    """The months of the last financial year that are all in the record."""
    for end in reversed(range(len(panel.periods))):
        if panel.periods[end].endswith("-03") and end + 1 >= _MONTHS:
            return panel.periods[end + 1 - _MONTHS : end + 1]
    return ()
