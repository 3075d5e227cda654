"""The panel by hand: rates less the rest of England, counts one unit stands for."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.specs import ENGLAND

from .conftest import BOARDS


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
