"""How did the years go? Each year's value with its interval, beside England's line, drawn."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.report import style
from bcf_eval.report.chosen import name_interval
from bcf_eval.report.data import AnnualResults, Year
from bcf_eval.report.fragments import Picture
from bcf_eval.report.labels import name_within
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.prose_annual import write_value
from bcf_eval.report.style import DARK_BLUE, DARK_PINK
from bcf_eval.wording import write_interval

Array = npt.NDArray[np.float64]

_HEIGHT = 230
_TOP, _LEFT, _RIGHT, _BOTTOM = 38, 48, 150, 30


def draw_years(results: AnnualResults) -> Picture | None:
    """Draw the years of an area; ``None`` where no year has a value."""
    if results.latest is None:
        return None
    with style.house_style():
        svg = style.write_svg(_draw(results))
    return Picture(svg, describe_years(results), caption_years(results))


def describe_years(results: AnnualResults) -> str:
    """Put the picture of the years into words."""
    metric = results.metric
    said = [
        f"Dots with {name_interval(results.protocol)}s: {describe_measure(metric).name.lower()} in "
        f"{name_within(results.area.name)} by year, in {metric.unit}."
    ]
    for year in results.years:
        if not year.known:
            said.append(f"{year.period}: no figure.")
            continue
        bounds = f" ({write_interval(year.lower, year.upper)})" if math.isfinite(year.lower) else ""
        england = "" if results.is_england else f", England {write_value(year.england, metric)}"
        said.append(f"{year.period}: {write_value(year.value, metric)}{bounds}{england}.")
    return " ".join(said)


def caption_years(results: AnnualResults) -> str:
    """Say how to read the picture of the years."""
    said = [
        f"Dot: the year's figure. Bar: its {name_interval(results.protocol)}, which says how much a count of that size "
        "varies by chance."
    ]
    if not results.is_england:
        said.append("Dashed line: England.")
    if _limits(results)[0] > 0:
        said.append("The scale does not begin at zero.")
    return " ".join(said)


def _draw(results: AnnualResults) -> Figure:
    figure = style.new_figure(_HEIGHT)
    axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=_TOP)
    axes.set_ylim(*_limits(results))
    axes.set_xlim(-0.4, len(results.years) - 0.6)
    for place, year in enumerate(results.years):
        if year.known:
            _draw_year(axes, place, year)
    labels = []
    latest = results.latest
    if latest is not None:
        labels.append((latest.value, results.area.name, DARK_BLUE))
    england = np.array([math.nan if results.is_england else year.england for year in results.years])
    if np.isfinite(england).any():
        axes.plot(range(len(england)), england, color=DARK_PINK, linewidth=2, linestyle=(0, (5, 2)), zorder=2)
        labels.append((float(england[np.isfinite(england)][-1]), "England", DARK_PINK))
    _write_labels(figure, axes, labels)
    axes.set_xticks(range(len(results.years)), [year.period for year in results.years])
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,g}"))
    axes.grid(axis="y", color=style.PALE, linewidth=1, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", length=4)
    unit = results.metric.unit
    figure.text(6 / style.WIDTH_POINTS, 1 - 18 / _HEIGHT, f"{unit[:1].upper()}{unit[1:]}")
    return figure


def _draw_year(axes: Axes, place: int, year: Year) -> None:
    if math.isfinite(year.lower):
        axes.plot([place, place], [year.lower, year.upper], color=DARK_BLUE, linewidth=2.4, zorder=3)
    axes.plot(place, year.value, "o", color=DARK_BLUE, markersize=8, zorder=4)


def _write_labels(figure: Figure, axes: Axes, labels: list[tuple[float, str, str]]) -> None:
    height = axes.get_window_extent().height * 72 / figure.dpi
    low, high = axes.get_ylim()
    placed = style.spread([height * (at - low) / (high - low) for at, _, _ in labels], 2 * style.LINE_POINTS)
    for point, (_, label, colour) in zip(placed, labels, strict=True):
        at = low + point * (high - low) / height
        begin = axes.get_xlim()[1] - 0.12
        if colour == DARK_PINK:
            axes.plot([begin, begin + 0.2], [at, at], color=colour, linewidth=2, linestyle=(0, (3, 1.5)), clip_on=False)
        else:
            axes.plot(begin + 0.1, at, "o", color=colour, markersize=8, clip_on=False)
        axes.annotate(
            _break(label), (begin + 0.2, at), xytext=(6, 0), textcoords="offset points", va="center", ha="left",
            annotation_clip=False,
        )  # fmt: skip


def _break(label: str) -> str:
    """Break a long name in two lines, so that it stays within the picture."""
    if len(label) <= 18 or " " not in label:
        return label
    middle = len(label) / 2
    at = min((i for i, letter in enumerate(label) if letter == " "), key=lambda i: abs(i - middle))
    return f"{label[:at]}\n{label[at + 1 :]}"


def _limits(results: AnnualResults) -> tuple[float, float]:
    """Begin at zero where that does not squeeze what there is to see."""
    found = [
        one
        for year in results.years
        for one in (year.value, year.lower, year.upper, math.nan if results.is_england else year.england)
        if math.isfinite(one)
    ]
    low, high = min(found), max(found)
    room = 0.08 * (high - low) if high > low else 1.0
    top = high + room
    if results.metric.statistic == "proportion":
        top = min(top, 100.0 + room / 4)
    return (0.0 if low < 0.5 * high else max(0.0, low - room), top)
