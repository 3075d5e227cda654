"""How is an outturn said? Whether the target was met, whether that is more than trend and chance, and the share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bcf_eval.periods import parse_period
from bcf_eval.specs import Metric
from bcf_eval.wording import name_count, write_chance, write_rate
from bcf_eval.wording_targets import say_share

# How the method of an outturn says that neither trend nor other boards were weighed.
ALONE = "chance in the counts alone"


def describe_outturn(row: Mapping[Any, Any], metric: Metric) -> str:
    """Say of one ambition what came of it, in two to four sentences.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.OUTTURNS`.
    metric
        What the target is about.
    """
    month = parse_period(row["period"]).label
    opening = f"For {row['area_name']}, {metric.label} came to {write_rate(row['outturn'])} {metric.unit} in {month}"
    if not math.isfinite(row["outturn"]):
        return f"For {row['area_name']}, what came of the target for {month} is not known: {row['reason']}."
    if not math.isfinite(row["target"]):
        return f"{opening}; there was no target to set it beside."
    opening += f" against a target of {write_rate(row['target'])}"
    missed_by = f", by {name_count(abs(row['people_gap']), metric)}"
    met = f"{opening}: {'met' if row['met'] else f'missed{missed_by}'}."
    if row["verdict"] == "not testable":
        return f"{met} Whether that is more than trend and chance cannot be tested: {row['reason']}."
    return " ".join(part for part in (met, _weigh(row, metric), say_share(row), _say_return(row, metric)) if part)


def _weigh(row: Mapping[Any, Any], metric: Metric) -> str:
    """Whether business as usual would bring such an outturn, and how often."""
    better = (row["outturn"] <= row["expected"]) == (metric.better == "lower")
    brought = f"a figure at least so {'good' if better else 'bad'}"
    usual, odds = write_rate(row["expected"]), write_chance(row["p_value"])
    ordinary = row["verdict"] in ("met, as trend and chance would", "missed")
    if ordinary and ALONE in str(row["method"]):
        return (
            f"Chance in the counts alone can explain it: with nothing changed it led to {usual}, and the chance of "
            f"{brought} was {odds}."
        )
    weighed = "Trend and chance can explain it" if ordinary else ""
    weighed = weighed or f"It is {'better' if better else 'worse'} than trend and chance explain"
    return f"{weighed}: business as usual led to {usual}, and the chance of {brought} was {odds}."


def _say_return(row: Mapping[Any, Any], metric: Metric) -> str:
    """What a baseline of one month would have done by itself, where that is worth saying."""
    back, unusual = row["regression_to_mean"], row["baseline_unusual"]
    # A month that is no more than ordinarily high or low says nothing of where the next ones will be.
    returns = (unusual == "high" and back < 0) or (unusual == "low" and back > 0)
    if not returns or abs(back) < 0.1 * abs(row["baseline"]):
        return ""
    month = parse_period(row["baseline_period"]).label
    direction = "lower" if back < 0 else "higher"
    return (
        f"The baseline is one month, {month}, which was unusually {unusual}: what came before it led to expect figures "
        f"{write_rate(abs(back))} {direction} than that month's."
    )
