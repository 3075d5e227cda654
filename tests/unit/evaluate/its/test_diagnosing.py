"""What the verdict's models leave over: pattern is told from noise, and the month that weighs most is the right one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.diagnosing import LeftOver, diagnose_its
from bcf_eval.evaluate.its.plan import plan_verdict
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.tables import ITS_DIAGNOSTICS, ITS_RESIDUALS

from ..conftest import BOARDS

PROTOCOL = load.protocol()


@pytest.fixture(scope="module")
def left(panel: Panel) -> LeftOver:
    return diagnose_its(panel, PROTOCOL)


def test_every_fit_has_a_row_and_every_month_an_innovation(panel: Panel, left: LeftOver) -> None:
    assert left.diagnostics.columns.tolist() == ITS_DIAGNOSTICS
    assert left.residuals.columns.tolist() == ITS_RESIDUALS
    assert len(left.diagnostics) == 2 * len(panel.areas)
    key = ["area_code", "intervention"]
    counted = left.residuals.groupby(key).size()
    pd.testing.assert_series_equal(counted, left.diagnostics.set_index(key)["n"].sort_index(), check_names=False)


def test_innovations_are_about_one_and_their_autocorrelation_is_the_one_stated(left: LeftOver) -> None:
    for (area, began), rows in left.residuals.groupby(["area_code", "intervention"]):
        value = rows.sort_values("period")["innovation"].to_numpy()
        row = left.diagnostics.set_index(["area_code", "intervention"]).loc[(area, began)]
        # 48 months less seven or eight terms: the sum of squares is about 40 of 48.
        assert 0.7 < np.sqrt((value**2).mean()) < 1.1
        for lag in (1, 2, 12):
            assert (value[lag:] * value[:-lag]).sum() / (value**2).sum() == pytest.approx(row[f"acf_{lag}"], abs=1e-9)


def test_the_month_that_weighs_most_moves_the_change_as_a_fit_without_it_does(panel: Panel, left: LeftOver) -> None:
    """Against generalised least squares with the same autocorrelation, each month left out in turn."""
    intervention = load.interventions("dtoc_days")[0]
    row = left.diagnostics[left.diagnostics["area_code"].eq(BOARDS[2])].iloc[0]
    assert row["intervention"] == intervention.key
    plan = plan_verdict("dtoc_days", panel.periods, intervention, PROTOCOL)
    design = plan.build(np.arange(len(plan.periods)))
    y = panel.value[panel.rows(plan.periods), panel.column(BOARDS[2])]
    effect = design.unit("level_change_1") + 5.5 * design.unit("slope_change_1")

    def estimate(kept: np.ndarray) -> float:
        time = np.arange(y.size)[kept]
        inverse = np.linalg.inv(row["rho"] ** np.abs(time[:, None] - time))
        x = design.matrix[kept]
        return float(effect @ np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y[kept]))

    everything = np.arange(y.size)
    moved = [estimate(np.delete(everything, one)) - estimate(everything) for one in everything]
    place = int(np.abs(moved).argmax())
    assert row["influential_period"] == plan.periods[place]
    assert row["influence"] == pytest.approx(moved[place], rel=1e-6)
    assert ("higher." if moved[place] > 0 else "lower.") in row["sentence"]


def test_a_pattern_that_the_model_cannot_hold_is_found(panel: Panel) -> None:
    """A wave of five months: no season, no trend, and no resemblance of neighbours alone."""
    value = panel.value.copy()
    place = panel.column(BOARDS[1])
    value[:, place] += 3 * np.sin(2 * np.pi * np.arange(len(value)) / 5)
    found = diagnose_its(replace(panel, value=value), PROTOCOL).diagnostics.set_index("area_code").loc[BOARDS[1]]
    assert not found["passed"].any()
    assert found["ljung_box_p_value"].lt(0.001).all()
    assert found["sentence"].str.startswith("What the model leaves over is no mere noise").all()
    # In its far tail the test is no exact one: no number is given there.
    assert found["sentence"].str.contains("(so much would rarely come from a right model)", regex=False).all()


def test_noise_is_called_noise(left: LeftOver) -> None:
    """Eighteen fits of a right model: by chance about one of them is called more than noise; four would be 1 in 100."""
    assert left.diagnostics["passed"].sum() >= 15
    passed = left.diagnostics[left.diagnostics["passed"]]
    assert passed["sentence"].str.startswith("What the model leaves over looks like noise").all()


def test_a_record_that_ends_before_anything_began_gives_no_rows(observations: pd.DataFrame) -> None:
    early = build_panel(observations[observations["period"].lt("2015-04")], load.metric("dtoc_days"))
    found = diagnose_its(early, PROTOCOL)
    assert found.diagnostics.empty and found.residuals.empty
    assert found.diagnostics.columns.tolist() == ITS_DIAGNOSTICS
