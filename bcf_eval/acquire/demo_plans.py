"""What do boards plan in the demonstration? An ambition of each metric of the fund, some of them revised."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bcf_eval.acquire.demo_admissions import apportion_counts
from bcf_eval.acquire.demo_ascof_files import HIDDEN
from bcf_eval.acquire.demo_model import Floats
from bcf_eval.acquire.demo_sheets import SOURCE
from bcf_eval.acquire.demo_world import World
from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period

FILE = "plans_2016-17.csv"
PERIOD, BASELINE = "2016/17", "2015/16"
MADE, REVISED = "2016-05-03", "2016-09-09"  # every tenth plan was revised


@dataclass(frozen=True)
class _Plan:
    """What is planned alike for every board.

    Attributes
    ----------
    baseline_end
        The last period that was known.
    least, most
        Of the improvement, as a share of the baseline.
    """

    metric: str
    baseline_end: str
    least: float
    most: float


_PLANS = (
    _Plan("dtoc_days", "2016-03", -0.02, 0.20),
    _Plan("nea", "2016-03", -0.02, 0.06),
    _Plan("residential", "2015/16", -0.02, 0.10),
    _Plan("reablement", "2015/16", -0.01, 0.05),
)


def write_plans(path: Path, rng: np.random.Generator, world: World) -> None:
    """Write the plans of all boards, laid out as the template of ambitions.

    Parameters
    ----------
    path
        Where: a file of comma-separated values.
    rng
        Seeded.
    world
        What happened; a plan begins from what the returns say of its baseline.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([row["column"] for row in load.rows("templates/ambitions")])
        for plan in _PLANS:
            better = -1 if load.metric(plan.metric).better == "lower" else 1
            step = rng.uniform(plan.least, plan.most, len(world.boards))
            for place, (code, baseline) in enumerate(
                zip(world.boards, _find_baseline(world, plan.metric), strict=True)
            ):
                if np.isnan(baseline):
                    continue
                for vintage, share in ((MADE, 1.0), (REVISED, 0.5))[: 1 + (place % 10 == 0)]:
                    planned = min(baseline * (1 + better * share * step[place]), 100.0 if better > 0 else np.inf)
                    cells = {
                        "area": load.areas()[code].name if place % 2 else code,
                        "metric": plan.metric,
                        "period": PERIOD,
                        "planned": f"{planned:.1f}",
                        "baseline_period": BASELINE,
                        "vintage": vintage,
                        "source": SOURCE,
                        "baseline_end": plan.baseline_end,
                        "baseline_value": f"{baseline:.1f}",
                    }
                    writer.writerow([cells[row["column"]] for row in load.rows("templates/ambitions")])


def _find_baseline(world: World, metric: str) -> Floats:
    """Find every board's value in the year it starts from; ``NaN`` where the returns have none."""
    months = parse_period(BASELINE).months
    areas = [world.geography.areas.index(code) for code in world.boards]
    if metric == "dtoc_days":
        at = [world.months.index(month) for month in months]
        person_days = world.simulation.adults[at] * world.simulation.days[at, None]
        return np.asarray(1e5 * world.simulation.counts[at].sum(axis=0) / person_days.sum(axis=0))
    if metric == "nea":
        at = [world.admissions.months.index(month) for month in months]
        counts = apportion_counts(world.admissions, world.geography)[at].sum(axis=0)
        return np.asarray(1e5 * counts / world.admissions.simulation.adults[at].mean(axis=0))[areas]
    measure, year = world.outcomes.measures[metric], world.outcomes.years.index(BASELINE)
    numerator, denominator = measure.numerator[year, areas], measure.denominator[year, areas]
    known = denominator >= (HIDDEN if metric == "reablement" else 1)
    return np.where(known, measure.multiplier * numerator / np.maximum(denominator, 1), np.nan)
