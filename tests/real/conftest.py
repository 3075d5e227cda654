"""The real returns, fetched, cleaned and evaluated once for every test that reads results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.clean.build import build
from bcf_eval.evaluate.build import evaluate
from bcf_eval.store import Project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Project:
    """A project with results; to be read, not written."""
    made = Project(tmp_path_factory.mktemp("evaluated"))
    fetch_folder(made, shared / "returns")
    build(made)
    evaluate(made)
    return made


@pytest.fixture(scope="session")
def delayed(project: Project) -> pd.DataFrame:
    """Its observations of delayed days."""
    table = project.read_table("observations")
    return table[table["metric"].eq("dtoc_days")]
