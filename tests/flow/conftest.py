"""One demonstration project for all flow tests: made once, read by the reader of the real returns."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcf_eval.acquire.demo import write_demo
from bcf_eval.clean.build import build
from bcf_eval.store import Project


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with demonstration returns, cleaned."""
    folder: Path = tmp_path_factory.mktemp("flow") / "demo"
    project = Project(folder)
    write_demo(project)
    build(project)
    return project
