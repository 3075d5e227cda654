"""What is an answer? Frozen results, which say themselves in words and as a row."""

from __future__ import annotations

import html
import json
import math
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from bcf_eval.tables import AMBITION_KEYS, AMBITION_TESTS

# The name of what stands among checks and is none: a fact a reader may want, which neither held nor failed.
FOR_INFORMATION = "for information"
# The name of the check that a target seems to be in another unit than its baseline.
UNIT = "unit of the target"

ITS_VERDICTS = ("fell", "rose", "no clear change", "not testable")
AMBITION_VERDICTS = (
    "not testable",
    "no improvement",
    "rewards trend",
    "within variation",
    "beyond the record",
    "meaningful",
)
OUTTURN_VERDICTS = (
    "met, beyond trend",
    "met, as trend and chance would",
    "missed, but better than trend",
    "missed",
    "missed, and worse than trend",
    "not testable",
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


@dataclass(frozen=True)
class ItsResult:
    """Did one or several series change after an intervention?

    Attributes
    ----------
    terms
        One row a term: ``series, term, estimate, std_error, df, lower, upper, p_value, rho, method, reason``.
        A series that could not be fitted is one row with its reason. Of counts the estimates are logs, and
        ``rate_ratio, rate_ratio_lower, rate_ratio_upper`` stand beside them.
    paths
        One row a period: ``series, period, observed, fitted, counterfactual, lower, upper``; the
        counterfactual has no intervention, and ``lower`` to ``upper`` is its 95% band.
    model
        The impact model in words, stated before any number.
    interventions
        Periods at which they began.
    sentences
        The answer in words, one for each series.
    checks
        What a reader should know.
    diagnostics
        One row a fitted series: its points, its autocorrelation with its interval, what is left over (Ljung-Box),
        and the period its first effect hangs on most.
    """

    terms: pd.DataFrame
    paths: pd.DataFrame
    model: str
    interventions: tuple[str, ...]
    sentences: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    diagnostics: pd.DataFrame = field(default_factory=pd.DataFrame)

    def tidy(self) -> pd.DataFrame:
        """The terms, one row each."""
        return self.terms.copy()

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values; what is not known is ``None``."""
        return {
            "model": self.model,
            "interventions": list(self.interventions),
            "sentences": list(self.sentences),
            "terms": _list_rows(self.terms),
            "diagnostics": _list_rows(self.diagnostics),
            "checks": [check.to_dict() for check in self.checks],
        }

    def __str__(self) -> str:
        return "\n".join([self.model, *self.sentences, "", self.terms.to_string(index=False, float_format="%.4g")])

    def _repr_html_(self) -> str:
        shown = self.terms.drop(columns=["method"]).to_html(index=False, float_format="{:.4g}".format, na_rep="")
        return _paragraphs([self.model, *self.sentences]) + shown + _paragraphs([one.detail for one in self.checks])


@dataclass(frozen=True)
class AmbitionTest:
    """Is a target more than trend and chance? One answer, with what it stands on.

    Attributes
    ----------
    target
        The planned value, in the metric's unit, over ``period``.
    baseline_start, baseline_end, n_baseline
        The months the forecast stands on; of a yearly metric the years, or the one year.
    baseline, baseline_period
        The value the plan states as its baseline, and its period.
    expected, lower, upper
        Where business as usual leads to, the median of its forecast, and its 95% interval: a target at it has an
        even chance.
    log_sd, floor
        ``log(rate + floor)`` is taken as Gaussian with this standard deviation where there is no record of past
        forecasts; where there is one, it is that of the Gaussian whose interval is as wide.
    chance
        Chance that the target is met when nothing changes.
    verdict
        One of :data:`AMBITION_VERDICTS`; ``reason`` says why when there is none.
    smallest_meaningful
        The least demanding target that neither trend nor chance would meet, in the metric's unit;
        ``smallest_meaningful_days`` is the same as a count over the period: days, admissions, people. Of a
        yearly metric with fewer than three years it is the least that chance in the counts alone would not meet.
    trends
        Medians when the trend ``continues``, is ``damped``, or there is ``none``; of a yearly metric with
        fewer than three years ``none`` alone.
    naive
        The customary test, ``p_value`` and ``verdict``: of a rate per day it takes months as independent; of
        counts of events or people it takes the year before as known without error.
    vintage, source
        When a plan was made, and who set the ambition; empty where nobody said.
    chance_calibrated, chance_gaussian, n_errors, n_origins
        The chance by the record of past forecasts, and by Gaussian tails; how many forecasts from how many dates.
    effort_50, effort_80
        Improvement over business as usual that gives that chance of meeting the target, in the metric's unit.
    achievable, achievable_of
        Share of earlier periods of like boards that improved as much, and of how many.
    detectable_power, detectable_change
        Power of a fit of 24 months before and after to find the change asked for, and the least it would find.
    """

    ambition: str
    area_code: str
    area_name: str
    metric: str
    period: str
    target: float
    baseline_start: str
    baseline_end: str
    n_baseline: int
    baseline_period: str
    baseline: float
    expected: float
    lower: float
    upper: float
    log_sd: float
    floor: float
    chance: float
    calibration: str
    calibration_reason: str
    track_record: str
    verdict: str
    reason: str
    fragile: bool
    smallest_meaningful: float
    smallest_meaningful_days: float
    events_per_unit: float
    trends: dict[str, float]
    naive: dict[str, Any]
    method: str
    checks: list[CheckResult]
    vintage: str = ""
    source: str = ""
    chance_calibrated: float = math.nan
    chance_gaussian: float = math.nan
    n_errors: float = math.nan
    n_origins: float = math.nan
    effort_50: float = math.nan
    effort_80: float = math.nan
    achievable: float = math.nan
    achievable_of: float = math.nan
    detectable_power: float = math.nan
    detectable_change: float = math.nan
    sentence: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The test as plain values, :data:`AMBITION_KEYS` in their order; what is not known is ``None``."""
        plain = {key: getattr(self, key) for key in AMBITION_KEYS}
        plain["checks"] = [check.to_dict() for check in self.checks]
        return {key: _plain(value) for key, value in plain.items()}

    def tidy(self) -> pd.DataFrame:
        """The test as one row; see :data:`AMBITION_TESTS`."""
        return tabulate_ambitions([self])

    def __str__(self) -> str:
        return self.write()

    def write(self, *, reach: bool = True) -> str:
        """Write the answer in words, then its numbers.

        Parameters
        ----------
        reach
            Whether effort, precedent and detection are among the numbers.
        """
        return "\n".join([self.sentence, "", self._table(reach=reach).to_string(header=False)])

    def _repr_html_(self) -> str:
        notes = [check.detail for check in self.checks if not check.passed]
        return _paragraphs([self.sentence]) + self._table().to_html(header=False) + _paragraphs(notes)

    def _round_demanding(self, value: float) -> float:
        """Two decimals on the side that asks more: the side away from business as usual."""
        if not math.isfinite(value):
            return value
        turn = math.floor if value <= self.expected else math.ceil
        return turn(value * 100) / 100

    def _table(self, *, reach: bool = True) -> pd.DataFrame:
        if self.verdict == "not testable":
            return pd.DataFrame({"": {"Verdict": self.verdict, "Reason": self.reason}})
        rows = {
            "Verdict": self.verdict,
            "Target": f"{self.target:.2f}",
            f"Baseline ({self.baseline_period})": f"{self.baseline:.2f}",
            "Business as usual": f"{self.expected:.2f} (95% interval {self.lower:.2f} to {self.upper:.2f})",
            "Chance of meeting it if nothing changes": f"{self.chance:.1%} ({self.calibration})",
        }
        # Of a yearly count only chance is weighed, not trend: nothing may be called meaningful by it.
        trends = [name for name, value in self.trends.items() if math.isfinite(value)]
        weighed = "Smallest meaningful target" if len(trends) > 1 else "Smallest target above chance in the counts"
        least = self._round_demanding(self.smallest_meaningful)
        rows[weighed] = f"{least:.2f}" if math.isfinite(least) else "none"
        rows |= self._reach() if reach else {}
        labels = {"continues": "If the trend continues", "damped": "If the trend fades", "none": "If there is no trend"}
        return pd.DataFrame({"": rows | {labels[name]: f"{self.trends[name]:.2f}" for name in trends}})

    def _reach(self) -> dict[str, str]:
        """How much a target asks for, where it is known."""
        rows = {}
        if self.effort_80 > 0:
            rows["Improvement for an even chance"] = f"{self.effort_50:.2f} (for 4 in 5: {self.effort_80:.2f})"
        if math.isfinite(self.achievable) and self.verdict != "no improvement":
            rows["Like boards that improved as much"] = f"{self.achievable:.0%} of {self.achievable_of:.0f} before"
        if math.isfinite(self.detectable_power):
            rows["Chance that an evaluation would see it"] = f"{self.detectable_power:.0%}"
        return rows


def tabulate_ambitions(tests: list[AmbitionTest]) -> pd.DataFrame:
    """Lay tests out as the table that is stored, one row a test."""
    rows = []
    for test in tests:
        row = {field.name: getattr(test, field.name) for field in fields(test)}
        row |= {f"trend_{name}": value for name, value in test.trends.items()}
        row |= {f"naive_{name}": value for name, value in test.naive.items()}
        row["checks"] = json.dumps([check.to_dict() for check in test.checks], ensure_ascii=False)
        rows.append(row)
    return pd.DataFrame(rows, columns=AMBITION_TESTS).astype({"chance_calibrated": float})


def _list_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value


def _paragraphs(sentences: list[str]) -> str:
    return "".join(f"<p>{html.escape(one)}</p>" for one in sentences)
