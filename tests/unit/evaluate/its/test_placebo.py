"""Calibrated p-values by hand, limits that agree with them, and a record whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its import placebo
from bcf_eval.evaluate.its.board_counts import count_at_fake_dates, say_count
from bcf_eval.evaluate.its.its import ItsTables, evaluate_its
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord, calibrate, calibrate_levels, find_deviates, find_limit
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import days_in, rate, validate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.together.multiple import find_q_values
from bcf_eval.tables import ITS_COUNTS, ITS_PLACEBO

PROTOCOL = load.protocol()
MONTHS = month_range("2011-04", "2019-03")
BOARDS = list(load.boards())[:30]


def make_record(z: np.ndarray, contrast: str = "average_12") -> PlaceboRecord:
    """Dates by boards, and England last, as one contrast."""
    areas = (*BOARDS[: z.shape[1] - 1], ENGLAND)
    dates = tuple(MONTHS[12 : 12 + z.shape[0]])
    cube = z[:, :, None]
    return PlaceboRecord("own", areas, dates, (contrast,), cube, cube, 2 * stats.norm.sf(np.abs(cube)))


def simulate(seed: int, *, rho: float = 0.6) -> pd.DataFrame:
    """Thirty boards of AR(1) about a season, of which nothing ever changes, and their sum."""
    rng = np.random.default_rng(seed)
    t, days = np.arange(len(MONTHS)), days_in(pd.Series(MONTHS))
    counts, frames = np.zeros(t.size), []
    for code in BOARDS:
        error = np.zeros(t.size)
        for s in range(1, t.size):
            error[s] = rho * error[s - 1] + 0.5 * rng.normal()
        count = np.round((12 + np.sin(2 * np.pi * t / 12) + error) * 500_000 * days / 1e5)
        counts += count
        frames.append((code, count, 500_000.0))
    frames.append((ENGLAND, counts, 500_000.0 * len(BOARDS)))
    metric = load.metric("dtoc_days")
    rows = [
        pd.DataFrame(
            {
                "area_code": code, "metric": metric.key, "period": MONTHS, "numerator": count, "denominator": people,
                "value": rate(count, people, metric, days), "flag": "", "source": "simulated",
            }
        )
        for code, count, people in frames
    ]  # fmt: skip
    return validate(pd.concat(rows))


@pytest.fixture(scope="module")
def quiet() -> Panel:
    return build_panel(simulate(3), load.metric("dtoc_days"))


@pytest.fixture(scope="module")
def tables(quiet: Panel) -> ItsTables:
    return evaluate_its(quiet, PROTOCOL)


def test_the_deviate_has_the_tail_of_t() -> None:
    """Scipy's own t and normal distributions."""
    z = find_deviates(np.array([2.5, -2.5, 0.0, 40.0]), np.ones(4), np.array([4.0, 4.0, 3.0, 30.0]))
    np.testing.assert_allclose(z[:3], [stats.norm.isf(stats.t.sf(2.5, 4)), -stats.norm.isf(stats.t.sf(2.5, 4)), 0.0])
    assert np.isfinite(z[3]) and z[3] == pytest.approx(stats.norm.isf(stats.t.sf(40.0, 30)))
    assert np.isnan(find_deviates(np.array([1.0]), np.array([np.nan]), np.array([5.0]))).all()


def test_shares_by_hand() -> None:
    """Two dates of three boards; England, last, is no part of the reference."""
    record = make_record(np.array([[0.5, -1.0, 2.0, 9.0], [0.1, -3.0, np.nan, 9.0]]))
    found = calibrate(record, ("average_12", "slope"), np.array([[-2.0, 1.0], [0.0, 1.0], [5.0, 1.0], [np.nan, 1.0]]))
    # Of five, two are at least 2 from zero, all are at least 0, none is 5.
    np.testing.assert_allclose(found.p_cal[:, 0], [3 / 6, 1.0, 1 / 6, np.nan])
    np.testing.assert_allclose(found.low[:, 0], [1 / 3, 1.0, 0.0, np.nan])
    np.testing.assert_allclose(found.high[:, 0], [1 / 2, 1.0, 0.0, np.nan])
    assert np.isnan(found.p_cal[:, 1]).all()


@given(
    hnp.arrays(float, st.integers(1, 200), elements=st.integers(0, 400).map(lambda i: i / 100)),
    st.sampled_from([0.01, 0.025, 0.05, 1 - 0.95, 0.1, 0.2]),
)
def test_a_limit_says_what_the_p_value_says(reference: np.ndarray, alpha: float) -> None:
    """Also where many are tied: beyond the limit is p < alpha, and nowhere else."""
    reference = np.sort(reference)
    limit = find_limit(reference, alpha)
    z = np.unique(np.concatenate([reference, reference + 0.005, [0.0, 5.0]]))
    p = np.array([(1 + (reference >= one).sum()) / (1 + reference.size) for one in z])
    # 1 - 0.95 is not quite 0.05: what was written is what counts.
    np.testing.assert_array_equal(z > limit, p < round(alpha, 9))


def test_without_a_record_the_level_is_kept() -> None:
    assert np.isnan(find_limit(np.empty(0), 0.05))
    record = make_record(np.random.default_rng(0).normal(size=(25, 31)))
    levels = calibrate_levels(record, [BOARDS[0], ENGLAND], ("average_12", "slope"), 0.95)
    # 750 standard normal deviates: their 5% limit is 1.96 to within 0.15 (its standard error is 0.08).
    assert stats.norm.ppf(0.5 + levels[0, 0] / 2) == pytest.approx(1.96, abs=0.15)
    np.testing.assert_array_equal(levels[1], [0.95, 0.95])
    assert levels[0, 1] == 0.95
    for nothing in (None, replace(record, reason="too few")):
        np.testing.assert_array_equal(calibrate_levels(nothing, [BOARDS[0]], ("average_12",), 0.95), [[0.95]])


def test_fake_dates_of_a_quiet_record_are_nominal(tables: ItsTables) -> None:
    """AR(1) errors, which the fit assumes: 5% of 750 fits, five standard errors of overlapping windows either way."""
    assert list(tables.placebo) == ITS_PLACEBO
    level = tables.placebo[tables.placebo["contrast"].eq("level") & tables.placebo["area_code"].ne(ENGLAND)]
    own = level[level["scope"].eq("own")]
    assert len(own) == 25 * 30
    assert 0.01 <= own["p_value"].lt(0.05).mean() <= 0.12
    np.testing.assert_allclose(2 * stats.norm.sf(own["z"].abs()), own["p_value"], rtol=1e-8)
    # Twenty-four months after the last of the dates lie past April 2015: not stated.
    at_24 = tables.placebo[tables.placebo["contrast"].eq("at_24")]
    assert at_24["fake_date"].max() == "2013-04"


def test_no_verdict_contradicts_its_interval(tables: ItsTables) -> None:
    judged = tables.effects[tables.effects["p_cal"].notna()]
    assert len(judged) > 300
    leaves_zero_out = judged["lower"].gt(0) | judged["upper"].lt(0)
    pd.testing.assert_series_equal(leaves_zero_out, judged["p_cal"].lt(0.05), check_names=False)
    relative = judged[judged["relative_lower"].notna() & judged["relative_lower"].gt(-1)]
    outside = relative["relative_lower"].gt(0) | relative["relative_upper"].lt(0)
    # Fieller's set leaves zero out where t does; of what it cannot bound nothing is stated.
    pd.testing.assert_series_equal(outside, relative["p_cal"].lt(0.05), check_names=False)
    assert (judged["p_cal_low"] <= judged["p_cal_high"]).all()
    assert judged["p_cal_reason"].eq("").all()


def test_terms_say_what_effects_say(tables: ItsTables) -> None:
    main = tables.effects["fit"].eq("verdict") & tables.effects["specification"].eq("main")
    effects = tables.effects[main & tables.effects["contrast"].isin(["level", "slope"])]
    terms = tables.terms[
        tables.terms["term"].isin(["level_change_1", "slope_change_1"]) & tables.terms["fit"].ne("full")
    ]
    named = terms.assign(
        contrast=terms["term"].map({"level_change_1": "level", "slope_change_1": "slope"}), intervention=terms["fit"]
    )
    key = ["area_code", "intervention", "scope", "contrast"]
    both = effects.merge(named, on=key, validate="one_to_one")
    assert len(both) == len(effects) == len(terms)
    for column in ("lower", "upper", "p_cal"):
        np.testing.assert_allclose(both[f"{column}_x"], both[f"{column}_y"])
    others = tables.terms[tables.terms["term"].isin(["intercept", "trend"])]
    assert others["p_cal"].isna().all() and others["p_cal_reason"].ne("").all()


def test_england_has_its_own_dates_in_words(tables: ItsTables) -> None:
    england = tables.effects[tables.effects["area_code"].eq(ENGLAND) & tables.effects["fit"].eq("verdict")]
    assert england[["p_cal", "q_value"]].isna().all(axis=None)
    row = england.query("contrast == 'average_12' and specification == 'main' and intervention == 'bcf_2015'").iloc[0]
    own = tables.placebo.query("area_code == @ENGLAND and contrast == 'average_12' and scope == 'own'")
    z = stats.norm.isf(stats.t.sf(abs(row["estimate"] / row["std_error"]), row["df"]))
    beyond = (own["z"].abs() >= z).sum()
    assert row["p_cal_reason"].endswith(f"at {beyond} of 25 dates when nothing began")
    # Its interval is the nominal one: there is no distribution to set another by.
    half = stats.t.ppf(0.975, row["df"]) * row["std_error"]
    assert row["upper"] - row["estimate"] == pytest.approx(half)


def test_q_values_are_of_the_boards(tables: ItsTables) -> None:
    main = tables.effects.query("contrast == 'average_12' and specification == 'main' and fit == 'verdict'")
    for _, part in main[main["area_code"].ne(ENGLAND)].groupby(["intervention", "scope"]):
        expected = find_q_values(part["p_cal"])
        told = part["verdict"].ne("not testable").to_numpy()
        np.testing.assert_allclose(part["q_value"].to_numpy()[told], expected[told])
    rest = tables.effects.drop(main.index)
    assert rest["q_value"].isna().all()


def test_a_fake_date_is_judged_by_the_other_dates() -> None:
    """Nineteen quiet dates and one on which every board rose: judged by itself it would set its own limit."""
    z = np.full((20, 31), 0.5)
    z[:, ::2] = -0.6
    z[4, :30] = 3.0
    counts = count_at_fake_dates(make_record(z), PROTOCOL)
    assert counts.rose[4] == 30
    assert counts.rose.sum() == 30 and counts.fell.sum() == 0
    # 30 of 600 are one in twenty: with the date among them the limit is its own 3, and none of it would be beyond.
    record = make_record(z)
    assert find_limit(record.pool("average_12"), 0.05) == 3.0
    assert find_limit(record.pool("average_12", without=4), 0.05) == 0.6


def test_counts_stand_beside_fake_dates(tables: ItsTables) -> None:
    counts = tables.counts
    assert list(counts) == ITS_COUNTS
    assert len(counts) == 2 * 2 * 2
    np.testing.assert_allclose(counts["n_expected"], counts["n_tested"] * 0.025)
    main = tables.effects.query("contrast == 'average_12' and specification == 'main' and fit == 'verdict'")
    for row in counts.itertuples():
        part = main[main["intervention"].eq(row.intervention) & main["scope"].eq(row.scope)]
        assert row.n_found == (part["verdict"].eq(row.direction) & part["area_code"].ne(ENGLAND)).sum()
        assert row.n_found_q <= row.n_found
        assert row.fake_low <= row.fake_high <= 30
        assert row.n_fake_dates == 25


@pytest.mark.parametrize(
    ("found", "fake", "end"),
    [
        (
            12,
            [0, 29],
            "dates before, when nothing began, between 0 and 29 did: no more than at dates when nothing began.",
        ),
        (29, [0, 29], "no more than at dates when nothing began."),
        (30, [0, 29], "more than at any of them."),
        (2, [3], "at 1 date before, when nothing began, 3 did: no more than at dates when nothing began."),
        (2, [], "There is no record of dates when nothing began to compare it with."),
    ],
)
def test_the_sentence(found: int, fake: list[int], end: str) -> None:
    said = say_count("fell", "own", found, 148, 3.7, np.array(fake, np.int64))
    assert said.startswith(f"{found} of 148 boards fell; ")
    assert said.endswith(end)
    assert "beside the rest of England" in say_count("rose", "local", found, 148, 3.7, np.array(fake, np.int64))


def test_limits_of_one_half_are_tested_on_the_other() -> None:
    """Standard normal deviates, 24 dates of 30 boards: the limit is near 1.96, the share near 5%."""
    record = make_record(np.random.default_rng(1).normal(size=(24, 31)))
    found = placebo.test_placebo_by_halves(record).set_index(["halves", "tested"])
    assert set(found.index) == {("dates", "later"), ("dates", "earlier"), ("boards", "first"), ("boards", "second")}
    # 360 to set, 360 to test: five standard errors of the limit (0.11) and of the share (0.02 with the limit's own).
    np.testing.assert_allclose(found["limit"], 1.96, atol=0.5)
    np.testing.assert_allclose(found["share"], 0.05, atol=0.06)
    assert found["n"].eq(360).all()
    z = record.z[:, :30, 0]
    by_hand = np.abs(z[12:]) > found.loc[("dates", "later"), "limit"]
    assert found.loc[("dates", "later"), "share"] == by_hand.mean()
    assert found.loc[("dates", "later"), "highest"] == by_hand.mean(1).max()


def test_a_date_at_which_counting_changed_is_left_out(quiet: Panel) -> None:
    """Where an area is counted otherwise from the very month, or the slope cannot be told, there is no answer."""
    code = BOARDS[4]
    recounted = replace(quiet, recounted={code: ("2013-04",)}, recounted_why={code: "its commissioners merged"})
    record = placebo.measure_placebo(recounted, PROTOCOL)
    date, place = record.dates.index("2013-04"), record.areas.index(code)
    assert np.isnan(record.z[date, place]).all()
    whole = placebo.measure_placebo(quiet, PROTOCOL)
    assert np.isfinite(whole.z[date, place, 0])
    drifting = placebo.measure_placebo(quiet, replace(PROTOCOL, boundary_rho=0.5))
    lost = np.isnan(drifting.z[:, :, drifting.contrasts.index("slope")])
    assert 0.1 < lost.mean() < 0.9
    assert np.isfinite(drifting.z[:, :, 0]).all()


def test_a_protocol_without_fake_dates_is_an_answer(quiet: Panel) -> None:
    nothing = replace(PROTOCOL, placebo_first=30, placebo_last=20)
    tables = evaluate_its(quiet, nothing)
    assert tables.placebo.empty
    assert tables.effects["p_cal"].isna().all()
    verdicts = tables.effects[tables.effects["fit"].eq("verdict") & tables.effects["specification"].eq("main")]
    assert verdicts["p_cal_reason"].str.endswith("the protocol leaves no such dates").all()
    assert tables.counts["fake_low"].isna().all()
    # q-values are then of the nominal p-values.
    told = verdicts[verdicts["q_value"].notna()]
    assert (told["q_value"] >= told["p_value"] - 1e-12).all() and len(told) > 20
