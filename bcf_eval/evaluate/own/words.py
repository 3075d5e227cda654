"""What was fitted to a researcher's own series, and what changed, in words? The model first, then estimates."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd

from bcf_eval.evaluate.its.fitting import BOUNDARY, DRIFT_WARNING, METHODS
from bcf_eval.evaluate.own.choices import NO_SEASONAL_ORDER, Choices
from bcf_eval.evaluate.own.plan import OwnPlan
from bcf_eval.evaluate.own.series_table import SeriesTable
from bcf_eval.periods import Period
from bcf_eval.stats.regression.impact import Impact

_CHANGES = {
    "both": "a change of level and of slope",
    "level": "a change of level alone",
    "slope": "a change of slope alone",
}


def describe_model(series: SeriesTable, plan: OwnPlan, choices: Choices) -> str:
    """State the impact model, before any number.

    Parameters
    ----------
    series, plan, choices
        The table and what was asked of it.
    """
    kind = series.kind.replace("_", " ")
    began = _join([one.label for one in plan.interventions])
    impact = choices.impact
    change = _CHANGES[impact.change]
    if impact.pulse:
        change = f"a level that differs for {_count(impact.pulse, kind)} and then returns, without a slope,"
    clauses = [
        f"a level and a trend, {_describe_season(series, plan)}, and {change} at {began}",
        *_describe_shape(impact, plan.interventions, kind),
    ]
    if plan.breaks:
        clauses.append(f"a nuisance step at {_join([one.label for one in plan.breaks])}")
    clauses.append(f"one {kind} is the unit of time")
    return f"Model: {'; '.join([*clauses, *_describe_errors(choices)])}."


def describe_terms(series: str, terms: pd.DataFrame, interventions: tuple[Period, ...], choices: Choices) -> str:
    """Say what changed in one series of a researcher's own table.

    Parameters
    ----------
    series
        Its name; ``all`` when there is one alone.
    terms
        Its rows: ``term, estimate, lower, upper, p_value, reason``, of counts ``rate_ratio`` … too.
    interventions
        When something began, by date.
    choices
        What was fitted.
    """
    opening = "" if series == "all" else f"{series}: "
    by_term = {str(row["term"]): row for row in terms.to_dict("records")}
    if len(terms) == 1 and not terms["term"].iloc[0]:
        return f"{opening}{terms['reason'].iloc[0]}."
    parts = []
    for number, one in enumerate(interventions, start=1):
        suffix = f"_{number}" if len(interventions) > 1 else ""
        parts.append(_describe_change(by_term, suffix, one, choices))
    text = "; ".join(parts)
    sentence = f"{opening}{text}" if opening else f"{text[0].upper()}{text[1:]}"
    return " ".join([f"{sentence}.", *_list_cautions(terms["reason"])])


def _list_cautions(reasons: pd.Series) -> list[str]:
    """Sentences of what to be careful of, each once."""
    cautions = list(dict.fromkeys(part for reason in reasons for part in str(reason).split("; ") if part))
    plain = [one for one in cautions if one != DRIFT_WARNING and not one.startswith("not testable")]
    warned = [f"{one[0].upper()}{one[1:]}." for one in plain]
    if DRIFT_WARNING in cautions or f"not testable: {BOUNDARY}" in cautions:
        warned.append("The series drifts (autocorrelation at its boundary): take the level with care.")
    return warned


def _describe_change(
    terms: Mapping[str, Mapping[Hashable, float]], suffix: str, began: Period, choices: Choices
) -> str:
    """Say what changed at one intervention."""
    prefix = "difference_" if choices.control else ""
    changes: list[str] = []
    for name, what in (("pulse", "the level"), ("level_change", "the level"), ("slope_change", "the slope")):
        term = terms.get(f"{prefix}{name}{suffix}")
        if term is not None:
            verb = "" if changes else " is estimated to have changed"
            each = " a period" if name == "slope_change" else ""
            changes.append(f"{what}{verb} by {_said(term, choices)}{each}")
    compared = f"compared with {choices.control}, " if choices.control else ""
    return f"{compared}{_describe_when(choices.impact, began)} {' and '.join(changes)}"


def _describe_when(impact: Impact, began: Period) -> str:
    begin, whole = began.shift(impact.delay), began.shift(impact.delay + impact.phase_in)
    if impact.pulse > 1:
        return f"from {begin.label} to {begin.shift(impact.pulse - 1).label}"
    return f"by {whole.label}" if impact.phase_in else f"at {begin.label}"


def _said(term: Mapping[Hashable, float], choices: Choices) -> str:
    names = ("rate_ratio", "rate_ratio_lower", "rate_ratio_upper") if choices.counts else ("estimate", "lower", "upper")
    estimate, lower, upper = (term[name] for name in names)
    known = "cannot be tested"
    if all(math.isfinite(one) for one in (term["p_value"], lower, upper)):
        # A factor near 1 differs from it in its last digits.
        digits = ".4g" if choices.counts else ".3g"
        known = f"{choices.level * 100:g}% interval {lower:{digits}} to {upper:{digits}}"
    number = f"a factor of {estimate:.4g}" if choices.counts else f"{estimate:+.3g}"
    return f"{number} ({known})".replace("-", "\N{MINUS SIGN}")


def _describe_shape(impact: Impact, interventions: tuple[Period, ...], kind: str) -> list[str]:
    """Say when the effect begins, and how it comes in."""
    clauses = []
    if impact.delay:
        begins = _join([one.shift(impact.delay).label for one in interventions])
        clauses.append(f"the effect begins {_count(impact.delay, kind)} after, at {begins}")
    if impact.phase_in:
        window = _count(impact.phase_in, kind)
        whole = _join([one.shift(impact.delay + impact.phase_in).label for one in interventions])
        how = {
            "exclude": f"the {window} before {whole} are left out while it comes in",
            "ramp": f"over the {window} before {whole} the level changes in even steps",
        }
        clauses.append(f"{how[impact.phase_in_as]}, and it is whole from {whole} on")
    return clauses


def _describe_season(series: SeriesTable, plan: OwnPlan) -> str:
    cycle = series.periods[0].cycle
    if not plan.pairs or cycle == 1:
        return "no season"
    # With four periods a year the alternating term joins the first pair: any quarterly season.
    if cycle == 4:
        return "any season of the quarters"
    return f"a season of {plan.pairs} Fourier pair{'s' * (plan.pairs != 1)}"


def _describe_errors(choices: Choices) -> list[str]:
    """Say what is divided, weighed and compared, and how it is fitted."""
    clauses = []
    if choices.counts:
        scale = f"with the log of {choices.offset} as offset, " if choices.offset else ""
        clauses.append(f"counts, {scale}on the log scale: a change is a factor")
    elif choices.offset:
        clauses.append(f"the response is the value divided by {choices.offset}")
    if choices.weights:
        clauses.append(f"each value counts in proportion to {choices.weights}")
    if choices.control and choices.control_as == "joint":
        clauses.append(f"fitted together with {choices.control}, every term with its difference between the two")
    elif choices.control:
        clauses.append(f"of the difference from {choices.control}")
    fitted = f"fitted by {METHODS[choices.method]}"
    if choices.hac_lag is not None:
        fitted += (
            f", lag {choices.hac_lag}"
            if choices.method == "newey-west"
            else (f" with errors robust to autocorrelation up to lag {choices.hac_lag}")
        )
    if choices.method == "arima":
        fitted += f" of order {_order(choices.order)}" if choices.order else " of an order chosen by the data"
        if choices.seasonal_order != NO_SEASONAL_ORDER:
            fitted += f", seasonal order {_order(choices.seasonal_order)}"
    if choices.method == "bootstrap":
        fitted += f", {choices.draws:,} draws, seed {choices.seed}"
    return [*clauses, fitted]


def _order(order: tuple[int, int, int]) -> str:
    return f"({', '.join(map(str, order))})"


def _count(number: int, kind: str) -> str:
    return f"{number} {kind}{'s' * (number != 1)}"


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
