"""``bcf-eval clean``: returns turned into the tables of a project."""

from __future__ import annotations

from pathlib import Path

from bcf_eval.clean.build import build
from bcf_eval.commands.terminal import say, say_all, show_progress
from bcf_eval.store import open_project

_NOTE = " says below its table: "


def run_clean(project: Path, *, allow_gaps: bool = False, geography: int | None = None) -> None:
    """Make the tables, and say what was done."""
    here = open_project(project)
    with show_progress() as step:
        report = build(here, allow_gaps=allow_gaps, geography=geography, progress=step)
    if report.unchanged:
        say(f"Nothing has changed since these tables were made: {here.clean} stands as it was.")
        say_all(report.taken)
    else:
        notes = [line for line in report.messages if _NOTE in line]
        say_all(line for line in report.messages if line not in notes)
        if notes:
            say(f"Publishers' notes below their tables: {len(notes)}, kept in {here.clean / 'build.json'}.")
    say(f"Cleaned: {report.rows['observations']:,} observations in {here.clean}.")
