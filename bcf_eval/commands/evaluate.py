"""``bcf-eval evaluate``: every model and every ambition of a project."""

from __future__ import annotations

from pathlib import Path

from bcf_eval.commands.terminal import say, show_progress
from bcf_eval.evaluate.build import evaluate
from bcf_eval.store import open_project


def run_evaluate(project: Path) -> None:
    """Evaluate, and say how much was."""
    here = open_project(project)
    with show_progress() as step:
        report = evaluate(here, progress=step)
    say(f"Evaluated {report.n_areas} areas: {report.n_effects:,} effects, {report.n_ambitions:,} ambitions.")
    if report.outturns and here.read_record("build").get("demonstration"):
        say("DEMONSTRATION: these are synthetic numbers, not returns.")
    for sentence in report.outturns:
        say(f"{sentence[:1].upper()}{sentence[1:]}")
    if report.exploratory:
        say("The project's own protocol.yml was used: the results are exploratory, and say so.")
