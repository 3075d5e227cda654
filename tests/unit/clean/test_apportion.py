"""Admissions of commissioners become those of authorities, and nothing is lost on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval.clean.apportion import COUNTS, UNALLOCATED, apportion
from bcf_eval.errors import InputError
from bcf_eval.specs import ENGLAND

CORNWALL, SCILLY, DEVON = "E06000052", "E06000053", "E10000008"


def make_months(*rows: tuple[str, str, float], flag: str = "") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["organisation", "period", "numerator"])
    return frame.assign(
        organisation_name="NHS " + frame["organisation"], metric="nea", flag=flag, source="mar/" + frame["period"]
    )


def make_shares(*rows: tuple[str, str, float, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["organisation", "area_code", "share", "from", "to"])
    return frame.assign(weight="small areas", source="a lookup")


# One commissioner in two authorities, one in one of these, and the national one: 400 + 100 + 7.
MONTHS = make_months(
    (ENGLAND, "2016-04", 507.0), ("11N", "2016-04", 400.0), ("99P", "2016-04", 100.0), ("X24", "2016-04", 7.0)
)
SHARES = make_shares(
    ("11N", CORNWALL, 0.75, "2013-04", "2017-03"),
    ("11N", SCILLY, 0.25, "2013-04", "2017-03"),
    ("99P", CORNWALL, 1.0, "2013-04", "2017-03"),
    ("99P", DEVON, 1.0, "2017-04", "2018-03"),
    ("11N", DEVON, 1.0, "2017-04", "2018-03"),
)


def test_authorities_get_their_share_and_england_what_is_printed() -> None:
    found = apportion(MONTHS, SHARES)
    assert found.counts.columns.tolist() == COUNTS
    assert found.counts.to_numpy().tolist() == [
        [CORNWALL, "nea", "2016-04", 400.0, "apportioned", "mar/2016-04"],
        [SCILLY, "nea", "2016-04", 100.0, "apportioned", "mar/2016-04"],
        [ENGLAND, "nea", "2016-04", 507.0, "", "mar/2016-04"],
    ]
    assert found.unallocated.columns.tolist() == UNALLOCATED
    (national,) = found.unallocated.to_dict("records")
    assert (national["code"], national["numerator"], national["period"]) == ("X24", 7.0, "2016-04")
    assert national["label"].startswith("NHS England")
    assert found.messages == ()


def test_each_month_has_its_own_shares() -> None:
    later = make_months((ENGLAND, "2017-04", 500.0), ("11N", "2017-04", 400.0), ("99P", "2017-04", 100.0))
    found = apportion(pd.concat([MONTHS, later]), SHARES).counts
    assert found[found["period"] == "2017-04"].set_index("area_code")["numerator"].to_dict() == {
        DEVON: 500.0,
        ENGLAND: 500.0,
    }


def test_nothing_is_lost_however_shares_are_cut() -> None:
    rng = np.random.default_rng(1)
    codes = [f"C{number:02d}" for number in range(40)]
    areas = [f"E060000{number:02d}" for number in range(1, 12)]
    counts = rng.integers(500, 90_000, len(codes)).astype(float)
    parts = rng.dirichlet(np.ones(len(areas)), len(codes))
    shares = make_shares(
        *(
            (code, area, parts[i, j], "2016-04", "2016-04")
            for i, code in enumerate(codes)
            for j, area in enumerate(areas)
        )
    )
    months = make_months(
        (ENGLAND, "2016-04", counts.sum()), *((code, "2016-04", n) for code, n in zip(codes, counts, strict=True))
    )
    found = apportion(months, shares).counts.set_index("area_code")["numerator"]
    assert abs(found.drop(ENGLAND).sum() - counts.sum()) < 1e-6
    assert found["E06000003"] == pytest.approx((counts * parts[:, 2]).sum(), rel=1e-12)


def test_months_of_primary_care_trusts_have_england_alone() -> None:
    trusts = make_months(
        (ENGLAND, "2013-03", 12.1), ("5PT", "2013-03", 10.1), ("YDD82", "2013-03", 2.0), flag="non_integer"
    )
    found = apportion(pd.concat([trusts, MONTHS]), SHARES)
    early = found.counts[found.counts["period"] == "2013-03"]
    assert early[["area_code", "numerator", "flag"]].to_numpy().tolist() == [
        [ENGLAND, 12.1, "primary_care_trusts;non_integer"]
    ]
    assert found.unallocated[["period", "code", "numerator"]].to_numpy().tolist() == [
        ["2013-03", "YDD82", 2.0],
        ["2016-04", "X24", 7.0],
    ]
    assert found.messages == (
        "mar: the months from March 2013 to March 2013 are of primary care trusts, which no lookup covers: England "
        "alone has figures.",
    )


def test_flags_and_missing_counts_reach_the_authorities() -> None:
    months = MONTHS.copy()
    months.loc[months["organisation"] == "99P", ["numerator", "flag", "source"]] = [np.nan, "partial", "a correction"]
    found = apportion(months, SHARES).counts.set_index("area_code")
    assert np.isnan(found.loc[CORNWALL, "numerator"])
    assert found.loc[CORNWALL, "flag"] == "apportioned;partial"
    assert found.loc[CORNWALL, "source"] == "mar/2016-04; a correction"
    assert (found.loc[SCILLY, "numerator"], found.loc[SCILLY, "flag"]) == (100.0, "apportioned")
    assert found.loc[SCILLY, "source"] == "mar/2016-04"


def test_a_total_that_a_correction_changed_is_said() -> None:
    months = MONTHS.assign(numerator=MONTHS["numerator"].replace(100.0, 90.0))
    assert apportion(months, SHARES).messages == (
        "mar, April 2016: authorities and national commissioners add up to 497, but England is 507.",
    )


def test_a_step_that_a_merger_alone_makes_is_flagged() -> None:
    # Both halves of the merged commissioner are equally large, but one admitted three times as many.
    before = [
        row
        for month in ("2018-02", "2018-03")
        for row in ((ENGLAND, month, 400.0), ("A", month, 300.0), ("B", month, 100.0))
    ]
    months = make_months(*before, (ENGLAND, "2018-04", 400.0), ("AB", "2018-04", 400.0))
    shares = make_shares(
        ("A", CORNWALL, 1.0, "2018-02", "2018-03"),
        ("B", DEVON, 1.0, "2018-02", "2018-03"),
        ("AB", CORNWALL, 0.5, "2018-04", "2018-04"),
        ("AB", DEVON, 0.5, "2018-04", "2018-04"),
    )
    found = apportion(months, shares)
    flags = found.counts.set_index(["area_code", "period"])["flag"]
    assert flags[CORNWALL, "2018-03"] == "apportioned"
    assert flags[CORNWALL, "2018-04"] == flags[DEVON, "2018-04"] == "apportioned;merged_commissioners"
    assert flags[ENGLAND, "2018-04"] == ""
    assert found.messages == (
        "mar, April 2018: commissioners merged, which alone moves Cornwall by -33%, Devon by +100%; flagged "
        "'merged_commissioners' from then on.",
    )


@pytest.mark.parametrize(("share", "total"), [(0.7, "0.95"), (0.76, "1.01")])
def test_shares_that_do_not_sum_to_one_are_refused(share: float, total: str) -> None:
    wrong = SHARES.assign(share=SHARES["share"].replace(0.75, share))
    with pytest.raises(InputError, match=rf"'11N' \(NHS 11N\) in April 2016 add up to {total}; expected 1"):
        apportion(MONTHS, wrong)


def test_a_commissioner_without_shares_is_refused() -> None:
    with pytest.raises(InputError, match=r"The shares of '99P' \(NHS 99P\) in April 2016 add up to 0; expected 1"):
        apportion(MONTHS, SHARES[SHARES["organisation"] == "11N"])
