"""``bcf-eval report``: a page for each board, and their index."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from bcf_eval.commands.terminal import say, say_all, show_progress
from bcf_eval.report.render import render_areas
from bcf_eval.store import open_project


def run_report(project: Path, *, areas: Sequence[str] | None = None, workers: int | None = None) -> None:
    """Make pages, and say where to look; a page that could not be made ends the program with 1."""
    with show_progress() as step:
        made = render_areas(open_project(project), list(areas) if areas else None, workers=workers, progress=step)
    say_all(made.messages)
    for failure in made.failures:
        say(f"Error: {failure}")
    opened = made.pages[0] if areas and len(made.pages) == 1 else made.index
    typer.echo(f"Open {opened.resolve()} in a browser ({opened.resolve().as_uri()})")
    if made.failures:
        sys.exit(1)
