"""Other ways of working a verdict out: each against the fit made by itself, and the story they tell together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.agreement import find_agreement, say_agreement
from bcf_eval.evaluate.its.checks import check_its
from bcf_eval.evaluate.its.fitting import NO_END
from bcf_eval.evaluate.its.its import ItsTables, evaluate_its
from bcf_eval.evaluate.its.specification_fits import GAPS, TOO_LARGE
from bcf_eval.evaluate.its.specification_list import ENGLAND_ONLY, NAMED, list_ways
from bcf_eval.evaluate.its.specifications import evaluate_specifications, list_specifications, reduce_specifications
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.regression.arma import fit_arma
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.least_squares import fit_ols
from bcf_eval.stats.regression.linear import contrast
from bcf_eval.stats.regression.reml import fit_reml
from bcf_eval.tables import ITS_SPECIFICATIONS

from ..conftest import BOARDS, FALL, FELL, MONTHS
from ..recorded import simulate_panel

PROTOCOL = load.protocol()
MONTH = np.array([parse_period(month).start for month in MONTHS])
FUND = MONTHS.index("2015-04")
OCTOBER = MONTHS.index("2015-10")


@pytest.fixture(scope="module")
def tables(panel: Panel) -> ItsTables:
    return evaluate_its(panel, PROTOCOL)


def work_out(panel: Panel, tables: ItsTables) -> pd.DataFrame:
    return evaluate_specifications(panel, tables.effects, {one.scope: one for one in tables.records}, PROTOCOL)


@pytest.fixture(scope="module")
def table(panel: Panel, tables: ItsTables) -> pd.DataFrame:
    return work_out(panel, tables)


def pick(table: pd.DataFrame, specification: str, area: str = FELL, intervention: str = "bcf_2015") -> pd.Series:
    found = table.query("specification == @specification and area_code == @area and intervention == @intervention")
    assert len(found) == 1
    return found.iloc[0]


def test_about_forty_ways_each_named_once() -> None:
    ways = list_ways(PROTOCOL)
    assert 38 <= len(ways) <= 45
    assert len({one.name for one in ways}) == len({replace(one, name="", family="", label="") for one in ways})
    assert len({one.name for one in ways}) == len(ways)
    assert set(NAMED) < {one.name for one in ways}
    assert {one.name for one in list_ways(PROTOCOL, england=True)} - {one.name for one in ways} == set(ENGLAND_ONLY)
    # A protocol of its own may shift no window, or have another season: still no way is named twice.
    for other in (replace(PROTOCOL, robustness_window_shift=0), replace(PROTOCOL, season_pairs=4)):
        names = [one.name for one in list_ways(other, england=True)]
        assert len(set(names)) == len(names)


def test_the_main_way_is_the_verdicts_own(table: pd.DataFrame, tables: ItsTables) -> None:
    assert list(table) == ITS_SPECIFICATIONS
    shared = tables.effects.query("fit == 'verdict' and scope == 'own' and contrast == 'average_12'")
    both = shared.merge(table, on=["area_code", "metric", "intervention", "specification"], validate="one_to_one")
    assert set(both["specification"]) >= {"main", "newey_west", "no_season", "window_longer", "window_shorter"}
    for column in ("estimate", "std_error", "df", "lower", "upper", "relative"):
        known = both[f"{column}_y"].notna()
        np.testing.assert_allclose(both.loc[known, f"{column}_x"], both.loc[known, f"{column}_y"], rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "rows", "pairs", "break_"),
    [
        ("ols", slice(FUND - 24, FUND + 24), 2, True),
        ("no_season_ols", slice(FUND - 24, FUND + 24), 0, True),
        ("season_3", slice(FUND - 24, FUND + 24), 3, True),
        ("no_break_steps", slice(FUND - 24, FUND + 24), 2, False),
        ("window_shorter_season_1", slice(FUND - 12, FUND + 12), 1, True),
        ("window_rather_shorter", slice(FUND - 18, FUND + 18), 2, True),
        ("without_first_months", slice(FUND - 21, FUND + 24), 2, True),
        ("without_last_months", slice(FUND - 24, FUND + 21), 2, True),
        ("phase_in", np.r_[FUND - 24 : FUND, FUND + 3 : FUND + 24], 2, True),
        ("ar2", slice(FUND - 24, FUND + 24), 2, True),
        ("arma11", slice(FUND - 24, FUND + 24), 2, True),
    ],
)
def test_each_way_is_the_fit_it_says(
    table: pd.DataFrame, panel: Panel, name: str, rows: slice, pairs: int, break_: bool
) -> None:
    """The design and the months by hand, one series at a time."""
    area = ENGLAND if name in ENGLAND_ONLY else BOARDS[3]
    y = panel.value[rows][:, [panel.column(area)]]
    breaks = [MONTH[OCTOBER]] if break_ else []
    design = build_design(MONTH[rows], interventions=[MONTH[FUND]], season_pairs=pairs, breaks=breaks)
    if "ols" in name:
        fit = fit_ols(y, design.matrix)
    elif name in ENGLAND_ONLY:
        fit = fit_arma(y, design.matrix, time=design.time, order=name)  # type: ignore[arg-type]
    else:
        fit = fit_reml(y, design.matrix, time=design.time)
    found = contrast(fit, design.unit("level_change_1")[None] + 5.5 * design.unit("slope_change_1")[None])
    row = pick(table, name, area)
    for column in ("estimate", "std_error", "df", "lower", "upper", "p_value"):
        assert row[column] == pytest.approx(getattr(found, column)[0, 0], rel=1e-6), column
    assert row["n"] == len(y)


def test_a_log_response_comes_back_in_the_unit(table: pd.DataFrame, panel: Panel) -> None:
    """A fall of 6 from about 12.3; and by hand, the same share of the level that the logarithm leads to expect."""
    row = pick(table, "log_response")
    assert row["estimate"] == pytest.approx(FALL, abs=1.0)
    assert row["lower"] < row["estimate"] < row["upper"] < 0
    people = panel.denominator[FUND, panel.column(FELL)]
    floor = PROTOCOL.ambition_floor_events_per_day / (people / 1e5)
    rows = slice(FUND - 24, FUND + 24)
    y = np.log(panel.value[rows][:, [panel.column(FELL)]] + floor)
    design = build_design(MONTH[rows], interventions=[MONTH[FUND]], season_pairs=2, breaks=[MONTH[OCTOBER]])
    beta = fit_reml(y, design.matrix).coefficients[0]
    expected = np.exp((design.without_interventions()[24:36] @ beta).mean())
    effect = np.expm1((design.unit("level_change_1") + 5.5 * design.unit("slope_change_1")) @ beta)
    assert row["estimate"] == pytest.approx(effect * expected, rel=1e-9)
    assert row["relative"] == pytest.approx(effect * expected / (expected - floor), rel=1e-9)


def test_what_cannot_be_had_has_its_reason(observations: pd.DataFrame) -> None:
    gone = observations["area_code"].eq(BOARDS[2]) & observations["period"].isin(["2014-02", "2016-07"])
    columns = {name: observations[name].mask(gone) for name in ("value", "numerator")}
    gappy = observations.assign(**columns, flag=observations["flag"].mask(gone, "gap"))
    panel = build_panel(gappy, load.metric("dtoc_days"))
    table = work_out(panel, evaluate_its(panel, PROTOCOL))
    row = pick(table, "prais_winsten", BOARDS[2])
    assert row["reason"] == GAPS
    assert np.isnan(row["estimate"]) and row["agrees"] is pd.NA
    assert pick(table, "main", BOARDS[2])["n"] == 46
    assert np.isfinite(pick(table, "prais_winsten", BOARDS[3])["estimate"])


def test_ways_that_come_to_the_same_fit_are_not_counted_twice(table: pd.DataFrame) -> None:
    later = table[table["intervention"].eq("ibcf_2017") & table["area_code"].eq(FELL)]
    # The record ends in March 2019: no window is longer after April 2017, but before it is.
    assert pick(later, "window_longer", FELL, "ibcf_2017")["n"] == 60
    # Six months before April 2015 are too few for terms of their own: that window is the verdict's own.
    assert "window_rather_longer" not in set(later["specification"])
    assert not table.duplicated(["area_code", "intervention", "specification"]).any()
    england = table[table["area_code"].eq(ENGLAND)]
    assert not england["specification"].str.contains("local|region").any()
    assert set(table.loc[table["specification"].isin(ENGLAND_ONLY), "area_code"]) == {ENGLAND}


def test_beside_the_rest_of_the_region(table: pd.DataFrame, panel: Panel) -> None:
    """By hand: counts of the other boards of the region over their people."""
    of = load.areas()
    others = [code for code in BOARDS if of[code].region == of[FELL].region and code != FELL]
    assert 1 <= len(others) < 7
    places, rows = [panel.column(code) for code in others], slice(FUND - 24, FUND + 24)
    days = np.array([parse_period(month).days for month in MONTHS[rows]])
    rest = 1e5 * panel.numerator[rows][:, places].sum(1) / panel.denominator[rows][:, places].sum(1) / days
    y = (panel.value[rows, panel.column(FELL)] - rest)[:, None]
    design = build_design(MONTH[rows], interventions=[MONTH[FUND]], season_pairs=2, breaks=[MONTH[OCTOBER]])
    found = contrast(
        fit_reml(y, design.matrix),
        design.unit("level_change_1")[None] + 5.5 * design.unit("slope_change_1")[None],
    )
    row = pick(table, "region")
    assert row["estimate"] == pytest.approx(found.estimate[0, 0], rel=1e-6)
    assert row["std_error"] == pytest.approx(found.std_error[0, 0], rel=1e-6)
    # The only board of its region in these data has nothing to be set beside.
    alone = pick(table, "region", BOARDS[-1])
    assert np.isnan(alone["estimate"]) and alone["reason"] == "no observations"


def test_the_known_fall_is_told_in_every_way_that_can_be_read(table: pd.DataFrame) -> None:
    known = table.query("area_code == @FELL and intervention == 'bcf_2015'")
    known = known[known["agrees"].notna()]
    assert len(known) > 30
    assert known["agrees"].astype(bool).mean() > 0.9
    assert known["estimate"].between(FALL - 1.5, FALL + 1.5).mean() > 0.9


def test_a_curve_rises_and_marks_the_main_way(table: pd.DataFrame) -> None:
    curve = list_specifications(table, ENGLAND, "dtoc_days", "bcf_2015")
    assert curve["estimate"].is_monotonic_increasing
    assert curve["is_main"].sum() == 1
    assert {"ar2", "arma11"} < set(curve["method"])
    chosen = curve.set_index("specification").loc["window_longer_season_3", ["months", "season_pairs", "method"]]
    assert chosen.tolist() == [72, 3, "reml"]
    assert len(curve) == table.query("area_code == @ENGLAND and intervention == 'bcf_2015'")["estimate"].notna().sum()
    assert list_specifications(table, "E99999999", "dtoc_days", "bcf_2015").empty


def test_a_few_stand_beside_the_verdict_and_are_counted(table: pd.DataFrame, tables: ItsTables) -> None:
    few = reduce_specifications(table)
    own = few.query("area_code == @FELL and intervention == 'bcf_2015'")
    assert own["specification"].tolist() == list(NAMED)
    checks = check_its(tables, PROTOCOL, specifications=table)
    said = checks.query("check == 'other specifications agree' and area_code == @FELL and intervention == 'bcf_2015'")
    counted = own["agrees"].dropna().astype(bool)
    assert said["detail"].iloc[0].startswith(f"{counted.sum()} of {len(counted)} other specifications give an estimate")
    assert said["passed"].iloc[0] == counted.all()


@pytest.mark.parametrize(
    ("verdict", "other", "trusted", "agrees"),
    [
        ("fell", (-5.0, -9.0, -1.0), True, True),
        ("fell", (-5.0, -5.5, -4.5), True, False),
        ("fell", (-5.0, -5.5, -4.5), False, True),
        ("fell", (-2.0, -2.5, -1.5), False, False),
        ("fell", (5.0, -20.0, 30.0), True, False),
        ("no clear change", (-5.0, -9.0, 1.0), True, True),
        ("no clear change", (-5.0, -9.0, -1.0), True, False),
        ("no clear change", (-5.0, -9.0, -1.0), False, True),
        ("no clear change", (-12.0, -13.0, -11.0), False, False),
    ],
)
def test_narrow_intervals_are_not_gone_by(
    verdict: str, other: tuple[float, float, float], trusted: bool, agrees: bool
) -> None:
    """A main estimate of -6, from -10 to -2 (or to 2), beside one other."""
    estimate, lower, upper = other
    row = pd.DataFrame({"estimate": [estimate], "lower": [lower], "upper": [upper], "trusted": [trusted]})
    main = {"verdict_main": verdict, "estimate_main": -6.0, "lower_main": -10.0, "upper_main": -2.0}
    assert find_agreement(row.assign(**main)).tolist() == [agrees]


def test_those_that_differ_are_named() -> None:
    assert say_agreement(7, 9, "rose", ["no season", "a longer window"]) == (
        "7 of 9 other specifications give an estimate of like size in the same direction. "
        "Those that do not: no season; a longer window."
    )
    assert say_agreement(9, 9, "no clear change", []) == "9 of 9 other specifications find no clear change either."


def _set_to_zero(panel: Panel, first: str) -> Panel:
    value = panel.value.copy()
    value[panel.periods.index(first) :, 0] = 0.0
    return replace(panel, value=value)


@pytest.mark.parametrize("first", [MONTHS[0], "2015-04"])
def test_a_board_of_zeros_has_reasons_and_no_numbers(panel: Panel, first: str) -> None:
    """Nothing over nothing, and the logarithm of nothing: no way of working it out may warn."""
    zeros = _set_to_zero(panel, first)
    tables = evaluate_its(zeros, PROTOCOL)
    found = work_out(zeros, tables)
    mine = found[found["area_code"].eq(panel.areas[0]) & found["specification"].str.contains("log|main")]
    # A window of 60 months reaches back to figures.
    mine = mine[mine["n"].le(48) & mine["intervention"].eq("ibcf_2017" if first == "2015-04" else "bcf_2015")]
    assert len(mine) > 1 and mine["reason"].str.contains("does not vary|zero").all()
    assert mine[["lower", "upper", "relative"]].isna().all(axis=None)


def test_what_overflows_on_its_way_back_from_logarithms_has_a_reason() -> None:
    panel, six = simulate_panel(boards=12), replace(PROTOCOL, season_pairs=6)
    found = evaluate_specifications(panel, evaluate_its(panel, six).effects, {}, six)
    lost = found[found["reason"].eq(TOO_LARGE)]
    assert len(lost) and lost[["estimate", "lower", "upper", "relative"]].isna().all(axis=None)
    assert not np.isinf(found.select_dtypes(float)).any(axis=None)


def test_no_interval_is_endless() -> None:
    """Of forty boards and some dates none tells what comes once in ten million times."""
    panel, strict = simulate_panel(boards=40), replace(PROTOCOL, interval=1 - 1e-7)
    tables = evaluate_its(panel, strict)
    found = evaluate_specifications(panel, tables.effects, {one.scope: one for one in tables.records}, strict)
    for frame in (found, tables.effects, tables.terms):
        assert not np.isinf(frame.select_dtypes(float)).any(axis=None)
    primary = tables.effects.query("contrast == 'average_12' and scope == 'own' and specification == 'main'")
    endless = primary[primary["reason"].eq(NO_END)]
    assert len(endless) and endless["verdict"].isin(["not testable", ""]).all() and endless["estimate"].notna().all()
