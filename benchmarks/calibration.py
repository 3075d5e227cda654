"""Are the tool's intervals and chances as good as they say? Simulated worlds whose truth is known, in one command.

Run it with ``make calibration``. It writes ``docs/calibration.md`` and its pictures, and ends with an error when a
bound is broken. ``--short`` takes fewer draws and leaves out the slow worlds, for a test.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from studies import ambitions, coverage, powers, wrong
from studies.countries import WORLDS
from studies.pages import Findings, write_pages

SEED = 20150401
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Size:
    """How much is simulated."""

    draws: int
    wide_draws: int
    countries: int
    shared_countries: int
    power_draws: int
    worlds_wrong: int


FULL = Size(draws=5000, wide_draws=1000, countries=120, shared_countries=400, power_draws=4000, worlds_wrong=10)
SHORT = Size(draws=1500, wide_draws=60, countries=6, shared_countries=0, power_draws=800, worlds_wrong=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, write, and say whether the bounds were kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of calibration.md (default: docs)")
    parser.add_argument("--short", action="store_true", help="fewer draws, without the slow worlds")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    begun = time.perf_counter()
    findings = simulate(SHORT if chosen.short else FULL, workers=chosen.workers)
    took = time.perf_counter() - begun
    write_pages(findings, chosen.out, size=SHORT if chosen.short else FULL, seed=SEED)
    print(f"Wrote {chosen.out / 'calibration.md'} after {took:.0f} s.")
    broken = findings.list_broken()
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


def simulate(size: Size, *, workers: int) -> Findings:
    """Run every study, several at once.

    Parameters
    ----------
    size
        How much is simulated.
    workers
        Processes.
    """
    with ProcessPoolExecutor(workers, initializer=_be_quiet) as pool:

        def ask(study: Callable[..., Any], *one: object, **how: object) -> Future[Any]:
            return pool.submit(study, *one, seed=SEED, **how)

        # The slowest first, so that no process is left with one alone at the end.
        unlike = [
            ask(wrong.measure_wrong, cell, draws=size.draws, wide_draws=size.wide_draws)
            for cell in wrong.WORLDS[: size.worlds_wrong]
        ]
        countries = {
            world: ask(
                ambitions.simulate_targets,
                world,
                countries=size.shared_countries if world.national else size.countries,
                boards=150,
            )
            for world in WORLDS
            if not world.national or size.shared_countries
        }
        covered = [ask(coverage.measure_coverage, cell, draws=size.draws) for cell in coverage.list_cells()]
        power = [ask(powers.measure_power, rho, draws=size.power_draws) for rho in powers.RHOS]
        return Findings(
            coverage=pd.concat([one.result() for one in covered], ignore_index=True),
            wrong=pd.concat([one.result() for one in unlike], ignore_index=True),
            power=pd.concat([one.result() for one in power], ignore_index=True),
            targets={world.label: one.result() for world, one in countries.items()},
        )


def _be_quiet() -> None:
    # Series that cannot be fitted come out as NaN, and are left out; a million warnings of them say no more.
    np.seterr(all="ignore")


if __name__ == "__main__":
    sys.exit(main())
