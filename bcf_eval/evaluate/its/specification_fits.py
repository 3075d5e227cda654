"""How is one verdict's number worked out in each other way? One batched call a way, every area at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.contrasts import LEVEL_ONLY, build_group_contrasts
from bcf_eval.evaluate.its.effects import EXTRAPOLATED
from bcf_eval.evaluate.its.fitting import BOUNDARY, Estimator, GroupFit, choose_estimator, drop_endless, fit_plan
from bcf_eval.evaluate.its.informative import measure_level
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord, calibrate, calibrate_levels, find_deviates
from bcf_eval.evaluate.its.plan import FitPlan, plan_window
from bcf_eval.evaluate.its.specification_list import CUSTOMARY_METHODS, ENGLAND_ONLY, Specification, list_ways
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Intervention, Protocol
from bcf_eval.stats.regression.arma import fit_arma
from bcf_eval.stats.regression.design import Design
from bcf_eval.stats.regression.linear import LinearFit, contrast

Array = npt.NDArray[np.float64]

GAPS = "months are missing, which this method cannot allow for"
TOO_LARGE = "brought back from logarithms it is too large to be a number"
_NUMBERS = ("estimate", "std_error", "df", "lower", "upper", "p_value", "relative", "n", "level")


@dataclass(frozen=True)
class Asked:
    """One intervention, the series it is asked of, and what they are set beside.

    Attributes
    ----------
    series
        All periods of the panel by areas, shape ``(T, S)``, by their name in a specification.
    records
        By scope: the verdict's fit at dates when nothing began.
    untold
        Why an area cannot be judged, whatever its figures, by ONS code.
    """

    panel: Panel
    intervention: Intervention
    protocol: Protocol
    series: Mapping[str, Array]
    records: Mapping[str, PlaceboRecord]
    untold: Mapping[str, str]

    def boards(self) -> npt.NDArray[np.bool_]:
        """Whether an area is a board, shape ``(S,)``."""
        return np.array([code != ENGLAND for code in self.panel.areas])


def work_out(asked: Asked) -> Iterator[pd.DataFrame]:
    """Fit every specification of one intervention.

    Yields
    ------
    DataFrame
        One row an area: ``estimate`` …, ``n``, ``level`` (the mean of what was observed), ``reason`` and ``trusted``
        (whether its interval is one to go by), for each specification that is another fit than those before it.
    """
    panel, protocol = asked.panel, asked.protocol
    seen: set[tuple[object, ...]] = set()
    for way in list_ways(protocol, england=ENGLAND in panel.areas):
        plan = _plan(asked, way)
        fitted = (plan.periods, plan.interventions, plan.breaks, plan.season_pairs)
        asks = (way.method, way.response, way.series, way.left_out_first, way.left_out_last, way.phase_in)
        if not plan.periods or (*fitted, *asks) in seen:
            continue
        seen.add((*fitted, *asks))
        yield _fit(asked, way, plan)


def _plan(asked: Asked, way: Specification) -> FitPlan:
    plan = plan_window(
        asked.panel.metric.key, asked.panel.periods, asked.intervention, asked.protocol,
        before=way.before, after=way.after,
    )  # fmt: skip
    return replace(plan, season_pairs=way.season_pairs, breaks=plan.breaks if way.breaks else ())


def _fit(asked: Asked, way: Specification, plan: FitPlan) -> pd.DataFrame:
    """One batched call for every area, as rows."""
    panel = asked.panel
    values, floor = _take(asked, way, plan)
    numbers = {name: np.full(len(panel.areas), np.nan) for name in _NUMBERS}
    reasons = np.full(len(panel.areas), "", object)
    # Of one area alone: its column among many that are empty would be fitted all the same.
    wanted = ~asked.boards() if way.method in ENGLAND_ONLY else np.ones(len(panel.areas), bool)
    if way.series != "own":
        wanted &= asked.boards()
    columns = np.flatnonzero(wanted)
    for group in fit_plan(plan, values[:, columns], _estimator(way, asked.protocol), asked.protocol):
        places = columns[group.columns]
        found, why = _read(asked, way, plan, replace(group, columns=places), floor)
        for name, one in found.items():
            numbers[name][places] = one
        reasons[places] = why
    frame = pd.DataFrame(numbers).assign(
        area_code=np.asarray(panel.areas, object),
        metric=panel.metric.key,
        intervention=asked.intervention.key,
        specification=way.name,
        family=way.family,
        label=way.label,
        trusted=way.method not in CUSTOMARY_METHODS,
        reason=reasons,
    )
    return drop_endless(frame[wanted])


def _take(asked: Asked, way: Specification, plan: FitPlan) -> tuple[Array, Array]:
    """What is fitted, the plan's periods by areas, and what is added before logarithms, by area."""
    panel = asked.panel
    rows = panel.rows(plan.periods)
    values = asked.series[way.series][rows].copy()
    values[: way.left_out_first] = np.nan
    values[len(rows) - way.left_out_last :] = np.nan
    begin = plan.periods.index(asked.intervention.start) if asked.intervention.start in plan.periods else len(rows)
    values[begin : begin + way.phase_in] = np.nan
    floor = np.zeros(len(panel.areas))
    if way.response == "log":
        days = np.array([parse_period(period).days for period in plan.periods], float)[:, None]
        per_day = panel.events_per_unit[rows] / days
        # Of an area without any event the floor is of no matter: nothing varies.
        level = measure_level(per_day)
        floor = asked.protocol.ambition_floor_events_per_day / np.where(level == 0, 1.0, level)
        values = np.log(values + floor)
    return values, floor


def _estimator(way: Specification, protocol: Protocol) -> Estimator:
    boundary = protocol.boundary_rho

    def fit_ar2(y: Array, design: Design) -> LinearFit:
        return fit_arma(y, design.matrix, time=design.time, order="ar2", boundary=boundary)

    def fit_arma11(y: Array, design: Design) -> LinearFit:
        return fit_arma(y, design.matrix, time=design.time, order="arma11", boundary=boundary)

    if way.method in ENGLAND_ONLY:
        return fit_ar2 if way.method == "ar2" else fit_arma11
    return choose_estimator(way.method, lag=protocol.newey_west_lag, boundary=boundary)


def _read(
    asked: Asked, way: Specification, plan: FitPlan, group: GroupFit, floor: Array
) -> tuple[dict[str, Array], list[str]]:
    panel, protocol, name = asked.panel, asked.protocol, asked.protocol.primary_contrast
    areas = [panel.areas[i] for i in group.columns]
    reasons = [asked.untold.get(area, reason) for area, reason in zip(areas, group.reasons, strict=True)]
    gapped = np.any(np.diff(group.design.time) != 1)
    if way.method == "prais-winsten" and gapped:
        return {}, [one or GAPS for one in reasons]
    if group.fit is None:
        return {}, reasons
    position = plan.position(asked.intervention.key)
    contrasts = build_group_contrasts(panel, plan, group.rows, group.columns, position, protocol.horizons)
    place = contrasts.names.index(name)
    # As in the table of effects: of what cannot be judged there is no interval.
    given = np.array([one != "" for one in reasons])
    if contrasts.extrapolated[place]:
        reasons = [one or EXTRAPOLATED for one in reasons]
    # Of differences from a region there is no record of their own; those from England are the nearest to it.
    kind = "own" if way.series == "own" else "local"
    record = asked.records.get(kind) if way.method not in CUSTOMARY_METHODS else None
    levels = calibrate_levels(record, areas, (name,), protocol.interval)
    found = contrast(group.fit, contrasts.effect[:, [place]], level=levels)
    against = np.einsum("sk,sk->s", contrasts.counterfactual[:, place], group.fit.coefficients)
    p_judged = found.p_value[:, 0]
    if record is not None:
        boards = np.array([area != ENGLAND for area in areas])
        z = find_deviates(found.estimate, found.std_error, found.df)
        p_cal = calibrate(record, (name,), np.where(boards[:, None], z, np.nan)).p_cal[:, 0]
        p_judged = np.where(np.isfinite(p_cal), p_cal, p_judged)
    lost = group.fit.rho_at_boundary & (name not in LEVEL_ONLY)
    untold = lost | given
    estimate, error, lower, upper = (one[:, 0] for one in (found.estimate, found.std_error, found.lower, found.upper))
    relative = _divide(estimate, against) if way.series == "own" else np.full(estimate.shape, np.nan)
    if way.response == "log":
        numbers = np.stack([estimate, error, lower, upper])
        estimate, error, lower, upper = _leave_log(numbers, against)
        beyond = np.any(np.isfinite(numbers) & ~np.isfinite([estimate, error, lower, upper]), axis=0)
        reasons = [one or (TOO_LARGE if gone else "") for one, gone in zip(reasons, beyond, strict=True)]
        estimate, untold = np.where(beyond, np.nan, estimate), untold | beyond
        with np.errstate(over="ignore"):
            relative = _divide(estimate, np.exp(against) - floor[group.columns])
    known = panel.rows(tuple(plan.periods[i] for i in group.rows))
    out = {
        "estimate": estimate,
        "std_error": np.where(untold, np.nan, error),
        "df": np.where(untold, np.nan, found.df[:, 0]),
        "lower": np.where(untold, np.nan, lower),
        "upper": np.where(untold, np.nan, upper),
        "p_value": np.where(untold, np.nan, p_judged),
        "relative": np.where(untold, np.nan, np.maximum(relative, -1.0)),
        "n": np.full(estimate.shape, float(group.rows.size)),
        "level": measure_level(panel.value[np.ix_(known, group.columns)]),
    }
    return out, [BOUNDARY if gone and not why else why for gone, why in zip(lost, reasons, strict=True)]


def _leave_log(numbers: Array, against: Array) -> tuple[Array, Array, Array, Array]:
    """Back to the unit of the metric: what a share of the level without the intervention comes to.

    Estimate, standard error and ends of the interval, each of shape ``(S,)``.
    """
    estimate, error, lower, upper = numbers
    with np.errstate(over="ignore", invalid="ignore"):
        level = np.exp(against)
        return np.expm1(estimate) * level, error * np.exp(estimate) * level, *(np.expm1([lower, upper]) * level)


def _divide(top: Array, bottom: Array) -> Array:
    """The ratio; ``NaN`` where there is nothing to divide by."""
    return np.asarray(top / np.where(bottom == 0, np.nan, bottom))
