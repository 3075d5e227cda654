"""How far off were such forecasts before? The same forecast made at earlier dates, and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question, choose_baseline
from bcf_eval.evaluate.targets.forecasting import AreaForecast, forecast_areas, observed_rate
from bcf_eval.periods import Period, parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.tails import Tail, build_tail, split_thirds

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """Errors of earlier forecasts of one kind of target period, all known by the end of a baseline.

    Attributes
    ----------
    origins, ends
        The last month that was known to each, and the last of its target period; calendar numbers, shape ``(O,)``.
    errors
        ``[log(R + c) - log(forecast + c)] / s``, s the innovation standard deviation of each fit, the sign turned
        where high is better: low is better in all. Shape ``(O, A)``, areas as in the panel; ``NaN`` where none.
    trend_t
        Trend over standard error in each fit, shape ``(O, A)``.
    third
        Group of size of each area, 0 the smallest, by the people of the last known month; -1 for England.
    lower_is_better
        Direction of the metric.
    reason
        Why there are no tails from it; ``""`` when there are.
    """

    origins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    errors: Array
    trend_t: Array
    third: npt.NDArray[np.int_]
    lower_is_better: bool
    reason: str

    @property
    def n_periods(self) -> int:
        """How many of the forecasts, at the most, look over stretches of time that do not overlap."""
        return count_apart(self.origins, self.ends)

    def select(self, which: npt.NDArray[np.bool_]) -> Record:
        """The same with some of the forecasts alone."""
        return replace(
            self,
            origins=self.origins[which],
            ends=self.ends[which],
            errors=self.errors[which],
            trend_t=self.trend_t[which],
        )

    def build_tails(self) -> tuple[Tail, ...]:
        """One tail for each group of size."""
        groups = range(self.third.max() + 1)
        return tuple(build_tail(self.errors[:, self.third == number]) for number in groups)


def build_record(panel: Panel, question: Question, protocol: Protocol) -> Record:
    """Make the forecast of a question at every earlier date, from what was known then, and measure its errors.

    Parameters
    ----------
    panel
        The metric's data; nothing after the question's last known month is used.
    question
        Its lead and length are those of every forecast.
    protocol
        The choices. Each forecast keeps to the same rules of baseline, steps and season as the one that is asked for.

    Returns
    -------
    Record
        Revised figures enter it where they were revised: what was printed at the time is not kept.
    """
    lower_is_better = panel.metric.better == "lower"
    boards = np.array([code != ENGLAND for code in panel.areas])
    all_areas = np.arange(len(panel.areas))
    kept: list[tuple[Question, Array, Array]] = []
    for earlier in list_questions(panel, question, protocol):
        known = keep_comparable(panel, str(earlier.end))
        baseline = choose_baseline(known, earlier, protocol)
        if baseline.reason:
            continue
        forecast = forecast_areas(known, earlier, baseline, all_areas, protocol)
        error = _measure(forecast, observed_rate(known, earlier.months, all_areas), lower_is_better=lower_is_better)
        error[~boards] = np.nan
        if np.isfinite(error).sum() >= protocol.tail_min_areas:
            kept.append((earlier, error, forecast.trend_t))
    shape = (len(kept), len(panel.areas))
    return Record(
        origins=np.array([one.end.start for one, _, _ in kept], np.int64),
        ends=np.array([parse_period(one.months[-1]).start for one, _, _ in kept], np.int64),
        errors=np.array([error for _, error, _ in kept]).reshape(shape),
        trend_t=np.array([trend for _, _, trend in kept]).reshape(shape),
        third=group_by_size(panel, question, protocol),
        lower_is_better=lower_is_better,
        reason=_find_reason(panel, question, boards, len(kept), protocol),
    )


def cut_record(record: Record, panel: Panel, question: Question, protocol: Protocol) -> Record:
    """What of a record was known by the end of an earlier question of the same kind.

    Parameters
    ----------
    record
        Of a later date: forecasts made before do not depend on it.
    panel, question, protocol
        As for :func:`build_record`.
    """
    cut = record.select(np.asarray(record.ends <= question.end.start))
    boards = np.array([code != ENGLAND for code in panel.areas])
    reason = _find_reason(panel, question, boards, cut.origins.size, protocol)
    return replace(cut, third=group_by_size(panel, question, protocol), reason=reason)


def list_questions(panel: Panel, question: Question, protocol: Protocol) -> Iterator[Question]:
    """List the questions of the same lead and length at earlier dates, whose target period ended by this one's end."""
    first = _find_first_month(panel)
    lead = question.target.start - question.end.start
    last = question.end.start - lead - question.target.n_months + 1
    for end in range(first + protocol.tail_first_origin - 1, last + 1, protocol.tail_origin_step):
        yield Question(Period(question.target.kind, end + lead), Period("month", end))


def group_by_size(panel: Panel, question: Question, protocol: Protocol) -> npt.NDArray[np.int_]:
    """Group of size of each area by the people of the last known month, 0 the smallest; -1 for England.

    One group for all where a group would hold too few boards to have tails of its own.
    """
    boards = np.array([code != ENGLAND for code in panel.areas])
    people = np.where(boards, panel.denominator[panel.periods.index(str(question.end))], np.nan)
    enough = np.isfinite(people).sum() >= protocol.tail_size_groups * protocol.tail_min_areas
    return split_thirds(people, protocol.tail_size_groups if enough else 1)


def count_apart(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> int:
    """Count how many spans can be chosen of which none begins before another ends; in order of their ends."""
    count, last = 0, -np.inf
    for start, end in sorted(zip(starts, ends, strict=True), key=lambda one: one[1]):
        if start >= last:
            count, last = count + 1, end
    return count


def _measure(forecast: AreaForecast, outturn: Array, *, lower_is_better: bool) -> Array:
    usual = forecast.predictive
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log(np.where(outturn >= 0, outturn, np.nan) + usual.floor) - np.log(usual.centre + usual.floor)
        error = gap / forecast.innovation_sd
    return np.where(np.isfinite(error), error if lower_is_better else -error, np.nan)


def _find_first_month(panel: Panel) -> int:
    """The first month of which any board has a figure."""
    boards = np.array([code != ENGLAND for code in panel.areas])
    rows = np.flatnonzero(np.isfinite(panel.value[:, boards]).any(axis=1))
    return parse_period(panel.periods[rows[0] if rows.size else 0]).start


def _find_reason(panel: Panel, question: Question, boards: npt.NDArray[np.bool_], kept: int, protocol: Protocol) -> str:
    if boards.sum() < protocol.tail_min_areas:
        return f"a record of forecasts needs the data of {protocol.tail_min_areas} boards, and there are {boards.sum()}"
    if kept >= protocol.tail_min_origins:
        return ""
    months = question.end.start - _find_first_month(panel) + 1
    dates = "1 earlier date" if kept == 1 else f"{kept or 'no'} earlier dates"
    return (
        f"by {question.end.label} boards had {months} months of data, so that the same forecast can be checked at "
        f"{dates}, and {protocol.tail_min_origins} are needed"
    )
