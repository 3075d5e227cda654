"""What does the verdict's fit find at dates when nothing began? Every board, at fake dates before the fund."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.comparable import find_untold, keep_comparable
from bcf_eval.evaluate.its.contrasts import LEVEL_ONLY, build_group_contrasts
from bcf_eval.evaluate.its.fitting import GroupFit, choose_estimator, fit_plan
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord, find_deviates, find_limit
from bcf_eval.evaluate.its.plan import ENGLAND_ALONE, NEVER_CALIBRATED, FitPlan, plan_placebo, say_calibration
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.tables import ITS_PLACEBO

Array = npt.NDArray[np.float64]

SCOPES = ("own", "local")


def measure_placebo(panel: Panel, protocol: Protocol, *, scope: str = "own") -> PlaceboRecord:
    """Fit the verdict's model at every fake date.

    The same boards, season, exclusions and estimator as of the verdict, in the last window as long as its own that
    lies wholly before anything began.

    Parameters
    ----------
    panel
        Months brought to one length, England of the boards whose figures are whole, as for the verdict.
    protocol
        States the dates, the length, and from how few boards no distribution is taken.
    scope
        ``own`` series, or ``local``: their difference from the rest of England.

    Returns
    -------
    PlaceboRecord
    """
    plans = plan_placebo(panel.metric.key, panel.periods, protocol)
    names = ("level", "slope", "average_12", *(f"at_{h}" for h in protocol.horizons), "cumulative")
    found = np.full((3, len(plans), len(panel.areas), len(names)), np.nan)
    for date, plan in enumerate(plans):
        start = plan.interventions[0].start
        kept, untold = keep_comparable(panel, start), find_untold(panel, start)
        values = kept.value if scope == "own" else kept.local_change()
        fits = fit_plan(
            plan,
            values[panel.rows(plan.periods)],
            choose_estimator("reml", boundary=protocol.boundary_rho),
            protocol,
        )
        for group in fits:
            judged = [not untold.get(panel.areas[i], why) for i, why in zip(group.columns, group.reasons, strict=True)]
            if group.fit is not None and any(judged):
                answers = _read_fit(panel, plan, group, protocol)
                found[:, date, group.columns] = np.where(np.array(judged)[:, None], answers, np.nan)
    record = PlaceboRecord(scope, panel.areas, tuple(plan.interventions[0].start for plan in plans), names, *found)
    return replace(record, reason=_say_reason(panel, record, protocol))


@lru_cache(maxsize=8)
def find_change_limit(panel: Panel, protocol: Protocol) -> float:
    """Find the |z| from which a board's change is called one: the limit that fits at fake dates set.

    Parameters
    ----------
    panel
        The metric's data, as they are.
    protocol
        The choices.

    Returns
    -------
    float
        Of the primary contrast; ``NaN`` where there is no record to set it, and t's own limit holds.
    """
    record = measure_placebo(panel.use_whole_boards().level_months(), protocol)
    return math.nan if record.reason else find_limit(record.pool(protocol.primary_contrast), protocol.alpha)


def tabulate_placebo(panel: Panel, records: list[PlaceboRecord]) -> pd.DataFrame:
    """Lay the fits at fake dates out in rows; see :data:`bcf_eval.tables.ITS_PLACEBO`."""
    frames = []
    for record in records:
        date, area, name = (one.ravel() for one in np.indices(record.z.shape))
        frame = pd.DataFrame(
            {
                "area_code": np.asarray(record.areas, object)[area],
                "metric": panel.metric.key,
                "scope": record.scope,
                "fake_date": np.asarray(record.dates, object)[date],
                "contrast": np.asarray(record.contrasts, object)[name],
                "estimate": record.estimate.ravel(),
                "z": record.z.ravel(),
                "p_value": record.p_value.ravel(),
            }
        )
        frames.append(frame[np.isfinite(frame["z"])])
    return pd.concat(frames, ignore_index=True)[ITS_PLACEBO] if frames else pd.DataFrame(columns=ITS_PLACEBO)


def say_england(record: PlaceboRecord, contrast: str, z: float) -> str:
    """Say of England, which has no calibrated p-value, at how many fake dates it came out at least as far from zero."""
    if record.reason or contrast not in record.contrasts or ENGLAND not in record.areas:
        return record.reason or f"{NEVER_CALIBRATED}: there are no such dates for this effect"
    own = record.z[:, record.areas.index(ENGLAND), record.contrasts.index(contrast)]
    own = own[np.isfinite(own)]
    if not own.size or not np.isfinite(z):
        return f"{NEVER_CALIBRATED}: there is nothing to compare"
    beyond = int((np.abs(own) >= abs(z)).sum())
    return (
        f"{ENGLAND_ALONE}: the same fit of England came out at least as far from no change at {beyond} of {own.size} "
        "dates when nothing began"
    )


def test_placebo_by_halves(record: PlaceboRecord, *, alpha: float = 0.05) -> pd.DataFrame:
    """Set limits by one half of the record and count how often the other half is beyond them.

    Halves of the dates (earlier and later), and halves of the boards (every other one): the first asks whether
    limits hold at other times, the second whether they hold for other boards at the same times.

    Parameters
    ----------
    record
        From :func:`measure_placebo`.
    alpha
        What is aimed at.

    Returns
    -------
    DataFrame
        One row a contrast, kind of half and half tested: ``contrast, halves, tested, limit, share, lowest, highest,
        n``; lowest and highest are of the shares by date.
    """
    boards = np.flatnonzero([code != ENGLAND for code in record.areas])
    dates = np.arange(len(record.dates))
    first = dates < len(dates) / 2
    splits = {
        "dates": [("later", first, boards, ~first, boards), ("earlier", ~first, boards, first, boards)],
        "boards": [
            ("second", dates >= 0, boards[::2], dates >= 0, boards[1::2]),
            ("first", dates >= 0, boards[1::2], dates >= 0, boards[::2]),
        ],
    }
    rows = []
    for place, name in enumerate(record.contrasts):
        far = np.abs(record.z[:, :, place])
        for halves, both in splits.items():
            for tested, when_set, who_set, when, who in both:
                reference = far[np.ix_(when_set, who_set)]
                limit = find_limit(np.sort(reference[np.isfinite(reference)]), alpha)
                others = far[np.ix_(when, who)]
                known = np.isfinite(others)
                others, known = others[known.any(1)], known[known.any(1)]
                if not known.size or np.isnan(limit):
                    continue
                beyond = (others > limit) & known
                shares = beyond.sum(1) / known.sum(1)
                total = int(known.sum())
                rows.append((name, halves, tested, limit, beyond.sum() / total, shares.min(), shares.max(), total))
    return pd.DataFrame(rows, columns=["contrast", "halves", "tested", "limit", "share", "lowest", "highest", "n"])


def _read_fit(panel: Panel, plan: FitPlan, group: GroupFit, protocol: Protocol) -> Array:
    """Estimate, z and p-value of every contrast that a verdict could be had of, shape ``(3, S, m)``."""
    assert group.fit is not None
    contrasts = build_group_contrasts(panel, plan, group.rows, group.columns, 0, protocol.horizons)
    estimates = contrast(group.fit, contrasts.effect)
    z = find_deviates(estimates.estimate, estimates.std_error, estimates.df)
    level_only = np.array([name in LEVEL_ONLY for name in contrasts.names])
    lost = contrasts.extrapolated | (group.fit.rho_at_boundary[:, None] & ~level_only)
    return np.where(lost | ~np.isfinite(z), np.nan, np.stack([estimates.estimate, z, estimates.p_value]))


def _say_reason(panel: Panel, record: PlaceboRecord, protocol: Protocol) -> str:
    if not record.dates:
        none = f"{NEVER_CALIBRATED}: the protocol leaves no such dates"
        return say_calibration(panel.metric.key, panel.periods, protocol) or none
    board = np.array([code != ENGLAND for code in record.areas])
    boards = int((np.isfinite(record.z).any(axis=(0, 2)) & board).sum())
    if boards >= protocol.tail_min_areas:
        return ""
    return f"{NEVER_CALIBRATED}: only {boards} boards have such dates; {protocol.tail_min_areas} are needed"
