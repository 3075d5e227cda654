"""A board beside its region and its neighbours: what is told apart, what cannot be, and who the neighbours are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from bcf_eval.report.beside import Beside
from bcf_eval.report.controlled import CAVEAT, write_controlled
from bcf_eval.report.data import AreaResults
from bcf_eval.tables import CONTROLLED, NEIGHBOURS

AREA = "E06000033"


def pair_rows(**others: Any) -> pd.DataFrame:
    rows = []
    for comparator, n in (("neighbours", 15), ("region", 10)):
        for form in ("difference", "joint"):
            for contrast in ("average_12", "trend_before"):
                plain = dict.fromkeys(CONTROLLED, math.nan) | {
                    "area_code": AREA, "metric": "dtoc_days", "intervention": "ibcf_2017", "comparator": comparator,
                    "form": form, "contrast": contrast, "estimate": 1.5, "lower": -0.5, "upper": 3.5, "p_value": 0.2,
                    "p_cal": 0.3, "p_cal_reason": "", "n_comparator": n, "reason": "",
                }  # fmt: skip
                rows.append(plain | others)
    return pd.DataFrame(rows, columns=CONTROLLED)


def neighbour_rows() -> pd.DataFrame:
    rows = [
        (AREA, "dtoc_days", "ibcf_2017", place, code, distance, 0.19, 0.58, 11.9, 24.5, 6.0, 0.29)
        for place, code, distance in ((1, "E08000002", 0.52), (0, AREA, 0.0), (2, "E06000013", 0.61))
    ]
    return pd.DataFrame(rows, columns=NEIGHBOURS)


def write(results: AreaResults, rows: pd.DataFrame) -> str:
    return write_controlled(
        replace(results, beside=Beside({"its_controlled": rows, "its_neighbours": neighbour_rows()}))
    )


def test_the_region_comes_first_and_the_caveat_stands_above(make_results: Callable[..., AreaResults]) -> None:
    html = write(make_results(), pair_rows())
    rows = [one for one in html.split("<tr") if 'scope="row"' in one]
    assert ["East of England" in one for one in rows[:4]] == [True, True, False, False]
    assert "Statistical neighbours (15 boards)" in rows[2] and "30 in 100 pairs" in rows[2]
    assert CAVEAT in html and html.index(CAVEAT) < html.index("<table")
    assert "After April 2015 this cannot be tested; after April 2017 Southend-on-Sea cannot be told from" in html


def test_neighbours_are_listed_nearest_first(make_results: Callable[..., AreaResults]) -> None:
    html = write(make_results(), pair_rows())
    listed = html[html.index("<details") :]
    assert listed.index("Southend-on-Sea</th>") < listed.index("Bury</th>") < listed.index("North Lincolnshire</th>")
    assert ">0.5<" in listed and "deprivation" in listed


def test_what_is_found_is_counted(make_results: Callable[..., AreaResults]) -> None:
    rows = pair_rows()
    rows.loc[rows["comparator"].eq("region") & rows["form"].eq("joint"), "p_cal"] = 0.01
    assert "after April 2017 one of the four comparisons finds a difference" in write(make_results(), rows)
    assert "each of the four comparisons finds a difference" in write(make_results(), pair_rows(p_cal=0.01))
    # Where nothing is calibrated the model's own p-value counts.
    assert "each of the four" in write(make_results(), pair_rows(p_cal=math.nan, p_value=0.01))


def test_what_cannot_be_judged_has_its_reason(make_results: Callable[..., AreaResults]) -> None:
    html = write(make_results(), pair_rows(reason="the rate is zero in 7 of 48 periods"))
    assert "After April 2015 this cannot be tested; after April 2017 this cannot be tested." in html
    assert "no verdict: the rate is zero in 7 of 48 periods" in html


def test_nothing_is_said_of_what_was_not_worked_out(make_results: Callable[..., AreaResults]) -> None:
    assert write_controlled(make_results()) == ""
    assert write_controlled(make_results("E92000001")) == ""
