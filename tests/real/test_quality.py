"""The screen finds the changes in recording that are known to be in the returns of delayed transfers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.rates import divide_by_people
from bcf_eval.clean.returns.dtoc import read_dtoc
from bcf_eval.clean.returns.population import read_population
from bcf_eval.evaluate.quality.jumps import tabulate_jumps
from bcf_eval.kept import Reading

pytestmark = pytest.mark.real

TAMESIDE, ISLE_OF_WIGHT = "E08000008", "E06000046"


def read(path: Path, source: str) -> Reading:
    found = find_source(source, path.name)
    assert found is not None
    stored = f"{source}/undated/{path.name}"
    file = describe_file(path, found, sha256="", retrieved="", origin="", stored=stored)
    return {"dtoc": read_dtoc, "population": read_population}[source](path, file)


@pytest.fixture(scope="module")
def jumps(shared: Path) -> pd.DataFrame:
    rows = {
        source: pd.concat([read(path, source).rows for path in sorted((shared / "returns" / source).iterdir())])
        for source in ("dtoc", "population")
    }
    delays, people = rows["dtoc"], rows["population"]
    delays = delays[(delays["area_code"] != "") & (delays["metric"] == "dtoc_days")].drop(columns="code")
    estimates, series = (people[people["table"] == table] for table in ("estimates", "series"))
    return tabulate_jumps(divide_by_people(delays, estimates, series))


def test_known_changes_in_recording_are_among_the_largest(jumps: pd.DataFrame) -> None:
    first = list(zip(jumps["area_code"], jumps["period"], strict=True))[:3]
    assert first[0] == (TAMESIDE, "2012-08")
    assert (ISLE_OF_WIGHT, "2013-11") in first


def test_what_came_back_is_told_from_what_stayed(jumps: pd.DataFrame) -> None:
    by_place = jumps.set_index(["area_code", "period"])
    # Tameside returns 909, 914 and 1,416 days from August to October 2012, and 115 in November.
    assert by_place.loc[(TAMESIDE, "2012-08"), "lasting"] == 3
    assert bool(by_place.loc[(ISLE_OF_WIGHT, "2013-11"), "to_the_end"])


def test_the_screen_is_a_list_that_can_be_read(jumps: pd.DataFrame) -> None:
    assert 50 <= len(jumps) <= 150
