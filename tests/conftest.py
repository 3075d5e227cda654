"""Where the tests find the real returns and the published results, and when a test may be skipped."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real returns and published results; skipped, with a reason, where absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with the real returns and published results is not here")
    return SHARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as failed where none may be skipped."""
    return _refuse_skip((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Count a file that skips itself as failed where none may be skipped."""
    return _refuse_skip((yield), collector.nodeid)


def _refuse_skip(report: Any, where: str) -> Any:
    # An expected failure is reported as skipped too, but it was run.
    if os.environ.get("BCF_EVAL_REQUIRE_SHARED") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{where} was skipped where every test must run. {reason}"
    return report
