"""What are the columns and keys of the results called on a page? Names in plain words, each in one place."""

from __future__ import annotations

from dataclasses import dataclass

from bcf_eval.report.data import Change


@dataclass(frozen=True)
class Label:
    """A name, and what it means in a sentence."""

    short: str
    meaning: str


SPECIFICATIONS = {
    "main": Label("The verdict's own fit", "declared beforehand; allows for season and for changes in counting"),
    "newey_west": Label("Least squares, Newey\N{EN DASH}West", "another estimator; its intervals are too narrow here"),
    "window_shorter": Label("A shorter window", "fewer months before and after"),
    "window_longer": Label("A longer window", "more months before and after"),
    "no_season": Label("Without season", "the time of year is not allowed for"),
    "no_break_steps": Label("Without counting steps", "changes in counting are not allowed for"),
    "full": Label("The whole record", "every month, every intervention in one model"),
}
CONTRASTS = {
    "level": Label("At once", "the jump in the first month"),
    "average_12": Label("Average of the first 12 months", "declared beforehand as the one that counts"),
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
BREAK_EFFECTS = {
    "splits": "Figures before and after cannot be compared and are never used together.",
    "steps": "The level may shift for this reason alone. A model with enough months on both sides allows for it.",
    "ends": "No figures from here on.",
    "none": "No consequence for these figures.",
}


def name_specification(key: str) -> Label:
    """Name a way of fitting."""
    return SPECIFICATIONS.get(key, Label(key.replace("_", " ").capitalize(), ""))


def list_specifications(change: Change) -> list[str]:
    """List the ways of fitting that there are results of, the main one first."""
    known = [key for key in SPECIFICATIONS if key in change.specifications]
    return known + [key for key in change.specifications if key not in SPECIFICATIONS]
