"""Which pages are there, and what do they say? A summary that does not overclaim, and every board by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.chosen import name_unit, say_contrast
from bcf_eval.report.data import meets
from bcf_eval.report.labels import write_number
from bcf_eval.report.loading import ProjectResults, load_results
from bcf_eval.report.method import describe_provenance, write_banners
from bcf_eval.report.prose import NOT_CAUSE, caution_nation
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Intervention, Metric
from bcf_eval.store import Project, write_text
from bcf_eval.wording import AMBITION_LABELS, ITS_LABELS, write_chance, write_change, write_count

TEMPLATES = Path(__file__).parent / "templates"
_SHAPES = {
    "fell": "\N{BLACK DOWN-POINTING TRIANGLE}",
    "rose": "\N{BLACK UP-POINTING TRIANGLE}",
    "no clear change": "\N{EN DASH}",
    "not testable": "\N{MULTIPLICATION SIGN}",
    "no improvement": "=",
    "rewards trend": "\N{RIGHTWARDS ARROW}",
    "within variation": "\N{WHITE CIRCLE}",
    "beyond the record": "\N{WHITE DIAMOND}",
    "meaningful": "\N{BLACK DIAMOND}",
}
_TARGETS = {
    "not testable": "cannot be tested",
    "no improvement": "ask for no improvement on the baseline",
    "rewards trend": "would be met by business as usual or by the trend carried on",
    "within variation": "ask for what ordinary variation can bring",
    "beyond the record": "ask for more than boards have been seen to do",
    "meaningful": "ask for more than trend and chance",
}
_STAMP = re.compile(r'<meta name="evaluation" content="([^"]*)">')
_HEAD_CHARACTERS = 1000


@dataclass(frozen=True)
class Finding:
    """One of the findings about all boards: a question, the answer, and how far it carries."""

    question: str
    sentence: str
    caution: str


@dataclass(frozen=True)
class Verdict:
    """A cell of the table: a shape, the verdict in words, and a number beside it."""

    shape: str
    label: str
    beside: str = ""


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    code: str
    name: str
    region: str
    link: str
    note: str
    verdicts: tuple[Verdict, ...]


def write_index(project: Project) -> Path:
    """Write the index from the results and from the pages that exist.

    Returns
    -------
    Path
        Where it lies.

    Raises
    ------
    ProjectError
        If it cannot be written; an earlier index stays as it was.
    """
    results = load_results(project)
    interventions = _judged(results)
    lines = [_write_line(project, results, code, interventions) for code in _by_name(results)]
    periods = [parse_period(period).label for period in results.span]
    target = next((parse_period(test.period).label for test in results.ambitions.values()), "")
    html = (
        _environment()
        .get_template("index.html.j2")
        .render(
            style=read_style(),
            demonstration=bool(results.build.get("demonstration")),
            banners=write_banners(results.build, results.evaluation),
            first=periods[0],
            last=periods[1],
            findings=[summarise_changes(results, one) for one in interventions] + summarise_ambitions(results),
            not_cause=NOT_CAUSE,
            letters=_first_letters(lines),
            figures=say_contrast(results.protocol.primary_contrast),
            unit=name_unit(results.protocol.primary_contrast, results.metric),
            starts=[parse_period(one.start).label for one in interventions],
            target=f"Target for {target}" if target else "Target",
            lines=lines,
            provenance=describe_provenance(results.build, results.evaluation),
        )
    )
    path = project.reports / "index.html"
    write_text(path, html)
    return path


def summarise_changes(results: ProjectResults, intervention: Intervention) -> Finding:
    """Count the verdicts on one intervention over all boards, with the number that chance alone would bring."""
    rows, beside = (_rows(results, intervention, scope=scope) for scope in ("own", "local"))
    boards = rows[rows["area_code"] != ENGLAND]
    local = beside.loc[beside["area_code"] != ENGLAND, "verdict"].value_counts()
    counts = boards["verdict"].value_counts()
    n, tested = int(counts.sum()), int(counts.drop("not testable", errors="ignore").sum())
    month = parse_period(intervention.start).label
    fell, rose, none, lost = (int(counts.get(key, 0)) for key in ITS_LABELS)
    sentence = (
        f"Of {n} boards, {fell} are counted as lower than the path before leads to expect, {rose} as higher, {none} "
        f"showed no clear change and {lost} cannot be tested. Against the rest of England {local.get('fell', 0)} were "
        f"lower and {local.get('rose', 0)} higher."
    )
    firm = int(boards.loc[boards["verdict"].isin(["fell", "rose"]), "agrees"].sum())
    if fell + rose:
        sentence += (
            f" In {firm or 'none'} of the {fell + rose} counted as lower or higher, all other specifications that can "
            f"be judged (at most {write_number(results.n_others)}) agree."
        )
    england = rows[rows["area_code"] == ENGLAND].to_dict("records")
    nation, unit = "", name_unit(results.protocol.primary_contrast, results.metric)
    if england:
        changed = "changed" if england[0]["agrees"] else "may have changed"
        moved = {"fell": f"{changed}: lower,", "rose": f"{changed}: higher,"}
        told = moved.get(england[0]["verdict"], "showed no clear change:")
        nation = f" England as a whole {told} {write_change(england[0]['estimate'])} {unit}."
        nation += caution_nation(str(england[0]["verdict"]))
    caution = (
        f"By chance alone about {write_count(results.protocol.alpha * tested)} of {tested} boards would be counted as "
        "lower or higher, even if nothing had changed anywhere; because boards move together, it can be many more, and "
        "most of them in one direction. How many has not yet been measured at dates when nothing began." + nation
    )
    return Finding(f"After {month}: {intervention.label}", sentence, caution)


def summarise_ambitions(results: ProjectResults) -> list[Finding]:
    """Count the verdicts on the targets, with the number that would be met if nothing changed."""
    tests = list(results.ambitions.values())
    if not tests:
        return []
    counts = Counter(test.verdict for test in tests)
    listed = [f"{counts[key]} {words}" for key, words in _TARGETS.items() if counts[key]]
    said = " and ".join([", ".join(listed[:-1]), listed[-1]] if listed[:-1] else listed)
    meaningful = [test.chance for test in tests if test.verdict == "meaningful"]
    caution = "No target is called more than trend and chance."
    if meaningful:
        met = sum(meaningful)
        many = f"about {write_count(met)}" if met >= 1 else "fewer than one"
        caution = (
            f"If nothing changed, {many} of the {len(meaningful)} targets called more than trend and chance would be "
            "met all the same, on average; boards move together, so it may be none or several. These chances have not "
            "yet been checked against how such forecasts did in the past."
        )
    month = parse_period(tests[0].period).label
    sentence = f"Of {len(tests)} targets, {said}.{_split_trend(tests, results.metric)}"
    return [Finding(f"The target for {month}", sentence, caution)]


def _split_trend(tests: list[AmbitionTest], metric: Metric) -> str:
    """Say which of business as usual and the trend meets the targets that one of them meets."""
    met = [
        (meets(test.expected, test, metric), meets(test.trends["continues"], test, metric))
        for test in tests
        if test.verdict == "rewards trend"
    ]
    if not met:
        return ""
    counts = Counter(met)
    usual, trend, both = counts[True, False], counts[False, True], counts[True, True]
    return (
        f" Of the {len(met)} that would be met, both would meet {both}, only business as usual {usual}, and only the "
        f"trend carried on {trend}."
    )


@cache
def read_style() -> str:
    """Read the style that every page carries within it."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8").strip()


def _write_line(project: Project, results: ProjectResults, code: str, interventions: tuple[Intervention, ...]) -> Line:
    area = load.areas()[code]
    page = project.area_page(code)
    there = page.is_file()
    old = there and _read_stamp(page) != str(results.evaluation.get("evaluation_id", ""))
    return Line(
        code=code,
        name=area.name,
        region=load.regions().get(area.region, "all regions" if code == ENGLAND else ""),
        link=page.relative_to(project.reports).as_posix() if there else "",
        note="page made from earlier results" if old else "" if there else "no page yet",
        verdicts=(*(_judge(results, code, one) for one in interventions), _judge_target(results, code)),
    )


def _judge(results: ProjectResults, code: str, intervention: Intervention) -> Verdict:
    rows = _rows(results, intervention)
    found = rows[rows["area_code"] == code].to_dict("records")
    if not found:
        return Verdict(_SHAPES["not testable"], ITS_LABELS["not testable"])
    verdict = str(found[0]["verdict"])
    label = "Changed" if code == ENGLAND and verdict in ("fell", "rose") else ITS_LABELS[verdict]
    if verdict == "not testable":
        return Verdict(_SHAPES[verdict], label)
    doubt = "" if found[0]["agrees"] else ", not all other fits agree"
    return Verdict(_SHAPES[verdict], label, f"{write_change(found[0]['estimate'])}{doubt}")


def _judge_target(results: ProjectResults, code: str) -> Verdict:
    test = results.ambitions.get(code)
    if test is None:
        return Verdict("", "None set")
    beside = "" if test.verdict == "not testable" else f"chance {write_chance(test.chance)}"
    return Verdict(_SHAPES[test.verdict], AMBITION_LABELS[test.verdict], beside)


def _rows(results: ProjectResults, intervention: Intervention, *, scope: str = "own") -> pd.DataFrame:
    primary = results.primary
    return primary[primary["intervention"].eq(intervention.key) & primary["scope"].eq(scope)]


def _judged(results: ProjectResults) -> tuple[Intervention, ...]:
    known = set(results.primary["intervention"])
    return tuple(one for one in load.interventions(results.metric.key) if one.key in known)


def _by_name(results: ProjectResults) -> list[str]:
    return sorted(results.areas, key=lambda code: (code != ENGLAND, load.areas()[code].name.casefold()))


def _first_letters(lines: list[Line]) -> Mapping[str, str]:
    """Where each letter begins."""
    letters: dict[str, str] = {}
    for line in lines:
        if line.code != ENGLAND:
            letters.setdefault(line.name[:1].upper(), line.code)
    return letters


def _read_stamp(page: Path) -> str:
    """Which evaluation a page was made from."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            found = _STAMP.search(file.read(_HEAD_CHARACTERS))
    except OSError:
        return ""
    return found.group(1) if found else ""


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=False)
