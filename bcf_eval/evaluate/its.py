"""Did a metric change after an intervention, board by board? Terms, paths, effects and checks, all boards at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import find_untold, keep_comparable, keep_longest
from bcf_eval.evaluate.contrasts import EffectContrasts, build_contrasts, follow_up_ends
from bcf_eval.evaluate.fitting import (
    BOUNDARY,
    DRIFT_WARNING,
    UNTOLD_AT_BOUNDARY,
    Estimator,
    GroupFit,
    choose_estimator,
    count_sides,
    fit_plan,
    withhold,
)
from bcf_eval.evaluate.informative import bound_ratios, find_uninformative, measure_level, pass_verdicts
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.plan import FitPlan, plan_full, plan_robustness, plan_verdict, say_calibration
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.linear import Estimates, Ratios, contrast, contrast_ratio
from bcf_eval.tables import ITS_EFFECTS, ITS_PATHS, ITS_TERMS

Array = npt.NDArray[np.float64]

EXTRAPOLATED = "it speaks of months past the next intervention or past the data"
_LEVEL_ONLY = ("level", "at_1")
_ROBUSTNESS_CONTRASTS = ("level", "slope")


@dataclass(frozen=True)
class ItsTables:
    """Results of one metric; see :mod:`bcf_eval.tables` for the columns."""

    terms: pd.DataFrame
    paths: pd.DataFrame
    effects: pd.DataFrame
    plans: tuple[FitPlan, ...]


@dataclass(frozen=True)
class _Setting:
    """What one batched call is about: a plan, a scope, an estimator."""

    panel: Panel
    plan: FitPlan
    scope: str
    values: Array
    estimator: Estimator
    protocol: Protocol
    specification: str
    untold: Mapping[str, str]

    @property
    def calibration(self) -> str:
        return say_calibration(self.panel.metric.key, self.panel.periods, self.protocol)

    def groups(self) -> Iterator[GroupFit]:
        values = self.values[self.panel.rows(self.plan.periods)]
        for group in fit_plan(self.plan, values, self.estimator, self.protocol):
            reasons = [
                self.untold.get(area, reason) for area, reason in zip(self.areas(group), group.reasons, strict=True)
            ]
            yield replace(group, reasons=reasons)

    def areas(self, group: GroupFit) -> list[str]:
        return [self.panel.areas[i] for i in group.columns]


def evaluate_its(panel: Panel, protocol: Protocol) -> ItsTables:
    """Fit every model of one metric to every area.

    Parameters
    ----------
    panel
        The metric's data.
    protocol
        The choices.

    Returns
    -------
    ItsTables
    """
    settings = list(_settings(panel.use_whole_boards().level_months(), protocol))
    terms, paths, effects = [], [], []
    for setting in settings:
        for group in setting.groups():
            if setting.specification == "main":
                terms.append(_terms_of(setting, group))
            if setting.plan.fit == "full":
                paths.append(_paths_of(setting, group))
            effects += [_effects_of(setting, group, j) for j in _judged(setting.plan)]
    terms, effects = [_without_england_local(one) for one in terms], [_without_england_local(one) for one in effects]
    return ItsTables(
        _stack(terms, ITS_TERMS),
        _stack(paths, ITS_PATHS),
        _stack(effects, ITS_EFFECTS),
        tuple(one.plan for one in settings if one.specification == "main" and one.scope == "own"),
    )


def _settings(panel: Panel, protocol: Protocol) -> Iterator[_Setting]:
    reml = choose_estimator("reml", boundary=protocol.boundary_rho)
    newey_west = choose_estimator("newey-west", lag=protocol.newey_west_lag)
    metric = panel.metric.key
    full = plan_full(metric, panel.periods, protocol)
    if full.interventions:
        yield _Setting(panel, full, "own", keep_longest(panel, full.periods).value, reml, protocol, "main", {})
    for intervention in load.interventions(metric):
        main = plan_verdict(metric, panel.periods, intervention, protocol)
        if not main.periods:
            continue  # the data lie nowhere near this intervention
        kept, untold = keep_comparable(panel, intervention.start), find_untold(panel, intervention.start)
        own = kept.value
        yield _Setting(panel, main, "own", own, reml, protocol, "main", untold)
        yield _Setting(panel, main, "local", kept.local_change(), reml, protocol, "main", untold)
        yield _Setting(panel, main, "own", own, newey_west, protocol, "newey_west", untold)
        others = plan_robustness(metric, panel.periods, intervention, protocol)
        for plan in (one for one in others if one.periods):
            yield _Setting(panel, plan, "own", own, reml, protocol, plan.specification, untold)


def _without_england_local(frame: pd.DataFrame) -> pd.DataFrame:
    # England has no rest of England to be compared with.
    return frame[frame["area_code"].ne(ENGLAND) | frame["scope"].ne("local")]


def _judged(plan: FitPlan) -> list[int]:
    """Which interventions of a plan its effects are stated for."""
    if plan.fit == "full":
        return list(range(len(plan.interventions)))
    return [plan.position(plan.fit)]


def _terms_of(setting: _Setting, group: GroupFit) -> pd.DataFrame:
    keep = [i for i, name in enumerate(group.design.names) if not name.startswith("season_")]
    names = [group.design.names[i] for i in keep]
    estimates = _contrast(group, np.eye(len(group.design.names))[keep], setting.protocol)
    drifting = _repeat(group, "rho_at_boundary", len(names)).astype(bool)
    sloping = drifting & np.tile([name.startswith(UNTOLD_AT_BOUNDARY) for name in names], group.columns.size)
    given = np.repeat(np.asarray(group.reasons, object), len(names))
    frame = withhold(_long(setting.areas(group), names, "term", estimates), sloping)
    return frame.assign(
        metric=setting.panel.metric.key,
        fit=setting.plan.fit,
        scope=setting.scope,
        p_cal=np.nan,
        p_cal_reason=setting.calibration,
        rho=_repeat(group, "rho", len(names)),
        rho_at_boundary=drifting,
        n_before=group.n_before,
        n_after=group.n_after,
        method=_method(group),
        reason=np.select([given != "", sloping, drifting], [given, BOUNDARY, DRIFT_WARNING], ""),
    )


def _paths_of(setting: _Setting, group: GroupFit) -> pd.DataFrame:
    periods = [setting.plan.periods[i] for i in group.rows]
    if group.fit is None or not periods:
        return pd.DataFrame(columns=ITS_PATHS)
    observed = setting.values[np.ix_(setting.panel.rows(tuple(periods)), group.columns)]
    cut = contrast(group.fit, group.design.without_interventions(), level=setting.protocol.interval)
    # Back to months as long as they are: what is drawn is what was observed.
    days = setting.panel.month_lengths()[setting.panel.rows(tuple(periods))]
    return pd.DataFrame(
        {
            "area_code": np.repeat(setting.areas(group), len(periods)),
            "metric": setting.panel.metric.key,
            "period": np.tile(periods, group.columns.size),
            "observed": (observed.T * days).ravel(),
            "fitted": (group.fit.coefficients @ group.design.matrix.T * days).ravel(),
            "counterfactual": (cut.estimate * days).ravel(),
            "lower": (cut.lower * days).ravel(),
            "upper": (cut.upper * days).ravel(),
        }
    )


def _effects_of(setting: _Setting, group: GroupFit, position: int) -> pd.DataFrame:
    panel, protocol = setting.panel, setting.protocol
    n_before, n_after = (0, 0) if group.n_before + group.n_after == 0 else count_sides(group.design, position)
    # Effects are stated over the calendar, up to the last month that is there: one that was not returned between
    # others had people in it all the same.
    followed = np.arange(group.rows[-1] + 1)
    calendar = setting.plan.build(followed)
    events = panel.events_per_unit[np.ix_(panel.rows(setting.plan.periods)[followed], group.columns)]
    contrasts = build_contrasts(calendar, position, follow_up_ends(calendar), events, protocol.horizons)
    if setting.specification != "main":
        contrasts = _select(contrasts, (*_ROBUSTNESS_CONTRASTS, protocol.primary_contrast))
    names = contrasts.names
    frame = _long(setting.areas(group), names, "contrast", _contrast(group, contrasts.effect, protocol))
    ratios = _ratio(group, contrasts, protocol, wanted=setting.scope == "own")
    boundary = _repeat(group, "rho_at_boundary", len(names)).astype(bool)
    slope_lost = boundary & ~frame["contrast"].isin(_LEVEL_ONLY).to_numpy()
    beyond = np.tile(contrasts.extrapolated, group.columns.size)
    given = np.repeat(np.asarray(group.reasons, object), len(names))
    reasons = np.select([slope_lost, given != "", beyond], [BOUNDARY, given, EXTRAPOLATED], "")
    frame = frame.assign(
        metric=panel.metric.key,
        intervention=setting.plan.interventions[position].key,
        fit="full" if setting.plan.fit == "full" else "verdict",
        specification=setting.specification,
        scope=setting.scope,
        p_cal=np.nan,
        p_cal_low=np.nan,
        p_cal_high=np.nan,
        p_cal_reason=setting.calibration,
        q_value=np.nan,
        relative=ratios.ratio.ravel(),
        relative_lower=ratios.lower.ravel(),
        relative_upper=ratios.upper.ravel(),
        unit=[_unit(panel, name) for name in frame["contrast"]],
        n_before=n_before,
        n_after=n_after,
        rho=_repeat(group, "rho", len(names)),
        extrapolated=beyond,
        reason=reasons,
        method=_method(group),
    )
    frame = withhold(frame, slope_lost)
    # Only the primary contrast of a window is judged; beside it stand no verdicts, and no reasons for lacking one.
    judged = frame["contrast"].eq(protocol.primary_contrast) & (setting.plan.fit != "full")
    # Also where an area's distance from England is what is fitted, it is set beside the area's own figures.
    known = panel.rows(tuple(setting.plan.periods[i] for i in group.rows))
    level = measure_level(panel.value[np.ix_(known, group.columns)])
    uninformative = find_uninformative(frame, np.repeat(level, len(names)), protocol)
    frame["reason"] = np.where(judged & frame["reason"].eq(""), uninformative, frame["reason"])
    return frame.assign(verdict=pass_verdicts(frame, protocol, judged=judged))


def _contrast(group: GroupFit, weights: Array, protocol: Protocol) -> Estimates:
    if group.fit is None:
        empty = np.full((group.columns.size, weights.shape[-2]), np.nan)
        return Estimates(*([empty] * 6))
    return contrast(group.fit, weights, level=protocol.interval)


def _ratio(group: GroupFit, contrasts: EffectContrasts, protocol: Protocol, *, wanted: bool) -> Ratios:
    if group.fit is None or not wanted:
        empty = np.full((group.columns.size, len(contrasts.names)), np.nan)
        return Ratios(empty, empty, empty)
    found = contrast_ratio(group.fit, contrasts.effect, contrasts.counterfactual, level=protocol.interval)
    return bound_ratios(found, protocol)


def _select(contrasts: EffectContrasts, names: tuple[str, ...]) -> EffectContrasts:
    keep = [i for i, name in enumerate(contrasts.names) if name in names]
    return EffectContrasts(
        tuple(contrasts.names[i] for i in keep),
        contrasts.effect[:, keep],
        contrasts.counterfactual[:, keep],
        contrasts.extrapolated[keep],
    )


def _long(areas: list[str], names: list[str] | tuple[str, ...], column: str, estimates: Estimates) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_code": np.repeat(areas, len(names)),
            column: np.tile(np.asarray(names, object), len(areas)),
            "estimate": estimates.estimate.ravel(),
            "std_error": estimates.std_error.ravel(),
            "df": estimates.df.ravel(),
            "lower": estimates.lower.ravel(),
            "upper": estimates.upper.ravel(),
            "p_value": estimates.p_value.ravel(),
        }
    )


def _repeat(group: GroupFit, attribute: str, times: int) -> Array:
    if group.fit is None:
        return np.full(group.columns.size * times, 0.0 if attribute == "rho_at_boundary" else np.nan)
    return np.repeat(np.asarray(getattr(group.fit, attribute), float), times)


def _method(group: GroupFit) -> str:
    return "" if group.fit is None else group.fit.method


def _unit(panel: Panel, name: str) -> str:
    if name == "cumulative":
        return panel.metric.count_unit
    return f"{panel.metric.period_unit}, change per month" if name == "slope" else panel.metric.period_unit


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    kept = [frame[columns] for frame in frames if not frame.empty]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns)
