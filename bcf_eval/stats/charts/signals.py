"""Which points of a control chart are unusual? The special causes of the Making Data Count rules.

References
----------
NHS England, Making Data Count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Special = Literal[
    "",
    "above the upper limit",
    "below the lower limit",
    "seven rising",
    "seven falling",
    "two of three near the upper limit",
    "two of three near the lower limit",
    "seven above the mean",
    "seven below the mean",
]

# In the order in which they are looked for: a point that shows several is given the first.
SPECIAL: tuple[Special, ...] = get_args(Special)
_RUN = 7


@dataclass(frozen=True)
class Signals:
    """What is unusual about each point, every array of shape ``(T, S)``.

    Attributes
    ----------
    side
        1 above the mean, -1 below it, 0 on it or where there is no value.
    outside, close
        Beyond a limit; within both but in the outer third towards one. Neither where there are no limits.
    special
        Place in :data:`SPECIAL`; 0 is common cause.
    """

    side: Whole
    outside: Flags
    close: Flags
    special: Whole


def find_signals(values: Array, mean: Array, lower: Array, upper: Array) -> Signals:
    """Find the special causes of series whose limits do not change.

    Parameters
    ----------
    values
        Shape ``(T, S)``, in order of period; ``NaN`` where there is none, which ends a run.
    mean, lower, upper
        Shape ``(S,)``; ``NaN`` limits have no point outside them.
    """
    near = (upper - mean) * 2 / 3
    with np.errstate(invalid="ignore"):
        side = np.nan_to_num(np.sign(values - mean)).astype(np.int8)
        outside = (values > upper) | (values < lower)
        close = ~outside & (np.abs(values - mean) > near)
        step = np.nan_to_num(np.sign(np.diff(values, axis=0)))
    rising, falling = (_lengthen(_in_run(step == way, _RUN - 1)) for way in (1, -1))
    causes = [
        outside & (side > 0),
        outside & (side < 0),
        rising,
        falling,
        _two_of_three(close, side > 0),
        _two_of_three(close, side < 0),
        _in_run(side > 0, _RUN),
        _in_run(side < 0, _RUN),
    ]
    special = np.select(causes, list(range(1, len(SPECIAL))), 0).astype(np.int8)
    return Signals(side, outside, close, special)


def _in_run(holds: Flags, length: int) -> Flags:
    """Whether a place belongs to a run of at least so many places where something holds."""
    n = len(holds)
    found = np.zeros_like(holds)
    if n < length:
        return found
    full = holds[: n - length + 1].copy()
    for shift in range(1, length):
        full &= holds[shift : n - length + 1 + shift]
    for shift in range(length):
        found[shift : n - length + 1 + shift] |= full
    return found


def _lengthen(steps: Flags) -> Flags:
    """Turn steps that belong to a run into the points they lie between."""
    points = np.zeros((len(steps) + 1, *steps.shape[1:]), np.bool_)
    points[1:] |= steps
    points[:-1] |= steps
    return points


def _two_of_three(close: Flags, beside: Flags) -> Flags:
    """Whether a point near a limit has another such among three neighbours that all lie on that side of the mean."""
    n = len(close)
    near = close & beside
    found = np.zeros_like(near)
    if n < 3:
        return found
    count = near.astype(np.int8)
    many = count[:-2] + count[1:-1] + count[2:] >= 2
    full = many & beside[:-2] & beside[1:-1] & beside[2:]
    for shift in range(3):
        found[shift : n - 2 + shift] |= full
    return found & near
