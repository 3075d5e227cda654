"""Do the models fit? The page of what they leave over: of England in pictures, of every area in a table."""

from __future__ import annotations

from pathlib import Path

from bcf_eval.periods import parse_period
from bcf_eval.report.figure_residuals import draw_residuals
from bcf_eval.report.fragments import write_details, write_heading, write_paragraph
from bcf_eval.report.loading import AllResults, ProjectResults
from bcf_eval.report.measures import describe_measure, list_measures
from bcf_eval.report.plain_pages import write_plain_page
from bcf_eval.report.residuals import read_residuals, say_all_boards, select_diagnostics, tabulate_residuals
from bcf_eval.report.site import RESIDUALS
from bcf_eval.report.summaries import list_judged
from bcf_eval.specs import ENGLAND
from bcf_eval.store import Project, write_text

_TITLE = "What the models leave over"
_ABOUT = (
    "Every verdict on a change stands on a model of the months before and after. It allows for a trend, the time of "
    "year, known changes in counting, and for each month to resemble the one before. What is left over should be "
    "noise. Where months still hang together, the model is not the whole story and its own interval is too "
    "narrow; where one month weighs much, so does whatever happened in it."
)
_SHORT = (
    "What this test can see: with four years of months only a strong pattern shows, so that no finding is no proof "
    "that a model is right."
)


def write_residuals(project: Project, results: AllResults) -> Path | None:
    """Write the page; ``None``, and no page, where residuals were not looked at.

    Raises
    ------
    ProjectError
        If it cannot be written; an earlier page stays as it was.
    """
    held = [results.monthly[one.key] for one in list_measures() if one.key in results.monthly]
    shown = [one for one in held if not one.beside.all_rows("its_diagnostics").empty]
    if not shown:
        return None
    body = write_paragraph(_ABOUT) + write_paragraph(_SHORT, kind="note") + "".join(map(_write_metric, shown))
    path = project.reports / RESIDUALS
    write_text(path, write_plain_page(_TITLE, body, results.build, results.evaluation, index="index.html"))
    return path


def _write_metric(results: ProjectResults) -> str:
    england = results.take(ENGLAND) if ENGLAND in results.areas else None
    drawn = {one.intervention.key: one for one in england.changes} if england else {}
    parts = [write_heading(describe_measure(results.metric).name, level=2)]
    for intervention in list_judged(results):
        if select_diagnostics(results, intervention).empty:
            continue
        when = parse_period(intervention.start).label
        parts.append(write_heading(f"Around {when}: {intervention.label}"))
        parts.append(write_paragraph(say_all_boards(results, intervention)))
        change = drawn.get(intervention.key)
        found = read_residuals(england, change) if england and change else None
        picture = draw_residuals(england, change) if england and change else None
        if found and picture:
            parts += [write_heading("England", level=4), write_paragraph(found.sentence), picture._repr_html_()]
        parts.append(write_details(f"Every area around {when}", tabulate_residuals(results, intervention)))
    return "".join(parts)
