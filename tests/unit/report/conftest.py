"""Results made by hand, so that a sentence or a picture can be set against numbers that are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.observations import COLUMNS
from bcf_eval.periods import month_range, parse_period
from bcf_eval.report.data import AnnualResults, AreaResults, Change, Effect, Year
from bcf_eval.report.page import AreaPage
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
AGREE = replace(DISAGREE, passed=True, detail=DISAGREE.detail.partition(" Those")[0].replace("2 of 4", "4 of 4"))


def effect(contrast: str, estimate: float, half: float = 1.0, **others: Any) -> Effect:
    """An effect with an interval of twice ``half``."""
    plain: dict[str, Any] = {"contrast": contrast, "estimate": estimate, "std_error": half / 2, "df": 12.3}
    plain |= {"lower": estimate - half, "upper": estimate + half, "p_value": 0.0123}
    plain |= {"relative": -0.25, "relative_lower": -0.5, "relative_upper": 0.1, "n_before": 24, "n_after": 24}
    plain |= {"rho": 0.4, "extrapolated": False, "method": "a method"}
    plain |= dict.fromkeys(("unit", "verdict", "reason", "p_cal_reason"), "")
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
        plans: tuple[AmbitionTest, ...] = (),
        metric: str = "dtoc_days",
        scale: float = 1.0,
        build: Mapping[str, Any] = BUILD,
        evaluation: Mapping[str, Any] = EVALUATION,
    ) -> AreaResults:
        months = np.array([parse_period(period).start for period in PERIODS])
        value = scale * (10 + 2 * np.sin(2 * np.pi * months / 12))
        observations = pd.DataFrame(
            {
                "area_code": code,
                "metric": metric,
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
                "metric": metric,
                "period": PERIODS,
                "observed": value,
                "fitted": scale * 10.0,
                "counterfactual": scale * 12.0,
                "lower": scale * 7.0,
                "upper": scale * 17.0,
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
            metric=load.metric(metric),
            protocol=load.protocol(),
            observations=observations,
            path=path,
            changes=tuple(replace(one, local={}) for one in found) if code == "E92000001" else found,
            ambitions=() if code == "E92000001" else (ambition or make_test(), *plans),
            boards=boards,
            build=build,
            evaluation=evaluation,
        )

    return make


def year(period: str, numerator: float, denominator: float, **others: Any) -> Year:
    """A year of a board where half of the people would be England's figure."""
    value = 100 * numerator / denominator
    away = value - 50
    plain: dict[str, Any] = dict.fromkeys(Year.__dataclass_fields__, math.nan)
    plain |= {"period": period, "numerator": numerator, "denominator": denominator, "value": value}
    plain |= {"lower": value - 9, "upper": value + 9, "england": 50.0, "people_gap": numerator - denominator / 2}
    plain |= {"difference": away, "difference_lower": away - 9, "difference_upper": away + 9}
    return Year(**(plain | {"change_verdict": "not testable", "reason": "", "method": "a method"} | others))


def unknown_year(period: str) -> Year:
    """A year whose figure is hidden."""
    hidden = dict.fromkeys(set(Year.__dataclass_fields__) - {"period", "change_verdict", "reason", "method"}, math.nan)
    reason = f"the counts of {period} are not known: suppressed, or not returned"
    return replace(year(period, 1, 2, reason=reason), **hidden)


@pytest.fixture(scope="session")
def make_annual() -> Callable[..., AnnualResults]:
    """Make the yearly results of an area: 45%, no figure, 57 of 120 people, then 78 of 120 and a clear change."""

    def make(
        code: str = "E06000033",
        metric: str = "reablement",
        *,
        last: Mapping[str, Any] = {},
        years: tuple[Year, ...] | None = None,
        ambitions: tuple[AmbitionTest, ...] = (),
        build: Mapping[str, Any] = BUILD,
    ) -> AnnualResults:
        changed: dict[str, Any] = {"change": 17.5, "change_lower": 4.4, "change_upper": 29.6}
        changed |= {"change_p_value": 0.0081, "change_verdict": "rose"}
        found = years or (
            year("2014/15", 90, 200, reason="there is no year before it in these data"),
            unknown_year("2015/16"),
            year("2016/17", 57, 120, reason="the counts of 2015/16 are not known: suppressed, or not returned"),
            replace(year("2017/18", 78, 120), **(changed | dict(last))),
        )
        rows = [
            (
                code,
                metric,
                one.period,
                one.numerator,
                one.denominator,
                one.value,
                "" if one.known else "suppressed",
                "a",
            )
            for one in found
        ]
        return AnnualResults(
            area=load.areas()[code],
            metric=load.metric(metric),
            protocol=load.protocol(),
            observations=pd.DataFrame(rows, columns=COLUMNS),
            years=found,
            ambitions=ambitions,
            build=build,
            evaluation=EVALUATION,
        )

    return make


@pytest.fixture(scope="session")
def make_page() -> Callable[..., AreaPage]:
    """Make the page of one area from its results."""

    def make(first: AreaResults | AnnualResults, *others: AreaResults | AnnualResults, **given: Any) -> AreaPage:
        held = (first, *others)
        return AreaPage(
            area=first.area,
            monthly={one.metric.key: one for one in held if isinstance(one, AreaResults)},
            yearly={one.metric.key: one for one in held if isinstance(one, AnnualResults)},
            protocol=first.protocol,
            build=first.build,
            evaluation=first.evaluation,
            **given,
        )

    return make
