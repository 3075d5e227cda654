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
    "log_response": Label("A logarithmic scale", "changes are shares of what was, not amounts"),
    "prais_winsten": Label("Prais\N{EN DASH}Winsten least squares", "judged by its estimate alone"),
    "without_first_months": Label("Without the first months", "the first three months of the window are left out"),
    "without_last_months": Label("Without the last months", "the last three months of the window are left out"),
    "phase_in": Label("With time to take hold", "the first three months after the start are left out"),
    "full": Label("The whole record", "for comparison only: every month, every intervention in one model"),
}
CONTRASTS = {
    "level": Label("At once", "the jump in the first month"),
    "average_12": Label("Average of the first 12 months", ""),
    "at_12": Label("At 12 months", "in the twelfth month"),
    "at_24": Label("At 24 months", "in the twenty-fourth month"),
    "slope": Label("Slope", "how much more it rises, or falls, each month"),
    "cumulative": Label("All together", "over the months followed"),
}
FLAGS = {
    "extended": Label(
        "Population extended",
        "the number of people was carried beyond the published estimates, or shared out from a later boundary",
    ),
    "dash": Label("Printed as a dash", "the return prints a dash, which stands for nought"),
    "gap": Label("Not returned", "the period was not returned and is left out"),
    "apportioned": Label(
        "Apportioned",
        "estimated from the commissioners of the area, each counted by the share of its small areas that lie in it",
    ),
    "primary_care_trusts": Label(
        "Primary care trusts",
        "returned by primary care trusts, which gave way to other commissioners in April 2013: not comparable since",
    ),
    "suppressed": Label("Hidden by the publisher", "a small number, or one not fit to publish, is left out"),
    "not_available": Label("Not available", "the publisher states that there is no such number"),
    "recoded": Label("Code changed", "the same area under another code"),
    "merged": Label("Areas added together", "areas that later became one are added together"),
    "without_part": Label("Without a part", "the area as it is now holds ground that these figures do not count"),
    "part_missing": Label("A part is missing", "one of the areas that became this one has no number"),
    "merged_commissioners": Label(
        "Commissioners merged",
        "commissioners had merged, and the figure of the larger one is shared out, which alone made a step",
    ),
    "rounded_counts": Label(
        "Counts published rounded",
        "the rate is worked out from rounded counts and may differ a little from the one published",
    ),
    "counts_to_five": Label(
        "Counts to the nearest five",
        "all counts of that year are published to the nearest five, so that small changes may be rounding",
    ),
    "counts_not_available": Label("Counts not published", "the value is published without the counts it is made of"),
    "recording_change": Label("Recording changed", "what is written down seems to have changed here"),
    "incomplete": Label("Incomplete", "part of the figures seems to be missing"),
    "implausible": Label("Implausible", "part of the figures seems to be counted twice or in error"),
    "not_whole": Label("Not a whole number", "a count that is printed with decimals, and kept as it is"),
    "wrong_denominator": Label("Wrong people", "the rate was published with the number of people of another area"),
    "corrected": Label("Corrected", "the number is replaced"),
    "scaled": Label("Scaled", "the number is multiplied"),
    "dropped": Label("Left out", "the number is left out"),
}
_WITH_ARTICLE = ("City of London", "East Riding of Yorkshire", "Isle of Wight", "Isles of Scilly")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def name_within(name: str) -> str:
    """The name of a place as it is said within a sentence: ``the City of London``."""
    return f"the {name}" if name in _WITH_ARTICLE else name


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


def write_modelled(value: float, *, better: str = "") -> str:
    """A modelled count to three significant figures; rounded towards demanding where a direction is given.

    Parameters
    ----------
    value
        Days, admissions or people.
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
