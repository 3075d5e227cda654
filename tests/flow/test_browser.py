"""A real browser opens a page from the file system, and asks for nothing else."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from bcf_eval.evaluate.build import evaluate
from bcf_eval.report.render import render_areas
from bcf_eval.store import Project

pytestmark = pytest.mark.flow

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    # Every name leads nowhere: a page that needs one would show it.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
]


@pytest.fixture(scope="module")
def browser() -> str:
    """The path of a browser; skipped, with a reason, where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is on the PATH")
    return found


@pytest.fixture(scope="module")
def pages(demo_project: Project) -> list[Path]:
    """A page of a board, and the index."""
    if not demo_project.read_record("evaluation"):
        evaluate(demo_project)
    report = render_areas(demo_project, ["E06000033"], workers=1)
    return [*report.pages, report.index]


def open_page(browser: str, page: Path, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.resolve().as_uri()]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)


def test_a_page_draws(browser: str, pages: list[Path], tmp_path: Path) -> None:
    for page in pages:
        picture = tmp_path / f"{page.stem}.png"
        open_page(browser, page, tmp_path, f"--screenshot={picture}", "--window-size=1000,3000")
        content = picture.read_bytes()
        assert struct.unpack(">II", content[16:24]) == (1000, 3000)
        # A blank picture of this size is under 20 kB.
        assert len(content) > 100_000


def test_a_page_reads_and_complains_of_nothing(browser: str, pages: list[Path], tmp_path: Path) -> None:
    for page in pages:
        done = open_page(browser, page, tmp_path, "--dump-dom")
        assert "<h1>" in done.stdout and "These are not official statistics." in done.stdout
        assert [line for line in done.stderr.splitlines() if ":CONSOLE" in line or "ERR_" in line] == []
