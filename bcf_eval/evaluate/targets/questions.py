"""What is asked of an ambition? Those that national rules set every board, and one that a user has in mind."""

from __future__ import annotations

from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.asking import answer, ask
from bcf_eval.evaluate.targets.baseline import Question, check_stated
from bcf_eval.evaluate.targets.outlook import observed_rate
from bcf_eval.observations import events
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Ambition, AmbitionRule, Protocol

Array = npt.NDArray[np.float64]

_HIGHEST_TARGET = 1e6


def rule_ambitions(panel: Panel) -> list[Ambition]:
    """Give every board the ambitions that national rules set it.

    A rule whose baseline months are not all in the data gives none.
    """
    found = []
    for rule in load.ambition_rules():
        needed = {*parse_period(rule.baseline_period).months, rule.baseline_end}
        if rule.metric != panel.metric.key or not needed <= set(panel.periods):
            continue
        planned = _plan_by_rule(panel, rule)
        found += [
            Ambition(
                key=rule.key,
                area_code=code,
                metric=rule.metric,
                period=rule.period,
                planned=float(planned[i]),
                baseline_period=rule.baseline_period,
                baseline_end=rule.baseline_end,
                source=rule.source,
            )
            for i, code in enumerate(panel.areas)
            if code in load.boards()
        ]
    return found


def _plan_by_rule(panel: Panel, rule: AmbitionRule) -> Array:
    """The value a rule plans for each area, shape ``(S,)``.

    A national number gives way to the area's own baseline where that is better already. A cut is one of the
    count, so that the planned rate is the count that is left for the people of the last known month: those
    that the forecast it is set against is for.
    """
    months = parse_period(rule.baseline_period).months
    if rule.kind == "threshold_or_own":
        better = np.fmin if panel.metric.better == "lower" else np.fmax
        return np.asarray(better(rule.threshold, observed_rate(panel, months, np.arange(len(panel.areas)))))
    count = panel.numerator[panel.rows(tuple(months))].sum(0)
    people = panel.denominator[panel.periods.index(rule.baseline_end)]
    return np.asarray((1 - rule.cut) * count / events(1.0, people, panel.metric, parse_period(rule.period).days))


def test_ambition(
    observations: pd.DataFrame,
    *,
    area: str,
    target: float,
    period: str,
    metric: str = "dtoc_days",
    baseline_end: str | None = None,
    baseline_period: str | None = None,
    protocol: Protocol | None = None,
) -> AmbitionTest:
    """Test whether a target is more than trend and chance.

    Parameters
    ----------
    observations
        All boards: the season is pooled over them. See :mod:`bcf_eval.observations`.
    area
        Name or ONS code.
    target
        The planned value, in the metric's unit.
    period
        What the target is for: a month ``2017-09``, a quarter ``2017-Q3`` or ``2017/18-Q2``, a
        financial year ``2017/18``; of a metric that is returned by year a financial year.
    metric
        Key of the metric.
    baseline_end
        The last month to be used, ``2017-02``, of a yearly metric the last year; when left out, the last one
        before the target.
    baseline_period
        What the target is an improvement on; when left out, that of the national rule for this
        period, else the same months of the latest year that was known.
    protocol
        The choices; the one that ships when left out.

    Returns
    -------
    AmbitionTest

    Raises
    ------
    RequestError
        If the area, metric or a period is not known or makes no sense; one line says which.
    """
    if isinstance(target, bool) or not isinstance(target, Real) or not 0 <= float(target) < _HIGHEST_TARGET:
        most = f"{_HIGHEST_TARGET:,.0f}"
        raise RequestError(f"The target is {target!r}; expected a number from 0 to {most}, in the metric's unit.")
    panel = build_panel(observations, load.metric(metric))
    if panel.metric.statistic == "proportion" and target > panel.metric.multiplier:
        most = f"{panel.metric.multiplier:g} {panel.metric.unit}"
        raise RequestError(f"The target is {target:g}; expected at most {most}.")
    found = load.find_area(area, among=panel.areas)
    question = ask(panel, period, baseline_end)
    stated = baseline_period or _usual_baseline(panel, question)
    check_stated(panel, question, stated)
    ambition = Ambition(
        key="",
        area_code=found.code,
        metric=metric,
        period=str(question.target),
        planned=float(target),
        baseline_period=stated,
        baseline_end=str(question.end),
        source="",
    )
    return answer(panel, [ambition], protocol or load.protocol())[0]


def _usual_baseline(panel: Panel, question: Question) -> str:
    """What a target is an improvement on when nobody said.

    The baseline of the national rule that asks the same question, else the same months of the
    latest year that was known.
    """
    if panel.metric.frequency != "month":
        return str(question.end)
    for rule in load.ambition_rules():
        asked = (rule.metric, rule.period, rule.baseline_end)
        if asked == (panel.metric.key, str(question.target), str(question.end)):
            return rule.baseline_period
    earlier = question.target.shift(-question.target.cycle)
    while earlier.start + earlier.n_months - 1 > question.end.start:
        earlier = earlier.shift(-earlier.cycle)
    return str(earlier)
