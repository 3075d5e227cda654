"""Did the series change? The monthly rate, the fitted path, and the path before carried on, drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.alternatives import caption_series, describe_series, limit_series
from bcf_eval.report.counting import list_drawn
from bcf_eval.report.data import AreaResults
from bcf_eval.report.fragments import Picture, split_caption
from bcf_eval.report.style import DARK_BLUE, GREY, INK, ORANGE, TURQUOISE, Mark

Array = npt.NDArray[np.float64]

_LEFT, _RIGHT, _BOTTOM = 48, 128, 34


def draw_series(results: AreaResults) -> Picture:
    """Draw the series of an area.

    Parameters
    ----------
    results
        Of the area; the two paths are left out where nothing could be fitted.
    """
    with style.house_style():
        svg = style.write_svg(_draw(results))
    caption, more = split_caption(caption_series(results))
    return Picture(svg, describe_series(results), caption, more=more)


def _draw(results: AreaResults) -> Figure:
    observed = results.observations
    x = np.array([_place(period) for period in observed["period"]])
    top = 46 + style.LINE_POINTS
    figure = style.new_figure(400)
    axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=top)
    axes.set_xlim(x[0] - 0.05, x[-1] + 1 / 12)
    marks = [
        Mark(_place(one.start) - 1 / 24, f"{_short(one.label)}\n{parse_period(one.start).label}", INK)
        for one in (change.intervention for change in results.changes)
    ]
    rows = max(style.count_rows(figure, axes, marks), default=0) + 1 if marks else 0
    figure.set_size_inches(style.WIDTH_POINTS / 72, (316 + rows * (2 * style.LINE_POINTS + 5) + style.LINE_POINTS) / 72)
    top = 14 + rows * (2 * style.LINE_POINTS + 5) + style.LINE_POINTS
    style.move_axes(axes, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=top)
    labels = _draw_lines(axes, results, x)
    _write_axes(figure, axes, results)
    _write_labels(figure, axes, labels, x[-1])
    style.draw_marks(figure, axes, marks, lines=2)
    _number_breaks(axes, results)
    return figure


def _draw_lines(axes: Axes, results: AreaResults, x: Array) -> list[tuple[float, str, dict[str, Any]]]:
    """Draw the paths; returns what is written at the right end, where, and in which line."""
    value, path = results.observations["value"].to_numpy(), results.path
    seen: dict[str, Any] = {"color": DARK_BLUE, "linewidth": 1.2, "marker": "o", "markersize": 3}
    labels = [(float(value[np.isfinite(value)][-1]), "Observed", seen)]
    if not path.empty:
        at = np.array([_place(period) for period in path["period"]])
        fitted, other = path["fitted"].to_numpy(), path["counterfactual"].to_numpy()
        after = path["period"].to_numpy() >= results.changes[0].intervention.start if results.changes else at > at[-1]
        axes.fill_between(
            at[after], path["lower"].to_numpy()[after], path["upper"].to_numpy()[after],
            facecolor=ORANGE, alpha=0.13, edgecolor="none", zorder=1,
        )  # fmt: skip
        without: dict[str, Any] = {"color": ORANGE, "linewidth": 2.4, "linestyle": (0, (5, 2))}
        fit: dict[str, Any] = {"color": TURQUOISE, "linewidth": 2.6}
        axes.plot(at, fitted, zorder=4, **fit)
        axes.plot(at[after], other[after], zorder=5, **without)
        labels += [
            (float(fitted[-1]), "Fitted path", fit),
            (float(other[-1]), "Path before,\ncarried on", without),
        ]
    axes.plot(x, value, zorder=3, **seen)
    # The band may reach far beyond anything seen; a rate is never below zero. The caption says both.
    axes.set_ylim(*limit_series(results))
    return labels


def _write_axes(figure: Figure, axes: Axes, results: AreaResults) -> None:
    first, last = (int(results.observations["period"].iloc[i][:4]) for i in (0, -1))
    axes.set_xticks(range(first, last + 1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,g}"))
    axes.grid(axis="y", color=style.PALE, linewidth=1, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", length=4)
    figure.text(
        6 / style.WIDTH_POINTS, 1 - 15 / (figure.get_size_inches()[1] * 72), _sentence(results.metric.period_unit)
    )


def _write_labels(figure: Figure, axes: Axes, labels: list[tuple[float, str, dict[str, Any]]], last: float) -> None:
    height = axes.get_window_extent().height * 72 / figure.dpi
    low, high = axes.get_ylim()
    points = [height * (min(max(at, low), high) - low) / (high - low) for at, _, _ in labels]
    gap = 2 * style.LINE_POINTS + 4
    placed = style.spread(points, gap)
    shift = min(0.0, height - max(placed)) + max(0.0, gap / 2 - min(placed))
    for point, (_, label, line) in zip(placed, labels, strict=True):
        at = low + (point + shift) * (high - low) / height
        begin, end = last + 0.16, last + 0.52
        axes.plot([begin, end], [at, at], clip_on=False, **line)
        axes.annotate(
            label, (end, at), xytext=(6, 0), textcoords="offset points", va="center", ha="left", annotation_clip=False
        )


def _number_breaks(axes: Axes, results: AreaResults) -> None:
    for number, one in enumerate(list_drawn(results), start=1):
        at, stepped = _place(one.change.period) - 1 / 24, one.status == "step"
        axes.axvline(at, color=GREY, linestyle=(0, (1, 2)), linewidth=1.6, zorder=2)
        axes.annotate(
            str(number),
            (at, 0.955),
            xycoords=axes.get_xaxis_transform(),
            va="center",
            ha="center",
            color="white" if stepped else INK,
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": GREY if stepped else "white", "edgecolor": GREY},
            zorder=6,
        )


def _place(period: str) -> float:
    return parse_period(period).start / 12


def _short(label: str) -> str:
    return _sentence(label.removeprefix("the "))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
