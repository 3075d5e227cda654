"""The map of areas and periods: what it is told as, and that it can do without colour."""

from __future__ import annotations

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import month_range
from bcf_eval.report.figure_coverage import draw_coverage

ENGLAND, SOUTHEND, LEEDS = "E92000001", "E06000033", "E08000035"
MONTHS = month_range("2014-04", "2015-03")


def make_states(metric: str, periods: list[str], **of: str) -> pd.DataFrame:
    """Every number there, but for areas and periods in another state: ``E08000035_2014_04="gap"``."""
    rows = [(code, metric, period, "number") for code in (ENGLAND, SOUTHEND, LEEDS) for period in periods]
    frame = pd.DataFrame(rows, columns=["area_code", "metric", "period", "state"])
    for key, state in of.items():
        code, _, period = key.partition("_")
        frame.loc[(frame["area_code"] == code) & (frame["period"] == period.replace("_", "-")), "state"] = state
    return frame


def test_the_picture_is_told_with_its_numbers() -> None:
    states = make_states("dtoc_days", MONTHS, E08000035_2014_04="suppressed", E06000033_2014_05="extended")
    picture = draw_coverage(states, load.metric("dtoc_days"))
    assert "2 areas in rows by region and 12 months in columns, April 2014 to March 2015" in picture.alternative
    assert "Of 24 places in it: a number as returned, 22" in picture.alternative
    assert "hidden by the publisher, 1" in picture.alternative
    assert "Without a number: Leeds (1)." in picture.alternative
    assert "<title" not in picture.svg
    # Told apart without colour: each of the two has a pattern of its own.
    assert picture.svg.count("<pattern") >= 2


def test_a_picture_of_years_and_of_areas_without_a_region_is_drawn() -> None:
    states = make_states("residential", ["2014/15", "2015/16"])
    states["area_code"] = states["area_code"].replace(LEEDS, "E06009999")
    assert "2 years in columns, 2014/15 to 2015/16" in draw_coverage(states, load.metric("residential")).alternative
