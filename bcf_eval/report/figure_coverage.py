"""Of which areas and periods is there a number? A map of one metric, areas by periods, by the state of each number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.fragments import Picture
from bcf_eval.report.quality_data import name_place
from bcf_eval.report.style import DARK_BLUE, DARK_PINK, GREY, INK, ORANGE, TURQUOISE
from bcf_eval.specs import ENGLAND, Metric
from bcf_eval.wording import write_count

_ROW, _NATION_ROW, _GAP, _LEFT, _RIGHT, _AXIS = 3.2, 17.0, 5.0, 180.0, 14.0, 30.0
_OTHERS = "Other areas"


@dataclass(frozen=True)
class _Look:
    """How a state is drawn, told apart by its pattern where colours are not seen."""

    label: str
    colour: str
    pattern: str


_LOOKS = {
    "number": _Look("A number as returned", DARK_BLUE, ""),
    "extended": _Look("A rate whose population was carried beyond the estimates", TURQUOISE, "////"),
    "apportioned": _Look("A number estimated from the commissioners of the area", ORANGE, "..."),
    "suppressed": _Look("Hidden by the publisher", DARK_PINK, "xxxx"),
    "missing": _Look("No number", "white", ""),
}


@dataclass(frozen=True)
class _Block:
    """Areas that are drawn together.

    Attributes
    ----------
    codes
        In order from the top.
    top
        Height of its upper edge, in points down from the top of the picture.
    row
        Height of a row, in points.
    """

    name: str
    codes: tuple[str, ...]
    top: float
    row: float

    @property
    def bottom(self) -> float:
        """Height of its lower edge, in points down from the top."""
        return self.top + self.row * len(self.codes)


def draw_coverage(states: pd.DataFrame, metric: Metric) -> Picture:
    """Draw of which areas and periods there is a number.

    Parameters
    ----------
    states
        ``area_code, period, state`` of one metric.
    metric
        Which.
    """
    plain = states.assign(state=states["state"].replace(["gap", "unpublished"], "missing"))
    with style.house_style():
        svg = style.write_svg(_draw(plain))
    return Picture(svg, _describe(plain, metric), _caption(plain))


def _draw(states: pd.DataFrame) -> Figure:
    grid = states.pivot(index="area_code", columns="period", values="state").fillna("missing")
    blocks = _lay_out([str(code) for code in grid.index])
    used = [state for state in _LOOKS if (grid == state).to_numpy().any()]
    bottom = blocks[-1].bottom
    height = bottom + _AXIS + 8 + len(used) * (style.LINE_POINTS + 3)
    figure = style.new_figure(height)
    axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=height - bottom, top=0)
    periods = [parse_period(str(text)) for text in grid.columns]
    edges = np.array([period.start / 12 for period in periods] + [(periods[-1].start + periods[-1].n_months) / 12])
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(bottom, 0)
    for state in used:
        _fill(axes, _LOOKS[state], [one for block in blocks for one in _list_boxes(grid, block, edges, state)])
    for block in blocks:
        axes.add_patch(
            Rectangle(
                (edges[0], block.top), edges[-1] - edges[0], block.bottom - block.top,
                facecolor="none", edgecolor=GREY, linewidth=0.8, clip_on=False, zorder=4,
            )
        )  # fmt: skip
        axes.annotate(
            block.name, (0, (block.top + block.bottom) / 2), xycoords=axes.get_yaxis_transform(), xytext=(-8, 0),
            textcoords="offset points", va="center", ha="right", annotation_clip=False,
        )  # fmt: skip
    _write_axis(axes, grid)
    _write_key(figure, used, height)
    return figure


def _lay_out(codes: list[str]) -> list[_Block]:
    """Place England first, then the areas by region."""
    known = load.areas()
    names = load.regions()
    groups: dict[str, list[str]] = {}
    for code in codes:
        region = names.get(known[code].region, _OTHERS) if code in known else _OTHERS
        groups.setdefault("England" if code == ENGLAND else region, []).append(code)
    ordered = sorted(groups, key=lambda name: (name != "England", name == _OTHERS, name))
    blocks: list[_Block] = []
    for name in ordered:
        # A row of a block must leave room for the block's name.
        row = max(_NATION_ROW if name == "England" else _ROW, _NATION_ROW / len(groups[name]))
        top = blocks[-1].bottom + _GAP if blocks else 2.0
        blocks.append(_Block(name, tuple(sorted(groups[name])), top, row))
    return blocks


def _list_boxes(
    grid: pd.DataFrame, block: _Block, edges: npt.NDArray[np.float64], state: str
) -> Iterator[tuple[float, float, float, float]]:
    """List the boxes of a state: neighbours in time are one, and so are rows that are alike."""
    held = (grid.loc[[*block.codes]] == state).to_numpy()
    first = 0
    for last in range(1, len(held) + 1):
        if last < len(held) and (held[last] == held[first]).all():
            continue
        turns = np.flatnonzero(np.diff(np.concatenate([[False], held[first], [False]]).astype(int)))
        for start, stop in turns.reshape(-1, 2):
            yield float(edges[start]), block.top + first * block.row, float(edges[stop]), block.top + last * block.row
        first = last


def _fill(axes: Axes, look: _Look, boxes: list[tuple[float, float, float, float]]) -> None:
    corners = [
        point for x0, y0, x1, y1 in boxes for point in ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
    ]  # fmt: skip
    codes = [Outline.MOVETO, *[Outline.LINETO] * 3, Outline.CLOSEPOLY] * len(boxes)
    axes.add_patch(
        PathPatch(
            Outline(corners, codes), facecolor=look.colour, edgecolor="white", hatch=look.pattern or None, linewidth=0,
            zorder=2,
        )
    )  # fmt: skip


def _write_axis(axes: Axes, grid: pd.DataFrame) -> None:
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_yticks([])
    periods = [parse_period(str(text)) for text in grid.columns]
    if periods[0].n_months < 12:
        years = sorted({period.start // 12 for period in periods if period.start % 12 == 0})
        every = 1 if len(years) <= 12 else 2
        axes.set_xticks(years[::every], [str(year) for year in years[::every]])
    else:
        every = 1 if len(periods) <= 7 else 2
        middles = [(period.start + period.n_months / 2) / 12 for period in periods]
        axes.set_xticks(middles[::every], [str(period) for period in periods[::every]])
    axes.tick_params(axis="x", length=4)


def _write_key(figure: Figure, used: list[str], height: float) -> None:
    for place, state in enumerate(used):
        y = height - (len(used) - place) * (style.LINE_POINTS + 3) + 3
        box = (_LEFT / style.WIDTH_POINTS, 1 - (y + 12) / height, 34 / style.WIDTH_POINTS, 13 / height)
        look = _LOOKS[state]
        figure.add_artist(
            Rectangle(
                box[:2], box[2], box[3], transform=figure.transFigure, facecolor=look.colour,
                edgecolor="white", hatch=look.pattern or None, linewidth=0,
            )
        )  # fmt: skip
        figure.add_artist(
            Rectangle(
                box[:2], box[2], box[3], transform=figure.transFigure, facecolor="none", edgecolor=GREY, linewidth=0.8
            )
        )
        figure.text((_LEFT + 44) / style.WIDTH_POINTS, box[1] + box[3] / 2, look.label, va="center", color=INK)


def _describe(states: pd.DataFrame, metric: Metric) -> str:
    areas = states[states["area_code"] != ENGLAND]
    counts = areas["state"].value_counts()
    ends = [parse_period(str(states["period"].agg(end))).label for end in ("min", "max")]
    n_areas, n_periods = areas["area_code"].nunique(), states["period"].nunique()
    told = "; ".join(
        f"{look.label[:1].lower()}{look.label[1:]}, {write_count(counts[state])}"
        for state, look in _LOOKS.items()
        if counts.get(state, 0)
    )
    said = [
        f"Map of {metric.label}, {write_count(n_areas)} areas in rows by region and {write_count(n_periods)} "
        f"{'months' if metric.frequency == 'month' else 'years'} in columns, {ends[0]} to {ends[1]}.",
        f"Of {write_count(len(areas))} places in it: {told}.",
    ]
    lacking = areas[areas["state"].isin(["suppressed", "missing"])]["area_code"].value_counts()
    if len(lacking) and len(lacking) <= 10:
        said.append(f"Without a number: {', '.join(f'{name_place(str(code))} ({n})' for code, n in lacking.items())}.")
    elif len(lacking):
        said.append(f"{write_count(len(lacking))} areas lack a number at some time; the table below names them.")
    return " ".join(said)


def _caption(states: pd.DataFrame) -> str:
    said = "One thin row for each area, gathered by region; the first row is England."
    return f"{said} A white place has no number." if (states["state"] == "missing").any() else said
