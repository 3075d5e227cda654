"""Did past chances hold, for which boards, and over which lengths of forecast? The table of the tool's own record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question
from bcf_eval.evaluate.targets.record import Record, build_record, cut_record
from bcf_eval.evaluate.targets.replay import (
    CLASSES,
    Replay,
    class_trend,
    describe_replay,
    measure_frequency,
    replay_tails,
)
from bcf_eval.periods import Kind, Period, parse_period
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.tables import TRACK_RECORD

# Months from the last known one to the target period's first, its kind, and its name in words.
_KINDS: tuple[tuple[Kind, int, str], ...] = (
    ("month", 7, "a month, 7 months ahead"),
    ("quarter", 1, "the next 3 months"),
    ("financial_year", 1, "the next 12 months"),
)
_SIZES = {1: ("boards of all sizes",), 3: ("smallest third", "middle third", "largest third")}
AT_THE_TIME = "all, judged by what had been seen at the time"


def build_track_record(panel: Panel, protocol: Protocol) -> pd.DataFrame:
    """Tell how often the tails of past forecasts were met.

    Parameters
    ----------
    panel
        A metric by month.
    protocol
        The choices; the tail is its limit for a chance called unlikely.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.TRACK_RECORD`. Of each kind of target period, by the ends of the baselines of
        national rules and by the last month there is: the better and the worse tail, over all boards, by size, and
        by the trend of their figures at the time. None of a metric whose record is too short.
    """
    rows = []
    ends = _list_ends(panel)
    for kind, lead, label in _KINDS:
        asked = [Question(Period(kind, end.start + lead), end) for end in ends]
        if not asked:
            continue
        latest = build_record(panel, asked[-1], protocol)
        for question in asked:
            record = cut_record(latest, panel, question, protocol)
            rows += [
                (panel.metric.key, label, str(question.end), tail, group, *numbers)
                for tail, group, numbers in _tell(record, protocol)
            ]
    return pd.DataFrame(rows, columns=TRACK_RECORD)


def _list_ends(panel: Panel) -> list[Period]:
    boards = np.array([code != ENGLAND for code in panel.areas])
    known = np.flatnonzero(np.isfinite(panel.value[:, boards]).any(axis=1))
    ends = {one.baseline_end for one in load.ambition_rules() if one.metric == panel.metric.key}
    last = {panel.periods[known[-1]]} if known.size else set()
    return [parse_period(one) for one in sorted((ends & set(panel.periods)) | last)]


def _tell(record: Record, protocol: Protocol) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    if record.reason:
        return
    worse = replace(record, errors=-record.errors)
    for side, one in (("better", record), ("worse", worse)):
        tail = f"{side} {protocol.alpha:.0%}"
        replay = replay_tails(one, protocol, tail=protocol.alpha)
        yield tail, "all", _count(replay)
        real = replay_tails(one, protocol, tail=protocol.alpha, earlier_only=True)
        if real.record.origins.size >= protocol.tail_min_origins:
            yield tail, AT_THE_TIME, _count(real)
        third = replay.record.third
        names = _SIZES.get(third.max() + 1, tuple(f"group {i + 1} by size" for i in range(third.max() + 1)))
        for number, name in enumerate(names):
            yield tail, name, _count(replace(replay, met=np.where(third == number, replay.met, np.nan)))
        trend = class_trend(replay.record.trend_t)
        for number, name in CLASSES.items():
            yield tail, name, _count(replace(replay, met=np.where(trend == number, replay.met, np.nan)))


def _count(replay: Replay) -> tuple[object, ...]:
    """Frequency, its range over dates, how many forecasts, dates and stretches of time, and the sentence."""
    each = measure_frequency(replay.met)
    known = np.isfinite(replay.met)
    said = np.asarray(known.any(axis=1))
    if not said.any():
        return np.nan, np.nan, np.nan, 0, 0, 0, ""
    dates = replay.record.select(said)
    shown = replace(replay, met=replay.met[said], record=dates)
    return (
        shown.frequency,
        float(each.min()),
        float(each.max()),
        int(known.sum()),
        int(each.size),
        dates.n_periods,
        describe_replay(shown),
    )
