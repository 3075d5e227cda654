"""Levels that move within a window and stay are said; what the catalogue explains and what comes back is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.plan import plan_full, plan_verdict
from bcf_eval.evaluate.its.recording import RECORDING, check_recording
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import days_in, rate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND

MONTHS = month_range("2011-04", "2019-03")
EARLY, BACK, CALM, TWICE = "E06000027", "E06000033", "E06000037", "E08000035"
# Levels of each area, by the month from which they hold.
LEVELS = {
    EARLY: {"2013-04": 675.0, "2013-10": 894.0},
    BACK: {"2013-04": 700.0, "2014-06": 900.0, "2014-08": 700.0},
    CALM: {"2013-04": 700.0},
    TWICE: {"2013-04": 700.0, "2014-04": 900.0, "2015-12": 750.0},
    ENGLAND: {"2013-04": 700.0, "2015-10": 900.0},
}


def make_panel(metric_key: str) -> Panel:
    rng = np.random.default_rng(5)
    metric, days = load.metric(metric_key), days_in(pd.Series(MONTHS))
    rows = []
    for code, levels in LEVELS.items():
        value = np.array([list(levels.values())[max(sum(at <= one for at in levels) - 1, 0)] for one in MONTHS])
        value = value * (1 + 0.02 * rng.normal(size=len(MONTHS)))
        per_month = value if metric.per_day else value * days / 30.4375
        count = per_month * (days if metric.per_day else 1) * 2.0
        stated = rate(count, np.full(len(MONTHS), 200_000.0), metric, days)
        rows += [
            (code, metric_key, month, one, 200_000.0, each, "", "a/test")
            for month, one, each in zip(MONTHS, count, stated, strict=True)
        ]
    return build_panel(observations.validate(pd.DataFrame(rows, columns=observations.COLUMNS)), metric)


def find(metric_key: str) -> pd.Series:
    panel, protocol = make_panel(metric_key), load.protocol()
    plans = [plan_full(metric_key, panel.periods, protocol)]
    plans += [plan_verdict(metric_key, panel.periods, one, protocol) for one in load.interventions(metric_key)]
    checks = check_recording(panel, tuple(plans))
    assert checks["check"].eq(RECORDING).all() and not checks["passed"].any()
    return checks.set_index(["intervention", "area_code"])["detail"]


@pytest.fixture(scope="module")
def admissions() -> pd.Series:
    return find("nea")


def test_a_level_that_moves_half_a_year_into_the_window_is_found(admissions: pd.Series) -> None:
    said = admissions["bcf_2015", EARLY]
    assert said.startswith("In October 2013 the figure moved from about 6")
    assert said.endswith(
        "within a month and stayed; a change in what is recorded cannot be told from a change in care."
    )
    before, after = (float(said.partition(word)[2].split()[0]) for word in ("from about ", "to about "))
    assert before == pytest.approx(675, rel=0.02) and after == pytest.approx(894, rel=0.02)


def test_what_comes_back_or_lies_outside_the_window_is_not(admissions: pd.Series) -> None:
    assert set(admissions["bcf_2015"].index) == {EARLY, TWICE, ENGLAND}
    assert set(admissions["ibcf_2017"].index) == {TWICE, ENGLAND}


def test_two_jumps_are_told_in_order(admissions: pd.Series) -> None:
    said = admissions["bcf_2015", TWICE]
    assert said.index("In April 2014 the figure moved") < said.index("and in December 2015 the figure moved")


def test_a_break_of_the_catalogue_explains_a_jump(admissions: pd.Series) -> None:
    """In October 2015 the guidance on delayed transfers changed; of admissions nothing did."""
    assert "October 2015" in admissions["bcf_2015", ENGLAND]
    delays = find("dtoc_days")
    assert set(delays["bcf_2015"].index) == {EARLY, TWICE}
