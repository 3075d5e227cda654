"""What stands in the way of the pages is one clear line, before anything is rendered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bcf_eval.errors import ProjectError
from bcf_eval.report.render_checks import check_notebook, check_places
from bcf_eval.store import Project

CELL: dict[str, object] = {
    "cell_type": "code",
    "execution_count": None,
    "id": "a",
    "metadata": {},
    "outputs": [],
    "source": "",
}
SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
WHOLE: dict[str, object] = {"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "is not a notebook: it is not JSON"),
        ("", "is not a notebook: it is not JSON"),
        ("{}", "is not a notebook that can be run"),
        ("[]", "is not a notebook that can be run"),
        (json.dumps(WHOLE | {"cells": 3}), "is not a notebook that can be run"),
        (json.dumps(WHOLE | {"cells": [{}]}), "is not a notebook that can be run"),
        (json.dumps(WHOLE), "the cell tagged 'parameters' sets nothing; expected area and project"),
    ],
)
def test_a_broken_notebook_is_named_in_one_line(tmp_path: Path, content: str, said: str) -> None:
    notebook = tmp_path / "own.ipynb"
    notebook.write_text(content, encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        check_notebook(notebook)
    assert str(notebook) in str(caught.value) and said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_notebook_that_is_not_text_is_named(tmp_path: Path) -> None:
    notebook = tmp_path / "own.ipynb"
    notebook.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectError, match=r"own\.ipynb is not a notebook that can be run"):
        check_notebook(notebook)


def test_a_notebook_with_its_parameters_passes(tmp_path: Path) -> None:
    notebook = tmp_path / "own.ipynb"
    cell = CELL | {"metadata": {"tags": ["parameters"]}, "source": 'project = "."\narea = "E06000033"'}
    notebook.write_text(json.dumps(WHOLE | {"cells": [cell], "metadata": SPEC}), encoding="utf-8")
    check_notebook(notebook)


def test_places_that_are_taken_are_named(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.reports.write_text("a file", encoding="utf-8")
    with pytest.raises(ProjectError, match="reports is not a folder"):
        check_places(project)
    project.reports.unlink()
    (project.reports / "index.html").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"index\.html is a folder"):
        check_places(project)
    assert [path.name for path in project.reports.iterdir()] == ["index.html"]
    (project.reports / "index.html").rmdir()
    project.area_page("").parent.write_text("a file", encoding="utf-8")
    with pytest.raises(ProjectError, match="areas is not a folder"):
        check_places(project)


def test_a_place_that_may_not_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(ProjectError, match=r"reports cannot be written to \(Permission denied\)"):
        check_places(Project(tmp_path))


def test_places_that_are_free_pass_and_stay_empty(tmp_path: Path) -> None:
    project = Project(tmp_path)
    check_places(project)
    assert [path.name for path in project.reports.rglob("*")] == ["areas"]
