"""How often do boards differ from their comparators when nothing began? The same pairs, at dates before the fund."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from bcf_eval.evaluate.controlled.comparators import Kind, build_comparators
from bcf_eval.evaluate.controlled.neighbours import measure_traits
from bcf_eval.evaluate.controlled.pairs import FORMS, TREND_BEFORE, make_comparable, tabulate_pairs
from bcf_eval.evaluate.its.fitting import drop_endless
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord, calibrate, find_deviates, find_limit
from bcf_eval.evaluate.its.plan import plan_placebo, say_calibration
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import Protocol

# Fits at dates a month apart are nearly the same fits: every fourth tells as much.
_EVERY = 4


def measure_pairs_record(
    panel: Panel,
    protocol: Protocol,
    kind: Kind,
    *,
    people: pd.DataFrame | None = None,
    deprivation: pd.DataFrame | None = None,
    named: Sequence[str] = (),
) -> dict[str, PlaceboRecord]:
    """Fit every board with its comparator at dates before the fund.

    Parameters
    ----------
    panel
        The metric's data as they are.
    protocol
        States the dates.
    kind, people, deprivation, named
        As for :func:`.build_comparators` and :func:`.measure_traits`; neighbours are chosen anew at each date.

    Returns
    -------
    dict of PlaceboRecord
        By form, over the primary contrast and the trend before. Where the record is too short, its reason says so.
    """
    names = (protocol.primary_contrast, TREND_BEFORE)
    plans = plan_placebo(panel.metric.key, panel.periods, protocol)[::_EVERY]
    numbers = {form: np.full((3, len(plans), len(panel.areas), 2), np.nan) for form in FORMS}
    for date, plan in enumerate(plans):
        kept = make_comparable(panel, plan.interventions[0])
        traits = measure_traits(kept, plan, people=people, deprivation=deprivation) if kind == "neighbours" else None
        chosen = build_comparators(kept, plan.periods, kind, traits=traits, n=protocol.neighbours, named=named)
        frame = tabulate_pairs(kept, plan, chosen, protocol)
        frame = frame[frame["reason"].eq("")]
        deviates = find_deviates(*(frame[name].to_numpy() for name in ("estimate", "std_error", "df")))
        frame = frame.assign(z=deviates)
        areas = frame["area_code"].map({code: i for i, code in enumerate(panel.areas)}).to_numpy(int)
        contrasts = frame["contrast"].map({name: i for i, name in enumerate(names)}).to_numpy(int)
        for form in FORMS:
            mine = frame["form"].eq(form).to_numpy()
            for place, name in enumerate(("estimate", "z", "p_value")):
                numbers[form][place, date, areas[mine], contrasts[mine]] = frame.loc[mine, name]
    dates = tuple(plan.interventions[0].start for plan in plans)
    reason = say_calibration(panel.metric.key, panel.periods, protocol)
    return {
        form: PlaceboRecord(kind, panel.areas, dates, names, estimate, z, p_value, reason)
        for form, (estimate, z, p_value) in numbers.items()
    }


def calibrate_pairs(table: pd.DataFrame, records: Mapping[str, PlaceboRecord]) -> pd.DataFrame:
    """Set what was found beside the record of dates when nothing began.

    Parameters
    ----------
    table
        From :func:`.tabulate_pairs`, or rows of it.
    records
        From :func:`measure_pairs_record`.

    Returns
    -------
    DataFrame
        The same with ``p_cal, p_cal_low, p_cal_high, p_cal_reason``: how often, at such dates, a board came out at
        least as far from no difference; by date the least and most often; and why that is not known.
    """
    z = find_deviates(*(table[name].to_numpy(float) for name in ("estimate", "std_error", "df")))
    found = np.full((3, len(table)), np.nan)
    reasons = np.full(len(table), "", dtype=object)
    for form, record in records.items():
        for name in record.contrasts:
            mine = (table["form"].eq(form) & table["contrast"].eq(name)).to_numpy()
            given = calibrate(record, (name,), z[mine][:, None])
            found[:, mine] = np.stack([given.p_cal[:, 0], given.low[:, 0], given.high[:, 0]])
            reasons[mine] = record.reason
    return table.assign(p_cal=found[0], p_cal_low=found[1], p_cal_high=found[2], p_cal_reason=reasons)


def widen_pairs(table: pd.DataFrame, records: Mapping[str, PlaceboRecord], level: float) -> pd.DataFrame:
    """Let intervals leave zero out exactly where the calibrated p-value is small enough, as a verdict's do.

    Parameters
    ----------
    table
        From :func:`calibrate_pairs`; where nothing could be calibrated an interval stays as it is. One without end
        is left out, and the reason says so.
    records
        From :func:`measure_pairs_record`.
    level
        Coverage wanted.
    """
    lower, upper = (table[name].to_numpy(float, copy=True) for name in ("lower", "upper"))
    estimate, error, df = (table[name].to_numpy(float) for name in ("estimate", "std_error", "df"))
    for form, record in records.items():
        for name in record.contrasts if not record.reason else ():
            limit = find_limit(record.pool(name), 1 - level)
            mine = (table["form"].eq(form) & table["contrast"].eq(name) & table["p_cal"].notna()).to_numpy()
            if np.isnan(limit) or not mine.any():
                continue
            half = stdtrit(df[mine], ndtr(limit)) * error[mine]
            lower[mine], upper[mine] = estimate[mine] - half, estimate[mine] + half
    return drop_endless(table.assign(lower=lower, upper=upper))
