"""What does each picture show? The same in words, numbers included, for those who do not see it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.chosen import name_unit, say_contrast, say_window, write_percent
from bcf_eval.report.counting import list_drawn
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.labels import name_within, write_modelled, write_smallest
from bcf_eval.report.spread import fit_spread
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Metric, Protocol
from bcf_eval.wording import write_chance, write_change, write_interval, write_rate


def describe_series(results: AreaResults) -> str:
    """Put the picture of the series into words."""
    known = results.observations.dropna(subset="value")
    lowest, highest = (known.loc[known["value"].agg(which)] for which in ("idxmin", "idxmax"))
    said = [
        f"Line chart of {results.metric.label} in {name_within(results.area.name)}, "
        f"{_month(known['period'].iloc[0])} to {_month(known['period'].iloc[-1])}, in {results.metric.period_unit}.",
        f"The observed monthly rate lay between {_at(lowest)} and {_at(highest)}.",
    ]
    starts = [change.intervention.start for change in results.changes]
    seen = known[known["period"].isin(starts)].to_dict("records")
    said += [f"It was {write_rate(row['value'])} in {_month(row['period'])}." for row in seen]
    said.append(f"It ended at {write_rate(known['value'].iloc[-1])}.")
    if results.path.empty:
        said.append("No path could be fitted.")
    else:
        last = results.path.iloc[-1]
        said.append(
            f"At the end, in {_month(last['period'])}, the fitted path is at {write_rate(last['fitted'])}; the path "
            f"before, carried on, leads to {write_rate(last['counterfactual'])}, with a "
            f"{write_percent(results.protocol.interval)} band of {write_interval(last['lower'], last['upper'])}."
        )
    return " ".join(said)


def limit_series(results: AreaResults) -> tuple[float, float]:
    """Find the limits of the picture of the series: from zero, where that does not squeeze what there is to see.

    The band may reach far beyond anything seen, and does not count.
    """
    drawn = [results.observations["value"].to_numpy()]
    drawn += [results.path[name].to_numpy() for name in ("fitted", "counterfactual")]
    values = np.concatenate(drawn)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (low - 0.12 * (high - low) if low > 0.5 * high else 0.0), 1.12 * high


def caption_series(results: AreaResults) -> str:
    """Say how to read the picture of the series."""
    said = ["Dots: the rate each month."]
    if not results.path.empty and results.changes:
        said.append(
            f"Solid line: the path fitted to {_say_fitted(results)}. Dashed line: the path before "
            f"{_month(_first_start(results))}, carried on, with its {write_percent(results.protocol.interval)} band. "
            "Where the solid line lies inside the band, the difference is roughly no larger than the model's own "
            "uncertainty."
        )
        low, high = limit_series(results)
        beyond = float(results.path["upper"].max())
        if beyond > high:
            said.append(f"The band reaches beyond the picture, up to {write_rate(beyond)}.")
        if (results.path["counterfactual"] < 0).any():
            said.append("Below zero, where no rate can be, the dashed line is not drawn.")
        if low > 0:
            said.append("The scale does not begin at zero.")
        if results.is_england and any(change.left_out for change in results.changes):
            said.append(
                "The dots are England as printed; the lines are of the boards whose figures are whole, which may lie "
                "a little beside them."
            )
        said.append(f"The picture stands on the whole record; the verdicts stand on {say_window(results.protocol)}.")
        if len(results.changes) > 1:
            later = _month(results.changes[-1].intervention.start)
            said.append(f"The answer for {later} is set against the path of the months just before it, not drawn here.")
    return " ".join([*said, *_caption_counting(results)])


def _caption_counting(results: AreaResults) -> list[str]:
    """Say what the numbered lines stand for, and which of them the fitted path has a step for."""
    drawn = list_drawn(results)
    if not drawn:
        return []
    listed = [f"{i}, {one.month}: {one.change.label}, {one.meaning}" for i, one in enumerate(drawn, start=1)]
    said = [f"Dotted lines mark changes in counting: {'; '.join(listed)}."]
    if any(one.status == "step" for one in drawn) and any(one.status != "step" for one in drawn):
        said.append("A number in a filled circle has a step; one in an open circle has none.")
    return said


def describe_ambition_picture(test: AmbitionTest, metric: Metric, *, protocol: Protocol | None = None) -> str:
    """Put the picture of a target within the distribution of business as usual into words."""
    side = "at or below" if metric.better == "lower" else "at or above"
    share = write_percent((protocol or load.protocol()).interval)
    shown = test.verdict == "rewards trend"
    trend = f" The trend, carried on, leads to {write_rate(test.trends['continues'])}." if shown else ""
    return (
        f"Distribution of the rate that business as usual leads to in {name_within(test.area_name)} in "
        f"{parse_period(test.period).label}, in {metric.unit}. Half of it lies on either side of "
        f"{write_rate(test.expected)}, and {share} between {write_rate(test.lower)} and {write_rate(test.upper)}. "
        f"The target is {write_rate(test.target)}; the hatched part, {side} the target, stands for the chance of "
        f"meeting it if nothing changes: {write_chance(test.chance)}. The stated baseline, "
        f"{_month(test.baseline_period)}, is {write_rate(test.baseline)}.{trend} {say_smallest(test, metric)}"
    ).strip()


def caption_ambition(test: AmbitionTest, metric: Metric, *, protocol: Protocol | None = None) -> str:
    """Say how to read the picture of a target."""
    return (
        "The higher the curve, the more likely the rate, if things go on as they did. The hatched part is the chance "
        "of meeting the target when nothing changes. A target is called meaningful only when it is better than the "
        f"stated baseline and neither trend nor chance would meet it. {say_smallest(test, metric)}"
        f"{_below_zero(test, metric, protocol)} {_say_curve(test)}"
    )


def _say_curve(test: AmbitionTest) -> str:
    if test.calibration != "calibrated":
        return "The curve is that of a model; it has not been checked against how such forecasts did in the past."
    return (
        "The chance and the interval are those of past forecasts, and the curve is a smooth one drawn to have them. "
        "By that record half of outcomes lie on either side of business as usual; the curve, which has few bends, "
        "shows that only roughly."
    )


def _below_zero(test: AmbitionTest, metric: Metric, protocol: Protocol | None) -> str:
    """Say where the curve loses a part that the chance holds: a rate below zero stands for zero."""
    interval = (protocol or load.protocol()).interval
    share = fit_spread(test, lower_is_better=metric.better == "lower", interval=interval).at_most(0.0)
    return f" A further {share:.0%} of the chance stands at zero itself and is not drawn." if share >= 0.01 else ""


def say_smallest(test: AmbitionTest, metric: Metric) -> str:
    """Say which target would be the smallest meaningful one, where there is any."""
    if not math.isfinite(test.smallest_meaningful):
        return ""
    if metric.better == "lower" and test.smallest_meaningful <= 0:
        return "No target above zero would be meaningful here: chance alone can bring any of them."
    count = f"{write_modelled(test.smallest_meaningful_days, better=metric.better)} {metric.count_unit}"
    smallest = write_smallest(test.smallest_meaningful, better=metric.better)
    return f"The smallest meaningful target is {smallest}, or {count} in the period."


def describe_context(results: AreaResults) -> str:
    """Put the picture of all boards into words."""
    said = [
        f"Dots, one for each board: {say_contrast(results.protocol.primary_contrast)}, in "
        f"{name_unit(results.protocol.primary_contrast, results.metric)}, with {name_within(results.area.name)} marked."
    ]
    for change in list_placed(results):
        boards = select_boards(results, change)
        low, middle, high = boards.quantile([0.25, 0.5, 0.75])
        lower = int((boards < change.main.estimate).sum())
        said.append(
            f"After {_month(change.intervention.start)}: {results.area.name} {write_change(change.main.estimate)}; "
            f"half of {len(boards)} boards lie between {write_change(low)} and {write_change(high)}, around a middle "
            f"of {write_change(middle)}; {lower} boards have a lower figure."
        )
    return " ".join(said)


def caption_context(results: AreaResults) -> str:
    """Say how to read the picture of all boards."""
    return (
        "Each circle is a board; dots at the edges stand for boards further out. Left of zero is lower than the path "
        "before leads to expect. Boards move together with England, and each figure is uncertain, so a "
        "place among the boards is not a ranking of how well they did."
    )


def list_placed(results: AreaResults) -> list[Change]:
    """List the changes by which an area can be placed among the boards."""
    return [one for one in results.changes if one.main.verdict != "not testable" and math.isfinite(one.main.estimate)]


def select_boards(results: AreaResults, change: Change) -> pd.Series:
    """Select the primary contrast of every board that can be tested, England left out."""
    boards = results.boards
    rows = boards["intervention"].eq(change.intervention.key) & boards["area_code"].ne(ENGLAND)
    return boards.loc[rows & boards["verdict"].ne("not testable"), "estimate"].dropna()


def _say_fitted(results: AreaResults) -> str:
    """Which months the path is fitted to: those on the other side of a break that splits are not among them."""
    fitted, seen = ([str(one["period"].iloc[i]) for i in (0, -1)] for one in (results.path, results.observations))
    return "all months" if fitted == seen else f"the months from {_month(fitted[0])} to {_month(fitted[1])}"


def _first_start(results: AreaResults) -> str:
    return results.changes[0].intervention.start


def _at(row: pd.Series) -> str:
    return f"{write_rate(row['value'])} ({_month(row['period'])})"


def _month(period: str) -> str:
    return parse_period(period).label
