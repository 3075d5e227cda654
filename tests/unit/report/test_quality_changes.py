"""Comparisons, revisions, corrections and areas left out, as the tables of the page on the data."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from bcf_eval.report.quality_changes import (
    tabulate_comparisons,
    tabulate_corrections,
    tabulate_refused,
    tabulate_revisions,
)

ENGLAND, LEEDS = "E92000001", "E08000035"


def compare(
    expected: str = "agree", *, difference: float = 0.05, what: str = "65+ denominators", note: str = ""
) -> dict[str, Any]:
    about = {"area_code": LEEDS, "metric": "residential", "period": "2017/18", "expected": expected, "note": note}
    numbers = {"ours": 1050.0, "published": 1000.0, "difference": difference, "allowed": 0.005}
    return {"what": what, **about, **numbers, "apart": abs(difference) > 0.005}


def words(html: str) -> str:
    """The text of a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_comparisons_list_what_is_apart_but_not_another_quantity() -> None:
    comparisons = pd.DataFrame(
        [
            compare(),
            compare(difference=0.001),
            compare("known exception", note="the people of another council"),
            compare("other quantity", what="dtoc_ascof vs dtoc_days"),
            *[compare("known exception", what="value vs numerator/denominator", note="rounded")] * 11,
        ]
    )
    html = tabulate_comparisons(comparisons)
    listed = html.split("Areas whose numbers are apart")[-1]
    assert words(listed).count("Leeds 2017/18 People aged 65 and over 1,050 1,000 +5.0%") == 2
    assert "none known" in listed and "the people of another council" in listed
    assert listed.count('scope="row"') == 2
    # A reason that many share is told once.
    assert words(html).count("rounded") == 1


def test_revisions_tell_england_first_even_where_it_did_not_move() -> None:
    named = {
        "return": "mar",
        "period": "2016-10",
        "vintage_old": "2016-12-08",
        "vintage_new": "2017-05-11",
        "metric": "nea",
    }
    revisions = pd.DataFrame(
        [
            {
                **named,
                "area_code": ENGLAND,
                "organisation": "",
                "old": 500.0,
                "new": 500.0,
                "change": 0.0,
                "relative": 0.0,
            },
            {
                **named,
                "area_code": "",
                "organisation": "01A",
                "old": 50.0,
                "new": 40.0,
                "change": -10.0,
                "relative": -0.2,
            },
            {
                **named,
                "area_code": "",
                "organisation": "01B",
                "old": np.nan,
                "new": 10.0,
                "change": np.nan,
                "relative": np.nan,
            },
        ]
    )
    told = words(tabulate_revisions(revisions))
    assert "England Non-elective admissions to hospital October 2016 2016-12-08 to 2017-05-11 500 500 0" in told
    assert "01A Non-elective admissions to hospital October 2016 2016-12-08 to 2017-05-11 50 40" in told
    assert "01B" in told and "nan" not in told
    assert tabulate_revisions(revisions.iloc[:1]) == ""


def test_corrections_are_told_by_reason_and_areas_left_out_are_named() -> None:
    said = {"reason": "not a whole number", "source": "sheet 1", "action": "flag", "status": "confirmed"}
    corrections = pd.DataFrame(
        [
            {**said, "metric": "nea", "period": "2012-11", "area_code": "", "organisation": "5PT"},
            {**said, "metric": "nea", "period": "2012-12", "area_code": ENGLAND, "organisation": ""},
        ]
    )
    refused = pd.DataFrame([{"name": "Dorset", "from_period": "2019-04", "reason": "it lost a part"}])
    told = words(tabulate_corrections(corrections))
    expected = (
        "Not a whole number sheet 1 Marked, not changed confirmed Non-elective admissions to hospital 5PT, England"
    )
    assert f"{expected} November 2012 to December 2012 2" in told
    assert "Dorset April 2019 it lost a part" in words(tabulate_refused(refused))
    assert tabulate_corrections(corrections.iloc[:0]) == ""
