"""What does each board's row say? Verdicts of every area side by side, for monthly and for yearly metrics."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.chosen import name_unit, say_contrast
from bcf_eval.report.loading import AllResults, ProjectResults
from bcf_eval.report.loading_annual import ProjectYears, read_years
from bcf_eval.report.measures import describe_measure, list_measures
from bcf_eval.report.outturns import find_outturn
from bcf_eval.report.prose_annual import name_points, write_value
from bcf_eval.report.shapes import SHAPES
from bcf_eval.report.summaries import list_judged, select_verdicts
from bcf_eval.report.targets import split_targets
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Intervention
from bcf_eval.store import Project
from bcf_eval.wording import AMBITION_LABELS, ITS_LABELS, write_chance, write_change, write_rate
from bcf_eval.wording_targets import OUTTURN_LABELS

_PLACES = {"higher": "Above", "lower": "Below", "no clear difference": "No clear difference"}
_STAMP = re.compile(r'<meta name="evaluation" content="([^"]*)">')
_HEAD_CHARACTERS = 1000


@dataclass(frozen=True)
class Verdict:
    """A cell of a table: a shape, the verdict in words, and a number beside it."""

    shape: str
    label: str
    beside: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and the verdict it gives of an area by its ONS code."""

    heading: str
    judge: Callable[[str], Verdict]


@dataclass(frozen=True)
class Line:
    """A row of a table."""

    key: str
    code: str
    name: str
    region: str
    link: str
    note: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Board:
    """One table of all boards.

    Attributes
    ----------
    key
        Its anchor on the page.
    title, caption
        What it holds, and how its figures are to be read.
    letters
        Anchor of the first board of each letter.
    """

    key: str
    title: str
    caption: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    letters: Mapping[str, str]


def lay_out_boards(project: Project, results: AllResults) -> list[Board]:
    """Lay out the verdicts on every area: a table for monthly metrics and one for yearly ones, where there are any."""
    order = [one.key for one in list_measures()]
    monthly = [results.monthly[key] for key in order if key in results.monthly]
    yearly = [results.yearly[key] for key in order if key in results.yearly]
    found = []
    if monthly:
        contrast = results.protocol.primary_contrast
        units = " and ".join(name_unit(contrast, one.metric) for one in monthly)
        caption = (
            "The verdicts for England and for every board, in order of name. The figures are "
            f"{say_contrast(contrast)}, in {units}."
        )
        columns = [column for one in monthly for column in _monthly_columns(one, alone=len(monthly) == 1)]
        found.append(_lay_out(project, results, "months", _title(monthly), caption, columns))
    if yearly:
        figures = " and ".join(f"for {_name(one).lower()} {name_points(one.metric)}" for one in yearly)
        caption = (
            "The last year for England and for every board, in order of name: beside England, and beside the year "
            f"before. Changes are {figures}."
        )
        columns = [column for one in yearly for column in _yearly_columns(one)]
        found.append(_lay_out(project, results, "years", _title(yearly), caption, columns))
    return found


def _lay_out(
    project: Project, results: AllResults, key: str, title: str, caption: str, columns: Sequence[Column]
) -> Board:
    stamp = _stamp_of(results)
    codes = sorted(results.areas, key=lambda code: (code != ENGLAND, load.areas()[code].name.casefold()))
    lines = tuple(_write_line(project, stamp, key, code, columns) for code in codes)
    letters: dict[str, str] = {}
    for line in lines:
        if line.code != ENGLAND:
            letters.setdefault(line.name[:1].upper(), line.key)
    return Board(key, title, caption, tuple(one.heading for one in columns), lines, letters)


def _write_line(project: Project, stamp: str, key: str, code: str, columns: Sequence[Column]) -> Line:
    area = load.areas()[code]
    page = project.area_page(code)
    there = page.is_file()
    old = there and _read_stamp(page) != stamp
    return Line(
        key=code if key == "months" else f"{code}-{key}",
        code=code,
        name=area.name,
        region=load.regions().get(area.region, "all regions" if code == ENGLAND else ""),
        link=page.relative_to(project.reports).as_posix() if there else "",
        note="page made from earlier results" if old else "" if there else "no page yet",
        verdicts=tuple(column.judge(code) for column in columns),
    )


def list_old_pages(project: Project, results: AllResults) -> list[str]:
    """List the ONS codes of areas whose page was made from earlier results."""
    stamp = _stamp_of(results)
    pages = {code: project.area_page(code) for code in results.areas}
    return [code for code, page in pages.items() if page.is_file() and _read_stamp(page) != stamp]


def is_current(page: Path, results: AllResults) -> bool:
    """Whether a page is there and was made from these results."""
    return page.is_file() and _read_stamp(page) == _stamp_of(results)


def _monthly_columns(results: ProjectResults, *, alone: bool) -> list[Column]:
    prefix = "" if alone else f"{_name(results)}: "
    columns = [
        Column(_sentence(f"{prefix}after {parse_period(one.start).label}"), _judge_change(results, one))
        for one in list_judged(results)
    ]
    of_rules, _ = split_targets([test for tests in results.ambitions.values() for test in tests])
    return columns + [
        Column(_sentence(f"{prefix}target for {parse_period(period).label}"), _judge_target(results, period))
        for period in dict.fromkeys(test.period for test in of_rules)
    ]


def _judge_change(results: ProjectResults, intervention: Intervention) -> Callable[[str], Verdict]:
    found = {str(row["area_code"]): row for row in select_verdicts(results, intervention).to_dict("records")}

    def judge(code: str) -> Verdict:
        if code not in found:
            return Verdict(SHAPES["not testable"], ITS_LABELS["not testable"])
        verdict = str(found[code]["verdict"])
        label = ITS_LABELS[verdict]
        if verdict == "not testable":
            return Verdict(SHAPES[verdict], label)
        doubt = ", the record itself jumps" if found[code]["jumps"] else ""
        doubt += "" if found[code]["agrees"] else ", not all other ways of working it out agree"
        return Verdict(SHAPES[verdict], label, f"{write_change(found[code]['estimate'])}{doubt}")

    return judge


def _judge_target(results: ProjectResults, period: str) -> Callable[[str], Verdict]:
    def find(code: str) -> AmbitionTest | None:
        of_rules, _ = split_targets(results.ambitions.get(code, ()))
        return next((test for test in of_rules if test.period == period), None)

    def judge(code: str) -> Verdict:
        test = find(code)
        if test is None:
            return Verdict("", "None set")
        said = [] if test.verdict == "not testable" else [f"chance {write_chance(test.chance)}"]
        row = find_outturn(results.beside, test)
        said += [OUTTURN_LABELS[str(row["verdict"])].lower()] if row is not None else []
        return Verdict(SHAPES[test.verdict], AMBITION_LABELS[test.verdict], "; ".join(said))

    return judge


def _yearly_columns(results: ProjectYears) -> list[Column]:
    last = results.span[1]
    rows = results.years[results.years["period"].eq(last)]
    found = dict(zip(rows["area_code"], read_years(rows), strict=True))

    def place(code: str) -> Verdict:
        year = found.get(code)
        if year is None or not year.known:
            return Verdict(SHAPES["not testable"], "No figure")
        value = write_value(year.value, results.metric)
        if code == ENGLAND:
            return Verdict("", value)
        return Verdict(SHAPES.get(year.place, ""), _PLACES.get(year.place, "Cannot be compared"), value)

    def step(code: str) -> Verdict:
        year = found.get(code)
        if code == ENGLAND and year is not None and math.isfinite(year.change):
            return Verdict("", write_change(year.change))
        if year is None or year.change_verdict == "not testable":
            return Verdict(SHAPES["not testable"], ITS_LABELS["not testable"])
        return Verdict(SHAPES[year.change_verdict], ITS_LABELS[year.change_verdict], write_change(year.change))

    return [
        Column(f"{_name(results)}: {last} beside England ({_say_england(results, last)})", place),
        Column(f"{_name(results)}: change on the year before", step),
    ]


def _say_england(results: ProjectYears, last: str) -> str:
    rows = results.years[results.years["period"].eq(last) & results.years["area_code"].eq(ENGLAND)]
    return write_rate(float(rows["value"].iloc[0])) if len(rows) else "not known"


def _title(held: Sequence[ProjectResults | ProjectYears]) -> str:
    first, *others = (_name(one) for one in held)
    return " and ".join([first, *(name[:1].lower() + name[1:] for name in others)])


def _name(results: ProjectResults | ProjectYears) -> str:
    return describe_measure(results.metric).name


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _stamp_of(results: AllResults) -> str:
    return str(results.evaluation.get("evaluation_id", ""))


def _read_stamp(page: Path) -> str:
    """Which evaluation a page was made from."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            found = _STAMP.search(file.read(_HEAD_CHARACTERS))
    except OSError:
        return ""
    return found.group(1) if found else ""
