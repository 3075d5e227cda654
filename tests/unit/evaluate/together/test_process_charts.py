"""Control charts of areas: whose chart decides, what is said, and where the limits begin anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.together.process_charts import ProcessCharts, chart_processes
from bcf_eval.observations import validate
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND
from bcf_eval.stats.charts.spc import find_limits
from bcf_eval.tables import SPC_POINTS, SPC_VERDICTS

PROTOCOL = load.protocol()
MONTHS = month_range("2011-04", "2015-03")  # before any break: one stretch
PLAIN, STICKY, SHORT = load.boards()[:3]


@pytest.fixture(scope="module")
def panel_of_three(observe: Callable[..., pd.DataFrame]) -> Panel:
    """One board of independent months, the last far off; one that wanders; one with six months."""
    rng = np.random.default_rng(21)
    noise, wander = rng.normal(size=(2, len(MONTHS)))
    noise[-1] = 12
    for t in range(1, len(MONTHS)):
        wander[t] += 0.9 * wander[t - 1]
    rows = [
        observe(PLAIN, "dtoc_days", MONTHS, 30 + noise),
        observe(STICKY, "dtoc_days", MONTHS, 30 + wander),
        observe(SHORT, "dtoc_days", MONTHS[-6:], 30 + noise[:6]),
        observe(ENGLAND, "dtoc_days", MONTHS, 30 + noise),
    ]
    return build_panel(validate(pd.concat(rows)), load.metric("dtoc_days"))


@pytest.fixture(scope="module")
def charts(panel_of_three: Panel) -> ProcessCharts:
    return chart_processes(panel_of_three, PROTOCOL, target=20.0)


def test_independent_months_are_judged_by_their_own_chart(charts: ProcessCharts) -> None:
    row = charts.verdicts.set_index("area_code").loc[PLAIN]
    assert not row["residuals_decide"]
    assert row["variation"] == "special cause of concern"
    assert row["assurance"] == "consistently misses the target"
    assert row["sentence"] == "The last point shows a special cause of concern."


def test_where_months_resemble_one_another_the_residuals_decide(charts: ProcessCharts) -> None:
    row = charts.verdicts.set_index("area_code").loc[STICKY]
    assert row["residuals_decide"]
    assert row["sentence"].endswith("the last point shows ordinary variation (common cause).")
    # At a true 0.7 it is 95% of 48-month charts; here rho was estimated somewhere between 0.6 and 1.
    assert row["rho"] > 0.6
    assert row["false_outside"] > 0.85
    assert "a stable process this autocorrelated shows a point outside its limits in" in row["sentence"]
    own = charts.points[charts.points["area_code"].eq(STICKY)]
    assert own["special"].ne("").sum() > 10 > own["residual_special"].ne("").sum()


def test_few_points_are_no_chart(charts: ProcessCharts) -> None:
    row = charts.verdicts.set_index("area_code").loc[SHORT]
    assert (row["variation"], row["assurance"]) == ("", "")
    assert row["sentence"] == "Too few points for a control chart: 6; at least 12 are needed."
    assert np.isnan(row["false_outside"])


def test_tables_and_limits(charts: ProcessCharts, panel_of_three: Panel) -> None:
    assert list(charts.points) == SPC_POINTS
    assert list(charts.verdicts) == SPC_VERDICTS
    own = charts.points[charts.points["area_code"].eq(PLAIN)]
    limits = find_limits(panel_of_three.value[:, [panel_of_three.column(PLAIN)]])
    assert own["upper"].nunique() == 1
    assert own["upper"].iloc[0] == pytest.approx(limits.upper[0])
    assert own["period"].tolist() == MONTHS
    none = charts.points[charts.points["area_code"].eq(SHORT) & charts.points["value"].isna()]
    assert none["point"].eq("").all()


def test_limits_begin_anew_at_breaks_unless_told_otherwise(panel: Panel) -> None:
    told = {}
    for how, rebase in {"breaks": None, "none": (), "one": ("2014-04",)}.items():
        points = chart_processes(panel, PROTOCOL, rebase=rebase).points
        told[how] = points[points["area_code"].eq(panel.areas[1])]["upper"].nunique()
    # Of delays the rules changed in April and October 2015 and in November 2018.
    assert told == {"breaks": 4, "none": 1, "one": 2}
