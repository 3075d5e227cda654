"""Did a board change otherwise than boards like it? Every board beside its region and its statistical neighbours.

Every board had the fund, and so had what it is compared with: this isolates what changed in one place and not in
others, never what the fund did.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.controlled.comparators import Kind, build_comparators
from bcf_eval.evaluate.controlled.neighbours import list_neighbours, measure_traits
from bcf_eval.evaluate.controlled.pairs import has_both_sides, make_comparable, tabulate_pairs
from bcf_eval.evaluate.controlled.record import calibrate_pairs, measure_pairs_record, widen_pairs
from bcf_eval.evaluate.its.plan import plan_verdict
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import Protocol
from bcf_eval.tables import CONTROLLED, NEIGHBOURS

_KINDS: tuple[Kind, ...] = ("region", "neighbours")


@dataclass(frozen=True)
class ControlledTables:
    """Every board beside its comparators: see :data:`bcf_eval.tables.CONTROLLED` and ``NEIGHBOURS``."""

    effects: pd.DataFrame
    neighbours: pd.DataFrame


def evaluate_controlled(
    panel: Panel,
    protocol: Protocol,
    *,
    people: pd.DataFrame | None = None,
    deprivation: pd.DataFrame | None = None,
) -> ControlledTables:
    """Set every board beside its region and its statistical neighbours, for every intervention of a metric.

    Parameters
    ----------
    panel
        The metric's data.
    protocol
        The choices.
    people, deprivation
        The tables of those names; neighbours are found without what is left out.

    Returns
    -------
    ControlledTables
    """
    effects, neighbours = [], []
    plans = [
        plan
        for intervention in load.interventions(panel.metric.key)
        if has_both_sides(plan := plan_verdict(panel.metric.key, panel.periods, intervention, protocol))
    ]
    # Where the data lie nowhere near an intervention there is nothing to calibrate either.
    for kind in _KINDS if plans else ():
        record = measure_pairs_record(panel, protocol, kind, people=people, deprivation=deprivation)
        for plan in plans:
            kept = make_comparable(panel, plan.interventions[0])
            traits = measure_traits(kept, plan, people=people, deprivation=deprivation)
            chosen = build_comparators(kept, plan.periods, kind, traits=traits, n=protocol.neighbours)
            found = calibrate_pairs(tabulate_pairs(kept, plan, chosen, protocol), record)
            effects.append(widen_pairs(found, record, protocol.interval))
            if kind == "neighbours":
                neighbours.append(list_neighbours(traits, chosen.members, plan))
    stacked = _stack(effects, CONTROLLED)
    keys = ["intervention", "comparator", "area_code", "form", "contrast"]
    return ControlledTables(stacked.sort_values(keys, ignore_index=True), _stack(neighbours, NEIGHBOURS))


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    kept = [frame[columns] for frame in frames if not frame.empty]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns)
