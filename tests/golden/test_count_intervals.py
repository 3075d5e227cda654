"""Intervals of counts and proportions against the published fixtures of public health: ``gold/README.md``.

Relative tolerance 1e-10: they are closed formulae, and quantiles that scipy gives to the last digits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.counts import byar_interval, count_interval, exact_interval, wilson_interval

pytestmark = pytest.mark.golden

LEVELS = {"95_0": 0.95, "99_8": 0.998}


def test_wilson_and_byar_alone(shared: Path) -> None:
    gold = pd.read_csv(shared / "gold" / "phe_byars_wilson.csv")
    assert set(gold["method"]) == {"Wilson", "Byars"}
    for row in gold.to_dict("records"):
        level = float(row["confidence"].rstrip("%")) / 100
        if row["method"] == "Wilson":
            found = wilson_interval(row["x"], row["n"], level=level)
        else:
            found = byar_interval(row["x"], level=level)
        # One row leaves the lower limit out: Byar's formula turns negative there.
        if np.isfinite(row["lowercl"]):
            np.testing.assert_allclose(found.lower, row["lowercl"], rtol=1e-10)
        np.testing.assert_allclose(found.upper, row["uppercl"], rtol=1e-10)


@pytest.mark.parametrize("label", LEVELS)
def test_proportions(shared: Path, label: str) -> None:
    gold = pd.read_csv(shared / "gold" / "phe_proportion.csv")
    found = wilson_interval(gold["Numerator"], gold["Denominator"], level=LEVELS[label])
    for name, limit in (("lower", found.lower), ("upper", found.upper)):
        expected = gold[f"{name}{label}cl"].to_numpy()
        np.testing.assert_allclose(limit * gold["multiplier"], expected, rtol=1e-10, equal_nan=True)
    assert np.isfinite(found.lower).sum() == 16


@pytest.mark.parametrize("label", LEVELS)
def test_rates(shared: Path, label: str) -> None:
    gold = pd.read_csv(shared / "gold" / "phe_rate.csv")
    found = count_interval(gold["Numerator"], level=LEVELS[label])
    for name, limit in (("lower", found.lower), ("upper", found.upper)):
        expected = gold[f"{name}{label}cl"].to_numpy()
        rate = limit / gold["Denominator"] * gold["multiplier"]
        np.testing.assert_allclose(rate, expected, rtol=1e-10, equal_nan=True)
    few = gold["Numerator"] < 10
    assert set(gold.loc[few, "method"]) == {"Exact"}
    np.testing.assert_array_equal(
        count_interval(gold.loc[few, "Numerator"]).lower, exact_interval(gold.loc[few, "Numerator"]).lower
    )
