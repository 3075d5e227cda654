"""Results made by hand, so that a sentence or a picture can be set against numbers that are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.periods import month_range, parse_period
from bcf_eval.report.data import AreaResults, Change, Effect
from bcf_eval.results import AmbitionTest, CheckResult

PERIODS = month_range("2011-04", "2019-03")
BUILD = {
    "build_id": "abcdefabcdef",
    "demonstration": False,
    "inputs": [
        {"path": "dtoc/2012-04-27/April.xls", "sha256": "0" * 64, "vintage": "2012-04-27", "period": "2011-04"},
        {"path": "dtoc/2017-05-11/May.xls", "sha256": "1" * 64, "vintage": "2017-05-11", "period": "2011-05"},
        {"path": "population/undated/MYEB3.csv", "sha256": "2" * 64, "vintage": "undated", "period": ""},
    ],
}
EVALUATION = {
    "evaluation_id": "fedcbafedcba",
    "build_id": "abcdefabcdef",
    "code": "0.1.0+12345678",
    "protocol_sha256": "0123456789abcdef",
    "exploratory": False,
}
CONFOUNDED = CheckResult("break at the intervention", False, "In that month the counting changed too.")
DISAGREE = CheckResult(
    "other specifications agree",
    False,
    "2 of 4 other specifications give an estimate of like size in the same direction. Those that do not: x.",
)
AGREE = CheckResult(
    "other specifications agree",
    True,
    "4 of 4 other specifications give an estimate of like size in the same direction.",
)


def effect(contrast: str, estimate: float, half: float = 1.0, **others: Any) -> Effect:
    """An effect with an interval of twice ``half``."""
    plain: dict[str, Any] = {
        "contrast": contrast,
        "estimate": estimate,
        "std_error": half / 2,
        "df": 12.3,
        "lower": estimate - half,
        "upper": estimate + half,
        "p_value": 0.0123,
        "relative": -0.25,
        "relative_lower": -0.5,
        "relative_upper": 0.1,
        "unit": "",
        "n_before": 24,
        "n_after": 24,
        "rho": 0.4,
        "extrapolated": False,
        "verdict": "",
        "reason": "",
        "method": "a method",
        "p_cal_reason": "",
    }
    return Effect(**(plain | others))


def effects(average: float, verdict: str, half: float = 1.0, **others: Any) -> dict[str, Effect]:
    """All contrasts around an average of the first 12 months."""
    return {
        "level": effect("level", average + 0.11, half, **others),
        "slope": effect("slope", -0.0123, half / 10, **others),
        "average_12": effect("average_12", average, half, verdict=verdict, **others),
        "at_12": effect("at_12", average - 0.4, half, **others),
        "at_24": effect("at_24", average - 0.9, half, **others),
        "cumulative": effect("cumulative", 1234.4 * average, 1000 * half, **others),
    }


@pytest.fixture(scope="session")
def make_change() -> Callable[..., Change]:
    """Make one change; verdicts of the area, England and the difference from the rest of England."""

    def make(
        key: str = "ibcf_2017",
        *,
        own: str = "fell",
        england: str = "no clear change",
        local: str = "no clear change",
        checks: tuple[CheckResult, ...] = (AGREE,),
        england_agrees: bool = True,
        average: float = -2.345,
        **others: Any,
    ) -> Change:
        intervention = next(one for one in load.interventions("dtoc_days") if one.key == key)
        mine = effects(average, own, **others)
        specifications = {"main": mine["average_12"]} | {
            name: effect("average_12", average + shift, verdict=own)
            for name, shift in (("newey_west", -0.5), ("window_shorter", 0.7), ("no_season", 0.3), ("full", 0.2))
        }
        return Change(
            intervention=intervention,
            own=mine,
            england=effects(-0.8, england),
            local=effects(-1.5, local),
            specifications=specifications,
            checks=checks,
            england_agrees=england_agrees,
            primary="average_12",
        )

    return make


@pytest.fixture(scope="session")
def make_test() -> Callable[..., AmbitionTest]:
    """Make a tested target."""

    def make(**others: Any) -> AmbitionTest:
        plain: dict[str, Any] = {
            "ambition": "dtoc_2017",
            "area_code": "E06000033",
            "area_name": "Southend-on-Sea",
            "metric": "dtoc_days",
            "period": "2017-09",
            "target": 9.4,
            "baseline_start": "2011-04",
            "baseline_end": "2017-02",
            "n_baseline": 71,
            "baseline_period": "2017-02",
            "baseline": 11.37,
            "expected": 9.81,
            "lower": 2.43,
            "upper": 38.03,
            "log_sd": 0.68,
            "floor": 0.18,
            "chance": 0.2,
            "calibration": "uncalibrated",
            "calibration_reason": "the tails are Gaussian",
            "track_record": "",
            "verdict": "within variation",
            "reason": "",
            "fragile": False,
            "smallest_meaningful": 3.06,
            "smallest_meaningful_days": 1129.6,
            "events_per_unit": 369.2,
            "trends": {"continues": 10.31, "damped": 12.38, "none": 8.16},
            "naive": {"p_value": 0.84, "verdict": "not statistically significant"},
            "method": "",
            "checks": [CheckResult("calibration", False, "The chance is uncalibrated.")],
        }
        return AmbitionTest(**(plain | others))

    return make


@pytest.fixture(scope="session")
def make_results(
    make_change: Callable[..., Change], make_test: Callable[..., AmbitionTest]
) -> Callable[..., AreaResults]:
    """Make the results of an area; a rate of 10 that swings by 2, with a fitted path of 10 and another of 12."""

    def make(
        code: str = "E06000033",
        *,
        changes: tuple[Change, ...] | None = None,
        ambition: AmbitionTest | None = None,
        build: Mapping[str, Any] = BUILD,
        evaluation: Mapping[str, Any] = EVALUATION,
    ) -> AreaResults:
        months = np.array([parse_period(period).start for period in PERIODS])
        value = 10 + 2 * np.sin(2 * np.pi * months / 12)
        observations = pd.DataFrame(
            {
                "area_code": code,
                "metric": "dtoc_days",
                "period": PERIODS,
                "numerator": 100.0,
                "denominator": 140_000.0,
                "value": value,
                "flag": ["extended"] * 3 + ["dash;extended"] + [""] * 92,
                "source": "dtoc/2012-04-27/April.xls",
            }
        )
        path = pd.DataFrame(
            {
                "area_code": code,
                "metric": "dtoc_days",
                "period": PERIODS,
                "observed": value,
                "fitted": 10.0,
                "counterfactual": 12.0,
                "lower": 7.0,
                "upper": 17.0,
            }
        )
        found = changes
        if found is None:
            found = (make_change("bcf_2015", checks=(CONFOUNDED, AGREE)), make_change("ibcf_2017"))
        boards = pd.DataFrame(
            [
                (area, change.intervention.key, estimate, "no clear change")
                for change in found
                for area, estimate in zip(
                    [*load.boards()[:11], "E92000001"], [*np.arange(-5.0, 6.0), 100.0], strict=True
                )
            ],
            columns=["area_code", "intervention", "estimate", "verdict"],
        )
        return AreaResults(
            area=load.areas()[code],
            metric=load.metric("dtoc_days"),
            protocol=load.protocol(),
            observations=observations,
            path=path,
            changes=tuple(replace(one, local={}) for one in found) if code == "E92000001" else found,
            ambition=None if code == "E92000001" else ambition or make_test(),
            boards=boards,
            build=build,
            evaluation=evaluation,
        )

    return make
