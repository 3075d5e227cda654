"""What do the yearly counts say, in sentences? The last year beside England, and beside the year before."""

from __future__ import annotations

import math

from bcf_eval.report.chosen import name_interval
from bcf_eval.report.data import AnnualResults, Year
from bcf_eval.report.labels import name_within
from bcf_eval.report.measures import describe_measure
from bcf_eval.specs import Metric
from bcf_eval.wording import ITS_LABELS, write_change, write_count, write_interval, write_rate

PLACES = {
    "higher": "Higher than England",
    "lower": "Lower than England",
    "no clear difference": "No clear difference from England",
    "": "Cannot be compared",
}
SAMPLING = (
    "The yearly comparisons weigh one thing alone: how much counts of this size vary by sampling. A difference that "
    "sampling does not explain can have many reasons, the way cases are recorded among them."
)
NATION_UNTESTED = "England's own figures are not tested: of a whole country, sampling says next to nothing."
_MORE_THAN_SAMPLING = 1.5
_TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}
_NEAR = 0.2
# What each change is called in a sentence.
_MOVED = {"fell": "was lower", "rose": "was higher"}


def write_value(value: float, metric: Metric) -> str:
    """A value with its unit as short as it can be said: ``61.7%``, ``692.4 per 100,000``."""
    if metric.statistic == "proportion":
        return f"{write_rate(value)}%" if math.isfinite(value) else "not known"
    return f"{write_rate(value)} per {metric.multiplier:,.0f}" if math.isfinite(value) else "not known"


def name_points(metric: Metric) -> str:
    """What a difference is counted in: ``percentage points``, ``per 100,000``."""
    return "percentage points" if metric.statistic == "proportion" else f"per {metric.multiplier:,.0f}"


def answer_year(results: AnnualResults, year: Year) -> str:
    """Say in one sentence what was counted in a year, and how it lies beside England."""
    said = f"In {year.period}, {_count(results, year)}: {write_value(year.value, results.metric)}"
    if results.is_england:
        return f"{said}."
    england = f"England's {write_value(year.england, results.metric)}"
    beside = {
        "higher": f"above {england} by more than sampling alone would bring",
        "lower": f"below {england} by more than sampling alone would bring",
        "no clear difference": f"not clearly different from {england}",
        "": "it cannot be compared with England",
    }[year.place]
    return f"{said}, {beside}."


def number_year(results: AnnualResults, year: Year) -> str:
    """Give the numbers behind the sentence: the interval, the distance from England, and how many people that is."""
    interval = name_interval(results.protocol)
    said = [f"{interval[:1].upper()}{interval[1:]} {write_interval(year.lower, year.upper)}."]
    if not math.isfinite(year.lower):
        said = ["No interval: the counts are not published."]
    if year.place:
        said.append(
            f"Distance from England {write_change(year.difference)} {name_points(results.metric)} "
            f"({interval} {write_interval(year.difference_lower, year.difference_upper)})."
        )
    return " ".join([*said, say_gap(results, year)]).strip()


def say_gap(results: AnnualResults, year: Year) -> str:
    """Say how many people the distance from England is."""
    if results.is_england or not math.isfinite(year.people_gap):
        return ""
    gap = round(abs(year.people_gap))
    if gap == 0:
        return "At England's figure the number of people would be the same."
    people = "1 person" if gap == 1 else f"{write_count(gap)} people"
    return f"At England's figure it would have been {people} {'fewer' if year.people_gap > 0 else 'more'}."


def answer_step(results: AnnualResults, year: Year) -> str:
    """Say in one sentence how a year lies beside the year before."""
    before = find_before(results, year)
    if results.is_england and before is not None and math.isfinite(year.change):
        now, then = _level(results.metric, year), f"{_level(results.metric, before)} in {before.period}"
        return f"{_name_figure(results)} was {now}, after {then}. {NATION_UNTESTED}"
    if year.change_verdict == "not testable" or before is None:
        return f"Whether {year.period} differs from the year before cannot be tested: {word_reason(year)}."
    told = f"{_level(results.metric, before)} in {before.period}"
    if year.change_verdict in _MOVED:
        moved = f"{_name_figure(results)} {_MOVED[year.change_verdict]} than the {told}"
        said = f"{moved}, by more than sampling alone would bring"
    else:
        said = f"{_name_figure(results)} showed no clear change from the {told}: sampling alone can bring as much"
    notes = [note for note in (word_reason(year), say_cohorts(results, year)) if note]
    return f"{'; '.join([said, *notes])}."


def word_reason(year: Year) -> str:
    """Why a change is not judged, or is to be taken with care, in plain words."""
    if "recalculated" in year.reason and year.change_verdict != "not testable":
        return f"the publisher recalculated {year.period}, so part of the difference may be that"
    return year.reason


def say_cohorts(results: AnnualResults, year: Year) -> str:
    """Say where far more or fewer people were counted than in the year before; empty where not.

    Of a rate the denominator is a population, which does not move so.
    """
    many = compare_cohorts(results, year)
    return f"{many} people were counted as the year before, and the two groups may not be alike" if many else ""


def compare_cohorts(results: AnnualResults, year: Year) -> str:
    """How many times as many people were counted as the year before, where more than twice or less than half."""
    before = find_before(results, year)
    if results.metric.statistic != "proportion" or before is None or not before.denominator > 0:
        return ""
    ratio = year.denominator / before.denominator
    if ratio > 2:
        times = max(2, math.floor(ratio + _NEAR))
        near = abs(ratio - times) <= _NEAR and times > 2
        return f"{'about' if near else 'more than'} {_TIMES.get(times, f'{times} times')} as many"
    return "fewer than half as many" if ratio < 0.5 else ""


def number_step(results: AnnualResults, year: Year) -> str:
    """Give the numbers behind the sentence on the year before."""
    if not math.isfinite(year.change):
        return ""
    interval = name_interval(results.protocol)
    if not math.isfinite(year.change_lower) and not results.is_england:
        return f"Change {write_change(year.change)} {name_points(results.metric)} (no interval)."
    before = find_before(results, year)
    people = ""
    if before is not None and math.isfinite(before.numerator) and math.isfinite(year.numerator):
        now, then = (_tally(one, results.metric) for one in (year, before))
        people = f" People counted: {now}, after {then} in {before.period}."
    said = f"Change {write_change(year.change)} {name_points(results.metric)}"
    if results.is_england:
        return f"{said}.{people}"
    ordinary = (
        say_dispersion(year.dispersion, so="such a change is often ordinary variation")
        if year.change_verdict in _MOVED
        else ""
    )
    told = f"({interval} {write_interval(year.change_lower, year.change_upper)}).{people}"
    return f"{said} {told} {ordinary}".strip()


def say_dispersion(dispersion: float, *, so: str) -> str:
    """Say how much more such figures vary than sampling alone explains; nothing where it is no more, or not known."""
    if not dispersion >= _MORE_THAN_SAMPLING:
        return ""
    many = write_rate(dispersion, digits=0 if dispersion >= 10 else 1)
    return (
        f"Such figures vary from year to year about {many} times as much as sampling alone explains (by variance), "
        f"so {so}."
    )


def say_span(results: AnnualResults, *, fund: str) -> str:
    """Say why nothing is told of a change after the fund began.

    Parameters
    ----------
    fund
        The year in which it began.
    """
    before = sum(year.known and year.period < fund for year in results.years)
    after = sum(year.known and year.period >= fund for year in results.years)
    years = "1 year" if before == 1 else f"{before or 'no'} years"
    return (
        f"With {years} before the fund began and {after} after, whether it changed the figures cannot be tested. Each "
        "year is set beside England and beside the year before instead."
    )


def name_step(year: Year, *, is_england: bool) -> str:
    """Name the verdict on a year beside the year before; England's change is a number and no more."""
    return write_change(year.change) if is_england and math.isfinite(year.change) else ITS_LABELS[year.change_verdict]


def find_before(results: AnnualResults, year: Year) -> Year | None:
    """Find the year before, where it has a value."""
    place = [one.period for one in results.years].index(year.period)
    before = results.years[place - 1] if place else None
    return before if before is not None and before.known else None


def _name_figure(results: AnnualResults) -> str:
    return describe_measure(results.metric).figure


def _count(results: AnnualResults, year: Year) -> str:
    measure, where = describe_measure(results.metric), name_within(results.area.name)
    if not (math.isfinite(year.numerator) and math.isfinite(year.denominator)):
        return f"the published figure for {where} was this, without its counts"
    return f"{_tally(year, results.metric)} {measure.who} in {where} {measure.did}"


def _tally(year: Year, metric: Metric) -> str:
    of = f" of {write_count(year.denominator)}" if metric.statistic == "proportion" else ""
    return f"{write_count(year.numerator)}{of}"


def _level(metric: Metric, year: Year) -> str:
    return write_value(year.value, metric)
