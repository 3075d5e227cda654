"""What is left over when a verdict's model has been fitted? Residuals of every board, in numbers and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.its.fitting import GroupFit, choose_estimator, fit_plan
from bcf_eval.evaluate.its.plan import FitPlan, plan_verdict
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import Metric, Protocol
from bcf_eval.stats.regression.diagnostics import Diagnostics, residual_diagnostics
from bcf_eval.stats.regression.profile_interval import profile_rho_interval
from bcf_eval.tables import ITS_DIAGNOSTICS, ITS_RESIDUALS
from bcf_eval.wording import write_rate

Array = npt.NDArray[np.float64]

# The average of the first 12 months: the step and eleven halves of the ramp.
_HALF_YEAR = 5.5


@dataclass(frozen=True)
class LeftOver:
    """What is left over: :data:`bcf_eval.tables.ITS_DIAGNOSTICS`, and by month ``ITS_RESIDUALS``."""

    diagnostics: pd.DataFrame
    residuals: pd.DataFrame


def diagnose_its(panel: Panel, protocol: Protocol) -> LeftOver:
    """Look at the residuals of every verdict's fit of one metric.

    Parameters
    ----------
    panel
        The metric's data.
    protocol
        States how many autocorrelations are looked at, and from which p-value they are called any.

    Returns
    -------
    LeftOver
        A fit that could not be made has no row.
    """
    level = panel.use_whole_boards().level_months()
    reml = choose_estimator("reml", boundary=protocol.boundary_rho)
    frames, months = [], []
    for intervention in load.interventions(panel.metric.key):
        plan = plan_verdict(panel.metric.key, panel.periods, intervention, protocol)
        if not plan.periods:
            continue
        values = keep_comparable(level, intervention.start).value[level.rows(plan.periods)]
        for group in fit_plan(plan, values, reml, protocol):
            if group.fit is not None:
                found = _diagnose(level, plan, group, values, protocol)
                frames.append(found.diagnostics)
                months.append(found.residuals)
    return LeftOver(_stack(frames, ITS_DIAGNOSTICS), _stack(months, ITS_RESIDUALS))


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    kept = [frame[columns] for frame in frames if not frame.empty]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns)


def _diagnose(panel: Panel, plan: FitPlan, group: GroupFit, values: Array, protocol: Protocol) -> LeftOver:
    design, fit = group.design, group.fit
    assert fit is not None
    observed = values[np.ix_(group.rows, group.columns)]
    effect = design.unit("level_change_1") + _HALF_YEAR * design.unit("slope_change_1")
    left = residual_diagnostics(
        fit, observed, design.matrix, weights=effect, time=design.time, n_lags=protocol.diagnostic_lags
    )
    rho = profile_rho_interval(observed, design.matrix, time=design.time, level=protocol.interval)
    months = [plan.periods[row] for row in group.rows]
    frame = pd.DataFrame(
        {
            "area_code": [panel.areas[i] for i in group.columns],
            "metric": panel.metric.key,
            "intervention": plan.fit,
            "n": group.rows.size,
            "rho": fit.rho,
            "rho_lower": rho.lower,
            "rho_upper": rho.upper,
            "ljung_box": left.ljung_box,
            "ljung_box_lags": left.ljung_box_lags,
            "ljung_box_df": left.ljung_box_df,
            "ljung_box_p_value": left.ljung_box_p_value,
            **{f"acf_{lag}": _pick(left.autocorrelation, left.lags, lag) for lag in (1, 2, 12)},
            "influential_period": [months[row] if row >= 0 else "" for row in left.influential],
            "influence": left.influence,
            "passed": ~(left.ljung_box_p_value < protocol.alpha),
        }
    )
    known = frame["ljung_box_p_value"].notna()
    said = [_describe(row, panel.metric) for row in frame.to_dict("records")]
    residuals = _list_months(frame, months, left, known.to_numpy())
    return LeftOver(frame.assign(sentence=said)[known], residuals)


def _list_months(
    frame: pd.DataFrame, months: list[str], left: Diagnostics, known: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Lay the innovations out, one row a month, of the areas whose autocorrelation could be tested."""
    kept = frame.loc[known, ["area_code", "metric", "intervention"]]
    repeated = kept.loc[kept.index.repeat(len(months))].reset_index(drop=True)
    return repeated.assign(period=months * int(known.sum()), innovation=left.innovations[:, known].T.ravel())


def _pick(autocorrelation: Array, lags: npt.NDArray[np.int64], lag: int) -> Array:
    place = np.flatnonzero(lags == lag)
    return autocorrelation[:, place[0]] if place.size else np.full(len(autocorrelation), np.nan)


def _describe(row: Mapping[Any, Any], metric: Metric) -> str:
    influence = row["influence"]
    if row["passed"]:
        said = (
            "What the model leaves over looks like noise: months do not hang together beyond what it allows for. "
            "In so few months only a strong pattern would show."
        )
    else:
        said = (
            "What the model leaves over is no mere noise: months still hang together (so much would rarely come from a "
            "right model), for which the model's own interval does not allow."
        )
    if not (np.isfinite(influence) and row["influential_period"]):
        return said
    month = parse_period(str(row["influential_period"])).label
    moved = f"{write_rate(abs(influence))} {metric.period_unit} {'higher' if influence > 0 else 'lower'}"
    return (
        f"{said} The month that weighs most is {month}: without it the change over the first 12 months would be "
        f"{moved}."
    )
