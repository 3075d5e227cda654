"""The reason of a correction reaches every area it speaks of, and no other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bcf_eval.report.reasons import read_reasons, select_reasons
from bcf_eval.store import Project


def test_reasons_go_to_the_areas_of_a_commissioner(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert read_reasons(project) == {}
    project.clean.mkdir()
    columns = ["area_code", "organisation", "metric", "period", "action", "flag", "reason"]
    pd.DataFrame(
        [
            ("E06000046", "", "dtoc_days", "2013-11", "flag", "recording_change", "a jump"),
            ("", "05P", "nea", "2014-07", "flag", "incomplete", "a provider"),
            ("", "05P", "nea", "2014-08", "flag", "incomplete", "a provider"),
            ("", "E92000001", "nea", "2014-07", "drop", "", "of England"),
        ],
        columns=columns,
    ).to_parquet(project.clean / "corrections.parquet")
    pd.DataFrame(
        [("E08000029", "05P", "2013-04", "2015-03"), ("E08000025", "05P", "2016-04", "2017-03")],
        columns=["area_code", "organisation", "from", "to"],
    ).to_parquet(project.clean / "shares.parquet")
    reasons = read_reasons(project)
    assert select_reasons(reasons, "nea") == {
        "E08000029": {"incomplete": ("a provider",)},
        "E92000001": {"dropped": ("of England",)},
    }
    assert select_reasons(reasons, "dtoc_days") == {"E06000046": {"recording_change": ("a jump",)}}
