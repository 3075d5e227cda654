"""Can the pages be made at all? The notebook and the places of the pages, checked before anything is rendered."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import papermill
from nbformat import ValidationError, validate
from nbformat.reader import NotJSONError
from papermill.iorw import load_notebook_node

from bcf_eval.errors import ProjectError
from bcf_eval.store import Project

_PARAMETERS = ("area", "project")


def check_notebook(notebook: Path, parameters: Sequence[str] = _PARAMETERS) -> None:
    """Check that a notebook is one, and takes the parameters it will be given; papermill would only warn.

    Parameters
    ----------
    notebook
        Where it lies.
    parameters
        What it will be given, in order of name.

    Raises
    ------
    ProjectError
        If it cannot be read as a notebook, or its parameters cell lacks one.
    """
    try:
        validate(load_notebook_node(str(notebook)))
        known = set(papermill.inspect_notebook(str(notebook)))
    except OSError as error:
        raise ProjectError(f"{notebook} cannot be read ({error.strerror or error}).") from None
    except NotJSONError:
        raise ProjectError(f"{notebook} is not a notebook: it is not JSON.") from None
    except (ValidationError, ValueError, TypeError, AttributeError, KeyError) as error:
        said = next(iter(str(error).splitlines()), "").rstrip(".") or type(error).__name__
        raise ProjectError(f"{notebook} is not a notebook that can be run: {said}.") from None
    if set(parameters) - known:
        raise ProjectError(
            f"{notebook}: the cell tagged 'parameters' sets {', '.join(sorted(known)) or 'nothing'}; expected "
            f"{' and '.join(parameters)}."
        )


def check_places(project: Project) -> None:
    """Check that pages and their index can be written, by writing beside them.

    Raises
    ------
    ProjectError
        If a place is taken by something else, or may not be written to.
    """
    index = project.reports / "index.html"
    if index.is_dir():
        raise ProjectError(f"{index} is a folder; expected the page of all boards, or nothing.")
    for folder in (project.reports, project.area_page("").parent):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except (FileExistsError, NotADirectoryError):
            raise ProjectError(f"{folder} is not a folder; the pages are written there.") from None
        except OSError as error:
            raise ProjectError(f"{folder} cannot be written to ({error.strerror or error}); is it read-only?") from None
