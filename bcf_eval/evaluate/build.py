"""What do the clean data say? Everything in ``data_clean`` that is a result, made in one go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual import evaluate_annual
from bcf_eval.evaluate.asking import answer
from bcf_eval.evaluate.checks import check_its
from bcf_eval.evaluate.comparable import check_comparable
from bcf_eval.evaluate.its import ItsTables, evaluate_its
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.evaluate.plans import PLAN, evaluate_plans
from bcf_eval.evaluate.questions import rule_ambitions
from bcf_eval.evaluate.recording import check_recording
from bcf_eval.files import has_file
from bcf_eval.results import AmbitionTest, tabulate_ambitions
from bcf_eval.store import Project, code_version
from bcf_eval.tables import ANNUAL, ITS_CHECKS, ITS_EFFECTS, ITS_PATHS, ITS_TERMS

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class EvaluationReport:
    """What was evaluated.

    Attributes
    ----------
    n_areas, n_effects, n_ambitions
        How much.
    n_plans
        How many of the ambitions are boards' own plans.
    n_years
        How many yearly values were set beside the year before.
    exploratory
        Whether the project's own protocol was used.
    """

    n_areas: int
    n_effects: int
    n_ambitions: int
    n_plans: int
    n_years: int
    exploratory: bool


def evaluate(project: Project, *, progress: Progress | None = None) -> EvaluationReport:
    """Evaluate every metric of every area and store the results.

    Parameters
    ----------
    project
        Whose ``data_clean`` holds observations.
    progress
        Called with a label, how many steps are done, and of how many.

    Returns
    -------
    EvaluationReport
    """
    observations, plans = project.read_table("observations"), _read_plans(project)
    protocol = load.protocol(project.protocol)
    metrics = [one for one in load.metrics().values() if one.key in set(observations["metric"])]
    its: list[ItsTables] = []
    checks, annual = [], []
    tests: list[AmbitionTest] = []
    areas: set[str] = set()
    for done, metric in enumerate(metrics):
        if progress:
            progress(metric.label, done, len(metrics))
        panel = build_panel(observations, metric)
        areas |= {*panel.areas}
        if metric.frequency == "month":
            its.append(evaluate_its(panel, protocol))
            checks.append(check_its(its[-1], protocol))
            checks += [check(panel, its[-1].plans) for check in (check_comparable, check_recording)]
        elif metric.counts_people:
            annual.append(evaluate_annual(panel, protocol))
        tests += answer(panel, rule_ambitions(panel), protocol)
        tests += evaluate_plans(panel, plans, protocol)
    if progress:
        progress("storing", len(metrics), len(metrics))
    stacked = {
        "its_terms": _stack([one.terms for one in its], ITS_TERMS),
        "its_paths": _stack([one.paths for one in its], ITS_PATHS),
        "its_effects": _stack([one.effects for one in its], ITS_EFFECTS),
        "its_checks": _stack(checks, ITS_CHECKS),
        "annual": _stack(annual, ANNUAL),
        "ambition_tests": tabulate_ambitions(tests),
    }
    build_id = project.read_record("build").get("build_id", "")
    made_from = f"{build_id} {protocol.sha256} {code_version()}"
    project.write_tables(
        stacked,
        {
            "evaluation_id": hashlib.sha256(made_from.encode()).hexdigest()[:12],
            "build_id": build_id,
            "code": code_version(),
            "protocol_sha256": protocol.sha256,
            "exploratory": not protocol.shipped,
            "rows": {name: len(frame) for name, frame in stacked.items()},
        },
        name="evaluation",
    )
    return EvaluationReport(
        n_areas=len(areas),
        n_effects=len(stacked["its_effects"]),
        n_ambitions=len(tests),
        n_plans=sum(one.ambition == PLAN for one in tests),
        n_years=len(stacked["annual"]),
        exploratory=not protocol.shipped,
    )


def _read_plans(project: Project) -> pd.DataFrame:
    """The boards' own plans; none where none were given."""
    if not has_file(project.clean / "ambitions.parquet"):
        return pd.DataFrame(columns=["area_code", "metric", "period", "vintage"])
    return project.read_table("ambitions")


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
