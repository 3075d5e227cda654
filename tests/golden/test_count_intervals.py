"""Intervals of counts and proportions against the published fixtures of public health: ``gold/README.md``.

Relative tolerance 1e-10: they are closed formulae, and quantiles that scipy gives to the last digits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.counts.counts import byar_interval, count_interval, exact_interval, wilson_interval

from .validation import Record

pytestmark = pytest.mark.golden

SOURCE = "OHID method fixtures"
TIGHT = 1e-10

LEVELS = {"95_0": 0.95, "99_8": 0.998}


def test_wilson_and_byar_alone(shared: Path, record: Record) -> None:
    gold = pd.read_csv(shared / "gold" / "phe_byars_wilson.csv")
    assert set(gold["method"]) == {"Wilson", "Byars"}
    theirs: dict[str, list[float]] = {"Wilson": [], "Byars": []}
    ours: dict[str, list[float]] = {"Wilson": [], "Byars": []}
    for row in gold.to_dict("records"):
        level = float(row["confidence"].rstrip("%")) / 100
        if row["method"] == "Wilson":
            found = wilson_interval(row["x"], row["n"], level=level)
        else:
            found = byar_interval(row["x"], level=level)
        # One row leaves the lower limit out: Byar's formula turns negative there.
        if np.isfinite(row["lowercl"]):
            theirs[row["method"]].append(row["lowercl"])
            ours[row["method"]].append(float(found.lower))
        theirs[row["method"]].append(row["uppercl"])
        ours[row["method"]].append(float(found.upper))
    for method, name in (("Wilson", "Wilson's interval"), ("Byars", "Byar's interval")):
        record.largest(f"{name}, limits", SOURCE, theirs[method], ours[method], tolerance=TIGHT, unit="relative")


@pytest.mark.parametrize("label", LEVELS)
def test_proportions(shared: Path, record: Record, label: str) -> None:
    gold = pd.read_csv(shared / "gold" / "phe_proportion.csv")
    found = wilson_interval(gold["Numerator"], gold["Denominator"], level=LEVELS[label])
    for name, limit in (("lower", found.lower), ("upper", found.upper)):
        expected = gold[f"{name}{label}cl"].to_numpy()
        case = f"Proportions, {100 * LEVELS[label]:g}% {name} limits (Wilson)"
        record.largest(case, SOURCE, expected, limit * gold["multiplier"], tolerance=TIGHT, unit="relative")
    assert np.isfinite(found.lower).sum() == 16


@pytest.mark.parametrize("label", LEVELS)
def test_rates(shared: Path, record: Record, label: str) -> None:
    gold = pd.read_csv(shared / "gold" / "phe_rate.csv")
    found = count_interval(gold["Numerator"], level=LEVELS[label])
    for name, limit in (("lower", found.lower), ("upper", found.upper)):
        expected = gold[f"{name}{label}cl"].to_numpy()
        rate = limit / gold["Denominator"] * gold["multiplier"]
        case = f"Rates, {100 * LEVELS[label]:g}% {name} limits (Byar, exact below 10)"
        record.largest(case, SOURCE, expected, rate, tolerance=TIGHT, unit="relative")
    few = gold["Numerator"] < 10
    assert set(gold.loc[few, "method"]) == {"Exact"}
    np.testing.assert_array_equal(
        count_interval(gold.loc[few, "Numerator"]).lower, exact_interval(gold.loc[few, "Numerator"]).lower
    )
