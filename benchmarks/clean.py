"""How long does cleaning take? The whole process, beside merely opening every workbook, in one run.

Run it with ``make benchmarks`` (or ``python benchmarks/clean.py [FOLDER]``): FOLDER holds the
returns; demonstration ones are made when it is left out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import python_calamine

from bcf_eval.acquire.demo import write_demo
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.store import Project

WORKBOOKS = (".xls", ".xlsx")


def list_workbooks(project: Project) -> list[Path]:
    """Every workbook of the project's raw files."""
    return sorted(path for path in project.raw.rglob("*") if path.suffix in WORKBOOKS)


def time_process(project: Project) -> float:
    """The command as a user runs it, imports and all, in seconds."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "bcf_eval.cli", "clean", "--project", str(project.root)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def time_opening(project: Project) -> float:
    """Every sheet of every workbook read with calamine and thrown away, in seconds."""
    begun = time.perf_counter()
    for path in list_workbooks(project):
        book = python_calamine.load_workbook(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
    return time.perf_counter() - begun


def time_pandas(project: Project) -> float:
    """Every sheet of every workbook read with pandas, in seconds."""
    begun = time.perf_counter()
    for path in list_workbooks(project):
        pd.read_excel(path, sheet_name=None, header=None, engine="calamine")
    return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "project")
        project.root.mkdir()
        if len(sys.argv) > 1:
            fetch_folder(project, sys.argv[1])
        else:
            write_demo(project)
        opening = time_opening(project)
        rows = [
            ("bcf-eval clean, the whole process", min(time_process(project) for _ in range(3))),
            ("pandas reads every sheet, nothing else", time_pandas(project)),
            ("calamine reads every sheet, nothing else", opening),
        ]
        print(f"{len(list_workbooks(project))} workbooks")
        for name, seconds in rows:
            print(f"{name:<45} {seconds:8.2f} s {seconds / opening:8.1f} x opening them")


if __name__ == "__main__":
    main()
