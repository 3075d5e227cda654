"""How is every board fitted with what it is compared with? A batched call for each form and pattern of months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.comparable import find_untold, keep_comparable
from bcf_eval.evaluate.controlled.comparators import Comparators
from bcf_eval.evaluate.its.contrasts import build_contrasts, follow_up_ends
from bcf_eval.evaluate.its.fitting import BOUNDARY, count_sides, find_rank_problem, screen_series, withhold
from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND, Intervention, Protocol
from bcf_eval.stats.regression.controlled import fit_controlled, fit_difference
from bcf_eval.stats.regression.design import Design
from bcf_eval.stats.regression.linear import LinearFit, contrast
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.tables import CONTROLLED

Array = npt.NDArray[np.float64]

FORMS = ("joint", "difference")
TREND_BEFORE = "trend_before"
ENGLAND_ALONE = "England has no other boards to be compared with"
# What is known before the record of dates when nothing began is looked at.
PAIRS = [name for name in CONTROLLED if not name.startswith("p_cal")]


@dataclass(frozen=True)
class PairFit:
    """One design fitted to the areas that share its periods, each with its comparator.

    Attributes
    ----------
    rows, columns
        Which of the plan's periods are observed, and which areas these are.
    design
        Of one series.
    joint, difference
        The two forms; ``None`` when the design cannot be fitted to so few periods.
    reasons
        Why an area cannot be judged, ``""`` where it can.
    """

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    design: Design
    joint: LinearFit | None
    difference: LinearFit | None
    reasons: list[str]


def has_both_sides(plan: FitPlan) -> bool:
    """Whether the months of a plan lie on both sides of its intervention."""
    return bool(plan.periods) and plan.periods[0] < plan.interventions[0].start <= plan.periods[-1]


def make_comparable(panel: Panel, intervention: Intervention) -> Panel:
    """Make a panel ready for comparison: months alike in length, and none that are counted otherwise."""
    return keep_comparable(panel.use_whole_boards().level_months(), intervention.start)


def fit_pairs(panel: Panel, plan: FitPlan, comparators: Comparators, protocol: Protocol) -> Iterator[PairFit]:
    """Fit every area with its comparator, in both forms.

    Parameters
    ----------
    panel
        From :func:`make_comparable`.
    plan
        Of the verdict.
    comparators
        Over the plan's periods.
    protocol
        States what is too little.

    Yields
    ------
    PairFit
        One for each pattern of missing periods.
    """
    values = panel.value[panel.rows(plan.periods)]
    lacking = np.array([bool(reason) for reason in comparators.reasons])
    untold = find_untold(panel, plan.interventions[0].start)
    for pattern in group_by_pattern(np.where(lacking, np.nan, values)):
        areas = [panel.areas[i] for i in pattern.columns]
        none = [_say_none(panel, comparators, i) for i in pattern.columns]
        if pattern.rows.size == 0:
            everywhere = np.arange(len(plan.periods))
            yield PairFit(everywhere, pattern.columns, plan.build(everywhere), None, None, none)
            continue
        design = plan.build(pattern.rows)
        treated = values[np.ix_(pattern.rows, pattern.columns)]
        control = comparators.values[np.ix_(pattern.rows, pattern.columns)]
        short = find_rank_problem(design)
        screened = [short] * len(areas) if short else screen_series(treated, *count_sides(design), protocol)
        reasons = [untold.get(code, reason) for code, reason in zip(areas, screened, strict=True)]
        if short:
            yield PairFit(pattern.rows, pattern.columns, design, None, None, reasons)
            continue
        yield PairFit(
            pattern.rows,
            pattern.columns,
            design,
            fit_controlled(treated, control, design, boundary=protocol.boundary_rho),
            fit_difference(treated, control, design, boundary=protocol.boundary_rho),
            reasons,
        )


def tabulate_pairs(panel: Panel, plan: FitPlan, comparators: Comparators, protocol: Protocol) -> pd.DataFrame:
    """Lay out what sets every area apart from its comparator.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.CONTROLLED`, without what is calibrated; areas but for England.
    """
    size = comparators.members.sum(axis=1)
    frames = []
    for pair in fit_pairs(panel, plan, comparators, protocol):
        weights = weigh_contrasts(panel, plan, pair, protocol)
        for form in FORMS:
            fit = pair.joint if form == "joint" else pair.difference
            frame = _estimate(fit, weights, form, protocol)
            codes = np.array([panel.areas[i] for i in pair.columns], dtype=object)
            frame = frame.assign(
                area_code=np.repeat(codes, 2),
                metric=plan.metric,
                intervention=plan.interventions[0].key,
                comparator=comparators.kind,
                form=form,
                n_comparator=np.repeat(size[pair.columns], 2),
            )
            given = np.repeat(np.asarray(pair.reasons, dtype=object), 2)
            frame = withhold(frame, given != "")
            frame["reason"] = np.where(given != "", given, frame["reason"])
            frames.append(frame)
    boards = [frame.loc[frame["area_code"].ne(ENGLAND), PAIRS] for frame in frames]
    stacked = pd.concat([one for one in boards if not one.empty] or boards[:1], ignore_index=True)
    return stacked.sort_values(["area_code", "form", "contrast"], ignore_index=True, kind="stable")


def weigh_contrasts(panel: Panel, plan: FitPlan, pair: PairFit, protocol: Protocol) -> Array:
    """Weigh the primary contrast and the trend before, in the terms of one series, shape ``(S, 2, k)``."""
    followed = np.arange(pair.rows[-1] + 1)
    calendar = plan.build(followed)
    events = panel.events_per_unit[np.ix_(panel.rows(plan.periods)[followed], pair.columns)]
    effects = build_contrasts(calendar, 0, follow_up_ends(calendar), events, protocol.horizons)
    primary = effects.effect[:, [effects.names.index(protocol.primary_contrast)]]
    before = np.broadcast_to(calendar.unit("trend"), primary.shape)
    return np.concatenate([primary, before], axis=1)


def widen(weights: Array, form: str) -> Array:
    """Weights of the differences, in the terms of a form: the joint model has those of the comparator first."""
    return np.concatenate([np.zeros_like(weights), weights], axis=-1) if form == "joint" else weights


def _estimate(fit: LinearFit | None, weights: Array, form: str, protocol: Protocol) -> pd.DataFrame:
    names = ["estimate", "std_error", "df", "lower", "upper", "p_value"]
    series = weights.shape[0]
    contrasts = np.tile(np.array([protocol.primary_contrast, TREND_BEFORE], dtype=object), series)
    if fit is None:
        return pd.DataFrame(np.nan, index=range(2 * series), columns=names).assign(contrast=contrasts, reason="")
    found = contrast(fit, widen(weights, form), level=protocol.interval)
    frame = pd.DataFrame({name: getattr(found, name).ravel() for name in names}).assign(contrast=contrasts)
    drifting = np.repeat(fit.rho_at_boundary, 2)
    flat = frame["estimate"].isna()
    reasons = np.select([drifting, flat], [BOUNDARY, "there is no variation about the model"], "")
    return withhold(frame, drifting).assign(reason=reasons)


def _say_none(panel: Panel, comparators: Comparators, place: int) -> str:
    if panel.areas[place] == ENGLAND:
        return ENGLAND_ALONE
    return comparators.reasons[place] or "no observations"
