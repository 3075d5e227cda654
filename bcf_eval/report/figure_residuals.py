"""What is left over when the model has been fitted? Month by month, and how months resemble each other, drawn."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import label_picture, name_when
from bcf_eval.report.fragments import Picture
from bcf_eval.report.residuals import Residuals, describe_residuals, read_residuals
from bcf_eval.report.style import DARK_BLUE, GREY, INK, PALE

_PANEL, _TOP, _GAP, _BOTTOM, _LEFT = 130, 52, 74, 52, 48
_CAPTION = (
    "Above, what neither the model nor the month before foretold, in standard deviations; dashed lines at 2 either "
    "way, beyond which about one month in twenty lies by chance. Below, how alike months are that lie so many months "
    "apart (below zero: opposite); bars within the dashed lines are what chance brings. A right model leaves no "
    "pattern in either."
)


def draw_residuals(results: AreaResults, change: Change) -> Picture | None:
    """Draw what the verdict's model of one change leaves over; ``None`` where there is nothing."""
    found = read_residuals(results, change)
    if found is None:
        return None
    with style.house_style():
        svg = style.write_svg(_draw(found, change))
    picture = Picture(svg, describe_residuals(results, change, found), _CAPTION)
    return label_picture(picture, demonstration=bool(results.build.get("demonstration")))


def _draw(found: Residuals, change: Change) -> Figure:
    height = _TOP + 2 * _PANEL + _GAP + _BOTTOM
    figure = style.new_figure(height)
    above = style.add_axes(figure, left=_LEFT, right=16, bottom=height - _TOP - _PANEL, top=_TOP)
    below = style.add_axes(figure, left=_LEFT, right=16, bottom=_BOTTOM, top=_TOP + _PANEL + _GAP)
    _draw_months(above, found, change)
    _draw_correlations(below, found)
    for text, top in ((f"Left over by month, around {name_when(change)}", 16), ("In standard deviations", 34)):
        figure.text(6 / style.WIDTH_POINTS, 1 - top / height, text, fontweight="bold" if top == 16 else "normal")
    title = (_TOP + _PANEL + _GAP - 14) / height
    figure.text(6 / style.WIDTH_POINTS, 1 - title, "Autocorrelation of what is left over", fontweight="bold")
    figure.text(0.5, 10 / height, "Months apart", ha="center")
    return figure


def _draw_months(axes: Axes, found: Residuals, change: Change) -> None:
    x = [parse_period(one).start for one in found.periods]
    axes.vlines(x, 0, found.values, colors=DARK_BLUE, linewidth=1.6, zorder=3)
    axes.plot(x, found.values, "o", color=DARK_BLUE, markersize=4.5, zorder=4)
    reach = max(2.6, *(abs(one) for one in found.values)) * 1.08
    axes.set_xlim(x[0] - 1, x[-1] + 1)
    axes.set_ylim(-reach, reach)
    _draw_band(axes, 2)
    begun = parse_period(change.intervention.start).start
    axes.axvline(begun - 0.5, color=INK, linewidth=2, zorder=2)
    years = sorted({month // 12 for month in x if month % 12 == 0})
    axes.set_xticks([12 * year for year in years], [f"January {year}" for year in years])
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: _sign(at, 0)))


def _draw_correlations(axes: Axes, found: Residuals) -> None:
    lags = range(1, len(found.autocorrelation) + 1)
    axes.bar(lags, found.autocorrelation, width=0.5, color=DARK_BLUE, zorder=3)
    reach = max(found.band, *(abs(one) for one in found.autocorrelation)) * 1.15
    axes.set_ylim(-reach, reach)
    _draw_band(axes, found.band)
    axes.set_xticks(list(lags))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: _sign(at, 1)))


def _sign(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}") if round(value, digits) else "0"


def _draw_band(axes: Axes, half: float) -> None:
    for at in (-half, half):
        axes.axhline(at, color=GREY, linewidth=1.2, linestyle=(0, (5, 3)), zorder=2)
    axes.axhline(0, color=INK, linewidth=1, zorder=2)
    axes.grid(axis="y", color=PALE, linewidth=1)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
