"""``bcf-eval fetch``: returns brought into a project, from a folder or from their publishers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bcf_eval.acquire.fetch import ReturnCount, fetch_folder
from bcf_eval.acquire.publishers import fetch_publishers
from bcf_eval.commands.terminal import say, say_all, show_progress
from bcf_eval.errors import RequestError
from bcf_eval.store import open_project


def run_fetch(project: Path, *, folder: Path | None, only: Sequence[str] | None) -> None:
    """Bring returns in, and say what came; what did not come ends the program with 1."""
    here = open_project(project)
    if folder is not None:
        if only:
            raise RequestError("--return chooses what is fetched from the publishers; a folder is taken whole.")
        brought = fetch_folder(here, folder)
        _say_brought(brought.messages, brought.returns)
        return
    with show_progress() as step:
        published = fetch_publishers(here, returns=only, progress=step)
    _say_brought([*published.messages, *(f"Error: {one}" for one in published.failures)], published.returns)
    if published.failures:
        sys.exit(1)


def _say_brought(lines: Iterable[str], returns: Iterable[ReturnCount]) -> None:
    say_all(lines)
    for one in returns:
        if one.found:
            say(f"{one.key}: {one.found} files found, {one.copied} new.")
