"""Which numbers stand behind the yearly answers? Counts beside rates, and how many people a gap is."""

from __future__ import annotations

import math
from itertools import pairwise

from bcf_eval.report.chosen import name_interval
from bcf_eval.report.data import AnnualResults, Year
from bcf_eval.report.fragments import Cell, Row, write_paragraph, write_table
from bcf_eval.report.labels import name_within
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.prose_annual import compare_cohorts, name_points, name_step, word_reason
from bcf_eval.wording import write_change, write_count, write_interval, write_p_value, write_rate

# Half of the last digit that is shown.
_SHOWN = 0.05


def tabulate_years(results: AnnualResults) -> str:
    """Lay out every year: counts, value, England, the gap in people, and the change on the year before."""
    interval, measure = name_interval(results.protocol), describe_measure(results.metric)
    headings = [
        Cell("Year"),
        Cell("People counted", number=True),
        Cell("Out of", measure.who, number=True),
        Cell("Per cent" if results.metric.statistic == "proportion" else "Rate", interval, number=True),
    ]
    if not results.is_england:
        headings += [
            Cell("England", number=True),
            Cell("People more or fewer", "than at England's figure", number=True),
        ]
        headings += [Cell("Change on the year before", interval, number=True), Cell("In words")]
    else:
        headings.append(Cell("Change on the year before", number=True))
    rows = [
        Row(Cell(year.period), _write_cells(results, year), year is results.latest) for year in reversed(results.years)
    ]
    caption = f"{measure.name} in {name_within(results.area.name)}, in {results.metric.unit}"
    return write_table(caption, headings, rows, kind="years") + _write_reasons(results)


def tabulate_year_tests(results: AnnualResults) -> str:
    """Lay out what a researcher needs to judge the changes."""
    headings = [
        Cell("Year"),
        Cell("Change on the year before", number=True),
        Cell("p-value", number=True),
        Cell("What the p-value means"),
    ]
    rows = [
        Row(
            Cell(year.period),
            (
                Cell(f"{write_change(year.change, digits=2)} {name_points(results.metric)}", number=True),
                Cell("under 0.001" if year.change_p_value < 0.001 else f"{year.change_p_value:.3f}", number=True),
                Cell(write_p_value(year.change_p_value)),
            ),
        )
        for year in results.years
        if math.isfinite(year.change_p_value)
    ]
    method = next((year.method for year in results.years if year.method), "no method recorded")
    return write_table(f"{describe_measure(results.metric).name}: {method}", headings, rows) if rows else ""


def _write_cells(results: AnnualResults, year: Year) -> tuple[Cell, ...]:
    cells = [_count(year.numerator), _count(year.denominator), _value(results, year)]
    if not results.is_england:
        gap = year.people_gap
        told = f"+{write_count(gap)}" if math.isfinite(gap) and round(gap) > 0 else write_count(gap)
        cells += [Cell(_or_none(year.england), number=True), Cell(told if math.isfinite(gap) else "none", number=True)]
        many = compare_cohorts(results, year)
        beside = f"{many} people as the year before; the groups may not be alike" if many else ""
        return (*cells, _change(year), Cell(name_step(year, is_england=False), beside))
    change = write_change(year.change) if math.isfinite(year.change) else "none"
    return (*cells, Cell(change, number=True))


def _value(results: AnnualResults, year: Year) -> Cell:
    if not year.known:
        return Cell("none", number=True)
    beside = write_interval(year.lower, year.upper) if math.isfinite(year.lower) else "no interval"
    percent = "%" if results.metric.statistic == "proportion" else ""
    return Cell(f"{write_rate(year.value)}{percent}", beside, number=True)


def _change(year: Year) -> Cell:
    if not math.isfinite(year.change):
        return Cell("none", number=True)
    known = math.isfinite(year.change_lower)
    beside = write_interval(year.change_lower, year.change_upper) if known else "no interval"
    return Cell(write_change(year.change), beside, number=True)


def _count(value: float) -> Cell:
    return Cell(write_count(value) if math.isfinite(value) else "none", number=True)


def _or_none(value: float) -> str:
    return write_rate(value) if math.isfinite(value) else "none"


def _write_reasons(results: AnnualResults) -> str:
    """Say once why a change is not judged, or is to be taken with care."""
    reasons: dict[str, list[str]] = {}
    for year in results.years:
        reasons.setdefault(word_reason(year), []).append(year.period)
    told = [f"{', '.join(periods)}: {reason}" for reason, periods in reasons.items() if reason]
    note = write_paragraph(f"{'; '.join(told)}.", kind="note") if told else ""
    return note + write_paragraph(_say_rounded(results), kind="note")


def _say_rounded(results: AnnualResults) -> str:
    """Say where the figures shown do not give the change shown: it is worked out from rounded counts."""
    flags = dict(zip(results.observations["period"], results.observations["flag"], strict=True))
    found = []
    for before, year in pairwise(results.years):
        coarse = "counts_to_five" in f"{flags.get(before.period, '')}".split(";")
        if coarse and abs(year.value - before.value - year.change) > _SHOWN:
            found.append(before.period)
    if not found:
        return ""
    return (
        f"The published counts of {' and '.join(found)} are rounded to five, so the change is worked out from them and "
        "differs a little from the figures shown."
    )
