"""The tour runs from the top, as a newcomer would run it."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bcf_eval.evaluate.build import evaluate
from bcf_eval.store import Project

pytestmark = pytest.mark.flow

TOUR = Path(__file__).resolve().parents[2] / "notebooks" / "0_start_here.ipynb"


# zmq and the event loop of Windows warn of themselves when a kernel starts and stops.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning", "ignore::ResourceWarning")
def test_the_tour_runs(demo_project: Project) -> None:
    if not (demo_project.clean / "its_effects.parquet").is_file():
        evaluate(demo_project)
    notebook = nbformat.read(TOUR, as_version=4)
    cells = {cell["id"]: cell for cell in notebook.cells}
    place = os.path.relpath(demo_project.root, TOUR.parent).replace(os.sep, "/")
    cells["parameters"]["source"] = f'project = "{place}"\narea = "Southend-on-Sea"'
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(TOUR.parent)}}).execute()
    shown = {
        name: "".join(str(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", []))
        for name, cell in cells.items()
        if cell["cell_type"] == "code"
    }
    assert "At April 2015 the level is estimated to have changed by" in shown["fit"]
    assert "level_change_2" in shown["tidy"]
    assert "Chance of meeting it if nothing changes" in shown["ambition"]
    assert shown["draw-fit"].count("<img") == 1
    assert 'alt="Distribution of the rate' in shown["draw-ambition"]
