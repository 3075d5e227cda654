"""Have boards done as much before? Earlier changes over as long a time, of all boards and of those like this one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Baseline, Question, choose_baseline
from bcf_eval.evaluate.targets.forecasting import measure_floors, observed_rate, pool_season
from bcf_eval.evaluate.targets.record import group_by_size
from bcf_eval.periods import Period, parse_period
from bcf_eval.specs import ENGLAND, Protocol

Array = npt.NDArray[np.float64]

# Of changes on the log scale that are the same.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Achievable:
    """How many board-periods improved as much as targets ask; arrays of shape ``(S,)``, one for each target.

    Attributes
    ----------
    share, of
        Share of the board-periods of the same third of size and of starting level, and how many there were.
    beyond
        Whether the improvement is larger than the protocol's share of those of all boards.
    """

    share: Array
    of: Array
    beyond: npt.NDArray[np.bool_]


def measure_achievable(
    panel: Panel,
    question: Question,
    baseline: Baseline,
    columns: npt.NDArray[np.intp],
    *,
    stated_period: str,
    stated: Array,
    planned: Array,
    protocol: Protocol,
) -> Achievable:
    """Set the improvement from a stated baseline to a target beside those that boards made over as long a time.

    Each stretch has a baseline as long, and as long before its target period, as the target's own, so that one month
    taken for a baseline counts for as little there as here. Stretches begin where the next one's target period
    ends; the last ends with what was known.

    Parameters
    ----------
    panel, question, baseline
        The data, what is asked, and the months whose season is taken out.
    columns
        Area of each target, shape ``(S,)``.
    stated_period
        The period the targets state as their baseline.
    stated, planned
        Values of baseline and target, shape ``(S,)``.
    protocol
        The choices.
    """
    scale = _Scale(panel, question, baseline, protocol)
    sign = -1.0 if panel.metric.better == "lower" else 1.0
    before, after = parse_period(stated_period), question.target
    began = scale.measure(stated, before, 0, columns)
    own = sign * (scale.measure(planned, after, 0, columns) - began)
    level = _place(began, scale.observe(before, 0))
    size = group_by_size(panel, question, protocol)
    made, third = [], []
    for shift in _list_shifts(panel, question, protocol):
        start = scale.observe(before, shift)
        made.append(sign * (scale.observe(after, shift) - start))
        third.append(_place(start, start))
    improvement = np.array(made).reshape(-1, len(panel.areas))
    known = np.isfinite(improvement)
    as_much = known & (improvement >= own[:, None, None] - _ROUNDING)
    alike = known & (np.array(third, int).reshape(improvement.shape) == level[:, None, None])
    alike &= ((size == size[columns][:, None]) & (size >= 0) & (level >= 0)[:, None])[:, None, :]
    of, total = alike.sum(axis=(1, 2)).astype(float), int(known.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(np.isfinite(own), (alike & as_much).sum(axis=(1, 2)) / of, np.nan)
    # So high a share can only be told from enough of them.
    most = (1 - protocol.record_share) * total
    beyond = np.isfinite(own) & (most >= 1) & (as_much.sum(axis=(1, 2)) < most)
    return Achievable(share, np.where(np.isfinite(own), of, np.nan), np.asarray(beyond))


class _Scale:
    """Rates per day on the log scale, the season taken out, so that periods of any length can be set beside."""

    def __init__(self, panel: Panel, question: Question, baseline: Baseline, protocol: Protocol) -> None:
        self.panel = panel
        self.floors = measure_floors(panel, question, protocol)
        self.season = pool_season(panel, question, baseline, protocol)
        self.boards = np.array([code != ENGLAND for code in panel.areas])

    def measure(self, rate: Array, period: Period, shift: int, columns: npt.NDArray[np.intp]) -> Array:
        """Bring a rate over a period, moved by some months, to the scale."""
        moved = Period(period.kind, period.start + shift)
        days = 1.0 if self.panel.metric.per_day else float(moved.days)
        season = self.season.at(moved.start + np.arange(moved.n_months)).mean()
        per_day = np.where(np.asarray(rate) >= 0, rate, np.nan) / days
        return np.asarray(np.log(per_day + self.floors[columns]) - season)

    def observe(self, period: Period, shift: int) -> Array:
        """What boards had over a period, moved by some months, shape ``(A,)``."""
        every = np.arange(len(self.panel.areas))
        rate = observed_rate(self.panel, Period(period.kind, period.start + shift).months, every)
        return self.measure(np.where(self.boards, rate, np.nan), period, shift, every)


def _list_shifts(panel: Panel, question: Question, protocol: Protocol) -> range:
    """Months by which a question is moved back for stretches that do not overlap, within what can be compared."""
    span = int(question.horizons[-1])
    months = len(choose_baseline(panel, question, protocol, most=0).periods)
    return range(-span, -months, -span)


def _place(values: Array, among: Array) -> npt.NDArray[np.int_]:
    """The third of some values in which others lie, 0 the lowest; -1 where that is not known."""
    known = among[np.isfinite(among)]
    if known.size == 0:
        return np.full(values.shape, -1)
    found = np.searchsorted(np.quantile(known, [1 / 3, 2 / 3]), np.where(np.isfinite(values), values, 0.0))
    return np.where(np.isfinite(values), found, -1)
