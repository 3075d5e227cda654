"""What should the pipeline find? The truth behind the demonstration, as tables to lay beside its results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bcf_eval.acquire.demo_model import (
    OVERDISPERSION,
    SWING_INNOVATION_SD,
    SWING_RHO,
    Floats,
    Simulation,
    apply_effect,
    draw_counts,
    effect_of,
    expected_log_rate,
)
from bcf_eval.specs import ENGLAND, AmbitionRule

N_DRAWS = 10_000
PRIMARY_MONTHS = 12


@dataclass(frozen=True)
class Futures:
    """What could have happened had nothing changed.

    Attributes
    ----------
    values
        Simulated values of the target month, shape ``(n_draws, n_areas)``; boards share one swing in each draw.
    """

    values: Floats


def tabulate_effects(simulation: Simulation, area_codes: tuple[str, ...], keys: tuple[str, ...]) -> pd.DataFrame:
    """List the true effect of every intervention on every board, and on England.

    Parameters
    ----------
    simulation
        What happened.
    area_codes
        Of the boards, in its order.
    keys
        Of the interventions, in its order.

    Returns
    -------
    DataFrame
        ``area_code, intervention, effect_average_12, level_change, slope_change``: rate units, the last one
        rate units a month; the first is the mean over 12 months of the rate with the intervention less the
        same path without it.
    """
    weight = simulation.adults * simulation.days[:, None]
    tables = []
    for index, (key, start) in enumerate(zip(keys, simulation.starts, strict=True)):
        first = slice(start, start + PRIMARY_MONTHS)
        added = (simulation.rates[index + 1] - simulation.rates[index])[first]
        # England is its own numerator over its own denominator, month by month.
        share = weight[first] / weight[first].sum(axis=1, keepdims=True)
        level, slope = simulation.model.level_change[index], simulation.model.slope_change[index]
        tables.append(
            pd.DataFrame(
                {
                    "area_code": [*area_codes, ENGLAND],
                    "intervention": key,
                    "effect_average_12": [*added.mean(axis=0), (added * share).sum(axis=1).mean()],
                    "level_change": [*level, share[0] @ level],
                    "slope_change": [*slope, share[0] @ slope],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def draw_futures(
    rng: np.random.Generator, simulation: Simulation, *, known: int, target: int, month_of_year: int
) -> Futures:
    """Simulate a later month many times from the true state at an earlier one, with no further intervention.

    Parameters
    ----------
    rng
        Seeded.
    simulation
        What happened.
    known, target
        Positions of the last month that is known, and of the month to simulate.
    month_of_year
        Of the target month, 0 for January.

    Returns
    -------
    Futures
    """
    model, ahead = simulation.model, target - known

    def draw_ahead(state: Floats, rho: Floats, sd: Floats) -> Floats:
        """Go the whole way at once: the sum of so many shocks is normal too."""
        spread = sd * np.sqrt((1 - rho ** (2 * ahead)) / (1 - rho**2))
        return np.asarray(rho**ahead * state + spread * rng.standard_normal((N_DRAWS, len(rho))))

    swing = draw_ahead(simulation.swing[[known]], np.array([SWING_RHO]), np.array([SWING_INNOVATION_SD]))
    own = draw_ahead(simulation.own[known], model.rho, model.innovation_sd)
    base = expected_log_rate(model, np.array([month_of_year]), np.array([target - len(simulation.swing) / 2]))
    rates = np.exp(base + swing + own)
    for index, start in enumerate(simulation.starts):
        if start <= known:
            rates = apply_effect(rates, effect_of(model, index, np.array([float(target - start)])))
    person_days = simulation.adults[target] * simulation.days[target]
    return Futures(1e5 * draw_counts(rng, rates, person_days) / person_days)


def tabulate_ambitions(
    simulation: Simulation,
    futures: Futures,
    area_codes: tuple[str, ...],
    rule: AmbitionRule,
    *,
    known: int,
    target: int,
) -> pd.DataFrame:
    """List every board's ambition, its true chance when nothing changes, and what came of it.

    Parameters
    ----------
    simulation, futures
        What happened, and what could have.
    area_codes
        Of the boards, in their order.
    rule
        The national rule: the lower of its threshold and the board's own last known value.
    known, target
        Positions of the last month known, and of the month the ambition is for.

    Returns
    -------
    DataFrame
        ``area_code, period, baseline_value, target, true_median, true_chance, outcome, met``.
    """
    baseline, outcome = simulation.values[known], simulation.values[target]
    planned = np.minimum(rule.threshold, baseline)
    return pd.DataFrame(
        {
            "area_code": list(area_codes),
            "period": rule.period,
            "baseline_value": baseline,
            "target": planned,
            "true_median": np.median(futures.values, axis=0),
            "true_chance": (futures.values <= planned).mean(axis=0),
            "outcome": outcome,
            "met": np.where(outcome <= planned, "yes", "no"),
        }
    )


def tabulate_model(
    simulation: Simulation, area_codes: tuple[str, ...], *, adults_at: int, people: str = "adults"
) -> pd.DataFrame:
    """List the parameters of every board; the row of England holds those of the swing that all boards share.

    Parameters
    ----------
    simulation
        What happened.
    area_codes
        Of the boards, in its order.
    adults_at
        Position of the month whose adults are listed.
    people
        What the column of the adults is called: they are those of the rate's denominator.

    Returns
    -------
    DataFrame
        ``area_code, adults, level, trend_per_year, rho, innovation_sd`` and four amplitudes of the season.
    """
    model, adults = simulation.model, simulation.adults[adults_at]
    waves = ("season_cos_1", "season_sin_1", "season_cos_2", "season_sin_2")
    boards = {
        people: adults,
        "level": model.level,
        "trend_per_year": model.trend_per_year,
        "rho": model.rho,
        "innovation_sd": model.innovation_sd,
        **dict(zip(waves, model.season.T, strict=True)),
    }
    chance = simulation.chance
    shared = {people: adults.sum(), "rho": chance.swing_rho, "innovation_sd": chance.swing_innovation_sd}
    return pd.DataFrame(
        {
            "area_code": [*area_codes, ENGLAND],
            **{name: [*values, shared.get(name, np.nan)] for name, values in boards.items()},
        }
    )


def describe_truth(futures: Futures, ambitions: pd.DataFrame, effects: pd.DataFrame, *, seed: int) -> str:
    """Say in words what the tables of the truth are, as the text of their README."""
    met = (futures.values <= ambitions["target"].to_numpy()).sum(axis=1)
    least, most = np.quantile(met, [0.05, 0.95])
    boards = effects[(effects["level_change"] != 0) & (effects["area_code"] != ENGLAND)]
    expected, achieved = ambitions["true_chance"].sum(), (ambitions["met"] == "yes").sum()
    touched = "".join(
        f"  {key}: {(some['level_change'] < 0).sum()} boards fall, {(some['level_change'] > 0).sum()} rise.\n"
        for key, some in boards.groupby("intervention")
    )
    return f"""# The truth behind the DEMONSTRATION returns

Everything in this project folder is synthetic, drawn by `bcf_eval` from seed {seed}. No number was taken from a
return: only codes, names, headings and the usual size of things. It says nothing about any real authority.

Rates are delayed days per 100,000 adults per day.

- `effects.csv`: what each intervention truly did to each board. `effect_average_12` is the mean, over the first
  12 months, of the rate with the intervention less the same path without it; `level_change` comes in the first
  month and stays, `slope_change` is added for every month after it. England is the sum of its boards. Most
  boards have no effect at all:
{touched}- `ambitions.csv`: the 2017 expectation for each board, made from its own value in the baseline month.
  `true_median` and `true_chance` come from {len(futures.values):,} simulations of the target month from the board's
  true state in the baseline month when nothing further changes. `outcome` is what the returns then show, effects
  of later interventions included. With nothing changed, {expected:.0f} boards are expected to meet theirs, and between
  {least:.0f} and {most:.0f} in nine cases of ten: one swing moves them all. In these returns {achieved} did.
- `model.csv`: how each board's series was made. Logarithm of the rate = level + trend + season + the board's own
  first-order autoregression (`rho`, `innovation_sd`) + a swing that all boards share (the row of England), then
  the effects in rate units; counts have {OVERDISPERSION:.0f} times the variance of independent days.
"""
