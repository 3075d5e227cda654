"""What a command says when it cannot go on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bcf_eval.cli import main
from bcf_eval.commands import check, clean
from bcf_eval.evaluate.quality.quality import QualityReport


def test_an_interrupt_is_told_that_nothing_is_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clean, "build", interrupt)
    monkeypatch.setattr(sys, "argv", ["bcf-eval", "clean", "--project", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "Stopped. Nothing was left half-written.\n"


def test_the_check_within_a_run_says_in_one_line_how_much_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reports" / "data-quality.html"
    monkeypatch.setattr(check, "check_quality", lambda _: QualityReport(("all that was found",), 1, "1 (of a kind)"))
    monkeypatch.setattr(check, "render_quality", lambda _: page)
    check.run_check(tmp_path, quiet=True)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"What needs a look: 1 (of a kind); {page.resolve()} says which.\n")
    check.run_check(tmp_path)
    assert capsys.readouterr().out.startswith("all that was found\nOpen ")
