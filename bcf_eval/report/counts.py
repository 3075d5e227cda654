"""How many boards changed, and how many would be found if nothing had? The counts beside those of fake dates."""

from __future__ import annotations

import pandas as pd

from bcf_eval.report.fragments import Cell, Row, write_table
from bcf_eval.report.labels import write_number
from bcf_eval.specs import Intervention
from bcf_eval.wording import write_count

_SCOPES = {"local": " beside the rest of England"}


def say_counts(counts: pd.DataFrame, intervention: Intervention, *, alpha: float) -> str:
    """Say how many boards chance alone would find, before their table; nothing where there are no fake dates.

    Parameters
    ----------
    counts
        Of one metric; see :data:`bcf_eval.tables.ITS_COUNTS`.
    alpha
        Below which a test finds something.
    """
    rows = counts[counts["intervention"].eq(intervention.key)]
    own = rows[rows["scope"].eq("own")]
    if own.empty or not int(own["n_fake_dates"].max()):
        return ""
    tested = int(own["n_tested"].max())
    return (
        f"Were boards independent, about {write_count(alpha * tested)} of {tested} would be found by chance alone (of "
        "all that were fitted, also those too uncertain to read)."
    )


def tabulate_counts(counts: pd.DataFrame, intervention: Intervention) -> str:
    """Lay out how many boards were found beside how many at dates when nothing began; nothing where there are none.

    Parameters
    ----------
    counts
        As for :func:`say_counts`.
    """
    rows = counts[counts["intervention"].eq(intervention.key)]
    if rows.empty or not int(rows["n_fake_dates"].max()):
        return ""
    dates = f"{int(rows['n_fake_dates'].max())} overlapping dates"
    headings = [
        Cell("Boards"),
        Cell("Found", "of those fitted", number=True),
        Cell("When nothing began", f"at {dates}", number=True),
        Cell("That is"),
    ]
    listed = [
        Row(
            Cell(f"{str(one['direction']).capitalize()}{_SCOPES.get(str(one['scope']), '')}"),
            (
                Cell(f"{one['n_found']} of {one['n_tested']}", number=True),
                Cell(f"{one['fake_low']:.0f} to {one['fake_high']:.0f}", number=True),
                Cell(str(one["sentence"]).rpartition(": ")[2].rstrip(".")),
            ),
        )
        for one in rows.sort_values("scope", ascending=False, kind="stable").to_dict("records")
    ]
    return write_table("Boards found, beside dates before the fund when nothing began", headings, listed)


def say_standing(counts: pd.DataFrame, intervention: Intervention, *, alpha: float) -> str:
    """Say how many stand out when allowance is made for how many boards were looked at.

    Parameters
    ----------
    counts, alpha
        As for :func:`say_counts`.
    """
    own = counts[counts["intervention"].eq(intervention.key) & counts["scope"].eq("own")]
    found, left = int(own["n_found"].sum()), int(own["n_found_q"].sum())
    if not found:
        return ""
    stand = f"{write_number(left) if left else 'none'} of these {found} {'stand' if left > 1 else 'stands'} out"
    among = f" (of those that do, about {100 * alpha:g} in 100 would by chance)" if left else ""
    return f" With allowance for how many boards were looked at, {stand}{among}."
