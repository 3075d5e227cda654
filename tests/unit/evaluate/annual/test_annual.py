"""Yearly counts: intervals, changes and distances by hand, and targets against chance in the counts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, nbinom, poisson

import bcf_eval as bcf
from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.annual.annual import evaluate_annual
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.observations import validate
from bcf_eval.results import FOR_INFORMATION, ITS_VERDICTS, AmbitionTest, tabulate_ambitions
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.counts.two_counts import compare_rates
from bcf_eval.tables import AMBITION_KEYS, ANNUAL
from bcf_eval.wording import SAMPLING_ALONE

from ..makers import SCILLY, make_rows

PROTOCOL = load.protocol()
SOUTHEND, OTHER = "E06000033", "E06000001"
YEARS = ["2014/15", "2015/16", "2016/17"]


@pytest.fixture(scope="module")
def residential() -> pd.DataFrame:
    """Southend and England as published, 2014-15 to 2016-17; another board whose second year is hidden."""
    hidden = make_rows("residential", OTHER, YEARS, [100, 1, 105], 18_000.0)
    hidden.loc[1, ["numerator", "denominator", "value"]] = np.nan
    hidden.loc[1, "flag"] = "suppressed"
    return validate(
        pd.concat(
            [
                make_rows("residential", ENGLAND, YEARS, [63788, 61010, 60354], [9537710, 9711572, 9882841]),
                make_rows("residential", SOUTHEND, YEARS, [279, 228, 214], [33575, 34043, 34487]),
                make_rows("residential", SCILLY, YEARS, 3, 500),
                hidden,
            ]
        )
    )


@pytest.fixture(scope="module")
def reablement() -> pd.DataFrame:
    return validate(
        pd.concat(
            [
                make_rows("reablement", ENGLAND, YEARS, [35930, 35160, 33162], [43765, 42510, 40212]),
                make_rows("reablement", SOUTHEND, YEARS, [105, 90, 70], [135, 103, 93]),
            ]
        )
    )


@pytest.fixture(scope="module")
def rows(residential: pd.DataFrame) -> pd.DataFrame:
    found = evaluate_annual(build_panel(residential, load.metric("residential")), PROTOCOL)
    assert list(found) == ANNUAL
    return found.set_index(["area_code", "period"])


def test_a_year_has_its_interval_and_its_distance_from_england(rows: pd.DataFrame) -> None:
    assert SCILLY not in rows.index.get_level_values(0)
    one = rows.loc[(SOUTHEND, "2015/16")]
    assert one["value"] == pytest.approx(1e5 * 228 / 34043)
    assert round(one["england"], 1) == 628.2
    assert one["difference"] == pytest.approx(one["value"] - one["england"])
    assert one["difference_lower"] < one["difference"] < one["difference_upper"]
    # 14.1 people fewer would bring Southend to England's rate.
    assert one["people_gap"] == pytest.approx(228 - 34043 * 61010 / 9711572)
    # Byar's limits of 228, by hand.
    lower = 228 * (1 - 1 / (9 * 228) - 1.959963984540054 / (3 * math.sqrt(228))) ** 3
    assert one["lower"] == pytest.approx(1e5 * lower / 34043)


def test_the_distance_is_judged_against_the_rest_of_england(rows: pd.DataFrame) -> None:
    """The board is part of England: what is left of it is independent, and further away."""
    rest = compare_rates(228, 34043, 61010 - 228, 9711572 - 34043)
    share = 1 - 34043 / 9711572
    one = rows.loc[(SOUTHEND, "2015/16")]
    assert one["difference"] == pytest.approx(1e5 * share * float(rest.estimate))
    assert one["difference_upper"] == pytest.approx(1e5 * share * float(rest.upper))


def test_a_change_is_on_the_year_before(rows: pd.DataFrame) -> None:
    one = rows.loc[(SOUTHEND, "2015/16")]
    before = rows.loc[(SOUTHEND, "2014/15")]
    assert one["change"] == pytest.approx(one["value"] - before["value"])
    assert one["change_verdict"] == "fell"
    assert one["change_upper"] < 0
    # Poisson counts of 279 and 228 differ by 2.4 standard deviations.
    assert one["change_p_value"] == pytest.approx(0.0155, abs=0.002)
    assert rows.loc[(SOUTHEND, "2016/17"), "change_verdict"] == "no clear change"
    assert before["change_verdict"] == "not testable"
    assert "no year before" in before["reason"]
    assert set(rows["change_verdict"]) <= set(ITS_VERDICTS)


def test_england_is_not_set_beside_itself(rows: pd.DataFrame) -> None:
    england = rows.loc[ENGLAND]
    assert england[["difference", "difference_lower", "people_gap"]].isna().all(axis=None)
    assert england["change_verdict"].tolist() == ["not testable"] * 3
    assert england["change_p_value"].isna().all()
    assert england["change"].notna().tolist() == [False, True, True]
    assert england.loc["2016/17", "reason"].startswith("England's own yearly figures are not tested")


def test_boards_tell_how_much_more_than_sampling_figures_vary() -> None:
    """Thirty boards of 400 people, half of which rise and half of which fall by 80: z is 80 / sqrt(400 + 480)."""
    boards = [code for code in load.boards() if code not in ("E06000052", "E06000053")][:30]
    rows = [
        make_rows("residential", code, YEARS[1:], [400, 480 if i % 2 else 480 - 160], 34_000.0)
        for i, code in enumerate(boards)
    ]
    england = make_rows("residential", ENGLAND, YEARS[1:], [12_000, 12_000], 1_020_000.0)
    found = evaluate_annual(build_panel(pd.concat([england, *rows]), load.metric("residential")), PROTOCOL)
    assert found["dispersion"].nunique() == 1
    up, down = (80**2 / (800 + change) / 0.4549 for change in (80, -80))
    assert min(up, down) <= found["dispersion"].iloc[0] <= max(up, down)


def test_counts_to_the_nearest_five_are_a_caution(residential: pd.DataFrame) -> None:
    first = residential["period"].eq("2014/15")
    coarse = residential.assign(flag=residential["flag"].mask(first, "counts_to_five"))
    found = evaluate_annual(build_panel(coarse, load.metric("residential")), PROTOCOL)
    southend = found[found["area_code"].eq(SOUTHEND)].set_index("period")["reason"]
    assert southend["2015/16"] == ("take the change with care: the counts of 2014/15 are published to the nearest five")
    assert southend["2016/17"] == ""


def test_hidden_counts_are_an_answer(rows: pd.DataFrame) -> None:
    other = rows.loc[OTHER]
    assert other["change_verdict"].tolist() == ["not testable"] * 3
    assert "counts of 2015/16 are not known" in other.loc["2015/16", "reason"]
    assert "counts of 2015/16 are not known" in other.loc["2016/17", "reason"]
    assert np.isfinite(other.loc["2016/17", "lower"])


def test_no_change_is_judged_across_a_break() -> None:
    """In 2017/18 days replaced patients; a step is a caution, not a refusal."""
    metric = load.metric("residential")
    years = ["2017/18", "2018/19", "2019/20", "2020/21"]
    found = evaluate_annual(
        build_panel(make_rows("residential", SOUTHEND, years, [200, 201, 300, 310], 34000.0), metric), PROTOCOL
    )
    by_year = found.set_index("period")
    assert by_year.loc["2019/20", "change_verdict"] == "not testable"
    assert by_year.loc["2019/20", "reason"].startswith("not comparable with 2018/19: in 2019/20 the COVID-19")
    assert np.isnan(by_year.loc["2019/20", "change"])
    assert by_year.loc["2018/19", "change_verdict"] == "no clear change"
    assert "with care" in by_year.loc["2018/19", "reason"]
    assert by_year.loc["2020/21", "reason"] == ""
    assert by_year["england"].isna().all()


def test_a_proportion_has_wilsons_interval(reablement: pd.DataFrame) -> None:
    found = evaluate_annual(build_panel(reablement, load.metric("reablement")), PROTOCOL).set_index(
        ["area_code", "period"]
    )
    one = found.loc[(SOUTHEND, "2016/17")]
    assert round(one["value"], 1) == 75.3
    z, n, p = 1.959963984540054, 93, 70 / 93
    middle, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert one["lower"] == pytest.approx(100 * (middle - half) / (1 + z**2 / n))
    assert one["upper"] == pytest.approx(100 * (middle + half) / (1 + z**2 / n))
    assert one["change_verdict"] == "fell"


def ask(data: pd.DataFrame, metric: str, target: float, **more: object) -> AmbitionTest:
    return bcf.test_ambition(data, area="Southend", target=target, period="2016/17", metric=metric, **more)  # type: ignore[arg-type]


def test_a_target_within_chance(residential: pd.DataFrame) -> None:
    """600 for 34,043 people are 204 against 228: a sixth as good as chance, 1.1 standard deviations of two counts."""
    test = ask(residential, "residential", 600)
    assert test.verdict == "within variation"
    assert (test.baseline_end, test.baseline_period, test.n_baseline) == ("2015/16", "2015/16", 1)
    assert test.baseline == pytest.approx(669.7, abs=0.05)
    assert test.expected == pytest.approx(test.baseline)
    assert test.chance == pytest.approx(float(nbinom.cdf(204, 228.5, 0.5)))
    assert test.naive["p_value"] == pytest.approx(float(poisson.cdf(204, 228)))
    assert test.events_per_unit == pytest.approx(34043 / 1e5)
    assert test.smallest_meaningful_days == pytest.approx(193)
    assert test.smallest_meaningful == pytest.approx(193 / 34043 * 1e5)
    assert math.isnan(test.trends["continues"])
    assert "204 people where there were 228 in 2015/16" in test.sentence
    assert SAMPLING_ALONE in test.sentence
    assert "193 people" in test.sentence
    assert tuple(test.to_dict()) == AMBITION_KEYS
    assert test.to_dict()["trends"]["continues"] is None
    assert "Smallest target above chance in the counts" in str(test)
    assert "nan" not in str(test)


def test_a_target_beyond_chance_is_not_called_meaningful(residential: pd.DataFrame) -> None:
    test = ask(residential, "residential", 500)
    assert test.verdict == "not testable"
    assert "a few years cannot tell whether the trend would" in test.reason
    assert test.naive["verdict"] == "statistically significant"
    facts = [check.detail for check in test.checks if check.name == FOR_INFORMATION]
    assert facts[0].endswith("with as many, the target is 170.")
    assert "1 time in 1,000" in facts[1]
    assert test.to_dict()["smallest_meaningful"] is None
    assert "cannot be tested" in test.sentence


def test_higher_is_better_for_reablement(reablement: pd.DataFrame) -> None:
    assert ask(reablement, "reablement", 86).verdict == "no improvement"
    earlier = bcf.test_ambition(
        reablement, area="Southend", target=86.0, period="2017/18", metric="reablement", baseline_end="2016/17"
    )
    assert earlier.verdict == "not testable"
    # 86% of 93 people are 80 of them; 70 were at home.
    assert earlier.naive["p_value"] == pytest.approx(float(binom.sf(79, 93, 70 / 93)))
    nearer = replace(earlier, sentence="")
    assert nearer.naive["verdict"] == "statistically significant"
    small = bcf.test_ambition(
        reablement, area="Southend", target=80.0, period="2017/18", metric="reablement", baseline_end="2016/17"
    )
    assert small.verdict == "within variation"
    assert small.smallest_meaningful > 80
    assert small.lower < small.expected < small.upper


def test_no_target_may_be_left(reablement: pd.DataFrame) -> None:
    most = validate(make_rows("reablement", SOUTHEND, ["2015/16"], 19, 20))
    test = ask(most, "reablement", 99)
    assert test.verdict == "within variation"
    assert "No target would ask for more than chance." in test.sentence
    assert "none" in str(test)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"period": "2016-09"}, "returned by financial year"),
        ({"baseline_end": "2016-03"}, "expected a financial year"),
        ({"baseline_end": "2016/17"}, "does not lie after the end of the baseline"),
        ({"baseline_end": "2013/14"}, "the data run from 2014/15 to 2016/17"),
        ({"period": "2014/15"}, "lies before the data"),
        ({"baseline_period": "2016/17"}, "the last year to be used"),
        ({"baseline_period": "2015-Q1"}, "expected a financial year"),
        ({"baseline_period": "2013/14"}, "lies before the data"),
        ({"target": 101.0}, "expected at most 100 per cent"),
        ({"area": "Isles of Scilly"}, "is not in these data"),
    ],
)
def test_nonsense_is_refused_in_one_line(reablement: pd.DataFrame, asked: dict[str, object], message: str) -> None:
    question = {"area": "Southend", "target": 86.0, "period": "2016/17", "metric": "reablement", **asked}
    with pytest.raises(RequestError, match=message) as caught:
        bcf.test_ambition(reablement, **question)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("metric", "period", "end", "said"),
    [
        ("residential", "2019/20", "2016/17", "in 2019/20, the COVID-19 pandemic"),
        ("quality_of_life", "2016/17", "2015/16", "no plain count of people"),
        ("social_contact", "2016/17", "2015/16", "no plain count of people"),
        ("dtoc_ascof", "2016/17", "2015/16", "no plain count of people"),
    ],
)
def test_what_cannot_be_tested_says_why(metric: str, period: str, end: str, said: str) -> None:
    data = validate(make_rows(metric, SOUTHEND, YEARS, [20, 21, 22], 1000.0))
    test = bcf.test_ambition(data, area="Southend", target=1.0, period=period, metric=metric, baseline_end=end)
    assert test.verdict == "not testable"
    assert said in test.reason
    assert said in test.sentence
    assert len(tabulate_ambitions([test])) == 1


def test_hidden_counts_of_the_baseline_are_an_answer(residential: pd.DataFrame) -> None:
    test = bcf.test_ambition(
        residential, area=OTHER, target=400.0, period="2016/17", metric="residential", baseline_period="2014/15"
    )
    assert test.reason == "the counts of 2015/16 are not known: suppressed, or not returned"
    assert test.baseline == pytest.approx(1e5 * 100 / 18000)


def test_a_step_ahead_is_said() -> None:
    data = validate(make_rows("residential", SOUTHEND, YEARS, [220, 221, 222], 34000.0))
    test = bcf.test_ambition(data, area="Southend", target=640.0, period="2018/19", metric="residential")
    assert "recalculated" in {check.name: check.detail for check in test.checks}["change in counting ahead"]
