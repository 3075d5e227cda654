"""The commands as a user runs them: what they print, where they write, and how they fail."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.cli import main
from bcf_eval.store import Project
from bcf_eval.tables import AMBITION_KEYS

pytestmark = pytest.mark.flow


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
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


def is_one_line_error(done: Done) -> bool:
    lines = done.err.strip().splitlines()
    return done.code == 1 and len(lines) == 1 and lines[0].startswith("Error: ")


ASK = ("test-ambition", "--area", "Southend-on-Sea", "--target", "9.4", "--period", "2017-09")


def test_an_ambition_in_words(run: Run, demo_project: Project) -> None:
    done = run(*ASK, "--baseline-end", "2017-02", "--project", demo_project.root)
    assert done.code == 0
    assert "DEMONSTRATION" in done.err
    assert "For Southend-on-Sea, the target of 9.4" in done.out
    assert "uncalibrated" in done.out


def test_an_ambition_as_json(run: Run, demo_project: Project) -> None:
    done = run(*ASK, "--baseline-end", "2017-02", "--json", "--project", demo_project.root)
    answer = json.loads(done.out)
    assert tuple(answer) == AMBITION_KEYS
    assert (answer["baseline_start"], answer["baseline_end"], answer["n_baseline"]) == ("2011-04", "2017-02", 71)
    assert 0 < answer["chance"] < 1
    assert answer["lower"] < answer["expected"] < answer["upper"]


@pytest.mark.parametrize("period", ["2017-09", "2017-Q3", "2017/18-Q2", "2017/18"])
def test_a_target_may_be_for_any_period(run: Run, demo_project: Project, period: str) -> None:
    words = ("test-ambition", "--area", "E06000033", "--target", "5", "--period", period, "--baseline-end", "2017-02")
    assert json.loads(run(*words, "--json", "--project", demo_project.root).out)["period"] == period


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--area", "Southend-on-Sae"), "Did you mean 'Southend-on-Sea'?"),
        (("--area", "E06000099"), "There is no ONS code 'E06000099'."),
        (("--period", "2016-09", "--baseline-end", "2017-02"), "does not lie after the end of the baseline, 2017-02"),
        (("--period", "September 2017"), "'September 2017' is not a period; expected YYYY-MM"),
        (("--metric", "dtoc"), "There is no metric 'dtoc'."),
    ],
)
def test_a_wrong_question_is_one_line(run: Run, demo_project: Project, words: tuple[str, ...], message: str) -> None:
    asked = dict(zip(ASK[1::2], ASK[2::2], strict=True)) | dict(zip(words[::2], words[1::2], strict=True))
    flat = [word for pair in asked.items() for word in pair]
    done = run("test-ambition", *flat, "--project", demo_project.root)
    assert is_one_line_error(done), done.err
    assert message in done.err


def test_a_missing_option_is_a_usage_error(run: Run) -> None:
    assert run("test-ambition", "--area", "Southend-on-Sea").code == 2
    assert run("its").code == 2


def test_an_unknown_method_is_a_usage_error(run: Run, table: Path) -> None:
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04", "--method", "glm")
    assert done.code == 2
    assert "prais-winsten" in done.err


@pytest.mark.parametrize("command", ["evaluate", "report"])
def test_a_step_out_of_order_says_which_comes_first(run: Run, tmp_path: Path, command: str) -> None:
    done = run(command, "--project", tmp_path)
    assert is_one_line_error(done), done.err
    assert "Make it with: bcf-eval" in done.err


def test_cleaning_nothing_says_what_to_do(run: Run, tmp_path: Path) -> None:
    done = run("clean", "--project", tmp_path)
    assert is_one_line_error(done), done.err
    assert list(tmp_path.rglob("*.parquet")) == []


def test_a_project_that_is_not_there(run: Run, tmp_path: Path) -> None:
    done = run("clean", "--project", tmp_path / "nowhere")
    assert is_one_line_error(done), done.err


def test_fetch_from_an_empty_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("fetch", "--from", tmp_path / "empty", "--project", tmp_path)
    assert is_one_line_error(done), done.err


def test_a_broken_workbook_leaves_what_was_good(run: Run, demo_project: Project, tmp_path: Path) -> None:
    """A workbook cut short stops the run; the tables of the run before stay as they were."""
    copy = tmp_path / "copy"
    shutil.copytree(demo_project.root, copy)
    before = {path.name: path.read_bytes() for path in (copy / "data_clean").iterdir() if path.is_file()}
    victim = next((copy / "data_raw" / "dtoc").rglob("Oct_16.xlsx"))
    victim.write_bytes(victim.read_bytes()[:5000])
    done = run("clean", "--project", copy)
    assert is_one_line_error(done), done.err
    assert "Oct_16.xlsx" in done.err
    assert {path.name: path.read_bytes() for path in (copy / "data_clean").iterdir() if path.is_file()} == before


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Forty-eight months that step from 10 to 14, with a little noise that is not random."""
    months = [f"{2011 + (3 + i) // 12}-{(3 + i) % 12 + 1:02d}" for i in range(48)]
    values = [10 + 4 * (i >= 24) + 0.3 * ((i * 7) % 5) for i in range(48)]
    path = tmp_path / "series.csv"
    pd.DataFrame({"month": months, "rate": values}).to_csv(path, index=False)
    return path


def test_its_prints_a_tidy_table_and_words_apart(run: Run, table: Path) -> None:
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04")
    assert done.code == 0
    frame = pd.read_csv(StringIO(done.out))
    expected = "series,term,estimate,std_error,df,lower,upper,p_value,rho,method,reason"
    assert done.out.splitlines()[0] == expected
    assert frame["term"].tolist() == ["intercept", "trend", "level_change", "slope_change"]
    assert frame["series"].unique().tolist() == ["all"]
    assert frame.set_index("term").loc["level_change", "estimate"] == pytest.approx(4, abs=0.5)
    assert done.err.startswith("Model: ")


def test_its_writes_where_it_is_told(run: Run, table: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "terms.csv"
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04", "--out", target)
    assert done.code == 0
    assert done.out == ""
    assert len(pd.read_csv(target)) == 4


def test_its_as_json(run: Run, table: Path) -> None:
    words = ("--period", "month", "--value", "rate", "--at", "2012-10", "--at", "2013-10", "--json")
    answer = json.loads(run("its", table, *words).out)
    assert [row["term"] for row in answer["terms"]][2:] == [
        "level_change_1", "slope_change_1", "level_change_2", "slope_change_2"
    ]  # fmt: skip
    assert answer["interventions"] == ["2012-10", "2013-10"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\xff\xfe\x00m\x00", "is not UTF-8 text"),
        (b'month,rate\n"2011-04,1\n', "cannot be read as CSV"),
        (b"month,rate\n2011-04,1\n2011-05,2,3\n", "cannot be read as CSV"),
        (b"month,rate\n", "has no rows"),
        (b"month,rate\n2011-04,one\n", "row 1: 'one' is not a finite number"),
    ],
)
def test_an_unreadable_table_is_one_line(run: Run, tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    done = run("its", path, "--period", "month", "--value", "rate", "--at", "2013-04", "--out", tmp_path / "out.csv")
    assert is_one_line_error(done), done.err
    assert message in done.err
    assert not (tmp_path / "out.csv").exists()


def test_the_program_starts_from_a_shell() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bcf_eval.cli", "--help"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    for command in ("demo", "fetch", "clean", "evaluate", "report", "run", "test-ambition", "its"):
        assert command in done.stdout
