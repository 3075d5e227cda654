"""A fit without information is no answer, and a relative interval stays within what a rate can do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.informative import (
    TOO_FEW,
    TOO_WIDE,
    bound_ratios,
    find_uninformative,
    measure_level,
    pass_verdicts,
)
from bcf_eval.evaluate.its.its import evaluate_its
from bcf_eval.evaluate.panel import Panel
from bcf_eval.stats.regression.linear import Ratios

from ..conftest import FELL

PROTOCOL = load.protocol()


@pytest.mark.parametrize(
    ("lower", "upper", "df", "p_value", "reason"),
    [
        (-1619.0, 1433.0, 1.0, 0.6, TOO_WIDE),
        (-901.0, 901.0, 20.0, 0.9, TOO_WIDE),
        (-899.0, 899.0, 20.0, 0.9, ""),
        (-130.0, 150.0, 2.9, 0.8, TOO_FEW),
        (-130.0, 150.0, 3.0, 0.8, ""),
        # However wide: it leaves zero out.
        (-3000.0, -10.0, 1.5, 0.04, ""),
        (np.nan, np.nan, np.nan, np.nan, ""),
    ],
)
def test_what_tells_nothing_has_a_reason(lower: float, upper: float, df: float, p_value: float, reason: str) -> None:
    frame = pd.DataFrame({"lower": [lower], "upper": [upper], "df": [df], "p_value": [p_value]})
    assert find_uninformative(frame, np.array([900.0]), PROTOCOL).tolist() == [reason]


def test_a_reason_takes_the_verdict() -> None:
    frame = pd.DataFrame(
        {
            "estimate": [-1.0, -1.0, 1.0, 1.0, 1.0],
            "p_value": [0.01, 0.01, 0.01, 0.5, np.nan],
            "reason": ["", TOO_WIDE, "", "", ""],
            "extrapolated": False,
        }
    )
    everything = pd.Series([True] * 5)
    verdicts = pass_verdicts(frame, PROTOCOL, judged=everything)
    assert verdicts.tolist() == ["fell", "not testable", "rose", "no clear change", "not testable"]
    assert set(pass_verdicts(frame, PROTOCOL, judged=~everything)) == {""}


def test_thresholds_are_those_of_the_protocol(panel: Panel) -> None:
    """No interval is narrower than a ten-thousandth of the level; the estimate is given all the same."""
    strict = evaluate_its(panel, replace(PROTOCOL, max_half_width=1e-4)).effects
    usual = evaluate_its(panel, PROTOCOL).effects
    judged = usual["verdict"].eq("no clear change")
    assert judged.sum() > 10
    assert (strict.loc[judged, "verdict"] == "not testable").all()
    assert (strict.loc[judged, "reason"] == TOO_WIDE).all()
    pd.testing.assert_series_equal(strict["estimate"], usual["estimate"])
    pd.testing.assert_series_equal(strict["lower"], usual["lower"])
    primary = strict["area_code"].eq(FELL) & strict["intervention"].eq("bcf_2015") & strict["scope"].eq("own")
    main = strict[primary & strict["contrast"].eq("average_12") & strict["fit"].eq("verdict")]
    assert main.set_index("specification").loc["main", "verdict"] == "fell"
    assert not strict.loc[strict["contrast"].ne("average_12"), "reason"].eq(TOO_WIDE).any()


def test_the_level_is_that_of_the_known_months() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    np.testing.assert_array_equal(measure_level(values), [2.0, 5.0, np.nan])


def test_a_rate_cannot_fall_by_more_than_all_of_it() -> None:
    found = bound_ratios(
        Ratios(np.array([-0.8, -1.2, 0.5, 0.5]), np.array([-1.4, -1.6, -0.9, np.nan]), np.array([0.1, -1.1, 2.2, 9.0])),
        PROTOCOL,
    )
    np.testing.assert_array_equal(found.ratio, [-0.8, -1.0, 0.5, 0.5])
    np.testing.assert_array_equal(found.lower, [-1.0, -1.0, np.nan, np.nan])
    np.testing.assert_array_equal(found.upper, [0.1, -1.0, np.nan, 9.0])
