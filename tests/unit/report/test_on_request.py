"""A picture that is asked for is found, said and written; what cannot be found is one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bcf_eval.catalogue import load
from bcf_eval.cli import main
from bcf_eval.errors import RequestError
from bcf_eval.notebook import draw_residuals, draw_specifications
from bcf_eval.periods import month_range
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.on_request import request_specifications

from .ways import AREA, diagnostic_rows, residual_rows, way_rows

MONTHS = month_range("2015-04", "2019-03")


@pytest.fixture(autouse=True)
def _held(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project that holds one board: ways and residuals of the second start alone."""
    beside = Beside(
        {
            "its_specifications": way_rows({"main": True, "window_shorter": True, "log_response": False}),
            "its_residuals": residual_rows(dict(zip(MONTHS, np.sin(np.arange(48.0)).tolist(), strict=True))),
            "its_diagnostics": diagnostic_rows({AREA: True}),
        }
    )
    changes = (make_change("bcf_2015"), make_change())
    results = replace(make_results(changes=changes), beside=beside)
    held = SimpleNamespace(areas=("E92000001", AREA), take=lambda _: results)
    every = SimpleNamespace(
        monthly={"dtoc_days": held}, find_area=lambda given: load.find_area(given, among=("E92000001", AREA))
    )
    monkeypatch.setattr("bcf_eval.report.on_request.load_results", lambda _: every)


def test_pictures_show_themselves() -> None:
    curve = draw_specifications(".", "Southend-on-Sea")
    assert curve.alternative.startswith("3 ways of working out") and "after April 2017" in curve.alternative
    left = draw_residuals(".", AREA, intervention="ibcf_2017")
    assert "leaves over in 48 months" in left.alternative


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"metric": "nea"}, "hold no monthly metric 'nea'"),
        ({"metric": "dtoc"}, "dtoc_days"),
        ({"intervention": "ibcf"}, "Did you mean 'ibcf_2017'"),
        ({"intervention": "bcf_2015"}, "after April 2015 was not worked out in other ways"),
        ({"area": "Southend-on-See"}, "Southend-on-Sea"),
    ],
)
def test_what_is_not_there_is_one_line(choices: dict[str, str], said: str) -> None:
    with pytest.raises(RequestError) as raised:
        request_specifications(".", **({"area": AREA} | choices))
    assert said in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("command", ["specifications", "residuals"])
def test_a_command_says_the_picture_and_writes_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one.html", "one.svg"):
        words = [command, "--area", "Southend-on-Sea", "--out", tmp_path / name, "--project", tmp_path]
        monkeypatch.setattr(sys, "argv", ["bcf-eval", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            main()
        assert not done.value.code
    written = capsys.readouterr()
    assert written.out.count("Southend-on-Sea") >= 2 and "one.svg" in written.err
    html = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>") and "<h1>Southend-on-Sea" in html and "Protocol 0123456789ab" in html
    assert (tmp_path / "one.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_command_refuses_another_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bcf-eval", "specifications", "--area", AREA, "--out", str(tmp_path / "one.png")])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 1
    assert "expected a name that ends in .html or .svg" in capsys.readouterr().err
