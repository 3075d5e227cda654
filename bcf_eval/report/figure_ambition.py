"""Is a target more than trend and chance? The distribution of business as usual, with the target in it, drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.alternatives import caption_ambition, describe_ambition_picture
from bcf_eval.report.fragments import Picture, split_caption
from bcf_eval.report.labels import write_smallest
from bcf_eval.report.spread import Spread, fit_spread
from bcf_eval.report.style import DARK_BLUE, DARK_PINK, INK, ORANGE, TURQUOISE, Mark
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Metric, Protocol
from bcf_eval.wording import write_chance, write_rate

_LEFT, _RIGHT, _BOTTOM = 28, 28, 58
_HEIGHT = 190
# Labels stand at the right of their lines and need room there.
_MOST_RIGHT = 0.56
_TAIL = 0.95


def draw_ambition(test: AmbitionTest, metric: Metric, *, protocol: Protocol | None = None) -> Picture | None:
    """Draw the distribution a target is judged by; ``None`` where the target cannot be tested.

    Parameters
    ----------
    test
        The target, tested.
    metric
        What it is about.
    protocol
        The choices it was tested under; the one that ships when left out.
    """
    if not (math.isfinite(test.expected) and math.isfinite(test.log_sd) and test.log_sd > 0):
        return None
    with style.house_style():
        svg = style.write_svg(_draw(test, metric, _fit(test, metric, protocol)))
    caption, more = split_caption(caption_ambition(test, metric, protocol=protocol), most=2)
    return Picture(svg, describe_ambition_picture(test, metric, protocol=protocol), caption, more=more)


def _fit(test: AmbitionTest, metric: Metric, protocol: Protocol | None) -> Spread:
    interval = (protocol or load.protocol()).interval
    return fit_spread(test, lower_is_better=metric.better == "lower", interval=interval)


def _draw(test: AmbitionTest, metric: Metric, spread: Spread) -> Figure:
    marks = _marks(test, metric)
    tail = spread.quantile(_TAIL)
    least = _find_least(test, marks)
    most = max(tail, least + (max(mark.x for mark in marks) - least) / _MOST_RIGHT)
    figure = style.new_figure(_HEIGHT + _BOTTOM)
    axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=0)
    axes.set_xlim(least, most)
    rows = max(style.count_rows(figure, axes, marks)) + 1
    top = 14 + rows * (style.LINE_POINTS + 5)
    figure.set_size_inches(style.WIDTH_POINTS / 72, (_HEIGHT + _BOTTOM + top) / 72)
    style.move_axes(axes, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=top)
    _draw_density(axes, test, metric, spread)
    style.draw_marks(figure, axes, marks)
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,g}"))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{metric.unit[:1].upper()}{metric.unit[1:]}, {parse_period(test.period).label}", labelpad=8)
    return figure


def _find_least(test: AmbitionTest, marks: Sequence[Mark]) -> float:
    """Begin at zero, unless all there is to see lies far from it."""
    spread = math.exp(3 * test.log_sd)
    low = min((test.expected + test.floor) / spread - test.floor, min(mark.x for mark in marks))
    high = max((test.expected + test.floor) * spread - test.floor, max(mark.x for mark in marks))
    return max(0.0, low - 0.04 * (high - low)) if low > high - low else 0.0


def _draw_density(axes: Axes, test: AmbitionTest, metric: Metric, spread: Spread) -> None:
    least, most = axes.get_xlim()
    rates = np.linspace(least, most, 400)
    heights = spread.density(rates)
    heights /= heights.max()
    axes.fill_between(rates, heights, color=DARK_BLUE, alpha=0.12, linewidth=0, zorder=1)
    axes.plot(rates, heights, color=DARK_BLUE, linewidth=2.2, zorder=4)
    ends = (least, max(least, test.target)) if metric.better == "lower" else (test.target, most)
    met = np.linspace(*ends, 200)
    axes.fill_between(
        met, spread.density(met) / spread.density(rates).max(),
        facecolor="none", edgecolor=ORANGE, hatch="///", linewidth=0, zorder=2,
    )  # fmt: skip
    axes.set_ylim(0, 1.06)


def _marks(test: AmbitionTest, metric: Metric) -> list[Mark]:
    """What is marked, each once: a target that is its baseline carries both names."""
    month = parse_period(test.baseline_period).label
    target = f"Target {write_rate(test.target)}: chance {write_chance(test.chance)}"
    baseline = f"Stated baseline, {month}: {write_rate(test.baseline)}"
    same = math.isclose(test.target, test.baseline, rel_tol=1e-6)
    marks = [
        Mark(test.target, f"{target}, the same as {month}" if same else target, ORANGE, "-"),
        Mark(test.expected, f"Business as usual {write_rate(test.expected)}", DARK_BLUE, (0, (6, 2))),
    ]
    # A smallest meaningful target of zero stands for none at all.
    if test.smallest_meaningful > 0:
        smallest = f"Smallest meaningful target {write_smallest(test.smallest_meaningful, better=metric.better)}"
        marks.append(Mark(test.smallest_meaningful, smallest, DARK_PINK, (0, (3, 1.5))))
    if test.verdict == "rewards trend":
        trend = test.trends["continues"]
        marks.append(Mark(trend, f"The trend, carried on {write_rate(trend)}", TURQUOISE, (0, (8, 2, 1.5, 2))))
    if not same:
        marks.append(Mark(test.baseline, baseline, INK, (0, (1, 1.5))))
    return [mark for mark in marks if math.isfinite(mark.x)]
