"""What does a page of one area show? Its effects, changes and target as frozen records."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bcf_eval.report.beside import Beside
from bcf_eval.results import AmbitionTest, CheckResult
from bcf_eval.specs import ENGLAND, Area, Break, Intervention, Metric, Protocol

AGREEMENT = "other specifications agree"
CONFOUNDED = "break at the intervention"
RECORDING = "possible recording change"
# What is said beside the numbers of months, or of boards, that the fit could not use.
LEFT_OUT = ("counted otherwise in part of the window", "boards with incomplete months left out")
# Shown beside the specifications, without a verdict and without a say in whether they agree.
COMPARISON = ("newey_west", "full")


@dataclass(frozen=True)
class Effect:
    """One row of the effects; see :data:`bcf_eval.tables.ITS_EFFECTS`. ``NaN`` where there is no number."""

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
    p_cal: float = math.nan
    p_cal_low: float = math.nan
    p_cal_high: float = math.nan
    q_value: float = math.nan


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
        Whether the other specifications tell the same story of England, and its record does not jump.
    primary
        Which contrast the verdict is about.
    agreeing
        Of the other specifications that can be judged, whether each tells the story of the verdict; empty where
        that was not worked out.
    """

    intervention: Intervention
    own: Mapping[str, Effect]
    england: Mapping[str, Effect]
    local: Mapping[str, Effect]
    specifications: Mapping[str, Effect]
    checks: tuple[CheckResult, ...]
    england_agrees: bool
    primary: str
    agreeing: Mapping[str, bool] = field(default_factory=dict)

    @property
    def main(self) -> Effect:
        """The primary contrast of the area's own series."""
        return self.own[self.primary]

    @property
    def agrees(self) -> bool:
        """Whether the other specifications tell the same story."""
        return agrees(self.checks)

    @property
    def jumps(self) -> str:
        """Where the record itself jumps within the window, in a sentence; empty where it does not."""
        return self._failed(RECORDING)

    @property
    def firm(self) -> bool:
        """Whether nothing weakens the finding: other specifications agree, and the record does not jump."""
        return is_firm(self.checks)

    @property
    def others(self) -> Mapping[str, Effect]:
        """The other specifications that have a say in whether the verdict holds."""
        found = {key: one for key, one in self.specifications.items() if key != "main" and key not in COMPARISON}
        if self.agreeing:
            return {key: one for key, one in found.items() if key in self.agreeing}
        return {key: one for key, one in found.items() if one.verdict != "not testable"}

    @property
    def agreement(self) -> str:
        """How many of the other specifications tell the same story, in a sentence."""
        return next((check.detail for check in self.checks if check.name == AGREEMENT), "")

    @property
    def confounded(self) -> str:
        """What else changed in the same month, in a sentence; empty when nothing did."""
        return self._failed(CONFOUNDED)

    @property
    def left_out(self) -> str:
        """Which months of the window, or boards, could not be used, in a sentence; empty where all were."""
        return self._failed(*LEFT_OUT)

    def _failed(self, *names: str) -> str:
        return " ".join(check.detail for check in self.checks if check.name in names and not check.passed)


@dataclass(frozen=True)
class AreaResults:
    """What is known of one area by a metric that is returned each month.

    Attributes
    ----------
    observations
        Its rows of the metric, one a month, in order.
    path
        Observed, fitted and counterfactual by period; empty when nothing could be fitted.
    changes
        One for each intervention, by date.
    ambitions
        Its targets, tested: that of a national rule first, then its own plans by period and date.
    boards
        Primary contrast of every area: ``area_code, intervention, estimate, verdict``.
    build, evaluation
        The records of what made the tables.
    moves
        Where its series was joined across a change of boundaries.
    reasons
        Why its figures carry the flag of a correction, by flag.
    """

    area: Area
    metric: Metric
    protocol: Protocol
    observations: pd.DataFrame
    path: pd.DataFrame
    changes: tuple[Change, ...]
    ambitions: tuple[AmbitionTest, ...]
    boards: pd.DataFrame
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    moves: tuple[Break, ...] = ()
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)

    @property
    def ambition(self) -> AmbitionTest | None:
        """The target that counts first; ``None`` where there is none."""
        return self.ambitions[0] if self.ambitions else None

    @property
    def is_england(self) -> bool:
        """Whether the area is England."""
        return self.area.code == ENGLAND


@dataclass(frozen=True)
class Year:
    """One row of the yearly results; see :data:`bcf_eval.tables.ANNUAL`. ``NaN`` where there is no number."""

    period: str
    numerator: float
    denominator: float
    value: float
    lower: float
    upper: float
    change: float
    change_lower: float
    change_upper: float
    change_p_value: float
    change_verdict: str
    england: float
    difference: float
    difference_lower: float
    difference_upper: float
    people_gap: float
    reason: str
    method: str
    dispersion: float

    @property
    def known(self) -> bool:
        """Whether the year has a value."""
        return math.isfinite(self.value)

    @property
    def place(self) -> str:
        """Where it lies beside England: ``higher``, ``lower``, ``no clear difference``, or ``""`` where none can be."""
        if not (math.isfinite(self.difference_lower) and math.isfinite(self.difference_upper)):
            return ""
        if self.difference_lower > 0:
            return "higher"
        return "lower" if self.difference_upper < 0 else "no clear difference"


@dataclass(frozen=True)
class AnnualResults:
    """What is known of one area by a metric that is returned each year.

    Attributes
    ----------
    observations
        Its rows of the metric, one a year, in order.
    years
        What is said of each year, in order.
    ambitions, reasons
        As in :class:`AreaResults`.
    """

    area: Area
    metric: Metric
    protocol: Protocol
    observations: pd.DataFrame
    years: tuple[Year, ...]
    ambitions: tuple[AmbitionTest, ...]
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    moves: tuple[Break, ...] = ()
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)

    @property
    def is_england(self) -> bool:
        """Whether the area is England."""
        return self.area.code == ENGLAND

    @property
    def latest(self) -> Year | None:
        """The last year that has a value; ``None`` where none has."""
        return next((one for one in reversed(self.years) if one.known), None)


def meets(value: float, test: AmbitionTest, metric: Metric) -> bool:
    """Whether a rate meets a target."""
    return value <= test.target if metric.better == "lower" else value >= test.target


def agrees(checks: tuple[CheckResult, ...]) -> bool:
    """Whether the other specifications tell the same story."""
    return all(check.passed for check in checks if check.name == AGREEMENT)


def is_firm(checks: tuple[CheckResult, ...]) -> bool:
    """Whether the other specifications tell the same story, and the record does not jump."""
    return agrees(checks) and all(check.passed for check in checks if check.name == RECORDING)
