"""Where the tests find the real returns and the published results, and what happens when they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real returns and published results; skipped, with a reason, where absent."""
    if not SHARED.is_dir():
        reason = "the folder ../shared with the real returns and published results is not here"
        if os.environ.get("BCF_EVAL_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED
