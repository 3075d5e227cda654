"""Each file is read once, and again only when it has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean import readings as module
from bcf_eval.clean.readings import gather_lines, read_returns
from bcf_eval.kept import Reading
from bcf_eval.store import Project

FILES = [
    RawFile(f"dtoc/x/{name}", "dtoc", sha, 1, "", "", "x", period, "", "", False)
    for name, sha, period in (("a.xls", "1", "2016-01"), ("b.xls", "2", "2016-02"))
]
OTHER = RawFile("boundaries/x/c", "boundaries", "3", 1, "", "", "x", "", "", "", False)


class Counter:
    """A recipe that counts what it reads."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, path: Path, file: RawFile) -> Reading:
        self.seen.append(file.name)
        rows = pd.DataFrame({"period": [file.period], "sha": [file.sha256]})
        return Reading(rows, (f"{file.cited}: {file.sha256} rows were left out.",))


def say(what: str, done: int, total: int) -> None:
    del what, done, total


def test_only_what_changed_is_read_again(project: Project) -> None:
    first, again, changed = Counter(), Counter(), Counter()
    found = read_returns(project, [*FILES, OTHER], {"dtoc": first}, progress=say)
    assert (first.seen, found.n_read) == (["a.xls", "b.xls"], 2)
    assert found.tables["dtoc"]["sha"].tolist() == ["1", "2"]
    assert set(found.tables) == {"dtoc"}
    second = read_returns(project, FILES, {"dtoc": again}, progress=say)
    assert (again.seen, second.n_read, second.messages) == ([], 0, found.messages)
    pd.testing.assert_frame_equal(second.tables["dtoc"], found.tables["dtoc"])
    revised = [FILES[0], replace(FILES[1], sha256="9")]
    third = read_returns(project, revised, {"dtoc": changed}, progress=say)
    assert changed.seen == ["b.xls"]
    assert third.tables["dtoc"]["sha"].tolist() == ["1", "9"]


def test_other_code_reads_everything_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    read_returns(project, FILES, {"dtoc": Counter()}, progress=say)
    monkeypatch.setattr(module, "code_version", lambda: "another")
    again = Counter()
    read_returns(project, FILES, {"dtoc": again}, progress=say)
    assert again.seen == ["a.xls", "b.xls"]


def test_what_is_said_of_many_files_is_said_once() -> None:
    lines = ["dtoc/x/a.xls: 3 rows of notes.", "dtoc/x/b.xls: 1,204 rows of notes.", "mar/x/a.xls: 3 rows of notes."]
    assert gather_lines([*lines, "dtoc/x/a.xls: heading 'X'."]) == (
        "dtoc/x/a.xls: 3 rows of notes. The same is true of 1 other files, with other numbers.",
        "mar/x/a.xls: 3 rows of notes.",
        "dtoc/x/a.xls: heading 'X'.",
    )
