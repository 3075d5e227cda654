"""A specification curve holds every way, in order, and says in words what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from bcf_eval.errors import RequestError
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.figure_specifications import draw_curve, show_curves
from bcf_eval.report.specifications import Curve, find_change, read_curve, say_curve, tabulate_curve

from .ways import way_rows

AGREEING = {
    "main": True, "window_shorter": True, "log_response": False, "prais_winsten": True, "phase_in": None,
    "no_season_log": True,
}  # fmt: skip


@pytest.fixture
def results(make_change: Callable[..., Change], make_results: Callable[..., AreaResults]) -> AreaResults:
    beside = Beside({"its_specifications": way_rows(AGREEING)})
    return replace(make_results(changes=(make_change("bcf_2015"), make_change())), beside=beside)


def read(results: AreaResults) -> Curve:
    curve = read_curve(results, results.changes[-1])
    assert curve is not None
    return curve


def test_ways_stand_from_lowest_to_highest(results: AreaResults) -> None:
    curve = read(results)
    estimates = [one.estimate for one in curve.ways]
    assert estimates == sorted(estimates) == [-6.0, -5.0, -4.0, -3.0, -2.0, -1.0]
    assert [one.is_main for one in curve.ways] == [False] * 5 + [True]
    assert curve.rows == (
        "as the verdict",
        "a shorter window",
        "no season",
        "Prais-Winsten errors",
        "the logarithm of the rate",
        "without the first 3 months after it began",
    )
    combined = next(one for one in curve.ways if one.key == "no_season_log")
    assert combined.choices == ("no season", "the logarithm of the rate")


def test_words_count_what_the_picture_shows(results: AreaResults) -> None:
    assert say_curve(read(results)) == (
        "All 5 other ways give an estimate on the same side, below zero; 3 of the 4 whose interval can be judged tell "
        "the same story as the verdict; 1 leaves too much open to be judged."
    )
    picture = draw_curve(results, results.changes[-1])
    assert picture is not None
    assert picture.alternative.startswith("6 ways of working out the average change over the first 12 months")
    assert "from the lowest, \N{MINUS SIGN}6.0 (no season, the logarithm of the rate)" in picture.alternative
    assert "is number 6 from below" in picture.alternative
    assert "Squares: their intervals are known to be too narrow." in picture.caption


def test_an_estimate_on_the_other_side_is_counted(results: AreaResults) -> None:
    rows = way_rows(AGREEING)
    rows.loc[rows["specification"].eq("window_shorter"), ["estimate", "lower", "upper"]] = 1.0, 0.5, 1.5
    moved = replace(results, beside=Beside({"its_specifications": rows}))
    assert say_curve(read(moved)).startswith("4 of the 5 other ways give an estimate on the same side")


def test_the_picture_is_self_contained_and_holds_an_interval_that_is_cut(results: AreaResults) -> None:
    rows = way_rows(AGREEING)
    rows.loc[rows["specification"].eq("log_response"), ["lower", "upper"]] = -900.0, 900.0
    moved = replace(results, beside=Beside({"its_specifications": rows}))
    picture = draw_curve(moved, moved.changes[-1])
    assert picture is not None
    # Half a unit each way: an axis that reached 900 would have labels of hundreds.
    assert not re.search(r'href="(?!#)', picture.svg)
    assert len(picture.svg) < 90_000
    assert "\N{MINUS SIGN}900.0 to 900.0" in tabulate_curve(read(moved))


def test_every_number_stands_in_the_table(results: AreaResults) -> None:
    html = tabulate_curve(read(results))
    assert html.count('scope="row"') == 6
    marked = next(one for one in html.split("<tr") if "marked" in one)
    assert "As the verdict" in marked and "Fell" in marked
    assert "Cannot be judged" in html and ">No<" in html


def test_of_one_start_the_picture_and_of_both_the_words(results: AreaResults) -> None:
    rows = pd.concat([way_rows(AGREEING), way_rows(AGREEING, intervention="bcf_2015")])
    shown = show_curves(replace(results, beside=Beside({"its_specifications": rows})))
    assert shown.count("<figure") == 1
    assert "After April 2015: All 5 other ways" in shown and "After April 2017: All 5 other ways" in shown


def test_nothing_is_drawn_of_what_was_not_worked_out(make_results: Callable[..., AreaResults]) -> None:
    results = make_results()
    assert show_curves(results) == ""
    assert draw_curve(results, results.changes[-1]) is None


def test_an_unknown_intervention_is_one_line(results: AreaResults) -> None:
    assert find_change(results).intervention.key == "ibcf_2017"
    assert find_change(results, "bcf_2015").intervention.key == "bcf_2015"
    with pytest.raises(RequestError, match="no intervention 'bcf_2016' here"):
        find_change(results, "bcf_2016")
    with pytest.raises(RequestError, match="No change of Southend-on-Sea"):
        find_change(replace(results, changes=()))
