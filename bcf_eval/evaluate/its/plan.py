"""Which months, interventions and breaks go into a fit? Decided from the catalogue, before any number is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.results import CheckResult
from bcf_eval.specs import Break, Intervention, Protocol
from bcf_eval.stats.regression.design import Design, build_design

# The name of what began at a date when nothing did.
PLACEBO = "placebo"
# What England has instead of a p-value of that kind: how often its own fits came out as far from no change.
ENGLAND_ALONE = "no calibrated p-value of one series"
NEVER_CALIBRATED = "cannot be compared with the same test at dates when nothing began"


@dataclass(frozen=True)
class FitPlan:
    """One design, before it meets the data.

    Attributes
    ----------
    fit
        ``full``, or the key of the intervention whose window it is.
    specification
        ``main`` or the name of a robustness check.
    metric
        Key of the metric.
    periods
        The months of the window, in order.
    interventions
        Those with a step and a ramp, by date.
    breaks
        Those with a nuisance step, by date.
    season_pairs
        Fourier pairs.
    caveats
        What could not be entered, and why.
    """

    fit: str
    specification: str
    metric: str
    periods: tuple[str, ...]
    interventions: tuple[Intervention, ...]
    breaks: tuple[Break, ...]
    season_pairs: int
    caveats: tuple[CheckResult, ...] = ()

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """Calendar number of each period, shape ``(T,)``."""
        return np.array([_number(period) for period in self.periods])

    def position(self, intervention: str) -> int:
        """Where an intervention stands among those of the plan."""
        return [one.key for one in self.interventions].index(intervention)

    def build(self, rows: npt.NDArray[np.intp]) -> Design:
        """Build the design for series that are observed in some of the plan's periods."""
        cycle = parse_period(self.periods[0]).cycle
        return build_design(
            self.numbers[rows],
            interventions=[_number(one.start) for one in self.interventions],
            season_pairs=self.season_pairs,
            cycle=cycle,
            breaks=[_number(one.period) for one in self.breaks],
            origin=_number(self.periods[0]),
        )


def plan_full(metric: str, periods: Sequence[str], protocol: Protocol) -> FitPlan:
    """Plan the fit of all that is comparable: every intervention, every break that can be told."""
    for one in load.interventions(metric):
        stretch = _comparable(metric, periods, one.start)
        chosen = _inside(metric, stretch)
        if chosen:
            return _with_breaks("full", "main", metric, stretch, chosen, protocol)
    return _with_breaks("full", "main", metric, tuple(periods), (), protocol)


def plan_verdict(metric: str, periods: Sequence[str], intervention: Intervention, protocol: Protocol) -> FitPlan:
    """Plan the fit that a verdict stands on: 24 months before, 24 after, one intervention."""
    before, after = protocol.verdict_before, protocol.verdict_after
    window = _window(metric, periods, intervention, before, after)
    plan = _with_breaks(intervention.key, "main", metric, window, (intervention,), protocol)
    return replace(plan, caveats=(*_cut_caveats(metric, periods, intervention, before, after), *plan.caveats))


def plan_robustness(
    metric: str, periods: Sequence[str], intervention: Intervention, protocol: Protocol
) -> list[FitPlan]:
    """Plan the fits that stand beside the verdict: other windows, no season, no nuisance steps.

    One that comes to the same fit (no longer window can be had, there are no steps to leave out) is not planned.
    """
    main = plan_verdict(metric, periods, intervention, protocol)
    before, after, by = protocol.verdict_before, protocol.verdict_after, protocol.robustness_window_shift
    shorter = plan_window(metric, periods, intervention, protocol, before=before - by, after=after - by)
    longer = plan_window(metric, periods, intervention, protocol, before=before + by, after=after + by)
    plans = [
        replace(shorter, specification="window_shorter"),
        replace(longer, specification="window_longer"),
        replace(main, specification="no_season", season_pairs=0),
        replace(main, specification="no_break_steps", breaks=()),
    ]
    return [one for one in plans if replace(one, specification="main", caveats=main.caveats) != main]


def plan_window(
    metric: str, periods: Sequence[str], intervention: Intervention, protocol: Protocol, *, before: int, after: int
) -> FitPlan:
    """Plan the fit of a window of another length than the verdict's.

    A longer one may reach over another intervention, which then has terms of its own; where too few months lie beyond
    that for them, the window ends there.

    Parameters
    ----------
    before, after
        Months.
    """
    window = _window(metric, periods, intervention, before, after)
    inside = [intervention]
    if before > protocol.verdict_before or after > protocol.verdict_after:
        for one in load.interventions(metric):
            earlier = one.start < intervention.start
            beyond = [period for period in window if (period < one.start) == earlier]
            if one.key == intervention.key or not beyond:
                continue
            if len(beyond) < protocol.min_points_each_side:
                window = tuple(period for period in window if period not in beyond)
            else:
                inside.append(one)
    ordered = tuple(sorted(inside, key=lambda one: one.start))
    return _with_breaks(intervention.key, "main", metric, window, ordered, protocol)


def plan_placebo(metric: str, periods: Sequence[str], protocol: Protocol) -> list[FitPlan]:
    """Plan the verdict's fit at dates when nothing began: windows as long, wholly before the first intervention.

    The months are the last such window of the record; the dates lie far enough from both of its ends. None where
    the record that can be compared is too short.
    """
    before = _before_anything(metric, periods)[-(protocol.verdict_before + protocol.verdict_after) :]
    if say_calibration(metric, periods, protocol):
        return []
    dates = before[protocol.placebo_first : protocol.placebo_last + 1]
    return [
        _with_breaks(PLACEBO, "main", metric, before, (Intervention(PLACEBO, "nothing", date, "shock", ()),), protocol)
        for date in dates
    ]


def say_calibration(metric: str, periods: Sequence[str], protocol: Protocol) -> str:
    """Say why a verdict cannot be set beside the same test at dates when nothing began; ``""`` where it can.

    That takes windows of the same length wholly before anything began, in months that can be compared.
    """
    first = next(iter(_inside(metric, periods)), None)
    if first is None:
        return f"{NEVER_CALIBRATED}: the record does not reach back to before anything began"
    before = len(_before_anything(metric, periods))
    if before >= protocol.verdict_before + protocol.verdict_after:
        return ""
    return f"{NEVER_CALIBRATED}: the record that can be compared begins {before} months before {first.label}"


def _before_anything(metric: str, periods: Sequence[str]) -> tuple[str, ...]:
    """The months that can be compared with the first intervention's, and lie before it."""
    first = next(iter(_inside(metric, periods)), None)
    if first is None:
        return ()
    return tuple(period for period in _comparable(metric, periods, first.start) if period < first.start)


def _with_breaks(
    fit: str,
    specification: str,
    metric: str,
    periods: tuple[str, ...],
    interventions: tuple[Intervention, ...],
    protocol: Protocol,
) -> FitPlan:
    entered, caveats = [], []
    starts = {one.start: one for one in interventions}
    for one in load.breaks(metric):
        if one.effect != "steps" or not periods or not periods[0] < one.period <= periods[-1]:
            continue
        month = parse_period(one.period).label
        if one.period in starts:
            caveats.append(
                CheckResult(
                    "break at the intervention",
                    False,
                    f"In {month}, the month {starts[one.period].label} began, {one.label}; "
                    "a change in counting cannot be told from a change in care.",
                )
            )
        elif _points_each_side(periods, one.period) < protocol.min_points_step:
            caveats.append(
                CheckResult(
                    "break left out",
                    False,
                    f"In {month} {one.label}; fewer than {protocol.min_points_step} months on one side of it are "
                    "in the window, so no step was fitted for it.",
                )
            )
        else:
            entered.append(one)
    return FitPlan(
        fit, specification, metric, periods, interventions, tuple(entered), protocol.season_pairs, tuple(caveats)
    )


def _comparable(metric: str, periods: Sequence[str], at: str) -> tuple[str, ...]:
    """The periods since the last break before ``at`` that nothing is used across, up to the next one."""
    first, end = _edges(metric, at)
    return tuple(period for period in periods if period >= first and (not end or period < end))


def _edges(metric: str, at: str) -> tuple[str, str]:
    """The last break up to ``at`` that nothing is used across, and the next one; ``""`` where there is none."""
    splits = [one.period for one in load.breaks(metric) if one.effect in ("splits", "ends")]
    return max((one for one in splits if one <= at), default=""), min((one for one in splits if one > at), default="")


def _inside(metric: str, periods: Sequence[str]) -> tuple[Intervention, ...]:
    """The interventions that began within some periods, after the first of them."""
    return tuple(one for one in load.interventions(metric) if periods and periods[0] < one.start <= periods[-1])


def _span(periods: Sequence[str], intervention: Intervention, before: int, after: int) -> tuple[str, ...]:
    start = _number(intervention.start)
    return tuple(period for period in periods if start - before <= _number(period) < start + after)


def _window(
    metric: str, periods: Sequence[str], intervention: Intervention, before: int, after: int
) -> tuple[str, ...]:
    return _span(_comparable(metric, periods, intervention.start), intervention, before, after)


def _cut_caveats(
    metric: str, periods: Sequence[str], intervention: Intervention, before: int, after: int
) -> list[CheckResult]:
    """Say which breaks took months of the data out of a window."""
    whole, edges = _span(periods, intervention, before, after), _edges(metric, intervention.start)
    cut = [
        one
        for one in load.breaks(metric)
        if one.effect in ("splits", "ends") and one.period in edges and whole and whole[0] < one.period <= whole[-1]
    ]
    return [
        CheckResult(
            "window cut at a break",
            False,
            f"In {parse_period(one.period).label} {one.label}; months on the other side of it cannot be compared "
            "and were left out.",
        )
        for one in cut
    ]


def _points_each_side(periods: Sequence[str], at: str) -> int:
    after = sum(period >= at for period in periods)
    return min(after, len(periods) - after)


@cache
def _number(period: str) -> int:
    parsed = parse_period(period)
    return parsed.start // parsed.n_months
