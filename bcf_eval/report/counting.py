"""Which changes in counting does the fitted path allow for? And why not for the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.specs import Break

Status = Literal["step", "with the start", "too few months", "no step"]
_RECOUNTED = {
    "merged_commissioners": "commissioners of the area had merged, and the larger one is shared out from here on",
    "without_part": "the area gained ground that was counted elsewhere before",
}
_SPLITS = "figures before and after cannot be compared and are never used together"


@dataclass(frozen=True)
class Counting:
    """A change in counting, and whether the fitted path has a step for it.

    Attributes
    ----------
    status
        ``step``: it has. ``with the start``: an intervention began in the same month.
        ``too few months``: it has too few months on one side. ``no step``: none is called for.
    meaning
        What that means for the figures, in words.
    """

    change: Break
    status: Status
    meaning: str

    @property
    def month(self) -> str:
        """When, in words."""
        return parse_period(self.change.period).label


def list_countings(results: AreaResults) -> list[Counting]:
    """List the changes in counting up to the last month of an area."""
    periods = [str(period) for period in results.observations["period"]]
    found = [_judge(one, periods, results) for one in load.breaks(results.metric.key) if one.period <= periods[-1]]
    found += [Counting(one, "no step", _say_move(one)) for one in results.moves if one.period <= periods[-1]]
    return sorted([*found, *_list_recounted(results)], key=lambda one: one.change.period)


def list_year_countings(results: AnnualResults) -> list[Counting]:
    """List the changes in counting from the year after the first to the last year of an area."""
    first, last = (str(results.observations["period"].iloc[i]) for i in (0, -1))
    found = [*load.breaks(results.metric.key), *results.moves]
    meant = {
        "splits": "no year is set beside one on the other side of it",
        "ends": "no year is set beside one on the other side of it",
        "steps": "a change on the year before may come from it",
    }
    none = "no consequence for these figures"
    return [
        Counting(one, "no step", meant.get(one.effect, none))
        for one in found
        if parse_period(first).start < parse_period(one.period).start < parse_period(last).shift(1).start
    ]


def list_drawn(results: AreaResults) -> list[Counting]:
    """List the changes in counting that the picture numbers: those that may move the level."""
    first = str(results.observations["period"].iloc[0])
    return [
        one for one in list_countings(results) if one.change.effect in ("steps", "splits") and one.change.period > first
    ]


def _list_recounted(results: AreaResults) -> list[Counting]:
    """Find where the area was counted otherwise from one month to the next: the return does not say, flags do."""
    periods = [str(period) for period in results.observations["period"]]
    found = []
    for flag, label in _RECOUNTED.items():
        carried = [flag in words.split(";") for words in results.observations["flag"]]
        moves = [periods[i] for i in range(1, len(periods)) if carried[i] != carried[i - 1]]
        found += [
            Counting(Break(results.metric.key, one, "boundary", "splits", label), "no step", _SPLITS) for one in moves
        ]
    return found


def _say_move(change: Break) -> str:
    if change.effect == "none":
        return "no consequence for these figures"
    return "no step: the change of level may come from that alone"


def _judge(change: Break, periods: list[str], results: AreaResults) -> Counting:
    if change.effect == "splits":
        return Counting(change, "no step", _SPLITS)
    if change.effect != "steps":
        return Counting(change, "no step", "no consequence for these figures")
    begun = [one.intervention.label for one in results.changes if one.intervention.start == change.period]
    if begun:
        return Counting(change, "with the start", f"no step: it cannot be told from {begun[0]}")
    n_after = sum(period >= change.period for period in periods)
    if min(n_after, len(periods) - n_after) < results.protocol.min_points_step:
        side = "after" if n_after < results.protocol.min_points_step else "before"
        return Counting(change, "too few months", f"no step: too few months {side} it")
    return Counting(change, "step", "a step is fitted, and both paths take it")
