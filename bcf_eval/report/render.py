"""How do results become pages? The notebook is run for each area; a page takes its place when it is whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from papermill.exceptions import PapermillExecutionError

from bcf_eval.errors import BcfEvalError
from bcf_eval.report.index_tables import list_old_pages
from bcf_eval.report.kernel import ENGINE, WarmKernel
from bcf_eval.report.loading import AllResults, load_results
from bcf_eval.report.page_residuals import write_residuals
from bcf_eval.report.render_checks import check_places
from bcf_eval.report.render_jobs import Job, plan_jobs
from bcf_eval.report.site import ENGLAND_PAGE, TEMPLATES, write_index
from bcf_eval.specs import Area
from bcf_eval.store import Project, write_text

Progress = Callable[[str, int, int], None]

_MOST_WORKERS = 8
_OURS = ("BcfEvalError", "InputError", "CatalogueError", "ProjectError", "RequestError")


@dataclass(frozen=True)
class Failure:
    """A page that could not be made, and why, in one line."""

    area: Area
    reason: str

    def __str__(self) -> str:
        return f"{self.area.name} ({self.area.code}): {self.reason}"


@dataclass(frozen=True)
class RenderReport:
    """What was rendered.

    Attributes
    ----------
    pages
        The pages that were written.
    failures
        Areas without a new page; an earlier page of theirs stays as it was.
    index
        The page of all areas, written last.
    england
        The page of England and its boards together, where it was written.
    messages
        What a reader of the pages should know about what was left out.
    """

    pages: tuple[Path, ...]
    failures: tuple[Failure, ...]
    index: Path
    messages: tuple[str, ...] = ()
    england: Path | None = None


def render_areas(
    project: Project,
    areas: Sequence[str] | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> RenderReport:
    """Make the pages of areas, and the index of all pages.

    Parameters
    ----------
    project
        Whose ``data_clean`` holds observations and results.
    areas
        Names or ONS codes; every board and England when left out.
    workers
        How many pages are made at once; as many as there are processors when left out.
    progress
        Called with a label, how many pages are done, and of how many.

    Returns
    -------
    RenderReport

    Raises
    ------
    RequestError
        If there is no such area; nothing is rendered then.
    ProjectError
        If there are no results or damaged ones, the notebook is none or lacks a parameter, or the
        pages cannot be written; nothing is rendered then.
    """
    results = load_results(project)
    names = results.areas if areas is None else areas
    chosen = list({area.code: area for area in map(results.find_area, names)}.values())
    jobs = plan_jobs(project, results, chosen, every=areas is None)
    check_places(project)
    done = _render_all(jobs, workers, progress or _say_nothing)
    failures = [Failure(job.area, done[job.page]) for job in jobs if done[job.page]]
    pages = [page for area in chosen if not done[page := project.area_page(area.code)]]
    together = project.reports / ENGLAND_PAGE
    england = together if done.get(together) == "" else None
    messages = (*_say_skipped(results), *_say_old(project, results))
    write_residuals(project, results)
    return RenderReport(tuple(pages), tuple(failures), write_index(project), messages, england)


def _say_skipped(results: AllResults) -> tuple[str, ...]:
    if not results.skipped:
        return ()
    return (
        f"No page for {', '.join(results.skipped)}: in the data, but not one of the boards this version reports on.",
    )


def _say_old(project: Project, results: AllResults) -> tuple[str, ...]:
    """Say how many pages still show earlier results: the index, made anew, says so of each."""
    old = len(list_old_pages(project, results))
    if not old:
        return ()
    pages, them = ("1 other page was", "it") if old == 1 else (f"{old} other pages were", "them")
    return (f"{pages} made from earlier results; make {them} again with: bcf-eval report --project {project.root}",)


def _render_all(jobs: Sequence[Job], workers: int | None, say: Progress) -> dict[Path, str]:
    """Render pages in as many threads as there are kernels; returns a reason by page, empty for one that stands."""
    waiting: SimpleQueue[Job] = SimpleQueue()
    finished: SimpleQueue[tuple[Job, str] | BaseException] = SimpleQueue()
    for job in jobs:
        waiting.put(job)
    stop = threading.Event()
    n_workers = max(1, min(workers or min(os.cpu_count() or 1, _MOST_WORKERS), len(jobs)))
    threads = [
        threading.Thread(target=_work, args=(waiting, finished, stop), name=f"kernel {i}") for i in range(n_workers)
    ]
    done: dict[Path, str] = {}
    for thread in threads:
        thread.start()
    try:
        say("starting", 0, len(jobs))
        while len(done) < len(jobs):
            found = finished.get()
            if isinstance(found, BaseException):
                raise found
            job, reason = found
            done[job.page] = reason
            say(job.label, len(done), len(jobs))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return done


def _work(
    waiting: SimpleQueue[Job], finished: SimpleQueue[tuple[Job, str] | BaseException], stop: threading.Event
) -> None:
    """Take pages until there are none left, all in one kernel."""
    try:
        exporter = make_exporter()
        with WarmKernel() as kernel:
            while not stop.is_set():
                try:
                    job = waiting.get_nowait()
                except Empty:
                    return
                finished.put((job, _render(job, kernel, exporter)))
    except BaseException as bug:
        finished.put(bug)


def _render(job: Job, kernel: WarmKernel, exporter: TemplateExporter) -> str:
    """Render one page; returns why it could not be done, or nothing."""
    reason = ""
    for _ in range(2):
        try:
            write_text(job.page, run_notebook(job.notebook, job.parameters, job.resources, kernel, exporter))
            return ""
        except PapermillExecutionError as error:
            return word_error(error, job.notebook)
        except BcfEvalError as error:
            return str(error)
        except OSError as error:
            return f"the page cannot be made ({error.strerror or error})"
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            # A kernel may be killed for want of memory; another may manage.
            kernel.stop()
            reason = f"the kernel that runs the notebook died twice ({str(error).splitlines()[0]})"
    return reason


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, str],
    resources: Mapping[str, Any],
    kernel: WarmKernel,
    exporter: TemplateExporter,
) -> str:
    """Run a notebook and turn it into a page.

    Parameters
    ----------
    notebook, parameters
        What is run, and with what.
    resources
        What the template needs besides: ``style``, ``stamp``, ``demonstration``, and ``area`` or ``title`` and
        ``index``, the way to the page of all pages.

    Raises
    ------
    papermill.exceptions.PapermillExecutionError
        If a cell fails.
    """
    done = papermill.execute_notebook(
        str(notebook),
        None,
        parameters=dict(parameters),
        engine_name=ENGINE,
        kernel=kernel,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
    )
    return str(exporter.from_notebook_node(done, resources=dict(resources))[0])


def make_exporter() -> TemplateExporter:
    """Make the converter of executed notebooks: our template, no code, nothing from elsewhere."""
    exporter: Any = TemplateExporter
    made: TemplateExporter = exporter(
        template_name="page",
        template_file="index.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        filters={"markdown_to_html": _write_markdown},
    )
    return made


def _write_markdown(source: str) -> str:
    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(source))


def word_error(error: PapermillExecutionError, notebook: Path) -> str:
    """Say in one line why a notebook could not be run to its end."""
    said = " ".join(str(error.evalue).split()) or "no message"
    # An error of ours is worded for a user; anything else is a bug and keeps its name. Papermill has put
    # a cell of its own before the one that failed, so its count from 0 is the notebook's count from 1.
    return said if error.ename in _OURS else f"{error.ename} in cell {error.cell_index} of {notebook}: {said}"


def _say_nothing(label: str, done: int, total: int) -> None:
    """Stand in for a progress bar."""
