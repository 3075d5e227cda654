"""Outturns of yearly targets, on simulated boards whose truth is known: nothing changes, but where it is made to."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm

from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual.ambitions import evaluate_annual_ambitions
from bcf_eval.evaluate.annual.outlook import look_years_ahead
from bcf_eval.evaluate.annual.outturns import NO_FIGURE, RARE, evaluate_annual_outturns
from bcf_eval.evaluate.annual.validation import LEFT_OUT, tabulate_validation, validate_last_year
from bcf_eval.evaluate.metric_tables import Surroundings, evaluate_metric
from bcf_eval.evaluate.outturns.looking_back import look_back
from bcf_eval.evaluate.outturns.totals import total_outturns
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import validate
from bcf_eval.results import OUTTURN_VERDICTS, AmbitionTest
from bcf_eval.specs import ENGLAND, Ambition
from bcf_eval.tables import OUTTURNS, TRACK_RECORD

from ..makers import SCILLY, simulate_years

PROTOCOL = load.protocol()
BOARDS = [one for one in load.boards() if one != SCILLY][:60]
BETTER, WORSE, HIDDEN = BOARDS[2], BOARDS[4], BOARDS[6]
YEARS = [f"{year}/{(year + 1) % 100:02d}" for year in range(2010, 2019)]
LAST, END = YEARS[-1], YEARS[-2]


def simulate(metric: str, years: list[str], people: float, *, seed: int = 5) -> pd.DataFrame:
    """Nothing changes but in two boards' last year; one board's last count is hidden."""
    rows = simulate_years(metric, years, BOARDS, seed=seed, people=people)
    better = load.metric(metric).better
    for code, factor in ((BETTER, 0.5), (WORSE, 2.0)):
        at = rows["area_code"].eq(code) & rows["period"].eq(years[-1])
        factor = 1 / factor if better == "higher" else factor
        count = (rows.loc[at, "numerator"] * factor).round().clip(upper=0.99 * people // 1)
        rows.loc[at, "numerator"] = count
        rows.loc[at, "value"] = load.metric(metric).multiplier * count / people
    hidden = rows["area_code"].eq(HIDDEN) & rows["period"].eq(years[-1])
    rows.loc[hidden, ["numerator", "value"]] = np.nan
    rows.loc[hidden, "flag"] = "suppressed"
    return validate(rows)


def plan(panel: Panel, by: float, *, end: str = END, period: str = LAST) -> list[AmbitionTest]:
    """Every board, and England, plans to change its last known value by a share."""
    row = panel.periods.index(end)
    asked = [
        Ambition("plan", code, panel.metric.key, period, (1 + by) * panel.value[row, panel.column(code)], end, end, "")
        for code in [*BOARDS, ENGLAND]
    ]
    return evaluate_annual_ambitions(panel, asked, PROTOCOL)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Nine years of shares, so that what boards share in a year is estimated."""
    return build_panel(simulate("reablement", YEARS, 2_000), load.metric("reablement"))


@pytest.fixture(scope="module")
def tests(panel: Panel) -> list[AmbitionTest]:
    return plan(panel, 0.02)


@pytest.fixture(scope="module")
def outturns(panel: Panel, tests: list[AmbitionTest]) -> pd.DataFrame:
    return evaluate_annual_outturns(panel, tests, PROTOCOL)


def test_each_target_has_a_row_and_a_verdict_of_the_list(outturns: pd.DataFrame) -> None:
    assert list(outturns.columns) == OUTTURNS and len(outturns) == len(BOARDS) + 1
    assert set(outturns["verdict"]) <= set(OUTTURN_VERDICTS)
    found = outturns.set_index("area_code")
    assert found.loc[HIDDEN, "reason"] == NO_FIGURE and "not known" in found.loc[HIDDEN, "sentence"]
    assert found.loc[ENGLAND, "verdict"] == "not testable" and math.isnan(found.loc[ENGLAND, "q_value"])


def test_a_real_change_is_beyond_trend_and_few_others_are(outturns: pd.DataFrame) -> None:
    """A twentieth each way; 58 independent boards lie within 0 to 17%."""
    found = outturns.set_index("area_code")
    assert found.loc[BETTER, "verdict"] == "met, beyond trend"
    assert found.loc[WORSE, "verdict"] == "missed, and worse than trend"
    still = found.drop([BETTER, WORSE, HIDDEN, ENGLAND])
    beyond = still["verdict"].isin(
        ["met, beyond trend", "missed, but better than trend", "missed, and worse than trend"]
    )
    assert beyond.mean() <= 0.17
    assert found.loc[[BETTER, WORSE], "q_value"].max() < 0.05


def test_the_probability_is_the_integral_over_the_line(panel: Panel, outturns: pd.DataFrame) -> None:
    """A binomial count whose logit is normal, by quadrature, for the people there were."""
    board = BOARDS[9]
    row = outturns.set_index("area_code").loc[board]
    column = panel.column(board)
    line = look_years_ahead(panel, tuple(YEARS[:-1]), LAST).predictives[0]
    mean, sd = line.mean[column], line.sd[column]
    count, people = panel.numerator[-1, column], panel.denominator[-1, column]

    def at_least(z: float) -> float:
        return float(norm.pdf(z) * binom.sf(count - 1, people, 1 / (1 + math.exp(-(mean + sd * z)))))

    def at_most(z: float) -> float:
        return float(norm.pdf(z) * binom.cdf(count, people, 1 / (1 + math.exp(-(mean + sd * z)))))

    better = row["outturn"] >= row["expected"]
    by_hand = quad(at_least if better else at_most, -6, 6, limit=200)[0]
    assert row["p_value"] == pytest.approx(by_hand, abs=1e-4)


def test_the_share_and_its_interval_are_fiellers(panel: Panel) -> None:
    """The limits solve (a - θA)² = z² var(a - θA), a and the baseline with binomial variances."""
    board = BOARDS[9]
    (row,) = evaluate_annual_outturns(
        panel, [one for one in plan(panel, 0.15) if one.area_code == board], PROTOCOL
    ).to_dict("records")
    came, asked = row["outturn"] - row["baseline"], row["target"] - row["baseline"]
    assert row["share_achieved"] == pytest.approx(came / asked)
    before, after = ((panel.numerator[i, panel.column(board)] + 0.5) / 2001 for i in (-2, -1))
    variances = [100**2 * share * (1 - share) / 2000 for share in (before, after)]
    for limit in (row["share_lower"], row["share_upper"]):
        spread = variances[1] + variances[0] * (1 - limit) ** 2
        assert (came - limit * asked) ** 2 == pytest.approx(norm.ppf(0.975) ** 2 * spread)


def test_scores_are_in_the_unit_of_the_metric(outturns: pd.DataFrame) -> None:
    """A forecast's score lies below its median's error, and above a third of it for a bell curve's usual outturns."""
    known = outturns.dropna(subset=["crps"])
    assert len(known) == len(BOARDS) - 1
    error = (known["outturn"] - known["expected"]).abs()
    assert (known["crps"] > 0).all() and known["crps"].mean() < error.mean()
    assert known["crps"].mean() > error.mean() / 3


def test_with_few_years_sampling_can_explain_but_shows_nothing() -> None:
    panel = build_panel(simulate("residential", YEARS[-2:], 50_000), load.metric("residential"))
    found = evaluate_annual_outturns(panel, plan(panel, -0.05), PROTOCOL).set_index("area_code")
    assert (found.loc[BETTER, "verdict"], found.loc[BETTER, "reason"]) == ("not testable", RARE)
    assert set(found["verdict"]) <= {"met, as trend and chance would", "missed", "not testable"}
    told = found[found["verdict"].isin(["missed"])]["sentence"]
    assert told.str.contains("Chance in the counts alone can explain it").all()


def test_totals_of_years_have_no_england(panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame) -> None:
    (every,) = total_outturns(panel, tests, outturns, PROTOCOL).to_dict("records")
    assert every["n_met"] + every["n_missed"] == every["n_tested"] <= len(BOARDS) - 1
    known = outturns[outturns["verdict"].ne("not testable") & outturns["chance"].notna()]
    assert every["chance_misses"] == pytest.approx((1 - known["chance"]).sum())
    assert math.isnan(every["england_outturn"]) and "England" not in every["sentence"]


def test_a_year_ahead_has_no_row(panel: Panel, tests: list[AmbitionTest]) -> None:
    assert evaluate_annual_outturns(panel, [replace(tests[0], period="2025/26")], PROTOCOL).empty
    assert list(evaluate_annual_outturns(panel, [], PROTOCOL).columns) == OUTTURNS


def test_an_area_that_is_not_there_has_no_figure(panel: Panel, tests: list[AmbitionTest]) -> None:
    stranger = replace(tests[0], area_code=SCILLY, n_baseline=0, reason="these data hold nothing of the area")
    (row,) = evaluate_annual_outturns(panel, [stranger], PROTOCOL).to_dict("records")
    assert row["verdict"] == "not testable" and math.isnan(row["outturn"])


def test_one_target_can_be_looked_back_on_by_itself(outturns: pd.DataFrame) -> None:
    data = simulate("reablement", YEARS, 2_000)
    test = next(one for one in plan(build_panel(data, load.metric("reablement")), 0.02) if one.area_code == BETTER)
    (row,) = look_back(data, test).to_dict("records")
    assert row["p_value"] == pytest.approx(outturns.set_index("area_code").loc[BETTER, "p_value"])


def test_the_year_left_out_stands_in_the_track_record(panel: Panel) -> None:
    found = validate_last_year(panel, PROTOCOL)
    table = tabulate_validation(found)
    assert list(table.columns) == TRACK_RECORD
    assert table["kind"].eq(LEFT_OUT).all() and table["end"].eq(END).all() and table["n_origins"].eq(1).all()
    assert table["frequency"].tolist() == found.iloc[0][["better_tail", "worse_tail"]].tolist()
    assert "as good as" in table["sentence"].iloc[0] and "as bad as" in table["sentence"].iloc[1]
    assert tabulate_validation(found.iloc[:0]).empty


def test_a_plan_in_a_table_has_its_outturn_among_the_results(panel: Panel) -> None:
    row = {
        "area_code": BETTER, "metric": "reablement", "period": LAST, "planned": 90.0, "baseline_period": END,
        "baseline_end": "", "vintage": "2018-05-03", "source": "a plan",
    }  # fmt: skip
    around = Surroundings(plans=pd.DataFrame([row]), people=None, deprivation=None)
    tables = evaluate_metric(panel, around, PROTOCOL)
    (found,) = tables["outturns"].to_dict("records")
    assert (found["ambition"], found["area_code"], found["vintage"]) == ("plan", BETTER, "2018-05-03")
    assert found["met"] and found["verdict"] == "met, beyond trend"
    assert tables["outturn_totals"]["n_tested"].tolist() == [1]
    assert set(tables["track_record"]["kind"]) == {LEFT_OUT}
