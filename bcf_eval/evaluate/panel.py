"""How do the observations of one metric lie as arrays? Periods by areas, with people and days beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.observations import COLUMNS, days_in, events, matrix, rate
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, Metric

Array = npt.NDArray[np.float64]

# Days of the average month.
_MONTH = 365.25 / 12
# Flags of months that are counted in another way than those without them, and what happened between the two.
RECOUNTED = {
    "merged_commissioners": "its commissioners merged, which by itself moves what is shared out to it",
    "without_part": "it gained ground that was counted elsewhere before",
}


# Two panels are the same when they are one object: their arrays cannot be told apart by a glance.
@dataclass(frozen=True, eq=False)
class Panel:
    """One metric of every area.

    Attributes
    ----------
    metric
        What is measured.
    periods
        Length ``T``, in order, none left out.
    areas
        ONS codes, length ``S``.
    value, numerator, denominator
        Shape ``(T, S)``, ``NaN`` where there is none.
    events_per_unit
        Counts in the period that one unit of ``value`` stands for, shape ``(T, S)``.
    incomplete, implausible
        Whether a number was returned but seems to lack a provider's, or to count some twice or in error, shape
        ``(T, S)``: not among the values of boards.
    to_five
        Whether the counts of each period are published to the nearest five, shape ``(T,)``.
    recounted
        Periods from which an area's figures are counted otherwise, by ONS code; areas without any are absent.
    recounted_why
        What happened to each of them, in words.
    """

    metric: Metric
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    value: Array
    numerator: Array
    denominator: Array
    events_per_unit: Array
    incomplete: npt.NDArray[np.bool_]
    implausible: npt.NDArray[np.bool_]
    to_five: npt.NDArray[np.bool_]
    recounted: Mapping[str, tuple[str, ...]]
    recounted_why: Mapping[str, str]

    def rows(self, periods: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Where periods stand."""
        place = {period: i for i, period in enumerate(self.periods)}
        return np.array([place[period] for period in periods], np.intp)

    def column(self, area_code: str) -> int:
        """Where an area stands."""
        return self.areas.index(area_code)

    @property
    def unused(self) -> npt.NDArray[np.bool_]:
        """Whether a number that was returned is not used, shape ``(T, S)``."""
        return self.incomplete | self.implausible

    def month_lengths(self) -> Array:
        """Length of each period beside an average month, shape ``(T,)``; see :func:`measure_months`."""
        return measure_months(self.metric, self.periods)

    def level_months(self) -> Panel:
        """The same as if every month were as long as the average one.

        What adds up over a month is 8% lower in February and rises and falls with 30 and 31 days. No season of two
        pairs follows that, so that errors would seem to alternate and intervals would be too narrow.
        """
        by = 1 / self.month_lengths()[:, None]
        if np.all(by == 1):
            return self
        return replace(
            self,
            value=self.value * by,
            numerator=self.numerator * by,
            events_per_unit=self.events_per_unit / by,
        )

    def find_whole(self) -> npt.NDArray[np.bool_]:
        """Find the boards whose figures are whole in every period that boards have figures of, shape ``(S,)``."""
        boards = np.array([code != ENGLAND for code in self.areas])
        returned = np.isfinite(self.numerator[:, boards]).any(axis=1)
        known = np.isfinite(self.numerator[returned]).all(axis=0)
        return np.asarray(boards & known & ~self.unused.any(axis=0))

    def use_whole_boards(self) -> Panel:
        """The same with England as the sum of the boards whose figures are whole, where its own are not.

        One provider is a hundredth of the country, and so is what an intervention may be expected to do: with the
        printed figures England, and every board beside it, would seem to change when a provider returns.
        """
        if ENGLAND not in self.areas or not self.unused[:, self.column(ENGLAND)].any():
            return self
        england, whole = self.column(ENGLAND), self.find_whole()
        value, numerator, denominator = self.value.copy(), self.numerator.copy(), self.denominator.copy()
        numerator[:, england] = numerator[:, whole].sum(axis=1)
        denominator[:, england] = denominator[:, whole].sum(axis=1)
        value[:, england] = rate(numerator[:, england], denominator[:, england], self.metric, _days(self.periods))
        return replace(self, value=value, numerator=numerator, denominator=denominator)

    def local_change(self) -> Array:
        """Each area's value less that of the rest of England, shape ``(T, S)``; ``NaN`` for England.

        A swing that all boards share leaves no trace in it.
        """
        if ENGLAND not in self.areas:
            return np.full_like(self.value, np.nan)
        england, whole = self.column(ENGLAND), self.use_whole_boards()
        inside = np.ones_like(self.find_whole()) if whole is self else self.find_whole()
        rest = rate(
            whole.numerator[:, [england]] - np.where(inside, self.numerator, 0.0),
            whole.denominator[:, [england]] - np.where(inside, self.denominator, 0.0),
            self.metric,
            _days(self.periods)[:, None],
        )
        local = self.value - rest
        local[:, england] = np.nan
        return local


def build_panel(observations: pd.DataFrame, metric: Metric) -> Panel:
    """Lay one metric out: England and the boards, by the periods the metric is returned for.

    Parameters
    ----------
    observations
        See :mod:`bcf_eval.observations`. Rows of another kind of period (quarters of a monthly metric) and of
        areas that are no boards are left aside.
    metric
        Which.

    Raises
    ------
    RequestError
        If the observations hold none of it.
    """
    lacking = [name for name in COLUMNS if name not in getattr(observations, "columns", ())]
    if lacking:
        raise RequestError(f"The observations lack the column '{lacking[0]}'; expected {', '.join(COLUMNS)}.")
    rows = _select_rows(observations, metric)
    if rows.empty:
        raise RequestError(f"The observations hold no '{metric.key}'.")
    periods = _list_periods(rows["period"])
    value, numerator, people = (
        matrix(rows, metric.key, column=name).reindex(list(periods)) for name in ("value", "numerator", "denominator")
    )
    if metric.frequency == "month":
        # A month that was not returned had people in it all the same.
        people = people.interpolate(limit_area="inside")
    denominator = people.to_numpy()
    flags = rows.pivot(index="period", columns="area_code", values="flag").reindex(list(periods)).fillna("")
    incomplete, implausible = (_find_flag(flags, word) for word in ("incomplete", "implausible"))
    # A provider that is missing is a large part of a board. England's figure is kept; see use_whole_boards.
    hidden = (incomplete | implausible) & (flags.columns != ENGLAND)
    recounted = _find_recounted(flags)
    return Panel(
        metric=metric,
        periods=periods,
        areas=tuple(value.columns),
        value=np.where(hidden, np.nan, value.to_numpy()),
        numerator=np.where(hidden, np.nan, numerator.to_numpy()),
        denominator=denominator,
        events_per_unit=events(1.0, denominator, metric, _days(periods)[:, None]),
        incomplete=incomplete,
        implausible=implausible,
        to_five=np.asarray(_find_flag(flags, "counts_to_five").any(axis=1)),
        recounted={code: tuple(changes) for code, changes in recounted.items()},
        recounted_why={code: " and ".join(dict.fromkeys(changes.values())) for code, changes in recounted.items()},
    )


def measure_months(metric: Metric, periods: Sequence[str]) -> Array:
    """Length of each period beside an average month, shape ``(T,)``; 1 where rates are per day or not monthly."""
    if metric.per_day or metric.frequency != "month":
        return np.ones(len(periods))
    return _days(tuple(periods)) / _MONTH


def _find_flag(flags: pd.DataFrame, word: str) -> npt.NDArray[np.bool_]:
    cells = flags.to_numpy(str)
    # There are a handful of different flags, and tens of thousands of cells.
    return np.isin(cells, [text for text in np.unique(cells) if word in text])


def _find_recounted(flags: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Find the periods in which a flag that tells how an area is counted begins or ends, with what it means."""
    found: dict[str, dict[str, str]] = {}
    for word, meaning in RECOUNTED.items():
        held = _find_flag(flags, word)
        turns = held[1:] != held[:-1]
        for row, place in zip(*np.nonzero(turns), strict=True):
            found.setdefault(str(flags.columns[place]), {})[str(flags.index[row + 1])] = meaning
    return {code: dict(sorted(changes.items())) for code, changes in found.items()}


def _select_rows(observations: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    rows = observations[observations["metric"].eq(metric.key)]
    kinds = {text: parse_period(text).kind for text in rows["period"].unique()}
    no_boards = [code for code, area in load.areas().items() if area.kind == "not_a_board"]
    return rows[rows["period"].map(kinds).eq(metric.frequency) & ~rows["area_code"].isin(no_boards)]


def _list_periods(periods: pd.Series) -> tuple[str, ...]:
    """Every period from the first to the last, also those that no area has."""
    first, last = parse_period(periods.min()), parse_period(periods.max())
    return tuple(str(first.shift(i)) for i in range(last.since(first) + 1))


def _days(periods: tuple[str, ...]) -> Array:
    return days_in(pd.Series(periods))
