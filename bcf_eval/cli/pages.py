"""From answers to pages: ``report``, and ``run``, which does the whole job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bcf_eval.cli.data import clean
from bcf_eval.cli.evaluation import evaluate
from bcf_eval.cli.shared import ProjectOption, app, project_at, say, say_all, show_progress


@app.command()
def report(
    area: Annotated[
        list[str] | None, typer.Option(help="Name or ONS code; repeat for several. All when left out.")
    ] = None,
    project: ProjectOption = Path(),
    workers: Annotated[int | None, typer.Option(help="How many pages are made at once.", min=1)] = None,
) -> None:
    """Make a page for each board, and the index of them all."""
    from bcf_eval.report.render import render_areas

    with show_progress() as step:
        made = render_areas(project_at(project), area, workers=workers, progress=step)
    say_all(made.messages)
    for failure in made.failures:
        say(f"Error: {failure}")
    opened = made.pages[0] if area and len(made.pages) == 1 else made.index
    typer.echo(f"Open {opened.resolve()} in a browser ({opened.resolve().as_uri()})")
    if made.failures:
        sys.exit(1)


@app.command()
def run(project: ProjectOption = Path()) -> None:
    """Do the whole job: clean, evaluate, report."""
    clean(project)
    evaluate(project)
    report(None, project)
