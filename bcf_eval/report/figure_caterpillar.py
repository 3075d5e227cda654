"""How do boards' changes lie side by side, and which place could each have? Every board with its intervals, drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.catalogue import load
from bcf_eval.report import style
from bcf_eval.report.chosen import name_interval, name_unit, say_contrast
from bcf_eval.report.fragments import Picture
from bcf_eval.report.places import say_ranks
from bcf_eval.report.strokes import draw_bars, draw_dots
from bcf_eval.report.style import DARK_BLUE, DARK_PINK, GREY, INK
from bcf_eval.specs import Intervention, Metric, Protocol
from bcf_eval.wording import write_change, write_count

Array = npt.NDArray[np.float64]

_TOP, _UPPER, _GAP, _LOWER, _BOTTOM, _LEFT, _RIGHT = 34, 210, 62, 150, 46, 62, 92


def draw_caterpillar(
    rows: pd.DataFrame, england: float, metric: Metric, intervention: Intervention, protocol: Protocol
) -> Picture | None:
    """Draw the change of every board after an intervention; ``None`` where there is none.

    Parameters
    ----------
    rows
        Of :data:`bcf_eval.tables.RANKS`, of one metric and intervention.
    england
        England's own change; ``NaN`` where it has none.
    """
    if rows.empty:
        return None
    ordered = rows.sort_values("rank").reset_index(drop=True)
    with style.house_style():
        svg = style.write_svg(_draw(ordered, england, metric, protocol))
    told = describe_caterpillar(ordered, england, metric, intervention, protocol)
    return Picture(svg, told, caption_caterpillar(protocol, np.isfinite(england)))


def describe_caterpillar(
    rows: pd.DataFrame, england: float, metric: Metric, intervention: Intervention, protocol: Protocol
) -> str:
    """Put the picture into words."""
    apart = int(((rows["lower"] > 0) | (rows["upper"] < 0)).sum())
    first, last = rows.iloc[0], rows.iloc[-1]
    low, high = (float(rows["estimate"].quantile(share)) for share in (0.25, 0.75))
    said = [
        f"Caterpillar plot of {say_contrast(protocol.primary_contrast)} after {intervention.label} began, "
        f"{metric.label}, in {name_unit(protocol.primary_contrast, metric)}: {len(rows)} boards in order of likeliest "
        "place.",
        f"The first is {_name(first)} with {write_change(first['estimate'])}, the last {_name(last)} with "
        f"{write_change(last['estimate'])}; half lie between {write_change(low)} and "
        f"{write_change(high)}.",
        f"England: {write_change(england)}." if np.isfinite(england) else "",
        f"The {name_interval(protocol)}s of {write_count(apart)} boards leave out zero.",
        say_ranks(rows),
    ]
    return " ".join(one for one in said if one)


def caption_caterpillar(protocol: Protocol, england: bool) -> str:
    """Say how to read the picture."""
    said = [
        f"Above: each board's change (dot) with its {name_interval(protocol)} (line), the one that improved most at "
        f"the left{'; dashed line: England as a whole' if england else ''}.",
        "Below, in the same order: the places each board could have (line), and the likeliest (dot). Long lines below "
        "mean that the order above is hardly known.",
        "Intervals of single boards, without allowance for their number; bounds far beyond the others are cut off.",
    ]
    return " ".join(said)


def _draw(rows: pd.DataFrame, england: float, metric: Metric, protocol: Protocol) -> Figure:
    height = _TOP + _UPPER + _GAP + _LOWER + _BOTTOM
    figure = style.new_figure(height)
    upper = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=height - _TOP - _UPPER, top=_TOP)
    lower = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=_TOP + _UPPER + _GAP)
    across = np.arange(1.0, len(rows) + 1)
    _draw_lines(upper, across, rows["lower"], rows["upper"], rows["estimate"])
    _limit(upper, rows, england)
    upper.axhline(0, color=INK, linewidth=1.2, zorder=1)
    if np.isfinite(england):
        upper.axhline(england, color=DARK_PINK, linewidth=2, linestyle=(0, (5, 2)), zorder=5)
        upper.annotate(
            f"England\n{write_change(england)}", (1, england), xycoords=upper.get_yaxis_transform(), xytext=(6, 0),
            textcoords="offset points", va="center", ha="left", annotation_clip=False,
        )  # fmt: skip
    upper.yaxis.set_major_formatter(FuncFormatter(lambda at, _: write_change(at, digits=0 if at == round(at) else 1)))
    _draw_lines(lower, across, rows["rank_lower"], rows["rank_upper"], rows["rank"])
    lower.set_ylim(len(rows) + 2, -1)
    lower.set_yticks([1, *range(50, len(rows) - 12, 50), len(rows)])
    for axes in (upper, lower):
        axes.set_xlim(-1, len(rows) + 2)
        axes.set_xticks([1, *range(50, len(rows) - 12, 50), len(rows)])
        axes.grid(axis="y", color=style.PALE, linewidth=1, zorder=0)
        axes.set_axisbelow(True)
    upper.tick_params(axis="x", labelbottom=False, length=0)
    lower.set_xlabel("Boards in order of likeliest place")
    unit = name_unit(protocol.primary_contrast, metric)
    _title(figure, f"Change in {unit}", 18, height)
    _title(figure, "Places that each could have", _TOP + _UPPER + _GAP - 16, height)
    return figure


def _draw_lines(axes: Axes, across: Array, lower: pd.Series, upper: pd.Series, middle: pd.Series) -> None:
    draw_bars(axes, across, lower.to_numpy(float), upper.to_numpy(float), colour=GREY, width=1.1)
    draw_dots(axes, across, middle.to_numpy(float), colour=DARK_BLUE, size=3.6)


def _limit(axes: Axes, rows: pd.DataFrame, england: float) -> None:
    """Hold every estimate and nearly all intervals: the few widest would squeeze the rest."""
    low, high = float(rows["lower"].quantile(0.03)), float(rows["upper"].quantile(0.97))
    held = [float(one) for one in (rows["estimate"].min(), rows["estimate"].max(), england, 0.0) if np.isfinite(one)]
    low, high = min(low, *held), max(high, *held)
    axes.set_ylim(low - 0.04 * (high - low), high + 0.04 * (high - low))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))


def _title(figure: Figure, text: str, below_top: float, height: float) -> None:
    figure.text(6 / style.WIDTH_POINTS, 1 - below_top / height, text)


def _name(row: pd.Series) -> str:
    return load.areas()[row["area_code"]].name
