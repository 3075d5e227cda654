"""The panel by hand: rates less the rest of England, counts one unit stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.its.its import evaluate_its
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.observations import validate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND

from .conftest import BOARDS
from .makers import make_rows


def test_local_change_is_the_difference_from_england_without_the_board(panel: Panel) -> None:
    board, england = panel.column(BOARDS[0]), panel.column(ENGLAND)
    rest = panel.numerator[0, england] - panel.numerator[0, board]
    people = panel.denominator[0, england] - panel.denominator[0, board]
    local = panel.local_change()
    # April 2011 has 30 days.
    assert local[0, board] == pytest.approx(panel.value[0, board] - 1e5 * rest / people / 30)
    assert np.isnan(local[:, england]).all()


def test_events_per_unit_bring_a_rate_back_to_a_count(panel: Panel) -> None:
    np.testing.assert_allclose(panel.value * panel.events_per_unit, panel.numerator)


def test_a_metric_that_is_not_there_is_said(observations: object) -> None:
    with pytest.raises(RequestError, match="hold no 'dtoc_days_nhs'"):
        build_panel(observations, load.metric("dtoc_days_nhs"))  # type: ignore[arg-type]


def test_a_rate_per_day_has_level_months_already(panel: Panel) -> None:
    assert panel.level_months() is panel


def test_the_length_of_months_leaves_no_trace_in_a_fit() -> None:
    """A board that admits as many people every day: February is lower by its three days, and nothing changed."""
    months = month_range("2013-04", "2017-03")
    days = pd.Series(pd.to_datetime(months)).dt.days_in_month.to_numpy()
    daily = 50 + 0.01 * np.random.default_rng(4).normal(size=days.size)
    panel = build_panel(validate(make_rows("nea", BOARDS[0], months, daily * days, 200_000.0)), load.metric("nea"))
    level = panel.level_months()
    assert np.ptp(panel.value) / panel.value.mean() > 0.09
    # 50 a day for 200,000 people, in a month of 365.25 / 12 days.
    np.testing.assert_allclose(level.value[:, 0], 25 * 30.4375, rtol=1e-3)
    np.testing.assert_allclose(level.value * level.events_per_unit, panel.value * panel.events_per_unit)
    tables = evaluate_its(panel, load.protocol())
    own = tables.effects.query("intervention == 'bcf_2015' and fit == 'verdict' and specification == 'main'")
    effect = own.set_index(["scope", "contrast"]).loc[("own", "average_12")]
    # With months as long as they are the standard error is above 10 admissions a month.
    assert effect["std_error"] < 0.5
    assert effect["lower"] < 0 < effect["upper"]
    # What is drawn is what was observed.
    np.testing.assert_allclose(tables.paths["observed"], panel.value[:, 0])
    np.testing.assert_allclose(tables.paths["fitted"], panel.value[:, 0], rtol=1e-2)
