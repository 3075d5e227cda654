"""What are the columns and keys of the results called on a page? Names in plain words, each in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bcf_eval.report.data import COMPARISON, Change
from bcf_eval.wording import write_count, write_target


@dataclass(frozen=True)
class Label:
    """A name, and what it means in a sentence."""

    short: str
    meaning: str


SPECIFICATIONS = {
    "main": Label(
        "The verdict's own fit",
        "fixed in the protocol, the same for every board",
    ),
    "newey_west": Label("Newey\N{EN DASH}West least squares", "for comparison only: its intervals are too narrow"),
    "window_shorter": Label("A shorter window", "fewer months before and after"),
    "window_longer": Label("A longer window", "more months before and after"),
    "no_season": Label("Without season", "the time of year is not allowed for"),
    "no_break_steps": Label("Without counting steps", "changes in counting are not allowed for"),
    "full": Label("The whole record", "for comparison only: every month, every intervention in one model"),
}
CONTRASTS = {
    "level": Label("At once", "the jump in the first month"),
    "average_12": Label("Average of the first 12 months", ""),
    "at_12": Label("At 12 months", "in the twelfth month"),
    "at_24": Label("At 24 months", "in the twenty-fourth month"),
    "slope": Label("Slope", "how much more it rises, or falls, each month"),
    "cumulative": Label("All together", "delayed days, over the months followed"),
}
FLAGS = {
    "extended": Label(
        "Population extended",
        "the number of adults was carried beyond the published estimates, or shared out from a later boundary",
    ),
    "dash": Label("Printed as a dash", "the return prints a dash, which stands for no delayed days"),
    "gap": Label("Not returned", "the month was not returned and is left out"),
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def name_specification(key: str) -> Label:
    """Name a specification."""
    return SPECIFICATIONS.get(key, Label(key.replace("_", " ").capitalize(), ""))


def list_specifications(change: Change) -> list[str]:
    """List the specifications that there are results of, the main one first."""
    known = [key for key in SPECIFICATIONS if key in change.specifications]
    return known + [key for key in change.specifications if key not in SPECIFICATIONS]


def list_compared(change: Change) -> list[str]:
    """List the specifications that are shown for comparison only."""
    return [key for key in list_specifications(change) if key in COMPARISON]


def write_number(n: int) -> str:
    """A small number as a word."""
    return _NUMBERS[n] if 0 <= n < len(_NUMBERS) else write_count(n)


def write_days(value: float, *, better: str = "") -> str:
    """A modelled count to three significant figures; rounded towards demanding where a direction is given.

    Parameters
    ----------
    value
        Delayed days.
    better
        ``lower`` rounds down and ``higher`` up, so that the printed number asks for no less; empty
        rounds to the nearest.
    """
    if not better or not math.isfinite(value) or value == 0:
        return write_count(value, significant=3)
    unit = 10 ** max(math.floor(math.log10(abs(value))) - 2, 0)
    turn = math.floor if better == "lower" else math.ceil
    return write_count(turn(value / unit) * unit)


def write_smallest(value: float, *, better: str) -> str:
    """The smallest meaningful target, rounded towards demanding; zero would read as none at all."""
    text = write_target(value, better=better)
    return "below 0.1" if value > 0 and text == "0.0" else text
