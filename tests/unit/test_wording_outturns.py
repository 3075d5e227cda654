"""What is said of all outturns together, and of one among them, against numbers that are known."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bcf_eval.catalogue import load
from bcf_eval.wording_outturns import describe_total, say_among, say_among_briefly, say_expected, say_score

METRIC = load.metric("dtoc_days")
TOTAL: dict[str, Any] = {
    "arm": "all", "n_tested": 151, "n_met": 49, "n_missed": 102, "chance_misses": 119.1, "chance_misses_lower": 99.0,
    "chance_misses_upper": 136.0, "n_weighed": 151, "n_better": 25, "n_worse": 0, "expected_each_way": 7.55,
    "england_outturn": 12.8, "england_expected": 15.8, "england_lower": 12.6, "england_upper": 19.8,
    "england_p_value": 0.033, "england_planned": 8.6, "n_meaningful": 31, "n_meaningful_met": 2,
    "expected_meaningful_met": 0.49, "brier": 0.21, "brier_naive": 0.25,
}  # fmt: skip
ROW = {"verdict": "met, beyond trend", "q_value": 0.54}


def test_chance_is_ruled_out_or_it_is_not() -> None:
    said = describe_total(TOTAL, METRIC)
    assert "chance alone cannot be ruled out as the explanation" in said and "can explain" not in said
    assert "chance alone does not explain the number" in describe_total(TOTAL | {"n_missed": 80}, METRIC)


def test_boards_beyond_trend_stand_beside_what_chance_brings() -> None:
    """Five in a hundred of 151 each way."""
    assert "25 came to better than trend and chance explain and 0 to worse, where about 8 each way" in describe_total(
        TOTAL, METRIC
    )


def test_without_a_forecast_nothing_is_said_of_england() -> None:
    assert "England came to 12.8" in describe_total(TOTAL, METRIC)
    assert "England" not in describe_total(TOTAL | {"england_expected": math.nan}, METRIC)
    assert "each way" not in describe_total(TOTAL | {"arm": "own baseline"}, METRIC)


def test_one_board_is_said_as_one() -> None:
    said = describe_total(TOTAL | {"n_tested": 1, "n_missed": 1, "n_met": 0, "chance_misses": 0.97}, METRIC)
    assert said.startswith("The one board that could be tested missed the target;") and "1 board" not in said


@pytest.mark.parametrize(
    ("misses", "said"), [(1.02, "about one miss was"), (0.01, "fewer than 0.1 misses were"), (2.34, "2.3 misses were")]
)
def test_a_few_misses_are_counted_in_words_that_agree(misses: float, said: str) -> None:
    assert f"{said} to be expected" in describe_total(TOTAL | {"n_tested": 3, "chance_misses": misses}, METRIC)


def test_how_many_meaningful_targets_were_met_stands_beside_how_many_would_be() -> None:
    assert say_expected(TOTAL) == (
        "Of 31 targets called more than trend and chance, 0.5 were to be expected to be met with nothing changed; "
        "2 were."
    )
    assert "fewer than 0.1 were" in say_expected(TOTAL | {"expected_meaningful_met": 0.01})
    assert "No target" in say_expected(TOTAL | {"n_meaningful": 0})
    one = say_expected(TOTAL | {"n_meaningful": 1, "n_meaningful_met": 0, "expected_meaningful_met": 0.02})
    assert one.startswith("The one target called more than trend and chance was missed;") and "1 in 50" in one


def test_scores_say_plainly_which_was_better() -> None:
    assert "did better than" in say_score(TOTAL) and "better guide" not in say_score(TOTAL)
    worse = say_score(TOTAL | {"brier": 0.138, "brier_naive": 0.098})
    assert "did worse than" in worse and worse.endswith("Here the customary test was the better guide.")
    assert say_score(TOTAL | {"n_tested": 3}) == say_score(TOTAL | {"brier": math.nan}) == ""


def test_one_board_is_told_of_all_the_others() -> None:
    said = say_among(ROW, TOTAL, alpha=0.05)
    assert said.startswith("25 of 151 boards came to better than trend and chance explain, this one among them; about")
    assert "about 8 would by chance alone" in said and "It does not stand after allowance" in said
    assert "q-value 0.54" in said
    assert "It stands after allowance" in say_among(ROW | {"q_value": 0.03}, TOTAL, alpha=0.05)
    assert say_among_briefly(ROW, TOTAL) == (
        "Of 151 boards 25 came to better than trend and chance explain; it does not stand after allowance for how many "
        "were looked at."
    )


def test_england_is_named_where_it_moved_the_same_way_and_only_there() -> None:
    assert "England as a whole also came to better" in say_among(ROW, TOTAL, alpha=0.05)
    assert "England" not in say_among(ROW, TOTAL | {"england_p_value": 0.2}, alpha=0.05)
    worse = {"verdict": "missed, and worse than trend", "q_value": math.nan}
    assert "England" not in say_among(worse, TOTAL | {"n_worse": 3}, alpha=0.05)
    assert "also came to worse" in say_among(worse, TOTAL | {"england_p_value": 0.97}, alpha=0.05)


def test_what_chance_can_explain_needs_no_allowance() -> None:
    assert say_among({"verdict": "missed", "q_value": 0.9}, TOTAL, alpha=0.05) == ""
    assert say_among_briefly(ROW, None) == say_among_briefly({"verdict": "missed", "q_value": 0.9}, TOTAL) == ""
    assert say_among(ROW, None, alpha=0.05) == say_among(ROW, TOTAL | {"n_weighed": 1}, alpha=0.05) == ""
