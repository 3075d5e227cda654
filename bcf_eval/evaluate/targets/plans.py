"""Which of the plans that boards made are tested, and on what was known when they were made? The latest of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from bcf_eval.errors import RequestError
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.asking import answer, ask
from bcf_eval.evaluate.targets.baseline import check_stated
from bcf_eval.evaluate.targets.untested import refuse_ambition
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Ambition, Protocol
from bcf_eval.wording import describe_ambition

# What stands in the column `ambition` of a board's own plan; rules stand there by their key.
PLAN = "plan"


@dataclass(frozen=True)
class _Asked:
    """A plan, and why it cannot be asked of these data; ``""`` when it can."""

    ambition: Ambition
    obstacle: str


def evaluate_plans(panel: Panel, plans: pd.DataFrame, protocol: Protocol) -> list[AmbitionTest]:
    """Test the latest vintage of every plan of one metric.

    Parameters
    ----------
    panel
        The metric's data.
    plans
        The table ``ambitions``: ``area_code, metric, period, planned, baseline_period, baseline_end, vintage,
        source`` and, where there is one, ``baseline_value``.
    protocol
        The choices.

    Returns
    -------
    list of AmbitionTest
        One for each area and period. What these data cannot be asked is ``not testable``, with the reason.
    """
    asked = [_prepare(panel, one) for one in list_latest(plans, panel.metric.key)]
    refused = [refuse_ambition(one.ambition, one.obstacle) for one in asked if one.obstacle]
    known = [one.ambition for one in asked if not one.obstacle]
    return [
        *answer(panel, known, protocol),
        *(replace(one, sentence=describe_ambition(one, panel.metric)) for one in refused),
    ]


def list_latest(plans: pd.DataFrame, metric: str) -> list[Ambition]:
    """List the latest vintage of every plan of a metric, in order of area and period."""
    chosen = plans[plans["metric"].eq(metric)].sort_values("vintage", kind="stable")
    latest = chosen.drop_duplicates(["area_code", "period"], keep="last").sort_values(["area_code", "period"])
    return [
        Ambition(
            key=PLAN,
            area_code=str(row["area_code"]),
            metric=metric,
            period=str(row["period"]),
            planned=float(row["planned"]),
            baseline_period=str(row["baseline_period"]),
            baseline_end=str(row["baseline_end"] or ""),
            source=str(row["source"]),
            vintage=str(row["vintage"]),
            baseline_value=float(row.get("baseline_value", math.nan)),
        )
        for row in latest.to_dict("records")
    ]


def _prepare(panel: Panel, plan: Ambition) -> _Asked:
    """Settle on the last period that was known, and see whether the plan can be asked of these data."""
    if plan.area_code not in panel.areas:
        return _Asked(plan, "these data hold nothing of the area")
    ambition = plan if plan.baseline_end else replace(plan, baseline_end=_find_end(panel, plan))
    if not ambition.baseline_end:
        return _Asked(plan, f"nothing was known when it was made: the data begin in {panel.periods[0]}")
    try:
        question = ask(panel, ambition.period, ambition.baseline_end)
        if math.isnan(ambition.baseline_value):
            check_stated(panel, question, ambition.baseline_period)
    except RequestError as error:
        return _Asked(ambition, _as_reason(error))
    return _Asked(ambition, "")


def _find_end(panel: Panel, plan: Ambition) -> str:
    """The last period of the data that had ended when the plan was made and what it is about began; ``""`` if none."""
    made = parse_period(plan.vintage[:7]).start
    before = min(parse_period(plan.period).start, made)
    ended = [one for one in panel.periods if _end_of(one) <= before]
    return ended[-1] if ended else ""


def _end_of(period: str) -> int:
    found = parse_period(period)
    return found.start + found.n_months


def _as_reason(error: RequestError) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]
