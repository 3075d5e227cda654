"""Which file states a year that two files hold? The one that goes on longest, for it was published last."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bcf_eval.errors import InputError


@dataclass(frozen=True)
class Settled:
    """Rows of an annual return, each number from one file.

    Attributes
    ----------
    rows
        In the columns and the order given.
    messages
        One line for each file of which something was left out.
    """

    rows: pd.DataFrame
    messages: tuple[str, ...]


def settle_overlaps(rows: pd.DataFrame) -> Settled:
    """Take each metric and year from one file, that whose last year is the latest: such files bear no date.

    Parameters
    ----------
    rows
        ``metric, period, source`` and others; ``source`` names the file.

    Returns
    -------
    Settled

    Raises
    ------
    InputError
        If two files hold the same metric and year and end in the same year: nothing tells which is the later.
    """
    held = rows[["metric", "period", "source"]].drop_duplicates()
    if not held.duplicated(["metric", "period"]).any():
        return Settled(rows, ())
    held = held.assign(last=held.groupby("source")["period"].transform("max"))
    latest = held["last"] == held.groupby(["metric", "period"])["last"].transform("max")
    equal = held[latest & held.assign(latest=latest).duplicated(["metric", "period", "latest"], keep=False)]
    if not equal.empty:
        metric, period = equal[["metric", "period"]].iloc[0]
        one, other = equal.loc[(equal["metric"] == metric) & (equal["period"] == period), "source"].iloc[:2]
        raise InputError(
            f"{other} and {one} both hold '{metric}' of {period} and both end in {equal['last'].iloc[0]}; expected "
            "one file. Remove the wrong one, and its entry in manifest.json."
        )
    winners = held[latest].set_index(["metric", "period"])["source"]
    chosen = rows["source"] == winners.reindex(pd.MultiIndex.from_frame(rows[["metric", "period"]])).to_numpy()
    messages = []
    for source, years in held[~latest].groupby("source")["period"]:
        named = sorted(set(years))
        span = named[0] if len(named) == 1 else f"{named[0]} to {named[-1]}"
        messages.append(f"{source}: {span} is taken from a file that goes on longer.")
    return Settled(rows[chosen].reset_index(drop=True), tuple(messages))
