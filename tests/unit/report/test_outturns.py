"""What a page and the index show of outturns, and the curve a target is drawn in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from bcf_eval.report import findings
from bcf_eval.report.at_a_glance import tabulate_glance
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AreaResults
from bcf_eval.report.figure_ambition import draw_ambition
from bcf_eval.report.part_monthly import MonthlyPart
from bcf_eval.report.part_targets import show_yearly
from bcf_eval.report.spread import fit_spread
from bcf_eval.report.summaries_outturns import summarise_outturns
from bcf_eval.results import AmbitionTest
from bcf_eval.tables import OUTTURN_TOTALS, OUTTURNS

ROW: dict[str, Any] = dict.fromkeys(OUTTURNS, "") | {
    "ambition": "dtoc_2017", "area_code": "E06000033", "area_name": "Southend-on-Sea", "metric": "dtoc_days",
    "period": "2017-09", "target": 9.4, "baseline_period": "2017-02", "baseline": 11.4, "outturn": 9.2,
    "expected": 9.8, "met": True, "p_value": 0.28, "verdict": "met, as trend and chance would",
    "share_achieved": 1.1, "share_lower": 0.4, "share_upper": 1.9, "chance_of_payment": 0.35, "people_gap": -8.0,
    "sentence": "For Southend-on-Sea, it came to 9.2: met.",
}  # fmt: skip


def hold(results: AreaResults, **others: Any) -> AreaResults:
    return replace(results, beside=Beside({"outturns": pd.DataFrame([ROW | others], columns=OUTTURNS)}))


def test_what_came_stands_under_the_verdict_and_at_a_glance(make_results: Callable[..., AreaResults]) -> None:
    results = hold(make_results())
    said = findings.find_monthly(results)
    assert "What came of it: <strong>Met, as trend and chance would</strong>. It came to 9.2" in said
    glance = tabulate_glance(results.area, [results.metric], {results.metric.key: results})
    assert "met, as trend and chance would" in glance
    told = MonthlyPart(results).ambition_numbers.html
    assert "What came of it? Met, as trend and chance would" in told and "it came to 9.2: met." in told


def test_without_outturns_nothing_is_said_of_them(make_results: Callable[..., AreaResults]) -> None:
    for results in (make_results(), hold(make_results(), period="2018-09"), hold(make_results(), vintage="2018-01-01")):
        assert "What came of it" not in findings.find_monthly(results) + MonthlyPart(results).ambition_numbers.html


def test_payment_is_told_of_the_rule_it_hung_on(
    make_results: Callable[..., AreaResults], make_test: Callable[..., AmbitionTest]
) -> None:
    test = make_test(ambition="nea_2015", metric="nea", period="2015/16", baseline_period="2014/15")
    paid = hold(make_results(metric="nea", ambition=test), ambition="nea_2015", period="2015/16")
    assert "Payment was due from 70%" in MonthlyPart(paid).ambition_numbers.html
    assert "Payment was due" not in MonthlyPart(hold(make_results())).ambition_numbers.html


def test_a_yearly_target_shows_its_outturn(
    make_annual: Callable[..., Any], make_test: Callable[..., AmbitionTest]
) -> None:
    nan = float("nan")
    trends = {"continues": nan, "damped": nan, "none": 47.5}
    test = make_test(
        ambition="plan", metric="reablement", period="2017/18", target=60.0, baseline=47.5, baseline_period="2016/17",
        baseline_start="2016/17", baseline_end="2016/17", n_baseline=1, expected=47.5, trends=trends,
        calibration_reason="This weighs sampling alone.", vintage="2017-05-01",
    )  # fmt: skip
    row = ROW | {"ambition": "plan", "period": "2017/18", "vintage": "2017-05-01", "share_achieved": nan}
    row |= {"share_reason": "not defined: the target asks for no improvement on its baseline"}
    results = replace(
        make_annual(ambitions=(test,)), beside=Beside({"outturns": pd.DataFrame([row], columns=OUTTURNS)})
    )
    said = show_yearly(results)
    assert "What came of it? Met, as trend and chance would" in said
    assert "Which share of the improvement came about is not defined: the target asks for no improvement" in said
    assert "It is uncalibrated: this weighs sampling alone." in said


def test_an_uncalibrated_curve_is_the_gaussian_of_the_chance(make_test: Callable[..., AmbitionTest]) -> None:
    test = make_test()
    spread = fit_spread(test, lower_is_better=True, interval=0.95)
    z = (np.log(9.4 + test.floor) - np.log(test.expected + test.floor)) / test.log_sd
    assert spread.at_most(9.4) == pytest.approx(norm.cdf(z))
    assert spread.quantile(0.3) == pytest.approx(
        np.exp(np.log(test.expected + test.floor) + test.log_sd * norm.ppf(0.3)) - test.floor
    )


@pytest.mark.parametrize("chance", [0.25, 0.295, 0.45])
def test_a_calibrated_curve_has_the_chance_and_the_interval(
    make_test: Callable[..., AmbitionTest], chance: float
) -> None:
    """To a hundredth, by integration of what is drawn."""
    test = make_test(calibration="calibrated", chance=chance, expected=9.8, lower=3.3, upper=31.0, log_sd=0.56)
    spread = fit_spread(test, lower_is_better=True, interval=0.95)

    def area(low: float, high: float) -> float:
        return quad(lambda at: float(spread.density(np.array([at]))[0]), low, high, limit=200)[0]

    whole = area(-test.floor + 1e-9, 400.0)
    assert area(-test.floor + 1e-9, 9.4) / whole == pytest.approx(chance, abs=0.012)
    assert area(3.3, 31.0) / whole == pytest.approx(0.95, abs=0.005)
    assert spread.at_most(spread.quantile(0.9)) == pytest.approx(0.9)


def test_a_caption_says_what_its_curve_is(
    make_test: Callable[..., AmbitionTest], make_results: Callable[..., AreaResults]
) -> None:
    metric = make_results().metric
    model, record = draw_ambition(make_test(), metric), draw_ambition(make_test(calibration="calibrated"), metric)
    assert model is not None and "that of a model; it has not been checked" in model.caption + model.more
    assert record is not None and "are those of past forecasts" in record.caption + record.more
    assert "half of outcomes lie on either side" in record.caption + record.more


def test_englands_page_tells_what_came_of_all_targets(make_results: Callable[..., AreaResults]) -> None:
    row = dict.fromkeys(OUTTURN_TOTALS, 1.0) | {
        "ambition": "dtoc_2017", "metric": "dtoc_days", "period": "2017-09", "arm": "all", "n_meaningful": 31,
        "n_meaningful_met": 2, "expected_meaningful_met": 0.5, "sentence": "Of 151 boards, 49 met the target.",
    }  # fmt: skip
    england = make_results("E92000001")
    totals = Beside({"outturn_totals": pd.DataFrame([row], columns=OUTTURN_TOTALS)})
    said = MonthlyPart(replace(england, beside=totals)).ambition.html
    assert "targets for September 2017: Of 151 boards, 49 met the target. Of 31 targets" in said
    assert "What came" not in MonthlyPart(england).ambition.html


def test_the_index_sums_up_outturns_by_arm() -> None:
    rows = [
        dict.fromkeys(OUTTURN_TOTALS, 0.3)
        | {"ambition": "dtoc_2017", "period": "2017-09", "arm": arm, "n_tested": n, "n_meaningful": 0, "sentence": said}
        for arm, n, said in (("all", 30, "All."), ("national number", 20, "Number."), ("own baseline", 10, "Own."))
    ]
    held: Any = SimpleNamespace(beside=Beside({"outturn_totals": pd.DataFrame(rows, columns=OUTTURN_TOTALS)}))
    (found,) = summarise_outturns(held)
    assert found.question == "What came of the target for September 2017" and found.sentence == "All."
    assert found.caution.startswith("Number. Own. No target")
    assert summarise_outturns(SimpleNamespace(beside=Beside())) == []  # type: ignore[arg-type]


def test_an_outturn_beyond_trend_is_set_among_all_boards(make_results: Callable[..., AreaResults]) -> None:
    row = ROW | {"verdict": "met, beyond trend", "q_value": 0.54}
    total = dict.fromkeys(OUTTURN_TOTALS, 0.2) | {
        "ambition": "dtoc_2017", "metric": "dtoc_days", "period": "2017-09", "arm": "all", "n_weighed": 151,
        "n_better": 25, "n_worse": 0, "expected_each_way": 7.55,
    }  # fmt: skip
    frames = {
        "outturns": pd.DataFrame([row], columns=OUTTURNS),
        "outturn_totals": pd.DataFrame([total | {"arm": "own baseline", "n_better": 3}, total], columns=OUTTURN_TOTALS),
    }
    results = replace(make_results(), beside=Beside(frames))
    assert "Of 151 boards 25 came to better than trend and chance explain; it does" in findings.find_monthly(results)
    told = MonthlyPart(results).ambition_numbers.html
    assert "25 of 151 boards came to better than trend and chance explain" in told
    assert "does not stand after allowance" in told and "q-value 0.54" in told
