"""Past chances judged by other dates: frequencies and ranges by hand, and what is done where they do not hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.targets.baseline import ask_question, choose_baseline
from bcf_eval.evaluate.targets.forecasting import forecast_areas
from bcf_eval.evaluate.targets.outlook import calibrate_forecast
from bcf_eval.evaluate.targets.record import Record
from bcf_eval.evaluate.targets.replay import (
    APART,
    OTHERS,
    bound_frequency,
    class_trend,
    describe_record,
    explain_record,
    find_heavy_classes,
    holds,
    replay_tails,
)

from ..recorded import simulate_panel

PROTOCOL = load.protocol()


def make_record(errors: np.ndarray, trend_t: np.ndarray, *, span: int = 3, step: int = 3) -> Record:
    origins = np.arange(errors.shape[0], dtype=np.int64) * step
    third = np.zeros(errors.shape[1], int)
    return Record(origins, origins + span, errors, trend_t, third, True, "")


def test_a_date_is_judged_by_dates_without_a_month_in_common() -> None:
    """One date is far below the others: by them, all its boards meet the tail; by itself it would hide that."""
    rng = np.random.default_rng(1)
    errors = rng.normal(size=(10, 50))
    errors[4] -= 20
    replay = replay_tails(make_record(errors, np.zeros_like(errors)), PROTOCOL, tail=0.05)
    assert replay.how == APART
    assert replay.by_origin[4] == 1.0
    assert np.delete(replay.by_origin, 4).max() < 0.05
    assert replay.frequency == pytest.approx(replay.by_origin.mean())


def test_where_all_dates_overlap_each_is_judged_by_the_others() -> None:
    errors = np.random.default_rng(2).normal(size=(6, 50))
    replay = replay_tails(make_record(errors, np.zeros_like(errors), span=24), PROTOCOL, tail=0.05)
    assert replay.how == OTHERS
    assert replay.by_origin.size == 6
    none = replay_tails(make_record(errors, errors, span=24), PROTOCOL, tail=0.05, earlier_only=True)
    assert none.by_origin.size == 0


def test_the_interval_is_that_of_independent_dates() -> None:
    """Frequencies of 0 (five dates) and 0.3 (one): mean 0.05 of six dates, standard deviation 0.1225, t(5) 2.015."""
    errors = np.tile(np.arange(100.0), (6, 1))
    errors[2, :30] = -1.0
    replay = replay_tails(make_record(errors, np.zeros_like(errors)), PROTOCOL, tail=0.05)
    np.testing.assert_allclose(bound_frequency(replay), [0.0, 0.05 + 2.015 * 0.12247 / np.sqrt(6)], atol=1e-4)


def test_the_sentence_gives_mean_range_and_time() -> None:
    """Five dates have the errors 0 to 99; one has 30 of them below: of 500 others 4 in 100 are rarer than 5 in 100.

    Of the 30 all are in the tail of the others; of the others' dates the lowest errors are crowded out by the 30.
    """
    errors = np.tile(np.arange(100.0), (6, 1))
    errors[2, :30] = -1.0
    record = make_record(errors, np.zeros_like(errors))
    replay = replay_tails(record, PROTOCOL, tail=0.05)
    assert replay.by_origin.tolist() == [0.0, 0.0, 0.3, 0.0, 0.0, 0.0]
    said = explain_record(record, PROTOCOL)
    assert said.startswith(
        "Such chances have been about right: of what was said to come 5 times in 100, 5 in 100 came, from 0 to 30 by "
        "date. That is at 6 earlier dates, over 6 stretches of time that do not overlap. Each date was judged by dates"
    )
    assert "revised" in said


def test_tails_that_were_too_thin_at_the_time_are_said_to_be() -> None:
    """Errors spread as time goes on: by what had been seen before, ever more boards met the tail."""
    errors = np.random.default_rng(6).normal(size=(12, 60)) * np.linspace(1, 6, 12)[:, None]
    growing = make_record(errors, np.zeros_like(errors))
    assert not holds(growing, PROTOCOL)
    assert "seen at the time alone, at the last 8 dates, it came" in describe_record(growing, PROTOCOL)
    steady = make_record(errors / np.linspace(1, 6, 12)[:, None], np.zeros_like(errors))
    assert holds(steady, PROTOCOL)
    assert "at the time" not in describe_record(steady, PROTOCOL)
    assert "seen at the time alone" in explain_record(steady, PROTOCOL)


def test_a_class_of_trend_that_meets_the_tail_too_often_is_judged_by_its_own_record() -> None:
    many = simulate_panel(boards=24)
    rng = np.random.default_rng(3)
    errors = rng.normal(size=(10, 200))
    trend_t = np.where(np.arange(200) < 40, -3.0, 0.0) * np.ones((10, 1))
    assert find_heavy_classes(make_record(errors, trend_t), PROTOCOL) == ()
    errors[:, :40] *= 3
    heavy = make_record(errors, trend_t)
    assert find_heavy_classes(heavy, PROTOCOL) == (-1,)
    asked = ask_question(many, "2017-09", "2017-02")
    baseline = choose_baseline(many, asked, PROTOCOL)
    forecast = forecast_areas(many, asked, baseline, np.array([0, 1]), PROTOCOL)
    forecast = replace(forecast, trend_t=np.array([-2.0, 0.0]))
    usual = calibrate_forecast(forecast, heavy, np.array([0, 1]), PROTOCOL)
    assert usual.tails is not None
    assert usual.tails.n_errors.tolist() == [400.0, 2000.0]
    # Three times as wide: the quantile of the class is at -1.645 x 3, of all nearer.
    low = usual.tails.quantile(0.05) / usual.tails.scale
    assert low[0] == pytest.approx(-3 * 1.645, rel=0.12)
    assert -3.2 < low[1] < -1.645


def test_a_trend_that_is_not_known_is_none() -> None:
    assert class_trend(np.array([-1.6, -1.4, np.nan, 1.4, 1.6])).tolist() == [-1, 0, 0, 0, 1]
