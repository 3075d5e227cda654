"""Does the answer hold? The primary contrast under each specification, and among all boards, drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.alternatives import (
    caption_context,
    describe_context,
    list_placed,
    select_boards,
)
from bcf_eval.report.alternatives_fits import caption_robustness, describe_robustness, is_judged
from bcf_eval.report.chosen import name_unit
from bcf_eval.report.data import COMPARISON, AreaResults, Change, Effect
from bcf_eval.report.fragments import Picture
from bcf_eval.report.labels import list_specifications, name_specification
from bcf_eval.report.limits import Limits, is_drawn, limit_specifications
from bcf_eval.report.style import DARK_BLUE, DARK_PINK, GREY, INK, ORANGE
from bcf_eval.wording import write_change

Array = npt.NDArray[np.float64]

_ROW = 25
_BINS = 72
_DOT = 6.2


def draw_robustness(results: AreaResults) -> Picture | None:
    """Draw the primary contrast under each specification; ``None`` where there is nothing to draw."""
    if not any(is_drawn(one) for change in results.changes for one in change.specifications.values()):
        return None
    with style.house_style():
        svg = style.write_svg(_draw_robustness(results.changes, _unit(results)))
    return Picture(svg, describe_robustness(results), caption_robustness(results))


def draw_context(results: AreaResults) -> Picture | None:
    """Draw the primary contrast of every board, with this area marked; ``None`` where it has none itself."""
    shown = list_placed(results)
    if not shown:
        return None
    with style.house_style():
        svg = style.write_svg(_draw_context(results, shown))
    return Picture(svg, describe_context(results), caption_context(results))


def _unit(results: AreaResults) -> str:
    return f"Change in {name_unit(results.protocol.primary_contrast, results.metric)}"


def _draw_robustness(changes: Sequence[Change], unit: str) -> Figure:
    n_rows = max(len(list_specifications(change)) for change in changes)
    panel, head, gap, bottom = n_rows * _ROW, 30, 18, 58
    height = len(changes) * (panel + head) + (len(changes) - 1) * gap + bottom
    figure = style.new_figure(height)
    labels = [name_specification(key).short for change in changes for key in list_specifications(change)]
    left = max(style.measure(figure, label) for label in labels) + 14
    limits = limit_specifications(changes)
    for i, change in enumerate(changes):
        top = head + i * (panel + head + gap)
        axes = style.add_axes(figure, left=left, right=100, bottom=height - top - panel, top=top)
        axes.set_xlim(limits.low, limits.high)
        _draw_rows(axes, change, limits)
        _title_panel(figure, change, top - 8, height)
        last = i == len(changes) - 1
        _dress(axes, unit if last else "", ticks=last)
    return figure


def _draw_rows(axes: Axes, change: Change, limits: Limits) -> None:
    keys = list_specifications(change)
    for row, key in enumerate(keys):
        one = change.specifications[key]
        main = key == "main"
        # Nothing rests on the diamond where there is no verdict.
        colour, marker, size = (
            (DARK_BLUE if is_judged(change) else GREY, "D", 8) if main else (GREY, "s" if key in COMPARISON else "o", 7)
        )
        if is_drawn(one):
            _draw_interval(axes, row, one, limits, colour=colour, width=3.2 if main else 1.8)
        if math.isfinite(one.estimate):
            fill = colour if main else "white"
            axes.plot(one.estimate, row, marker, color=colour, markerfacecolor=fill, markersize=size, zorder=4)
        told = write_change(one.estimate) if is_drawn(one) else "no interval"
        axes.annotate(
            told,
            (1, row),
            xycoords=axes.get_yaxis_transform(),
            xytext=(92, 0),
            textcoords="offset points",
            va="center",
            ha="right",
            annotation_clip=False,
            fontweight="bold" if main else "normal",
        )
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_yticks(range(len(keys)), [name_specification(key).short for key in keys])
    if "main" in keys:
        axes.get_yticklabels()[keys.index("main")].set_fontweight("bold")


def _draw_interval(axes: Axes, row: int, one: Effect, limits: Limits, *, colour: str, width: float) -> None:
    """Draw an interval, with an arrow head where it reaches beyond the picture."""
    ends = max(one.lower, limits.low), min(one.upper, limits.high)
    axes.plot(ends, [row, row], color=colour, linewidth=width, zorder=3)
    inside = 0.012 * (limits.high - limits.low)
    if one.lower < limits.low:
        axes.plot(limits.low + inside, row, "<", color=colour, markersize=9, zorder=4)
    if one.upper > limits.high:
        axes.plot(limits.high - inside, row, ">", color=colour, markersize=9, zorder=4)


def _dress(axes: Axes, label: str, *, ticks: bool) -> None:
    axes.axvline(0, color=INK, linewidth=1.2, zorder=2)
    axes.grid(axis="x", color=style.PALE, linewidth=1)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: write_change(at, digits=_digits(axes))))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelbottom=ticks, length=4 if ticks else 0)
    axes.spines["left"].set_visible(False)
    if label:
        # Centred on the page and not on the axes, whose left part is words.
        axes.figure.text(0.5, 10 / (axes.figure.get_size_inches()[1] * 72), label, ha="center")  # type: ignore[union-attr]


def _digits(axes: Axes) -> int:
    low, high = axes.get_xlim()
    return 0 if high - low > 5 else 1


def _draw_context(results: AreaResults, shown: Sequence[Change]) -> Figure:
    boards = [select_boards(results, change).to_numpy() for change in shown]
    limits = _context_limits(np.concatenate(boards), shown)
    stacks = [_stack(estimates, limits) for estimates in boards]
    panels = [max(stack.values(), default=1) * _DOT + 8 for stack in stacks]
    head, gap, bottom = 30 + 2 * (style.LINE_POINTS + 5) + 6, 14, 58
    height = sum(panels) + len(shown) * head + (len(shown) - 1) * gap + bottom
    figure = style.new_figure(height)
    above = 0.0
    for i, (change, stack, panel) in enumerate(zip(shown, stacks, panels, strict=True)):
        top = above + head
        axes = style.add_axes(figure, left=16, right=16, bottom=height - top - panel, top=top)
        axes.set_xlim(*limits)
        axes.set_ylim(0, panel)
        last = i == len(shown) - 1
        _dress(axes, _unit(results) if last else "", ticks=last)
        axes.set_yticks([])
        _draw_dots(axes, stack)
        style.draw_marks(figure, axes, _marks(results, change))
        _title_panel(figure, change, top - head + 16, height)
        above = top + panel + gap
    return figure


def _draw_dots(axes: Axes, stack: dict[int, int]) -> None:
    low, high = axes.get_xlim()
    width = (high - low) / _BINS
    x = [low + (place + 0.5) * width for place, count in stack.items() for _ in range(count)]
    y = [(i + 0.5) * _DOT for count in stack.values() for i in range(count)]
    axes.plot(x, y, "o", color=DARK_BLUE, markersize=4.6, markerfacecolor="white", markeredgewidth=1.1, zorder=4)


def _marks(results: AreaResults, change: Change) -> list[style.Mark]:
    """The area, and England beside it."""
    england = change.england.get(change.primary)
    at = change.main.estimate
    marks = [style.Mark(at, f"{results.area.name} {write_change(at)}", ORANGE)]
    if not results.is_england and england is not None and math.isfinite(england.estimate):
        nation = f"England {write_change(england.estimate)}"
        marks.append(style.Mark(england.estimate, nation, DARK_PINK, (0, (4, 2))))
    return marks


def _title_panel(figure: Figure, change: Change, below_top: float, height: float) -> None:
    when = parse_period(change.intervention.start).label
    title = f"After {when}: {change.intervention.label}"
    title += " (cannot be tested)" if change.main.verdict == "not testable" else ""
    figure.text(6 / style.WIDTH_POINTS, 1 - below_top / height, title, fontweight="bold")


def _context_limits(estimates: Array, shown: Sequence[Change]) -> tuple[float, float]:
    """Limits that hold the area and nearly all boards; the few beyond stand in the outermost stacks."""
    low, high = np.quantile(estimates, [0.01, 0.99])
    own = [change.main.estimate for change in shown]
    low, high = min(low, *own, 0.0), max(high, *own, 0.0)
    # The labels of the marks stand at their right and need room there.
    return low - 0.04 * (high - low), high + 0.3 * (high - low)


def _stack(estimates: Array, limits: tuple[float, float]) -> dict[int, int]:
    """How many boards stand in each bin."""
    low, high = limits
    places = np.clip(((estimates - low) / (high - low) * _BINS).astype(int), 0, _BINS - 1)
    found, counts = np.unique(places, return_counts=True)
    return {int(place): int(count) for place, count in zip(found, counts, strict=True)}
