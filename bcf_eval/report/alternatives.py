"""What does each picture show? The same in words, numbers included, for those who do not see it."""

from __future__ import annotations

import math

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.labels import list_specifications
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Break, Metric
from bcf_eval.wording import write_chance, write_change, write_count, write_interval, write_rate


def list_drawn_breaks(results: AreaResults) -> list[Break]:
    """List the changes in counting that the picture numbers: those that may move the level."""
    first, last = (str(results.observations["period"].iloc[place]) for place in (0, -1))
    every = load.breaks(results.metric.key)
    return [one for one in every if one.effect in ("steps", "splits") and first < one.period <= last]


def describe_series(results: AreaResults) -> str:
    """Put the picture of the series into words."""
    known = results.observations.dropna(subset="value")
    lowest, highest = (known.loc[known["value"].agg(which)] for which in ("idxmin", "idxmax"))
    said = [
        f"Line chart of {results.metric.label} in {results.area.name}, {_month(known['period'].iloc[0])} to "
        f"{_month(known['period'].iloc[-1])}, in {results.metric.unit}.",
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
            f"At the end, in {_month(last['period'])}, the fitted path is at {write_rate(last['fitted'])}; without "
            f"{name_interventions(len(starts))} it leads to {write_rate(last['counterfactual'])}, with a 95% band of "
            f"{write_interval(last['lower'], last['upper'])}."
        )
    return " ".join(said)


def caption_series(results: AreaResults) -> str:
    """Say how to read the picture of the series."""
    said = ["Dots: the rate each month."]
    if not results.path.empty and results.changes:
        said.append(
            "Solid line: the path fitted to all months. Dashed line: where that path leads without "
            f"{name_interventions(len(results.changes))}, with its 95% band. Where the solid line lies inside the "
            "band, the difference is no larger than the model's own uncertainty."
        )
        beyond = float(results.path["upper"].max())
        if beyond > 1.12 * _highest(results):
            said.append(f"The band reaches beyond the picture, up to {write_rate(beyond)}.")
        if (results.path["counterfactual"] < 0).any():
            said.append("Below zero, where no rate can be, the dashed line is not drawn.")
        said.append(
            "The picture stands on the whole record; the verdicts stand on the 24 months before and after each start."
        )
    breaks = [
        f"{number}, {_month(one.period)}: {one.label}" for number, one in enumerate(list_drawn_breaks(results), start=1)
    ]
    if breaks:
        said.append(f"Dotted lines mark changes in how delays are counted ({'; '.join(breaks)}).")
    return " ".join(said)


def describe_ambition_picture(test: AmbitionTest, metric: Metric) -> str:
    """Put the picture of a target within the distribution of business as usual into words."""
    side = "at or below" if metric.better == "lower" else "at or above"
    return (
        f"Distribution of the rate that business as usual leads to in {test.area_name} in "
        f"{parse_period(test.period).label}, in {metric.unit}. Its middle is {write_rate(test.expected)}, and 95% "
        f"of it lies between {write_rate(test.lower)} and {write_rate(test.upper)}. The target is "
        f"{write_rate(test.target)}; the hatched part, {side} the target, holds the chance of meeting it if nothing "
        f"changes: {write_chance(test.chance)}. The stated baseline, {parse_period(test.baseline_period).label}, is "
        f"{write_rate(test.baseline)}. {say_smallest(test, metric)}"
    )


def caption_ambition(test: AmbitionTest, metric: Metric) -> str:
    """Say how to read the picture of a target."""
    return (
        "The higher the curve, the more likely the rate, if things go on as they did. The hatched part is the chance "
        "of meeting the target when nothing changes. A target is called meaningful only when it is better than the "
        f"stated baseline and neither trend nor chance would meet it. {say_smallest(test, metric)} The curve is not "
        "calibrated yet: it has not been checked against how such forecasts did in the past."
    )


def say_smallest(test: AmbitionTest, metric: Metric) -> str:
    """Say which target would be the smallest meaningful one, where there is any."""
    if not math.isfinite(test.smallest_meaningful):
        return ""
    if metric.better == "lower" and test.smallest_meaningful <= 0:
        return "No target above zero would be meaningful here: chance alone can bring any of them."
    days = f"{write_count(test.smallest_meaningful_days)} {metric.count_unit}"
    return f"The smallest meaningful target is {write_rate(test.smallest_meaningful)}, or {days} in the period."


def describe_robustness(results: AreaResults) -> str:
    """Put the picture of the other ways of fitting into words."""
    said = [
        f"Dots with 95% intervals: the average change over the first 12 months in {results.area.name}, in "
        f"{results.metric.unit}, under each way of fitting."
    ]
    for change in results.changes:
        shown = [change.specifications[key] for key in list_specifications(change)]
        estimates = [one.estimate for one in shown if math.isfinite(one.estimate)]
        bounded = [one for one in shown if math.isfinite(one.lower) and math.isfinite(one.upper)]
        if not estimates:
            said.append(f"After {_month(change.intervention.start)}: no estimates.")
            continue
        without_zero = sum(one.lower > 0 or one.upper < 0 for one in bounded)
        main = change.main
        said.append(
            f"After {_month(change.intervention.start)}: the verdict's own fit gives {write_change(main.estimate)} "
            f"({write_interval(main.lower, main.upper)}); the {len(estimates)} ways of fitting lie between "
            f"{write_change(min(estimates))} and {write_change(max(estimates))}, and {without_zero} of {len(bounded)} "
            "intervals leave out zero."
        )
    return " ".join([*said, "The table below gives each number."])


def caption_robustness(results: AreaResults) -> str:
    """Say how to read the picture of the other ways of fitting."""
    return (
        "Diamond: the fit the verdict stands on. Circles: other reasonable ways of fitting the same months. The bars "
        "are 95% intervals; a bar that crosses the line at zero shows no clear change. The more the circles "
        "scatter, the more loosely the verdict is to be held."
    )


def describe_context(results: AreaResults) -> str:
    """Put the picture of all boards into words."""
    said = [
        f"Dots, one for each board: the average change over the first 12 months, in {results.metric.unit}, with "
        f"{results.area.name} marked."
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


def _highest(results: AreaResults) -> float:
    drawn = results.path[["fitted", "counterfactual"]].max().max()
    return float(max(drawn, results.observations["value"].max()))


def name_interventions(n: int) -> str:
    """Name the interventions that a path is without."""
    return "the intervention" if n == 1 else "either intervention" if n == 2 else "any intervention"


def _at(row: pd.Series) -> str:
    return f"{write_rate(row['value'])} ({_month(row['period'])})"


def _month(period: str) -> str:
    return parse_period(period).label
