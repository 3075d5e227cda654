"""What the pooled lines say of the real yearly counts, beside published figures and outturns that are known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bcf_eval as bcf
from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.annual import rate_annual
from bcf_eval.clean.returns.ascof import read_ascof
from bcf_eval.evaluate.annual.outlook import link_years, list_comparable
from bcf_eval.evaluate.annual.validation import validate_last_year
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.stats.counts.pooling import fit_pooled_lines

pytestmark = pytest.mark.real

PROTOCOL = load.protocol()


@pytest.fixture(scope="module")
def rated(shared: Path) -> pd.DataFrame:
    (path,) = (shared / "returns" / "ascof").glob("*.csv.gz")
    source = find_source("ascof", path.name)
    assert source is not None
    file = describe_file(path, source, sha256="", retrieved="", origin="", stored=f"ascof/undated/{path.name}")
    return observations.validate(rate_annual(read_ascof(path, file).rows))


def test_the_mean_line_falls_as_england_did(rated: pd.DataFrame) -> None:
    """England's published rates: 668.8 in 2014-15, 585.6 in 2017-18. Large boards count for more there, so roughly."""
    panel = build_panel(rated, load.metric("residential"))
    years = list_comparable(panel, "2017/18")
    assert years == ("2014/15", "2015/16", "2016/17", "2017/18")
    linked = link_years(panel, years)
    fit = fit_pooled_lines(linked.y, linked.variance, time=np.arange(4), shock_ratio=0.5)
    assert fit.mean[1] == pytest.approx(math.log(585.6 / 668.8) / 3, abs=0.01)
    # Boards vary far beyond sampling from year to year, and share next to nothing of it.
    assert fit.sigma_e > 2 * np.nanmedian(np.sqrt(linked.variance))
    assert np.abs(fit.shared).max() < 0.03


@pytest.mark.parametrize("metric", ["residential", "reablement", "reablement_offered"])
def test_forecasts_of_the_last_year_hold_what_they_say(rated: pd.DataFrame, metric: str) -> None:
    """Of 150 boards, with the least that is taken to be shared: never fewer than said by over three standard errors.

    They hold more than they say where all boards share less than half of what each moves by itself.
    """
    panel = build_panel(rated, load.metric(metric))
    for last in ("2017/18", "2018/19"):
        found = validate_last_year(panel, PROTOCOL, last=last).set_index("shock_ratio")
        assert found["n"].between(145, 151).all()
        for name, level in (("inside_50", 0.5), ("inside_80", 0.8), ("inside_95", 0.95)):
            assert found.loc[0.5, name] > level - 3 * math.sqrt(level * (1 - level) / 150)
            assert found.loc[0.5, name] <= found.loc[1.0, name] <= found.loc[2.0, name]
        assert found["better_tail"].max() < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 150)


@pytest.mark.parametrize(
    ("metric", "period", "target", "verdict"),
    [
        # In 2017-18 there were 184 admissions for 34,798 people, and 72 of 88 were still at home.
        ("residential", "2018/19", 600.0, "no improvement"),
        ("residential", "2018/19", 500.0, "rewards trend"),
        ("residential", "2018/19", 400.0, "within variation"),
        ("residential", "2018/19", 250.0, "not testable"),
        ("residential", "2018/19", 100.0, "beyond the record"),
        ("reablement", "2018/19", 86.0, "within variation"),
        # In 2016-17 there were 70 of 93: other years, and other boards, lead to expect more.
        ("reablement", "2017/18", 78.0, "rewards trend"),
        ("reablement", "2017/18", 86.0, "within variation"),
        # Two comparable years: sampling alone.
        ("residential", "2016/17", 600.0, "within variation"),
    ],
)
def test_yearly_targets_of_southend(rated: pd.DataFrame, metric: str, period: str, target: float, verdict: str) -> None:
    test = bcf.test_ambition(rated, area="Southend", target=target, period=period, metric=metric)
    assert test.verdict == verdict
    assert "people" in test.sentence


def test_a_trend_of_residential_admissions_needs_2016_17(rated: pd.DataFrame) -> None:
    """The return of 2014-15 cannot be compared with those before: 2015-16 has one year, 2016-17 two."""
    for period, years in (("2015/16", "1 year can be compared"), ("2016/17", "2 years can be compared")):
        test = bcf.test_ambition(rated, area="Southend", target=300.0, period=period, metric="residential")
        assert test.verdict == "not testable"
        assert years in test.reason and "(SALT)" in test.reason


def test_a_handful_of_people_has_no_line(rated: pd.DataFrame) -> None:
    """In the City of London every one of eight people or so was still at home."""
    test = bcf.test_ambition(rated, area="City of London", target=100.0, period="2018/19", metric="reablement")
    assert test.n_baseline == 1
