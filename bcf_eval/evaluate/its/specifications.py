"""Would the answer be another, had it been worked out in another way? About forty ways, every area at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import find_untold, keep_comparable
from bcf_eval.evaluate.controlled.comparators import build_comparators
from bcf_eval.evaluate.its.agreement import find_agreement
from bcf_eval.evaluate.its.informative import find_uninformative
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord
from bcf_eval.evaluate.its.plan import plan_verdict
from bcf_eval.evaluate.its.specification_fits import Asked, work_out
from bcf_eval.evaluate.its.specification_list import NAMED, list_ways
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import Protocol
from bcf_eval.tables import ITS_SPECIFICATIONS

Array = npt.NDArray[np.float64]


def evaluate_specifications(
    panel: Panel,
    effects: pd.DataFrame,
    records: Mapping[str, PlaceboRecord],
    protocol: Protocol,
) -> pd.DataFrame:
    """Work the primary contrast of every verdict out in about forty ways.

    Intervals and p-values of fits by REML are those that the record of dates when nothing began gives, as the
    verdict's are (beside the rest of a region: those of beside the rest of England); of other estimators they are
    their own.

    Parameters
    ----------
    panel
        The metric's data, as for :func:`bcf_eval.evaluate.its.its.evaluate_its`.
    effects, records
        What that found: the verdicts to compare with, and by scope the fits at dates when nothing began.
    protocol
        The choices.

    Returns
    -------
    DataFrame
        One row a way, area and intervention; see :data:`bcf_eval.tables.ITS_SPECIFICATIONS`. A way that comes to the
        same fit as the verdict's (no longer window can be had, there are no steps) has no row.
    """
    panel = panel.use_whole_boards().level_months()
    frames = []
    for intervention in load.interventions(panel.metric.key):
        kept = keep_comparable(panel, intervention.start)
        window = plan_verdict(panel.metric.key, panel.periods, intervention, protocol).periods
        if not window:
            continue  # the data lie nowhere near this intervention
        series = {"own": kept.value, "local": kept.local_change(), "region": _regional_change(kept, window)}
        untold = find_untold(panel, intervention.start)
        frames += list(work_out(Asked(panel, intervention, protocol, series, records, untold)))
    if not frames:
        return pd.DataFrame(columns=ITS_SPECIFICATIONS)
    table = pd.concat(frames, ignore_index=True)
    return _compare(table, effects, protocol)[ITS_SPECIFICATIONS]


def reduce_specifications(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the few ways that stand beside a verdict, in their order; the others are for the curve."""
    kept = table[table["specification"].isin(NAMED)]
    place = kept["specification"].map({name: i for i, name in enumerate(NAMED)})
    ordered = kept.assign(place=place).sort_values(["metric", "intervention", "area_code", "place"], kind="stable")
    return ordered.drop(columns="place").reset_index(drop=True)


def list_specifications(table: pd.DataFrame, area_code: str, metric: str, intervention: str) -> pd.DataFrame:
    """List every way of one verdict from the lowest estimate to the highest: the data of a specification curve.

    Parameters
    ----------
    table
        See :data:`bcf_eval.tables.ITS_SPECIFICATIONS`.
    area_code, metric, intervention
        Which verdict.

    Returns
    -------
    DataFrame
        The rows that have an estimate, with ``position`` from 0 and ``is_main``; columns of choices beside:
        ``months`` (of the window), ``season_pairs``, ``method``, ``response`` and ``series``.
    """
    kept = table[
        table["area_code"].eq(area_code)
        & table["metric"].eq(metric)
        & table["intervention"].eq(intervention)
        & table["estimate"].notna()
    ]
    ordered = kept.sort_values(["estimate", "specification"], kind="stable", ignore_index=True)
    ways = {one.name: one for one in list_ways(load.protocol(), england=True)}
    chosen = [ways[name] for name in ordered["specification"]]
    return ordered.assign(
        position=np.arange(len(ordered)),
        is_main=ordered["specification"].eq("main"),
        months=[one.before + one.after for one in chosen],
        season_pairs=[one.season_pairs for one in chosen],
        method=[one.method for one in chosen],
        response=[one.response for one in chosen],
        series=[one.series for one in chosen],
    )


def _regional_change(panel: Panel, periods: tuple[str, ...]) -> Array:
    """Each area's value less that of the other boards of its region, shape ``(T, S)``; ``NaN`` outside the window."""
    change = np.full_like(panel.value, np.nan)
    rows = panel.rows(periods)
    change[rows] = panel.value[rows] - build_comparators(panel, periods, "region").values
    return change


def _compare(table: pd.DataFrame, effects: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Say of each way whether it tells the story of the verdict; of what cannot be read, or has no verdict, nothing."""
    main = effects[
        effects["contrast"].eq(protocol.primary_contrast)
        & effects["fit"].eq("verdict")
        & effects["specification"].eq("main")
        & effects["scope"].eq("own")
    ]
    uninformative = find_uninformative(table, table["level"].to_numpy(), protocol)
    reason = np.where(table["reason"].eq(""), uninformative, table["reason"])
    key = ["area_code", "metric", "intervention"]
    columns = [*key, "verdict", "estimate", "lower", "upper"]
    renamed = main[columns].rename(columns={name: f"{name}_main" for name in columns[len(key) :]})
    both = table.assign(reason=reason).merge(renamed, on=key, how="left", validate="many_to_one")
    asked = both["reason"].eq("") & both["verdict_main"].isin(["fell", "rose", "no clear change"])
    agrees = pd.array(find_agreement(both), dtype="boolean")
    agrees[~asked.to_numpy()] = pd.NA
    return both.assign(agrees=agrees)
