"""How often did forecasts miss by so much in the past? Tails from the record of errors instead of a bell curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tail:
    """The errors that one group of series has made; each date of forecasts counts as much as another.

    Attributes
    ----------
    errors
        In rising order, shape ``(N,)``.
    share
        Weight of the errors up to and with each, shape ``(N,)``; the last is 1.
    n_origins
        Dates of forecasts.
    """

    errors: Array
    share: Array
    n_origins: int

    def chance_at_most(self, error: npt.ArrayLike) -> Array:
        """Chance of an error of at most ``e``: ``(1 + N F(e)) / (N + 1)``, F the weighted share of errors up to it.

        Where all count the same it is ``(1 + #{errors <= e}) / (N + 1)``. The error to come is one more of its kind, so
        that no chance is nought.
        """
        at = np.asarray(error, float)
        before = np.concatenate([[0.0], self.share])[np.searchsorted(self.errors, at, side="right")]
        n = self.errors.size
        return np.where(np.isnan(at), np.nan, (1 + n * before) / (n + 1))

    def lowest_reaching(self, probability: float) -> float:
        """The lowest error whose chance is at least ``probability``: below it every chance is smaller."""
        n = self.errors.size
        reached = np.searchsorted((1 + n * self.share) / (n + 1), probability - 1e-12, side="left")
        return float(self.errors[min(int(reached), n - 1)])


@dataclass(frozen=True)
class Tails:
    """Tails for several series, in units of each one's innovation standard deviation.

    Attributes
    ----------
    groups
        One tail a group, counted from the side that is better.
    member
        Group of each series, shape ``(S,)``; -1 where there is no record to stand on.
    scale
        Innovation standard deviation of each series, shape ``(S,)``.
    lower_is_better
        Which side is better.
    """

    groups: tuple[Tail, ...]
    member: npt.NDArray[np.int_]
    scale: Array
    lower_is_better: bool

    @property
    def calibrated(self) -> npt.NDArray[np.bool_]:
        """Whether a series has a record to stand on, shape ``(S,)``."""
        return self.member >= 0

    @property
    def n_errors(self) -> Array:
        """Errors each series is judged by, shape ``(S,)``; ``NaN`` without a record."""
        return self._look_up([float(one.errors.size) for one in self.groups])

    @property
    def n_origins(self) -> Array:
        """Dates they come from, shape ``(S,)``; ``NaN`` without a record."""
        return self._look_up([float(one.n_origins) for one in self.groups])

    def probability_below(self, gap: npt.ArrayLike) -> Array:
        """Probability of a gap on the log scale of at most this, shape ``(..., S)``; ``NaN`` without a record."""
        sign = 1.0 if self.lower_is_better else -1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            errors = sign * np.asarray(gap, float) / self.scale
        errors = np.broadcast_to(errors, np.broadcast_shapes(errors.shape, self.member.shape))
        found = np.full(errors.shape, np.nan)
        for number, tail in enumerate(self.groups):
            which = self.member == number
            found[..., which] = tail.chance_at_most(errors[..., which])
        return found if self.lower_is_better else 1 - found

    def quantile(self, probability: float) -> Array:
        """The gap below which an outcome falls with this probability, shape ``(S,)``; ``NaN`` without a record."""
        asked = probability if self.lower_is_better else 1 - probability
        sign = 1.0 if self.lower_is_better else -1.0
        return sign * self._look_up([one.lowest_reaching(asked) for one in self.groups]) * self.scale

    def _look_up(self, values: Sequence[float]) -> Array:
        return np.array([*values, np.nan])[np.where(self.member < 0, len(self.groups), self.member)]


def build_tail(errors: npt.ArrayLike) -> Tail:
    """Pool errors of several dates of forecasts, each date with weight 1.

    Parameters
    ----------
    errors
        Dates by series, shape ``(O, S)``, low is better; ``NaN`` where there is none.

    Returns
    -------
    Tail
    """
    table = np.asarray(errors, float)
    known = np.isfinite(table)
    each = known.sum(axis=1)
    origin, _ = np.nonzero(known)
    pooled, weight = table[known], 1.0 / np.maximum(each, 1)[origin]
    order = np.argsort(pooled, kind="stable")
    return Tail(pooled[order], _accumulate(weight[order]), int((each > 0).sum()))


def split_thirds(size: npt.ArrayLike, groups: int) -> npt.NDArray[np.int_]:
    """Divide series into equal groups by size, 0 the smallest; -1 where size is not known.

    Parameters
    ----------
    size
        Shape ``(S,)``. Of equal sizes the one that stands first goes to the lower group.
    groups
        How many. Where the count cannot be divided, the groups in front are the larger ones.
    """
    values = np.asarray(size, float)
    known = np.flatnonzero(np.isfinite(values))
    found = np.full(values.size, -1)
    order = known[np.argsort(values[known], kind="stable")]
    for number, chosen in enumerate(np.array_split(order, groups)):
        found[chosen] = number
    return found


def _accumulate(weight: Array) -> Array:
    total = np.cumsum(weight)
    return np.asarray(total / total[-1]) if total.size else total
