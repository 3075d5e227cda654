"""Is an ambition more than trend and chance? Tests of planned values, every area of a question at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import find_incomplete, find_recounted, keep_comparable
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.achievable import measure_achievable
from bcf_eval.evaluate.targets.baseline import (
    Baseline,
    ask_question,
    check_stated,
    choose_baseline,
    find_boundary_change,
)
from bcf_eval.evaluate.targets.checks import check_ambition, check_zeros, find_uncalibrated_reason
from bcf_eval.evaluate.targets.fragility import Variant, find_moving
from bcf_eval.evaluate.targets.numbers import Asked, find_naive_p_value, measure_numbers
from bcf_eval.evaluate.targets.outlook import AreaOutlook, look_ahead, observed_rate, withhold_outlook
from bcf_eval.evaluate.targets.record import Record, build_record
from bcf_eval.evaluate.targets.replay import class_trend, describe_record, explain_record, find_heavy_classes, holds
from bcf_eval.evaluate.targets.units import word_tests
from bcf_eval.evaluate.targets.untold import find_untold_reason
from bcf_eval.evaluate.targets.verdicts import judge_ambitions
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Ambition, Protocol

Texts = npt.NDArray[np.object_]

METHOD = (
    "business as usual: half last value, half mean-reverting AR(1) by REML, on the log scale, season pooled over boards"
)
BELOW_ZERO = "the figure of its stated baseline is below zero, which no count can be"
FROM_RECORD = "tails from the errors of the same forecast at earlier dates, by size of board"
GAUSSIAN = "Gaussian predictive distribution"


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
        asked = Asked(
            chosen,
            columns,
            np.array([one.planned for one in chosen]),
            np.where(np.isnan(own), observed_rate(panel, parse_period(stated).months, columns), own),
            question,
        )
        tests += _test(panel, asked, protocol)
    return tests


def _test(panel: Panel, asked: Asked, protocol: Protocol) -> list[AmbitionTest]:
    end = str(asked.question.end)
    panel = keep_comparable(panel, end)
    baseline = choose_baseline(panel, asked.question, protocol)
    moved = [
        _find_move(panel, one, asked) or (BELOW_ZERO if stated < 0 else "")
        for one, stated in zip(asked.ambitions, asked.stated, strict=True)
    ]
    record = build_record(panel, asked.question, protocol)
    outlook = _outlook(panel, asked, baseline, protocol, record).hidden_where([bool(one) for one in moved])
    achievable = measure_achievable(
        panel,
        asked.question,
        baseline,
        asked.columns,
        stated_period=asked.ambitions[0].baseline_period,
        stated=asked.stated,
        planned=asked.planned,
        protocol=protocol,
    )
    judge = partial(
        judge_ambitions,
        asked.planned,
        asked.stated,
        lower_is_better=panel.metric.better == "lower",
        beyond=achievable.beyond,
    )
    verdicts = [str(one) for one in judge(outlook, alpha=protocol.alpha)]
    variants = _vary(panel, asked, outlook, record, protocol, judge)
    moving = [find_moving(verdict, variants[i]) for i, verdict in enumerate(verdicts)]
    untold = [
        baseline.reason
        or moved[i]
        or find_incomplete(panel, one.area_code, one.baseline_period)
        or find_untold_reason(panel, baseline, one, asked.stated[i], protocol)
        for i, one in enumerate(asked.ambitions)
    ]
    numbers = measure_numbers(panel, asked, baseline, outlook, achievable, protocol)
    naive = find_naive_p_value(panel, asked, baseline, outlook)
    track_record, explained = describe_record(record, protocol), explain_record(record, protocol)
    held = holds(record, protocol)
    why = [find_uncalibrated_reason(record, one.area_code) for one in asked.ambitions]
    heavy = _find_own_class(outlook, record, protocol)
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
            calibration="uncalibrated" if why[i] else "calibrated",
            calibration_reason=why[i],
            track_record="" if why[i] else track_record,
            verdict=verdicts[i],
            reason=untold[i] if verdicts[i] == "not testable" else "",
            fragile=bool(moving[i]),
            trends={
                "continues": float(outlook.continues[i]),
                "damped": float(outlook.damped[i]),
                "none": float(outlook.none[i]),
            },
            naive={"p_value": float(naive[i]), "verdict": _naive_verdict(float(naive[i]), protocol.alpha)},
            method=f"{METHOD}, {GAUSSIAN if why[i] else FROM_RECORD}",
            checks=check_ambition(
                panel,
                asked.question,
                baseline,
                moving[i],
                protocol,
                verdict=verdicts[i],
                uncalibrated=why[i],
                track_record=explained,
                held=held,
                heavy_class=heavy[i],
            )
            + check_zeros(panel, baseline, one.area_code, protocol),
            vintage=one.vintage,
            source=one.source,
            sentence="",
            **numbers.at(i),
        )
        for i, one in enumerate(asked.ambitions)
    ]
    return word_tests(tests, panel.metric)


def _find_move(panel: Panel, ambition: Ambition, asked: Asked) -> str:
    """Why the area of the target is not that of its baseline, or counted otherwise; ``""`` where neither."""
    earliest = min(str(asked.question.end), parse_period(ambition.baseline_period).months[0])
    return find_boundary_change(ambition.area_code, asked.question) or find_recounted(
        panel, ambition.area_code, earliest, asked.question.months[-1]
    )


def _find_own_class(outlook: AreaOutlook, record: Record, protocol: Protocol) -> list[int | None]:
    """The class of trend by whose record alone each area is judged; ``None`` where it is that of its size."""
    heavy = () if record.reason else find_heavy_classes(record, protocol)
    trend_t = np.full(outlook.n.shape, np.nan) if outlook.trend_t is None else outlook.trend_t
    return [int(one) if one in heavy else None for one in class_trend(trend_t)]


def _outlook(panel: Panel, asked: Asked, baseline: Baseline, protocol: Protocol, record: Record) -> AreaOutlook:
    if baseline.reason:
        return withhold_outlook(panel, asked.question, baseline, asked.columns)
    return look_ahead(panel, asked.question, baseline, asked.columns, protocol, record=record)


def _vary(
    panel: Panel,
    asked: Asked,
    outlook: AreaOutlook,
    record: Record,
    protocol: Protocol,
    judge: Callable[..., Texts],
) -> list[list[Variant]]:
    """The verdicts under the alphas and baseline lengths of the protocol, for each ambition.

    The record is that of the protocol's own baseline: its errors are in units of each fit's own innovations.
    """
    outlooks: list[tuple[int | None, AreaOutlook]] = [(None, outlook)]
    for most in protocol.ambition_baselines:
        other = choose_baseline(panel, asked.question, protocol, most=most)
        if not other.reason:
            outlooks.append((most, _outlook(panel, asked, other, protocol, record)))
    found: list[list[Variant]] = [[] for _ in asked.ambitions]
    for varied, one in outlooks:
        for alpha in dict.fromkeys((protocol.alpha, *protocol.ambition_alphas)):
            limit = None if alpha == protocol.alpha else alpha
            for variants, verdict in zip(found, judge(one, alpha=alpha), strict=True):
                variants.append(Variant(varied, limit, str(verdict)))
    return found


def _naive_verdict(p_value: float, alpha: float) -> str:
    if not np.isfinite(p_value):
        return "not known"
    return "statistically significant" if p_value < alpha else "not statistically significant"
