"""What do our pictures look like? Colours, sizes and the placing of labels, after the Analysis Function's guidance."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# The first four colours of the guidance. Turquoise and orange reach 3:1 on white, enough for lines
# and not for text, so that words are always written in ink.
DARK_BLUE, TURQUOISE, DARK_PINK, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
INK, GREY, PALE = "#1d1d1b", "#505a5f", "#d8dde0"
LineStyle = str | tuple[int, tuple[float, ...]]
TEXT_POINTS = 12
LINE_POINTS = 17
WIDTH_POINTS = 640
_SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    # The one that comes with matplotlib: a page looks alike on every machine.
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT_POINTS,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 1.2,
    "svg.fonttype": "path",
    "svg.hashsalt": "bcf_eval",
    "path.simplify": False,
}
_PATH = re.compile(r' (?:d|x|y)="[^"]*"')
_BETWEEN = re.compile(r">\s+<(?:!--[^>]*-->\s*<)?")
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_OUTSIDE = re.compile(r"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|<metadata>.*?</metadata>\s*", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """Something marked on the horizontal axis, and what is written at it.

    Attributes
    ----------
    x
        Where, in data units.
    label
        One or two lines.
    colour, line
        Of its line; the line style tells it apart without colour.
    """

    x: float
    label: str
    colour: str = GREY
    line: LineStyle = "-"


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style."""
    with matplotlib.rc_context(_SETTINGS):
        yield


def new_figure(height: float) -> Figure:
    """Begin a figure.

    Parameters
    ----------
    height
        In points.
    """
    figure = Figure(figsize=(WIDTH_POINTS / 72, height / 72), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(figure: Figure, *, left: float, right: float, bottom: float, top: float) -> Axes:
    """Add axes with margins in points."""
    return figure.add_axes(_within(figure, left, right, bottom, top))


def move_axes(axes: Axes, *, left: float, right: float, bottom: float, top: float) -> None:
    """Move axes to other margins in points, after their figure has got another size."""
    axes.set_position(_within(axes.figure, left, right, bottom, top))  # type: ignore[arg-type]


def _within(figure: Figure, left: float, right: float, bottom: float, top: float) -> tuple[float, float, float, float]:
    width, height = figure.get_size_inches() * 72
    return left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height


def write_svg(figure: Figure) -> str:
    """Write a figure as SVG: text as outlines, nothing from outside, the same bytes every time."""
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(buffer, metadata=nothing)
    drawn = _OUTSIDE.sub("", buffer.getvalue()).strip()
    # A hundredth of a point is finer than any screen or printer, and halves the page.
    return _BETWEEN.sub("><", _PATH.sub(lambda path: _shorten(path.group()), drawn))


def _shorten(path: str) -> str:
    return " " + " ".join(_DECIMALS.sub(r"\1", path).split())


def measure(figure: Figure, text: str) -> float:
    """Measure the width of a text of one or more lines, in points."""
    drawn = figure.text(0, 0, text)
    width = drawn.get_window_extent(figure.canvas.get_renderer()).width * 72 / figure.dpi  # type: ignore[attr-defined]
    drawn.remove()
    return float(width)


def place_rows(starts: Sequence[float], widths: Sequence[float]) -> list[int]:
    """Choose a row for each label so that none overlaps another, nor the line of another.

    A label begins at its line and reaches to the right; its line rises to its row. A label stands
    above every line that it would otherwise cross.

    Parameters
    ----------
    starts, widths
        In points, in any order.

    Returns
    -------
    list of int
        Rows from 0, the lowest.
    """
    rows = dict.fromkeys(range(len(starts)), 0)
    for k in sorted(rows, key=lambda i: (-starts[i], i)):
        crossed = [
            rows[j] for j in rows if (starts[j], -j) > (starts[k], -k) and starts[j] <= starts[k] + widths[k] + 8
        ]
        rows[k] = max(crossed) + 1 if crossed else 0
    return [rows[k] for k in range(len(starts))]


def count_rows(figure: Figure, axes: Axes, marks: Sequence[Mark]) -> list[int]:
    """Choose the rows of the labels of marks; the limits of the axes must be set."""
    starts = [float(axes.transData.transform((mark.x, 0))[0]) * 72 / figure.dpi for mark in marks]
    return place_rows(starts, [measure(figure, mark.label) + 6 for mark in marks])


def draw_marks(figure: Figure, axes: Axes, marks: Sequence[Mark], *, lines: int = 1) -> None:
    """Draw marked places as lines with their labels above the axes.

    Parameters
    ----------
    lines
        How many lines a label has at the most.
    """
    height = axes.get_window_extent().height * 72 / figure.dpi
    step = lines * LINE_POINTS + 5
    for mark, row in zip(marks, count_rows(figure, axes, marks), strict=True):
        top = 1 + (8 + row * step + lines * LINE_POINTS - 3) / height
        axes.plot(
            [mark.x, mark.x],
            [0, top],
            transform=axes.get_xaxis_transform(),
            color=mark.colour,
            linestyle=mark.line,
            linewidth=2,
            clip_on=False,
            zorder=3,
        )
        axes.annotate(
            mark.label,
            (mark.x, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(5, 8 + row * step),
            textcoords="offset points",
            va="bottom",
            ha="left",
            annotation_clip=False,
        )


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move positions apart until neighbours are at least a gap from each other, keeping their order and middle."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = [positions[i] for i in order]
    for _ in range(100):
        for i in range(len(moved) - 1):
            lack = gap - (moved[i + 1] - moved[i])
            if lack > 1e-9:
                moved[i], moved[i + 1] = moved[i] - lack / 2, moved[i + 1] + lack / 2
    return [moved[order.index(i)] for i in range(len(positions))]
