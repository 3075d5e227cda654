"""The demonstration lies on the real map: its districts are those of the published lookups."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.acquire.demo_geography import list_districts

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("month", "file", "yy"),
    [("2018-04", "ons_lookups_193_LTLA18_UTLA18_v2.csv", "18"), ("2019-04", "ons_lookups_177_LTLA19_UTLA19.csv", "19")],
)
def test_districts_are_those_of_the_lookup(shared: Path, month: str, file: str, yy: str) -> None:
    rows = pd.read_csv(shared / "returns" / "lookups" / file, encoding="utf-8-sig")
    english = rows[rows[f"LTLA{yy}CD"].str.startswith("E")]
    published = dict(zip(english[f"LTLA{yy}CD"], english[f"UTLA{yy}CD"], strict=True))
    assert list_districts(month) == published
