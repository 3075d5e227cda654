"""The step of a merger is what the same admissions give when they are shared out in both ways."""

from __future__ import annotations

import pandas as pd
import pytest

from bcf_eval.clean.mergers import measure_mergers

ONE, TWO, THREE = "E06000001", "E06000002", "E06000003"


def make_months(**counts: dict[str, float]) -> pd.DataFrame:
    rows = [(code, month, n) for code, months in counts.items() for month, n in months.items()]
    return pd.DataFrame(rows, columns=["organisation", "period", "numerator"]).assign(metric="nea")


def make_shares(*rows: tuple[str, str, float, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["organisation", "area_code", "share", "from", "to"])


SHARES = make_shares(
    ("A", ONE, 1.0, "2017-03", "2018-03"),
    ("B", TWO, 1.0, "2017-03", "2018-03"),
    ("C", TWO, 0.5, "2017-03", "2018-04"),
    ("C", THREE, 0.5, "2017-03", "2018-04"),
    ("AB", ONE, 0.5, "2018-04", "2018-04"),
    ("AB", TWO, 0.5, "2018-04", "2018-04"),
)


@pytest.mark.parametrize("last", ["2018-03", "2018-01"])
def test_the_step_is_measured_on_the_year_before(last: str) -> None:
    # March 2017 is more than a year before; where the last month was not returned, the one before it counts.
    old = {"2017-03": 9999.0, "2017-06": 100.0, last: 200.0}
    months = make_months(
        A=old, B={month: 2 * n for month, n in old.items()}, C={**dict.fromkeys(old, 200.0), "2018-04": 5.0},
        AB={"2018-04": 900.0},
    )  # fmt: skip
    found = measure_mergers(months, SHARES.replace("2018-03", last)).set_index("area_code")
    # 300 and 600 admissions become 450 each; 200 more of the second authority are of a commissioner that goes on.
    assert found["change"].to_dict() == {ONE: 0.5, TWO: pytest.approx(-150 / 800)}
    assert set(found["from"]) == {"2018-04"}


def test_a_small_step_is_none() -> None:
    months = make_months(
        A={"2018-03": 101.0}, B={"2018-03": 100.0}, C={"2018-03": 1.0, "2018-04": 1.0}, AB={"2018-04": 201.0}
    )
    assert measure_mergers(months, SHARES).empty


def test_an_authority_that_is_new_has_no_step() -> None:
    shares = make_shares(("A", ONE, 1.0, "2018-03", "2018-03"), ("AB", TWO, 1.0, "2018-04", "2018-04"))
    assert measure_mergers(make_months(A={"2018-03": 1.0}, AB={"2018-04": 2.0}), shares).empty


def test_without_mergers_there_is_nothing() -> None:
    found = measure_mergers(make_months(C={"2018-03": 1.0, "2018-04": 1.0}), SHARES)
    assert found.empty
    assert found.columns.tolist() == ["area_code", "from", "change"]
