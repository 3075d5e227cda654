"""Which tables tell the truth behind a demonstration? Effects, ambitions, parameters and annual values, as CSV."""

from __future__ import annotations

import pandas as pd

from bcf_eval.acquire import demo_truth, demo_truth_admissions, demo_truth_annual
from bcf_eval.acquire.demo_world import INTERVENTIONS, World, make_stream, months_of_year
from bcf_eval.catalogue import load
from bcf_eval.store import Project, write_text

RULE = "dtoc_2017"


def write_answers(project: Project, world: World, *, seed: int) -> None:
    """Write the truth into its folder, with a README.

    Parameters
    ----------
    project
        Where.
    world
        What was drawn.
    seed
        From which it was drawn.
    """
    rule = next(one for one in load.ambition_rules() if one.key == RULE)
    known, target = world.months.index(rule.baseline_end), world.months.index(rule.period)
    futures = demo_truth.draw_futures(
        make_stream(seed, 5),
        world.simulation,
        known=known,
        target=target,
        month_of_year=int(months_of_year([rule.period])[0]),
    )
    simulation, admissions = world.simulation, world.admissions
    effects = demo_truth.tabulate_effects(simulation, world.boards, INTERVENTIONS)
    ambitions = demo_truth.tabulate_ambitions(simulation, futures, world.boards, rule, known=known, target=target)
    of_admissions = demo_truth_admissions.tabulate_admission_effects(admissions, world.geography, INTERVENTIONS)
    tables = {
        "effects": effects,
        "ambitions": ambitions,
        "model": demo_truth.tabulate_model(simulation, world.boards, adults_at=len(world.months) // 2),
        "effects_nea": of_admissions,
        "model_nea": demo_truth.tabulate_model(
            admissions.simulation, admissions.areas, adults_at=len(admissions.months) // 2, people="people"
        ),
        "annual": demo_truth_annual.tabulate_annual(world.outcomes),
        "annual_model": demo_truth_annual.tabulate_annual_model(world.outcomes),
    }
    for name, table in tables.items():
        write_text(project.truth / f"{name}.csv", _to_csv(table))
    words = (
        demo_truth.describe_truth(futures, ambitions, effects, seed=seed),
        demo_truth_admissions.describe_admissions(of_admissions),
        demo_truth_annual.describe_annual(),
    )
    write_text(project.truth / "README.md", "".join(words))


def _to_csv(table: pd.DataFrame) -> str:
    # Six decimals: what lies beyond may differ in the last place between two machines.
    return str(table.round(6).to_csv(index=False, lineterminator="\n"))
