"""Boards beside others: a known fall is found against them, a shared one is not; what cannot be said has a reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.controlled.answer import controlled_its
from bcf_eval.evaluate.controlled.controlled import ControlledTables, evaluate_controlled
from bcf_eval.evaluate.controlled.pairs import TREND_BEFORE
from bcf_eval.evaluate.controlled.record import measure_pairs_record
from bcf_eval.evaluate.its.fitting import NO_END
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.notebook import draw
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.regression.design import build_design
from bcf_eval.stats.regression.reml import fit_reml
from bcf_eval.tables import CONTROLLED, NEIGHBOURS

from ..conftest import FALL, FELL, MONTHS
from ..makers import make_rows, simulate_admissions

PROTOCOL = load.protocol()
ALONE = "E10000003"  # the only board of its region


@pytest.fixture(scope="module")
def tables(panel: Panel) -> ControlledTables:
    return evaluate_controlled(panel, PROTOCOL)


@pytest.fixture(scope="module")
def effects(tables: ControlledTables) -> pd.DataFrame:
    keys = ["intervention", "comparator", "form", "contrast", "area_code"]
    return tables.effects.set_index(keys).sort_index()


def test_every_board_stands_beside_both(panel: Panel, tables: ControlledTables) -> None:
    frame = tables.effects
    assert frame.columns.tolist() == CONTROLLED
    assert set(frame["area_code"]) == {*panel.areas} - {ENGLAND}
    assert len(frame) == 8 * 2 * 2 * 2 * 2
    assert not frame.duplicated(["area_code", "intervention", "comparator", "form", "contrast"]).any()
    assert set(frame["contrast"]) == {"average_12", TREND_BEFORE}
    assert tables.neighbours.columns.tolist() == NEIGHBOURS
    # Eight boards, of which each has the seven others: fewer than fifteen.
    assert tables.neighbours.groupby(["intervention", "area_code"]).size().eq(8).all()


@pytest.mark.parametrize("form", ["joint", "difference"])
@pytest.mark.parametrize("comparator", ["region", "neighbours"])
def test_a_fall_that_others_did_not_have_is_found(effects: pd.DataFrame, comparator: str, form: str) -> None:
    row = effects.loc[("bcf_2015", comparator, form, "average_12", FELL)]
    # 1.2: four standard errors of a difference of two series with errors of 0.4.
    assert row["estimate"] == pytest.approx(FALL, abs=1.2)
    assert row["lower"] < FALL < row["upper"]
    assert row["p_value"] < 0.001
    trend = effects.loc[("bcf_2015", comparator, form, TREND_BEFORE, FELL)]
    assert trend["lower"] < 0 < trend["upper"]


def test_a_board_alone_in_its_region_has_a_reason(effects: pd.DataFrame) -> None:
    row = effects.loc[("bcf_2015", "region", "joint", "average_12", ALONE)]
    assert row["reason"] == "no other board of its region has complete figures in these months"
    assert row[["estimate", "std_error", "df", "lower", "upper", "p_value"]].isna().all()
    assert row["n_comparator"] == 0
    assert effects.loc[("bcf_2015", "neighbours", "joint", "average_12", ALONE), "reason"] == ""


def test_the_difference_is_the_fit_of_a_difference(panel: Panel, effects: pd.DataFrame) -> None:
    """The window and the steps by hand: 24 months each side, a step at October 2015."""
    rows = [panel.periods.index(month) for month in MONTHS if "2013-04" <= month < "2017-04"]
    others = [panel.column(code) for code in load.boards()[:7] if code != FELL]
    others = [i for i in others if load.areas()[panel.areas[i]].region == load.areas()[FELL].region]
    people, counts = panel.denominator[rows][:, others].sum(1), panel.numerator[rows][:, others].sum(1)
    days = np.array([pd.Period(panel.periods[i], "M").days_in_month for i in rows])
    gap = panel.value[rows, panel.column(FELL)] - 1e5 * counts / people / days
    # 2013-04 is month 3 of a year, which only turns the season.
    design = build_design(np.arange(48), interventions=[24], breaks=[30], season_pairs=2)
    fit = fit_reml(gap[:, None], design.matrix)
    expected = (design.unit("level_change_1") + 5.5 * design.unit("slope_change_1")) @ fit.coefficients[0]
    found = effects.loc[("bcf_2015", "region", "difference", "average_12", FELL), "estimate"]
    assert found == pytest.approx(expected, rel=1e-6)


def test_what_happens_everywhere_leaves_no_trace(panel: Panel) -> None:
    """A fall of 5 in every board at the same date: found by no comparison more often than chance brings."""
    after = np.array(panel.periods) >= "2015-04"
    value = panel.value - 5.0 * after[:, None]
    numerator = panel.numerator - 5.0 * after[:, None] * panel.events_per_unit
    value[:, panel.column(FELL)] -= FALL * after
    numerator[:, panel.column(FELL)] -= FALL * after * panel.events_per_unit[:, panel.column(FELL)]
    shared = evaluate_controlled(replace(panel, value=value, numerator=numerator), PROTOCOL).effects
    first = shared[shared["intervention"].eq("bcf_2015") & shared["contrast"].eq("average_12")].dropna()
    assert len(first) == 8 * 4 - 2
    assert first["estimate"].abs().max() < 1.5
    assert first["p_value"].lt(0.001).sum() == 0


def test_an_interval_leaves_zero_out_just_where_the_calibrated_p_value_is_small(tables: ControlledTables) -> None:
    known = tables.effects[tables.effects["p_cal"].notna() & tables.effects["reason"].eq("")]
    without_zero = known["lower"].gt(0) | known["upper"].lt(0)
    assert without_zero.any() and not without_zero.all()
    pd.testing.assert_series_equal(without_zero, known["p_cal"].lt(PROTOCOL.alpha), check_names=False)
    middle = (known["lower"] + known["upper"]) / 2
    np.testing.assert_allclose(middle, known["estimate"], atol=1e-9)


def test_a_record_that_ends_before_anything_began_gives_no_rows(observations: pd.DataFrame) -> None:
    early = build_panel(observations[observations["period"].lt("2015-04")], load.metric("dtoc_days"))
    found = evaluate_controlled(early, PROTOCOL)
    assert found.effects.empty
    assert found.effects.columns.tolist() == CONTROLLED


def test_few_months_after_are_a_reason(observations: pd.DataFrame) -> None:
    few = build_panel(observations[observations["period"].lt("2015-09")], load.metric("dtoc_days"))
    found = evaluate_controlled(few, PROTOCOL).effects
    assert found["reason"].str.contains("too few points|no other board").all()


def test_zeros_and_flat_series_have_a_reason(panel: Panel) -> None:
    value, numerator = panel.value.copy(), panel.numerator.copy()
    value[:, 0] = numerator[:, 0] = 0.0
    found = evaluate_controlled(replace(panel, value=value, numerator=numerator), PROTOCOL).effects
    flat = found[found["area_code"].eq(panel.areas[0])]
    assert set(flat["reason"]) <= {"the series does not vary", "no other board of its region has complete figures"}
    assert flat.loc[flat["form"].eq("joint"), "p_value"].isna().all()


def test_the_order_of_areas_does_not_matter(observations: pd.DataFrame, tables: ControlledTables) -> None:
    shuffled = observations.sample(frac=1.0, random_state=np.random.default_rng(1))
    again = evaluate_controlled(build_panel(shuffled, load.metric("dtoc_days")), PROTOCOL)
    pd.testing.assert_frame_equal(again.effects, tables.effects)


def test_months_alike_in_length_are_compared() -> None:
    """Admissions of a month: one board falls by 30%, others do not."""
    boards = [*load.boards()[:6]]
    found = evaluate_controlled(
        build_panel(simulate_admissions(boards, fell=boards[2], fall=0.3), load.metric("nea")), PROTOCOL
    ).effects
    first = found[found["intervention"].eq("bcf_2015") & found["contrast"].eq("average_12")].set_index("area_code")
    # 25.4 a day for a month of 30.4 days, less 30%.
    assert first.loc[boards[2], "estimate"].to_numpy() == pytest.approx(-0.3 * 25.4 * 30.4375, rel=0.1)
    assert (first.loc[boards[2], "p_value"] < 1e-6).all()


def test_the_answer_says_what_the_table_does(observations: pd.DataFrame, effects: pd.DataFrame) -> None:
    result = controlled_its(observations, area=FELL, comparator="region")
    terms = result.terms.set_index(["series", "term"])
    name = load.areas()[FELL].name
    for series, term, form in [(name, "difference_average_12", "joint"), ("difference", "average_12", "difference")]:
        row = effects.loc[("bcf_2015", "region", form, "average_12", FELL)]
        for column in ("estimate", "std_error", "df", "lower", "upper", "p_value"):
            assert terms.loc[(series, term), column] == pytest.approx(row[column], rel=1e-9)
    assert len(result.sentences) == 3
    assert "a statistically clear difference" in result.sentences[0]
    assert "fewer than 1 time in 1,000" in result.sentences[0]
    assert "no sign that they did not" in result.sentences[0]
    assert any("Every board had the fund" in check.detail for check in result.checks)
    assert [one for one in result.checks if one.detail.startswith("Compared with: ")]


def test_the_paths_meet_where_they_should(observations: pd.DataFrame) -> None:
    result = controlled_its(observations, area=FELL, comparator=list(load.boards()[1:4]))
    paths = {str(name): part.set_index("period") for name, part in result.paths.groupby("series", sort=False)}
    own, other, gap = paths.values()
    np.testing.assert_allclose(gap["observed"], own["observed"] - other["observed"], rtol=1e-12)
    for path in paths.values():
        # Before it began nothing is carried on: the fitted path and the counterfactual are one.
        early = path[path.index < "2015-04"]
        np.testing.assert_allclose(early["fitted"], early["counterfactual"], rtol=1e-9)
        assert (path["fitted"] - path["observed"]).abs().max() < 2.0
    assert "<svg" in draw(result, series="difference").svg


def test_a_difference_that_drifted_before_is_said_to(observations: pd.DataFrame) -> None:
    rows = observations.copy()
    mine = rows["area_code"].eq(FELL)
    t = rows.loc[mine, "period"].map({month: i for i, month in enumerate(MONTHS)})
    rows.loc[mine, "value"] += 0.4 * t
    result = controlled_its(rows, area=FELL, comparator="neighbours")
    assert "they did not, so that the comparison carries two different paths on" in result.sentences[0]
    assert any(
        "Neighbours were found without, as not given: share of people aged 65" in c.detail for c in result.checks
    )


def test_what_cannot_be_tested_is_an_answer(observations: pd.DataFrame) -> None:
    result = controlled_its(observations, area=ALONE, comparator="region")
    assert "cannot be tested: no other board of its region" in result.sentences[0]
    assert result.terms["estimate"].isna().all()
    assert result.paths.empty


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"area": "Hartlepol"}, "There is no Health and Wellbeing Board 'Hartlepol'.*Hartlepool"),
        ({"area": "England"}, "England has no other boards"),
        ({"intervention": "bcf"}, "There is no intervention 'bcf' of 'dtoc_days'.*Known: bcf_2015, ibcf_2017"),
        (
            {"comparator": "county"},
            "There is no comparator 'county'; expected 'region', 'neighbours' or names of boards",
        ),
        ({"comparator": []}, "There is no comparator"),
        (
            {"comparator": ["Hartlepool", "Darlington"]},
            "Hartlepool cannot be among the boards that Hartlepool is compared",
        ),
        ({"comparator": ["England"]}, "England cannot be among the boards"),
        ({"metric": "residential"}, "'residential' is returned by year"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    observations: pd.DataFrame, choices: dict[str, object], message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        controlled_its(observations, **{"area": FELL, **choices})  # type: ignore[arg-type]


def test_a_record_without_both_sides_is_refused(observations: pd.DataFrame) -> None:
    early = observations[observations["period"].lt("2015-04")]
    with pytest.raises(RequestError, match="The data hold no 'dtoc_days' from before and after 2015-04"):
        controlled_its(early, area=FELL)


def test_an_area_without_figures_has_a_reason(observations: pd.DataFrame) -> None:
    blank = make_rows("dtoc_days", "E10000011", MONTHS, np.nan, 1e5, flag="gap")
    found = evaluate_controlled(build_panel(pd.concat([observations, blank]), load.metric("dtoc_days")), PROTOCOL)
    mine = found.effects[found.effects["area_code"].eq("E10000011")]
    assert set(mine["reason"]) <= {
        "no observations",
        "no other board of its region has complete figures in these months",
        "no board that can be compared with it has complete figures in these months",
    }
    assert mine["estimate"].isna().all()


def test_what_is_found_stands_beside_dates_when_nothing_began(panel: Panel, tables: ControlledTables) -> None:
    frame = tables.effects
    fell = frame[
        frame["area_code"].eq(FELL) & frame["intervention"].eq("bcf_2015") & frame["contrast"].eq("average_12")
    ]
    record = measure_pairs_record(panel, PROTOCOL, "neighbours")["joint"]
    # Every fourth of the 25 dates from month 12 to month 36 of a window of 48.
    assert len(record.dates) == 7
    assert (record.dates[0], record.dates[-1]) == ("2012-04", "2014-04")
    n = np.isfinite(record.z[:, :, 0]).sum()
    found = fell[fell["comparator"].eq("neighbours") & fell["form"].eq("joint")].iloc[0]
    # Nothing came out as far as a fall of 15 standard errors.
    assert found["p_cal"] == pytest.approx(1 / (1 + n))
    assert found["p_cal_low"] == found["p_cal_high"] == 0
    assert frame.loc[frame["p_value"].notna() & frame["reason"].eq(""), "p_cal"].between(0, 1).all()
    assert set(frame["p_cal_reason"]) == {""}


def test_a_record_too_short_for_such_dates_says_so(observations: pd.DataFrame) -> None:
    late = observations[observations["period"].ge("2013-04")]
    found = evaluate_controlled(build_panel(late, load.metric("dtoc_days")), PROTOCOL).effects
    assert found["p_cal"].isna().all()
    assert found["p_cal_reason"].str.contains("begins 24 months before the Better Care Fund").all()
    sentence = controlled_its(late, area=FELL, comparator="region").sentences[0]
    assert "This cannot be compared with the same test at dates when nothing began" in sentence


def test_no_interval_is_endless(panel: Panel, observations: pd.DataFrame) -> None:
    """Fifty fits at dates when nothing began cannot tell what comes once in a hundred times."""
    strict = replace(PROTOCOL, interval=0.99)
    found = evaluate_controlled(panel, strict).effects
    assert not np.isinf(found.select_dtypes(float)).any(axis=None)
    endless = found[found["reason"].eq(NO_END)]
    assert len(endless) and endless["estimate"].notna().all() and endless[["lower", "upper"]].isna().all(axis=None)
    sentence = controlled_its(observations, area=FELL, comparator="region", protocol=strict).sentences[0]
    assert "(without an interval)" in sentence and "nan" not in sentence and "inf" not in sentence


def test_what_cannot_be_judged_has_no_interval(panel: Panel) -> None:
    value = panel.value.copy()
    place, first = panel.areas.index(FELL), panel.periods.index("2015-10")
    value[first : first + 12 : 2, place] = 0.0
    found = evaluate_controlled(replace(panel, value=value), PROTOCOL).effects
    mine = found[found["area_code"].eq(FELL) & found["intervention"].eq("bcf_2015")]
    assert mine["reason"].str.startswith("the rate is zero in 6 of 48 periods").all()
    assert mine["estimate"].notna().all() and mine[["lower", "upper", "p_value", "p_cal"]].isna().all(axis=None)
