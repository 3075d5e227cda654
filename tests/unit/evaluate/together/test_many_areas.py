"""Boards beside one another: spread, places and funnels against known tables, closed forms and simulated truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.informative import TOO_WIDE
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.together.funnel import VERDICTS, build_funnel, judge_scores
from bcf_eval.evaluate.together.funnel_years import measure_year_error
from bcf_eval.evaluate.together.heterogeneity import build_heterogeneity
from bcf_eval.evaluate.together.many_areas import describe_many_areas
from bcf_eval.evaluate.together.ranking import build_ranks
from bcf_eval.observations import validate
from bcf_eval.specs import ENGLAND
from bcf_eval.tables import FUNNEL, HETEROGENEITY, RANKS

from ..makers import make_rows, simulate_admissions

PROTOCOL = load.protocol()
BOARDS = load.boards()[:40]
HIGH, HIDDEN = BOARDS[0], BOARDS[1]


def make_effects(estimates: list[float], errors: list[float], **others: object) -> pd.DataFrame:
    """Effects of boards' own series in the order of their codes, and England's, for every contrast."""
    codes = [ENGLAND, *BOARDS[: len(estimates) - 1]]
    frames = [
        pd.DataFrame(
            {
                "area_code": codes,
                "metric": "dtoc_days",
                "intervention": "bcf_2015",
                "fit": "verdict",
                "specification": "main",
                "scope": "own",
                "contrast": contrast,
                "estimate": estimates,
                "std_error": errors,
                "lower": np.array(estimates) - 2 * np.array(errors),
                "upper": np.array(estimates) + 2 * np.array(errors),
                "extrapolated": False,
                "reason": "",
                "unit": "delayed days",
            }
        )
        for contrast in ("level", "slope", "average_12")
    ]
    return pd.concat(frames, ignore_index=True).assign(**others)


# England first, then the eight schools of Rubin 1981: nothing but error between them, a common value of 7.7.
SCHOOLS = make_effects([5.0, 28, 8, -3, 7, -1, 1, 18, 12], [6.0, 15, 10, 16, 11, 9, 11, 10, 18])


@pytest.fixture(scope="module")
def residential() -> pd.DataFrame:
    """Counts of 40 boards with one rate of 600 per 100,000; one three times as high, one hidden in the second year."""
    rng = np.random.default_rng(12)
    years = ["2016/17", "2017/18"]
    frames, total, people = [], np.zeros(2), 0.0
    for place, code in enumerate(BOARDS):
        persons = 20_000.0 + 1_000 * place
        counts = rng.poisson(0.006 * persons * (3 if code == HIGH else 1), 2).astype(float)
        total, people = total + counts, people + persons
        frames.append(make_rows("residential", code, years, counts, persons))
        if code == HIDDEN:
            frames[-1].loc[1, ["numerator", "denominator", "value"]] = np.nan
            frames[-1].loc[1, "flag"] = "suppressed"
    return validate(pd.concat([*frames, make_rows("residential", ENGLAND, years, total, people)]))


def test_heterogeneity_is_of_boards_own_verdicts() -> None:
    noise = [
        SCHOOLS.assign(estimate=100.0, scope="local"),
        SCHOOLS.assign(estimate=100.0, specification="newey_west"),
        SCHOOLS.assign(estimate=100.0, fit="full"),
    ]
    found = build_heterogeneity(pd.concat([SCHOOLS, *noise]), PROTOCOL)
    assert list(found) == HETEROGENEITY
    assert found["contrast"].tolist() == ["average_12", "level", "slope"]
    first = found.iloc[0]
    assert (first["n"], first["tau"], first["i_squared"]) == (8, 0, 0)
    assert first["mean"] == pytest.approx(7.7, abs=0.05)
    assert (first["england"], first["england_std_error"]) == (5.0, 6.0)
    # England's standard error is more than that of a mean of independent boards, 4.07; qt(.975, 6) is 2.447.
    assert first["prediction_upper"] - first["mean"] == pytest.approx(2.446911851144969 * 6.0)
    assert "tests nothing" in first["sentence"]
    assert "+5.0 with a standard error of 6.0" in first["sentence"]
    assert "significant" not in first["sentence"]


def test_what_has_no_estimate_is_left_aside_and_what_is_unsure_is_kept() -> None:
    effects = SCHOOLS.copy()
    effects.loc[effects["area_code"].eq(BOARDS[0]), "reason"] = "too few points: 3 before and 24 after"
    effects.loc[effects["area_code"].eq(BOARDS[1]), "reason"] = TOO_WIDE
    effects.loc[effects["area_code"].eq(BOARDS[2]), "std_error"] = np.nan
    assert build_heterogeneity(effects, PROTOCOL)["n"].tolist() == [6, 6, 6]
    assert set(build_ranks(effects, PROTOCOL)["area_code"]) == {BOARDS[1], *BOARDS[3:8]}


def test_few_boards_have_no_spread_and_no_ranks() -> None:
    effects = make_effects([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    found = build_heterogeneity(effects, PROTOCOL)
    assert found["tau"].isna().all()
    assert found["sentence"].str.startswith("Too few boards").all()
    ranks = build_ranks(effects, PROTOCOL)
    assert list(ranks) == RANKS
    assert ranks.empty


@pytest.mark.parametrize(("metric", "order"), [("dtoc_days", [0, 1, 2, 3]), ("reablement", [3, 2, 1, 0])])
def test_the_first_rank_changed_the_most_for_the_better(metric: str, order: list[int]) -> None:
    effects = make_effects([0.0, -30, -20, -10, 0], [1.0, 0.5, 0.5, 0.5, 0.5], metric=metric)
    found = build_ranks(effects, PROTOCOL)
    assert list(found) == RANKS
    assert found["area_code"].tolist() == [BOARDS[place] for place in order]
    for name in ("rank", "rank_lower", "rank_upper"):
        assert found[name].tolist() == [1, 2, 3, 4]


def test_boards_that_differ_by_error_alone_have_any_rank() -> None:
    found = build_ranks(SCHOOLS, PROTOCOL)
    assert found["rank_lower"].eq(1).all()
    assert found["rank_upper"].eq(8).all()
    assert found["n"].eq(8).all()


def test_a_funnel_of_counts(residential: pd.DataFrame) -> None:
    found = build_funnel(build_panel(residential, load.metric("residential")), PROTOCOL)
    assert list(found) == FUNNEL
    assert ENGLAND not in set(found["area_code"])
    high = found[found["area_code"].eq(HIGH)]
    assert set(high["verdict"]) == {"higher than boards' own spread explains"}
    known = found[found["z"].notna()]
    outside = known["value"].gt(known["upper_998"]) | known["value"].lt(known["lower_998"])
    assert outside.eq(known["verdict"].ne("as England, within chance")).all()
    assert (
        known["z"]
        .abs()
        .gt(1.959964)
        .eq(known["value"].gt(known["upper_95"]) | known["value"].lt(known["lower_95"]))
        .all()
    )
    # Exact: of a board whose count is at the limit, the chance of so many or more is 2.5%.
    one = known.iloc[5]
    expected = one["england"] * one["denominator"] / 1e5
    at = one["upper_95"] * one["denominator"] / 1e5
    assert poisson.sf(np.ceil(at) - 1, expected) < 0.025 < poisson.sf(np.floor(at) - 1, expected)


def test_a_hidden_count_has_a_reason_and_no_score(residential: pd.DataFrame) -> None:
    found = build_funnel(build_panel(residential, load.metric("residential")), PROTOCOL)
    rows = found[found["area_code"].eq(HIDDEN)]
    assert rows["period"].tolist() == ["2016/17", "2017/18"]
    assert rows["verdict"].tolist()[1] == "not testable"
    # Where the value is known and its counts are not, it is shown without a score.
    shown = residential.copy()
    place = shown["area_code"].eq(HIDDEN) & shown["period"].eq("2017/18")
    shown.loc[place, "value"] = 700.0
    row = build_funnel(build_panel(shown, load.metric("residential")), PROTOCOL)
    row = row[row["area_code"].eq(HIDDEN) & row["period"].eq("2017/18")].iloc[0]
    assert row["verdict"] == "not testable"
    assert row["reason"] == "the counts of 2017/18 are not known: suppressed, or not returned"
    assert np.isnan(row["z"])


def test_a_funnel_of_shares() -> None:
    """One share of 80%: z = (p - 0.8) / √(0.16 / n) by hand, and everybody of five is no distance at all."""
    counts, people = [*[80.0] * 12, 100.0, 5.0], [*[100.0] * 13, 5.0]
    rows = [
        make_rows("reablement", code, ["2017/18"], *one) for code, *one in zip(BOARDS, counts, people, strict=False)
    ]
    rows.append(make_rows("reablement", ENGLAND, ["2017/18"], 8000.0, 10_000.0))
    found = build_funnel(build_panel(validate(pd.concat(rows)), load.metric("reablement")), PROTOCOL)
    found = found.set_index("area_code")
    assert found.loc[BOARDS[12], "z"] == pytest.approx(5.0)
    assert found.loc[BOARDS[13], "z"] == pytest.approx(0.2 / np.sqrt(0.16 / 5))
    assert found.loc[BOARDS[13], "verdict"] == "as England, within chance"
    assert found.loc[BOARDS[0], "lower_95"] == pytest.approx(80 - 1.959963984540054 * 4)
    assert found.loc[BOARDS[13], "upper_998"] == 100


def test_a_funnel_of_admissions_adds_the_latest_year() -> None:
    observations = simulate_admissions(list(BOARDS[:12]), last="2019-02")
    found = build_funnel(build_panel(observations, load.metric("nea")), PROTOCOL)
    assert set(found["period"]) == {"2017/18"}
    own = observations[observations["area_code"].eq(BOARDS[3]) & observations["period"].between("2017-04", "2018-03")]
    own = own[own["period"].str.len().eq(7)]
    row = found.set_index("area_code").loc[BOARDS[3]]
    assert row["numerator"] == own["numerator"].sum()
    assert row["value"] == pytest.approx(1e5 * own["numerator"].sum() / own["denominator"].iloc[0])
    gone = observations.drop(own.index[:2])
    lost = build_funnel(build_panel(gone, load.metric("nea")), PROTOCOL).set_index("area_code")
    assert lost.loc[BOARDS[3], "verdict"] == "not testable"
    assert lost.loc[BOARDS[3], "reason"] == "2 of the 12 months of 2017/18 are missing, or not used"
    assert np.isnan(lost.loc[BOARDS[3], "numerator"])


def test_the_error_of_a_year_of_delays(panel: Panel) -> None:
    """Eight boards with AR(1) errors, rho 0.4 and innovations of 0.4: the mean of twelve has one of 0.176.

    That is 0.4 / √(1 - 0.16) x √(mean of 0.4^|i - j|); rho is known to 0.15 or so from 48 months, boards vary by a
    third, and their median lies within 40%.
    """
    months = panel.periods[-12:]
    found = measure_year_error(panel, months, PROTOCOL)
    distance = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    truth = 0.4 / np.sqrt(1 - 0.4**2) * np.sqrt(np.mean(0.4**distance))
    boards = [place for place, code in enumerate(panel.areas) if code != ENGLAND]
    assert np.nanmedian(found.std_error[boards]) == pytest.approx(truth, rel=0.4)


def test_a_funnel_of_delays_is_by_each_boards_own_error(panel: Panel) -> None:
    found = build_funnel(panel, PROTOCOL)
    assert set(found["period"]) == {"2018/19"}
    known = found[found["z"].notna()]
    error = measure_year_error(panel, panel.periods[-12:], PROTOCOL).std_error
    one = known.iloc[0]
    own = error[panel.column(one["area_code"])]
    assert one["z"] == pytest.approx((one["value"] - one["england"]) / own)
    assert one["upper_998"] - one["england"] == pytest.approx(3.090232306167813 * own)
    # Eight boards are too few for a spread of their own: chance alone is judged.
    assert found["dispersion"].isna().all()
    assert not found["verdict"].str.contains("spread").any()


def test_verdicts_are_a_closed_list() -> None:
    z = np.array([np.nan, 9.0, -9.0, 9.0, -9.0, 3.0, 9.0])
    adjusted = np.array([np.nan, 4.0, -4.0, 1.0, -1.0, 0.3, np.nan])
    assert judge_scores(z, adjusted).tolist() == [*VERDICTS, VERDICTS[3]]


def test_all_of_one_metric(panel: Panel) -> None:
    found = describe_many_areas(panel, SCHOOLS, PROTOCOL)
    assert (len(found.heterogeneity), len(found.ranks)) == (3, 8)
    assert set(found.funnel["area_code"]) == set(panel.areas) - {ENGLAND}
    alone = describe_many_areas(panel, None, PROTOCOL)
    assert list(alone.heterogeneity) == HETEROGENEITY
    assert alone.heterogeneity.empty
    assert alone.ranks.empty
