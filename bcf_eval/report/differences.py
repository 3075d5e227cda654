"""How much do boards differ in how they changed? Described in words and as a table; no average is tested."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bcf_eval.report.chosen import list_contrasts, name_contrast, name_unit
from bcf_eval.report.data import Change
from bcf_eval.report.fragments import Cell, Row, write_details, write_paragraph, write_table
from bcf_eval.specs import Metric, Protocol
from bcf_eval.wording import write_change, write_count, write_interval, write_rate, write_share

NO_AVERAGE = (
    "No interval is given for the mean of the boards. Boards move together, so that 150 of them are not 150 pieces of "
    "evidence; whether England changed is asked of England's own counts alone."
)
_WIDER = (
    "England's own interval reaches further than twice that standard error either way: degrees of freedom are few, and "
    "where its fit stands beside dates when nothing began, the limit set there widens it too."
)


def tell_spread(rows: pd.DataFrame, change: Change, metric: Metric, protocol: Protocol) -> str:
    """Tell how much boards differ after one intervention, with its numbers folded away; nothing without any.

    Parameters
    ----------
    rows
        Of :data:`bcf_eval.tables.HETEROGENEITY`, of the intervention.
    change
        England's, which states the order of the contrasts.
    """
    told = rows.loc[rows["contrast"].eq(protocol.primary_contrast), "sentence"]
    note = write_paragraph(_WIDER, kind="note") if told.astype(str).str.contains("standard error").any() else ""
    return "".join(write_paragraph(str(one)) for one in told) + note + _tabulate(rows, change, metric)


def _tabulate(rows: pd.DataFrame, change: Change, metric: Metric) -> str:
    if rows.empty:
        return ""
    headings = [
        Cell("Change"),
        Cell("Boards", number=True),
        Cell("Their mean", number=True),
        Cell("Standard deviation", "of true changes", number=True),
        Cell("Spread that is", "more than error", number=True),
        Cell("95 in 100 boards", "expected between", number=True),
        Cell("England", "its own counts", number=True),
    ]
    by_contrast: dict[str, dict[Any, Any]] = {str(one["contrast"]): one for one in rows.to_dict("records")}
    ordered = [key for key in list_contrasts(change) if key in by_contrast]
    listed = [_write_row(key, by_contrast[key], metric) for key in ordered]
    table = write_table(f"How changes differ between boards: {change.intervention.label}", headings, listed)
    return write_details("How boards differ, in numbers", table)


def _write_row(key: str, row: dict[Any, Any], metric: Metric) -> Row:
    digits = 2 if abs(row["tau"]) < 1 else 1
    return Row(
        Cell(name_contrast(key).short, name_unit(key, metric)),
        (
            Cell(write_count(row["n"]), number=True),
            Cell(write_change(row["mean"], digits=digits), number=True),
            Cell(write_rate(row["tau"], digits=digits), number=True),
            Cell(write_share(row["i_squared"]), number=True),
            Cell(write_interval(row["prediction_lower"], row["prediction_upper"], digits=digits), number=True),
            Cell(write_change(row["england"], digits=digits), number=True),
        ),
    )
