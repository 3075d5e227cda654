"""How does the check of the data become a page? Its notebook is run once; the page takes its place when it is whole."""

from __future__ import annotations

from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from bcf_eval.errors import ProjectError
from bcf_eval.report.kernel import WarmKernel
from bcf_eval.report.quality_data import load_quality
from bcf_eval.report.render import make_exporter, run_notebook, word_error
from bcf_eval.report.render_checks import check_notebook
from bcf_eval.report.site import read_style
from bcf_eval.store import Project, write_text

NOTEBOOK = "1_data_quality.ipynb"
PAGE = "data-quality.html"
_TITLE = "The data that the figures of the Better Care Fund stand on"


def render_quality(project: Project) -> Path:
    """Make the page on the data.

    Parameters
    ----------
    project
        Whose ``data_clean`` holds what the check found.

    Returns
    -------
    Path
        Where the page lies.

    Raises
    ------
    ProjectError
        If the check was not made, the notebook is none or fails, or the page cannot be written; an earlier page
        stays as it was.
    """
    data = load_quality(project)
    notebook = project.notebook(NOTEBOOK)
    check_notebook(notebook, ("project",))
    resources = {
        "title": _TITLE,
        "index": "index.html",
        "style": read_style(),
        "stamp": "",
        "demonstration": bool(data.build.get("demonstration")),
    }
    try:
        with WarmKernel() as kernel:
            page = run_notebook(notebook, {"project": str(project.root.resolve())}, resources, kernel, make_exporter())
    except PapermillExecutionError as error:
        raise ProjectError(f"The page on the data cannot be made: {word_error(error, notebook)}") from None
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        said = next(iter(str(error).splitlines()), "no message")
        raise ProjectError(f"The page on the data cannot be made: the kernel died ({said}).") from None
    path = project.reports / PAGE
    write_text(path, page)
    return path
