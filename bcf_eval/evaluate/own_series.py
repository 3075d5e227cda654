"""Did a researcher's own series change? Interrupted time series of any table, with any of the methods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.errors import RequestError, nearest
from bcf_eval.evaluate.fitting import (
    BOUNDARY,
    DRIFT_WARNING,
    METHODS,
    UNTOLD_AT_BOUNDARY,
    choose_estimator,
    count_sides,
    find_rank_problem,
    withhold,
)
from bcf_eval.evaluate.own_series_words import describe_terms
from bcf_eval.evaluate.series_table import SeriesTable, read_interventions, read_series
from bcf_eval.periods import Period
from bcf_eval.results import CheckResult, ItsResult
from bcf_eval.stats.design import Design, build_design
from bcf_eval.stats.linear import LinearFit, contrast
from bcf_eval.stats.patterns import Pattern, group_by_pattern

Array = npt.NDArray[np.float64]

TERMS = ["series", "term", "estimate", "std_error", "df", "lower", "upper", "p_value", "rho", "method", "reason"]
PATHS = ["series", "period", "observed", "fitted", "counterfactual", "lower", "upper"]
DEFAULT_SEASON = {"month": 2, "quarter": 1, "financial_quarter": 1, "financial_year": 0, "year": 0}
# As in the protocol: fewer points on a side carry no verdict.
_POINTS_TO_JUDGE = 8
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
    if not isinstance(method, str) or method not in METHODS:
        known = ", ".join(METHODS)
        raise RequestError(f"There is no method '{method}'.{nearest(str(method), METHODS)} Known: {known}.")
    if not _is_count(lag):
        raise RequestError(f"The lag is {lag!r}; expected a whole number, 0 or more.")
    if not isinstance(level, float) or not 0.5 < level < 1:
        raise RequestError(f"The level is {level!r}; expected a share between 0.5 and 1, such as 0.95.")
    series = read_series(table, period=period, value=value, by=by, offset=offset)
    interventions = read_interventions(at, series)
    pairs = DEFAULT_SEASON[series.kind] if season is None else season
    most = series.periods[0].cycle // 2
    if not _is_count(pairs) or pairs > most:
        kind = series.kind.replace("_", " ")
        raise RequestError(f"The season has {pairs!r} Fourier pairs; expected 0 or more, at most {most} for a {kind}.")
    estimator = choose_estimator(method, lag=lag)
    terms, paths = [], []
    for pattern in group_by_pattern(series.values):
        design, reason = _plan(series, pattern.rows, interventions, pairs, method, lag)
        if reason or design is None:
            terms.append(_refuse(pattern.columns, reason))
            continue
        fit = estimator(series.values[np.ix_(pattern.rows, pattern.columns)], design)
        terms.append(_list_terms(design, fit, pattern.columns, level, _find_caution(design)))
        paths.append(_list_paths(series, design, fit, pattern, level))
    stacked = _in_order(terms, series).assign(method=method)[TERMS]
    drawn = _in_order(paths, series)[PATHS] if paths else pd.DataFrame(columns=PATHS)
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


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _plan(
    series: SeriesTable,
    rows: npt.NDArray[np.intp],
    interventions: tuple[Period, ...],
    pairs: int,
    method: str,
    lag: int,
) -> tuple[Design | None, str]:
    if rows.size == 0:
        return None, "no observations"
    if method in _NEEDS_EVERY_PERIOD and rows[-1] - rows[0] + 1 > rows.size:
        missing = rows[-1] - rows[0] + 1 - rows.size
        return None, f"{method} needs every period; {missing} of {rows[-1] - rows[0] + 1} are missing"
    if method == "newey-west" and lag > rows.size // 4:
        # With longer lags the estimated variance shrinks towards nothing, and with it every p-value.
        return None, f"a lag of {lag} is too long for {rows.size} points; at most {rows.size // 4}"
    first = series.periods[0]
    time = np.array([series.periods[i].since(first) for i in rows])
    design = build_design(
        time,
        interventions=[one.since(first) for one in interventions],
        season_pairs=pairs,
        cycle=first.cycle,
    )
    return design, find_rank_problem(design)


def _list_terms(
    design: Design, fit: LinearFit, columns: npt.NDArray[np.intp], level: float, caution: str
) -> pd.DataFrame:
    """One row a series and term; one row alone for a series without variation about the model."""
    shown = [i for i, name in enumerate(design.names) if not name.startswith("season_")]
    names = _term_names([design.names[i] for i in shown], len(design.interventions))
    found = contrast(fit, np.eye(len(design.names))[shown], level=level)
    frame = pd.DataFrame(
        {
            "place": np.repeat(columns, len(names)),
            "term": np.tile(np.asarray(names, object), columns.size),
            "estimate": found.estimate.ravel(),
            "std_error": found.std_error.ravel(),
            "df": found.df.ravel(),
            "lower": found.lower.ravel(),
            "upper": found.upper.ravel(),
            "p_value": found.p_value.ravel(),
            "rho": np.repeat(fit.rho, len(names)),
        }
    )
    drifting = np.repeat(fit.rho_at_boundary, len(names))
    sloping = drifting & frame["term"].str.startswith(UNTOLD_AT_BOUNDARY).to_numpy()
    frame = withhold(frame, sloping)
    frame["reason"] = np.select([sloping, drifting], [f"not testable: {BOUNDARY}", DRIFT_WARNING], caution)
    unvaried = _without_variation(fit)
    kept = frame[~np.repeat(unvaried, len(names))]
    return pd.concat([kept, _refuse(columns[unvaried], "the series does not vary about the model")])


def _find_caution(design: Design) -> str:
    """Say that there are too few points around an intervention to judge by; ``""`` when there are enough."""
    sides = [count_sides(design, position) for position in range(len(design.interventions))]
    before, after = min(sides, key=min)
    if min(before, after) >= _POINTS_TO_JUDGE:
        return ""
    return f"only {before} points before and {after} after: an estimate, too little to judge by"


def _list_paths(series: SeriesTable, design: Design, fit: LinearFit, pattern: Pattern, level: float) -> pd.DataFrame:
    """One row a series and observed period, of the series that were fitted."""
    band = contrast(fit, design.without_interventions(), level=level)
    periods = np.array([str(series.periods[i]) for i in pattern.rows], object)
    frame = pd.DataFrame(
        {
            "place": np.repeat(pattern.columns, periods.size),
            "period": np.tile(periods, pattern.columns.size),
            "observed": series.values[np.ix_(pattern.rows, pattern.columns)].T.ravel(),
            "fitted": (fit.coefficients @ design.matrix.T).ravel(),
            "counterfactual": band.estimate.ravel(),
            "lower": band.lower.ravel(),
            "upper": band.upper.ravel(),
        }
    )
    return frame[~np.repeat(_without_variation(fit), periods.size)]


def _without_variation(fit: LinearFit) -> npt.NDArray[np.bool_]:
    """Series that lie on the model to the last digit: errors of nothing allow no inference."""
    level = np.abs(fit.coefficients).max(axis=1)
    return ~np.isfinite(fit.coefficients).all(axis=1) | ~(fit.sigma > 1e-12 * level)


def _refuse(columns: npt.NDArray[np.intp], reason: str) -> pd.DataFrame:
    """One row for each series that cannot be fitted."""
    numbers = pd.DataFrame(np.nan, index=range(columns.size), columns=TERMS[2:9])
    return numbers.assign(place=columns, term="", reason=f"not testable: {reason}")


def _in_order(frames: list[pd.DataFrame], series: SeriesTable) -> pd.DataFrame:
    """Stack frames by the order in which the series first appear, with their names."""
    filled = [frame for frame in frames if not frame.empty]
    stacked = pd.concat(filled or frames, ignore_index=True).sort_values("place", kind="stable", ignore_index=True)
    return stacked.assign(series=[series.names[i] for i in stacked["place"]])


def _term_names(names: list[str], n_interventions: int) -> list[str]:
    """With one intervention its terms carry no number."""
    if n_interventions > 1:
        return names
    return [name.removesuffix("_1") if "change" in name else name for name in names]


def _describe_model(series: SeriesTable, interventions: tuple[Period, ...], pairs: int, method: str) -> str:
    began = " and ".join(one.label for one in interventions)
    kind = series.kind.replace("_", " ")
    cycle = series.periods[0].cycle
    season = "no season"
    if pairs and cycle > 1:
        # With four periods a year the alternating term joins the first pair: any quarterly season.
        season = "any season of the quarters" if cycle == 4 else f"a season of {pairs} Fourier pair{'s' * (pairs != 1)}"
    return (
        f"Model: a level and a trend, {season}, and a change of level and of slope at {began}; "
        f"one {kind} is the unit of time; fitted by {METHODS[method]}."
    )


def _checks(terms: pd.DataFrame) -> tuple[CheckResult, ...]:
    noted = terms.loc[terms["reason"].ne(""), ["series", "reason"]].drop_duplicates()
    return tuple(
        CheckResult("can be told", False, f"{row.series}: {row.reason}.") for row in noted.itertuples(index=False)
    )
