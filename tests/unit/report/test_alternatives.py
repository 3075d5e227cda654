"""What is read aloud of a picture holds the numbers that the tables hold."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

from bcf_eval.catalogue import load
from bcf_eval.periods import month_range
from bcf_eval.report import prose, tables
from bcf_eval.report.alternatives import (
    caption_ambition,
    caption_series,
    describe_ambition_picture,
    describe_context,
    describe_series,
    limit_series,
    say_smallest,
)
from bcf_eval.report.alternatives_fits import caption_robustness, describe_robustness
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.figure_ambition import _marks
from bcf_eval.report.limits import limit_specifications
from bcf_eval.results import AmbitionTest

Make = Callable[..., AreaResults]
PERIODS = month_range("2011-04", "2019-03")

NUMBER = r"[+−]?\d[\d,]*(?:\.\d+)?"


def text_of(html: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_series_is_told_with_its_extremes_and_its_end(make_results: Make) -> None:
    said = describe_series(make_results())
    assert "in Southend-on-Sea, April 2011 to March 2019, in delayed days per 100,000 adults per day" in said
    assert "between 8.0 (October 2011) and 12.0 (April 2011)" in said
    assert (
        "the fitted path is at 10.0; the path before, carried on, leads to 12.0, with a 95% band of 7.0 to 17.0" in said
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
    first, second = (one.label for one in load.breaks("dtoc_days") if one.period in ("2015-04", "2015-10"))
    assert f"1, April 2015: {first}, no step: it cannot be told from the Better Care Fund;" in said
    assert f"2, October 2015: {second}, a step is fitted, and both paths take it;" in said
    assert "3, November 2018: new principles and definitions took effect, no step: too few months after it" in said
    assert "snapshot" not in said
    assert "roughly no larger than the model's own uncertainty" in said


def test_the_target_is_told_with_the_numbers_of_its_table(
    make_test: Callable[..., AmbitionTest], make_results: Make
) -> None:
    test, metric = make_test(), make_results().metric
    said, held = describe_ambition_picture(test, metric), text_of(tables.tabulate_outlooks(test, metric))
    for number in ("9.4", "11.4", "9.8", "3.0", "2.4", "38.0", "1,120"):
        assert number in said and number in held
    assert "about 1 in 5" in said and "at or below the target" in said


def test_the_other_fits_are_told_with_their_range(make_results: Make) -> None:
    results = make_results()
    said = describe_robustness(results)
    expected = (
        "the verdict's own fit gives −2.3 (−3.3 to −1.3); the two other ways of working it out lie between −2.0 and "
        "−1.6, and zero lies outside 2 of their 2 intervals; for comparison only, Newey–West least squares −2.8 (−3.8 "
        "to −1.8) and the whole record −2.1 (−3.1 to −1.1)."
    )
    assert said.count(expected) == 2
    held = text_of("".join(tables.tabulate_robustness(results, change) for change in results.changes))
    assert all(number in held for number in ("−2.3", "−3.3 to −1.3", "−2.0", "−1.6", "−2.8 −3.8 to −1.8"))


def test_an_interval_beyond_the_picture_is_said(make_results: Make, make_change: Callable[..., Change]) -> None:
    change = make_change()
    assert "beyond the picture" not in caption_robustness(make_results(changes=(change,)))
    wide = replace(change.specifications["window_shorter"], lower=-75.9, upper=69.2)
    change = replace(change, specifications={**change.specifications, "window_shorter": wide})
    results = make_results(changes=(change,))
    cut = "of a shorter window after April 2017 reaches beyond the picture, from −75.9 to +69.2."
    told = f"Arrow heads: the interval {cut}"
    assert told in caption_robustness(results) and told in describe_robustness(results)
    limits = limit_specifications([change])
    assert limits.low > -20 and limits.high < 20
    assert all(limits.low < one.estimate < limits.high for one in change.specifications.values())


def test_other_specifications_are_not_called_reasonable(make_results: Make) -> None:
    said = caption_robustness(make_results())
    assert "reasonable" not in said
    assert "Squares: for comparison only, Newey–West least squares and the whole record." in said
    assert "at most two; some use fewer or more months" in said


def test_a_target_is_told_alike_in_sentence_table_and_picture(
    make_test: Callable[..., AmbitionTest], make_results: Make
) -> None:
    metric = make_results().metric
    for others in (
        {},
        {"verdict": "rewards trend", "trends": {"continues": 7.71, "damped": 8.3, "none": 8.1}},
        {"smallest_meaningful": 0.06, "smallest_meaningful_days": 22.15},
        {"smallest_meaningful": 8.99, "smallest_meaningful_days": 3319.1},
    ):
        test = make_test(**others)
        held = f" {text_of(tables.tabulate_outlooks(test, metric))} "
        told = [
            *(prose.answer_ambition(test, metric), prose.number_ambition(test, metric)),
            *(describe_ambition_picture(test, metric), caption_ambition(test, metric)),
            *(mark.label for mark in _marks(test, metric)),
        ]
        for text in told:
            rates = re.findall(r"(?<![\d,])\d+\.\d(?!\d)", text)
            days = re.findall(r"or ([\d,]+) delayed days", text)
            assert [one for one in [*rates, *days] if f" {one} " not in held] == []
        assert len(re.findall(r"\d+\.\d", " ".join(told))) >= 15


def test_the_smallest_target_is_printed_so_that_it_is_meaningful(
    make_test: Callable[..., AmbitionTest], make_results: Make
) -> None:
    for smallest in (3.06, 8.99, 2.0, 10.949):
        test = make_test(smallest_meaningful=smallest, smallest_meaningful_days=smallest * 369.2)
        rate, days = re.findall(r"target is ([\d.]+), or ([\d,]+) ", say_smallest(test, make_results().metric))[0]
        assert smallest - 0.1 < float(rate) <= smallest
        assert 0.98 * smallest * 369.2 < float(days.replace(",", "")) <= smallest * 369.2


def test_the_boards_are_told_by_their_quarters(make_results: Make) -> None:
    said = describe_context(make_results())
    assert said.count("half of 11 boards lie between −2.5 and +2.5, around a middle of 0.0; 3 boards have a lower") == 2


def test_an_area_that_cannot_be_tested_is_not_placed(make_results: Make, make_change: Callable[..., Change]) -> None:
    results = make_results(changes=(make_change(own="not testable", reason="few"),))
    assert "half of" not in describe_context(results)


def test_what_stands_at_zero_is_said(make_test: Callable[..., AmbitionTest], make_results: Make) -> None:
    metric = make_results().metric
    assert "stands at zero" not in caption_ambition(make_test(), metric)
    # log(1) - log(1 + e - 1) = -1, one standard deviation below the middle: 15.9% of a Gaussian.
    test = make_test(floor=1.0, expected=math.e - 1, log_sd=1.0)
    assert "A further 16% of the chance stands at zero itself and is not drawn." in caption_ambition(test, metric)


def test_a_merger_of_commissioners_is_numbered_as_a_change_in_counting(make_results: Make) -> None:
    results = make_results(metric="nea", scale=100.0)
    assert "Dotted lines" in caption_series(results)  # April 2013, when trusts gave way.
    flags = ["apportioned" if period < "2018-04" else "apportioned;merged_commissioners" for period in PERIODS]
    merged = replace(results, observations=results.observations.assign(flag=flags))
    said = caption_series(merged)
    assert "April 2018: commissioners of the area had merged" in said and said.count("had merged") == 1
    assert "figures before and after cannot be compared and are never used together" in said
    assert "Solid line: the path fitted to all months." in said
    shorter = replace(merged, path=merged.path[merged.path["period"] < "2018-04"])
    assert "Solid line: the path fitted to the months from April 2011 to March 2018." in caption_series(shorter)


def test_a_scale_begins_at_zero_unless_that_squeezes_the_series(make_results: Make) -> None:
    results = make_results()
    assert "does not begin at zero" in caption_series(results)
    low = replace(results, observations=results.observations.assign(value=3.0))
    assert "does not begin at zero" not in caption_series(low) and limit_series(low) == (0.0, 1.12 * 12.0)
