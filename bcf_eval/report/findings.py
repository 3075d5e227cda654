"""What does a page say first? Each finding as a question, its verdict, a sentence, and the numbers behind it."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from bcf_eval.periods import parse_period
from bcf_eval.report import prose, prose_annual
from bcf_eval.report.agreement import say_check, say_fake_dates
from bcf_eval.report.data import AnnualResults, AreaResults, Change
from bcf_eval.report.fragments import Picture, write_list, write_paragraph
from bcf_eval.report.labels import name_within
from bcf_eval.report.outturns import find_outturn, find_total
from bcf_eval.report.targets import name_target
from bcf_eval.results import FOR_INFORMATION, AmbitionTest, CheckResult
from bcf_eval.wording import AMBITION_LABELS, ITS_LABELS
from bcf_eval.wording_outturns import say_among_briefly
from bcf_eval.wording_targets import OUTTURN_LABELS, say_outturn


def find_monthly(results: AreaResults) -> str:
    """Write what is found of a monthly metric: each change, and each target."""
    parts = [
        _write_finding(
            f"After {name_when(change)}",
            _name_change(change),
            prose.answer_change(results, change),
            prose.number_change(results, change),
        )
        for change in results.changes
    ]
    parts += [_find_target(test, results) for test in results.ambitions]
    if not results.ambitions and results.is_england:
        parts.append(_write_finding("The target", "Not set for England", prose.NO_AMBITION, ""))
    return _write_findings(parts)


def find_annual(results: AnnualResults) -> str:
    """Write what is found of a yearly metric: the last year beside England, beside the year before, and targets."""
    year = results.latest
    if year is None:
        return write_paragraph(f"No figure of {name_within(results.area.name)} is published.")
    value = prose_annual.write_value(year.value, results.metric)
    parts = [
        _write_finding(
            f"In {year.period}",
            value if results.is_england else prose_annual.PLACES[year.place],
            prose_annual.answer_year(results, year),
            prose_annual.number_year(results, year),
        ),
        _write_finding(
            f"{year.period} beside the year before",
            prose_annual.name_step(year, is_england=results.is_england),
            prose_annual.answer_step(results, year),
            prose_annual.number_step(results, year),
        ),
    ]
    parts += [_find_target(test, results) for test in results.ambitions]
    return _write_findings(parts)


def name_when(change: Change) -> str:
    """When an intervention began, in words."""
    return parse_period(change.intervention.start).label


def write_checks(title: str, checks: tuple[CheckResult, ...], change: Change | None = None) -> str:
    """Write what was checked; nothing where nothing was."""
    if not checks:
        return ""
    items = [f"{_label_check(check)}: {say_check(check, change)}" for check in checks]
    return f"{write_paragraph(title + ':')}{write_list(items)}"


def _label_check(check: CheckResult) -> str:
    """Whether it held; what is told for information can neither hold nor fail."""
    if check.name.casefold().startswith((FOR_INFORMATION, "note")):
        return "For information"
    return "Held" if check.passed else "Take note"


def label_picture(picture: Picture, *, demonstration: bool) -> Picture:
    """Say of a picture that it is a demonstration, where it is one: pictures are copied without their page."""
    if not demonstration:
        return picture
    told = "Demonstration, synthetic numbers."
    return replace(picture, alternative=f"{told} {picture.alternative}", caption=f"{told} {picture.caption}")


def _find_target(test: AmbitionTest, results: AreaResults | AnnualResults) -> str:
    """Write the verdict on a target, and what came of it where that is known."""
    row = find_outturn(results.beside, test)
    came = None
    if row is not None:
        among = say_among_briefly(row, find_total(results.beside, test))
        came = (OUTTURN_LABELS[str(row["verdict"])], f"{say_outturn(row, results.metric)} {among}".strip())
    return _write_finding(
        name_target(test),
        AMBITION_LABELS[test.verdict],
        prose.answer_ambition(test, results.metric, protocol=results.protocol),
        prose.number_ambition(test, results.metric, protocol=results.protocol),
        came=came,
    )


def _write_findings(parts: list[str]) -> str:
    return f'<ol class="findings">\n{"".join(parts)}</ol>\n' if parts else ""


def _write_finding(
    question: str, verdict: str, sentence: str, numbers: str, *, came: tuple[str, str] | None = None
) -> str:
    label, told = came or ("", "")
    outturn = f'<p class="sentence outturn">What came of it: <strong>{escape(label)}</strong>. {escape(told)}</p>\n'
    return (
        f'<li><p class="verdict">{escape(question)}: <strong>{escape(verdict)}</strong></p>\n'
        f"{write_paragraph(sentence, kind='sentence')}{outturn if came else ''}"
        f"{write_paragraph(numbers, kind='beside')}</li>\n"
    )


def _name_change(change: Change) -> str:
    """Name a verdict, with what weakens it."""
    verdict = change.main.verdict
    label = ITS_LABELS[verdict]
    doubts = [] if verdict == "not testable" else list_doubts(change)
    return f"{label}, but {' and '.join(doubts)}" if doubts else label


def list_doubts(change: Change) -> list[str]:
    """List what weakens a finding, in words."""
    doubts = ["the record itself jumps"] if change.jumps else []
    doubts += [] if change.agrees else ["not all other ways of working it out agree"]
    faked = say_fake_dates(change.main)
    return [*doubts, faked] if faked else doubts
