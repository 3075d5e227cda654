"""What must hold of any series: units, order of rows, season and company change nothing but what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bcf_eval as bcf
from bcf_eval.periods import parse_period

AT = "2013-04"
N = 48
PERIODS = [str(parse_period("2011-04").shift(i)) for i in range(N)]
SEEDS = st.integers(0, 2**32 - 1)
NUMBERS = ["estimate", "std_error", "lower", "upper"]
QUICK = settings(max_examples=15, deadline=None)
METHODS = st.sampled_from(["reml", "ols", "newey-west", "prais-winsten"])


def draw_series(seed: int, rho: float = 0.4) -> pd.DataFrame:
    """Autoregressive noise about a line with a step: what an intervention study looks like."""
    noise = np.random.default_rng(seed).normal(size=N)
    for t in range(1, N):
        noise[t] += rho * noise[t - 1]
    return pd.DataFrame({"period": PERIODS, "value": 20 + 0.1 * np.arange(N) + 3 * (np.arange(N) >= 24) + noise})


def fit(table: pd.DataFrame, **choice: object) -> pd.DataFrame:
    return bcf.fit_its(table, **{"at": AT, **choice}).terms.set_index("term")  # type: ignore[arg-type]


@QUICK
@given(seed=SEEDS, shift=st.floats(-1e3, 1e3), scale=st.floats(1e-3, 1e3), method=METHODS)
def test_the_answer_has_the_units_of_the_values(seed: int, shift: float, scale: float, method: str) -> None:
    """Tolerances: a shift of 1000 beside errors of 1 costs three digits of sixteen, and the search for rho some."""
    table = draw_series(seed)
    plain = fit(table, method=method)
    moved = fit(table.assign(value=shift + scale * table["value"]), method=method)
    size = scale * plain["std_error"].loc["level_change"]
    for name in NUMBERS:
        expected = scale * plain[name]
        if name != "std_error":
            expected = expected + shift * (expected.index == "intercept")
        np.testing.assert_allclose(moved[name], expected, rtol=2e-5, atol=2e-5 * size)
    np.testing.assert_allclose(moved["p_value"].iloc[1:], plain["p_value"].iloc[1:], rtol=1e-3, atol=1e-6)


@QUICK
@given(seed=SEEDS, order=SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int, order: int) -> None:
    table = draw_series(seed)
    shuffled = table.sample(frac=1, random_state=np.random.default_rng(order))
    pd.testing.assert_frame_equal(fit(table), fit(shuffled))


@QUICK
@given(seed=SEEDS, season=st.lists(st.floats(-20, 20), min_size=12, max_size=12))
def test_a_constant_season_does_not_move_the_changes(seed: int, season: list[float]) -> None:
    """Six pairs describe any season of the months: adding one moves the season's terms and the level alone."""
    table = draw_series(seed)
    months = table["period"].str[-2:].astype(int).to_numpy() - 1
    seasonal = table.assign(value=table["value"] + np.asarray(season)[months])
    terms = ["trend", "level_change", "slope_change"]
    plain, with_season = (fit(one, season=6).loc[terms, NUMBERS] for one in (table, seasonal))
    np.testing.assert_allclose(with_season, plain, rtol=1e-5, atol=1e-5)


@QUICK
@given(seed=SEEDS, amplitude=st.floats(-30, 30), phase=st.floats(0, 6.3), pair=st.sampled_from([1, 2]))
def test_a_season_of_the_pairs_that_are_fitted_does_not_move_them_either(
    seed: int, amplitude: float, phase: float, pair: int
) -> None:
    table = draw_series(seed)
    wave = amplitude * np.sin(2 * np.pi * pair * np.arange(N) / 12 + phase)
    terms = ["trend", "level_change", "slope_change"]
    plain, waved = (fit(one).loc[terms, NUMBERS] for one in (table, table.assign(value=table["value"] + wave)))
    np.testing.assert_allclose(waved, plain, rtol=1e-5, atol=1e-5)


@settings(max_examples=5, deadline=None)
@given(seed=SEEDS, method=st.sampled_from(["reml", "ar2", "arma11", "newey-west", "bootstrap"]))
def test_many_series_at_once_are_as_one_by_one(seed: int, method: str) -> None:
    draws = {"draws": 199} if method == "bootstrap" else {}
    tables = [draw_series(seed + i, rho=0.2 * i).assign(place=f"p{i}") for i in range(4)]
    tables[3] = tables[3].drop(index=[5]) if method != "newey-west" else tables[3]
    together = fit(pd.concat(tables), by="place", method=method, **draws)
    for table in tables:
        alone = fit(table, by="place", method=method, **draws)
        mine = together[together["series"] == alone["series"].iloc[0]]
        np.testing.assert_allclose(mine[NUMBERS], alone[NUMBERS], rtol=1e-7, atol=1e-9)
        assert mine["reason"].tolist() == alone["reason"].tolist()


@QUICK
@given(seed=SEEDS, factor=st.integers(2, 50), method=st.sampled_from(["quasi-poisson", "negative-binomial"]))
def test_the_unit_of_an_offset_moves_the_level_alone(seed: int, factor: int, method: str) -> None:
    counts = np.random.default_rng(seed).poisson(np.linspace(80, 120, N))
    table = pd.DataFrame({"period": PERIODS, "value": counts, "people": 1000.0})
    plain = fit(table, method=method, offset="people")["estimate"]
    other = fit(table.assign(people=1000.0 * factor), method=method, offset="people")["estimate"]
    assert other["intercept"] == pytest.approx(plain["intercept"] - np.log(factor), abs=1e-6)
    np.testing.assert_allclose(other.iloc[1:], plain.iloc[1:], atol=1e-6)
