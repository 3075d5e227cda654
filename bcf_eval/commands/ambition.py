"""``bcf-eval test-ambition``: one target of one board."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from bcf_eval.catalogue.load import metric as metric_of
from bcf_eval.catalogue.load import protocol
from bcf_eval.commands.terminal import say
from bcf_eval.evaluate.outturns.looking_back import look_back
from bcf_eval.evaluate.targets.questions import test_ambition
from bcf_eval.periods import parse_period
from bcf_eval.results import FOR_INFORMATION, AmbitionTest
from bcf_eval.store import open_project
from bcf_eval.tables import AMBITION_KEYS
from bcf_eval.wording_targets import OUTTURN_LABELS, list_reach

# What an outturn says otherwise than the test of its target: its own verdict, reason and method.
_ITS_OWN = ("verdict", "reason", "method")


def run_test_ambition(
    project: Path,
    *,
    area: str,
    target: float,
    period: str,
    metric: str,
    baseline_end: str | None,
    baseline_period: str | None,
    as_json: bool,
) -> None:
    """Test the target, and print the answer."""
    here = open_project(project)
    observations, choices = here.read_table("observations"), protocol(here.protocol)
    test = test_ambition(
        observations,
        area=area,
        target=target,
        period=period,
        metric=metric,
        baseline_end=baseline_end,
        baseline_period=baseline_period,
        protocol=choices,
    )
    came = look_back(observations, test, protocol=choices).to_dict("records")
    if here.read_record("build").get("demonstration"):
        say("DEMONSTRATION: these are synthetic numbers, not returns.")
    if as_json:
        answer = test.to_dict() | {"outturn": list_plain(came[0]) if came else None}
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    typer.echo(test.write(reach=False))
    typer.echo(_say_last_used(test, chosen=baseline_end is not None))
    for reach in list_reach(test, metric_of(metric)):
        typer.echo(f"{reach.question} {reach.answer}")
    for row in came:
        typer.echo(f"What came of it: {OUTTURN_LABELS[row['verdict']]}. {row['sentence']}")
    for check in test.checks:
        held = check.passed and check.name != FOR_INFORMATION
        typer.echo(f"{'Held' if held else 'Note'}: {check.detail}")


def _say_last_used(test: AmbitionTest, *, chosen: bool) -> str:
    used = "would use" if test.verdict == "not testable" else "uses"
    last = parse_period(test.baseline_end)
    if chosen:
        return f"The forecast {used} figures up to {last.label}."
    one = "month" if last.kind == "month" else "year"
    return f"The forecast {used} figures up to {last.label}, the last {one} it can; say --baseline-end for another."


def list_plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What an outturn says beyond the test of its target, as plain values; what is not known is ``None``."""
    plain = {str(key): value for key, value in row.items() if key not in AMBITION_KEYS or key in _ITS_OWN}
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in plain.items()
        if key not in ("ambition", "arm", "q_value", "vintage", "source")
    }
