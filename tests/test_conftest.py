"""A skipped test is a failure where BCF_EVAL_REQUIRE_SHARED=1 says that every test must run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPING = """
import pytest

def test_runs():
    pass

def test_skips_itself():
    pytest.skip("no browser on this machine")

@pytest.mark.skip(reason="marked so")
def test_is_marked():
    pass

def test_asks_for_the_returns(shared):
    pass

@pytest.mark.xfail(reason="expected", strict=True)
def test_is_expected_to_fail():
    assert False
"""


def run_pytest(folder: Path, *, required: bool) -> subprocess.CompletedProcess[str]:
    """Run a file of skips, and a file that skips itself, under the project's own conftest."""
    (folder / "tests").mkdir()
    shutil.copy(Path(__file__).with_name("conftest.py"), folder / "tests")
    (folder / "tests" / "test_some.py").write_text(SKIPPING, encoding="utf-8")
    (folder / "tests" / "test_whole.py").write_text(
        "import pytest\npytest.importorskip('no_such_package')\n", encoding="utf-8"
    )
    environment = {**os.environ, "BCF_EVAL_REQUIRE_SHARED": "1" if required else ""}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--continue-on-collection-errors"]
    return subprocess.run(
        [*command, "tests"], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_a_skip_is_a_skip_by_default(tmp_path: Path) -> None:
    found = run_pytest(tmp_path, required=False)
    assert "1 passed, 4 skipped, 1 xfailed" in found.stdout
    assert found.returncode == 0


def test_a_skip_fails_where_every_test_must_run(tmp_path: Path) -> None:
    found = run_pytest(tmp_path, required=True)
    assert "1 failed, 1 passed, 1 xfailed, 3 errors" in found.stdout
    assert found.returncode == 1
    for reason in ("no browser on this machine", "marked so", "the folder ../shared", "no_such_package"):
        assert reason in found.stdout
