"""What changed in a researcher's own series, in words? One or two sentences of estimates and their intervals."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd


def describe_terms(series: str, terms: pd.DataFrame, interventions: list[str]) -> str:
    """Say what changed in one series of a researcher's own table.

    Parameters
    ----------
    series
        Its name; ``all`` when there is one alone.
    terms
        Its rows: ``term, estimate, lower, upper, p_value, reason``.
    interventions
        When something began, in words, by date.
    """
    opening = "" if series == "all" else f"{series}: "
    by_term = {str(row["term"]): row for row in terms.to_dict("records")}
    if not {"level_change", "level_change_1"} & set(by_term):
        return f"{opening}{terms['reason'].iloc[0]}."
    parts = []
    for number, began in enumerate(interventions, start=1):
        suffix = f"_{number}" if len(interventions) > 1 else ""
        level, slope = by_term[f"level_change{suffix}"], by_term[f"slope_change{suffix}"]
        changes = f"by {_said(level)} and the slope by {_said(slope)} a period"
        parts.append(f"at {began} the level is estimated to have changed {changes}")
    text = "; ".join(parts)
    drifting = terms["reason"].str.contains("boundary").any()
    caution = " The series drifts (autocorrelation at its boundary): take the level with care." if drifting else ""
    return f"{text[0].upper()}{text[1:]}.{caution}" if not opening else f"{opening}{text}.{caution}"


def _said(term: Mapping[Hashable, float]) -> str:
    interval = f"95% interval {term['lower']:.3g} to {term['upper']:.3g}"
    known = interval if math.isfinite(term["p_value"]) else "cannot be tested"
    return f"{term['estimate']:+.3g} ({known})".replace("-", "\N{MINUS SIGN}")
