"""How far boards move together, against Gaussians whose shared part is known."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.evaluate.outturns.shared_shock import measure_shared
from bcf_eval.stats.forecasts.ambition import Predictive


def make(*spreads: float) -> Predictive:
    spread = np.array(spreads, float)
    return Predictive(np.full(spread.shape, 50.0), spread, np.full(spread.shape, 0.2))


def test_the_shared_part_is_that_of_variances() -> None:
    """A board's error is England's, of 0.1, and one of its own: 0.1² of 0.2² is a quarter, of the middling board."""
    assert measure_shared(make(0.1), make(0.15, 0.2, 0.4)) == pytest.approx(0.25, rel=1e-9)


def test_no_more_than_all_is_shared() -> None:
    assert measure_shared(make(0.5), make(0.2, 0.2)) == 1.0


@pytest.mark.parametrize("england", [make(np.nan)])
def test_without_a_forecast_it_is_not_known(england: Predictive) -> None:
    assert np.isnan(measure_shared(england, make(0.2)))
    assert np.isnan(measure_shared(make(0.1), make(np.nan)))
    assert np.isnan(measure_shared(make(0.1), make()))
