"""Which months were unusual? The control chart of a series, and that of what is left of it, drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.fragments import Picture
from bcf_eval.report.labels import name_within, write_number
from bcf_eval.report.strokes import draw_dots, draw_steps
from bcf_eval.report.style import DARK_BLUE, DARK_PINK, GREY, INK, ORANGE
from bcf_eval.specs import Area, Metric
from bcf_eval.wording import write_change, write_rate

Array = npt.NDArray[np.float64]

COMMON, CONCERN = "common cause", "special cause of concern"
IMPROVEMENT, NEITHER = "special cause of improvement", "special cause, neither good nor bad"
_PLAIN: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 1.0, "zorder": 4}
_MARKS: dict[str, dict[str, Any]] = {
    CONCERN: {**_PLAIN, "marker": "^", "markersize": 7, "markerfacecolor": ORANGE, "markeredgecolor": INK},
    IMPROVEMENT: {
        **_PLAIN,
        "marker": "D",
        "markersize": 5.4,
        "markerfacecolor": DARK_BLUE,
        "markeredgecolor": DARK_BLUE,
    },
    NEITHER: {**_PLAIN, "marker": "s", "markersize": 5.4, "markerfacecolor": DARK_PINK, "markeredgecolor": DARK_PINK},
}
_PANEL, _HEAD, _BOTTOM, _LEFT, _RIGHT = 180, 64, 30, 62, 92


def draw_charts(points: pd.DataFrame, area: Area, metric: Metric, *, decides: bool) -> Picture | None:
    """Draw the control chart, and under it that of the residuals where they decide; ``None`` without limits.

    Parameters
    ----------
    points
        Of :data:`bcf_eval.tables.SPC_POINTS`, of one area, in order of period.
    decides
        Whether months resemble the month before so much that only the residuals can be judged.
    """
    if points.empty or not np.isfinite(points["upper"].to_numpy(float)).any():
        return None
    with style.house_style():
        svg = style.write_svg(_draw(points, metric, decides))
    return Picture(svg, describe_charts(points, area, metric, decides=decides), caption_charts(decides=decides))


def describe_charts(points: pd.DataFrame, area: Area, metric: Metric, *, decides: bool) -> str:
    """Put the picture into words."""
    last = points.dropna(subset=["value", "upper"]).iloc[-1]
    first, end = (parse_period(str(points["period"].iloc[i])).label for i in (0, -1))
    said = [
        f"Control chart of {metric.label} in {name_within(area.name)}, {first} to {end}, in {metric.period_unit}: "
        f"{_count(points['point'])}. The last limits are {write_rate(last['lower'])} to {write_rate(last['upper'])} "
        f"around a mean of {write_rate(last['mean'])}; the last month, "
        f"{parse_period(str(last['period'])).label}, was {write_rate(last['value'])}."
    ]
    if decides:
        said.append(
            "Under it the control chart of what is left, which decides: "
            f"{_count(points['residual_point'])}{list_unusual(points)}."
        )
    return " ".join(said)


def list_unusual(points: pd.DataFrame) -> str:
    """List the unusual months of the chart of what is left, with what is unusual about them; empty without any."""
    unusual = points[~points["residual_point"].isin(["", COMMON])]
    found = [
        f"{_name_months(rows['period'])} ({special})"
        for special, rows in unusual.groupby("residual_special", sort=False)
    ]
    return f": {'; '.join(found)}" if found else ""


def _name_months(periods: pd.Series) -> str:
    """Name months, those that follow one another as a span: ``March 2018 to October 2018, May 2019``."""
    spans: list[list[str]] = []
    for one in map(str, periods):
        if spans and parse_period(one).start - parse_period(spans[-1][-1]).start == 1:
            spans[-1].append(one)
        else:
            spans.append([one])
    named = [[parse_period(span[0]).label, parse_period(span[-1]).label] for span in spans]
    return ", ".join(first if first == last else f"{first} to {last}" for first, last in named)


def caption_charts(*, decides: bool) -> str:
    """Say how to read the picture."""
    said = [
        "Solid line: the mean. Dashed lines: limits that a stable series of independent months keeps within nearly "
        "always; they begin anew where the way of counting changed. Dot: ordinary. Triangle: unusual, for the "
        "worse. Diamond: unusual, for the better."
    ]
    if decides:
        said.append(
            "The first chart is shown because it is widely used, and nothing rests on it. The second is of what is "
            "left of each month once the season and the month before are allowed for."
        )
    return " ".join(said)


def _draw(points: pd.DataFrame, metric: Metric, decides: bool) -> Figure:
    n = 2 if decides else 1
    height = n * (_PANEL + _HEAD) + _BOTTOM
    figure = style.new_figure(height)
    unit = metric.period_unit
    titles = [f"Each month: {unit}", "What is left of each: this chart decides"]
    for i, (prefix, title) in enumerate(zip(("", "residual_")[:n], titles, strict=False)):
        top = i * (_PANEL + _HEAD) + _HEAD
        axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=height - top - _PANEL, top=top)
        _draw_chart(axes, points, prefix)
        figure.text(6 / style.WIDTH_POINTS, 1 - (top - 22) / height, title)
    return figure


def _draw_chart(axes: Axes, points: pd.DataFrame, prefix: str) -> None:
    value = points["residual" if prefix else "value"].to_numpy(float)
    kinds = points[f"{prefix}point"].to_numpy(object)
    mean, lower, upper = (points[f"{prefix}{name}"].to_numpy(float) for name in ("mean", "lower", "upper"))
    across = np.array([parse_period(str(one)).start / 12 for one in points["period"]])
    axes.plot(across, value, color=GREY, linewidth=1, zorder=3)
    ordinary = kinds == COMMON
    draw_dots(axes, across[ordinary], value[ordinary], colour=GREY, size=4)
    for kind, look in _MARKS.items():
        chosen = kinds == kind
        if chosen.any():
            axes.plot(across[chosen], value[chosen], **look)
    labels = []
    for name, one, line in (
        ("Mean", mean, "-"),
        ("Upper limit", upper, (0, (5, 2))),
        ("Lower limit", lower, (0, (5, 2))),
    ):
        draw_steps(axes, across, one, color=INK, linewidth=1.4, linestyle=line, zorder=2)
        known = one[np.isfinite(one)]
        if known.size:
            labels.append((float(known[-1]), name))
    axes.set_xlim(across[0] - 0.08, across[-1] + 0.08)
    drawn = np.concatenate([value, mean, lower, upper])
    low, high = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    axes.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    _label(axes, labels)
    first, last = (int(str(points["period"].iloc[i])[:4]) for i in (0, -1))
    axes.set_xticks(range(first + (parse_period(str(points["period"].iloc[0])).start % 12 > 0), last + 1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    signed = FuncFormatter(lambda at, _: write_change(at, digits=0 if at == round(at) else 1))
    axes.yaxis.set_major_formatter(signed if prefix else FuncFormatter(lambda at, _: f"{at:,g}"))
    axes.grid(axis="y", color=style.PALE, linewidth=1, zorder=0)
    axes.set_axisbelow(True)


def _label(axes: Axes, labels: list[tuple[float, str]]) -> None:
    height = axes.get_window_extent().height * 72 / axes.figure.dpi
    low, high = axes.get_ylim()
    placed = style.spread([height * (at - low) / (high - low) for at, _ in labels], style.LINE_POINTS + 2)
    for point, (_, label) in zip(placed, labels, strict=True):
        axes.annotate(
            label, (1, point / height), xycoords=axes.transAxes, xytext=(6, 0), textcoords="offset points",
            va="center", ha="left", annotation_clip=False,
        )  # fmt: skip


def _count(kinds: pd.Series) -> str:
    """Count the unusual points: ``96 months, two unusual for the better and none for the worse``."""
    counts = kinds[kinds.ne("")].value_counts()
    found = (int(counts.get(one, 0)) for one in (IMPROVEMENT, CONCERN))
    better, worse = (write_number(n) if n else "none" for n in found)
    return f"{int(counts.sum())} months, {better} unusual for the better and {worse} for the worse"
