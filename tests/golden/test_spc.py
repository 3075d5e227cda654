"""XmR limits, special causes and verdicts against NHSRplotthedots 0.2.2; see ``gold/README.md``."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.charts.spc import SPECIAL, chart
from bcf_eval.stats.charts.verdicts import judge_assurance, judge_variation, name_points

from .validation import Record

pytestmark = pytest.mark.golden

SOURCE = "NHSRplotthedots 0.2.2"

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


POINTS = {
    "common_cause": "common cause",
    "special_cause_concern": "special cause of concern",
    "special_cause_improvement": "special cause of improvement",
}
TARGETS = {
    "consistent_pass": "consistently meets the target",
    "consistent_fail": "consistently misses the target",
    "inconsistent": "may or may not meet the target",
}
FLAGS = {"True": True, "False": False}


def test_every_limit_and_every_verdict(gold: pd.DataFrame, record: Record) -> None:
    theirs: defaultdict[str, list[Any]] = defaultdict(list)
    ours: defaultdict[str, list[Any]] = defaultdict(list)
    compared = 0
    for (case, series), rows in gold.groupby(["case", "series"]):
        said = f"{case} {series}"
        values, better = rows[["value"]].to_numpy(), "higher" if "breaches" not in str(case) else "lower"
        rebase = tuple(int(place) for place in np.flatnonzero(np.diff(rows["rebase_group"])) + 1)
        made = chart(values, rebase=rebase, screen="noscreen" not in str(case))
        for name, limit, column in (
            ("mean", made.mean, "mean"),
            ("lower limit", made.lower, "lpl"),
            ("upper limit", made.upper, "upl"),
        ):
            theirs[name] += rows[column].tolist()
            ours[name] += limit[:, 0].tolist()
        np.testing.assert_array_equal(made.side[:, 0], rows["relative_to_mean"], err_msg=said)
        for flag, column in ((made.outside, "outside_limits"), (made.close, "close_to_limits")):
            # Where nothing moves they have no answer, and we have: not outside.
            expected = rows[column].astype(str).map(FLAGS).eq(True)
            np.testing.assert_array_equal(flag[:, 0], expected, err_msg=said)
        np.testing.assert_array_equal(made.special[:, 0] > 0, rows["special_cause_flag"], err_msg=said)
        kinds = rows["point_type"].map(POINTS).tolist()
        answers = {
            "special cause": (rows["special_cause_type"].map(NAMES), [SPECIAL[one] for one in made.special[:, 0]]),
            "kind of point": (kinds, name_points(made, better=better)[:, 0]),
            "variation": (kinds[-1:], judge_variation(values, made, better=better)),
            "assurance": (
                rows["assurance_type"].map(TARGETS).unique(),
                judge_assurance(made, rows["target"].iloc[0], better=better),
            ),
        }
        for name, (expected, found) in answers.items():
            assert list(expected) == list(found), (said, name)
            theirs[name] += list(expected)
            ours[name] += list(found)
        compared += len(rows)
    assert compared == 4501
    for name, reference in theirs.items():
        if name in ("mean", "lower limit", "upper limit"):
            record.largest(f"XmR charts: {name}", SOURCE, reference, ours[name], tolerance=1e-9)
        else:
            record.answers(f"XmR charts: {name}", SOURCE, reference, ours[name])


def test_series_side_by_side_are_charted_as_one_by_one(gold: pd.DataFrame) -> None:
    case = gold[gold["case"] == "performance_increase"]
    wide = case.pivot(index="period", columns="series", values="value")
    together = chart(wide.to_numpy())
    expected = case.pivot(index="period", columns="series", values="upl")
    np.testing.assert_allclose(together.upper, expected.to_numpy(), rtol=0, atol=1e-9)
