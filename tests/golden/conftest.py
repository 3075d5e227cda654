"""Every golden test records what it compared; ``--write-validation FILE`` writes the page of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .validation import Record

RECORD = pytest.StashKey[Record]()
COLLECTED = pytest.StashKey[int]()
HERE = Path(__file__).parent
LAST = "test_validation_page.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-validation", metavar="FILE", help="write what the golden tests compared to this page")


@pytest.fixture(scope="session")
def record(pytestconfig: pytest.Config) -> Record:
    """Holds ours against what is published: asserts, and remembers for the page."""
    return pytestconfig.stash.setdefault(RECORD, Record())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The page is checked after everything that stands on it."""
    items.sort(key=lambda item: item.path == HERE / LAST)
    config.stash[COLLECTED] = len(golden_items(items))


def golden_items(items: list[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item.path.parent == HERE]


@pytest.fixture
def ran_whole(request: pytest.FixtureRequest) -> bool:
    """Whether all golden tests run now, rather than some that were asked for by name."""
    return runs_whole(request.session)


def runs_whole(session: pytest.Session) -> bool:
    items = golden_items(session.items)
    files = {item.path for item in items} | {HERE / LAST}
    return len(items) == session.config.stash.get(COLLECTED, -1) and files == set(HERE.glob("test_*.py"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    target = session.config.getoption("--write-validation", default=None)
    if target is None:
        return
    found = session.config.stash.get(RECORD, None)
    if found is None or not found.rows or session.testsfailed or not runs_whole(session):
        raise pytest.UsageError(f"{target} was not written: a golden test failed, or not all of them ran")
    Path(target).write_text(found.page(), encoding="utf-8", newline="\n")
