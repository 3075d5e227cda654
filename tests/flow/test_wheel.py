"""The wheel carries what a user needs who has nothing else: catalogue, layouts, templates, notebooks."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.flow

USE = """
from pathlib import Path
import bcf_eval
from bcf_eval import store
from bcf_eval.catalogue import load
print(Path(bcf_eval.__file__).parent)
print(len(load.boards()))
print(load.protocol().shipped)
print(store.open_project(".").notebook("2_hwb_report.ipynb"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built as a publisher of the package would, without isolation and without a network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The files within the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_every_file_of_the_package(names: set[str]) -> None:
    package = ROOT / "bcf_eval"
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= names
    assert names >= {
        "bcf_eval/py.typed",
        "bcf_eval/catalogue/areas.csv",
        "bcf_eval/catalogue/protocol.yml",
        "bcf_eval/catalogue/layouts/dtoc.csv",
    }
    assert any(name.startswith("bcf_eval/report/templates/") for name in names)


def test_the_wheel_carries_the_notebooks(names: set[str]) -> None:
    notebooks = {f"bcf_eval/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks >= {"bcf_eval/notebooks/0_start_here.ipynb", "bcf_eval/notebooks/2_hwb_report.ipynb"}
    assert {name for name in names if name.startswith("bcf_eval/notebooks/")} == notebooks


def test_the_wheel_carries_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"bcf_eval"}
    endings = {Path(name).suffix for name in names if ".dist-info/" not in name}
    assert not endings & {".xls", ".xlsx", ".parquet", ".gz", ".pyc"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_works_away_from_the_repository(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=elsewhere, env=environment, check=True, capture_output=True, encoding="utf-8"
    )
    package, boards, shipped, notebook = done.stdout.splitlines()
    assert Path(package) == site / "bcf_eval"
    assert (boards, shipped) == ("151", "True")
    assert Path(notebook) == site / "bcf_eval" / "notebooks" / "2_hwb_report.ipynb"
