"""On which boundaries do observations stand? As they were, or those of one year throughout where figures allow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.clean.boundaries import Move, describe_refusal, list_moves, name_area, name_month
from bcf_eval.errors import InputError
from bcf_eval.periods import parse_period

REFUSED = ["area_code", "name", "from_period", "kind", "reason"]
LEFT_OUT = ["area_code", "metric", "period", "numerator"]
BREAKS = ["area_code", "period", "effect", "label"]


@dataclass(frozen=True)
class Converted:
    """Observations on the boundaries that were asked for.

    Attributes
    ----------
    observations
        In the columns of :mod:`bcf_eval.observations`; a row that was joined carries ``recoded`` or ``merged``.
    refused
        ``area_code, name, from_period, kind, reason``: areas whose rows on one side of a change were left out.
    left_out
        ``area_code, metric, period, numerator``: the counts in those rows.
    messages
        One line each: what was joined, what was left out and how to have it.
    """

    observations: pd.DataFrame
    refused: pd.DataFrame
    left_out: pd.DataFrame
    messages: tuple[str, ...] = ()


def convert_areas(frame: pd.DataFrame, geography: int | None) -> Converted:
    """Put observations on the boundaries of 1 April of one year.

    A change of code relabels. Areas that merged are added, numerators and denominators, and so are the
    parts of one that was split where the boundaries asked for are the earlier ones. What cannot be
    known, the parts of a whole, is left out and said. England has no boundary that moved.

    Parameters
    ----------
    frame
        Observations on the boundaries of their own time.
    geography
        The year; ``None`` leaves every area as it was.

    Returns
    -------
    Converted

    Raises
    ------
    RequestError
        If the year is none that is offered.
    InputError
        If figures of a joined area stand beside those it is made of.
    """
    if geography is None:
        return Converted(frame, pd.DataFrame(columns=REFUSED, dtype=str), frame.loc[[], LEFT_OUT])
    refused: list[tuple[str, ...]] = []
    left_out = [frame.loc[[], LEFT_OUT]]
    messages: list[str] = []
    for move in list_moves(geography):
        applied = _apply(frame, move)
        frame = applied.frame
        if applied.n_joined:
            messages.append(f"Boundaries of April {geography}: {move.describe()}")
        if len(applied.lost):
            left_out.append(applied.lost[LEFT_OUT])
            reason = describe_refusal(move)
            refused += [(code, load.areas()[code].name, move.period, move.kind, reason) for code in move.sources]
            messages.append(_say_refused(move, geography, reason, len(applied.lost)))
    lost = pd.concat(left_out, ignore_index=True)
    return Converted(frame, pd.DataFrame(refused, columns=REFUSED, dtype=str), lost, tuple(messages))


def boundary_breaks(geography: int | None) -> pd.DataFrame:
    """List where series on the boundaries of one year were joined across a change.

    Parameters
    ----------
    geography
        As in :func:`convert_areas`; nothing is joined where it is ``None``.

    Returns
    -------
    DataFrame
        ``area_code, period, effect, label``: ``steps`` where other bodies count from then on, or other ground is
        counted; ``none`` where only the code changed. ``period`` is a month.
    """
    rows = [
        (move.target, move.period, "none" if move.kind == "recode" else "steps", move.describe())
        for move in (list_moves(geography) if geography is not None else ())
        if move.target
    ]
    return pd.DataFrame(rows, columns=BREAKS, dtype=str)


@dataclass(frozen=True)
class _Applied:
    frame: pd.DataFrame
    n_joined: int
    lost: pd.DataFrame


def _apply(frame: pd.DataFrame, move: Move) -> _Applied:
    """Join the rows that a move is about, or leave them out."""
    touched = frame["area_code"].isin([*move.sources, move.target])
    if not touched.any():
        return _Applied(frame, 0, frame.iloc[:0])
    others, rows = frame[~touched], frame[touched]
    ends = {period: parse_period(period).months for period in rows["period"].unique()}
    first, last = (rows["period"].map({period: months[i] for period, months in ends.items()}) for i in (0, -1))
    # A period that begins before a change and ends after it is of neither area.
    crossing = (first < move.period) & (last >= move.period)
    meant = rows["area_code"].isin(move.sources) & ((last < move.period) if move.forward else (first >= move.period))
    lost = crossing | (meant if not move.target else False)
    joined = _join(rows[meant], move) if move.target else rows.iloc[:0]
    kept = rows[~lost & ~meant]
    _refuse_both(kept, joined)
    whole = [part for part in (others, kept, joined) if len(part)]
    return _Applied(pd.concat(whole, ignore_index=True) if whole else frame.iloc[:0], len(joined), rows[lost])


def _join(rows: pd.DataFrame, move: Move) -> pd.DataFrame:
    """Make the rows of the area that others became; none where there are none to join."""
    if rows.empty:
        return rows
    if len(move.sources) == 1:
        return rows.assign(area_code=move.target, flag=[_add_words(flag, "recoded") for flag in rows["flag"]])
    summed = pd.concat(
        [_add_up(str(key), one, len(move.sources)) for key, one in rows.groupby("metric")], ignore_index=True
    )
    words = ["merged", *(["without_part"] if move.lacking else [])]
    missing = summed["value"].isna()
    flags = [
        _add_words(flag, *words, *(["part_missing"] if lacks else []))
        for flag, lacks in zip(summed["flag"], missing, strict=True)
    ]
    return summed.assign(area_code=move.target, flag=flags)[observations.COLUMNS]


def _add_up(key: str, rows: pd.DataFrame, n_parts: int) -> pd.DataFrame:
    """Add the parts of one metric, period by period; without a number where a part has none."""
    groups = rows.groupby("period", sort=True)
    sums = groups[["numerator", "denominator"]].sum(min_count=n_parts)
    joined = {str(period): part for period, part in groups}
    whole = groups["value"].count().eq(n_parts).to_numpy()
    periods = pd.Series(sums.index, dtype=str)
    rates = observations.rate(sums["numerator"], sums["denominator"], load.metric(key), observations.days_in(periods))
    return pd.DataFrame(
        {
            "metric": key,
            "period": periods,
            "numerator": sums["numerator"].to_numpy(),
            "denominator": sums["denominator"].to_numpy(),
            "value": np.where(whole, rates, np.nan),
            "flag": [_add_words(*joined[period]["flag"]) for period in periods],
            "source": ["; ".join(dict.fromkeys(joined[period]["source"])) for period in periods],
        }
    )


def _add_words(*flags: str) -> str:
    return ";".join(dict.fromkeys(_split_words(flags)))


def _split_words(flags: tuple[str, ...]) -> Iterator[str]:
    return (word for flag in flags for word in flag.split(";") if word)


def _refuse_both(kept: pd.DataFrame, joined: pd.DataFrame) -> None:
    """Refuse figures of an area beside those of the areas it is made of: they would be counted twice."""
    both = kept[observations.KEY].merge(joined[observations.KEY], on=observations.KEY, validate="one_to_one")
    for one in both.itertuples():
        raise InputError(
            f"Observations: {name_area(str(one.area_code))} has {one.metric} of {one.period} beside the areas it is "
            "made of; expected one or the other."
        )


def _say_refused(move: Move, geography: int, reason: str, n_rows: int) -> str:
    names = " and ".join(name_area(code) for code in move.sources)
    when = f"{'before' if move.forward else 'from'} {name_month(move.period)}"
    rows = f"{n_rows:,} row{'s' * (n_rows != 1)}"
    return (
        f"Boundaries of April {geography}: {names} left out {when} ({rows}), because {reason}. To have the "
        "areas as they were, clean without --geography."
    )
