"""What do the clean data say? Everything in ``data_clean`` that is a result, made in one go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.metric_tables import Surroundings, Tables, evaluate_metric
from bcf_eval.evaluate.outturns.totals import ALL
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.evaluate.targets.plans import PLAN
from bcf_eval.files import has_file
from bcf_eval.periods import parse_period
from bcf_eval.store import Project, code_version
from bcf_eval.tables import RESULTS
from bcf_eval.wording_outturns import say_expected

Progress = Callable[[str, int, int], None]

# What is read of a board's own plans: none where none were given.
_PLANS = ["area_code", "metric", "period", "vintage"]


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
    outturns
        What came of the targets, in words: of each rule, and of plans by period.
    """

    n_areas: int
    n_effects: int
    n_ambitions: int
    n_plans: int
    n_years: int
    exploratory: bool
    outturns: tuple[str, ...] = ()


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
    plans = _read_if_there(project, "ambitions")
    around = Surroundings(
        plans=pd.DataFrame(columns=_PLANS) if plans is None else plans,
        people=_read_if_there(project, "people"),
        deprivation=_read_if_there(project, "deprivation"),
    )
    metrics = [one for one in load.metrics().values() if one.key in set(observations["metric"])]
    parts: list[Tables] = []
    areas: set[str] = set()
    for done, metric in enumerate(metrics):
        if progress:
            progress(metric.label, done, len(metrics))
        panel = build_panel(observations, metric)
        areas |= {*panel.areas}
        parts.append(evaluate_metric(panel, around, protocol))
    if progress:
        progress("storing", len(metrics), len(metrics))
    stacked = {name: _stack([part[name] for part in parts if name in part], name) for name in RESULTS}
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
        n_ambitions=len(stacked["ambition_tests"]),
        n_plans=int(stacked["ambition_tests"]["ambition"].eq(PLAN).sum()),
        n_years=len(stacked["annual"]),
        exploratory=not protocol.shipped,
        outturns=_list_outturns(stacked["outturn_totals"]),
    )


def _list_outturns(totals: pd.DataFrame) -> tuple[str, ...]:
    every = totals[totals["arm"].eq(ALL) & totals["n_tested"].gt(0)].to_dict("records")
    return tuple(
        f"{load.metric(str(row['metric'])).label}, {parse_period(str(row['period'])).label}: {row['sentence']} "
        f"{say_expected(row)}"
        for row in every
    )


def _read_if_there(project: Project, table: str) -> pd.DataFrame | None:
    return project.read_table(table) if has_file(project.clean / f"{table}.parquet") else None


def _stack(frames: list[pd.DataFrame], table: str) -> pd.DataFrame:
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=RESULTS[table])
