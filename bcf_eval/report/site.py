"""Which pages are there, and what do they say? A summary that does not overclaim, and every board by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bcf_eval.periods import parse_period
from bcf_eval.report.in_brief import tell_in_brief
from bcf_eval.report.index_tables import is_current, lay_out_boards
from bcf_eval.report.loading import AllResults, load_results
from bcf_eval.report.measures import ABSENT, describe_measure, list_measures
from bcf_eval.report.method import describe_provenance, write_banners
from bcf_eval.report.prose import NOT_CAUSE
from bcf_eval.report.prose_annual import SAMPLING
from bcf_eval.report.summaries import Finding, summarise_monthly, summarise_yearly
from bcf_eval.report.summaries_outturns import summarise_outturns
from bcf_eval.store import Project, write_text

TEMPLATES = Path(__file__).parent / "templates"
# The page on the data is made by itself; the index leads to it where it is there.
QUALITY = "data-quality.html"
# So is that of England and its boards together.
ENGLAND_PAGE = "england.html"
# And that of what the models leave over.
RESIDUALS = "residuals.html"


@dataclass(frozen=True)
class Section:
    """What is found of one metric over all boards.

    Attributes
    ----------
    note
        What is said where there are no findings.
    """

    name: str
    span: str
    findings: Sequence[Finding]
    note: str = ""


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
    html = (
        _environment()
        .get_template("index.html.j2")
        .render(
            style=read_style(),
            demonstration=bool(results.build.get("demonstration")),
            banners=write_banners(results.build, results.evaluation),
            brief=tell_in_brief(results),
            sections=list_sections(results),
            boards=lay_out_boards(project, results),
            notes=[*([SAMPLING] if results.yearly else []), NOT_CAUSE],
            quality=QUALITY if (project.reports / QUALITY).is_file() else "",
            england=ENGLAND_PAGE if is_current(project.reports / ENGLAND_PAGE, results) else "",
            residuals=RESIDUALS if is_current(project.reports / RESIDUALS, results) else "",
            provenance=describe_provenance(results.build, results.evaluation),
        )
    )
    path = project.reports / "index.html"
    write_text(path, html)
    return path


def list_sections(results: AllResults) -> list[Section]:
    """List what is found of each metric, in the order of a page."""
    found = []
    for metric in list_measures():
        name = describe_measure(metric).name
        if metric.key in results.monthly:
            monthly = results.monthly[metric.key]
            found.append(
                Section(name, _span(monthly.span), [*summarise_monthly(monthly), *summarise_outturns(monthly)])
            )
        elif metric.key in results.yearly:
            yearly = results.yearly[metric.key]
            said = [*summarise_yearly(yearly), *summarise_outturns(yearly)]
            found.append(Section(name, _span(yearly.span), said))
        else:
            found.append(Section(name, "", [], ABSENT))
    return found


@cache
def read_style() -> str:
    """Read the style that every page carries within it."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8").strip()


def _span(span: tuple[str, str]) -> str:
    first, last = (parse_period(period).label for period in span)
    return f"{first} to {last}"


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=False)
