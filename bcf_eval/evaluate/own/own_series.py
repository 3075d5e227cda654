"""Did a researcher's own series change? Interrupted time series of any table, with any of the methods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bcf_eval.errors import RequestError, nearest
from bcf_eval.evaluate.own.checks import list_checks
from bcf_eval.evaluate.own.choices import Choices, ControlAs, check_choices
from bcf_eval.evaluate.own.fit import fit_group
from bcf_eval.evaluate.own.frames import PATHS, RATIOS, TERMS, list_paths, list_terms, refuse, stack
from bcf_eval.evaluate.own.leftover import LEFTOVER, look_at_rest
from bcf_eval.evaluate.own.plan import plan_group, plan_series
from bcf_eval.evaluate.own.series_table import SeriesTable, read_series
from bcf_eval.evaluate.own.words import describe_model, describe_terms
from bcf_eval.results import ItsResult
from bcf_eval.stats.regression.impact import Change, PhaseIn
from bcf_eval.stats.regression.patterns import Pattern, group_by_pattern


def fit_its(
    table: pd.DataFrame,
    *,
    at: str | Sequence[str],
    period: str = "period",
    value: str = "value",
    by: str | None = None,
    offset: str | None = None,
    weights: str | None = None,
    season: int | None = None,
    method: str = "reml",
    order: str | Sequence[int] | None = None,
    seasonal_order: str | Sequence[int] | None = None,
    change: Change = "both",
    delay: int | None = None,
    lag: int | None = None,
    phase_in: int = 0,
    phase_in_as: PhaseIn = "exclude",
    pulse: int = 0,
    breaks: str | Sequence[str] | None = None,
    control: str | None = None,
    control_as: ControlAs | None = None,
    draws: int | None = None,
    seed: int | None = None,
    level: float = 0.95,
) -> ItsResult:
    """Fit an interrupted time series to every series of a table.

    Parameters
    ----------
    table
        One row a period and series, in any order; a missing row or value is a gap.
    at
        When something began: one period or several.
    period, value, by, offset
        Names of columns: when, how much, which series, and what to divide by. Of counts the log of the offset
        enters the model instead.
    weights
        Column that says how much each value counts for, such as the denominator of a rate; ``reml`` alone.
    season
        Fourier pairs; when left out 2 for months, 1 for quarters, 0 for years, 0 with a ``seasonal_order``.
    method
        ``reml``, ``ar2``, ``arma11``, ``ols``, ``newey-west``, ``prais-winsten``, ``arima``, ``bootstrap``; of counts
        ``quasi-poisson`` or ``negative-binomial``, on the log scale.
    order, seasonal_order
        Of ``arima``, ``(p, d, q)`` as numbers or as ``"2,1,0"``; the order is chosen by the data when left out. One
        term of the errors to eight points at the most, and 12.
    change
        ``both``: of level and of slope; or ``level``, or ``slope``, alone.
    delay
        Periods after ``at`` at which the effect begins.
    lag
        Of ``newey-west`` (1 when left out) and of counts (none when left out): lags of the autocorrelation that the
        errors allow for. Of every other method the same as ``delay``.
    phase_in, phase_in_as
        Periods over which the effect comes in: they are left out (``exclude``), or the level changes across them in
        even steps (``ramp``, which needs ``phase_in``). From then on it is whole, and its slope runs.
    pulse
        Periods the effect lasts, as a level without a slope; 0 when it lasts for good.
    breaks
        Periods at which a nuisance step may begin, such as a new definition.
    control, control_as
        The series (named in ``by``) that every other is compared with, ``joint`` in one model, with an interaction
        of every term (the default), or as the ``difference`` from it; ``reml`` alone.
    draws, seed
        Of ``bootstrap``; 999 and 2015 when left out.
    level
        Coverage of the intervals.

    Returns
    -------
    ItsResult
        ``trend`` is 0 at the first period and counts calendar periods, gaps too; ``slope_change`` is 0 where the
        effect is first whole: at the intervention, or after its delay and phase-in.

    Raises
    ------
    RequestError
        If the table or a choice cannot be used; one line says which.

    References
    ----------
    Schaffer, Dobbins & Pearson 2021, BMC Med Res Methodol 21:58. Lopez Bernal, Cummins & Gasparrini 2017, Int J
    Epidemiol 46:348.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"period": range(1990, 2020), "value": [5.0, 7.0, 6.0] * 10})
    >>> fit_its(table, at="2005").tidy()["term"].tolist()
    ['intercept', 'trend', 'level_change', 'slope_change']
    """
    choices = check_choices(
        method=method, change=change, delay=delay, lag=lag, phase_in=phase_in, phase_in_as=phase_in_as, pulse=pulse,
        season=season, order=order, seasonal_order=seasonal_order, by=by, offset=offset, weights=weights,
        control=control, control_as=control_as, draws=draws, seed=seed, level=level,
    )  # fmt: skip
    series = read_series(
        table, period=period, value=value, by=by, offset=offset, weights=weights, counts=choices.counts
    )
    plan = plan_series(series, choices, at, breaks)
    terms, paths, rests, orders = [], [], [], []
    for pattern in _group(series, plan.left_out, choices):
        group = plan_group(series, plan, choices, pattern.rows)
        if group.design is None:
            terms.append(refuse(pattern.columns, group.reason))
            continue
        own = fit_group(series, pattern, group.design, choices)
        terms.append(list_terms(own, pattern.columns, group.cautions, counts=choices.counts))
        paths.append(list_paths(series, own, pattern))
        orders += [own.fit.method] if choices.method == "arima" and choices.order is None else []
        rests.append(look_at_rest(series, own, pattern, group.design, choices))
    columns = [*TERMS[:-3], *(RATIOS if choices.counts else []), *TERMS[-3:]]
    stacked = stack(terms, series).assign(method=method).reindex(columns=columns)
    drawn = stack(paths, series)[PATHS] if paths else pd.DataFrame(columns=PATHS)
    leftover = stack(rests, series)[LEFTOVER] if rests else pd.DataFrame(columns=LEFTOVER)
    return ItsResult(
        terms=stacked,
        paths=drawn,
        model=describe_model(series, plan, choices),
        interventions=tuple(str(one) for one in plan.interventions),
        sentences=tuple(
            describe_terms(str(name), part, plan.interventions, choices)
            for name, part in stacked.groupby("series", sort=False)
        ),
        checks=list_checks(stacked, leftover, choices, orders),
        diagnostics=leftover,
    )


def _group(series: SeriesTable, left_out: np.ndarray, choices: Choices) -> list[Pattern]:
    """Group the series that are to be fitted by the periods they are observed in."""
    values = np.where(left_out[:, None], np.nan, series.values)
    fitted = np.arange(len(series.names))
    if choices.control is not None:
        if choices.control not in series.names:
            known = nearest(choices.control, series.names)
            raise RequestError(f"There is no series '{choices.control}' to be the control.{known}")
        if len(series.names) == 1:
            raise RequestError(f"There is no series beside the control '{choices.control}'.")
        place = series.names.index(choices.control)
        # A period is told of both or of neither.
        values = np.where(np.isnan(values[:, [place]]), np.nan, values)
        fitted = np.delete(fitted, place)
    return [Pattern(one.rows, fitted[one.columns]) for one in group_by_pattern(values[:, fitted])]
