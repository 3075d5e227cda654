"""Did a researcher's own series change? Interrupted time series of any table, with any of the methods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.errors import RequestError, nearest
from bcf_eval.evaluate.fitting import METHODS, Estimator, choose_estimator, find_rank_problem
from bcf_eval.evaluate.its import BOUNDARY
from bcf_eval.evaluate.series_table import SeriesTable, read_interventions, read_series
from bcf_eval.periods import Period
from bcf_eval.results import CheckResult, ItsResult
from bcf_eval.stats.design import Design, build_design
from bcf_eval.stats.linear import Estimates, LinearFit, contrast
from bcf_eval.stats.patterns import group_by_pattern
from bcf_eval.wording import describe_terms

Array = npt.NDArray[np.float64]

TERMS = ["series", "term", "estimate", "std_error", "df", "lower", "upper", "p_value", "rho", "method", "reason"]
PATHS = ["series", "period", "observed", "fitted", "counterfactual", "lower", "upper"]
DEFAULT_SEASON = {"month": 2, "quarter": 1, "financial_quarter": 1, "financial_year": 0, "year": 0}
DRIFT_WARNING = "the series drifts (autocorrelation at the boundary): take the level with care"
_NEEDS_EVERY_PERIOD = ("newey-west", "prais-winsten")


def fit_its(
    table: pd.DataFrame,
    *,
    at: str | Sequence[str],
    period: str = "period",
    value: str = "value",
    by: str | None = None,
    offset: str | None = None,
    season: int | None = None,
    method: str = "reml",
    lag: int = 1,
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
        Names of columns: when, how much, which series, and what to divide by.
    season
        Fourier pairs; when left out 2 for months, 1 for quarters, 0 for years.
    method
        ``reml``, ``ols``, ``newey-west`` or ``prais-winsten``.
    lag
        Of Newey and West's covariance.
    level
        Coverage of the intervals.

    Returns
    -------
    ItsResult
        ``trend`` is 0 at the first period and counts calendar periods, gaps too;
        ``slope_change`` is 0 at the intervention.

    Raises
    ------
    RequestError
        If the table or a choice cannot be used; one line says which.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"period": range(1990, 2020), "value": [5.0, 7.0, 6.0] * 10})
    >>> fit_its(table, at="2005").tidy()["term"].tolist()
    ['intercept', 'trend', 'level_change', 'slope_change']
    """
    if method not in METHODS:
        raise RequestError(f"There is no method '{method}'.{nearest(method, METHODS)} Known: {', '.join(METHODS)}.")
    if season is not None and season < 0:
        raise RequestError(f"The season has {season} Fourier pairs; expected 0 or more.")
    if lag < 0:
        raise RequestError(f"The lag is {lag}; expected 0 or more.")
    series = read_series(table, period=period, value=value, by=by, offset=offset)
    interventions = read_interventions(at, series)
    pairs = DEFAULT_SEASON[series.kind] if season is None else season
    estimator = choose_estimator(method, lag=lag)
    terms: dict[int, pd.DataFrame] = {}
    paths: dict[int, pd.DataFrame] = {}
    for pattern in group_by_pattern(series.values):
        design, reason = _plan(series, pattern.rows, interventions, pairs, method)
        if reason or design is None:
            terms |= {int(i): _refused(series.names[i], reason, method) for i in pattern.columns}
            continue
        observed = series.values[np.ix_(pattern.rows, pattern.columns)]
        made = _fit_group(series, design, observed, pattern.rows, pattern.columns, estimator, method, level)
        terms |= made[0]
        paths |= made[1]
    stacked = pd.concat([terms[i] for i in sorted(terms)], ignore_index=True)[TERMS]
    drawn = pd.concat([paths[i] for i in sorted(paths)], ignore_index=True) if paths else pd.DataFrame(columns=PATHS)
    return ItsResult(
        terms=stacked,
        paths=drawn,
        model=_describe_model(series, interventions, pairs, method),
        interventions=tuple(str(one) for one in interventions),
        sentences=tuple(
            describe_terms(str(name), part, [one.label for one in interventions])
            for name, part in stacked.groupby("series", sort=False)
        ),
        checks=_checks(stacked),
    )


def _plan(
    series: SeriesTable,
    rows: npt.NDArray[np.intp],
    interventions: tuple[Period, ...],
    pairs: int,
    method: str,
) -> tuple[Design | None, str]:
    if rows.size == 0:
        return None, "no observations"
    if method in _NEEDS_EVERY_PERIOD and rows[-1] - rows[0] + 1 > rows.size:
        missing = rows[-1] - rows[0] + 1 - rows.size
        return None, f"{method} needs every period; {missing} of {rows[-1] - rows[0] + 1} are missing"
    first = series.periods[0]
    time = np.array([series.periods[i].since(first) for i in rows])
    design = build_design(
        time,
        interventions=[one.since(first) for one in interventions],
        season_pairs=pairs,
        cycle=first.cycle,
    )
    return design, find_rank_problem(design)


def _fit_group(
    series: SeriesTable,
    design: Design,
    observed: Array,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    estimator: Estimator,
    method: str,
    level: float,
) -> tuple[dict[int, pd.DataFrame], dict[int, pd.DataFrame]]:
    shown = [i for i, name in enumerate(design.names) if not name.startswith("season_")]
    fit = estimator(observed, design)
    estimates = contrast(fit, np.eye(len(design.names))[shown], level=level)
    band = contrast(fit, design.without_interventions(), level=level)
    names = _term_names([design.names[i] for i in shown], len(design.interventions))
    flat = np.ptp(observed, axis=0) == 0
    terms, paths = {}, {}
    for place, column in enumerate(columns):
        if flat[place] or not np.isfinite(fit.coefficients[place]).all():
            terms[int(column)] = _refused(series.names[column], "the series does not vary about the model", method)
            continue
        terms[int(column)] = _terms_of(series.names[column], names, estimates, fit, place).assign(method=method)
        paths[int(column)] = pd.DataFrame(
            {
                "series": series.names[column],
                "period": [str(series.periods[i]) for i in rows],
                "observed": observed[:, place],
                "fitted": design.matrix @ fit.coefficients[place],
                "counterfactual": band.estimate[place],
                "lower": band.lower[place],
                "upper": band.upper[place],
            }
        )
    return terms, paths


def _terms_of(series: str, names: list[str], estimates: Estimates, fit: LinearFit, place: int) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "series": series,
            "term": names,
            "estimate": estimates.estimate[place],
            "std_error": estimates.std_error[place],
            "df": estimates.df[place],
            "lower": estimates.lower[place],
            "upper": estimates.upper[place],
            "p_value": estimates.p_value[place],
            "rho": fit.rho[place],
            "reason": "",
        }
    )
    if fit.rho_at_boundary[place]:
        sloping = frame["term"].str.startswith(("trend", "slope_change"))
        frame.loc[sloping, ["df", "lower", "upper", "p_value"]] = np.nan
        frame["reason"] = np.where(sloping, f"not testable: {BOUNDARY}", DRIFT_WARNING)
    return frame


def _refused(series: str, reason: str, method: str) -> pd.DataFrame:
    empty = dict.fromkeys(TERMS[2:9], np.nan)
    row = {"series": series, "term": "", **empty, "method": method, "reason": f"not testable: {reason}"}
    return pd.DataFrame([row])


def _term_names(names: list[str], n_interventions: int) -> list[str]:
    """With one intervention its terms carry no number."""
    if n_interventions > 1:
        return names
    return [name.removesuffix("_1") if "change" in name else name for name in names]


def _describe_model(series: SeriesTable, interventions: tuple[Period, ...], pairs: int, method: str) -> str:
    began = " and ".join(one.label for one in interventions)
    kind = series.kind.replace("_", " ")
    season = (
        f"a season of {pairs} Fourier pair{'s' if pairs != 1 else ''}"
        if pairs and series.periods[0].cycle > 1
        else "no season"
    )
    return (
        f"Model: a level and a trend, {season}, and a change of level and of slope at {began}; "
        f"one {kind} is the unit of time; fitted by {METHODS[method]}."
    )


def _checks(terms: pd.DataFrame) -> tuple[CheckResult, ...]:
    noted = terms.loc[terms["reason"].ne(""), ["series", "reason"]].drop_duplicates()
    return tuple(
        CheckResult("can be told", False, f"{row.series}: {row.reason}.") for row in noted.itertuples(index=False)
    )
