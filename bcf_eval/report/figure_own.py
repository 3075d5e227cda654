"""Did a researcher's own series change? One series of a fit, its fitted path, and the path before carried on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_eval.errors import RequestError, nearest
from bcf_eval.periods import parse_period
from bcf_eval.report import style
from bcf_eval.report.fragments import Picture
from bcf_eval.report.style import DARK_BLUE, INK, ORANGE, TURQUOISE, Mark
from bcf_eval.results import ItsResult

Array = npt.NDArray[np.float64]

_HEIGHT = 360
_TOP, _LEFT, _RIGHT, _BOTTOM = 30, 56, 24, 60
_CAPTION = (
    "Dots are what was observed; the solid line is the fitted path; the dashed line, with its 95% band, is the path "
    "before the first intervention, carried on."
)


def draw_own(result: ItsResult, *, series: str | None = None) -> Picture:
    """Draw one series of a fit.

    Parameters
    ----------
    result
        A fit of a table.
    series
        Which; the first that could be fitted when left out.

    Raises
    ------
    RequestError
        If there is no such series, or none could be fitted.
    """
    drawn = list(dict.fromkeys(result.paths["series"].astype(str)))
    if not drawn:
        raise RequestError("No series of this result could be fitted, so there is nothing to draw.")
    chosen = drawn[0] if series is None else series
    if chosen not in drawn:
        raise RequestError(f"There is no fitted series '{chosen}'.{nearest(chosen, drawn)}")
    path = result.paths[result.paths["series"].astype(str).eq(chosen)]
    with style.house_style():
        svg = style.write_svg(_draw(path, result.interventions))
    return Picture(svg, _describe(path, result, chosen), _CAPTION)


def _draw(path: pd.DataFrame, interventions: tuple[str, ...]) -> Figure:
    figure = style.new_figure(_HEIGHT)
    x = np.array([_place(period) for period in path["period"]])
    axes = style.add_axes(figure, left=_LEFT, right=_RIGHT, bottom=_BOTTOM, top=_TOP)
    axes.set_xlim(x[0] - 0.05, x[-1] + 0.1)
    after = x >= _place(interventions[0])
    axes.fill_between(
        x[after], path["lower"].to_numpy()[after], path["upper"].to_numpy()[after],
        facecolor=ORANGE, alpha=0.13, edgecolor="none", zorder=1,
    )  # fmt: skip
    axes.plot(x, path["observed"], color=DARK_BLUE, linewidth=1.2, marker="o", markersize=3, label="Observed", zorder=3)
    axes.plot(x, path["fitted"], color=TURQUOISE, linewidth=2.6, label="Fitted path", zorder=4)
    axes.plot(
        x[after], path["counterfactual"].to_numpy()[after], color=ORANGE, linewidth=2.4, linestyle=(0, (5, 2)),
        label="The path before, carried on", zorder=5,
    )  # fmt: skip
    _dress(axes, path)
    style.draw_marks(figure, axes, [Mark(_place(one) - 1 / 24, parse_period(one).label, INK) for one in interventions])
    figure.legend(loc="lower left", ncols=3, frameon=False, bbox_to_anchor=(0.02, 0.0))
    return figure


def _dress(axes: Axes, path: pd.DataFrame) -> None:
    shown = path[["observed", "fitted", "counterfactual"]].to_numpy()
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    room = 0.12 * (high - low)
    axes.set_ylim(0.0 if 0 <= low < 0.3 * high else low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,g}"))
    axes.grid(axis="y", color=style.PALE, linewidth=1, zorder=0)
    axes.set_axisbelow(True)


def _describe(path: pd.DataFrame, result: ItsResult, series: str) -> str:
    first, last = path.iloc[0], path.iloc[-1]
    names = dict(zip(dict.fromkeys(result.terms["series"].astype(str)), result.sentences, strict=True))
    return (
        f"Line chart from {parse_period(first['period']).label} to {parse_period(last['period']).label}: observed "
        f"values run from {path['observed'].min():,.4g} to {path['observed'].max():,.4g}. In the last period "
        f"{last['observed']:,.4g} was observed, {last['fitted']:,.4g} is fitted, and {last['counterfactual']:,.4g} "
        f"({last['lower']:,.4g} to {last['upper']:,.4g}) is where the path before leads, carried on. {names[series]}"
    )


def _place(period: str) -> float:
    return parse_period(period).start / 12
