"""England's page: England by its own counts, boards counted beside fake dates, and no interval for a mean of boards."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.report.england_part import EnglandPart
from bcf_eval.report.figure_caterpillar import draw_caterpillar
from bcf_eval.specs import ENGLAND
from bcf_eval.tables import HETEROGENEITY, ITS_COUNTS, RANKS

DELAYS = load.metric("dtoc_days")
FUND = next(one for one in load.interventions("dtoc_days") if one.key == "bcf_2015")
N = 40
COUNTED = "6 of 40 boards fell; at 25 dates when nothing began between 0 and 6 did: no more than at such dates."
# A mean of boards whose interval, were they independent, would be 1.234 +- 1.96 x 2.5 / root 40.
MEAN, TAU = 1.234, 2.5


@pytest.fixture
def ranks() -> pd.DataFrame:
    codes = load.boards()[:N]
    rows = [(code, i - 20.0, i - 26.0, i - 14.0, i + 1, max(1, i - 19), min(N, i + 21)) for i, code in enumerate(codes)]
    names = ["area_code", "estimate", "lower", "upper", "rank", "rank_lower", "rank_upper"]
    told = pd.DataFrame(rows, columns=names).assign(
        metric="dtoc_days", intervention="bcf_2015", contrast="average_12", n=N
    )
    return told[RANKS]


@pytest.fixture
def part(make_results: Callable[..., AreaResults], ranks: pd.DataFrame) -> EnglandPart:
    """England with 40 boards."""
    spread: dict[str, Any] = {"metric": "dtoc_days", "intervention": "bcf_2015", "contrast": "average_12", "n": N}
    spread |= {"mean": MEAN, "tau": TAU, "i_squared": 0.5, "prediction_lower": -3.9, "prediction_upper": 6.3}
    spread |= {"england": 0.6, "england_std_error": 0.56, "sentence": "Boards differ. This tests nothing."}
    counted: dict[str, Any] = dict.fromkeys(ITS_COUNTS, 0) | {"metric": "dtoc_days", "intervention": "bcf_2015"}
    counted |= {"scope": "own", "direction": "fell", "sentence": COUNTED}
    beside = Beside(
        {
            "heterogeneity": pd.DataFrame([spread])[HETEROGENEITY],
            "its_counts": pd.DataFrame([counted])[ITS_COUNTS],
            "ranks": ranks,
        }
    )
    return EnglandPart(DELAYS, replace(make_results(ENGLAND), beside=beside))


def write(part: EnglandPart) -> str:
    shown = (part.about, part.answer, part.counts, part.spread, part.places, part.funnel, part.outside)
    return "".join(one._repr_html_() for one in shown)


def test_the_parts_stand_in_order(part: EnglandPart) -> None:
    assert re.findall(r"<h3>(.*?)</h3>", write(part)) == [
        "Did England change?",
        "How many boards changed?",
        "How much do boards differ in how they changed?",
        "Which boards changed most, and how sure is that?",
    ]


def test_boards_are_counted_beside_dates_when_nothing_began(part: EnglandPart) -> None:
    html = part.counts.html
    assert COUNTED in html and "Each board&#x27;s own figures" in html
    # Of the other intervention, and beside the rest of England, there is nothing to be said.
    assert "beside the rest" not in html and html.count("<h4>") == 1


def test_no_interval_is_said_for_a_mean_over_boards(part: EnglandPart) -> None:
    html = part.spread.html
    assert "No interval is given for the mean of the boards." in html
    headings = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)
    assert any("Their mean" in one for one in headings)
    assert not [one for one in headings if "interval" in one.casefold()]
    # The mean stands in its cell alone, and no bound that takes boards for independent is anywhere on the page.
    assert '<td class="number">+1.2</td>' in html
    half = 1.96 * TAU / math.sqrt(N)
    bounds = {f"{MEAN + side * half:.{digits}f}" for side in (-1, 1) for digits in (1, 2)}
    text = re.sub(r"<img[^>]*>", "", html).replace("\N{MINUS SIGN}", "-")
    assert [bound for bound in bounds if re.search(rf"(?<![\d.]){re.escape(bound)}(?![\d.])", text)] == []
    assert "95 in 100 boards" in html and "\N{MINUS SIGN}3.9 to 6.3" in html


def test_the_order_of_boards_is_told_as_hardly_known(part: EnglandPart) -> None:
    html = part.places._repr_html_()
    assert "their order is hardly known, and a league table of these changes would be mostly chance" in html
    assert html.index("hardly known") < html.index("<img")
    # Every board is there by name, in order of place, with the places that would fit.
    names = re.findall(r'<th scope="row">(.*?)</th>', html)
    assert len(names) == N and names[0] == load.areas()[load.boards()[0]].name
    assert '<td class="number">1 to 21</td>' in html


def test_the_caterpillar_says_itself_in_words(ranks: pd.DataFrame) -> None:
    picture = draw_caterpillar(ranks, 0.6, DELAYS, FUND, load.protocol())
    assert picture is not None
    assert "40 boards in order of likeliest place" in picture.alternative
    assert "England: +0.6." in picture.alternative
    # Intervals reach 6 to either side of -20 ... 19: those beyond 6 either way leave out zero.
    assert f"of {sum(abs(i - 20) > 6 for i in range(N))} boards leave out zero" in picture.alternative
    without = draw_caterpillar(ranks, np.nan, DELAYS, FUND, load.protocol())
    assert without is not None and "England" not in without.alternative and "England" not in without.caption
    assert draw_caterpillar(ranks.iloc[:0], 0.6, DELAYS, FUND, load.protocol()) is None


def test_a_project_without_these_tables_has_a_page_that_is_silent_on_them(
    make_results: Callable[..., AreaResults],
) -> None:
    part = EnglandPart(DELAYS, make_results(ENGLAND))
    assert re.findall(r"<h3>(.*?)</h3>", write(part)) == ["Did England change?"]


def test_yearly_figures_are_not_tested_for_a_change(make_annual: Callable[..., AnnualResults]) -> None:
    html = write(EnglandPart(load.metric("reablement"), make_annual(ENGLAND)))
    assert "is not tested by this measure: a figure a year leaves too few points" in html
    assert "How many boards changed?" not in html


def test_what_a_project_does_not_hold_is_said_to_be_absent() -> None:
    html = write(EnglandPart(DELAYS, None, "These returns are not in this project."))
    assert html == "<p>These returns are not in this project.</p>\n"
