"""Which boards lie apart from England: the words, the limits drawn, the names, and the picture."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.report.figure_funnel import draw_funnel
from bcf_eval.report.funnel import limit_spread, say_outside, say_place, select_latest, tabulate_outside
from bcf_eval.tables import FUNNEL

SPREAD = "lower than boards' own spread explains"
CHANCE, WITHIN, UNTESTED = "higher than chance explains", "as England, within chance", "not testable"
REABLEMENT = load.metric("reablement")
CODES = load.boards()[:6]


def row(code: str, verdict: str, **others: Any) -> dict[str, Any]:
    """A board of reablement: 80 of 100 at home, as England."""
    plain: dict[str, Any] = dict.fromkeys(FUNNEL, "") | {"area_code": code, "metric": "reablement", "verdict": verdict}
    plain |= {"period": "2018/19", "numerator": 80.0, "denominator": 100.0, "value": 80.0, "england": 80.0}
    plain |= {"lower_95": 72.2, "upper_95": 87.8, "lower_998": 67.6, "upper_998": 92.4, "tau": 3.0, "z": 0.0}
    return plain | {"z_adjusted": 0.0, "dispersion": 2.0} | others


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        [
            row(CODES[0], WITHIN),
            row(CODES[1], CHANCE, value=93.0, numerator=93.0, z=3.25, z_adjusted=2.6),
            row(CODES[2], SPREAD, value=55.0, numerator=1100.0, denominator=2000.0, z=-28.0, z_adjusted=-8.0),
            row(CODES[3], SPREAD, value=60.0, numerator=600.0, denominator=1000.0, z=-15.8, z_adjusted=-6.1),
            row(CODES[4], UNTESTED, value=math.nan, z=math.nan, z_adjusted=math.nan, reason="suppressed"),
        ]
    )


def test_the_latest_year_is_the_last_that_can_be_judged(rows: pd.DataFrame) -> None:
    later = rows.assign(period="2019/20", verdict=UNTESTED)
    earlier = rows.assign(period="2017/18")
    assert set(select_latest(pd.concat([earlier, rows, later]))["period"]) == {"2018/19"}
    assert select_latest(later).empty
    assert select_latest(pd.DataFrame(columns=FUNNEL)).empty


def test_a_board_is_placed_with_its_counts() -> None:
    assert say_place(row(CODES[0], WITHIN), REABLEMENT) == (
        "In 2018/19: 80.0% (80 people; 100 people discharged into reablement). "
        "That lies within the wider limits around England's 80.0% that are used when many boards are looked at at once "
        "(998 in 1,000), even where it is above or below by more than sampling alone would bring a single board."
    )
    assert "higher than England's 80.0% by more than chance explains, but no further than boards differ" in say_place(
        row(CODES[0], CHANCE), REABLEMENT
    )
    assert "lower than England's 80.0% by more than chance and the spread among boards explain" in say_place(
        row(CODES[0], SPREAD), REABLEMENT
    )
    told = say_place(row(CODES[0], UNTESTED, reason="the counts of 2018/19 are not known"), REABLEMENT)
    assert told == "In 2018/19 it cannot be set beside England: the counts of 2018/19 are not known."


def test_boards_outside_are_counted(rows: pd.DataFrame) -> None:
    told = say_outside(rows, REABLEMENT)
    assert told.startswith("In 2018/19, 3 of 4 boards lay further from England (80.0%) than chance explains")
    assert "two lie outside. One more cannot be judged." in told
    assert say_outside(rows.iloc[4:], REABLEMENT) == ""


def test_boards_outside_are_named_furthest_first_with_counts_and_people(rows: pd.DataFrame) -> None:
    html = tabulate_outside(rows, REABLEMENT)
    first, folded = html.split("<details>")
    names = [load.areas()[code].name for code in CODES]
    assert re.findall(r'<th scope="row">(.*?)</th>', first) == [f"1. {names[2]}", f"2. {names[3]}"]
    assert re.findall(r'<th scope="row">(.*?)</th>', folded) == [names[1]]
    assert "1,100" in first and "2,000" in first
    assert "No board lies further" in tabulate_outside(rows.iloc[:2], REABLEMENT)


def test_the_limits_with_spread_are_where_the_adjusted_score_reaches_them(rows: pd.DataFrame) -> None:
    # Closed form: |value - England| = 3.09 x root(share x (1 - share) / n + tau^2).
    lower, upper = limit_spread(rows.iloc[:1], REABLEMENT)
    reach = 3.090232 * math.hypot(100 * math.sqrt(0.8 * 0.2 / 100), 3.0)
    assert lower[0] == pytest.approx(80 - reach) and upper[0] == pytest.approx(80 + reach)


def test_the_limits_of_counts_without_spread_are_those_of_a_poisson_count() -> None:
    # R: qpois(c(0.001, 0.999), 100) is 71 and 132; a limit lies within one of its whole count.
    residential = load.metric("residential")
    expected = pd.DataFrame([row(CODES[0], WITHIN, england=1000.0, denominator=10_000.0, tau=0.0)])
    lower, upper = limit_spread(expected, residential)
    assert np.array([lower[0], upper[0]]) / 10 == pytest.approx([71, 132], abs=1.0)


def test_the_picture_says_itself_in_words(rows: pd.DataFrame) -> None:
    picture = draw_funnel(rows, REABLEMENT)
    assert picture is not None
    assert f"Outside the widest limits: {load.areas()[CODES[2]].name} 55.0" in picture.alternative
    assert "numbered as in the table" in picture.caption and "Square" in picture.caption
    assert "<text" not in picture.svg and len(picture.svg) < 100_000
    assert draw_funnel(rows.iloc[4:], REABLEMENT) is None


def test_months_are_drawn_by_how_steady_a_board_is() -> None:
    delays = load.metric("dtoc_days")
    rows = pd.DataFrame(
        [
            row(
                code, WITHIN, metric="dtoc_days", england=10.0, value=9.0 + i, upper_95=10 + 2.0 * (i + 1), lower_95=0.0
            )
            for i, code in enumerate(CODES)
        ]
    )
    picture = draw_funnel(rows, delays)
    assert picture is not None and "how steady each board's own year is" in picture.alternative
