"""The studies, with few draws and dates: what is bound holds, and the pages are written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.flow

ROOT = Path(__file__).resolve().parents[2]


def test_a_short_study_keeps_its_bounds(tmp_path: Path) -> None:
    """Bounds are those of the full study, with two standard errors of the simulation: it exits 1 when one breaks."""
    command = [sys.executable, "benchmarks/calibration.py", "--short", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "calibration.md").read_text(encoding="utf-8")
    for heading in (
        "hold the truth?",
        "Where does it fail?",
        "met when nothing changes?",
        "would a real change be found?",
    ):
        assert heading in page
    assert "nan" not in page and (tmp_path / "images" / "coverage.svg").exists()


def test_a_record_without_returns_says_that_it_is_synthetic(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "none")
    options = ["--returns", nowhere, "--out", str(tmp_path), "--step", "30"]
    command = [sys.executable, "benchmarks/track_record.py", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "track-record.md").read_text(encoding="utf-8")
    for heading in ("Fake dates", "Forecasts", "Tails", "Scores", "Where it falls short"):
        assert heading in page
    assert "SYNTHETIC" in page and "nan" not in page
