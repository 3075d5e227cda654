"""``bcf-eval check``: what arrived and what is odd about it, in lines and on a page."""

from __future__ import annotations

from pathlib import Path

import typer

from bcf_eval.commands.terminal import say
from bcf_eval.evaluate.quality.quality import check_quality
from bcf_eval.report.render_quality import render_quality
from bcf_eval.store import open_project


def run_check(project: Path, *, quiet: bool = False) -> None:
    """Look the data through and make the page; ``quiet`` says no more than how much was found."""
    here = open_project(project)
    report = check_quality(here)
    page = render_quality(here)
    if quiet:
        say(f"What needs a look: {report.needs_a_look}; {page.resolve()} says which.")
        return
    for line in report.lines:
        typer.echo(line)
    typer.echo(f"Open {page.resolve()} in a browser ({page.resolve().as_uri()})")
