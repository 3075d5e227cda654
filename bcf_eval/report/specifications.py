"""Would the answer be another, had it been worked out otherwise? Every way of one verdict, in order, and in words."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bcf_eval.errors import RequestError, nearest
from bcf_eval.report.chosen import name_interval, name_unit, say_contrast
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import name_when
from bcf_eval.report.fragments import Cell, Row, write_table
from bcf_eval.report.labels import name_within
from bcf_eval.wording import ITS_LABELS, write_change, write_interval

# What the phrases of a label say was done otherwise, in the order of the rows of the picture. Phrases that mean the
# same share a row; others get one of their own.
_ALIKE = {
    "the logarithm": "the logarithm of the rate",
    "no steps": "no steps for changes in counting",
    "without the first months after it began": "without the first 3 months after it began",
}
_ORDER = (
    "a shorter window", "a rather shorter window", "a rather longer window", "a longer window",
    "no season", "1 pair of season", "2 pairs of season", "3 pairs of season",
    "ordinary least squares", "Newey-West errors", "Prais-Winsten errors", "AR(2) errors", "ARMA(1,1) errors",
    "the logarithm of the rate", "no steps for changes in counting",
)  # fmt: skip
AS_VERDICT = "as the verdict"
_OWN_ERRORS = ("ordinary least squares", "Newey-West errors", "Prais-Winsten errors")


@dataclass(frozen=True)
class Way:
    """One way of working a change out.

    Attributes
    ----------
    choices
        What is done otherwise than in the verdict's own fit; ``as the verdict`` alone for that one.
    judged
        Whether its interval can be read.
    customary
        Whether its interval is known to be too narrow.
    """

    key: str
    choices: tuple[str, ...]
    estimate: float
    lower: float
    upper: float
    judged: bool
    customary: bool
    agrees: bool | None

    @property
    def is_main(self) -> bool:
        """Whether the verdict stands on it."""
        return self.key == "main"


@dataclass(frozen=True)
class Curve:
    """Every way of one verdict, from the lowest estimate to the highest.

    Attributes
    ----------
    rows
        What may be done otherwise, in the order of the picture.
    without
        How many ways have no estimate.
    """

    results: AreaResults
    change: Change
    ways: tuple[Way, ...]
    rows: tuple[str, ...]
    without: int

    @property
    def others(self) -> tuple[Way, ...]:
        """All ways but the verdict's own."""
        return tuple(one for one in self.ways if not one.is_main)


def find_change(results: AreaResults, intervention: str | None = None) -> Change:
    """Find the change after an intervention by its key; the last when left out.

    Raises
    ------
    RequestError
        If there is none; the message offers the nearest.
    """
    keys = [one.intervention.key for one in results.changes]
    if not keys:
        raise RequestError(f"No change of {results.area.name} was worked out, so there is nothing to draw.")
    if intervention is None:
        return results.changes[-1]
    if intervention not in keys:
        known = f"Known: {', '.join(keys)}."
        raise RequestError(f"There is no intervention '{intervention}' here.{nearest(intervention, keys)} {known}")
    return results.changes[keys.index(intervention)]


def read_curve(results: AreaResults, change: Change) -> Curve | None:
    """Read every way of one verdict; ``None`` where there are none."""
    rows = results.beside.area_rows("its_specifications", results.area.code)
    rows = rows[rows["intervention"].eq(change.intervention.key)]
    found = [_read(row) for row in rows[rows["estimate"].notna()].to_dict("records")]
    ways = tuple(sorted(found, key=lambda one: (one.estimate, one.key)))
    if len(ways) < 2:
        return None
    used = dict.fromkeys(choice for one in ways for choice in one.choices)
    own = [one for one in used if one not in (*_ORDER, AS_VERDICT)]
    listed = [one for one in (AS_VERDICT, *_ORDER, *own) if one in used]
    return Curve(results, change, ways, tuple(listed), len(rows) - len(ways))


def describe_curve(curve: Curve) -> str:
    """Put the picture into words, with every count."""
    results, change = curve.results, curve.change
    lowest, highest = curve.ways[0], curve.ways[-1]
    said = [
        f"{len(curve.ways)} ways of working out {say_contrast(change.primary)} in {name_within(results.area.name)} "
        f"after {name_when(change)}, in {name_unit(change.primary, results.metric)}, from the lowest, "
        f"{write_change(lowest.estimate)} ({_name(lowest)}), to the highest, {write_change(highest.estimate)} "
        f"({_name(highest)}).",
        *_describe_main(curve),
        say_curve(curve),
    ]
    return " ".join(said)


def say_curve(curve: Curve) -> str:
    """Say how many of the other ways agree in direction, and with the verdict."""
    main = next((one for one in curve.ways if one.is_main), None)
    n = len(curve.others)
    parts = []
    if main is not None and main.estimate:
        alike = sum(one.estimate * main.estimate > 0 for one in curve.others)
        below = "below" if main.estimate < 0 else "above"
        parts.append(f"{_count(alike, n)} other ways give an estimate on the same side, {below} zero")
    told = [one.agrees for one in curve.others if one.agrees is not None]
    if told:
        parts.append(f"{_count(sum(told), len(told))} whose interval can be judged tell the same story as the verdict")
    unread = n - len(told)
    if unread and told:
        parts.append(f"{unread} {'leaves' if unread == 1 else 'leave'} too much open to be judged")
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def caption_curve(curve: Curve) -> str:
    """Say how to read the picture."""
    narrow = any(one.customary for one in curve.ways)
    return (
        f"Above, the change by each way with its {name_interval(curve.results.protocol)}, from the lowest to the "
        "highest; the filled diamond is the verdict's own. Below, dots in the same column say what that way does "
        "otherwise. "
        "Grey crosses: the interval is too wide, or cannot be had, so that nothing can be judged by it."
        + (" Squares: their intervals are known to be too narrow." if narrow else "")
        + " The ways share their months, so that their number is no evidence; their spread shows how much depends on "
        "choices."
    )


def tabulate_curve(curve: Curve) -> str:
    """Lay out every number of the picture."""
    headings = [
        Cell("What is done otherwise"),
        Cell("Change", name_interval(curve.results.protocol), number=True),
        Cell("Same story?"),
    ]
    rows = [
        Row(
            Cell(_name(one)[:1].upper() + _name(one)[1:]),
            (
                Cell(write_change(one.estimate), write_interval(one.lower, one.upper), number=True),
                Cell(_tell(curve, one)),
            ),
            one.is_main,
        )
        for one in curve.ways
    ]
    unit = name_unit(curve.change.primary, curve.results.metric)
    return write_table(f"The change after {name_when(curve.change)} by every way, in {unit}", headings, rows)


def _read(row: dict[Hashable, Any]) -> Way:
    choices = tuple(_ALIKE.get(part, part) for part in str(row["label"]).split(", "))
    return Way(
        key=str(row["specification"]),
        choices=choices,
        estimate=float(row["estimate"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        judged=not row["reason"] and math.isfinite(row["lower"]) and math.isfinite(row["upper"]),
        customary=any(one in _OWN_ERRORS for one in choices),
        agrees=None if pd.isna(row["agrees"]) else bool(row["agrees"]),
    )


def _describe_main(curve: Curve) -> list[str]:
    main = next((one for one in curve.ways if one.is_main), None)
    if main is None:
        return []
    place = curve.ways.index(main) + 1
    verdict = ITS_LABELS[curve.change.main.verdict].lower()
    return [
        f"The verdict's own, {write_change(main.estimate)} ({write_interval(main.lower, main.upper)}; {verdict}), is "
        f"number {place} from below."
    ]


def _count(part: int, n: int) -> str:
    return f"all {n}" if part == n else f"{part or 'none'} of the {n}"


def _name(one: Way) -> str:
    return ", ".join(one.choices)


def _tell(curve: Curve, one: Way) -> str:
    if one.is_main:
        return ITS_LABELS[curve.change.main.verdict]
    if one.agrees is None:
        return "Cannot be judged"
    return "Yes" if one.agrees else "No"
