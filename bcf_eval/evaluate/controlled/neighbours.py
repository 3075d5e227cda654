"""Which boards are like one another? Nearest in people, deprivation, and the metric before anything began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.informative import measure_level
from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.least_squares import fit_ols
from bcf_eval.stats.regression.patterns import group_by_pattern
from bcf_eval.tables import NEIGHBOURS

Array = npt.NDArray[np.float64]

# What boards are compared by, each counting alike, in words.
TRAITS = {
    "aged_65": "share of people aged 65 and over",
    "aged_18_to_64": "share of people aged 18 to 64",
    "size": "number of people (its logarithm)",
    "deprivation": "average score of the Index of Multiple Deprivation",
    "level": "mean of the metric in the months before",
    "trend": "trend of the metric in the months before",
}


@dataclass(frozen=True)
class Traits:
    """What boards are compared by.

    Attributes
    ----------
    areas
        ONS codes, length ``S``; England has no traits.
    names
        Keys of :data:`TRAITS` that are known of some board, length ``C``.
    values
        Shape ``(S, C)``; shares of 1, the metric in its unit (of a month as long as the average one), its trend a
        month; ``NaN`` where not known.
    """

    areas: tuple[str, ...]
    names: tuple[str, ...]
    values: Array

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of :data:`TRAITS` that are known of no board."""
        return tuple(name for name in TRAITS if name not in self.names)

    def measure_distances(self) -> Array:
        """Standardised Euclidean distance between boards, shape ``(S, S)``; infinite where it is not known.

        A board of which a trait is not known is compared by the others; one that lacks a trait which the board has
        is not compared with it.
        """
        known: npt.NDArray[np.bool_] = np.asarray(np.isfinite(self.values))
        n = known.sum(axis=0)
        filled = np.where(known, self.values, 0.0)
        mean = filled.sum(axis=0) / n
        spread = np.sqrt((np.where(known, filled - mean, 0.0) ** 2).sum(axis=0) / np.maximum(n - 1, 1))
        z = np.where(known, filled - mean, 0.0) / np.where(spread > 0, spread, 1.0)
        apart = ((z[:, None] - z[None]) ** 2 * known[:, None]).sum(axis=2)
        # A board can be compared with those that have all that it has itself.
        lacks = (known[:, None] & ~known[None]).any(axis=2)
        comparable = ~lacks & (known.sum(axis=1) > 0)[:, None]
        distance = np.where(comparable, np.sqrt(apart), np.inf)
        np.fill_diagonal(distance, np.inf)
        return distance


def measure_traits(
    panel: Panel, plan: FitPlan, *, people: pd.DataFrame | None = None, deprivation: pd.DataFrame | None = None
) -> Traits:
    """Measure what boards are compared by, from what was known when an intervention began.

    Parameters
    ----------
    panel
        The metric's data, months made alike in length.
    plan
        Of the verdict: its months before the intervention are used, and none after.
    people
        People by area, band (``18+``, ``65+``, ``all``) and month: the table ``people``. Without it size is that of
        the metric's own denominator, and age is left out.
    deprivation
        Scores by area and year: the table ``deprivation``, of which the earliest index is used. Without it
        deprivation is left out.

    Returns
    -------
    Traits
    """
    start = plan.interventions[0].start
    before = tuple(period for period in plan.periods if period < start)
    values = panel.value[panel.rows(before)]
    found = {
        **_measure_people(panel, before, people),
        "deprivation": _measure_deprivation(panel, deprivation),
        "level": measure_level(values),
        "trend": _measure_trend(values, plan, len(before)),
    }
    boards = np.array([code != ENGLAND for code in panel.areas])
    table = {name: np.where(boards, found[name], np.nan) for name in TRAITS if name in found}
    names = tuple(name for name, column in table.items() if np.isfinite(column).any())
    columns = [table[name] for name in names]
    return Traits(panel.areas, names, np.column_stack(columns) if columns else np.empty((len(panel.areas), 0)))


def find_nearest(distances: Array, candidates: npt.NDArray[np.bool_], *, n: int) -> npt.NDArray[np.bool_]:
    """Find the nearest boards to each.

    Parameters
    ----------
    distances
        Shape ``(S, S)``.
    candidates
        Which boards may be chosen, shape ``(S,)``.
    n
        How many; fewer where there are not so many.

    Returns
    -------
    ndarray of bool
        Shape ``(S, S)``: row by row, which boards are the neighbours of one.
    """
    allowed = np.where(candidates[None, :], distances, np.inf)
    order = np.argsort(allowed, axis=1, kind="stable")[:, :n]
    chosen = np.zeros(distances.shape, bool)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen & np.isfinite(allowed)


def list_neighbours(traits: Traits, members: npt.NDArray[np.bool_], plan: FitPlan) -> pd.DataFrame:
    """List the neighbours of every board, nearest first, with what they are compared by.

    Parameters
    ----------
    traits
        Of every board.
    members
        From :func:`find_nearest`.
    plan
        Names the metric and the intervention.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.NEIGHBOURS`; ``place`` 0 is the board itself, at distance 0, for comparison.
    """
    distances = traits.measure_distances()
    rows, columns = np.nonzero(members)
    order = np.lexsort((distances[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    alone = np.flatnonzero(members.any(axis=1))
    owner, other = np.concatenate([alone, rows]), np.concatenate([alone, columns])
    place = np.concatenate([np.zeros(alone.size, int), _count_within(rows)])
    codes = np.array(traits.areas, dtype=object)
    frame = pd.DataFrame(
        {
            "area_code": codes[owner],
            "metric": plan.metric,
            "intervention": plan.interventions[0].key,
            "place": place,
            "neighbour": codes[other],
            "distance": np.where(place == 0, 0.0, distances[owner, other]),
        }
    )
    for name in TRAITS:
        known = name in traits.names
        frame[name] = traits.values[other, traits.names.index(name)] if known else np.nan
    return frame.sort_values(["area_code", "place"], ignore_index=True)[NEIGHBOURS]


def _count_within(rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Count 1, 2, 3 … within each run of equal numbers."""
    starts = np.searchsorted(rows, rows, side="left")
    return np.asarray(np.arange(rows.size) - starts + 1, np.int64)


def _measure_people(panel: Panel, before: tuple[str, ...], people: pd.DataFrame | None) -> dict[str, Array]:
    """Share of ages and size in the last month before, of the table of people or else of the metric's own."""
    if people is not None and before:
        month = people[people["period"].eq(before[-1])]
        bands = month.pivot(index="area_code", columns="band", values="people").reindex(panel.areas)
        if {"all", "18+", "65+"} <= set(bands.columns):
            everybody, adults, older = (bands[band].to_numpy(float) for band in ("all", "18+", "65+"))
            return {
                "aged_65": older / everybody,
                "aged_18_to_64": (adults - older) / everybody,
                "size": np.log(everybody),
            }
    if not before:
        return {}
    own = panel.denominator[panel.rows(before)[-1]]
    return {"size": np.log(np.where(own > 0, own, np.nan))}


def _measure_deprivation(panel: Panel, deprivation: pd.DataFrame | None) -> Array:
    if deprivation is None or deprivation.empty:
        return np.full(len(panel.areas), np.nan)
    first = deprivation[deprivation["year"].eq(deprivation["year"].min())]
    return first.set_index("area_code")["average_score"].reindex(list(panel.areas)).to_numpy(float)


def _measure_trend(values: Array, plan: FitPlan, n: int) -> Array:
    """Slope a month by least squares, the season allowed for, shape ``(S,)``."""
    slope = np.full(values.shape[1], np.nan)
    for pattern in group_by_pattern(values):
        if pattern.rows.size == 0:
            continue
        design = build_design(plan.numbers[:n][pattern.rows], season_pairs=plan.season_pairs)
        if pattern.rows.size > design.matrix.shape[1] + 2:
            fit = fit_ols(values[np.ix_(pattern.rows, pattern.columns)], design.matrix)
            slope[pattern.columns] = fit.coefficients[:, design.column("trend")]
    return slope
