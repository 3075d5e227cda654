"""How far from zero do fits come out when nothing began? P-values and limits that the record itself gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtr

from bcf_eval.specs import ENGLAND

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class PlaceboRecord:
    """The verdict's fit at dates before anything began, every area; ``NaN`` where there is no answer.

    Attributes
    ----------
    scope
        ``own`` or ``local``.
    areas, dates, contrasts
        Lengths ``S``, ``D`` and ``m``; no dates where there is no record.
    estimate, z, p_value
        Shape ``(D, S, m)``; z is the standard normal deviate of the same tail as t has.
    reason
        Why boards' p-values cannot be calibrated, ``""`` where they can.
    """

    scope: str
    areas: tuple[str, ...]
    dates: tuple[str, ...]
    contrasts: tuple[str, ...]
    estimate: Array
    z: Array
    p_value: Array
    reason: str = ""

    @cached_property
    def distances(self) -> dict[str, list[Array]]:
        """The boards' |z|, in order, by contrast and date; England is no board."""
        boards = np.array([code != ENGLAND for code in self.areas], bool)
        far = np.abs(self.z[:, boards])
        return {
            name: [np.sort(one[np.isfinite(one)]) for one in far[:, :, place]]
            for place, name in enumerate(self.contrasts)
        }

    def pool(self, contrast: str, *, without: int | None = None) -> Array:
        """Every |z| of one contrast in order, shape ``(N,)``; those of one date may be left out."""
        by_date = self.distances.get(contrast, [])
        kept = [one for date, one in enumerate(by_date) if date != without]
        return np.sort(np.concatenate(kept)) if kept else np.empty(0)


@dataclass(frozen=True)
class Calibrated:
    """Shares of fits at dates when nothing began that come out at least as far from zero; each ``(S, m)``.

    Attributes
    ----------
    p_cal
        (1 + how many) / (1 + N), of all boards and dates.
    low, high
        The lowest and the highest share over the dates.
    """

    p_cal: Array
    low: Array
    high: Array


def find_deviates(estimate: Array, std_error: Array, df: Array) -> Array:
    """Turn t into the standard normal deviate of the same tail: fits of other degrees of freedom become comparable."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimate / std_error
        return np.asarray(-np.sign(t) * ndtri(stdtr(df, -np.abs(t))))


def calibrate(record: PlaceboRecord, contrasts: tuple[str, ...], z: Array) -> Calibrated:
    """Compare effects with the same test at dates when nothing began.

    Parameters
    ----------
    record
        What came out at those dates.
    contrasts
        Names, length ``m``; one that the record does not hold gets ``NaN``.
    z
        Of the boards, shape ``(S, m)``.
    """
    p_cal, low, high = (np.full(z.shape, np.nan) for _ in range(3))
    for place, name in enumerate(contrasts):
        reference = record.pool(name)
        if record.reason or not reference.size:
            continue
        far, known = np.abs(z[:, place]), np.isfinite(z[:, place])
        beyond = _count_beyond(reference, far)
        p_cal[:, place] = np.where(known, (1 + beyond) / (1 + reference.size), np.nan)
        shares = np.array([_count_beyond(one, far) / one.size for one in record.distances[name] if one.size])
        low[:, place] = np.where(known, shares.min(0), np.nan)
        high[:, place] = np.where(known, shares.max(0), np.nan)
    return Calibrated(p_cal, low, high)


def find_limit(reference: Array, alpha: float) -> float:
    """Find the |z| beyond which a calibrated p-value is below alpha, and up to which it is not.

    Parameters
    ----------
    reference
        |z| when nothing began, in order, shape ``(N,)``.
    alpha
        Two-sided.

    Returns
    -------
    float
        Infinite where there are too few for any p-value to be so small; ``NaN`` where there are none.
    """
    if not reference.size:
        return math.nan
    # (1 + how many) / (1 + N) < alpha; rounded, for 1 less a coverage is not quite what was written.
    most = math.ceil(round(alpha * (1 + reference.size), 9)) - 2
    return math.inf if most < 0 else float(reference[reference.size - 1 - most])


def calibrate_levels(record: PlaceboRecord | None, areas: list[str], contrasts: tuple[str, ...], level: float) -> Array:
    """Find the nominal coverage whose interval leaves zero out exactly where the calibrated p-value is small enough.

    Parameters
    ----------
    record
        ``None``: nothing is calibrated.
    areas, contrasts
        ONS codes, length ``S``, and names, length ``m``. England has no calibrated p-value, and keeps the level.
    level
        Coverage wanted.

    Returns
    -------
    ndarray
        Shape ``(S, m)``.
    """
    levels = np.full((len(areas), len(contrasts)), level)
    if record is None or record.reason:
        return levels
    limits = np.array([find_limit(record.pool(name), 1 - level) for name in contrasts])
    nominal = np.where(np.isnan(limits), level, 2 * ndtr(limits) - 1)
    boards = np.array([code != ENGLAND for code in areas], bool)
    levels[boards] = nominal
    return levels


def _count_beyond(reference: Array, far: Array) -> Array:
    return np.asarray(reference.size - np.searchsorted(reference, far, side="left"), float)
