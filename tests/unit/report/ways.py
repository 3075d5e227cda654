"""Rows of the tables that stand beside the main results, made by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bcf_eval.tables import ITS_COUNTS, ITS_DIAGNOSTICS, ITS_PLACEBO, ITS_RESIDUALS, ITS_SPECIFICATIONS

AREA = "E06000033"
LABELS = {
    "main": "as the verdict",
    "window_shorter": "a shorter window",
    "window_longer": "a longer window",
    "no_season": "no season",
    "log_response": "the logarithm of the rate",
    "prais_winsten": "Prais-Winsten errors",
    "phase_in": "without the first 3 months after it began",
    "no_season_log": "no season, the logarithm of the rate",
}


def way_rows(agreeing: Mapping[str, bool | None], *, intervention: str = "ibcf_2017", area: str = AREA) -> pd.DataFrame:
    """One row a way, estimates -1, -2, ... with intervals of half a unit; ``None``: it cannot be judged."""
    rows = [
        (
            area, "dtoc_days", intervention, key, "main" if key == "main" else "x", LABELS[key], -1.0 - i, 0.2, 10.0,
            -1.5 - i, -0.5 - i, 0.01, -0.1, 45.0, agrees, "" if agrees is not None else "too uncertain: so it is",
        )
        for i, (key, agrees) in enumerate(agreeing.items())
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=ITS_SPECIFICATIONS).astype({"agrees": "boolean"})


def fake_rows(z: list[float], *, area: str = "E92000001") -> pd.DataFrame:
    """One row a fake date from April 2012 on, of the primary contrast."""
    rows = [(area, "dtoc_days", "own", f"2012-{4 + i:02d}", "average_12", one / 2, one, 0.5) for i, one in enumerate(z)]
    return pd.DataFrame(rows, columns=ITS_PLACEBO)


def count_rows(*, fakes: int = 25, left: int = 0, intervention: str = "ibcf_2017") -> pd.DataFrame:
    """Twelve boards that fell of 144, none that rose; beside the rest of England five and thirteen."""
    found = {("own", "fell"): 12, ("own", "rose"): 0, ("local", "fell"): 5, ("local", "rose"): 13}
    rows = [
        (
            "dtoc_days", intervention, scope, way, 144, n, left * (way == "fell"), 3.6, 0.0, 6.0, fakes,
            f"{n} of 144 boards {way}{' beside the rest of England' if scope == 'local' else ''}; and so on.",
        )
        for (scope, way), n in found.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=ITS_COUNTS)


def diagnostic_rows(passed: Mapping[str, bool], *, intervention: str = "ibcf_2017") -> pd.DataFrame:
    """One row an area by its ONS code: whether what is left over looks like noise."""
    rows = [
        (
            area, "dtoc_days", intervention, 48, 0.5, 0.2, 0.8, 12.0, 12, 9.7, 0.4 if fine else 0.004, 0.1, 0.2, 0.0,
            "2017-03", -1.25, fine, "It looks like noise." if fine else "It is no mere noise.",
        )
        for area, fine in passed.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=ITS_DIAGNOSTICS)


def residual_rows(values: Mapping[str, float], *, area: str = AREA, intervention: str = "ibcf_2017") -> pd.DataFrame:
    """One row a month."""
    rows = [(area, "dtoc_days", intervention, month, value) for month, value in values.items()]
    return pd.DataFrame(rows, columns=ITS_RESIDUALS)
