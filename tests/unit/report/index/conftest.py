"""Results of a whole project made by hand: verdicts on every board, to be counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.report.loading import ProjectResults
from bcf_eval.report.loading_annual import ProjectYears
from bcf_eval.results import AmbitionTest
from bcf_eval.tables import ANNUAL

VERDICTS = ["fell"] * 3 + ["rose"] + ["no clear change"] * 15 + ["not testable"] * 2
LOCAL = ["fell"] * 3 + ["rose"] * 2 + ["no clear change"] * 16


@pytest.fixture
def monthly(make_test: Callable[..., AmbitionTest]) -> ProjectResults:
    """Delayed transfers of England and 21 boards."""
    codes = list(load.boards()[: len(VERDICTS)])
    rows: list[dict[str, Any]] = [
        {
            "area_code": code,
            "intervention": one.key,
            "scope": scope,
            "estimate": -1.5,
            "verdict": verdict,
            "agrees": i != 1,
            "jumps": i == 2,
            "p_cal_reason": "not yet compared with it",
        }
        for one in load.interventions("dtoc_days")
        for scope, verdicts in (("own", VERDICTS), ("local", LOCAL))
        for i, (code, verdict) in enumerate(zip(["E92000001", *codes], ["fell", *verdicts], strict=True))
    ]
    tests = {code: (make_test(area_code=code),) for code in codes}
    tests |= {code: (make_test(area_code=code, verdict="meaningful", chance=0.02),) for code in codes[:3]}
    return ProjectResults(
        metric=load.metric("dtoc_days"),
        protocol=load.protocol(),
        areas=("E92000001", *codes),
        span=("2011-04", "2019-03"),
        primary=pd.DataFrame(rows),
        ambitions=tests,
        n_others=4,
        build={"build_id": "b"},
        evaluation={"evaluation_id": "e2"},
        _by_area={},
    )


@pytest.fixture
def yearly() -> ProjectYears:
    """Permanent admissions of England and five boards: two above, one below, one neither, one without a figure."""
    codes = ["E92000001", *load.boards()[:5]]
    # Value, half its distance's interval, change on the year before, and the verdict on it.
    told = [
        (579.4, math.nan, -6.2, "no clear change"),
        (692.4, 87.0, 163.6, "rose"),
        (640.0, 20.0, 12.0, "rose"),
        (500.0, 30.0, -80.0, "fell"),
        (575.0, 60.0, 1.0, "no clear change"),
        (math.nan, math.nan, math.nan, "not testable"),
    ]
    rows = [
        {
            "area_code": code,
            "metric": "residential",
            "period": period,
            "value": value,
            "england": 579.4,
            "difference": value - 579.4,
            "difference_lower": value - 579.4 - half,
            "difference_upper": value - 579.4 + half,
            "change": change,
            "change_verdict": verdict,
            "reason": "",
            "method": "",
            "dispersion": 3.9,
        }
        for period in ("2017/18", "2018/19")
        for code, (value, half, change, verdict) in zip(codes, told, strict=True)
    ]
    return ProjectYears(
        metric=load.metric("residential"),
        protocol=load.protocol(),
        areas=tuple(codes),
        span=("2017/18", "2018/19"),
        years=pd.DataFrame(rows, columns=ANNUAL),
        ambitions={},
        build={"build_id": "b"},
        evaluation={"evaluation_id": "e2"},
        _by_area={},
    )
