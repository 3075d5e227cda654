"""Did chances said in the past hold? Each earlier date of forecasts judged by the tails of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from bcf_eval.evaluate.targets.record import Record
from bcf_eval.specs import Protocol

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Below -_TREND the figures of a board were falling, above rising, by the trend over its standard error.
_TREND = 1.5
CLASSES = {-1: "falling", 0: "neither falling nor rising clearly", 1: "rising"}
# A tail that is met more often than this is too thin for the boards it is said of; so often as many as it claims.
_MOST_OFTEN = 2.0
# Between these shares of what was said, all boards together, a tail is said to hold: 3% to 8% of one of 5%.
_LEAST_HELD, _MOST_HELD = 0.6, 1.6

APART = "each date was judged by dates it has no month in common with"
OTHERS = "each date was judged by all others, also those it has months in common with"
EARLIER = "each date was judged by what had been seen by then alone"
REVISED = "Figures are as revised since; those printed at the time may have differed."


@dataclass(frozen=True)
class Replay:
    """How often the tail that was said to come with some probability came, at each date.

    Attributes
    ----------
    met
        1 where an area met the tail, 0 where not, ``NaN`` where nothing was said; shape ``(O, A)``.
    record
        Of the dates that could be judged, ``O`` of them.
    tail
        The probability that was said.
    how
        By which dates each was judged, in words.
    """

    met: Array
    record: Record
    tail: float
    how: str

    @property
    def by_origin(self) -> Array:
        """Frequency at each date, shape ``(O,)``."""
        return measure_frequency(self.met)

    @property
    def frequency(self) -> float:
        """Share of all that was said which came; ``NaN`` where nothing was. Dates have hardly more or fewer boards."""
        return float(np.nanmean(self.met)) if np.isfinite(self.met).any() else float("nan")


def replay_tails(record: Record, protocol: Protocol, *, tail: float, earlier_only: bool = False) -> Replay:
    """Judge each date by the tails of other ones.

    Parameters
    ----------
    record
        Errors of past forecasts.
    protocol
        States how many other dates are needed.
    tail
        The probability whose tail is looked at.
    earlier_only
        Judge by dates whose target period had ended by then, as anybody could have at the time. Else by all that
        share no month with it; and where that leaves too few dates, by all others.
    """
    before = record.ends[None, :] <= record.origins[:, None]
    after = record.origins[None, :] >= record.ends[:, None]
    if earlier_only:
        return _judge(record, before, tail, EARLIER, least=protocol.tail_min_origins)
    apart = _judge(record, before | after, tail, APART, least=protocol.tail_min_origins)
    if apart.record.origins.size >= protocol.tail_min_origins:
        return apart
    others = ~np.eye(record.origins.size, dtype=bool)
    return _judge(record, others, tail, OTHERS, least=protocol.tail_min_origins - 1)


def class_trend(trend_t: Array) -> npt.NDArray[np.int_]:
    """Class of each trend: see :data:`CLASSES`; one that is not known has no clear trend."""
    with np.errstate(invalid="ignore"):
        return np.where(trend_t > _TREND, 1, np.where(trend_t < -_TREND, -1, 0))


def find_heavy_classes(record: Record, protocol: Protocol) -> tuple[int, ...]:
    """Find the classes of trend whose boards met the tail more than twice as often as was said.

    Those with fewer forecasts than dates and areas that a record needs are not judged.
    """
    replay = replay_tails(record, protocol, tail=protocol.alpha)
    held = class_trend(replay.record.trend_t)
    least = protocol.tail_min_areas * protocol.tail_min_origins
    found = []
    for number in CLASSES:
        met = np.where(held == number, replay.met, np.nan)
        if np.isfinite(met).sum() >= least and np.nanmean(met) > _MOST_OFTEN * protocol.alpha:
            found.append(number)
    return tuple(found)


def describe_record(record: Record, protocol: Protocol) -> str:
    """Say how the chance called unlikely did in the past; ``""`` where there is no record.

    Where by what could be known at the time it came more than twice as often as was said, that is said too.
    """
    if record.reason:
        return ""
    real = _replay_real_time(record, protocol)
    said = describe_replay(replay_tails(record, protocol, tail=protocol.alpha))
    return f"{said} {describe_real_time(real)}" if real.frequency > _MOST_OFTEN * protocol.alpha else said


def explain_record(record: Record, protocol: Protocol) -> str:
    """Say it with how each date was judged, and what could have been known at the time; ``""`` likewise."""
    if record.reason:
        return ""
    replay, real = replay_tails(record, protocol, tail=protocol.alpha), _replay_real_time(record, protocol)
    said = f"{describe_replay(replay)} {_say_time(replay)} {replay.how[:1].upper()}{replay.how[1:]}. {REVISED}"
    return f"{said} {describe_real_time(real)}" if real.by_origin.size else said


def holds(record: Record, protocol: Protocol) -> bool:
    """Whether the tail came about as often as was said: 3 to 8 times in 100 for 5, and never twice as often in time."""
    if record.reason:
        return False
    share = replay_tails(record, protocol, tail=protocol.alpha).frequency / protocol.alpha
    often = _replay_real_time(record, protocol).frequency > _MOST_OFTEN * protocol.alpha
    return bool(_LEAST_HELD <= share <= _MOST_HELD and not often)


def describe_heavy_class(number: int) -> str:
    """Say why a board is judged by the record of boards with a trend like its own."""
    return (
        f"Boards whose figures were {CLASSES[number]} came to such values more than twice as often as was said, "
        "so that the chance here is from their record alone, which asks more of a target."
    )


def describe_replay(replay: Replay) -> str:
    """Say whether a tail came as often as was said, and its range over dates.

    ``Such chances have been about right: of what was said to come 5 times in 100, 5 in 100 came, from 1 to 15 by …``
    """
    each = 100 * replay.by_origin
    if each.size == 0:
        return ""
    share = replay.frequency / replay.tail
    been = "too low" if share > _MOST_HELD else "too high" if share < _LEAST_HELD else "about right"
    return (
        f"Such chances have been {been}: of what was said to come {_times(replay.tail)}, "
        f"{round(100 * replay.frequency)} in 100 came, from {each.min():.0f} to {each.max():.0f} by date."
    )


def _say_time(replay: Replay) -> str:
    """Say at how many dates, and over how much time that does not overlap."""
    n, dates = replay.record.n_periods, replay.by_origin.size
    stretches = "1 stretch of time" if n == 1 else f"{n} stretches of time that do not overlap"
    return f"That is at {dates} earlier dates, over {stretches}."


def describe_real_time(replay: Replay) -> str:
    """Say how often it came by what could be known at the time."""
    dates, times = replay.record.origins.size, _times(replay.frequency)
    return f"Judged by what had been seen at the time alone, at the last {dates} dates, it came {times}."


def measure_frequency(met: Array) -> Array:
    """Frequency at each date, shape ``(O,)``, dates without any left out."""
    known = np.isfinite(met)
    each = known.sum(axis=1)
    return np.asarray(np.where(known, met, 0.0).sum(axis=1)[each > 0] / each[each > 0])


def bound_frequency(replay: Replay, *, level: float = 0.90) -> Array:
    """Interval of the frequency, shape ``(2,)``: t over dates, as many as look over time that does not overlap.

    Boards of one date are no independent draws, and nor are dates that have months in common.
    """
    each, apart = replay.by_origin, replay.record.n_periods
    if each.size < 2 or apart < 2:
        return np.array([np.nan, np.nan])
    half = stdtrit(apart - 1, 0.5 + level / 2) * each.std(ddof=1) / np.sqrt(apart)
    return np.asarray(np.clip(each.mean() + np.array([-half, half]), 0.0, 1.0))


def _replay_real_time(record: Record, protocol: Protocol) -> Replay:
    """The replay by earlier dates alone; without any date where they are too few to say."""
    real = replay_tails(record, protocol, tail=protocol.alpha, earlier_only=True)
    if real.record.origins.size >= protocol.tail_min_origins:
        return real
    none = np.zeros(real.record.origins.size, bool)
    return Replay(real.met[none], real.record.select(none), real.tail, real.how)


def _judge(record: Record, others: Flags, tail: float, how: str, *, least: int) -> Replay:
    enough = others.sum(axis=1) >= least
    met = np.full((int(enough.sum()), record.third.size), np.nan)
    for row, place in enumerate(np.flatnonzero(enough)):
        for number, one in enumerate(record.select(others[place]).build_tails()):
            which = record.third == number
            if one.errors.size:
                chance = one.chance_at_most(record.errors[place, which])
                met[row, which] = np.where(np.isnan(chance), np.nan, chance < tail)
    return Replay(met, record.select(enough), tail, how)


def _times(share: float) -> str:
    number = round(100 * share)
    return f"{number} {'time' if number == 1 else 'times'} in 100"
