"""What does a page show of targets? Each in words, drawn, as a table, what it would take, and what came of it."""

from __future__ import annotations

import math
from dataclasses import replace

from bcf_eval.periods import parse_period
from bcf_eval.report import prose, tables
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.report.findings import write_checks
from bcf_eval.report.fragments import Cell, Row, write_details, write_heading, write_paragraph, write_table
from bcf_eval.report.outturns import find_outturn, find_total, say_outturn_at_length
from bcf_eval.report.targets import PLAN, name_target, say_who
from bcf_eval.results import AmbitionTest, CheckResult
from bcf_eval.specs import Metric, Protocol
from bcf_eval.wording_outturns import say_among, say_expected
from bcf_eval.wording_targets import OUTTURN_LABELS, list_reach, say_payment

# Payment hung on one national rule alone: admissions of 2015-16.
_PAID = "nea_2015"


def tell_target(test: AmbitionTest, metric: Metric) -> str:
    """Say who set a target, and whether it is more than trend and chance."""
    return f"{say_who(test)} {prose.tell_ambition(test, metric)}"


def show_first(results: AreaResults) -> str:
    """Write the numbers of the target that counts first, then every further target with all of it."""
    first, *others = results.ambitions
    return "".join(
        [_show_numbers(first, results), _show_came(first, results), *(_show_further(one, results) for one in others)]
    )


def show_yearly(results: AnnualResults) -> str:
    """Write every target of a yearly metric: in words, what it would take, what came of it, and what was checked."""
    return "".join(
        write_heading(name_target(test), level=4)
        + write_paragraph(tell_target(test, results.metric))
        + tabulate_reach(test, results.metric)
        + show_outturn(test, results.metric, results.beside, results.protocol, level=5)
        + write_details("What was checked", write_checks("What was checked", _drop_record(test)))
        for test in results.ambitions
    )


def tell_of_england(results: AreaResults) -> str:
    """Say that England has no target, and what came of those of its boards, where that is known."""
    totals = results.beside.all_rows("outturn_totals")
    every = totals[totals["arm"].eq("all") & totals["ambition"].ne(PLAN)].to_dict("records")
    said = [
        f"What came of the boards' targets for {parse_period(str(row['period'])).label}: {row['sentence']} "
        f"{say_expected(row)}"
        for row in every
    ]
    return " ".join([prose.NO_AMBITION, *said])


def tabulate_reach(test: AmbitionTest, metric: Metric) -> str:
    """Lay out how far a target reaches: effort, precedent, detection; nothing where nothing is known of it."""
    rows = [Row(Cell(one.question), (Cell(one.answer),)) for one in list_reach(test, metric)]
    headings = [Cell("Question"), Cell(f"Answer, in {metric.unit}")]
    return write_table("How far the target reaches", headings, rows, kind="reach") if rows else ""


def show_outturn(test: AmbitionTest, metric: Metric, beside: Beside, protocol: Protocol, *, level: int = 4) -> str:
    """Write what came of a target; nothing where its outturn is not known yet."""
    row = find_outturn(beside, test)
    if row is None:
        return ""
    told = say_outturn_at_length(row)
    paid = say_payment(row, share=protocol.payment_share) if test.ambition == _PAID else ""
    lack = str(row["share_reason"]) if not math.isfinite(row["share_achieved"]) else ""
    lack = f"Which share of the improvement came about is {lack}." if lack else ""
    return (
        write_heading(f"What came of it? {OUTTURN_LABELS[str(row['verdict'])]}", level=level)
        + write_paragraph(told)
        + write_paragraph(say_among(row, find_total(beside, test), alpha=protocol.alpha))
        + write_paragraph(paid)
        + write_paragraph(lack, kind="note")
    )


def _show_numbers(test: AmbitionTest, results: AreaResults) -> str:
    checked = write_checks("What was checked about the target", _drop_record(test))
    if not math.isfinite(test.target):
        return checked
    naive = prose.tell_naive(test, results.metric)
    return (
        tables.tabulate_outlooks(test, results.metric, protocol=results.protocol)
        + tabulate_reach(test, results.metric)
        + write_details("What a common but misleading test says", write_paragraph(naive))
        + write_details("What was checked about the target", checked)
    )


def _drop_record(test: AmbitionTest) -> tuple[CheckResult, ...]:
    """The checks without how such chances did, which stands beside the answer."""
    said = test.track_record.partition(". ")[0]
    said = f"{said.rstrip('.')}." if said else ""
    if test.calibration != "calibrated" or not said:
        return tuple(test.checks)
    instead = "The record of such chances stands beside the answer."
    return tuple(
        replace(one, detail=f"{instead}{one.detail.removeprefix(said)}") if one.detail.startswith(said) else one
        for one in test.checks
    )


def _show_further(test: AmbitionTest, results: AreaResults) -> str:
    return (
        write_heading(name_target(test), level=4)
        + write_paragraph(tell_target(test, results.metric))
        + _show_came(test, results, level=5)
        + write_details("Its numbers, and what was checked", _show_numbers(test, results))
    )


def _show_came(test: AmbitionTest, results: AreaResults, *, level: int = 4) -> str:
    return show_outturn(test, results.metric, results.beside, results.protocol, level=level)
