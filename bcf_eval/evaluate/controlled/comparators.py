"""What is a board compared with? The rest of its region, its statistical neighbours, or boards that are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.controlled.neighbours import Traits, find_nearest
from bcf_eval.evaluate.panel import Panel
from bcf_eval.observations import days_in, rate
from bcf_eval.specs import ENGLAND

Array = npt.NDArray[np.float64]
Kind = Literal["region", "neighbours", "list"]

KINDS: tuple[Kind, ...] = ("region", "neighbours", "list")
NO_OTHERS = {
    "region": "no other board of its region has complete figures in these months",
    "neighbours": "no board that can be compared with it has complete figures in these months",
    "list": "none of the boards named has complete figures in these months",
}


@dataclass(frozen=True)
class Comparator:
    """What one board is compared with.

    Attributes
    ----------
    kind
        ``region``, ``neighbours`` or ``list``.
    areas
        ONS codes of the boards in it.
    values
        Their rate taken together, numerators over denominators, shape ``(T,)``; ``NaN`` when there are none.
    label
        In words.
    reason
        Why there is none; empty when there is.
    """

    kind: Kind
    areas: tuple[str, ...]
    values: Array
    label: str
    reason: str


@dataclass(frozen=True)
class Comparators:
    """What every area of a panel is compared with.

    Attributes
    ----------
    kind
        As for one.
    areas
        Of the panel, length ``S``.
    members
        Row by row, which areas are in the comparator of one, shape ``(S, S)``.
    values
        Shape ``(T, S)``: the periods asked for.
    """

    kind: Kind
    areas: tuple[str, ...]
    members: npt.NDArray[np.bool_]
    values: Array

    @property
    def reasons(self) -> list[str]:
        """Why an area has none; ``""`` where it has one, length ``S``."""
        n = self.members.sum(axis=1).tolist()
        return ["" if count else NO_OTHERS[self.kind] for count in n]

    def of(self, area_code: str) -> Comparator:
        """The comparator of one area."""
        place = self.areas.index(area_code)
        codes = tuple(code for code, inside in zip(self.areas, self.members[place], strict=True) if inside)
        label = _name_members(self.kind, area_code, codes)
        return Comparator(self.kind, codes, self.values[:, place], label, self.reasons[place])


def build_comparators(
    panel: Panel,
    periods: tuple[str, ...],
    kind: Kind,
    *,
    traits: Traits | None = None,
    n: int = 15,
    named: Sequence[str] = (),
) -> Comparators:
    """Build what every area is compared with, all at once.

    Only boards with a figure in every period are taken, so that what is compared with is the same boards throughout.

    Parameters
    ----------
    panel
        The metric's data, made comparable.
    periods
        Those of the fit.
    kind
        ``region``: the other boards of the region. ``neighbours``: the nearest by their traits. ``list``: those named.
    traits
        For ``neighbours``.
    n
        How many neighbours.
    named
        ONS codes, for ``list``.

    Returns
    -------
    Comparators

    Raises
    ------
    RequestError
        If there is no such kind.
    """
    rows = panel.rows(periods)
    boards = np.array([code != ENGLAND for code in panel.areas])
    whole = boards & np.isfinite(panel.value[rows]).all(axis=0) & np.isfinite(panel.numerator[rows]).all(axis=0)
    if kind == "neighbours" and traits is not None:
        members = find_nearest(traits.measure_distances(), whole, n=n)
    elif kind == "region":
        regions = np.array([load.areas()[code].region if code in load.areas() else "" for code in panel.areas])
        members = (regions[:, None] == regions[None, :]) & whole[None, :] & (regions != "")[:, None]
    elif kind == "list":
        wanted = np.array([code in set(named) for code in panel.areas])
        members = np.broadcast_to(wanted & whole, (len(panel.areas), len(panel.areas))).copy()
    else:
        raise RequestError(f"There is no comparator '{kind}'; expected region, neighbours, or a list of boards.")
    np.fill_diagonal(members, False)
    members &= boards[:, None]
    weights = members.T.astype(float)
    numerator = np.where(whole, panel.numerator[rows], 0.0) @ weights
    denominator = np.where(whole, panel.denominator[rows], 0.0) @ weights
    values = rate(numerator, denominator, panel.metric, days_in(pd.Series(periods))[:, None])
    return Comparators(kind, panel.areas, members, values)


def choose_comparator(
    panel: Panel,
    area_code: str,
    kind: Kind,
    *,
    periods: tuple[str, ...] | None = None,
    traits: Traits | None = None,
    n: int = 15,
    named: Sequence[str] = (),
) -> Comparator:
    """Choose what one board is compared with.

    Parameters
    ----------
    panel, kind, traits, n, named
        As for :func:`build_comparators`.
    area_code
        ONS code of the board.
    periods
        All of the panel when left out.

    Returns
    -------
    Comparator
    """
    chosen = build_comparators(panel, periods or panel.periods, kind, traits=traits, n=n, named=named)
    return chosen.of(area_code)


def subtract_region(panel: Panel) -> Array:
    """Each area's value less that of the rest of its region, over all periods, for :mod:`.specifications`.

    Parameters
    ----------
    panel
        The metric's data as they are: months are brought to one length here.

    Returns
    -------
    ndarray
        Shape ``(T, S)``; ``NaN`` for England, for a board whose region has no other with complete figures, and in
        periods that no board has figures of.
    """
    level = panel.use_whole_boards().level_months()
    boards = np.array([code != ENGLAND for code in level.areas])
    returned = np.flatnonzero(np.isfinite(level.numerator[:, boards]).sum(axis=1))
    periods = tuple(level.periods[row] for row in returned)
    apart = np.full_like(level.value, np.nan)
    if periods:
        apart[returned] = level.value[returned] - build_comparators(level, periods, "region").values
    return apart


def _name_members(kind: Kind, area_code: str, codes: tuple[str, ...]) -> str:
    if kind == "region":
        region = load.regions().get(load.areas()[area_code].region, "no region")
        others = f"the other {len(codes)} boards" if len(codes) > 1 else "the other board"
        return f"{others} of its region ({region}) with complete figures"
    if kind == "neighbours":
        return f"its {len(codes)} statistical neighbours" if len(codes) > 1 else "its statistical neighbour"
    names = sorted(load.areas()[code].name for code in codes)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
