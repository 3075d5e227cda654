"""How did the tool do on the record itself? Fake dates, forecasts, tails and chances of past years, in one command.

Run it with ``make track-record``. It reads the returns beside the project (``../shared/returns``) or those of
``--returns FOLDER``, else makes demonstration ones, and writes ``docs/track-record.md``. Nothing is stored of the
returns but what the page says.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from studies.chances import score_chances
from studies.forecasters import run_forecasters
from studies.record_pages import RecordFindings, write_record
from studies.tails import measure_tails

from bcf_eval.acquire.demo import write_demo
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.catalogue import load
from bcf_eval.clean.build import build
from bcf_eval.evaluate.its import placebo
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.store import Project

ROOT = Path(__file__).resolve().parents[1]
RETURNS = ROOT.parent / "shared" / "returns"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--returns", type=Path, default=RETURNS, help="folder of returns as published")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of track-record.md (default: docs)")
    parser.add_argument("--step", type=int, default=3, help="months between dates of forecasts that are compared")
    chosen = parser.parse_args(arguments)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        real = chosen.returns.is_dir()
        panel = read_panel(Project(Path(folder)), chosen.returns if real else None)
    findings = measure_record(panel, demonstration=not real, step=chosen.step)
    write_record(findings, chosen.out)
    print(f"Wrote {chosen.out / 'track-record.md'} after {time.perf_counter() - begun:.0f} s.")
    for line in findings.list_short():
        print(line)
    return 0


def read_panel(project: Project, returns: Path | None) -> Panel:
    """Clean the returns, or demonstration ones, and lay delayed transfers out.

    Parameters
    ----------
    project
        An empty folder, to be thrown away.
    returns
        As published; ``None`` for demonstration ones.
    """
    if returns is None:
        write_demo(project)
    else:
        fetch_folder(project, returns)
    build(project)
    return build_panel(project.read_table("observations"), load.metric("dtoc_days"))


def measure_record(panel: Panel, *, demonstration: bool, step: int) -> RecordFindings:
    """Make every study of the record.

    Parameters
    ----------
    panel
        Delayed transfers of care.
    demonstration
        Whether they are synthetic.
    step
        Months between dates of forecasts that are compared.
    """
    protocol = load.protocol()
    level = panel.use_whole_boards().level_months()
    halves = placebo.test_placebo_by_halves(placebo.measure_placebo(level, protocol), alpha=protocol.alpha)
    with np.errstate(all="ignore"):
        return RecordFindings(
            demonstration=demonstration,
            placebo=pd.DataFrame(halves),
            forecasts=run_forecasters(panel, protocol, step=step),
            tails=measure_tails(panel, protocol),
            chances=score_chances(panel, protocol),
        )


if __name__ == "__main__":
    sys.exit(main())
