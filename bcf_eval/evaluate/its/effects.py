"""How do fits become rows? Terms, paths and effects, with what the record of dates when nothing began makes of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.contrasts import LEVEL_ONLY, EffectContrasts, build_group_contrasts
from bcf_eval.evaluate.its.fitting import (
    BOUNDARY,
    DRIFT_WARNING,
    UNTOLD_AT_BOUNDARY,
    GroupFit,
    count_sides,
    drop_endless,
    withhold,
)
from bcf_eval.evaluate.its.informative import bound_ratios, find_uninformative, measure_level, pass_verdicts
from bcf_eval.evaluate.its.placebo import say_england
from bcf_eval.evaluate.its.placebo_record import Calibrated, calibrate, calibrate_levels, find_deviates
from bcf_eval.evaluate.its.plan import NEVER_CALIBRATED, say_calibration
from bcf_eval.evaluate.its.settings import CUSTOMARY, Setting
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.regression.linear import Estimates, Ratios, contrast, contrast_ratio
from bcf_eval.tables import ITS_PATHS

Array = npt.NDArray[np.float64]

EXTRAPOLATED = "it speaks of months past the next intervention or past the data"
OF_WINDOWS_ONLY = f"{NEVER_CALIBRATED}: only fits of the months just before and after are"
OF_EFFECTS_ONLY = f"{NEVER_CALIBRATED}: only changes are"
CUSTOMARY_ONLY = f"{NEVER_CALIBRATED}: this customary method is shown with its own limits"
_ROBUSTNESS_CONTRASTS = ("level", "slope")
# Terms that are effects too, and have what the effect has.
_AS_EFFECT = {"level_change_1": "level", "slope_change_1": "slope"}


def tabulate_terms(setting: Setting, group: GroupFit) -> pd.DataFrame:
    """Lay out the terms of one fit; see :data:`bcf_eval.tables.ITS_TERMS`."""
    keep = [i for i, name in enumerate(group.design.names) if not name.startswith("season_")]
    names = tuple(group.design.names[i] for i in keep)
    areas, effects = setting.areas(group), tuple(_AS_EFFECT.get(name, name) for name in names)
    levels = calibrate_levels(setting.record, areas, effects, setting.protocol.interval)
    estimates = _contrast(group, np.eye(len(group.design.names))[keep], levels)
    drifting = _repeat(group, "rho_at_boundary", len(names)).astype(bool)
    sloping = drifting & np.tile([name.startswith(UNTOLD_AT_BOUNDARY) for name in names], group.columns.size)
    given = np.repeat(np.asarray(group.reasons, object), len(names))
    z = find_deviates(estimates.estimate, estimates.std_error, estimates.df)
    frame = _long(areas, names, "term", estimates).assign(
        p_cal=_calibrate(setting, areas, effects, z).p_cal.ravel(),
        p_cal_reason=_say_reasons(setting, areas, effects, z),
        metric=setting.panel.metric.key,
        fit=setting.plan.fit,
        scope=setting.scope,
        rho=_repeat(group, "rho", len(names)),
        rho_at_boundary=drifting,
        n_before=group.n_before,
        n_after=group.n_after,
        method=_method(group),
        reason=np.select([given != "", sloping, drifting], [given, BOUNDARY, DRIFT_WARNING], ""),
    )
    return drop_endless(withhold(frame, sloping))


def tabulate_paths(setting: Setting, group: GroupFit) -> pd.DataFrame:
    """Lay out what was observed and fitted; see :data:`bcf_eval.tables.ITS_PATHS`."""
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


def tabulate_effects(setting: Setting, group: GroupFit, position: int) -> pd.DataFrame:
    """Lay out the effects of one intervention, judged; see :data:`bcf_eval.tables.ITS_EFFECTS`.

    Intervals are those whose coverage the record shows, so that one leaves zero out exactly where its calibrated
    p-value is small enough; ``q_value`` is left to be filled when all areas are together.
    """
    panel, protocol, areas = setting.panel, setting.protocol, setting.areas(group)
    n_before, n_after = (0, 0) if group.n_before + group.n_after == 0 else count_sides(group.design, position)
    contrasts = build_group_contrasts(panel, setting.plan, group.rows, group.columns, position, protocol.horizons)
    if setting.specification != "main":
        contrasts = _select(contrasts, (*_ROBUSTNESS_CONTRASTS, protocol.primary_contrast))
    names = contrasts.names
    levels = calibrate_levels(setting.record, areas, names, protocol.interval)
    estimates = _contrast(group, contrasts.effect, levels)
    ratios = _ratio(group, contrasts, setting, levels)
    z = find_deviates(estimates.estimate, estimates.std_error, estimates.df)
    shares = _calibrate(setting, areas, names, z)
    frame = _long(areas, names, "contrast", estimates)
    boundary = _repeat(group, "rho_at_boundary", len(names)).astype(bool)
    slope_lost = boundary & ~frame["contrast"].isin(LEVEL_ONLY).to_numpy()
    beyond = np.tile(contrasts.extrapolated, group.columns.size)
    given = np.repeat(np.asarray(group.reasons, object), len(names))
    frame = frame.assign(
        metric=panel.metric.key,
        intervention=setting.plan.interventions[position].key,
        fit="full" if setting.plan.fit == "full" else "verdict",
        specification=setting.specification,
        scope=setting.scope,
        p_cal=shares.p_cal.ravel(),
        p_cal_low=shares.low.ravel(),
        p_cal_high=shares.high.ravel(),
        p_cal_reason=_say_reasons(setting, areas, names, z),
        q_value=np.nan,
        relative=ratios.ratio.ravel(),
        relative_lower=ratios.lower.ravel(),
        relative_upper=ratios.upper.ravel(),
        unit=[_unit(panel, name) for name in frame["contrast"]],
        n_before=n_before,
        n_after=n_after,
        rho=_repeat(group, "rho", len(names)),
        extrapolated=beyond,
        reason=np.select([slope_lost, given != "", beyond], [BOUNDARY, given, EXTRAPOLATED], ""),
        method=_method(group),
    )
    # An interval of what cannot be judged would be read as a judgement.
    frame = drop_endless(withhold(frame, slope_lost | (given != "")))
    # Only the primary contrast of a window is judged; beside it stand no verdicts, and no reasons for lacking one.
    judged = frame["contrast"].eq(protocol.primary_contrast) & (setting.plan.fit != "full")
    # Also where an area's distance from England is what is fitted, it is set beside the area's own figures.
    known = panel.rows(tuple(setting.plan.periods[i] for i in group.rows))
    level = measure_level(panel.value[np.ix_(known, group.columns)])
    uninformative = find_uninformative(frame, np.repeat(level, len(names)), protocol)
    frame["reason"] = np.where(judged & frame["reason"].eq(""), uninformative, frame["reason"])
    return frame.assign(verdict=pass_verdicts(frame, protocol, judged=judged))


def _calibrate(setting: Setting, areas: list[str], names: tuple[str, ...], z: Array) -> Calibrated:
    if setting.record is None:
        empty = np.full(z.shape, np.nan)
        return Calibrated(empty, empty, empty)
    boards = np.array([code != ENGLAND for code in areas])[:, None]
    return calibrate(setting.record, names, np.where(boards, z, np.nan))


def _say_reasons(setting: Setting, areas: list[str], names: tuple[str, ...], z: Array) -> list[str]:
    """Why there is no calibrated p-value, row by row; ``""`` where there is one."""
    record = setting.record
    if record is None:
        never = say_calibration(setting.panel.metric.key, setting.panel.periods, setting.protocol)
        why = CUSTOMARY_ONLY if setting.specification == CUSTOMARY else OF_WINDOWS_ONLY
        return [never or why] * z.size
    reasons = []
    for place, area in enumerate(areas):
        for column, name in enumerate(names):
            if record.reason or (name in record.contrasts and area != ENGLAND):
                reasons.append(record.reason)
            elif name in record.contrasts:
                reasons.append(say_england(record, name, float(z[place, column])))
            else:
                reasons.append(OF_EFFECTS_ONLY)
    return reasons


def _contrast(group: GroupFit, weights: Array, levels: Array) -> Estimates:
    if group.fit is None:
        empty = np.full((group.columns.size, weights.shape[-2]), np.nan)
        return Estimates(*([empty] * 6))
    return contrast(group.fit, weights, level=levels)


def _ratio(group: GroupFit, contrasts: EffectContrasts, setting: Setting, levels: Array) -> Ratios:
    if group.fit is None or setting.scope != "own":
        empty = np.full((group.columns.size, len(contrasts.names)), np.nan)
        return Ratios(empty, empty, empty)
    found = contrast_ratio(group.fit, contrasts.effect, contrasts.counterfactual, level=levels)
    return bound_ratios(found, setting.protocol)


def _select(contrasts: EffectContrasts, names: tuple[str, ...]) -> EffectContrasts:
    keep = [i for i, name in enumerate(contrasts.names) if name in names]
    return EffectContrasts(
        tuple(contrasts.names[i] for i in keep),
        contrasts.effect[:, keep],
        contrasts.counterfactual[:, keep],
        contrasts.extrapolated[keep],
    )


def _long(areas: list[str], names: tuple[str, ...], column: str, estimates: Estimates) -> pd.DataFrame:
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
