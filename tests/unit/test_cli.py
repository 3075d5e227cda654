"""What a command says when it cannot go on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bcf_eval.clean import build
from bcf_eval.cli import main


def test_an_interrupt_is_told_that_nothing_is_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "build", interrupt)
    monkeypatch.setattr(sys, "argv", ["bcf-eval", "clean", "--project", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "Stopped. Nothing was left half-written.\n"
