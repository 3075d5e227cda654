"""A year that two files of an annual return hold is taken from the one that was published later."""

from __future__ import annotations

import pandas as pd
import pytest

from bcf_eval.clean.overlaps import settle_overlaps
from bcf_eval.errors import InputError


def rows(*given: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["metric", "period", "source"])


def test_files_about_different_years_stand_together() -> None:
    given = rows(("residential", "2017/18", "old"), ("residential", "2018/19", "new"))
    found = settle_overlaps(given)
    assert found.rows.equals(given)
    assert found.messages == ()


def test_the_file_that_goes_on_longer_is_used_and_said() -> None:
    given = rows(
        ("residential", "2017/18", "old"),
        ("residential", "2018/19", "old"),
        ("reablement", "2018/19", "old"),
        ("residential", "2018/19", "new"),
        ("residential", "2019/20", "new"),
    )
    found = settle_overlaps(given)
    # The later file lacks one of the measures in that year: the earlier one is all there is.
    assert found.rows.to_numpy().tolist() == [
        ["residential", "2017/18", "old"],
        ["reablement", "2018/19", "old"],
        ["residential", "2018/19", "new"],
        ["residential", "2019/20", "new"],
    ]
    assert found.messages == ("old: 2018/19 is taken from a file that goes on longer.",)


def test_two_files_that_end_alike_are_refused() -> None:
    given = rows(
        ("residential", "2018/19", "one"), ("residential", "2017/18", "one"), ("residential", "2018/19", "two")
    )
    with pytest.raises(InputError, match=r"^two and one both hold 'residential' of 2018/19 and both end in 2018/19"):
        settle_overlaps(given)
