"""Where a board stands: its place in words, the control charts, and silence where nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.periods import month_range
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AreaResults
from bcf_eval.report.figure_spc import draw_charts, list_unusual
from bcf_eval.report.part_standing import say_places, write_standing
from bcf_eval.report.places import say_rank, say_ranks
from bcf_eval.tables import RANKS, SPC_POINTS, SPC_VERDICTS

SOUTHEND = load.areas()["E06000033"]
MONTHS = month_range("2016-04", "2019-03")
DELAYS = load.metric("dtoc_days")
STABLE = "a stable process this autocorrelated shows a point outside its limits in 95% of charts of this length"


def rank(place: int, lower: int, upper: int, n: int = 100, **others: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"area_code": SOUTHEND.code, "metric": "dtoc_days", "intervention": "bcf_2015"}
    told |= {"contrast": "average_12", "estimate": -1.2, "lower": -3.0, "upper": 0.6, "n": n}
    return told | {"rank": place, "rank_lower": lower, "rank_upper": upper} | others


@pytest.fixture
def points() -> pd.DataFrame:
    """Three years; three months in a row and one alone are unusual once the month before is allowed for."""
    n = len(MONTHS)
    kinds = np.full(n, "common cause", object)
    special = np.full(n, "", object)
    kinds[[4, 5, 6]], special[[4, 5, 6]] = "special cause of improvement", "seven below the mean"
    kinds[20], special[20] = "special cause of concern", "above the upper limit"
    plain: dict[str, Any] = {"area_code": SOUTHEND.code, "metric": "dtoc_days", "period": MONTHS}
    for prefix in ("", "residual_"):
        plain |= {f"{prefix}{name}": value for name, value in (("mean", 10.0), ("lower", 7.0), ("upper", 13.0))}
        plain |= {f"{prefix}special": special, f"{prefix}point": kinds}
    wave = 10 + np.sin(np.arange(n))
    return pd.DataFrame(plain | {"value": wave, "residual": wave})[SPC_POINTS]


@pytest.fixture
def verdicts() -> pd.DataFrame:
    row: dict[str, Any] = dict.fromkeys(SPC_VERDICTS, "") | {"area_code": SOUTHEND.code, "metric": "dtoc_days"}
    row |= {"n": 36, "rho": 0.7, "residuals_decide": True, "sentence": f"Each period resembles: {STABLE}."}
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("lower", "upper", "known"),
    [(38, 45, "fairly well known"), (30, 50, "known only roughly"), (4, 97, "hardly known")],
)
def test_a_place_is_told_with_how_well_it_is_known(lower: int, upper: int, known: str) -> None:
    told = say_rank(rank(41, lower, upper))
    # A single place that is hardly known would be read as a rank.
    likeliest = f"its likeliest place is 41 of 100, but any from {lower} to {upper} would fit"
    assert told.startswith(f"any place from {lower} to {upper} of 100 would fit" if "hardly" in known else likeliest)
    assert told.endswith(known)


def test_an_order_that_is_hardly_known_is_no_league_table() -> None:
    wide = pd.DataFrame([rank(i, 1, 90) for i in range(1, 101)])
    assert "a league table of these changes would be mostly chance" in say_ranks(wide)
    tight = pd.DataFrame([rank(i, i, i) for i in range(1, 101)])
    assert say_ranks(tight).endswith("their order is fairly well known.")


def test_nothing_is_said_where_nothing_is_known(make_results: Callable[..., AreaResults]) -> None:
    assert write_standing(SOUTHEND, [make_results()]) == ""


def test_the_part_stands_beside_the_answer_and_says_so(
    make_results: Callable[..., AreaResults], points: pd.DataFrame, verdicts: pd.DataFrame
) -> None:
    beside = Beside({"ranks": pd.DataFrame([rank(41, 4, 97)])[RANKS], "spc_points": points, "spc_verdicts": verdicts})
    results = replace(make_results(), beside=beside)
    assert say_places(results) == [f"By its change after April 2015 {say_rank(rank(41, 4, 97))}."]
    html = write_standing(SOUTHEND, [results])
    assert html.startswith("<h2>Where Southend-on-Sea stands</h2>")
    assert "no sentence of the answer stands on it" in html
    # The charts are folded away, and what a stable process does is said before they are seen.
    folded = html[html.index("<details>") : html.index("</details>")]
    assert folded.index(STABLE) < folded.index("<img") and html.count("<img") == 1


def test_the_chart_that_decides_is_told_of_in_words(points: pd.DataFrame) -> None:
    assert list_unusual(points) == (
        ": August 2016 to October 2016 (seven below the mean); December 2017 (above the upper limit)"
    )
    picture = draw_charts(points, SOUTHEND, DELAYS, decides=True)
    assert picture is not None
    assert "36 months, three unusual for the better and one for the worse" in picture.alternative
    assert "which decides" in picture.alternative and "nothing rests on it" in picture.caption
    alone = draw_charts(points, SOUTHEND, DELAYS, decides=False)
    assert alone is not None and "decides" not in alone.alternative and len(alone.svg) < len(picture.svg)


def test_shapes_tell_special_causes_apart_without_colour(points: pd.DataFrame) -> None:
    picture = draw_charts(points, SOUTHEND, DELAYS, decides=False)
    ordinary = draw_charts(points.assign(point="common cause"), SOUTHEND, DELAYS, decides=False)
    assert picture is not None and ordinary is not None
    # Each kind of special cause has a mark of its own; ordinary points have none but a dot in the line.
    found, plain = ({part[:10] for part in one.svg.split('xlink:href="#m')[1:]} for one in (picture, ordinary))
    assert len(found - plain) == 2
    assert all(word in picture.caption for word in ("Triangle", "Diamond", "Dot"))


def test_no_chart_without_limits(points: pd.DataFrame) -> None:
    assert draw_charts(points.assign(upper=np.nan), SOUTHEND, DELAYS, decides=True) is None
    assert draw_charts(points.iloc[:0], SOUTHEND, DELAYS, decides=True) is None
