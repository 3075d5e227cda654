"""What truly happens in the demonstration? Rates of delay by board and month, with effects of known size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.acquire.demo_effects import DELAYS, draw_effects

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

SWING_RHO = 0.85
SWING_INNOVATION_SD = 0.03
OVERDISPERSION = 6.0  # delayed days come in clumps, a patient's worth at a time
LEAST_SHARE = 0.15  # an effect never leaves less than this share of what would have been

_SEASON = np.array([0.055, 0.020, 0.020, 0.010])  # cosine and sine of one and of two turns a year: highest in January


@dataclass(frozen=True)
class Chance:
    """What boards share, and how single events scatter.

    Attributes
    ----------
    swing_rho, swing_innovation_sd
        First-order autoregression of the deviation that all boards share, on the logarithm.
    overdispersion
        Variance of a count over its mean.
    """

    swing_rho: float = SWING_RHO
    swing_innovation_sd: float = SWING_INNOVATION_SD
    overdispersion: float = OVERDISPERSION


@dataclass(frozen=True)
class Model:
    """The parameters of every board.

    Attributes
    ----------
    level
        Rate in the middle of the record, delayed days per 100,000 adults per day, shape ``(n_areas,)``.
    trend_per_year
        Of the logarithm of the rate, shape ``(n_areas,)``.
    rho, innovation_sd
        First-order autoregression of the board's own deviation, on the logarithm, shape ``(n_areas,)``.
    season
        Cosine and sine of one and of two turns a year, on the logarithm, shape ``(n_areas, 4)``.
    level_change, slope_change
        True effects in rate units, and rate units a month, shape ``(n_interventions, n_areas)``; mostly 0.
    """

    level: Floats
    trend_per_year: Floats
    rho: Floats
    innovation_sd: Floats
    season: Floats
    level_change: Floats
    slope_change: Floats


@dataclass(frozen=True)
class Simulation:
    """What happened.

    Attributes
    ----------
    model
        The parameters it was made with.
    starts
        Position of the first month of each intervention.
    swing
        The shared deviation of all boards, on the logarithm, shape ``(n_months,)``.
    own
        Each board's own deviation, on the logarithm, shape ``(n_months, n_areas)``.
    rates
        Expected rates; ``rates[j]`` has the first ``j`` interventions, shape
        ``(n_interventions + 1, n_months, n_areas)``.
    adults, days
        People of 18 and over, shape ``(n_months, n_areas)``; days of each month, shape ``(n_months,)``.
    counts
        Delayed days returned, shape ``(n_months, n_areas)``.
    chance
        What boards share, and how counts scatter.
    """

    model: Model
    starts: tuple[int, ...]
    swing: Floats
    own: Floats
    rates: Floats
    adults: Floats
    days: Floats
    counts: Counts
    chance: Chance

    @property
    def values(self) -> Floats:
        """The rates returned, shape ``(n_months, n_areas)``."""
        return 1e5 * self.counts / (self.adults * self.days[:, None])


def draw_model(rng: np.random.Generator, adults: Floats) -> Model:
    """Draw the parameters of every board, and give a few boards an effect.

    Parameters
    ----------
    rng
        Seeded.
    adults
        People of 18 and over, shape ``(n_areas,)``; small boards vary more, and only the larger half
        have effects, so that those can be found at all.

    Returns
    -------
    Model
    """
    n = len(adults)
    level, trend = rng.standard_normal((2, n))
    level = np.clip(10.0 * np.exp(0.33 * level), 4.5, 19.0)
    innovation_sd = np.clip(0.13 * (3e5 / adults) ** 0.25, 0.10, 0.28)
    rho = rng.uniform(0.3, 0.7, n)
    season = _SEASON + 0.008 * rng.standard_normal((n, 4))
    level_change, slope_change = draw_effects(rng, adults, level, sizes=DELAYS)
    return Model(level, 0.015 + 0.02 * trend, rho, innovation_sd, season, level_change, slope_change)


def draw_autoregression(rng: np.random.Generator, rho: Floats, innovation_sd: Floats, n_months: int) -> Floats:
    """Draw stationary first-order autoregressions.

    Parameters
    ----------
    rho, innovation_sd
        Shape ``(n_series,)``.

    Returns
    -------
    ndarray
        Shape ``(n_months, n_series)``.
    """
    shock = rng.standard_normal((n_months, len(rho))) * innovation_sd
    path = np.empty_like(shock)
    path[0] = shock[0] / np.sqrt(1 - rho**2)
    for month in range(1, n_months):
        path[month] = rho * path[month - 1] + shock[month]
    return path


def expected_log_rate(model: Model, month_of_year: npt.NDArray[np.int64], position: Floats) -> Floats:
    """Level, trend and season of every board, on the logarithm, without deviations or effects.

    Parameters
    ----------
    month_of_year
        0 for January, shape ``(n_months,)``.
    position
        Months from the middle of the record, shape ``(n_months,)``.

    Returns
    -------
    ndarray
        Shape ``(n_months, n_areas)``.
    """
    turn = 2 * np.pi * month_of_year / 12
    waves = np.column_stack([np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)])
    return np.log(model.level) + np.outer(position, model.trend_per_year / 12) + waves @ model.season.T


def effect_of(model: Model, intervention: int, months_since: Floats) -> Floats:
    """The effect of one intervention in rate units, 0 before it begins, shape ``(n_months, n_areas)``."""
    path = model.level_change[intervention] + np.outer(months_since, model.slope_change[intervention])
    return np.where(months_since[:, None] >= 0, path, 0.0)


def apply_effect(without: Floats, effect: Floats) -> Floats:
    """Add an effect to a rate, leaving at least the least share of it."""
    return np.maximum(without + effect, LEAST_SHARE * without)


def draw_counts(
    rng: np.random.Generator, rates: Floats, person_days: Floats, *, overdispersion: float = OVERDISPERSION
) -> Counts:
    """Turn rates into whole delayed days, or admissions, over-dispersed.

    Parameters
    ----------
    rates
        Per 100,000 adults per day, any shape.
    person_days
        Adults times days, a shape that goes with it; people, where rates are per person.
    overdispersion
        Variance over the mean.

    Returns
    -------
    ndarray
        Variance ``overdispersion`` times the mean, except where that would fall below none.
    """
    mean = rates * person_days / 1e5
    # Only normal draws: their stream is the same on every machine, and none is drawn again after a refusal.
    noise = rng.standard_normal(mean.shape) * np.sqrt(overdispersion * mean)
    return np.rint(np.clip(mean + noise, 0, None)).astype(np.int64)


def simulate(
    rng: np.random.Generator,
    model: Model,
    *,
    adults: Floats,
    days: Floats,
    month_of_year: npt.NDArray[np.int64],
    starts: tuple[int, ...],
    chance: Chance | None = None,
    log_offset: Floats | None = None,
) -> Simulation:
    """Let the months pass.

    Parameters
    ----------
    rng
        Seeded.
    model
        The boards.
    adults
        Shape ``(n_months, n_areas)``.
    days
        Days of each month, shape ``(n_months,)``.
    month_of_year
        0 for January, shape ``(n_months,)``.
    starts
        Position of the first month of each intervention.
    chance
        What boards share and how counts scatter; as delayed days do when left out.
    log_offset
        What is added to the logarithm of every board's rate, shape ``(n_months,)``.

    Returns
    -------
    Simulation
    """
    chance = chance or Chance()
    n_months = len(days)
    months = np.arange(n_months, dtype=float)
    shared = np.array([chance.swing_rho]), np.array([chance.swing_innovation_sd])
    swing = draw_autoregression(rng, *shared, n_months)[:, 0]
    own = draw_autoregression(rng, model.rho, model.innovation_sd, n_months)
    base = expected_log_rate(model, month_of_year, months - n_months / 2)
    if log_offset is not None:
        base = base + log_offset[:, None]
    rates = [np.exp(base + swing[:, None] + own)]
    for intervention, start in enumerate(starts):
        rates.append(apply_effect(rates[-1], effect_of(model, intervention, months - start)))
    counts = draw_counts(rng, rates[-1], adults * days[:, None], overdispersion=chance.overdispersion)
    return Simulation(model, starts, swing, own, np.stack(rates), adults, days, counts, chance)
