"""What is there to be said of one metric? Every table of results that it has a part in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bcf_eval.evaluate.annual.annual import evaluate_annual
from bcf_eval.evaluate.annual.outturns import evaluate_annual_outturns
from bcf_eval.evaluate.annual.validation import tabulate_validation, validate_last_year
from bcf_eval.evaluate.comparable import check_comparable
from bcf_eval.evaluate.controlled.controlled import evaluate_controlled
from bcf_eval.evaluate.its.checks import check_its
from bcf_eval.evaluate.its.diagnosing import diagnose_its
from bcf_eval.evaluate.its.its import evaluate_its
from bcf_eval.evaluate.its.recording import check_recording
from bcf_eval.evaluate.its.specifications import evaluate_specifications
from bcf_eval.evaluate.outturns.outturns import evaluate_outturns
from bcf_eval.evaluate.outturns.totals import total_outturns
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.asking import answer
from bcf_eval.evaluate.targets.plans import evaluate_plans
from bcf_eval.evaluate.targets.questions import rule_ambitions
from bcf_eval.evaluate.targets.track_record import build_track_record
from bcf_eval.evaluate.together.many_areas import describe_many_areas
from bcf_eval.evaluate.together.process_charts import chart_processes
from bcf_eval.results import AmbitionTest, tabulate_ambitions
from bcf_eval.specs import Protocol

# Frames by the name of the table that they are a part of; see :data:`bcf_eval.tables.RESULTS`.
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Surroundings:
    """What stands beside the observations.

    Attributes
    ----------
    plans
        The boards' own plans.
    people, deprivation
        The tables of those names; ``None`` where there is none.
    """

    plans: pd.DataFrame
    people: pd.DataFrame | None
    deprivation: pd.DataFrame | None


def evaluate_metric(panel: Panel, around: Surroundings, protocol: Protocol) -> Tables:
    """Make every table of one metric.

    Parameters
    ----------
    panel
        The metric's data.
    around
        What stands beside them.
    protocol
        The choices.
    """
    tests = answer(panel, rule_ambitions(panel), protocol) + evaluate_plans(panel, around.plans, protocol)
    tables: Tables = {"ambition_tests": tabulate_ambitions(tests)}
    if panel.metric.frequency == "month":
        return tables | _fit_months(panel, around, protocol) | _look_back(panel, tests, protocol)
    if panel.metric.counts_people:
        together = describe_many_areas(panel, None, protocol)
        tables |= {"annual": evaluate_annual(panel, protocol), "funnel": together.funnel}
    return tables | _look_back_years(panel, tests, protocol)


def _fit_months(panel: Panel, around: Surroundings, protocol: Protocol) -> Tables:
    its = evaluate_its(panel, protocol)
    checks: list[Callable[..., pd.DataFrame]] = [check_comparable, check_recording]
    beside = [check(panel, its.plans) for check in checks]
    tables = {
        "its_terms": its.terms,
        "its_paths": its.paths,
        "its_effects": its.effects,
        "its_placebo": its.placebo,
        "its_counts": its.counts,
    }
    if not panel.metric.headline:
        # Parts of a measure have the few specifications that stand among their effects.
        return tables | {"its_checks": pd.concat([check_its(its, protocol, specifications=None), *beside])}
    ways = evaluate_specifications(panel, its.effects, {one.scope: one for one in its.records}, protocol)
    controlled = evaluate_controlled(panel, protocol, people=around.people, deprivation=around.deprivation)
    together = describe_many_areas(panel, its.effects, protocol)
    charts = chart_processes(panel, protocol)
    left_over = diagnose_its(panel, protocol)
    return tables | {
        "its_checks": pd.concat([check_its(its, protocol, specifications=ways), *beside]),
        "its_specifications": ways,
        "its_diagnostics": left_over.diagnostics,
        "its_residuals": left_over.residuals,
        "its_controlled": controlled.effects,
        "its_neighbours": controlled.neighbours,
        "heterogeneity": together.heterogeneity,
        "funnel": together.funnel,
        "ranks": together.ranks,
        "spc_points": charts.points,
        "spc_verdicts": charts.verdicts,
    }


def _look_back(panel: Panel, tests: list[AmbitionTest], protocol: Protocol) -> Tables:
    if not panel.metric.headline:
        return {}
    outturns = evaluate_outturns(panel, tests, protocol)
    return {
        "outturns": outturns,
        "outturn_totals": total_outturns(panel, tests, outturns, protocol),
        "track_record": build_track_record(panel, protocol),
    }


def _look_back_years(panel: Panel, tests: list[AmbitionTest], protocol: Protocol) -> Tables:
    if not panel.metric.counts_people:
        return {}
    outturns = evaluate_annual_outturns(panel, tests, protocol)
    return {
        "outturns": outturns,
        "outturn_totals": total_outturns(panel, tests, outturns, protocol),
        "track_record": tabulate_validation(validate_last_year(panel, protocol)),
    }
