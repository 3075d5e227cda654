"""How long does cleaning take? Anew, with one file changed and with none, beside merely opening every workbook.

Run it with ``make benchmarks`` (or ``python benchmarks/clean.py [FOLDER]``): FOLDER holds the
returns; demonstration ones are made when it is left out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

import pandas as pd
import python_calamine

from bcf_eval.acquire.demo import write_demo
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.kept import read_kept, write_kept
from bcf_eval.store import Project, code_version

WORKBOOKS = (".xls", ".xlsx")


def list_workbooks(project: Project) -> list[Path]:
    """Every workbook of the project's raw files."""
    return sorted(path for path in project.raw.rglob("*") if path.suffix in WORKBOOKS)


def time_process(project: Project, *, anew: bool = False) -> float:
    """The command as a user runs it, imports and all, in seconds; ``anew`` with nothing kept from before."""
    if anew:
        shutil.rmtree(project.clean, ignore_errors=True)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "bcf_eval.cli", "clean", "--project", str(project.root)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def time_one_changed(project: Project) -> float:
    """The command after one month was lost from what is kept, in seconds."""
    kept = project.kept / "dtoc.parquet"
    readings = read_kept(kept, version=code_version())
    write_kept(kept, dict(list(readings.items())[:-1]), version=code_version())
    (project.clean / "build.json").unlink()
    return time_process(project)


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


def name_memory() -> str:
    """The most memory that a command took; Windows does not say."""
    if resource is None:
        return ""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return f"; at most {most / (1e9 if sys.platform == 'darwin' else 1e6):.2f} GB"


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
            ("bcf-eval clean, the whole process, anew", min(time_process(project, anew=True) for _ in range(3))),
            ("bcf-eval clean, one file to be read", time_one_changed(project)),
            ("bcf-eval clean, nothing has changed", min(time_process(project) for _ in range(3))),
            ("pandas reads every sheet, nothing else", time_pandas(project)),
            ("calamine reads every sheet, nothing else", opening),
        ]
        print(f"{len(list_workbooks(project))} workbooks{name_memory()}")
        for name, seconds in rows:
            print(f"{name:<45} {seconds:8.2f} s {seconds / opening:8.1f} x opening them")


if __name__ == "__main__":
    main()
