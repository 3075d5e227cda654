"""Which changes in counting does the fitted path allow for? And why not for the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.data import AreaResults
from bcf_eval.specs import Break

Status = Literal["step", "with the start", "too few months", "no step"]


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
    return [_judge(one, periods, results) for one in load.breaks(results.metric.key) if one.period <= periods[-1]]


def list_drawn(results: AreaResults) -> list[Counting]:
    """List the changes in counting that the picture numbers: those that may move the level."""
    first = str(results.observations["period"].iloc[0])
    return [
        one for one in list_countings(results) if one.change.effect in ("steps", "splits") and one.change.period > first
    ]


def _judge(change: Break, periods: list[str], results: AreaResults) -> Counting:
    if change.effect == "splits":
        return Counting(change, "no step", "figures before and after cannot be compared and are never used together")
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
