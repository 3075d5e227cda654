"""How is one plan fitted to every area at once? One batched call for each pattern of missing periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.specs import Protocol
from bcf_eval.stats.regression.arma import fit_arma
from bcf_eval.stats.regression.design import Design
from bcf_eval.stats.regression.least_squares import fit_newey_west, fit_ols, fit_prais_winsten
from bcf_eval.stats.regression.linear import LinearFit
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

BOUNDARY = (
    "its slope cannot be told from drift, so closely does each period follow the last (autocorrelation at its boundary)"
)
DRIFT_WARNING = "each period follows closely on the last (autocorrelation at its boundary): take the level with care"
UNVARIED = "the series does not vary about the model"
NO_END = "its interval has no end: dates when nothing began are too few for one of this coverage"
# As rho nears 1 the intercept has no finite variance, and slopes are those of a random walk.
UNTOLD_AT_BOUNDARY = ("intercept", "trend", "slope_change")
_INFERENCE = ["std_error", "df", "lower", "upper", "p_value", "p_cal", "p_cal_low", "p_cal_high"]

Estimator = Callable[[Array, Design], LinearFit]

METHODS = {
    "reml": "AR(1) regression by REML with first-order Kenward-Roger intervals",
    "ols": "ordinary least squares, which takes periods as independent",
    "newey-west": "ordinary least squares with Newey-West errors",
    "prais-winsten": "iterated Prais-Winsten",
    "ar2": "AR(2) regression by REML",
    "arma11": "ARMA(1,1) regression by REML",
    "arima": "regression with ARIMA errors",
    "quasi-poisson": "quasi-Poisson regression",
    "negative-binomial": "negative binomial regression",
    "bootstrap": "AR(1) regression by REML with intervals from a parametric bootstrap",
}


@dataclass(frozen=True)
class GroupFit:
    """One fit of one design to the areas that share its periods.

    Attributes
    ----------
    rows
        Which of the plan's periods are observed.
    columns
        Which areas.
    design, fit
        ``fit`` is ``None`` when the design cannot be fitted to so few periods.
    reasons
        Why an area cannot be judged, ``""`` where it can, length ``m``.
    n_before, n_after
        Observed periods before the first intervention, and from it on.
    """

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    design: Design
    fit: LinearFit | None
    reasons: list[str]
    n_before: int
    n_after: int


def choose_estimator(method: str, *, lag: int = 1, boundary: float = 0.98) -> Estimator:
    """Choose how a design is fitted.

    Parameters
    ----------
    method
        One of :data:`METHODS` that needs no more than a design: no ARIMA, no counts, no bootstrap.
    lag
        Of Newey and West's covariance.
    boundary
        |ρ̂| from which a fit is flagged.
    """
    estimators: dict[str, Estimator] = {
        "reml": lambda y, design: fit_reml(y, design.matrix, time=design.time, boundary=boundary),
        "ols": lambda y, design: fit_ols(y, design.matrix),
        "newey-west": lambda y, design: fit_newey_west(y, design.matrix, lag=lag),
        "prais-winsten": lambda y, design: fit_prais_winsten(y, design.matrix, boundary=boundary),
        "ar2": lambda y, design: fit_arma(y, design.matrix, time=design.time, order="ar2", boundary=boundary),
        "arma11": lambda y, design: fit_arma(y, design.matrix, time=design.time, order="arma11", boundary=boundary),
    }
    return estimators[method]


def fit_plan(plan: FitPlan, values: Array, estimator: Estimator, protocol: Protocol) -> Iterator[GroupFit]:
    """Fit a plan to every area.

    Parameters
    ----------
    plan
        What is fitted.
    values
        The plan's periods by areas, shape ``(T, S)``, ``NaN`` where missing.
    estimator
        See :func:`choose_estimator`.
    protocol
        States what is too little.

    Yields
    ------
    GroupFit
        One for each pattern of missing periods; complete returns make one.
    """
    for pattern in group_by_pattern(values):
        if pattern.rows.size == 0:
            everywhere = np.arange(len(plan.periods))
            nothing = ["no observations"] * pattern.columns.size
            yield GroupFit(everywhere, pattern.columns, plan.build(everywhere), None, nothing, 0, 0)
            continue
        observed = values[np.ix_(pattern.rows, pattern.columns)]
        design = plan.build(pattern.rows)
        n_before, n_after = count_sides(design)
        reasons = screen_series(observed, n_before, n_after, protocol)
        fit = None
        short = find_rank_problem(design)
        if short:
            reasons = [short] * len(reasons)
        else:
            fit = estimator(observed, design)
            lost = np.asarray(np.isnan(fit.coefficients).all(axis=1))
            reasons = [one or (UNVARIED if gone else "") for one, gone in zip(reasons, lost, strict=True)]
        yield GroupFit(pattern.rows, pattern.columns, design, fit, reasons, n_before, n_after)


def withhold(frame: pd.DataFrame, lost: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Keep the estimates of some rows and blank their inference."""
    columns = [name for name in frame.columns if name in _INFERENCE or name.startswith("relative")]
    return frame.assign(**{name: frame[name].mask(lost) for name in columns})


def drop_endless(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out the ends of intervals that have none, and say so where no other reason is given.

    So few fits at dates when nothing began may stand behind an interval that none of its coverage has an end.
    """
    endless = np.isinf(frame["lower"]) | np.isinf(frame["upper"])
    ends = {name: frame[name].mask(endless) for name in ("lower", "upper")}
    return frame.assign(**ends, reason=frame["reason"].mask(endless & frame["reason"].eq(""), NO_END))


def count_sides(design: Design, position: int = 0) -> tuple[int, int]:
    """Observed periods before an intervention, and from it on."""
    return design.count_sides(position) if design.interventions else (design.time.size, 0)


def find_rank_problem(design: Design) -> str:
    """Say why a design cannot be fitted; ``""`` when it can."""
    n, k = design.matrix.shape
    if n < k + 3:
        return f"too few points: {n} for {k} terms"
    if np.linalg.matrix_rank(design.matrix) < k:
        return "the terms cannot be told apart: an intervention lies at the edge, or two changes coincide"
    return ""


def screen_series(observed: Array, n_before: int, n_after: int, protocol: Protocol) -> list[str]:
    """Say of each series why no verdict can be given; ``""`` where it can, length ``m``."""
    least = protocol.min_points_each_side
    if min(n_before, n_after) < least:
        return [f"too few points: {n_before} before and {n_after} after; {least} of each are needed"] * observed.shape[
            1
        ]
    n = observed.shape[0]
    zeros = (observed == 0).sum(0)
    spread = np.ptp(observed, axis=0)
    reasons = []
    for count, width in zip(zeros, spread, strict=True):
        if width == 0:
            reasons.append("the series does not vary")
        elif count > protocol.max_zero_share * n:
            most = f"{protocol.max_zero_share:.0%}"
            reasons.append(f"the rate is zero in {count} of {n} periods, too many for this model (at most {most})")
        else:
            reasons.append("")
    return reasons
