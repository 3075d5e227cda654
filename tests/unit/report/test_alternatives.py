"""What is read aloud of a picture holds the numbers that the tables hold."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bcf_eval.report import tables
from bcf_eval.report.alternatives import (
    caption_series,
    describe_ambition_picture,
    describe_context,
    describe_robustness,
    describe_series,
)
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.results import AmbitionTest

Make = Callable[..., AreaResults]

NUMBER = r"[+−]?\d[\d,]*(?:\.\d+)?"


def text_of(html: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_series_is_told_with_its_extremes_and_its_end(make_results: Make) -> None:
    said = describe_series(make_results())
    assert "in Southend-on-Sea, April 2011 to March 2019, in delayed days per 100,000 adults per day" in said
    assert "between 8.0 (October 2011) and 12.0 (April 2011)" in said
    assert (
        "the fitted path is at 10.0; without either intervention it leads to 12.0, with a 95% band of 7.0 to 17.0"
        in said
    )


def test_the_series_is_told_with_numbers_of_its_table(make_results: Make) -> None:
    results = make_results()
    rates = re.findall(r"(?<![\d,])\d+\.\d(?!\d)", describe_series(results))
    held = text_of(tables.tabulate_series(results))
    assert len(rates) >= 7
    assert [rate for rate in rates if rate not in held] == []


def test_a_series_without_a_fit_says_so(make_results: Make) -> None:
    results = make_results()
    results = replace(results, path=results.path.iloc[:0])
    assert describe_series(results).endswith("No path could be fitted.")
    assert "Dashed" not in caption_series(results)


def test_the_caption_says_when_the_band_is_cut(make_results: Make) -> None:
    results = make_results()
    assert "The band reaches beyond the picture, up to 17.0." in caption_series(results)
    narrow = replace(results, path=results.path.assign(upper=12.5))
    assert "beyond the picture" not in caption_series(narrow)
    below = replace(results, path=results.path.assign(counterfactual=-1.0))
    assert "Below zero" in caption_series(below)


def test_changes_in_counting_are_numbered_in_the_caption(make_results: Make) -> None:
    said = caption_series(make_results())
    assert "1, April 2015: counting guidance version 1.08 took effect; 2, October 2015" in said
    assert "3, November 2018" in said and "snapshot" not in said


def test_the_target_is_told_with_the_numbers_of_its_table(
    make_test: Callable[..., AmbitionTest], make_results: Make
) -> None:
    test, metric = make_test(), make_results().metric
    said, held = describe_ambition_picture(test, metric), text_of(tables.tabulate_outlooks(test, metric))
    for number in ("9.4", "11.4", "9.8", "3.1", "2.4", "38.0", "1,130"):
        assert number in said and number in held
    assert "about 1 in 5" in said and "at or below the target" in said


def test_the_other_fits_are_told_with_their_range(make_results: Make) -> None:
    results = make_results()
    said = describe_robustness(results)
    expected = "the verdict's own fit gives −2.3 (−3.3 to −1.3); the 4 ways of fitting lie between −2.8 and −1.6, and "
    assert said.count(f"{expected}4 of 4 intervals leave out zero.") == 2
    held = text_of("".join(tables.tabulate_robustness(results, change) for change in results.changes))
    assert all(number in held for number in ("−2.3", "−3.3 to −1.3", "−2.8", "−1.6"))


def test_the_boards_are_told_by_their_quarters(make_results: Make) -> None:
    said = describe_context(make_results())
    assert said.count("half of 11 boards lie between −2.5 and +2.5, around a middle of 0.0; 3 boards have a lower") == 2


def test_an_area_that_cannot_be_tested_is_not_placed(make_results: Make, make_change: Callable[..., Change]) -> None:
    results = make_results(changes=(make_change(own="not testable", reason="few"),))
    assert "half of" not in describe_context(results)
