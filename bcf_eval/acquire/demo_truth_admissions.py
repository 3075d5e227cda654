"""What should be found about admissions? The true effects of every board, and what apportionment leaves of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.acquire.demo_admissions import TRUSTS_COUNTED, Admissions, find_lookup_year
from bcf_eval.acquire.demo_geography import Geography
from bcf_eval.acquire.demo_truth import PRIMARY_MONTHS, tabulate_effects
from bcf_eval.specs import ENGLAND


def tabulate_admission_effects(admissions: Admissions, geography: Geography, keys: tuple[str, ...]) -> pd.DataFrame:
    """List the true effect of every intervention on the admissions of every authority, and of England.

    Parameters
    ----------
    admissions
        What happened.
    geography
        By whose commissioners admissions are apportioned.
    keys
        Of the interventions, in the order of the simulation.

    Returns
    -------
    DataFrame
        As :func:`bcf_eval.acquire.demo_truth.tabulate_effects`, and ``effect_apportioned_12``: the same mean of what
        is left when the admissions of commissioners are shared out by small areas, which gives a part of each
        authority's effect to those that share a commissioner with it. England has all of it.
    """
    simulation = admissions.simulation
    table = tabulate_effects(simulation, admissions.areas, keys)
    mixed = {year: geography.mix(year) for year in geography.commissioner_of}
    apportioned: list[float] = []
    for index, start in enumerate(simulation.starts):
        left = np.zeros(len(admissions.areas))
        first = range(start, min(start + PRIMARY_MONTHS, len(admissions.months)))
        for month in first:
            year = find_lookup_year(admissions.months[month], geography)
            added = (simulation.rates[index + 1] - simulation.rates[index])[month] * simulation.adults[month]
            left += mixed[year] @ added / simulation.adults[month] / len(first)
        england = table[(table["intervention"] == keys[index]) & (table["area_code"] == ENGLAND)]
        apportioned += [*left, *england["effect_average_12"]]
    return table.assign(effect_apportioned_12=apportioned)


def describe_admissions(effects: pd.DataFrame) -> str:
    """Say in words what the tables about admissions are, for the README of the truth."""
    boards = effects[(effects["level_change"] != 0) & (effects["area_code"] != ENGLAND)]
    touched = "".join(
        f"  {key}: {(some['level_change'] < 0).sum()} boards fall, {(some['level_change'] > 0).sum()} rise.\n"
        for key, some in boards.groupby("intervention")
    )
    kept = (boards["effect_apportioned_12"] / boards["effect_average_12"]).median()
    return f"""
Non-elective admissions, per 100,000 people of all ages in the month, from April 2012. The first year is of primary
care trusts, which counted {TRUSTS_COUNTED:.1%} of what was counted after them: that step is no effect.

- `effects_nea.csv`: as `effects.csv`, for boards and the Isles of Scilly.
{touched}  `effect_apportioned_12` is what can be found of `effect_average_12`: the returns tell admissions by
  commissioner, and sharing them out by small areas gives a part of each board's effect to its neighbours. Of the
  effects above, half keep more than {kept:.0%}. When commissioners merge, the shares change, which by itself moves the
  series of boards that lie in them; no effect either.
- `model_nea.csv`: as `model.csv`. Small areas and commissioners are invented; each real district has some.
"""
