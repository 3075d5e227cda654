"""Counts given a normal logit or log, against simulation, closed forms and their own limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import binom, norm, poisson

from bcf_eval.stats.counts.pooled_predictive import CountPredictive, link, link_counts, unlink


def predict(kind: str, mean: float, sd: float, people: float) -> CountPredictive:
    return CountPredictive(np.array([mean]), np.array([sd]), np.array([people]), kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_without_any_doubt_it_is_binomial_or_poisson(kind: str) -> None:
    if kind == "proportion":
        found, exact = predict(kind, float(logit(0.8)), 0.0, 90.0), binom(90, 0.8)
    else:
        found, exact = predict(kind, math.log(0.006), 0.0, 40_000.0), poisson(240)
    for count in (60, 72, 85, 230, 250):
        assert found.at_most([count])[0] == pytest.approx(exact.cdf(count), abs=1e-12)
        assert found.chance([count], lower_is_better=False)[0] == pytest.approx(exact.sf(count - 1), abs=1e-12)
    assert found.quantile(0.05)[0] == exact.ppf(0.05)


@pytest.mark.parametrize(
    ("kind", "mean", "sd", "people"),
    [("proportion", 1.5, 0.4, 93.0), ("proportion", -3.5, 0.5, 7000.0), ("rate", -5.1, 0.35, 42_000.0)],
)
def test_chances_are_those_of_simulation(kind: str, mean: float, sd: float, people: float) -> None:
    """400,000 draws: a chance of 5% has a standard error of 0.034%; four of them."""
    rng = np.random.default_rng(1)
    drawn = rng.normal(mean, sd, 400_000)
    counts = rng.binomial(int(people), expit(drawn)) if kind == "proportion" else rng.poisson(people * np.exp(drawn))
    found = predict(kind, mean, sd, people)
    for share in (0.02, 0.05, 0.5, 0.95):
        at = float(np.quantile(counts, share))
        truth = (counts <= at).mean()
        assert found.at_most([at])[0] == pytest.approx(truth, abs=4 * math.sqrt(share * (1 - share) / 400_000) + 1e-4)
    assert found.median[0] == pytest.approx(np.median(counts), rel=0.01)


def test_of_very_many_people_it_is_the_normal_itself() -> None:
    found = predict("rate", -5.0, 0.3, 1e8)
    assert found.at_most([1e8 * math.exp(-5.0 - 0.3 * 1.645)])[0] == pytest.approx(norm.cdf(-1.645), abs=5e-4)


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["proportion", "rate"]),
    mean=st.floats(-4, 3),
    sd=st.floats(0, 1.0),
    people=st.integers(1, 3000),
    alpha=st.sampled_from([0.025, 0.05, 0.1]),
    lower=st.booleans(),
)
def test_the_least_beyond_chance_is_just_beyond(
    kind: str, mean: float, sd: float, people: int, alpha: float, lower: bool
) -> None:
    found = predict(kind, mean, sd, float(people))
    least = found.least_beyond(alpha=alpha, lower_is_better=lower)
    if np.isnan(least[0]):
        # Not even the best there is comes so rarely.
        best = 0.0 if lower else float(people)
        assert found.chance([best], lower_is_better=lower)[0] >= alpha - 1e-12
        return
    easier = least + (1 if lower else -1)
    assert found.chance(least, lower_is_better=lower)[0] < alpha
    assert found.chance(easier, lower_is_better=lower)[0] >= alpha - 1e-12


def test_an_area_without_a_forecast_has_none() -> None:
    found = CountPredictive(np.array([np.nan, 1.0]), np.array([0.1, 0.1]), np.array([50.0, 50.0]), "proportion")
    assert np.isnan(found.quantile(0.5)).tolist() == [True, False]
    assert np.isnan(found.chance([40, 40], lower_is_better=False)).tolist() == [True, False]
    assert np.isnan(found.least_beyond(alpha=0.05, lower_is_better=True))[0]


def test_a_rate_that_was_a_count_is_that_count() -> None:
    found = predict("rate", math.log(0.006), 0.2, 34_043.0)
    again = 193 / 34_043 * 1e5 * 34_043 / 1e5
    assert found.chance([again], lower_is_better=True) == found.chance([193], lower_is_better=True)


def test_counts_on_the_scale_of_a_line() -> None:
    found = link_counts([[80, 0], [75, 3]], [[100, 20], [0, 20]], kind="proportion", rounding=[1, 5])
    assert found.y[0] == pytest.approx([math.log(80.5 / 20.5), math.log(0.5 / 20.5)])
    # Nobody to count; and three of twenty.
    assert np.isnan(found.y[1, 0]) and np.isnan(found.variance[1, 0])
    share = 3.5 / 41
    exact = 1 / (20 * share * (1 - share))
    assert found.variance[0, 1] == pytest.approx(exact)
    # The nearest five is off by up to two and a half, evenly: a variance of 25 / 12.
    assert found.variance[1, 1] == pytest.approx(exact + 25 / 12 * exact**2)
    rates = link_counts([[0, np.nan]], [[500, 500]], kind="rate", rounding=[1])
    assert rates.y[0, 0] == pytest.approx(math.log(0.5 / 500))
    assert rates.variance[0, 0] == pytest.approx(2.0)
    assert np.isnan(rates.y[0, 1])
    assert np.isnan(link_counts([[21]], [[20]], kind="proportion", rounding=[1]).y).all()


def test_the_variance_is_what_sampling_brings() -> None:
    """The delta method's variance against 200,000 draws; a tenth, for counts of 60 are not quite normal."""
    rng = np.random.default_rng(4)
    for kind, counts, people in (
        ("proportion", rng.binomial(90, 0.7, 200_000), 90.0),
        ("rate", rng.poisson(60, 200_000), 1e4),
    ):
        found = link_counts(
            counts[:, None], np.full((counts.size, 1), people), kind=kind, rounding=np.ones(counts.size)
        )  # type: ignore[arg-type]
        assert found.variance[0, 0] == pytest.approx(found.y.var(), rel=0.1)


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_there_and_back(kind: str) -> None:
    shares = np.array([0.001, 0.3, 0.9])
    assert unlink(link(shares, kind=kind), kind=kind) == pytest.approx(shares)  # type: ignore[arg-type]
    assert link(np.array([0.0]), kind=kind)[0] == -np.inf  # type: ignore[arg-type]
