"""How are results of a study laid out? Tables in Markdown, and pictures in the house's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bcf_eval.report.style import (
    DARK_BLUE,
    DARK_PINK,
    GREY,
    ORANGE,
    PALE,
    TURQUOISE,
    add_axes,
    house_style,
    new_figure,
    write_svg,
)

_COLOURS = (DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK, GREY)
_MARKERS = ("o", "s", "^", "D", "v")


def write_table(frame: pd.DataFrame, *, formats: Mapping[str, str] | None = None) -> str:
    """Lay a frame out as a Markdown table; what is not known is a dash.

    Parameters
    ----------
    frame
        One row a line.
    formats
        Format specification by column, ``.1%``.
    """
    given = formats or {}

    def write(value: object, column: str) -> str:
        if isinstance(value, float) and not np.isfinite(value):
            return "–"
        return format(value, given.get(column, "")) if column in given else str(value)

    head = f"| {' | '.join(frame.columns)} |"
    rule = "|" + "---|" * len(frame.columns)
    rows = [
        "| " + " | ".join(write(value, column) for column, value in zip(frame.columns, row, strict=True)) + " |"
        for row in frame.itertuples(index=False)
    ]
    return "\n".join([head, rule, *rows])


def draw_lines(
    lines: Mapping[str, Sequence[float]],
    x: Sequence[float],
    *,
    x_label: str,
    y_label: str,
    band: tuple[float, float] | None,
    path: Path,
) -> None:
    """Draw shares as lines, each with a marker of its own and its name at the end, above a band of what is wanted.

    Parameters
    ----------
    lines
        Shares between 0 and 1, by name, at most five.
    x
        Where, of the same length.
    x_label, y_label
        Of the axes.
    band
        Lowest and highest share that is wanted; ``None`` for no band.
    path
        SVG file to be written.
    """
    with house_style():
        figure = new_figure(300)
        axes = add_axes(figure, left=60, right=210, bottom=55, top=15)
        if band is not None:
            axes.axhspan(100 * band[0], 100 * band[1], color=PALE, zorder=0)
        ends = []
        for (name, shares), colour, marker in zip(lines.items(), _COLOURS, _MARKERS, strict=False):
            values = 100 * np.asarray(shares, float)
            axes.plot(x, values, color=colour, marker=marker, linewidth=2, markersize=7)
            last = int(np.flatnonzero(np.isfinite(values))[-1])
            ends.append((float(values[last]), float(x[last]), name))
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        low, high = axes.get_ylim()
        gap, above = (high - low) / 13, -np.inf
        for value, at, name in sorted(ends):
            # Names of lines that end at the right edge are kept apart; one that ends before stands where it ends.
            height = max(value, above + gap) if at == x[-1] else value
            above = height if at == x[-1] else above
            place = {"xytext": (12, 0), "textcoords": "offset points", "va": "center", "annotation_clip": False}
            axes.annotate(name, (at, height), **place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_svg(figure), encoding="utf-8", newline="\n")
