"""What the models leave over: pictures say what they show, and a page of one picture is whole."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bcf_eval.errors import RequestError
from bcf_eval.periods import month_range
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.figure_residuals import draw_residuals
from bcf_eval.report.on_request import Requested, check_kind
from bcf_eval.report.residuals import read_residuals

from .ways import AREA, diagnostic_rows, residual_rows

MONTHS = month_range("2015-04", "2019-03")


def beside(values: np.ndarray, months: list[str] = MONTHS) -> Beside:
    rows = residual_rows(dict(zip(months, map(float, values), strict=True)))
    return Beside({"its_residuals": rows, "its_diagnostics": diagnostic_rows({AREA: True})})


def test_autocorrelation_is_of_months_apart_in_the_calendar(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    change = make_change()
    values = np.random.default_rng(1).normal(size=48)
    found = read_residuals(replace(make_results(changes=(change,)), beside=beside(values)), change)
    assert found is not None
    assert len(found.autocorrelation) == 12
    assert found.autocorrelation[2] == pytest.approx((values[3:] * values[:-3]).sum() / (values**2).sum())
    assert found.band == pytest.approx(2 / math.sqrt(48))
    # A month that was not returned: pairs across it are two months apart.
    months, kept = [*MONTHS[:20], *MONTHS[21:]], np.delete(values, 20)
    gap = read_residuals(replace(make_results(changes=(change,)), beside=beside(kept, months)), change)
    assert gap is not None
    filled = np.insert(kept, 20, 0.0)
    assert gap.autocorrelation[0] == pytest.approx((filled[1:] * filled[:-1]).sum() / (kept**2).sum())


def test_the_picture_says_what_it_shows(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    """Months that swing from one to the next: neighbours are opposite, every second month is alike."""
    change = make_change()
    values = np.where(np.arange(48) % 2 == 0, 1.0, -1.0)
    values[10] = 3.25
    picture = draw_residuals(replace(make_results(changes=(change,)), beside=beside(values)), change)
    assert picture is not None
    assert "in 48 months: 1 lies more than 2 standard deviations out, the furthest +3.2 in February 2016" in (
        picture.alternative
    )
    assert "those 1 and 2 and 3 and 4 and 5 and 6 and 7 and 8 and 9 and 10 and 11 and 12 months apart lie outside" in (
        picture.alternative
    )
    assert picture.alternative.endswith("It looks like noise.")
    assert not re.search(r'href="(?!#)', picture.svg)


def test_nothing_is_drawn_of_what_was_not_worked_out(make_results: Callable[..., AreaResults]) -> None:
    results = make_results()
    assert draw_residuals(results, results.changes[-1]) is None


def test_a_page_of_one_picture_carries_what_made_it(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults], tmp_path: Path
) -> None:
    change = make_change()
    results = replace(make_results(changes=(change,)), beside=beside(np.ones(48)))
    results = replace(results, evaluation={**results.evaluation, "exploratory": True})
    picture = draw_residuals(results, change)
    assert picture is not None
    made = Requested("A <title>", "A sentence.", picture, "<p>numbers</p>", results)
    made.write(tmp_path / "one.html")
    html = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "<h1>A &lt;title&gt;</h1>" in html and "A sentence." in html and "<p>numbers</p>" in html
    assert "Protocol 0123456789ab" in html and "EXPLORATORY" in html
    assert not re.search(r'(?:src|href)="(?!#|data:)', html)
    made.write(tmp_path / "one.svg")
    assert (tmp_path / "one.svg").read_text(encoding="utf-8") == picture.svg
    with pytest.raises(RequestError, match=r"ends in \.html or \.svg"):
        check_kind(tmp_path / "one.png")
