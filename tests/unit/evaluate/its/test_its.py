"""Effects of a simulated record: the known fall is found, by hand and by shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.build import evaluate
from bcf_eval.evaluate.its.checks import check_its
from bcf_eval.evaluate.its.its import ItsTables, evaluate_its
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.periods import parse_period
from bcf_eval.results import ITS_VERDICTS
from bcf_eval.specs import ENGLAND
from bcf_eval.store import Project
from bcf_eval.tables import ITS_CHECKS, ITS_EFFECTS, ITS_PATHS, ITS_TERMS

from ..conftest import BOARDS, FALL, FELL, MONTHS


@pytest.fixture(scope="module")
def tables(panel: Panel) -> ItsTables:
    return evaluate_its(panel, load.protocol())


def pick(frame: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    for column, value in wanted.items():
        frame = frame[frame[column].eq(value)]
    return frame


MAIN = {"fit": "verdict", "specification": "main", "scope": "own"}


def test_tables_have_their_columns_and_closed_verdicts(tables: ItsTables) -> None:
    assert list(tables.terms) == ITS_TERMS
    assert list(tables.paths) == ITS_PATHS
    assert list(tables.effects) == ITS_EFFECTS
    assert set(tables.effects["verdict"]) <= {*ITS_VERDICTS, ""}
    # Eight boards are too few for a distribution of what they do when nothing begins.
    assert tables.effects["p_cal"].isna().all()
    reasons = tables.effects.loc[tables.effects["fit"].eq("verdict") & tables.effects["scope"].eq("local")]
    assert set(reasons["p_cal_reason"]) == {
        "cannot be compared with the same test at dates when nothing began: only 8 boards have such dates; "
        "20 are needed"
    }


def test_the_known_fall_is_found_and_no_other(tables: ItsTables) -> None:
    primary = pick(tables.effects, contrast="average_12", intervention="bcf_2015", **MAIN)
    primary = primary.set_index("area_code")
    assert primary.loc[FELL, "verdict"] == "fell"
    assert primary.loc[FELL, "lower"] < FALL < primary.loc[FELL, "upper"]
    # Nothing began in the others; at 5% one in seven would be no surprise, three would.
    assert primary.loc[BOARDS[1:], "verdict"].isin(["fell", "rose"]).sum() <= 2


def test_local_change_takes_the_shared_one_away(tables: ItsTables) -> None:
    local = pick(tables.effects, contrast="average_12", intervention="bcf_2015", fit="verdict", scope="local")
    assert ENGLAND not in set(local["area_code"])
    assert local.set_index("area_code").loc[FELL, "verdict"] == "fell"


def test_contrasts_are_sums_of_their_terms(tables: ItsTables, panel: Panel) -> None:
    terms = pick(tables.terms, fit="bcf_2015", scope="own", area_code=FELL).set_index("term")["estimate"]
    step, ramp = terms["level_change_1"], terms["slope_change_1"]
    effects = pick(tables.effects, intervention="bcf_2015", area_code=FELL, **MAIN).set_index("contrast")["estimate"]
    assert effects["at_1"] == pytest.approx(step)
    assert effects["at_24"] == pytest.approx(step + 23 * ramp)
    assert effects["average_12"] == pytest.approx(np.mean([step + h * ramp for h in range(12)]))
    after = [month for month in MONTHS if "2015-04" <= month < "2017-04"]
    days = [parse_period(month).days for month in after]
    by_hand = sum(2.0 * d * (step + h * ramp) for h, d in enumerate(days))
    assert effects["cumulative"] == pytest.approx(by_hand)


def test_relative_effects_are_shares_of_the_counterfactual(tables: ItsTables) -> None:
    row = pick(tables.effects, intervention="bcf_2015", area_code=FELL, contrast="average_12", **MAIN).iloc[0]
    assert row["relative"] == pytest.approx(FALL / 12.3, abs=0.05)
    assert row["relative_lower"] < row["relative"] < row["relative_upper"]


def test_the_drawn_path_has_no_intervention(tables: ItsTables) -> None:
    path = pick(tables.paths, area_code=FELL)
    before = path["period"] < "2015-04"
    np.testing.assert_allclose(path.loc[before, "fitted"], path.loc[before, "counterfactual"])
    after = path["period"].between("2015-04", "2016-03")
    assert (path.loc[after, "counterfactual"] - path.loc[after, "fitted"]).mean() == pytest.approx(-FALL, abs=1.5)
    assert (path["lower"] < path["upper"]).all()


def test_england_is_fitted_like_the_others(tables: ItsTables) -> None:
    assert len(pick(tables.effects, area_code=ENGLAND, contrast="average_12", **MAIN)) == 2


def test_checks_repeat_what_was_left_out(tables: ItsTables) -> None:
    checks = check_its(tables, load.protocol())
    assert list(checks) == ITS_CHECKS
    own = pick(checks, area_code=FELL, intervention="bcf_2015")
    assert "break at the intervention" in set(own["check"])
    agreement = pick(own, check="other specifications agree").iloc[0]
    assert agreement["passed"]
    assert agreement["detail"].endswith("other specifications give an estimate of like size in the same direction.")


@pytest.mark.parametrize(
    ("verdict", "other", "agrees"),
    [
        ("fell", (-5.0, -9.0, -1.0, "fell"), True),
        ("fell", (-5.0, -13.0, 3.0, "no clear change"), True),
        ("fell", (-2.0, -9.0, 5.0, "no clear change"), False),
        ("fell", (3.0, -9.0, 15.0, "no clear change"), False),
        ("fell", (-9.0, -11.0, -7.0, "fell"), False),
        ("no clear change", (-5.0, -13.0, 3.0, "no clear change"), True),
        ("no clear change", (-5.0, -9.0, -1.0, "fell"), False),
    ],
)
def test_another_fit_agrees_when_it_tells_the_same_story(
    tables: ItsTables, verdict: str, other: tuple[float, float, float, str], agrees: bool
) -> None:
    """A main estimate of -6 beside one other fit, written by hand."""
    effects = pick(tables.effects, area_code=FELL, intervention="bcf_2015", contrast="average_12", fit="verdict")
    effects = effects[effects["scope"].eq("own") & effects["specification"].isin(["main", "window_longer"])].copy()
    rows = effects.set_index("specification")[["estimate", "lower", "upper", "verdict"]].astype(object)
    rows.loc["main"] = [-6.0, -10.0, -2.0, verdict]
    rows.loc["window_longer"] = list(other)
    for column in rows:
        effects[column] = rows[column].to_numpy()
    checks = check_its(replace(tables, effects=effects), load.protocol())
    assert pick(checks, check="other specifications agree")["passed"].tolist() == [agrees]


def blank(observations: pd.DataFrame, area: str, months: list[str]) -> pd.DataFrame:
    gone = observations["area_code"].eq(area) & observations["period"].isin(months)
    flags = observations["flag"].mask(gone, "gap")
    return observations.assign(
        value=observations["value"].mask(gone), numerator=observations["numerator"].mask(gone), flag=flags
    )


def test_a_series_with_gaps_is_fitted_by_itself(observations: pd.DataFrame, tables: ItsTables) -> None:
    gappy = blank(observations, BOARDS[2], ["2014-02", "2016-07"])
    found = evaluate_its(build_panel(gappy, load.metric("dtoc_days")), load.protocol())
    row = pick(found.effects, area_code=BOARDS[2], contrast="average_12", intervention="bcf_2015", **MAIN).iloc[0]
    assert (row["n_before"], row["n_after"]) == (23, 23)
    same = pick(found.effects, area_code=BOARDS[3], contrast="average_12", intervention="bcf_2015", **MAIN)
    whole = pick(tables.effects, area_code=BOARDS[3], contrast="average_12", intervention="bcf_2015", **MAIN)
    assert same["estimate"].iloc[0] == pytest.approx(whole["estimate"].iloc[0], rel=1e-9)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda v: v * 0 + 5.0, "does not vary"),
        (lambda v: np.where(np.arange(v.size) % 4 == 0, 0.0, v), "zero in 12 of 48 periods"),
    ],
)
def test_too_little_is_an_answer(observations: pd.DataFrame, change: object, reason: str) -> None:
    own = observations["area_code"].eq(BOARDS[1])
    changed = observations.copy()
    changed.loc[own, "value"] = change(observations.loc[own, "value"].to_numpy())  # type: ignore[operator]
    found = evaluate_its(build_panel(changed, load.metric("dtoc_days")), load.protocol())
    row = pick(found.effects, area_code=BOARDS[1], contrast="average_12", intervention="bcf_2015", **MAIN).iloc[0]
    assert row["verdict"] == "not testable"
    assert reason in row["reason"]


def test_too_few_points_after_leave_an_estimate_without_a_verdict(observations: pd.DataFrame) -> None:
    short = observations[observations["period"] < "2017-11"]
    found = evaluate_its(build_panel(short, load.metric("dtoc_days")), load.protocol())
    row = pick(found.effects, area_code=FELL, contrast="average_12", intervention="ibcf_2017", **MAIN).iloc[0]
    assert row["verdict"] == "not testable"
    assert "7 after" in row["reason"]
    assert np.isfinite(row["estimate"])
    assert row["extrapolated"]


def test_results_are_stored_with_what_made_them(observations: pd.DataFrame, tmp_path: object) -> None:
    project = Project(tmp_path)  # type: ignore[arg-type]
    project.write_tables({"observations": observations}, {"build_id": "abc"}, name="build")
    report = evaluate(project)
    assert report.n_ambitions == len(BOARDS)
    record = project.read_record("evaluation")
    assert record["build_id"] == "abc"
    assert record["protocol_sha256"] == load.protocol().sha256
    assert len(project.read_table("its_effects")) == report.n_effects


def test_bed_days_of_a_month_not_returned_are_counted(observations: pd.DataFrame) -> None:
    """The cumulative effect is over the calendar: the missing months had people in them too."""
    gappy = blank(observations, BOARDS[2], ["2016-05", "2016-06"])
    found = evaluate_its(build_panel(gappy, load.metric("dtoc_days")), load.protocol())
    effects = pick(found.effects, intervention="bcf_2015", area_code=BOARDS[2], **MAIN).set_index("contrast")
    terms = pick(found.terms, fit="bcf_2015", scope="own", area_code=BOARDS[2]).set_index("term")["estimate"]
    after = [month for month in MONTHS if "2015-04" <= month < "2017-04"]
    days = [parse_period(month).days for month in after]
    step, ramp = terms["level_change_1"], terms["slope_change_1"]
    assert effects.loc["cumulative", "estimate"] == pytest.approx(
        sum(3.0 * d * (step + h * ramp) for h, d in enumerate(days))
    )


@pytest.mark.parametrize(
    ("first", "last"), [("2016-01", "2016-03"), ("2011-04", "2016-01"), ("2016-04", "2019-03"), ("2018-04", "2019-03")]
)
def test_any_span_of_data_has_an_answer(observations: pd.DataFrame, first: str, last: str) -> None:
    short = observations[observations["period"].between(first, last)]
    tables = evaluate_its(build_panel(short, load.metric("dtoc_days")), load.protocol())
    checks = check_its(tables, load.protocol())
    assert list(checks) == ITS_CHECKS
    judged = tables.effects[tables.effects["verdict"].ne("")]
    assert (judged["verdict"].ne("not testable") | judged["reason"].ne("")).all()


def test_what_cannot_be_judged_has_no_interval(panel: Panel) -> None:
    """Six months of nothing in 48, and a fall before them that would be clear: an estimate, and no more."""
    value = panel.value.copy()
    place, first = panel.areas.index(FELL), panel.periods.index("2015-10")
    value[first : first + 12 : 2, place] = 0.0
    tables = evaluate_its(replace(panel, value=value), load.protocol())
    rows = pick(tables.effects, area_code=FELL, intervention="bcf_2015", **MAIN)
    assert rows["reason"].eq("the rate is zero in 6 of 48 periods, too many for this model (at most 10%)").all()
    assert rows["estimate"].notna().all()
    assert rows[["std_error", "lower", "upper", "p_value", "p_cal", "relative_lower"]].isna().all(axis=None)
    assert pick(rows, contrast="average_12")["verdict"].tolist() == ["not testable"]
