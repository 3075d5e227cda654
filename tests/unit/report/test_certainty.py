"""What a verdict stands on is said with its meaning, and is silent where it was not worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

import pytest

from bcf_eval.catalogue import load
from bcf_eval.report.beside import Beside
from bcf_eval.report.certainty import say_many, say_rarity, say_share, write_certainty
from bcf_eval.report.counts import say_counts, say_standing, tabulate_counts
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import list_doubts

from .ways import count_rows, diagnostic_rows, fake_rows

CALIBRATED = {"p_cal": 0.042, "p_cal_low": 0.013, "p_cal_high": 0.21, "q_value": 0.304}
ENGLAND = "E92000001"
AT_DATES = (
    "no calibrated p-value of one series: the same fit of England came out at least as far from no change at 2 of 5 "
    "dates when nothing began"
)
SHORT = "cannot be compared with the same test at dates when nothing began: the record is too short"
IBCF = next(one for one in load.interventions("dtoc_days") if one.key == "ibcf_2017")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.001, "fewer than 1 in 100"),
        (0.012, "1.2 in 100"),
        (0.02, "2 in 100"),
        (0.0996, "10 in 100"),
        (0.36, "36 in 100"),
        (0.999, "more than 99 in 100"),
    ],
)
def test_a_share_is_a_number_in_a_hundred(share: float, said: str) -> None:
    assert say_share(share) == said


def test_a_calibrated_p_value_comes_with_its_meaning(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    change = make_change(**CALIBRATED)
    results = make_results(changes=(change,))
    assert say_rarity(results, change) == (
        "At dates before the fund, when nothing began, 4.2 in 100 boards showed a change as clear as this; between 1.3 "
        "and 21 by date."
    )
    assert "up to 30 in 100 of them would be so by chance alone" in say_many(results, change)


def test_what_has_no_verdict_has_no_rarity(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    change = make_change(own="not testable", **CALIBRATED)
    assert say_rarity(make_results(changes=(change,)), change) == ""
    none = make_change(own="no clear change", **CALIBRATED)
    assert say_many(make_results(changes=(none,)), none) == ""


def test_why_there_is_no_record_is_said(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    change = make_change(p_cal_reason=SHORT)
    said = say_rarity(make_results(changes=(change,)), change)
    assert said == "This cannot be set beside the same test at dates when nothing began: the record is too short."


def test_england_gets_its_own_fake_dates_and_no_p_value(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    # |z| of a two-sided p-value of 0.0123 is 2.504: two of five fake dates lie as far, one of them lower.
    assert NormalDist().inv_cdf(1 - 0.0123 / 2) == pytest.approx(2.504, abs=1e-3)
    change = make_change(p_cal_reason=AT_DATES)
    beside = Beside({"its_placebo": fake_rows([0.1, 2.503, 2.6, -3.0, 1.0]), "its_counts": count_rows()})
    results = replace(make_results(ENGLAND, changes=(change,)), beside=beside)
    assert say_rarity(results, change) == (
        "At 2 of 5 dates before the fund, when nothing began, the same fit of England came out at least as far from no "
        "change, at 1 of them in the same direction."
    )
    html = write_certainty(results)
    assert "April 2012: nothing began" in html and "August 2012: nothing began" in html
    assert html.count("nothing began</th>") == 5
    assert "April 2017: the improved Better Care Fund" in html and "\N{MINUS SIGN}2.5" in html
    assert list_doubts(change) == ["as far from no change at 2 of 5 dates when nothing began"]
    assert list_doubts(make_change(own="no clear change", p_cal_reason=AT_DATES)) == []


def test_a_board_stands_beside_england_in_one_table(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    change = make_change(england="fell", **CALIBRATED)
    change = replace(change, england={"average_12": replace(change.england["average_12"], p_cal_reason=AT_DATES)})
    beside = Beside({"its_counts": count_rows(), "its_diagnostics": diagnostic_rows({"E06000033": False})})
    html = write_certainty(replace(make_results(changes=(change,)), beside=beside))
    rows = [one for one in html.split("<tr") if 'scope="row"' in one]
    assert len(rows) == 3
    assert "4.2 in 100 boards" in rows[0] and "between 1.3 and 21 by date" in rows[0]
    assert "2 of 5 dates" in rows[1] and "beside the rest of England" in rows[2]
    assert (
        "Over all boards (all that were fitted, also those too uncertain to read): 12 of 144 boards fell; and so on. "
        "0 of 144 boards rose" in html
    )
    assert html.count("It is no mere noise.") == 1
    assert "beside the rest of England; and so on" not in html


def test_without_a_record_the_counts_stand_beside_chance(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    change = make_change(p_cal_reason=SHORT)
    results = replace(make_results(changes=(change,)), beside=Beside({"its_counts": count_rows(fakes=0)}))
    assert "Over all boards: of 144, 12 fell and 0 rose; about 7 in all would by chance" in write_certainty(results)
    assert say_counts(count_rows(fakes=0), IBCF, alpha=0.05) == ""


def test_nothing_is_said_of_what_was_not_worked_out(make_results: Callable[..., AreaResults]) -> None:
    assert write_certainty(make_results()) == ""
    assert write_certainty(make_results(ENGLAND)) == ""


def test_the_index_sets_counts_beside_fake_dates() -> None:
    said = say_counts(count_rows(), IBCF, alpha=0.05)
    assert said.startswith("Were boards independent, about 7 of 144 would be found by chance alone (of all that were")
    lines = [one for one in tabulate_counts(count_rows(), IBCF).split("<tr") if 'scope="row"' in one]
    assert len(lines) == 4
    assert "Fell<" in lines[0] and "12 of 144" in lines[0]
    assert "Rose beside the rest of England" in lines[3] and "13 of 144" in lines[3]
    assert tabulate_counts(count_rows(fakes=0), IBCF) == ""
    assert say_standing(count_rows(), IBCF, alpha=0.05).endswith("none of these 12 stands out.")
    assert "two of these 12 stand out (of those that do, about 5 in 100" in say_standing(
        count_rows(left=2), IBCF, alpha=0.05
    )
    other = count_rows(intervention="bcf_2015")
    assert say_counts(other, IBCF, alpha=0.05) == say_standing(other, IBCF, alpha=0.05) == ""
