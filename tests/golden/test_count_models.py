"""Quasi-Poisson models of the Sicilian smoking ban (Lopez Bernal, Cummins & Gasparrini 2017) to all digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_eval.stats.regression.glm import compare_deviance, fit_quasi_poisson
from bcf_eval.stats.regression.linear import contrast

from .validation import Record

pytestmark = pytest.mark.golden

SOURCE = "Lopez Bernal et al. 2017, corrected 2020"
PARTS = ("", ", lower limit", ", upper limit")


@pytest.fixture(scope="module")
def sicily(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "gold" / "sicily.csv")


def columns_of(sicily: pd.DataFrame, *, season: bool, slope: bool) -> np.ndarray:
    """Intercept, ban, month number; then Fourier pairs of the calendar month, and the slope after month 36."""
    columns = [np.ones(len(sicily)), sicily["smokban"], sicily["time"]]
    for pair in (1, 2) if season else ():
        angle = 2 * np.pi * pair * sicily["month"] / 12
        columns += [np.sin(angle), np.cos(angle)]
    if slope:
        columns.append(sicily["smokban"] * (sicily["time"] - 36))
    return np.column_stack(columns)


def rate_ratio(sicily: pd.DataFrame, x: np.ndarray, term: int) -> list[float]:
    fit = fit_quasi_poisson(sicily[["aces"]], x, offset=np.log(sicily["stdpop"]))
    found = contrast(fit, np.eye(x.shape[1])[[term]])
    return [float(np.exp(value[0, 0])) for value in (found.estimate, found.lower, found.upper)]


def compare(record: Record, case: str, published: tuple[str, str, str], ours: list[float]) -> None:
    for part, printed, found in zip(PARTS, published, ours, strict=True):
        record.figure(f"Sicily, quasi-Poisson, {case}{part}", SOURCE, printed, found)


def test_ban_and_trend(sicily: pd.DataFrame, record: Record) -> None:
    x = columns_of(sicily, season=False, slope=False)
    printed = ("0.894377", "0.839189", "0.953193")
    compare(record, "no season: rate ratio of the ban", printed, rate_ratio(sicily, x, 1))
    fit = fit_quasi_poisson(sicily[["aces"]], x, offset=np.log(sicily["stdpop"]))
    record.figure("Sicily, quasi-Poisson, no season: dispersion", SOURCE, "3.5592", fit.sigma[0] ** 2)
    assert np.isinf(fit.df_residual[0])


def test_with_season(sicily: pd.DataFrame, record: Record) -> None:
    x = columns_of(sicily, season=True, slope=False)
    printed = ("0.885072", "0.839401", "0.933227")
    compare(record, "season: rate ratio of the ban", printed, rate_ratio(sicily, x, 1))
    fit = fit_quasi_poisson(sicily[["aces"]], x, offset=np.log(sicily["stdpop"]))
    record.figure("Sicily, quasi-Poisson, season: dispersion", SOURCE, "2.2622", fit.sigma[0] ** 2)
    record.figure("Sicily, quasi-Poisson, season: trend", SOURCE, "0.0053892", fit.coefficients[0, 2])


def test_with_a_change_of_slope(sicily: pd.DataFrame, record: Record) -> None:
    x = columns_of(sicily, season=True, slope=True)
    level, slope = ("0.876464", "0.826753", "0.929165"), ("1.001483", "0.997850", "1.005130")
    compare(record, "season and slope: rate ratio of the ban", level, rate_ratio(sicily, x, 1))
    compare(record, "season and slope: rate ratio of a month", slope, rate_ratio(sicily, x, x.shape[1] - 1))
    found = compare_deviance(sicily[["aces"]], x, columns=[x.shape[1] - 1], offset=np.log(sicily["stdpop"]))
    record.figure("Sicily, quasi-Poisson, F-test of the slope: p", SOURCE, "0.428", found.p_value[0])
