"""One demonstration project for all flow tests: made once, read by the reader of the real returns."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bcf_eval.acquire.demo import write_demo
from bcf_eval.clean.build import build
from bcf_eval.cli import main
from bcf_eval.store import Project

from .running import Done, Run


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with demonstration returns, cleaned."""
    folder: Path = tmp_path_factory.mktemp("flow") / "demo"
    project = Project(folder)
    write_demo(project)
    build(project)
    return project


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as a shell would."""

    def call(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["bcf-eval", *map(str, words)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        written = capsys.readouterr()
        return Done(code, written.out, written.err)

    return call
