"""What do all commands share? The application, the project option, and how a command speaks to its user."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bcf_eval.store import Project

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Did the Better Care Fund change anything, and did its targets mean anything?",
)

ProjectOption = Annotated[
    Path, typer.Option("--project", help="The folder that holds data_raw, data_clean and reports.", show_default=".")
]


def project_at(folder: Path, *, create: bool = False) -> Project:
    """Stand in a project folder, made when asked."""
    from bcf_eval.store import open_project

    if create:
        folder.mkdir(parents=True, exist_ok=True)
    return open_project(folder)


def say(line: str) -> None:
    """Say a line to whoever runs the command, apart from what it prints."""
    typer.echo(line, err=True)


def say_all(lines: Iterable[str]) -> None:
    """Say some lines."""
    for line in lines:
        say(line)


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr when a person is looking; nothing in a log."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda label, done, total: bar.update(task, description=label, completed=done, total=total)
