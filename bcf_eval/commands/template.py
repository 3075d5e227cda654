"""``bcf-eval template``: an empty table to fill in."""

from __future__ import annotations

from pathlib import Path

from bcf_eval.acquire.template import write_template
from bcf_eval.commands.terminal import say


def run_template(out: Path) -> None:
    """Write the table of ambitions, and say what to do with it."""
    write_template(out)
    say(f"Wrote {out}. Fill it in, put it into data_raw/ambitions of your project, and run: bcf-eval clean")
