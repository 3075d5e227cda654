"""What do the clean data say? Everything in ``data_clean`` that is a result, made in one go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.ambitions import evaluate_ambitions
from bcf_eval.evaluate.checks import check_its
from bcf_eval.evaluate.its import evaluate_its
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.evaluate.questions import rule_ambitions
from bcf_eval.results import AmbitionTest, tabulate_ambitions
from bcf_eval.store import Project, code_version

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class EvaluationReport:
    """What was evaluated.

    Attributes
    ----------
    n_areas, n_effects, n_ambitions
        How much.
    exploratory
        Whether the project's own protocol was used.
    """

    n_areas: int
    n_effects: int
    n_ambitions: int
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
    observations = project.read_table("observations")
    protocol = load.protocol(project.protocol)
    metrics = [one for one in load.metrics().values() if one.key in set(observations["metric"])]
    tables: dict[str, list[pd.DataFrame]] = {
        name: [] for name in ("its_terms", "its_paths", "its_effects", "its_checks")
    }
    tests: list[AmbitionTest] = []
    for done, metric in enumerate(metrics):
        if progress:
            progress(metric.label, done, len(metrics))
        panel = build_panel(observations, metric)
        found = evaluate_its(panel, protocol)
        tables["its_terms"].append(found.terms)
        tables["its_paths"].append(found.paths)
        tables["its_effects"].append(found.effects)
        tables["its_checks"].append(check_its(found, protocol))
        tests += evaluate_ambitions(panel, rule_ambitions(panel), protocol)
    if progress:
        progress("storing", len(metrics), len(metrics))
    stacked = {name: pd.concat(frames, ignore_index=True) for name, frames in tables.items()}
    stacked["ambition_tests"] = tabulate_ambitions(tests)
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
        n_areas=observations["area_code"].nunique(),
        n_effects=len(stacked["its_effects"]),
        n_ambitions=len(tests),
        exploratory=not protocol.shipped,
    )
