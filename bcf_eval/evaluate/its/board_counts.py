"""How many boards changed, and how many would be found if nothing had? Counts by direction, beside fake dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.informative import UNINFORMATIVE
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord, find_limit
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.tables import ITS_COUNTS

DIRECTIONS = {"fell": -1.0, "rose": 1.0}


@dataclass(frozen=True)
class FakeCounts:
    """How many boards would be said to have changed at each date when nothing began, shape ``(D,)``."""

    fell: npt.NDArray[np.int64]
    rose: npt.NDArray[np.int64]


def count_boards(effects: pd.DataFrame, records: Mapping[str, PlaceboRecord], protocol: Protocol) -> pd.DataFrame:
    """Count the boards that fell and rose, and what that is to be set beside.

    Parameters
    ----------
    effects
        Of one metric; see :data:`bcf_eval.tables.ITS_EFFECTS`.
    records
        By scope: the verdict's fit at dates when nothing began.
    protocol
        States the primary contrast and alpha.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.ITS_COUNTS`.
    """
    primary = effects[
        effects["contrast"].eq(protocol.primary_contrast)
        & effects["fit"].eq("verdict")
        & effects["specification"].eq("main")
        & effects["area_code"].ne(ENGLAND)
    ]
    fakes = {scope: count_at_fake_dates(record, protocol) for scope, record in records.items()}
    rows = []
    for (metric, intervention, scope), part in primary.groupby(["metric", "intervention", "scope"], sort=False):
        # Too uncertain for "no clear change" to be an answer: such a board was tested, and could have been found.
        tested = int((part["verdict"].ne("not testable") | part["reason"].isin(UNINFORMATIVE)).sum())
        for direction in DIRECTIONS:
            found = part["verdict"].eq(direction)
            fake = getattr(fakes[str(scope)], direction)
            low, high = (float(fake.min()), float(fake.max())) if fake.size else (np.nan, np.nan)
            expected = tested * protocol.alpha / 2
            rows.append(
                (
                    metric, intervention, scope, direction, tested, int(found.sum()),
                    int((found & part["q_value"].lt(protocol.alpha)).sum()), expected, low, high, fake.size,
                    say_count(direction, str(scope), int(found.sum()), tested, expected, fake),
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=ITS_COUNTS)


def count_at_fake_dates(record: PlaceboRecord, protocol: Protocol) -> FakeCounts:
    """Count the boards that the verdict's rule would find at each fake date.

    Each date is treated as the real one is: its limit is set by the other dates, never by itself.
    """
    name, nobody = protocol.primary_contrast, np.empty(0, np.int64)
    if record.reason or name not in record.contrasts:
        return FakeCounts(nobody, nobody)
    boards = np.array([code != ENGLAND for code in record.areas])
    z = record.z[:, boards, record.contrasts.index(name)]
    limits = [find_limit(record.pool(name, without=date), protocol.alpha) for date in range(len(record.dates))]
    kept = np.isfinite(z).any(1) & np.isfinite(limits)
    fell, rose = (
        ((sign * z) > np.array(limits)[:, None])[kept].sum(1) for sign in (DIRECTIONS["fell"], DIRECTIONS["rose"])
    )
    return FakeCounts(fell, rose)


def say_count(direction: str, scope: str, found: int, tested: int, expected: float, fake: npt.NDArray[np.int64]) -> str:
    """Say in a sentence how many were found, and how that compares with dates when nothing began."""
    beside = " beside the rest of England" if scope == "local" else ""
    opening = f"{found} of {tested} boards {direction}{beside}"
    if not fake.size:
        return (
            f"{opening}; by chance alone about {expected:.0f} would if nothing had changed and boards did not move "
            "together. There is no record of dates when nothing began to compare it with."
        )
    low, high = int(fake.min()), int(fake.max())
    between = f"between {low} and {high} did" if low < high else f"{low} did"
    compared = "more than at any of them" if found > high else "no more than at dates when nothing began"
    # Windows at neighbouring dates share nearly all of their months: many dates are few independent ones.
    dates = f"{fake.size} overlapping dates" if fake.size > 1 else "1 date"
    return f"{opening}; at {dates} before, when nothing began, {between}: {compared}."
