"""Would the answer be another? The specification curve: every way's change above, what it does otherwise below."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.report import style
from bcf_eval.report.chosen import name_unit
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import label_picture, name_when
from bcf_eval.report.fragments import Picture, write_details, write_heading, write_paragraph
from bcf_eval.report.limits import Limits
from bcf_eval.report.specifications import (
    Curve,
    Way,
    caption_curve,
    describe_curve,
    read_curve,
    say_curve,
    tabulate_curve,
)
from bcf_eval.report.style import DARK_BLUE, GREY, INK, PALE
from bcf_eval.wording import write_change

_PANEL = 230
_ROW = 19
_TOP, _GAP, _BOTTOM = 44, 22, 12


def draw_curve(results: AreaResults, change: Change) -> Picture | None:
    """Draw every way of working one change out; ``None`` where there are none."""
    curve = read_curve(results, change)
    if curve is None:
        return None
    with style.house_style():
        svg = style.write_svg(_draw(curve))
    return Picture(svg, describe_curve(curve), caption_curve(curve))


def show_curves(results: AreaResults) -> str:
    """Show every way of working each change out, the last start drawn; nothing where there are none."""
    parts = []
    for change in results.changes:
        curve = read_curve(results, change)
        if curve is None:
            continue
        parts.append(write_paragraph(f"After {name_when(change)}: {say_curve(curve)}"))
        # A picture is a hundred thousand characters: others are drawn by the command line and in a notebook.
        if change is results.changes[-1] and (picture := draw_curve(results, change)):
            demonstration = bool(results.build.get("demonstration"))
            parts.append(label_picture(picture, demonstration=demonstration)._repr_html_())
        parts.append(write_details(f"Every way after {name_when(change)} in numbers", tabulate_curve(curve)))
    return write_heading("Would another way of working it out give another answer?") + "".join(parts) if parts else ""


def _draw(curve: Curve) -> Figure:
    matrix = len(curve.rows) * _ROW
    height = _TOP + _PANEL + _GAP + matrix + _BOTTOM
    figure = style.new_figure(height)
    left = max(style.measure(figure, row) for row in curve.rows) + 14
    above = style.add_axes(figure, left=left, right=12, bottom=height - _TOP - _PANEL, top=_TOP)
    below = style.add_axes(figure, left=left, right=12, bottom=_BOTTOM, top=_TOP + _PANEL + _GAP)
    limits = _limit(curve)
    for axes in (above, below):
        axes.set_xlim(-0.7, len(curve.ways) - 0.3)
        _shade_main(axes, curve)
    above.set_ylim(limits.low, limits.high)
    _draw_ways(above, curve, limits)
    _dress_above(above)
    _draw_matrix(below, curve)
    title = f"After {name_when(curve.change)}: {curve.change.intervention.label}"
    figure.text(6 / style.WIDTH_POINTS, 1 - 16 / height, title, fontweight="bold")
    unit = f"Change in {name_unit(curve.change.primary, curve.results.metric)}"
    figure.text(6 / style.WIDTH_POINTS, 1 - 34 / height, unit)
    return figure


def _limit(curve: Curve) -> Limits:
    """Limits that hold every estimate; an interval far wider than the rest is cut."""
    estimates = [0.0, *(one.estimate for one in curve.ways)]
    half = sorted((one.upper - one.lower) / 2 for one in curve.ways if math.isfinite(one.upper - one.lower))
    reach = 2.5 * half[len(half) // 2] if half else 1.0
    known = [one for one in curve.ways if math.isfinite(one.upper - one.lower)]
    low = max(min([*estimates, *(one.lower for one in known)]), min(estimates) - reach)
    high = min(max([*estimates, *(one.upper for one in known)]), max(estimates) + reach)
    room = 0.04 * (high - low) or 1.0
    return Limits(low - room, high + room)


def _shade_main(axes: Axes, curve: Curve) -> None:
    for place, one in enumerate(curve.ways):
        if one.is_main:
            axes.axvspan(place - 0.5, place + 0.5, color=PALE, linewidth=0, zorder=0)


def _draw_ways(axes: Axes, curve: Curve, limits: Limits) -> None:
    """Draw the ways, those that look alike at once: a picture of one mark each would be twice as large."""
    looks: dict[tuple[str, str, str, float], list[tuple[int, float]]] = {}
    for place, one in enumerate(curve.ways):
        looks.setdefault(_look(one), []).append((place, one.estimate))
    for (marker, colour, fill, size), points in looks.items():
        x, y = zip(*points, strict=True)
        axes.plot(x, y, marker, color=colour, markerfacecolor=fill, markersize=size, zorder=5)
    inside = 0.015 * (limits.high - limits.low)
    for judged, main in ((True, True), (True, False), (False, True), (False, False)):
        bars = [
            (place, one.lower, one.upper)
            for place, one in enumerate(curve.ways)
            if (one.judged, one.is_main) == (judged, main) and math.isfinite(one.upper - one.lower)
        ]
        if not bars:
            continue
        at_x = [place for place, _, _ in bars]
        bottom, top = [max(low, limits.low) for _, low, _ in bars], [min(high, limits.high) for _, _, high in bars]
        colour = DARK_BLUE if judged else GREY
        lines = axes.vlines(at_x, bottom, top, colors=colour, linewidth=3 if main else 1.6, zorder=3)
        lines.set_linestyle("solid" if judged else "dotted")
        for marker, at, cut in (
            ("v", limits.low + inside, [place for place, low, _ in bars if low < limits.low]),
            ("^", limits.high - inside, [place for place, _, high in bars if high > limits.high]),
        ):
            axes.plot(cut, [at] * len(cut), marker, color=colour, markersize=6, zorder=4)


def _look(one: Way) -> tuple[str, str, str, float]:
    """Marker, colour, filling and size: what is said by colour is said by the marker too."""
    colour = DARK_BLUE if one.judged else GREY
    if one.is_main:
        return "D", colour, colour, 9
    if not one.judged:
        return "x", colour, colour, 5
    return ("s", colour, "white", 5) if one.customary else ("o", colour, "white", 5.5)


def _dress_above(axes: Axes) -> None:
    axes.axhline(0, color=INK, linewidth=1.2, zorder=2)
    axes.grid(axis="y", color=PALE, linewidth=1)
    axes.set_axisbelow(True)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    low, high = axes.get_ylim()
    digits = 0 if high - low > 5 else 1
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: write_change(at, digits=digits)))


def _draw_matrix(axes: Axes, curve: Curve) -> None:
    rows = {row: i for i, row in enumerate(curve.rows)}
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(rows)), list(rows))
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.hlines(list(rows.values()), *axes.get_xlim(), colors=PALE, linewidth=0.8, zorder=1)
    for marker, colour, size, shown in (
        ("D", DARK_BLUE, 7.0, [one.is_main for one in curve.ways]),
        ("o", INK, 5.5, [one.judged and not one.is_main for one in curve.ways]),
        ("o", GREY, 5.5, [not (one.judged or one.is_main) for one in curve.ways]),
    ):
        dots = [(i, rows[choice]) for i, one in enumerate(curve.ways) if shown[i] for choice in one.choices]
        axes.plot([x for x, _ in dots], [y for _, y in dots], marker, color=colour, markersize=size, zorder=3)
