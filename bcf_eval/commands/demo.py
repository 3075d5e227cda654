"""``bcf-eval demo``: demonstration returns, written into a project."""

from __future__ import annotations

from pathlib import Path

from bcf_eval.acquire.demo import write_demo
from bcf_eval.commands.terminal import say, show_progress
from bcf_eval.store import open_project


def run_demo(folder: Path, *, seed: int) -> None:
    """Write demonstration returns, and say what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with show_progress() as step:
        made = write_demo(open_project(folder), seed=seed, progress=step)
    say(f"DEMONSTRATION: synthetic returns of {made.n_boards} boards, {made.first} to {made.last}, seed {made.seed}.")
    say(f"{made.n_files} files in {made.folder}, {made.copied} of them new; what they were made from: {made.truth}.")
