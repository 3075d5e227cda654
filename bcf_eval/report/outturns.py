"""What came of the targets of an area? Its rows of the outturns, found by the target they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bcf_eval.report.beside import Beside
from bcf_eval.report.labels import name_within
from bcf_eval.results import AmbitionTest

_KEYS = ("ambition", "period", "vintage")


def find_outturn(beside: Beside, test: AmbitionTest) -> Mapping[Any, Any] | None:
    """Find the row of :data:`bcf_eval.tables.OUTTURNS` of a target; ``None`` where it is not known."""
    rows = beside.area_rows("outturns", test.area_code)
    for key in _KEYS:
        rows = rows[rows[key].eq(getattr(test, key))]
    found = rows.to_dict("records")
    return found[0] if found else None


def find_total(beside: Beside, test: AmbitionTest) -> Mapping[Any, Any] | None:
    """Find the row of :data:`bcf_eval.tables.OUTTURN_TOTALS` of a target, all boards; ``None`` where there is none."""
    rows = beside.all_rows("outturn_totals")
    for key, wanted in (("ambition", test.ambition), ("period", test.period), ("arm", "all")):
        rows = rows[rows[key].eq(wanted)]
    found = rows.to_dict("records")
    return found[0] if found else None


def say_outturn_at_length(row: Mapping[Any, Any]) -> str:
    """Say what came of a target, as the table of outturns does, the name of the place as it is said in a sentence."""
    name = str(row["area_name"])
    return str(row["sentence"]).replace(f"For {name},", f"For {name_within(name)},", 1)
