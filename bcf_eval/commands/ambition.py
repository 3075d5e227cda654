"""``bcf-eval test-ambition``: one target of one board."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from bcf_eval.catalogue.load import protocol
from bcf_eval.commands.terminal import say
from bcf_eval.evaluate.questions import test_ambition
from bcf_eval.store import open_project


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
    test = test_ambition(
        here.read_table("observations"),
        area=area,
        target=target,
        period=period,
        metric=metric,
        baseline_end=baseline_end,
        baseline_period=baseline_period,
        protocol=protocol(here.protocol),
    )
    if here.read_record("build").get("demonstration"):
        say("DEMONSTRATION: these are synthetic numbers, not returns.")
    if as_json:
        typer.echo(json.dumps(test.to_dict(), indent=1, ensure_ascii=False))
        return
    typer.echo(str(test))
    for check in test.checks:
        typer.echo(f"{'Held' if check.passed else 'Note'}: {check.detail}")
