"""What does a page of one area show? Its effects, changes and target as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bcf_eval.results import AmbitionTest, CheckResult
from bcf_eval.specs import ENGLAND, Area, Intervention, Metric, Protocol

AGREEMENT = "other specifications agree"
CONFOUNDED = "break at the intervention"
# Shown beside the specifications, without a verdict and without a say in whether they agree.
COMPARISON = ("newey_west", "full")


@dataclass(frozen=True)
class Effect:
    """One row of the effects; see :data:`bcf_eval.results.ITS_EFFECTS`. ``NaN`` where there is no number."""

    contrast: str
    estimate: float
    std_error: float
    df: float
    lower: float
    upper: float
    p_value: float
    relative: float
    relative_lower: float
    relative_upper: float
    unit: str
    n_before: int
    n_after: int
    rho: float
    extrapolated: bool
    verdict: str
    reason: str
    method: str
    p_cal_reason: str


@dataclass(frozen=True)
class Change:
    """What is known of one area after one intervention.

    Attributes
    ----------
    own, england, local
        Effects by contrast, from the fit the verdict stands on: the area, England, and the area
        against the rest of England (empty for England itself).
    specifications
        The primary contrast by specification: ``main``, the checks beside it, and ``full``.
    checks
        What was looked at.
    england_agrees
        Whether the other specifications tell the same story of England.
    primary
        Which contrast the verdict is about.
    """

    intervention: Intervention
    own: Mapping[str, Effect]
    england: Mapping[str, Effect]
    local: Mapping[str, Effect]
    specifications: Mapping[str, Effect]
    checks: tuple[CheckResult, ...]
    england_agrees: bool
    primary: str

    @property
    def main(self) -> Effect:
        """The primary contrast of the area's own series."""
        return self.own[self.primary]

    @property
    def agrees(self) -> bool:
        """Whether the other specifications tell the same story."""
        return agrees(self.checks)

    @property
    def others(self) -> Mapping[str, Effect]:
        """The other specifications that have a say in whether the verdict holds."""
        found = {key: one for key, one in self.specifications.items() if key != "main" and key not in COMPARISON}
        return {key: one for key, one in found.items() if one.verdict != "not testable"}

    @property
    def agreement(self) -> str:
        """How many of the other specifications tell the same story, in a sentence."""
        return next((check.detail for check in self.checks if check.name == AGREEMENT), "")

    @property
    def confounded(self) -> str:
        """What else changed in the same month, in a sentence; empty when nothing did."""
        return " ".join(check.detail for check in self.checks if check.name == CONFOUNDED and not check.passed)


@dataclass(frozen=True)
class AreaResults:
    """Everything a page of one area shows.

    Attributes
    ----------
    observations
        Its rows of the metric, in order of period.
    path
        Observed, fitted and counterfactual by period; empty when nothing could be fitted.
    changes
        One for each intervention, by date.
    ambition
        Its target, tested; ``None`` where it has none.
    boards
        Primary contrast of every area: ``area_code, intervention, estimate, verdict``.
    build, evaluation
        The records of what made the tables.
    """

    area: Area
    metric: Metric
    protocol: Protocol
    observations: pd.DataFrame
    path: pd.DataFrame
    changes: tuple[Change, ...]
    ambition: AmbitionTest | None
    boards: pd.DataFrame
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]

    @property
    def is_england(self) -> bool:
        """Whether the area is England."""
        return self.area.code == ENGLAND


def meets(value: float, test: AmbitionTest, metric: Metric) -> bool:
    """Whether a rate meets a target."""
    return value <= test.target if metric.better == "lower" else value >= test.target


def agrees(checks: tuple[CheckResult, ...]) -> bool:
    """Whether the other specifications tell the same story."""
    return all(check.passed for check in checks if check.name == AGREEMENT)
