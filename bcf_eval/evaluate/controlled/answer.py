"""Did one board change otherwise than its region, its neighbours, or boards one names? An answer for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError, nearest
from bcf_eval.evaluate.controlled.comparators import Comparator, Kind, build_comparators
from bcf_eval.evaluate.controlled.neighbours import Traits, measure_traits
from bcf_eval.evaluate.controlled.pairs import (
    FORMS,
    PairFit,
    fit_pairs,
    has_both_sides,
    make_comparable,
    weigh_contrasts,
    widen,
)
from bcf_eval.evaluate.controlled.record import calibrate_pairs, measure_pairs_record, widen_pairs
from bcf_eval.evaluate.controlled.words import (
    CAVEAT,
    describe_comparator,
    describe_difference,
    describe_members,
    describe_model,
    describe_record,
)
from bcf_eval.evaluate.its.fitting import BOUNDARY, DRIFT_WARNING, UNTOLD_AT_BOUNDARY, withhold
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord
from bcf_eval.evaluate.its.plan import FitPlan, plan_verdict
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.results import CheckResult, ItsResult
from bcf_eval.specs import ENGLAND, Area, Intervention, Metric, Protocol
from bcf_eval.stats.regression.controlled import DIFFERENCE
from bcf_eval.stats.regression.linear import LinearFit, contrast

Array = npt.NDArray[np.float64]

_TERMS = ["series", "term", "estimate", "std_error", "df", "lower", "upper", "p_value", "rho", "method", "reason"]
_PATHS = ["series", "period", "observed", "fitted", "counterfactual", "lower", "upper"]
_OF_DIFFERENCE = "difference"


@dataclass(frozen=True)
class _Setting:
    """One board and its comparator, fitted."""

    panel: Panel
    plan: FitPlan
    area: Area
    comparator: Comparator
    pair: PairFit
    record: dict[str, PlaceboRecord]
    protocol: Protocol

    @property
    def place(self) -> int:
        return int(np.flatnonzero(self.pair.columns == self.panel.column(self.area.code))[0])

    @property
    def reason(self) -> str:
        return self.pair.reasons[self.place]


def controlled_its(
    observations: pd.DataFrame,
    *,
    area: str,
    metric: str = "dtoc_days",
    intervention: str = "bcf_2015",
    comparator: str | Sequence[str] = "neighbours",
    people: pd.DataFrame | None = None,
    deprivation: pd.DataFrame | None = None,
    protocol: Protocol | None = None,
) -> ItsResult:
    """Fit one board together with boards it is compared with.

    Every board had the fund, and so had the others: the difference isolates what changed in one place, not what the
    fund did.

    Parameters
    ----------
    observations
        All boards. See :mod:`bcf_eval.observations`.
    area
        Name or ONS code.
    metric
        Key of a metric that is returned by month.
    intervention
        Key of an intervention: ``bcf_2015``, ``ibcf_2017``.
    comparator
        ``region``, ``neighbours``, or names of boards.
    people, deprivation
        The tables of those names, by which neighbours are found; what is left out is not used, and said.
    protocol
        The choices; the one that ships when left out.

    Returns
    -------
    ItsResult
        Three series: the board, of which ``terms`` are what sets it apart in the joint model; its comparator; and
        ``difference``, the fit of the one less the other.

    Raises
    ------
    RequestError
        If the area, metric, intervention or comparator is not known; one line says which.
    """
    choices = protocol or load.protocol()
    asked = load.metric(metric)
    if asked.frequency != "month":
        raise RequestError(f"'{metric}' is returned by year: too few points for a controlled series; expected months.")
    began = _find_intervention(asked, intervention)
    panel = build_panel(observations, asked)
    found = load.find_area(area, among=panel.areas)
    if found.code == ENGLAND:
        raise RequestError("England has no other boards to be compared with; expected a board.")
    kind, named = _read_comparator(comparator, found, panel)
    plan = plan_verdict(metric, panel.periods, began, choices)
    if not has_both_sides(plan):
        raise RequestError(
            f"The data hold no '{metric}' from before and after {began.start}, when {intervention} began."
        )
    kept = make_comparable(panel, began)
    traits = None
    if kind == "neighbours":
        traits = measure_traits(kept, plan, people=people, deprivation=deprivation)
    chosen = build_comparators(kept, plan.periods, kind, traits=traits, n=choices.neighbours, named=named)
    place = kept.column(found.code)
    pair = next(one for one in fit_pairs(kept, plan, chosen, choices) if place in one.columns)
    record = measure_pairs_record(panel, choices, kind, people=people, deprivation=deprivation, named=named)
    return _answer(_Setting(kept, plan, found, chosen.of(found.code), pair, record, choices), traits, named)


def _answer(setting: _Setting, traits: Traits | None, named: tuple[str, ...]) -> ItsResult:
    area, comparator, plan = setting.area, setting.comparator, setting.plan
    checks = [CheckResult("the comparator had the fund too", False, CAVEAT), *plan.caveats]
    checks += [CheckResult(*one) for one in describe_members(comparator, traits, named)]
    model = describe_model(setting.panel.metric, plan, area.name, comparator)
    if setting.pair.joint is None or setting.pair.difference is None:
        terms = pd.DataFrame({"series": [area.name], "term": [""], "reason": [f"not testable: {setting.reason}"]})
        sentence = f"Whether {area.name} changed otherwise than {comparator.label} cannot be tested: {setting.reason}."
        terms = terms.assign(**dict.fromkeys(_TERMS[2:9], np.nan), method="")[_TERMS]
        paths = pd.DataFrame(columns=_PATHS)
        return ItsResult(terms, paths, model, (plan.interventions[0].start,), (sentence,), tuple(checks))
    terms = _widen_primary(setting, pd.concat([_terms_of(setting, form) for form in FORMS], ignore_index=True))
    if setting.reason:
        untold = terms["series"].isin((area.name, _OF_DIFFERENCE))
        reasons = terms["reason"].mask(untold, f"not testable: {setting.reason}")
        terms = withhold(terms, untold.to_numpy()).assign(reason=reasons)
        checks.append(CheckResult("can be judged", False, f"{area.name}: {setting.reason}."))
    parts = {FORMS[0]: _of(terms, area.name), FORMS[1]: _of(terms, _OF_DIFFERENCE)}
    said = []
    for form, part in parts.items():
        primary = part.iloc[[-1]].assign(form=form, contrast=setting.protocol.primary_contrast)
        beside = calibrate_pairs(primary, setting.record).iloc[0]
        opening = "In the joint model" if form == "joint" else "As a series of their difference"
        change = describe_difference(
            setting.panel.metric, plan, area.name, comparator.label, setting.reason, part, p_cal=float(beside["p_cal"])
        )
        said.append(f"{opening}, {change}{describe_record(beside, len(setting.record[form].dates))}")
    other = describe_comparator(setting.panel.metric, plan, comparator.label, _of(terms, comparator.label))
    return ItsResult(
        terms,
        _paths_of(setting),
        model,
        (plan.interventions[0].start,),
        (said[0], other, said[1]),
        tuple(checks),
    )


def _widen_primary(setting: _Setting, terms: pd.DataFrame) -> pd.DataFrame:
    """Let the interval of the primary contrast be the one that dates when nothing began give, as in the tables."""
    widened = terms.copy()
    for form, series in zip(FORMS, (setting.area.name, _OF_DIFFERENCE), strict=True):
        primary = _of(terms, series).iloc[[-1]].assign(form=form, contrast=setting.protocol.primary_contrast)
        beside = calibrate_pairs(primary, setting.record)
        found = widen_pairs(beside, setting.record, setting.protocol.interval)
        widened.loc[primary.index, ["lower", "upper", "reason"]] = found[["lower", "upper", "reason"]]
    return widened


def _of(terms: pd.DataFrame, series: str) -> pd.DataFrame:
    return terms[terms["series"].eq(series)]


def _terms_of(setting: _Setting, form: str) -> pd.DataFrame:
    """The differences in one form, and beside those of the joint model the comparator's own terms."""
    design, primary = setting.pair.design, setting.protocol.primary_contrast
    own = [name for name in design.names if not name.startswith(("season_", "break_"))]
    weights = np.vstack([*(design.unit(name) for name in own), _primary(setting)])
    names = [name.removesuffix("_1") if "change" in name else name for name in [*own, primary]]
    if form == "joint":
        apart = _list_terms(
            setting, form, setting.area.name, [DIFFERENCE + name for name in names], widen(weights, form)
        )
        common = np.concatenate([weights, np.zeros_like(weights)], axis=1)
        return pd.concat([apart, _list_terms(setting, form, setting.comparator.label, names, common)])
    return _list_terms(setting, form, _OF_DIFFERENCE, names, weights)


def _list_terms(setting: _Setting, form: str, series: str, names: list[str], weights: Array) -> pd.DataFrame:
    fit, at = _fit_of(setting, form), setting.place
    found = contrast(fit, weights, level=setting.protocol.interval)
    numbers = {name: getattr(found, name)[at] for name in _TERMS[2:8]}
    frame = pd.DataFrame({"series": series, "term": names, **numbers, "rho": fit.rho[at], "method": fit.method})
    drifting = np.full(len(names), bool(fit.rho_at_boundary[at]))
    # The primary contrast leans on the slope as much as the slope itself does.
    sloping = drifting & np.array(
        [
            name.removeprefix(DIFFERENCE).startswith((*UNTOLD_AT_BOUNDARY, setting.protocol.primary_contrast))
            for name in names
        ]
    )
    reasons = np.select([sloping, drifting], [f"not testable: {BOUNDARY}", DRIFT_WARNING], "")
    return withhold(frame, sloping).assign(reason=reasons)[_TERMS]


def _primary(setting: _Setting) -> Array:
    return weigh_contrasts(setting.panel, setting.plan, setting.pair, setting.protocol)[setting.place, 0]


def _fit_of(setting: _Setting, form: str) -> LinearFit:
    fit = setting.pair.joint if form == "joint" else setting.pair.difference
    assert fit is not None, "an answer without a fit is given before"
    return fit


def _paths_of(setting: _Setting) -> pd.DataFrame:
    """Three paths over the observed months, which are as long as they are again: what was observed is drawn."""
    design, rows = setting.pair.design, setting.pair.rows
    x, off = design.matrix, design.without_interventions()
    none = np.zeros_like(x)
    periods = tuple(setting.plan.periods[i] for i in rows)
    there = setting.panel.rows(periods)
    own = setting.panel.value[there, setting.panel.column(setting.area.code)]
    other = setting.comparator.values[rows]
    drawn = [
        (setting.area.name, "joint", own, np.hstack([x, x]), np.hstack([off, off])),
        (setting.comparator.label, "joint", other, np.hstack([x, none]), np.hstack([off, none])),
        (_OF_DIFFERENCE, "difference", own - other, x, off),
    ]
    frames = []
    for series, form, observed, fitted, cut in drawn:
        fit, at, days = _fit_of(setting, form), setting.place, setting.panel.month_lengths()[there]
        band = contrast(fit, cut, level=setting.protocol.interval)
        columns = {
            "observed": observed,
            "fitted": fitted @ fit.coefficients[at],
            "counterfactual": band.estimate[at],
            "lower": band.lower[at],
            "upper": band.upper[at],
        }
        frames.append(
            pd.DataFrame({"series": series, "period": periods, **{name: one * days for name, one in columns.items()}})
        )
    return pd.concat(frames, ignore_index=True)[_PATHS]


def _find_intervention(metric: Metric, key: str) -> Intervention:
    known = {one.key: one for one in load.interventions(metric.key)}
    if key not in known:
        there = ", ".join(known) or "none"
        raise RequestError(f"There is no intervention '{key}' of '{metric.key}'.{nearest(key, known)} Known: {there}.")
    return known[key]


def _read_comparator(comparator: str | Sequence[str], area: Area, panel: Panel) -> tuple[Kind, tuple[str, ...]]:
    if comparator == "region":
        return "region", ()
    if comparator == "neighbours":
        return "neighbours", ()
    if isinstance(comparator, str) or not comparator:
        raise RequestError(
            f"There is no comparator {comparator!r}; expected 'region', 'neighbours' or names of boards."
        )
    codes = tuple(load.find_area(name, among=panel.areas).code for name in comparator)
    wrong = {area.code, ENGLAND} & set(codes)
    if wrong:
        who = load.areas()[wrong.pop()].name if area.code in wrong else "England"
        raise RequestError(
            f"{who} cannot be among the boards that {area.name} is compared with; expected other boards."
        )
    return "list", codes
