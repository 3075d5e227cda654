"""How often have boards improved a yearly count as much? What they did from year to year before the target was set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.annual.outlook import link_years, name_kind
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import Protocol
from bcf_eval.stats.counts.pooled_predictive import link

Array = npt.NDArray[np.float64]

# Fewer improvements of like boards than this tell no share.
_FEWEST = 20
_THIRDS = 3


@dataclass(frozen=True)
class Improvements:
    """Improvements of boards over as many years as a target lies ahead, none counted in two; arrays of shape ``(N,)``.

    Attributes
    ----------
    change
        In the better direction, on the scale of the line.
    size, start
        Third of the boards by people, and third of the level it set out from.
    last, last_size, last_start
        The same of each area in the last year, shape ``(S,)``; ``last`` is its level.
    sign
        1 where high values are good, else -1.
    """

    change: Array
    size: Array
    start: Array
    last: Array
    last_size: Array
    last_start: Array
    sign: float


@dataclass(frozen=True)
class Record:
    """Of improvements asked for, arrays of shape ``(S,)``.

    Attributes
    ----------
    share
        Of all earlier improvements, those at least as large; ``NaN`` where too few are known.
    achievable, achievable_of
        Of those of like size that set out from a like level, the share at least as large, and of how many.
    """

    share: Array
    achievable: Array
    achievable_of: Array


def list_improvements(panel: Panel, years: tuple[str, ...], target: str) -> Improvements:
    """List what boards did over spans as long as that to the target, within comparable years."""
    y = link_years(panel, years).y
    ahead = (parse_period(target).start - parse_period(years[-1]).start) // 12
    sign = 1.0 if panel.metric.better == "higher" else -1.0
    # From the last year backwards, so that no span overlaps another.
    ends = np.arange(len(years) - 1, ahead - 1, -ahead)
    size = _thirds(np.where(np.isfinite(y[-1]), panel.denominator[panel.rows(years)][-1], np.nan))
    starts = np.array([_thirds(one) for one in y])
    change = sign * (y[ends] - y[ends - ahead])
    known = np.isfinite(change)
    return Improvements(
        change=change[known],
        size=np.broadcast_to(size, change.shape)[known],
        start=starts[ends - ahead][known],
        last=y[-1],
        last_size=size,
        last_start=starts[-1],
        sign=sign,
    )


def set_beside_record(
    found: Improvements, panel: Panel, planned: Array, columns: npt.NDArray[np.intp], protocol: Protocol
) -> Record:
    """Set what targets ask for beside what boards have done before.

    Parameters
    ----------
    planned
        In the metric's unit, shape ``(S,)``.
    columns
        Areas they are of, shape ``(S,)``.
    """
    needed = found.sign * (link(planned / panel.metric.multiplier, kind=name_kind(panel.metric)) - found.last[columns])
    as_large = found.change >= needed[:, None]
    like = (found.size == found.last_size[columns][:, None]) & (found.start == found.last_start[columns][:, None])
    many = found.change.size >= 1 / (1 - protocol.record_share) - 1e-9 and found.change.size > 0
    alike = like.sum(axis=1).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        achievable = np.where(alike >= _FEWEST, (as_large & like).sum(axis=1) / alike, np.nan)
    share = as_large.mean(axis=1) if many else np.full(planned.shape, np.nan)
    unknown = ~np.isfinite(found.last[columns])
    return Record(
        np.where(unknown, np.nan, share), np.where(unknown, np.nan, achievable), np.where(unknown, 0.0, alike)
    )


def _thirds(values: Array) -> Array:
    """0, 1 or 2 by rank, shape ``(S,)``; ``NaN`` where there is no value."""
    known = np.isfinite(values)
    thirds = np.full(values.shape, np.nan)
    ranks = values[known].argsort(kind="stable").argsort(kind="stable")
    thirds[known] = (_THIRDS * ranks) // max(int(known.sum()), 1)
    return thirds
