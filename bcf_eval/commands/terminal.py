"""How does a command speak to its user? Lines apart from what it prints, and a bar where a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress


def say(line: str) -> None:
    """Say a line to whoever runs the command, apart from what it prints."""
    typer.echo(line, err=True)


def say_all(lines: Iterable[str]) -> None:
    """Say some lines."""
    for line in lines:
        say(line)


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on stderr when a person is looking; nothing in a log."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda label, done, total: bar.update(task, description=label, completed=done, total=total)
