"""Is an ambition more than trend and chance? Tests of planned values, every area of a question at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.evaluate.baseline import (
    Baseline,
    Question,
    ask_question,
    check_stated,
    choose_baseline,
    find_boundary_change,
    find_steps_ahead,
)
from bcf_eval.evaluate.comparable import find_incomplete, find_recounted, keep_comparable
from bcf_eval.evaluate.fragility import Variant, check_fragility, find_moving
from bcf_eval.evaluate.outlook import AreaOutlook, look_ahead, observed_rate
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.units import word_tests
from bcf_eval.evaluate.untold import find_untold_reason
from bcf_eval.evaluate.verdicts import judge_ambitions
from bcf_eval.periods import parse_period
from bcf_eval.results import FOR_INFORMATION, AmbitionTest, CheckResult
from bcf_eval.specs import ENGLAND, Ambition, Protocol
from bcf_eval.stats.ambition import chance_of_meeting, naive_p_value, smallest_meaningful
from bcf_eval.stats.counts import known_rate_p_value

Array = npt.NDArray[np.float64]

METHOD = (
    "business as usual: half last value, half mean-reverting AR(1) by REML, on the log scale, "
    "season pooled over boards, Gaussian predictive distribution"
)
NOT_CALIBRATED = "the tails are Gaussian; they have not yet been set against the record of past forecasts"
_NAIVE_MONTHS = 12
_BOARDS_TO_POOL = 20


@dataclass(frozen=True)
class _Asked:
    """Ambitions of one question, and the numbers they are judged by; arrays of shape ``(S,)``."""

    ambitions: list[Ambition]
    columns: npt.NDArray[np.intp]
    planned: Array
    stated: Array
    question: Question


def evaluate_ambitions(panel: Panel, ambitions: list[Ambition], protocol: Protocol) -> list[AmbitionTest]:
    """Test many ambitions of one metric.

    Parameters
    ----------
    panel
        The metric's data, all boards: the season is pooled over them.
    ambitions
        Of any areas and periods; those that share both periods are tested in one call.
    protocol
        The choices.

    Returns
    -------
    list of AmbitionTest
        Grouped by question, in the order given within each.
    """
    tests = []
    questions = dict.fromkeys((one.period, one.baseline_end, one.baseline_period) for one in ambitions)
    for period, end, stated in questions:
        chosen = [
            one for one in ambitions if (one.period, one.baseline_end, one.baseline_period) == (period, end, stated)
        ]
        question = ask_question(panel, period, end)
        own = np.array([one.baseline_value for one in chosen])
        if np.isnan(own).any():
            check_stated(panel, question, stated)
        columns = np.array([panel.column(one.area_code) for one in chosen], np.intp)
        asked = _Asked(
            chosen,
            columns,
            np.array([one.planned for one in chosen]),
            np.where(np.isnan(own), observed_rate(panel, parse_period(stated).months, columns), own),
            question,
        )
        tests += _test(panel, asked, protocol)
    return tests


def _test(panel: Panel, asked: _Asked, protocol: Protocol) -> list[AmbitionTest]:
    lower_is_better = panel.metric.better == "lower"
    end, until = str(asked.question.end), asked.question.months[-1]
    panel = keep_comparable(panel, end)
    baseline = choose_baseline(panel, asked.question, protocol)
    moved = [
        find_boundary_change(one.area_code, asked.question)
        or find_recounted(panel, one.area_code, min(end, parse_period(one.baseline_period).months[0]), until)
        for one in asked.ambitions
    ]
    lacking = [find_incomplete(panel, one.area_code, one.baseline_period) for one in asked.ambitions]
    outlook = _outlook(panel, asked, baseline, protocol).hidden_where([bool(one) for one in moved])
    verdicts = judge_ambitions(
        asked.planned, asked.stated, outlook, alpha=protocol.alpha, lower_is_better=lower_is_better
    )
    variants = _vary(panel, asked, outlook, protocol)
    moving = [find_moving(str(verdict), variants[i]) for i, verdict in enumerate(verdicts)]
    untold = [
        baseline.reason or moved[i] or lacking[i] or find_untold_reason(panel, baseline, one, asked.stated[i], protocol)
        for i, one in enumerate(asked.ambitions)
    ]
    chance = chance_of_meeting(outlook.predictive, asked.planned, lower_is_better=lower_is_better)
    smallest = smallest_meaningful(
        outlook.predictive, outlook.continues, alpha=protocol.alpha, lower_is_better=lower_is_better
    )
    # Nor is a target an ambition that does not improve on its own baseline.
    within = asked.stated * (1 - 1e-8 if lower_is_better else 1 + 1e-8)
    smallest = (np.minimum if lower_is_better else np.maximum)(smallest, within)
    tail = (1 - protocol.interval) / 2
    lower, upper = outlook.predictive.quantile(tail), outlook.predictive.quantile(1 - tail)
    naive = _naive(panel, asked, baseline, outlook)
    tests = [
        AmbitionTest(
            ambition=one.key,
            area_code=one.area_code,
            area_name=load.areas()[one.area_code].name,
            metric=one.metric,
            period=one.period,
            target=one.planned,
            baseline_start=baseline.periods[0] if baseline.periods else "",
            baseline_end=one.baseline_end,
            n_baseline=int(outlook.n[i]),
            baseline_period=one.baseline_period,
            baseline=float(asked.stated[i]),
            expected=float(outlook.predictive.median[i]),
            lower=float(lower[i]),
            upper=float(upper[i]),
            log_sd=float(outlook.predictive.log_sd[i]),
            floor=float(outlook.predictive.floor[i]),
            chance=float(np.clip(chance[i], protocol.chance_floor, 1 - protocol.chance_floor)),
            calibration="uncalibrated",
            calibration_reason=NOT_CALIBRATED,
            track_record="",
            verdict=str(verdicts[i]),
            reason=untold[i] if verdicts[i] == "not testable" else "",
            fragile=bool(moving[i]),
            smallest_meaningful=float(smallest[i]),
            smallest_meaningful_days=float(smallest[i] * outlook.events_per_unit[i]),
            events_per_unit=float(outlook.events_per_unit[i]),
            trends={
                "continues": float(outlook.continues[i]),
                "damped": float(outlook.damped[i]),
                "none": float(outlook.none[i]),
            },
            naive={"p_value": float(naive[i]), "verdict": _naive_verdict(float(naive[i]), protocol.alpha)},
            method=METHOD,
            checks=_checks(panel, asked.question, baseline, moving[i], str(verdicts[i]), protocol),
            vintage=one.vintage,
            source=one.source,
        )
        for i, one in enumerate(asked.ambitions)
    ]
    return word_tests(tests, panel.metric)


def _naive(panel: Panel, asked: _Asked, baseline: Baseline, outlook: AreaOutlook) -> Array:
    """The customary test: of a rate per day the year's months by a z-test, of events a Poisson count."""
    lower_is_better = panel.metric.better == "lower"
    months = baseline.periods[-_NAIVE_MONTHS:]
    rows = np.ix_(panel.rows(months), asked.columns)
    if panel.metric.per_day:
        return naive_p_value(panel.value[rows], asked.planned, lower_is_better=lower_is_better)
    days = sum(parse_period(month).days for month in months)
    expected = panel.numerator[rows].sum(0) * asked.question.target.days / max(days, 1)
    return known_rate_p_value(expected, asked.planned * outlook.events_per_unit, lower_is_better=lower_is_better)


def _outlook(panel: Panel, asked: _Asked, baseline: Baseline, protocol: Protocol) -> AreaOutlook:
    outlook = look_ahead(panel, asked.question, baseline, asked.columns, protocol)
    return outlook.hidden_where([bool(baseline.reason)] * asked.columns.size)


def _vary(panel: Panel, asked: _Asked, outlook: AreaOutlook, protocol: Protocol) -> list[list[Variant]]:
    """The verdicts under the alphas and baseline lengths of the protocol, for each ambition."""
    outlooks: list[tuple[int | None, AreaOutlook]] = [(None, outlook)]
    for most in protocol.ambition_baselines:
        other = choose_baseline(panel, asked.question, protocol, most=most)
        if not other.reason:
            outlooks.append((most, _outlook(panel, asked, other, protocol)))
    lower_is_better = panel.metric.better == "lower"
    found: list[list[Variant]] = [[] for _ in asked.ambitions]
    for varied, one in outlooks:
        for alpha in dict.fromkeys((protocol.alpha, *protocol.ambition_alphas)):
            limit = None if alpha == protocol.alpha else alpha
            passed = judge_ambitions(asked.planned, asked.stated, one, alpha=alpha, lower_is_better=lower_is_better)
            for variants, verdict in zip(found, passed, strict=True):
                variants.append(Variant(varied, limit, str(verdict)))
    return found


def _naive_verdict(p_value: float, alpha: float) -> str:
    if not np.isfinite(p_value):
        return "not known"
    return "statistically significant" if p_value < alpha else "not statistically significant"


def _checks(
    panel: Panel, question: Question, baseline: Baseline, moving: list[Variant], verdict: str, protocol: Protocol
) -> list[CheckResult]:
    checks = [CheckResult("calibration", False, f"The chance is uncalibrated: {NOT_CALIBRATED}.")]
    if baseline.breaks:
        steps = "; ".join(f"in {parse_period(one.period).label} {one.label}" for one in baseline.breaks)
        checks.append(CheckResult(FOR_INFORMATION, True, f"A step was fitted for each: {steps}."))
    boards = sum(code != ENGLAND for code in panel.areas)
    if boards < _BOARDS_TO_POOL:
        detail = f"The season is estimated from too few boards ({boards}): give the data of all boards, not of one."
        checks.append(CheckResult("season pooled over boards", False, detail))
    for one in find_steps_ahead(panel.metric.key, question):
        detail = f"Between the baseline and the target, in {parse_period(one.period).label}, {one.label}; "
        detail += "the outcome may be counted otherwise than the baseline."
        checks.append(CheckResult("change in counting ahead", False, detail))
    if verdict != "not testable":
        checks.append(check_fragility(moving, protocol))
    return checks
