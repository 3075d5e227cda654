"""Which boards lie further from England than chance explains? The boards of a year within their limits, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from bcf_eval.catalogue import load
from bcf_eval.report import style
from bcf_eval.report.fragments import Picture
from bcf_eval.report.funnel import (
    UNTESTED,
    find_error,
    is_beyond_spread,
    limit_spread,
    list_beyond,
    name_base,
    say_outside,
)
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.style import DARK_BLUE, GREY, INK, ORANGE, TURQUOISE
from bcf_eval.specs import Metric
from bcf_eval.wording import write_rate

Array = npt.NDArray[np.float64]

_HEIGHT, _LEFT, _RIGHT, _BOTTOM, _TOP = 400, 62, 144, 54, 34
# How each line and mark looks: England, chance twice, the spread added; within chance, beyond it, beyond the spread.
_LINES: tuple[dict[str, Any], ...] = (
    {"color": INK, "linewidth": 1.4},
    {"color": GREY, "linewidth": 1.8, "linestyle": (0, (1, 1.6))},
    {"color": GREY, "linewidth": 1.6},
    {"color": TURQUOISE, "linewidth": 2.4, "linestyle": (0, (5, 2))},
)
_PLAIN: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 1.0}
_BOARDS: tuple[dict[str, Any], ...] = (
    {**_PLAIN, "marker": "o", "markersize": 5.0, "markerfacecolor": "white", "markeredgecolor": DARK_BLUE},
    {**_PLAIN, "marker": "s", "markersize": 4.6, "markerfacecolor": DARK_BLUE, "markeredgecolor": DARK_BLUE},
    {**_PLAIN, "marker": "D", "markersize": 8.0, "markerfacecolor": ORANGE, "markeredgecolor": INK},
)
_KEY = (
    "England", "Chance:\n95 in 100", "Chance:\n998 in 1,000", "With boards'\nspread: 998",
    "Within chance", "Beyond chance", "Beyond\nboards' spread",
)  # fmt: skip
# Where the number of a board may stand beside its mark, in points, the first that has room.
_SHIFTS = tuple(np.array(one) for one in ((14, 0), (-14, 0), (0, 15), (0, -15), (20, 14), (-20, 14), (26, 0), (0, 28)))
# More would cover one another; the table under the picture names them all.
_MOST_NUMBERED = 12
_ROUND = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000)


def draw_funnel(rows: pd.DataFrame, metric: Metric) -> Picture | None:
    """Draw the boards of one year; ``None`` where none can be judged.

    Parameters
    ----------
    rows
        Of one year; see :func:`bcf_eval.report.funnel.select_latest`.
    metric
        What they count.
    """
    judged = rows[rows["verdict"].ne(UNTESTED)].reset_index(drop=True)
    if judged.empty:
        return None
    with style.house_style():
        svg = style.write_svg(_draw(judged, metric))
    return Picture(svg, describe_funnel(rows, metric), caption_funnel(judged, metric))


def describe_funnel(rows: pd.DataFrame, metric: Metric) -> str:
    """Put the picture into words."""
    judged = rows[rows["verdict"].ne(UNTESTED)]
    across = "how steady each board's own year is" if metric.per_day else f"the number of {name_base(metric)}"
    said = [
        f"Funnel plot of {describe_measure(metric).name.lower()} in {judged['period'].iloc[0]}: {len(judged)} boards "
        f"by {across}, between {write_rate(judged['value'].min())} and {write_rate(judged['value'].max())} "
        f"{metric.unit}.",
        say_outside(rows, metric),
    ]
    beyond = list_beyond(judged)
    listed = [
        f"{load.areas()[code].name} {write_rate(value)}"
        for code, value in zip(beyond["area_code"], beyond["value"], strict=True)
    ]
    if listed:
        said.append(f"Outside the widest limits: {', '.join(listed)}.")
    return " ".join(said)


def caption_funnel(judged: pd.DataFrame, metric: Metric) -> str:
    """Say how to read the picture."""
    size = (
        "To the right stand boards whose own months stray less, so that a year of them is known better."
        if metric.per_day
        else f"To the right stand boards with more {name_base(metric)}."
    )
    said = [
        size,
        "Between the dotted lines chance alone leaves 95 boards in 100, between the solid ones 998 in 1,000; between "
        "the dashed ones 998 in 1,000 when the spread among boards is added.",
        "Circle: as England, within chance. Square: further than chance explains. Diamond: further than the spread "
        "among boards explains"
        + (", numbered as in the table." if 0 < len(list_beyond(judged)) <= _MOST_NUMBERED else "."),
        "It says where a board lies, and not why.",
    ]
    return " ".join(said)


def _draw(rows: pd.DataFrame, metric: Metric) -> Figure:
    figure = style.new_figure(_HEIGHT)
    axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=_TOP)
    error = find_error(rows, metric)
    across = error if metric.per_day else rows["denominator"].to_numpy(float)
    order = np.argsort(across)
    lower, upper = limit_spread(rows, metric)
    centre = rows["england"].to_numpy(float)
    _dress_across(axes, across, metric)
    _limit(axes, rows["value"].to_numpy(float), np.concatenate([lower, upper]), metric)
    limits = [(centre,), (rows["lower_95"], rows["upper_95"]), (rows["lower_998"], rows["upper_998"]), (lower, upper)]
    for ends, look in zip(limits, _LINES, strict=True):
        for one in ends:
            axes.plot(across[order], np.asarray(one, float)[order], zorder=2, **look)
    _draw_boards(axes, rows, across)
    _draw_key(axes)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,g}"))
    unit = metric.unit
    figure.text(6 / style.WIDTH_POINTS, 1 - 18 / _HEIGHT, f"{unit[:1].upper()}{unit[1:]}")
    return figure


def _draw_boards(axes: Axes, rows: pd.DataFrame, across: Array) -> None:
    beyond = rows["verdict"].map(is_beyond_spread).to_numpy(bool)
    within = rows["verdict"].str.startswith("as England").to_numpy(bool)
    value = rows["value"].to_numpy(float)
    for chosen, look in zip((within, ~within & ~beyond, beyond), _BOARDS, strict=True):
        axes.plot(across[chosen], value[chosen], zorder=4, **look)
    numbered = list_beyond(rows)
    if len(numbered) > _MOST_NUMBERED:
        return
    at = {code: (x, y) for code, x, y in zip(rows["area_code"], across, value, strict=True)}
    marks = [axes.transData.transform(at[code]) * 72 / axes.figure.dpi for code in numbered["area_code"]]
    taken = list(marks)
    for number, (code, mark) in enumerate(zip(numbered["area_code"], marks, strict=True), start=1):
        shift = max(_SHIFTS, key=lambda one: _find_room(mark + one, taken))
        taken.append(mark + shift)
        axes.annotate(
            str(number), at[code], xytext=(shift[0], shift[1]), textcoords="offset points", va="center", ha="center",
            fontweight="bold", zorder=6, annotation_clip=False,
        )  # fmt: skip


def _find_room(place: Array, taken: Sequence[Array]) -> float:
    """How far a label is from whatever is nearest, in points; more than enough counts as enough."""
    return min(14.0, *(float(np.hypot(*(place - one))) for one in taken))


def _draw_key(axes: Axes) -> None:
    """Draw a sample of every line and mark in the right margin, with what it means."""
    wide = axes.get_window_extent().width * 72 / axes.figure.dpi
    tall = axes.get_window_extent().height * 72 / axes.figure.dpi
    below = 6.0
    for look, label in zip((*_LINES, *_BOARDS), _KEY, strict=True):
        rows = label.count("\n") + 1
        at = 1 - (below + rows * style.LINE_POINTS / 2) / tall
        ends = [1 + 12 / wide, 1 + 36 / wide]
        sample = ends if look in _LINES else [sum(ends) / 2]
        axes.plot(sample, [at] * len(sample), transform=axes.transAxes, clip_on=False, **look)
        axes.annotate(
            label, (ends[1], at), xycoords=axes.transAxes, xytext=(6, 0), textcoords="offset points", va="center",
            ha="left", annotation_clip=False,
        )  # fmt: skip
        below += rows * style.LINE_POINTS + 9


def _dress_across(axes: Axes, across: Array, metric: Metric) -> None:
    axes.set_xscale("log")
    low, high = float(across.min()), float(across.max())
    room = (high / low) ** 0.03
    axes.set_xlim(low / room, high * room)
    if metric.per_day:
        axes.invert_xaxis()
        axes.xaxis.set_major_locator(FixedLocator([one for one in (0.25, 0.5, 1, 2, 4, 8, 16) if low <= one <= high]))
        label = "How far chance takes a year of the board (one standard error; steadier to the right)"
    else:
        axes.xaxis.set_major_locator(FixedLocator([one for one in _ROUND if low / room <= one <= high * room][::2]))
        base = name_base(metric)
        label = f"{base[:1].upper()}{base[1:]} (each step to the right multiplies)"
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,g}" if at < 1e6 else f"{at / 1e6:g} million"))
    axes.set_xlabel(label)


def _limit(axes: Axes, values: Array, limits: Array, metric: Metric) -> None:
    """Hold every board, and as much of the limits as leaves the boards readable."""
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or 1.0
    bottom = max(min(low, float(np.nanquantile(limits, 0.1))) - room, 0.0)
    top = max(high, float(np.nanquantile(limits, 0.9))) + room
    axes.set_ylim(bottom, min(top, 100.0 + room / 4) if metric.statistic == "proportion" else top)
