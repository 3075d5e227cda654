"""Where does each board's change stand among the boards', and how well is that known? In words and as a table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.report.chosen import name_interval, name_unit, say_contrast
from bcf_eval.report.fragments import Cell, Row, write_table
from bcf_eval.specs import Metric, Protocol
from bcf_eval.wording import write_change, write_count, write_interval

# Of the places there are, how many an interval may hold for the place still to be called known, or roughly known.
_KNOWN, _ROUGHLY = 0.1, 0.25


def say_rank(row: dict[str, Any]) -> str:
    """Say where a board's change stands, and how well that is known, as the end of a sentence.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.RANKS`.
    """
    held = int(row["rank_upper"]) - int(row["rank_lower"]) + 1
    if held / row["n"] > _ROUGHLY:
        return (
            f"any place from {row['rank_lower']} to {row['rank_upper']} of {row['n']} would fit, so that "
            f"{_judge(held / row['n'])}"
        )
    return (
        f"its likeliest place is {row['rank']} of {row['n']}, but any from {row['rank_lower']} to {row['rank_upper']} "
        f"would fit, so that {_judge(held / row['n'])}"
    )


def say_ranks(rows: pd.DataFrame) -> str:
    """Say how well the places of the boards are known together.

    Parameters
    ----------
    rows
        Of one metric and intervention.
    """
    n = int(rows["n"].iloc[0])
    held = rows["rank_upper"] - rows["rank_lower"] + 1
    half, best = int(held.median()), int(held.min())
    told = f"Half of the {n} boards could stand in {half} places or more, and the best known one in {best}: "
    if half > 0.5 * n:
        return f"{told}their order is hardly known, and a league table of these changes would be mostly chance."
    return f"{told}their order {'is known only roughly' if half > _KNOWN * n else 'is fairly well known'}."


def tabulate_places(rows: pd.DataFrame, metric: Metric, protocol: Protocol) -> str:
    """List every board in order of place, with its change and the places that would fit."""
    interval, contrast = name_interval(protocol), protocol.primary_contrast
    said = say_contrast(contrast)
    headings = [
        Cell("Board"),
        Cell("Place", f"of {rows['n'].iloc[0]}", number=True),
        Cell("Places that would fit", interval, number=True),
        Cell("Change", interval, number=True),
    ]
    listed = [
        Row(
            Cell(load.areas()[one["area_code"]].name),
            (
                Cell(write_count(one["rank"]), number=True),
                Cell(f"{one['rank_lower']} to {one['rank_upper']}", number=True),
                Cell(write_change(one["estimate"]), write_interval(one["lower"], one["upper"]), number=True),
            ),
        )
        for one in rows.sort_values("rank").to_dict("records")
    ]
    caption = f"Every board: {said}, in {name_unit(contrast, metric)}, in order of likeliest place"
    return write_table(caption, headings, listed)


def _judge(share: float) -> str:
    if share <= _KNOWN:
        return "its place is fairly well known"
    return "its place is known only roughly" if share <= _ROUGHLY else "its place is hardly known"
