"""How far does the picture of the specifications reach? Its limits, and the intervals that go beyond them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bcf_eval.report.data import Change, Effect


@dataclass(frozen=True)
class Limits:
    """The ends of an axis, in the metric's unit."""

    low: float
    high: float

    def cuts(self, effect: Effect) -> bool:
        """Whether an interval reaches beyond the picture."""
        return is_drawn(effect) and (effect.lower < self.low or effect.upper > self.high)


def is_drawn(effect: Effect) -> bool:
    """Whether an effect has an interval that can be drawn."""
    return math.isfinite(effect.lower) and math.isfinite(effect.upper)


def limit_specifications(changes: Iterable[Change]) -> Limits:
    """Find limits that hold every estimate; an interval far wider than the rest is cut."""
    effects = [one for change in changes for one in change.specifications.values()]
    drawn = [one for one in effects if is_drawn(one)]
    found = [0.0, *(one.estimate for one in effects if math.isfinite(one.estimate))]
    half = sorted((one.upper - one.lower) / 2 for one in drawn)
    reach = 2.5 * half[len(half) // 2] if half else 1.0
    low = max(min([*found, *(one.lower for one in drawn)]), min(found) - reach)
    high = min(max([*found, *(one.upper for one in drawn)]), max(found) + reach)
    room = 0.04 * (high - low)
    return Limits(low - room, high + room)
