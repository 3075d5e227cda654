"""The commands as a user runs them: what they print, where they write, and how they fail."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bcf_eval.store import Project
from bcf_eval.tables import AMBITION_KEYS

from .running import Run, is_one_line_error

pytestmark = pytest.mark.flow


ASK = ("test-ambition", "--area", "Southend-on-Sea", "--target", "9.4", "--period", "2017-09")


def test_an_ambition_in_words(run: Run, demo_project: Project) -> None:
    done = run(*ASK, "--baseline-end", "2017-02", "--project", demo_project.root)
    assert done.code == 0
    assert "DEMONSTRATION" in done.err
    assert "For Southend-on-Sea, the target of 9.4" in done.out
    assert "(calibrated)" in done.out
    for asked in ("How far can the chance be trusted?", "What would it take?", "Have boards done as much before?"):
        assert asked in done.out
    assert "What came of it: " in done.out
    # Effort and the rest are said once, in sentences.
    assert "Improvement for an even chance" not in done.out and done.out.count("What would it take?") == 1


def test_an_ambition_as_json(run: Run, demo_project: Project) -> None:
    done = run(*ASK, "--baseline-end", "2017-02", "--json", "--project", demo_project.root)
    answer = json.loads(done.out)
    assert tuple(answer) == (*AMBITION_KEYS, "outturn")
    assert answer["outturn"]["met"] == (answer["outturn"]["outturn"] <= answer["target"])
    assert answer["outturn"]["sentence"].startswith("For Southend-on-Sea")
    assert (answer["baseline_start"], answer["baseline_end"], answer["n_baseline"]) == ("2011-04", "2017-02", 71)
    assert 0 < answer["chance"] < 1
    assert answer["lower"] < answer["expected"] < answer["upper"]


def test_the_last_month_that_was_used_is_said(run: Run, demo_project: Project) -> None:
    said = run(*ASK, "--project", demo_project.root).out
    assert "uses figures up to August 2017, the last month it can; say --baseline-end for another." in said
    told = run(*ASK, "--baseline-end", "2017-02", "--project", demo_project.root).out
    assert "uses figures up to February 2017." in told
    assert "Held: A step was fitted" not in told and "Note: A step was fitted" in told


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
        (("--period", "9998-12"), "begins more than 10 years after the end of the baseline"),
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


def test_the_program_starts_from_a_shell() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bcf_eval.cli", "--help"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    for command in ("demo", "fetch", "clean", "evaluate", "report", "run", "test-ambition", "its", "specifications"):
        assert command in done.stdout
