"""What is an answer? Frozen results, and the columns of the tables that they stand in on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# One row a term of a fitted model. `fit` is "full" (all months, all interventions) or the key of
# the intervention whose before/after window it is; `scope` is "own" (the area's own series) or
# "local" (its difference from the rest of England).
ITS_TERMS = [
    "area_code", "metric", "fit", "scope", "term", "estimate", "std_error", "df", "lower", "upper",
    "p_value", "p_cal", "rho", "rho_at_boundary", "n_before", "n_after", "method", "reason",
]  # fmt: skip

# One row a period of the full fit. `counterfactual` has no intervention at all; `lower` and
# `upper` are its 95% band.
ITS_PATHS = ["area_code", "metric", "period", "observed", "fitted", "counterfactual", "lower", "upper"]

# One row an effect. `contrast`: level, slope, average_12, at_1, at_12, at_24, cumulative.
# `specification`: main, newey_west, window_earlier, window_later, no_season, no_break_steps.
# `relative*` are shares of the counterfactual (Fieller). `unit` says what `estimate` counts.
ITS_EFFECTS = [
    "area_code", "metric", "intervention", "fit", "specification", "scope", "contrast", "estimate",
    "std_error", "df", "lower", "upper", "p_value", "p_cal", "q_value", "relative", "relative_lower",
    "relative_upper", "unit", "n_before", "n_after", "rho", "extrapolated", "verdict", "reason", "method",
]  # fmt: skip

# One row a check of a fit or a test.
ITS_CHECKS = ["area_code", "metric", "intervention", "check", "passed", "detail"]

# One row an ambition.
AMBITION_TESTS = [
    "ambition", "area_code", "area_name", "metric", "period", "target", "baseline_start", "baseline_end",
    "n_baseline", "baseline_period", "baseline", "expected", "lower", "upper", "log_sd", "chance",
    "calibration", "chance_calibrated", "track_record", "verdict", "reason", "fragile",
    "smallest_meaningful", "smallest_meaningful_days", "trend_continues", "trend_damped", "trend_none",
    "naive_p_value", "naive_verdict", "method", "checks",
]  # fmt: skip

ITS_VERDICTS = ("fell", "rose", "no clear change", "not testable")
AMBITION_VERDICTS = (
    "not testable",
    "no improvement",
    "rewards trend",
    "within variation",
    "beyond the record",
    "meaningful",
)


@dataclass(frozen=True)
class CheckResult:
    """One thing that was looked at before an answer was given.

    Attributes
    ----------
    name
        What was checked.
    passed
        Whether it held.
    detail
        One sentence a reader can act on.
    """

    name: str
    passed: bool
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """The check as plain values."""
        return {"name": self.name, "passed": self.passed, "detail": self.detail}
