"""In which other ways was a change worked out? Those that stand beside the verdict, each with whether it agrees."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from bcf_eval.report.data import COMPARISON, Change, Effect
from bcf_eval.report.labels import SPECIFICATIONS

# The other ways that have a say in whether a verdict holds, in the order of a table.
NAMED = tuple(key for key in SPECIFICATIONS if key != "main" and key not in COMPARISON)


def bring_ways(changes: Iterable[Change], rows: pd.DataFrame) -> tuple[Change, ...]:
    """Put the ways that were counted in the check of agreement beside each change.

    Parameters
    ----------
    changes
        Of one area.
    rows
        Its rows of :data:`bcf_eval.tables.ITS_SPECIFICATIONS`; where there are none a change stays as it is.

    Returns
    -------
    tuple of Change
    """
    return tuple(_bring(change, rows[rows["intervention"].eq(change.intervention.key)]) for change in changes)


def _bring(change: Change, rows: pd.DataFrame) -> Change:
    records = {str(row["specification"]): row for row in rows.to_dict("records")}
    named = [key for key in NAMED if key in records]
    if not named:
        return change
    kept = {key: one for key, one in change.specifications.items() if key == "main" or key in COMPARISON}
    return replace(
        change,
        specifications=kept | {key: _read_way(change.main, records[key]) for key in named},
        agreeing={key: bool(records[key]["agrees"]) for key in named if not pd.isna(records[key]["agrees"])},
    )


def _read_way(main: Effect, row: Mapping[Hashable, Any]) -> Effect:
    numbers: dict[str, Any] = {
        name: float(row[name]) for name in ("estimate", "std_error", "df", "lower", "upper", "p_value", "relative")
    }
    lost = ("relative_lower", "relative_upper", "rho", "p_cal", "p_cal_low", "p_cal_high", "q_value")
    unknown: dict[str, Any] = dict.fromkeys(lost, float("nan"))
    return replace(
        main,
        **numbers,
        **unknown,
        # The table counts the months of both sides together.
        n_before=0 if pd.isna(row["n"]) else int(row["n"]),
        n_after=0,
        verdict=_judge(row),
        reason=str(row["reason"]),
        method="",
        p_cal_reason="",
    )


def _judge(row: Mapping[Hashable, Any]) -> str:
    # Of a verdict that does not stand, no other way is judged either: its interval may be too narrow.
    if row["reason"] or pd.isna(row["lower"]) or pd.isna(row["agrees"]):
        return "not testable"
    if row["upper"] < 0:
        return "fell"
    return "rose" if row["lower"] > 0 else "no clear change"
