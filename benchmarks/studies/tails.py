"""How often came what was said to come 5 times in 100? By length, size and trend, with intervals by date."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question
from bcf_eval.evaluate.targets.record import Record, build_record
from bcf_eval.evaluate.targets.replay import CLASSES, Replay, bound_frequency, class_trend, replay_tails
from bcf_eval.periods import Kind, Period, parse_period
from bcf_eval.specs import Protocol

# Kind of target period, months from the last one known to its first, and its name.
KINDS: tuple[tuple[Kind, int, str], ...] = (
    ("month", 7, "a month, 7 ahead"),
    ("quarter", 1, "next 3 months"),
    ("financial_year", 1, "next 12 months"),
)
SIZES = ("smallest third", "middle third", "largest third")


def measure_tails(panel: Panel, protocol: Protocol, *, ends: tuple[str, ...] = ("2017-02", "2019-03")) -> pd.DataFrame:
    """Count how often tails were met, each date judged by the others that share no month with it.

    Parameters
    ----------
    panel
        A metric by month.
    protocol
        The choices.
    ends
        Last months that were known.

    Returns
    -------
    DataFrame
        ``kind, end, tail, group, frequency, lower, upper, lowest, highest, n_origins, n_periods``.
    """
    rows = []
    for end in (parse_period(one) for one in ends):
        for kind, lead, label in KINDS:
            record = build_record(panel, Question(Period(kind, end.start + lead), end), protocol)
            if record.reason:
                continue
            for tail, one in (("better 5%", record), ("worse 5%", replace(record, errors=-record.errors))):
                rows += [(label, str(end), tail, *numbers) for numbers in _by_group(one, protocol)]
    columns = ["kind", "end", "tail", "group", "frequency", "lower", "upper", "lowest", "highest", "n_origins"]
    return pd.DataFrame(rows, columns=[*columns, "n_periods"])


def _by_group(record: Record, protocol: Protocol) -> list[tuple[object, ...]]:
    replay = replay_tails(record, protocol, tail=protocol.alpha)
    if not replay.met.size:
        return []
    groups = {"all": np.ones(replay.met.shape, bool)}
    groups |= {name: np.broadcast_to(replay.record.third == i, replay.met.shape) for i, name in enumerate(SIZES)}
    trend = class_trend(replay.record.trend_t)
    groups |= {name: trend == number for number, name in CLASSES.items()}
    return [(name, *_count(replace(replay, met=np.where(which, replay.met, np.nan)))) for name, which in groups.items()]


def _count(replay: Replay) -> tuple[object, ...]:
    known = np.isfinite(replay.met).any(axis=1)
    shown = replace(replay, met=replay.met[known], record=replay.record.select(known))
    each = shown.by_origin
    if not each.size:
        return (*[np.nan] * 5, 0, 0)
    lower, upper = bound_frequency(shown)
    return shown.frequency, lower, upper, each.min(), each.max(), each.size, shown.record.n_periods
