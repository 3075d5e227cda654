"""What is said of a target's reach and of its outturn, against numbers that are known."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.targets.untested import refuse_ambition
from bcf_eval.results import OUTTURN_VERDICTS, AmbitionTest
from bcf_eval.specs import Ambition
from bcf_eval.wording_targets import (
    OUTTURN_LABELS,
    list_reach,
    say_kind,
    say_outturn,
    say_payment,
    say_share,
)

METRIC = load.metric("dtoc_days")
ROW: dict[str, Any] = {
    "outturn": 9.2, "target": 9.4, "baseline": 11.3, "expected": 9.8, "met": True, "p_value": 0.28, "people_gap": -8.5,
    "verdict": "met, as trend and chance would", "reason": "", "share_achieved": 1.1, "share_lower": 0.4,
    "share_upper": 1.9, "chance_of_payment": 0.35,
}  # fmt: skip


def make(**others: Any) -> AmbitionTest:
    asked = Ambition("dtoc_2017", "E06000033", "dtoc_days", "2017-09", 9.4, "2017-02", "2017-02", "a rule")
    known: dict[str, Any] = {
        "chance": 0.3, "calibration": "calibrated", "verdict": "within variation", "n_errors": 1510.0,
        "n_origins": 10.0, "effort_50": 2.3, "effort_80": 6.5, "events_per_unit": 42.0, "achievable": 0.35,
        "achievable_of": 172.0, "detectable_power": 0.05, "detectable_change": 7.0,
    }  # fmt: skip
    test = refuse_ambition(asked, "")
    return AmbitionTest(**(vars(test) | known | others))


def answers(**others: Any) -> dict[str, str]:
    return {one.question: one.answer for one in list_reach(make(**others), METRIC)}


def test_every_verdict_on_an_outturn_has_a_label() -> None:
    assert tuple(OUTTURN_LABELS) == OUTTURN_VERDICTS
    assert len(set(OUTTURN_LABELS.values())) == len(OUTTURN_VERDICTS)


def test_the_reach_is_said_in_four_answers() -> None:
    said = answers()
    assert "1,510 such forecasts" in said["How far can the chance be trusted?"]
    assert "by 2.3 (97 delayed days) for an even chance" in said["What would it take?"]
    done = "Have boards done as much before?"
    assert "Of 172 " in said[done] and "60 (35%) saw as large an improvement" in said[done]
    assert answers(achievable=0.0)[done].endswith("level, none saw as large an improvement.")
    assert "7.0 four times in five" in said["Would an evaluation notice?"]
    assert "1 time in 20" in said["Would an evaluation notice?"]


def test_what_is_not_known_of_a_reach_is_left_out() -> None:
    unknown = dict.fromkeys(("chance", "effort_80", "achievable", "detectable_change", "detectable_power"), math.nan)
    assert answers(**unknown) == {}


def test_a_change_that_is_never_noticed_is_said() -> None:
    assert "miss even a fall to nothing" in answers(detectable_change=math.nan)["Would an evaluation notice?"]


@pytest.mark.parametrize(
    ("even", "likely", "said"),
    [
        (0.0, 0.0, "Nothing beyond business as usual"),
        (0.0, 3.0, "For an even chance nothing; for four in five an improvement on business as usual by 3.0"),
    ],
)
def test_a_target_that_is_nearly_met_takes_little(even: float, likely: float, said: str) -> None:
    assert answers(effort_50=even, effort_80=likely)["What would it take?"].startswith(said)


def test_a_target_that_asks_nothing_has_no_precedent_to_seek() -> None:
    assert "Have boards done as much before?" not in answers(verdict="no improvement")


def test_an_uncalibrated_chance_says_why() -> None:
    test = make(calibration="uncalibrated", calibration_reason="Boards had 24 months of data.")
    assert say_kind(test) == "It is uncalibrated: boards had 24 months of data."


def test_an_outturn_is_said_shortly() -> None:
    assert say_outturn(ROW, METRIC) == (
        "It came to 9.2 against a target of 9.4. With nothing changed, the chance of a figure at least so good was "
        "about 3 in 10."
    )
    missed = ROW | {"outturn": 13.9, "met": False, "people_gap": 98.1, "p_value": 0.06}
    assert "13.9 against a target of 9.4, above the target by 98 delayed days." in say_outturn(missed, METRIC)
    assert "so bad was about 1 in 15" in say_outturn(missed, METRIC)
    unknown = ROW | {"outturn": math.nan, "reason": "there is no figure"}
    assert say_outturn(unknown, METRIC) == "The outturn is not known: there is no figure."


@pytest.mark.parametrize(
    ("share", "lower", "upper", "said"),
    [
        (1.1, 0.4, 1.9, "110% came about (95% interval 40% to 190%)"),
        (1.8, 1.1, 4.6, "180% came about (95% interval 110% to 460%)"),
        (0.2, -9.0, 1.0, "not known with any certainty"),
        (0.2, math.nan, math.nan, "not known with any certainty"),
        (-0.2, -0.5, 0.1, "it went the other way, by 20% of it (95% interval \N{MINUS SIGN}50% to 10%)"),
    ],
)
def test_a_share_is_said_as_surely_as_it_is_known(share: float, lower: float, upper: float, said: str) -> None:
    assert said in say_share(ROW | {"share_achieved": share, "share_lower": lower, "share_upper": upper})


def test_without_a_share_nothing_is_said() -> None:
    assert say_share(ROW | {"share_achieved": math.nan}) == ""


def test_the_rule_of_payment_reads_the_point() -> None:
    assert "110%, is enough" in say_payment(ROW, share=0.7)
    assert "60%, is not enough" in say_payment(ROW | {"share_achieved": 0.6}, share=0.7)
    assert say_payment(ROW | {"chance_of_payment": math.nan}, share=0.7) == ""
