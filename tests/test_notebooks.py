"""A notebook shows and does not compute: no logic, few lines a cell, no outputs kept."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
LOGIC = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
    *(ast.For, ast.AsyncFor, ast.While),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.BinOp, ast.AugAssign),
)
MOST_LINES = 6

NOTEBOOKS: dict[str, dict[str, Any]] = {
    path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.ipynb"))
}


def source(cell: dict[str, Any]) -> str:
    """The text of a cell, which the format keeps as one string or as a list of lines."""
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def code_cells() -> list[tuple[str, dict[str, Any]]]:
    """Every code cell of every notebook, with the place to look for it."""
    return [
        (f"{name}, cell {number}", cell)
        for name, notebook in NOTEBOOKS.items()
        for number, cell in enumerate(notebook["cells"], start=1)
        if cell["cell_type"] == "code"
    ]


def test_the_notebooks_are_there() -> None:
    assert set(NOTEBOOKS) >= {"0_start_here.ipynb", "2_hwb_report.ipynb"}


def test_outputs_are_stripped() -> None:
    kept = [where for where, cell in code_cells() if cell["outputs"] or cell["execution_count"] is not None]
    assert kept == []


def test_cells_hold_no_logic() -> None:
    found = [
        f"{where}, line {getattr(node, 'lineno', '?')}: {type(node).__name__}"
        for where, cell in code_cells()
        for node in ast.walk(ast.parse(source(cell), filename=where))
        if isinstance(node, LOGIC)
    ]
    assert found == []


def test_cells_are_short() -> None:
    lengths = {where: len(source(cell).strip().splitlines()) for where, cell in code_cells()}
    assert {where: lines for where, lines in lengths.items() if not 0 < lines <= MOST_LINES} == {}


def test_a_report_has_one_cell_of_parameters() -> None:
    # The tour of 0_start_here is read and run by hand; every other notebook is a report that is run for an area.
    tagged = {
        name: sum("parameters" in cell["metadata"].get("tags", []) for cell in notebook["cells"])
        for name, notebook in NOTEBOOKS.items()
        if not name.startswith("0_")
    }
    assert {name: count for name, count in tagged.items() if count != 1} == {}


def test_every_notebook_runs_on_any_python() -> None:
    kernels = {name: notebook["metadata"]["kernelspec"]["name"] for name, notebook in NOTEBOOKS.items()}
    assert {name: kernel for name, kernel in kernels.items() if kernel != "python3"} == {}
