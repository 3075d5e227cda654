"""Does a fit say anything at all? Verdicts withheld, and relative intervals left out, where it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.specs import Protocol
from bcf_eval.stats.regression.linear import Ratios

Array = npt.NDArray[np.float64]

TOO_WIDE = "too uncertain: by its interval the figure could have doubled, or gone to nothing"
TOO_FEW = "too uncertain: each month follows so closely on the last that the record holds too little to judge by"
UNINFORMATIVE = (TOO_WIDE, TOO_FEW)


def choose_p_value(frame: pd.DataFrame) -> pd.Series:
    """The p-value that verdicts stand on: calibrated at dates when nothing began where there is one, else nominal."""
    return frame["p_cal"].fillna(frame["p_value"]) if "p_cal" in frame else frame["p_value"]


def find_uninformative(frame: pd.DataFrame, level: Array, protocol: Protocol) -> npt.NDArray[np.object_]:
    """Say of each effect why it is too uncertain to be judged; ``""`` where it is not, shape ``(n,)``.

    Where each month follows closely on the last, a change and drift look alike. The interval then has next to no
    degrees of freedom and may reach over more than there is to change: "no clear change" would be read as an answer.
    One that leaves zero out tells a direction, however wide it is, and is left alone.

    Parameters
    ----------
    frame
        ``lower, upper, df, p_value``, one row an effect; ``p_cal`` too where it was calibrated.
    level
        Mean of what was observed in the window, in the unit of the effect, shape ``(n,)``.
    protocol
        States what is too wide, and how many degrees of freedom are too few.
    """
    half_width = (frame["upper"] - frame["lower"]).to_numpy() / 2
    clear = choose_p_value(frame).lt(protocol.alpha).to_numpy()
    few = frame["df"].lt(protocol.min_degrees_of_freedom).to_numpy()
    return np.select(
        [clear, half_width > protocol.max_half_width * level, few],
        ["", TOO_WIDE, TOO_FEW],
        "",
    ).astype(object)


def measure_level(values: Array) -> Array:
    """Mean of what is known of each area, shape ``(S,)``; ``NaN`` where nothing is.

    Parameters
    ----------
    values
        Periods by areas, shape ``(T, S)``, ``NaN`` where missing.
    """
    known = np.isfinite(values)
    n = known.sum(axis=0)
    return np.where(n > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)


def bound_ratios(ratios: Ratios, protocol: Protocol) -> Ratios:
    """Keep relative effects to what a rate can do, and leave out intervals that say nothing.

    A rate cannot fall by more than all of it: what lies below -1 is brought to -1. An interval that is wider than
    the protocol allows is not stated.
    """
    wide = ratios.upper - ratios.lower > protocol.max_relative_width
    ratio, lower, upper = (np.maximum(one, -1.0) for one in (ratios.ratio, ratios.lower, ratios.upper))
    return replace(ratios, ratio=ratio, lower=np.where(wide, np.nan, lower), upper=np.where(wide, np.nan, upper))


def pass_verdicts(frame: pd.DataFrame, protocol: Protocol, *, judged: pd.Series) -> npt.NDArray[np.str_]:
    """Pass the verdict on each effect that is judged; ``""`` on every other row.

    Parameters
    ----------
    frame
        ``estimate, p_value, reason, extrapolated``, and ``p_cal`` where it was calibrated; a reason is one for having
        no verdict.
    protocol
        States from which p-value a change is called one.
    judged
        Whether a verdict is wanted.
    """
    clear = choose_p_value(frame).lt(protocol.alpha)
    lost = frame["reason"].ne("") | frame["p_value"].isna() | frame["extrapolated"]
    return np.select(
        [~judged, lost, clear & frame["estimate"].lt(0), clear & frame["estimate"].gt(0)],
        ["", "not testable", "fell", "rose"],
        "no clear change",
    )
