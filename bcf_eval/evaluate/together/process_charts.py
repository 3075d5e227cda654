"""Is a series unusual of late? Control charts of every area, how far to trust them, and the charts that decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import Protocol
from bcf_eval.stats.charts.autocorrelation import AUTOCORRELATED, chart_residuals, estimate_false_alarms
from bcf_eval.stats.charts.spc import SPECIAL, XmrChart, chart
from bcf_eval.stats.charts.verdicts import judge_assurance, judge_variation, name_points
from bcf_eval.stats.regression.design import fourier_columns
from bcf_eval.tables import SPC_POINTS, SPC_VERDICTS

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

# Limits from fewer points than make a year of months are mostly error, and so is an autocorrelation.
LEAST_POINTS = 12


@dataclass(frozen=True)
class ProcessCharts:
    """Charts of one metric; columns are :data:`bcf_eval.tables.SPC_POINTS` and ``SPC_VERDICTS``."""

    points: pd.DataFrame
    verdicts: pd.DataFrame


def chart_processes(
    panel: Panel,
    protocol: Protocol,
    *,
    target: float = np.nan,
    rebase: tuple[str, ...] | None = None,
    fixed: int | None = None,
    screen: bool = True,
) -> ProcessCharts:
    """Chart every area of a metric.

    Parameters
    ----------
    panel
        The metric's data.
    protocol
        States the pairs of the season.
    target
        To be set beside the limits, in the metric's unit; ``NaN`` for none.
    rebase
        Periods from which limits are worked out anew; ``None``: at the breaks of the metric that shift its level.
    fixed, screen
        As in :func:`bcf_eval.stats.charts.spc.chart`.

    Returns
    -------
    ProcessCharts
        A description; nothing is said of fewer than 12 points. Where periods resemble the one before
        (autocorrelation over 0.2), the sentence says how often a stable process would signal, and the chart of
        residuals decides.
    """
    metric, values = panel.metric, panel.level_months().value
    edges = tuple(panel.periods.index(one) for one in _find_edges(panel, rebase))
    first = parse_period(panel.periods[0])
    time = np.arange(len(panel.periods)) + first.start // first.n_months
    pairs = protocol.season_pairs if first.cycle == 12 else 0
    season = fourier_columns(time, pairs=pairs, cycle=first.cycle) if pairs else np.empty((time.size, 0))
    plain = chart(values, rebase=edges, fixed=fixed, screen=screen)
    left = chart_residuals(values, season, rebase=edges, fixed=fixed, screen=screen)
    counted = np.isfinite(values).sum(axis=0)
    false_outside, false_signal = (np.full(counted.shape, np.nan) for _ in range(2))
    enough = counted >= LEAST_POINTS
    for n in np.unique(counted[enough]):
        found = estimate_false_alarms(int(n), left.rho[counted == n], screen=screen)
        false_outside[counted == n], false_signal[counted == n] = found.outside, found.any_signal
    decides = enough & (left.rho > AUTOCORRELATED)
    variation = np.where(
        decides,
        judge_variation(left.residuals, left.chart, better=metric.better),
        np.where(enough, judge_variation(values, plain, better=metric.better), ""),
    )
    verdicts = pd.DataFrame(
        {
            "area_code": list(panel.areas),
            "metric": metric.key,
            "n": counted,
            "rho": left.rho,
            "false_outside": false_outside,
            "false_signal": false_signal,
            "residuals_decide": decides,
            "variation": variation,
            "assurance": np.where(enough, judge_assurance(plain, target, better=metric.better), ""),
            "sentence": [
                _describe(*one)
                for one in zip(counted, variation, decides, left.rho, false_outside, false_signal, strict=True)
            ],
        }
    )
    columns = {
        "value": values,
        **_tabulate(plain, name_points(plain, better=metric.better), values),
        "residual": left.residuals,
        **_tabulate(left.chart, name_points(left.chart, better=metric.better), left.residuals, prefix="residual_"),
    }
    points = pd.DataFrame(
        {
            "area_code": np.repeat(panel.areas, len(panel.periods)),
            "metric": metric.key,
            "period": np.tile(panel.periods, len(panel.areas)),
            **{name: one.T.ravel() for name, one in columns.items()},
        }
    )
    return ProcessCharts(points[SPC_POINTS], verdicts[SPC_VERDICTS])


def _find_edges(panel: Panel, rebase: tuple[str, ...] | None) -> list[str]:
    if rebase is None:
        moved = [one.period for one in load.breaks(panel.metric.key) if one.effect in ("splits", "steps")]
    else:
        moved = list(rebase)
    return sorted({one for one in moved if one in panel.periods[1:]})


def _tabulate(made: XmrChart, kinds: Texts, values: Array, *, prefix: str = "") -> dict[str, npt.NDArray[np.generic]]:
    known = np.isfinite(values)
    names = np.asarray(SPECIAL, object)[made.special]
    return {
        f"{prefix}mean": made.mean,
        f"{prefix}lower": made.lower,
        f"{prefix}upper": made.upper,
        f"{prefix}special": np.where(known, names, ""),
        f"{prefix}point": np.where(known, kinds, ""),
    }


def _describe(n: int, variation: str, decides: bool, rho: float, outside: float, signal: float) -> str:
    if not variation:
        return f"Too few points for a control chart: {n}; at least {LEAST_POINTS} are needed."
    shown = f"a {variation}" if variation.startswith("special") else "ordinary variation (common cause)"
    if not decides:
        return f"The last point shows {shown}."
    return (
        f"Each period resembles the one before (autocorrelation {rho:.2f}): a stable process this autocorrelated shows "
        f"a point outside its limits in {_percent(outside)} of charts of this length, and a signal of some kind in "
        f"{_percent(signal)}. On the chart of what is left without season and without what the period before "
        f"foretold, the last point shows {shown}."
    )


def _percent(share: float) -> str:
    return "more than 99%" if share > 0.995 else f"{100 * share:.0f}%"
