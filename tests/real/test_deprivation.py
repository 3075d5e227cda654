"""The summaries of deprivation give every board the score that was published, and boards in the published order."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.sources import find_source
from bcf_eval.clean.returns.deprivation import read_deprivation

pytestmark = pytest.mark.real

SCILLY, CITY = "E06000053", "E09000001"


@pytest.fixture(scope="module")
def scores(shared: Path) -> pd.DataFrame:
    """Areas by year of the index."""
    frames = []
    for path in sorted((shared / "returns" / "deprivation").iterdir()):
        source = find_source("deprivation", path.name)
        assert source is not None
        file = describe_file(path, source, sha256="", retrieved="", origin="", stored=f"deprivation/x/{path.name}")
        assert (file.vintage, file.demonstration) == ("undated", False)
        frames.append(read_deprivation(path, file).rows)
    return pd.concat(frames).pivot(index="area_code", columns="year", values="average_score")


@pytest.mark.parametrize(("year", "n"), [(2015, 152), (2019, 151)])
def test_every_board_of_the_time_has_a_score(scores: pd.DataFrame, year: int, n: int) -> None:
    known = scores[year].dropna()
    assert set(known.index) == {*load.boards(f"{year}-04"), SCILLY}
    assert len(known) == n
    assert CITY in known


def test_scores_are_those_in_print(scores: pd.DataFrame) -> None:
    # The two most deprived upper-tier authorities by average score in 2015 as the ministry's report lists them.
    assert scores[2015].nlargest(2).index.map(lambda code: load.areas()[code].name).tolist() == [
        "Blackpool",
        "Knowsley",
    ]
    assert scores[2019].nlargest(2).index.map(lambda code: load.areas()[code].name).tolist() == [
        "Blackpool",
        "Knowsley",
    ]
    assert scores[2015].idxmin() == scores[2019].idxmin() == "E06000041"  # Wokingham
    assert scores.loc["E06000001"].to_dict() == {2015: 33.178, 2019: 35.037}


def test_boards_keep_their_place_from_one_index_to_the_next(scores: pd.DataFrame) -> None:
    assert scores.corr(method="spearman").iloc[0, 1] > 0.97
