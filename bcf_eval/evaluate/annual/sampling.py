"""Is a target for a yearly count more than sampling chance? All that can be asked where years or boards are too few."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from bcf_eval.evaluate.annual.question import KnownCount, asks_nothing, find_breaks_ahead, measure_naive
from bcf_eval.evaluate.targets.baseline import Question
from bcf_eval.results import FOR_INFORMATION, AmbitionTest, CheckResult
from bcf_eval.specs import Ambition, Metric, Protocol
from bcf_eval.wording import (
    AMBITION_LABELS,
    SAMPLING_ALONE,
    count_target,
    name_count,
    write_chance,
    write_count,
    write_times,
)

METHOD = (
    "chance in the counts alone: {distribution} for the same number of people, the sampling error of the baseline "
    "year included; no trend, boards not pooled"
)
DISTRIBUTIONS = {"proportion": "beta-binomial", "rate": "negative binomial"}


def name_method(metric: Metric) -> str:
    """How a target is weighed against sampling alone."""
    return METHOD.format(distribution=DISTRIBUTIONS.get(metric.statistic, "no model"))


def weigh_sampling(
    refused: AmbitionTest,
    ambition: Ambition,
    known: KnownCount,
    metric: Metric,
    protocol: Protocol,
    *,
    question: Question,
    why: str,
) -> AmbitionTest:
    """Weigh a target against what chance in the counts alone would bring; it is never called meaningful.

    Parameters
    ----------
    refused
        The answer without numbers.
    why
        Why trend is not weighed too, in words.
    """
    lower_is_better = metric.better == "lower"
    wanted = known.count(ambition.planned)
    chance = known.next_count.chance(wanted, lower_is_better=lower_is_better)
    naive = measure_naive(known, wanted, metric)
    answered = replace(
        refused,
        baseline_start=ambition.baseline_end,
        n_baseline=1,
        events_per_unit=known.per_unit,
        calibration_reason=SAMPLING_ALONE,
        naive=say_naive(naive, protocol),
        checks=[
            tell_counts(ambition, known, metric),
            CheckResult("sampling variation alone", False, SAMPLING_ALONE),
            CheckResult("trend", False, f"Whether the trend would meet the target is not tested: {why}."),
            _tell_sampling(ambition, known, metric, naive, chance),
            *tell_breaks_ahead(ambition, question),
        ],
    )
    nothing = asks_nothing(ambition.planned, known.stated, lower_is_better=lower_is_better)
    if not nothing and chance < protocol.alpha:
        reason = (
            f"sampling alone would rarely bring it ({write_chance(chance, floor=protocol.chance_floor)}), "
            f"but a few years cannot tell whether the trend would: {why}"
        )
        return replace(answered, verdict="not testable", reason=reason)
    least = known.next_count.least_beyond(alpha=protocol.alpha, lower_is_better=lower_is_better) / known.per_unit
    # Nor is a target an ambition that does not improve on its own baseline.
    within = known.stated * (1 - 1e-8 if lower_is_better else 1 + 1e-8)
    least = min(least, within) if lower_is_better else max(least, within)
    low, high = known.next_count.interval(level=protocol.interval)
    usual = known.next_count.count / known.per_unit
    fragility = [] if nothing else _check_fragility(chance, protocol)
    return replace(
        answered,
        verdict="no improvement" if nothing else "within variation",
        checks=[*answered.checks, *fragility],
        expected=usual,
        lower=low / known.per_unit,
        upper=high / known.per_unit,
        chance=float(np.clip(chance, protocol.chance_floor, 1 - protocol.chance_floor)),
        fragile=bool(fragility),
        smallest_meaningful=least,
        smallest_meaningful_days=known.count(least),
        trends={"continues": math.nan, "damped": math.nan, "none": usual},
    )


def say_naive(p_value: float, protocol: Protocol) -> dict[str, float | str]:
    """What the customary test would say."""
    significant = p_value < protocol.alpha
    verdict = "statistically significant" if significant else "not statistically significant"
    return {"p_value": p_value, "verdict": verdict}


def tell_counts(ambition: Ambition, known: KnownCount, metric: Metric) -> CheckResult:
    """Say how many people the baseline and the target are."""
    whole = write_count(count_target(known.count(ambition.planned), metric))
    detail = (
        f"In {ambition.baseline_end} there were {name_count(known.next_count.count, metric)} of "
        f"{write_count(known.next_count.out_of)}; with as many, the target is {whole}."
    )
    return CheckResult(FOR_INFORMATION, True, detail)


def tell_breaks_ahead(ambition: Ambition, question: Question) -> list[CheckResult]:
    """Say what will be counted otherwise between the baseline and the target."""
    checks = []
    for one in find_breaks_ahead(ambition, question, ("steps",)):
        detail = f"Between the baseline and the target, in {one.period}, {one.label}; "
        detail += "the outcome may be counted otherwise than the baseline."
        checks.append(CheckResult("change in counting ahead", False, detail))
    return checks


def _tell_sampling(ambition: Ambition, known: KnownCount, metric: Metric, naive: float, chance: float) -> CheckResult:
    direction = "low" if metric.better == "lower" else "high"
    whole = write_count(count_target(known.count(ambition.planned), metric))
    detail = (
        f"If the chance for each person stayed as in {ambition.baseline_end}, a count as {direction} as {whole} would "
        f"come {write_times(chance)}; {write_times(naive)} if the figure of {ambition.baseline_end} were known "
        "without error."
    )
    return CheckResult(FOR_INFORMATION, True, detail)


def _check_fragility(chance: float, protocol: Protocol) -> list[CheckResult]:
    """Say of a target that chance can bring with which other limits chance would be said to bring it rarely."""
    limits = " or ".join(f"{100 * one:g}%" for one in protocol.ambition_alphas if chance < one)
    if not limits:
        return []
    label = AMBITION_LABELS["not testable"]
    detail = f'With a limit of {limits} it would be "{label}": sampling alone would be said to bring it rarely.'
    return [CheckResult("fragility", False, detail)]
