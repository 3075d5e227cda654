"""Does another way of working an answer out tell the same story as the verdict's own?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

NO_CHANGE = "no clear change"


def find_agreement(others: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Compare other fits with the main one.

    Fewer months or more terms widen an interval without contradicting anything, so a verdict is not compared with
    verdicts. Where there is a change, another fit agrees when it finds one in the same direction, at least half as
    large, and its interval holds the main estimate; where there is none, when its own interval holds
    no change too. Of a method whose intervals are known to be too narrow only the estimate is looked at: it has to
    lie within the main interval.

    Parameters
    ----------
    others
        ``estimate, lower, upper`` and ``trusted`` (whether its interval is one to go by) of the other fit, and
        ``verdict_main, estimate_main, lower_main, upper_main``, one row a pair.

    Returns
    -------
    ndarray
        Shape ``(n,)``.
    """
    changed = others["verdict_main"].ne(NO_CHANGE)
    same_size = others["estimate"] / others["estimate_main"] >= 0.5
    inside_own = others["lower"].le(others["estimate_main"]) & others["estimate_main"].le(others["upper"])
    inside_main = others["lower_main"].le(others["estimate"]) & others["estimate"].le(others["upper_main"])
    none_found = others["lower"].le(0) & others["upper"].ge(0)
    near = inside_own.where(others["trusted"], inside_main)
    alike = none_found.where(others["trusted"], inside_main)
    return np.asarray((changed & same_size & near) | (~changed & alike), bool)


def say_agreement(agree: int, n: int, verdict: str, differing: list[str]) -> str:
    """Say how many of the other ways agree, and which do not."""
    alike = "find no clear change either"
    if verdict != NO_CHANGE:
        alike = "give an estimate of like size in the same direction"
    detail = f"{agree} of {n} other specifications {alike}."
    return f"{detail} Those that do not: {'; '.join(differing)}." if differing else detail
