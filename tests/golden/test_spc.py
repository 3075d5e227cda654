"""XmR limits and special causes against NHSRplotthedots 0.2.2; the file is described in ``gold/README.md``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.spc import SPECIAL, chart

pytestmark = pytest.mark.golden

NAMES = {
    "Common Cause": "",
    "Above UCL": "above the upper limit",
    "Below LCL": "below the lower limit",
    "7 Point Trend (Increasing)": "seven rising",
    "7 Point Trend (Decreasing)": "seven falling",
    "2 in 3 Above CL": "two of three near the upper limit",
    "2 in 3 Below CL": "two of three near the lower limit",
    "7 Points Above CL": "seven above the mean",
    "7 Points Below CL": "seven below the mean",
}


@pytest.fixture(scope="module")
def gold(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "gold" / "spc_plotthedots.csv")


def test_every_limit_and_every_special_cause(gold: pd.DataFrame) -> None:
    compared = 0
    for (case, series), rows in gold.groupby(["case", "series"]):
        rebase = tuple(int(place) for place in np.flatnonzero(np.diff(rows["rebase_group"])) + 1)
        made = chart(rows[["value"]].to_numpy(), rebase=rebase, screen="noscreen" not in str(case))
        for mine, theirs in ((made.mean, "mean"), (made.lower, "lpl"), (made.upper, "upl")):
            np.testing.assert_allclose(mine[:, 0], rows[theirs], rtol=0, atol=1e-9, err_msg=f"{case} {series}")
        found = [SPECIAL[place] for place in made.special[:, 0]]
        assert found == rows["special_cause_type"].map(NAMES).tolist(), f"{case} {series}"
        compared += len(rows)
    assert compared == 4501


def test_series_side_by_side_are_charted_as_one_by_one(gold: pd.DataFrame) -> None:
    case = gold[gold["case"] == "performance_increase"]
    wide = case.pivot(index="period", columns="series", values="value")
    together = chart(wide.to_numpy())
    expected = case.pivot(index="period", columns="series", values="upl")
    np.testing.assert_allclose(together.upper, expected.to_numpy(), rtol=0, atol=1e-9)
