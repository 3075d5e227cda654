"""Which numbers are there, and in what state: rows made by hand, one state at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from bcf_eval.evaluate.quality.states import tabulate_coverage, tabulate_flags, tabulate_states
from bcf_eval.periods import month_range

Observe = Callable[..., pd.DataFrame]
Put = Callable[..., pd.DataFrame]
ENGLAND, SOUTHEND, LEEDS, SCILLY = "E92000001", "E06000033", "E08000035", "E06000053"
MONTHS = month_range("2014-04", "2016-03")


def states_of(frame: pd.DataFrame, code: str, metric: str) -> dict[str, str]:
    rows = frame[(frame["area_code"] == code) & (frame["metric"] == metric)]
    return dict(zip(rows["period"], rows["state"], strict=True))


def test_every_number_has_a_state(observe: Observe, put: Put) -> None:
    rows = observe(SOUTHEND, "dtoc_days", MONTHS[:6])
    for period, value, flag in (
        (MONTHS[1], 10.0, "dash;extended"),
        (MONTHS[2], 10.0, "extended;apportioned"),
        (MONTHS[3], np.nan, "suppressed"),
        (MONTHS[4], np.nan, "gap"),
        (MONTHS[5], np.nan, "not_available"),
    ):
        rows = put(rows, period, value=value, flag=flag)
    made = states_of(tabulate_states(rows), SOUTHEND, "dtoc_days")
    assert [*made.values()] == ["number", "extended", "apportioned", "suppressed", "gap", "missing"]


def test_a_board_is_looked_for_in_every_metric_and_another_area_only_where_it_is(observe: Observe) -> None:
    years = ["2014/15", "2015/16"]
    rows = pd.concat(
        [
            observe(SOUTHEND, "dtoc_days", MONTHS),
            observe(LEEDS, "dtoc_days", MONTHS),
            observe(LEEDS, "residential", years),
            observe(SCILLY, "residential", years[:1]),
        ]
    )
    states = tabulate_states(rows)
    assert states_of(states, SOUTHEND, "residential") == dict.fromkeys(years, "missing")
    assert states_of(states, SCILLY, "dtoc_days") == {}
    coverage = tabulate_coverage(states).set_index(["metric", "period"])
    assert coverage.loc[("dtoc_days", "2014-04"), ["n_areas", "number", "missing"]].tolist() == [2, 2, 0]
    assert coverage.loc[("residential", "2014/15"), ["n_areas", "number", "missing"]].tolist() == [3, 2, 1]


def test_an_area_is_not_missing_before_it_came_into_being(observe: Observe) -> None:
    rows = pd.concat([observe(LEEDS, "dtoc_days", MONTHS), observe("E06000058", "dtoc_days", MONTHS[12:])])
    states = tabulate_states(rows)
    assert [*states_of(states, "E06000058", "dtoc_days")] == MONTHS[12:]


def test_what_is_published_for_no_area_is_not_missing(observe: Observe) -> None:
    rows = pd.concat(
        [
            observe(LEEDS, "carer_quality_of_life", ["2014/15", "2016/17"]),
            observe(ENGLAND, "nea", MONTHS, flag="primary_care_trusts"),
            observe(LEEDS, "nea", MONTHS[12:]),
        ]
    )
    states = tabulate_states(rows)
    assert states_of(states, LEEDS, "carer_quality_of_life")["2015/16"] == "unpublished"
    assert states_of(states, LEEDS, "nea")[MONTHS[0]] == "unpublished"
    assert states_of(states, ENGLAND, "nea")[MONTHS[0]] == "number"


def test_quarters_of_a_monthly_metric_are_left_out(observe: Observe) -> None:
    rows = pd.concat([observe(LEEDS, "nea", MONTHS), observe(LEEDS, "nea", ["2014/15-Q1"])])
    assert len(tabulate_states(rows)) == len(MONTHS)
    assert tabulate_flags(rows).empty


def test_flags_are_counted_one_by_one(observe: Observe) -> None:
    rows = pd.concat(
        [observe(LEEDS, "nea", MONTHS[:3], flag="extended;apportioned"), observe(SOUTHEND, "nea", MONTHS[1:3])]
    )
    counted = tabulate_flags(rows).set_index("flag")
    assert counted.loc["extended", ["n", "n_areas", "first", "last"]].tolist() == [3, 1, MONTHS[0], MONTHS[2]]
    assert counted.loc["apportioned", "n"] == 3
