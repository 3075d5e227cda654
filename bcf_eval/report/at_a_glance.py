"""What does a page say at a glance? One line a measure, a verdict in each cell, in words with a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.report.findings import list_doubts
from bcf_eval.report.fragments import Cell, Row, write_table
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.outturns import find_outturn
from bcf_eval.report.prose_annual import PLACES, write_value
from bcf_eval.report.shapes import SHAPES
from bcf_eval.report.targets import name_target
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Area, Metric
from bcf_eval.wording import AMBITION_LABELS, ITS_LABELS
from bcf_eval.wording_targets import OUTTURN_LABELS

_LAST = "Target, or latest year"
_TOO_FEW = "Not tested"


def tabulate_glance(area: Area, metrics: Sequence[Metric], held: Mapping[str, AreaResults | AnnualResults]) -> str:
    """Lay out the verdicts of an area: a row a metric, a column a start, and the target or the latest year.

    Parameters
    ----------
    metrics
        In the order of the page.
    held
        Results by key of the metric.
    """
    starts = sorted({one.start for metric in metrics for one in load.interventions(metric.key)})
    headings = [Cell("Measure"), *(Cell(f"After {parse_period(one).label}") for one in starts), Cell(_LAST)]
    rows = [Row(Cell(describe_measure(metric).name), _write_cells(held.get(metric.key), starts)) for metric in metrics]
    return write_table(f"{area.name} at a glance", headings, rows, kind="glance")


def _write_cells(results: AreaResults | AnnualResults | None, starts: Sequence[str]) -> tuple[Cell, ...]:
    if results is None:
        return tuple(Cell("No figures") for _ in range(len(starts) + 1))
    if isinstance(results, AnnualResults):
        return (*(Cell(_TOO_FEW, "too few years") for _ in starts), _write_year(results))
    return (*(_write_change(results, start) for start in starts), _write_target(results))


def _write_change(results: AreaResults, start: str) -> Cell:
    change = next((one for one in results.changes if one.intervention.start == start), None)
    verdict = "not testable" if change is None else change.main.verdict
    doubts = [] if change is None or verdict == "not testable" else list_doubts(change)
    return Cell(ITS_LABELS[verdict], f"but {' and '.join(doubts)}" if doubts else "", shape=SHAPES[verdict])


def _write_target(results: AreaResults) -> Cell:
    test: AmbitionTest | None = results.ambition
    if test is None:
        return Cell("No target set")
    row = find_outturn(results.beside, test)
    came = f"; {OUTTURN_LABELS[str(row['verdict'])].lower()}" if row is not None else ""
    return Cell(AMBITION_LABELS[test.verdict], f"{name_target(test)}{came}", shape=SHAPES[test.verdict])


def _write_year(results: AnnualResults) -> Cell:
    year = results.latest
    if year is None:
        return Cell("No figure published")
    value = write_value(year.value, results.metric)
    if results.is_england:
        return Cell(value, year.period)
    return Cell(PLACES[year.place], f"{value} in {year.period}", shape=SHAPES.get(year.place, ""))
