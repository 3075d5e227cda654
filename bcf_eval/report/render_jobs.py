"""Which pages are to be made? Each with its notebook, what that is given, and where the page lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bcf_eval.catalogue import load
from bcf_eval.report.index_tables import is_current
from bcf_eval.report.loading import AllResults
from bcf_eval.report.render_checks import check_notebook
from bcf_eval.report.site import ENGLAND_PAGE, read_style
from bcf_eval.specs import ENGLAND, Area
from bcf_eval.store import Project

NOTEBOOK, ENGLAND_NOTEBOOK = "2_hwb_report.ipynb", "3_england.ipynb"
_ENGLAND_TITLE = "England and its boards: the Better Care Fund"


@dataclass(frozen=True)
class Job:
    """One page to be made.

    Attributes
    ----------
    area
        What the page is about.
    label
        What it is called while it is made.
    notebook, parameters
        What is run, and with what.
    page
        Where the page is written.
    resources
        What the template needs besides; see :func:`bcf_eval.report.render.run_notebook`.
    """

    area: Area
    label: str
    notebook: Path
    parameters: Mapping[str, str]
    page: Path
    resources: Mapping[str, Any]


def plan_jobs(project: Project, results: AllResults, areas: Sequence[Area], *, every: bool) -> list[Job]:
    """Plan the pages of areas; England's and its boards' too, with every area, with England, or where it is not new.

    Parameters
    ----------
    areas
        Whose pages are made.
    every
        Whether these are all there are.

    Raises
    ------
    ProjectError
        If a notebook is not there, is none, or lacks a parameter.
    """
    notebook = project.notebook(NOTEBOOK)
    check_notebook(notebook)
    shared = {
        "style": read_style(),
        "stamp": str(project.read_record("evaluation").get("evaluation_id", "")),
        "demonstration": bool(project.read_record("build").get("demonstration")),
    }
    root = {"project": str(project.root.resolve())}
    jobs = [
        Job(
            area,
            area.name,
            notebook,
            {**root, "area": area.code},
            project.area_page(area.code),
            shared | {"area": area},
        )
        for area in areas
    ]
    page = project.reports / ENGLAND_PAGE
    asked = every or any(area.code == ENGLAND for area in areas)
    if ENGLAND in results.areas and (asked or not is_current(page, results)):
        together = project.notebook(ENGLAND_NOTEBOOK)
        check_notebook(together, ("project",))
        given = shared | {"title": _ENGLAND_TITLE, "index": "index.html"}
        # First, for it takes longest.
        jobs.insert(0, Job(load.areas()[ENGLAND], "England and its boards", together, root, page, given))
    return jobs
