"""What the pages under ``docs`` name is there: modules, methods of fitting, other pages and their headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bcf_eval.evaluate.its.fitting import METHODS

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))


def anchor(heading: str) -> str:
    """As GitHub makes it: lower case, punctuation gone, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def modules_in(cell: str) -> list[str]:
    """Paths named in a cell; one without a folder is in that of the one before."""
    found: list[str] = []
    for name in re.findall(r"`([\w/]+\.py)`", cell):
        found.append(name if "/" in name else f"{found[-1].rpartition('/')[0]}/{name}")
    return found


def test_every_module_that_the_methods_name_exists() -> None:
    rows = [line for line in (ROOT / "docs" / "methods.md").read_text(encoding="utf-8").splitlines() if ".py`" in line]
    named = [name for row in rows for name in modules_in(row)]
    assert len(named) > 25
    assert [name for name in named if not (ROOT / "bcf_eval" / name).is_file()] == []


def test_the_methods_list_every_way_to_fit() -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    table = text[text.index("| `--method` |") :].split("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in re.findall(r"`([\w-]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(METHODS)


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text, makefile = page.read_text(encoding="utf-8"), (ROOT / "Makefile").read_text(encoding="utf-8")
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    astray = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("http"):
            continue
        if target.startswith("#"):
            astray += [] if target[1:] in anchors else [target]
        # A page that a command writes may not have been written yet.
        elif not (page.parent / target.partition("#")[0]).exists() and f"docs/{target}" not in makefile:
            astray.append(target)
    assert astray == []
