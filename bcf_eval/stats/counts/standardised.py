"""What would a rate be if areas had people of the same ages? Directly and indirectly standardised, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.stats.counts.counts import Interval, byar_interval, count_interval

Array = npt.NDArray[np.float64]

# Below this many events in all, the normal approximation within Dobson's method is too poor to be shown.
LEAST_EVENTS = 10


@dataclass(frozen=True)
class Standardised:
    """A standardised number of each area, arrays of shape ``(S,)``; ``NaN`` where too little is known.

    Attributes
    ----------
    value
        A rate in units of ``multiplier``, or a ratio.
    interval
        Its limits.
    """

    value: Array
    interval: Interval


def standardise_directly(
    counts: npt.ArrayLike,
    people: npt.ArrayLike,
    standard: npt.ArrayLike,
    *,
    multiplier: float = 100_000.0,
    level: float = 0.95,
    least_events: int = LEAST_EVENTS,
) -> Standardised:
    """Weigh the rates of age groups by one standard population; Dobson's interval with Byar's limits of the count.

    Parameters
    ----------
    counts, people
        Events and people of each area and age group, shape ``(S, g)``.
    standard
        People of each age group in the standard population, shape ``(g,)`` or ``(S, g)``.
    multiplier
        People that the rate is stated for.
    level
        Coverage.
    least_events
        With fewer events in all an area is given no number.

    Returns
    -------
    Standardised

    References
    ----------
    Dobson, Kuulasmaa, Eberle & Scherer 1991, Statistics in Medicine 10:457.
    """
    x, n, w = (np.asarray(one, float) for one in (counts, people, standard))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = w / w.sum(axis=-1, keepdims=True)
        rate = np.sum(share * x / n, axis=-1)
        variance = np.sum(share**2 * x / n**2, axis=-1)
        total = x.sum(axis=-1)
        enough = np.isfinite(variance) & (total >= max(least_events, 1))
        limits = byar_interval(np.where(enough, total, np.nan), level=level)
        by = np.sqrt(variance / total)
        lower, upper = (rate + by * (limit - total) for limit in (limits.lower, limits.upper))
    shown = [np.where(enough, multiplier * one, np.nan) for one in (rate, lower, upper)]
    return Standardised(shown[0], Interval(shown[1], shown[2]))


def standardise_indirectly(
    counts: npt.ArrayLike,
    people: npt.ArrayLike,
    reference_rates: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Standardised:
    """Set the events of an area beside those its people would have at the reference's rates: a ratio, 1 when alike.

    Parameters
    ----------
    counts
        Events of each area, shape ``(S,)``.
    people
        People of each area and age group, shape ``(S, g)``.
    reference_rates
        Events a person of each age group in the reference population, shape ``(g,)``.
    level
        Coverage; Byar's limits of the count from 10 events on, exact below.

    Returns
    -------
    Standardised
        The ratio. The indirectly standardised rate is the ratio times the crude rate of the reference.

    References
    ----------
    Breslow & Day 1987, Statistical Methods in Cancer Research II:69.
    """
    x = np.asarray(counts, float)
    x = np.where(np.isfinite(x) & (x >= 0), x, np.nan)
    expected = np.sum(np.asarray(people, float) * np.asarray(reference_rates, float), axis=-1)
    expected = np.where((expected > 0) & np.isfinite(expected), expected, np.nan)
    limits = count_interval(x, level=level)
    return Standardised(x / expected, Interval(limits.lower / expected, limits.upper / expected))
