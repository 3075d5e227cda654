"""A kernel serves one notebook after another, and none sees what another left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from bcf_eval.errors import ProjectError
from bcf_eval.report.kernel import ENGINE, WarmKernel
from bcf_eval.report.render_checks import check_notebook


def write_notebook(path: Path, *sources: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    """Write a notebook whose first cell carries tags."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}},
    )
    notebook.cells[0].metadata["tags"] = list(tags)
    nbformat.write(notebook, path)
    return path


def run(path: Path, kernel: WarmKernel, **parameters: Any) -> NotebookNode:
    return papermill.execute_notebook(
        str(path), None, parameters, engine_name=ENGINE, kernel=kernel, progress_bar=False, language="python"
    )


def shown(notebook: NotebookNode) -> list[str]:
    """What the cells show."""
    return [
        output.data["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "execute_result"
    ]


@pytest.fixture(scope="module")
def kernel() -> Iterator[WarmKernel]:
    """One kernel for all tests: that is what it is for."""
    with WarmKernel() as warm:
        yield warm


def test_a_notebook_is_run_with_its_parameters(kernel: WarmKernel, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "a.ipynb", "area = 'x'", "area * 2")
    assert shown(run(path, kernel, area="Kent")) == ["'KentKent'"]


def test_the_process_stays_and_the_names_go(kernel: WarmKernel, tmp_path: Path) -> None:
    leave = write_notebook(tmp_path / "a.ipynb", "area = 'x'", "import os; left = 1", "os.getpid()")
    look = write_notebook(tmp_path / "b.ipynb", "area = 'x'", "'left' in globals()", "import os", "os.getpid()")
    (first,) = shown(run(leave, kernel))
    assert shown(run(look, kernel)) == ["False", first]


def test_an_error_leaves_the_kernel_fit_for_the_next(kernel: WarmKernel, tmp_path: Path) -> None:
    bad = write_notebook(tmp_path / "a.ipynb", "area = 'x'", "1 / 0", "'never shown'")
    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
        run(bad, kernel)
    assert shown(run(write_notebook(tmp_path / "b.ipynb", "area = 1", "area + 1"), kernel)) == ["2"]


def test_after_a_death_another_kernel_starts(tmp_path: Path) -> None:
    fatal = write_notebook(tmp_path / "a.ipynb", "area = 'x'", "import os; os._exit(1)")
    with WarmKernel() as kernel:
        with pytest.raises(DeadKernelError):
            run(fatal, kernel)
        kernel.stop()
        assert shown(run(write_notebook(tmp_path / "b.ipynb", "area = 1", "area + 1"), kernel)) == ["2"]


@pytest.mark.parametrize(
    ("source", "tags", "sets"),
    [("area = 'x'", ("parameters",), "area"), ("area = 'x'\nproject = '.'", (), "nothing")],
)
def test_a_notebook_that_lacks_a_parameter_is_refused(
    tmp_path: Path, source: str, tags: tuple[str, ...], sets: str
) -> None:
    path = write_notebook(tmp_path / "a.ipynb", source, tags=tags)
    with pytest.raises(ProjectError, match=f"sets {sets}; expected area and project"):
        check_notebook(path)
    check_notebook(write_notebook(tmp_path / "b.ipynb", "area = 'x'\nproject = '.'\nmore = 1"))
