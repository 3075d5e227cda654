"""Which jumps are listed: series of a known swing, with one thing done to them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from bcf_eval.evaluate.quality.jumps import tabulate_jumps
from bcf_eval.periods import month_range

Observe = Callable[..., pd.DataFrame]
Put = Callable[..., pd.DataFrame]
ENGLAND, SOUTHEND, LEEDS = "E92000001", "E06000033", "E08000035"
MONTHS = month_range("2014-04", "2016-03")


def test_a_jump_is_listed_once_with_what_was_usual_before(observe: Observe) -> None:
    counts = [10.0, 11.0] * 12
    # Up for two months; the way back, and a second jump soon after, are the same event.
    counts[14:16], counts[18] = [30.0, 31.0], 30.0
    rows = pd.concat(
        [observe(LEEDS, "dtoc_days", MONTHS, counts), observe(SOUTHEND, "dtoc_days", MONTHS, [4.0, 5] * 12)]
    )
    found = tabulate_jumps(rows).to_dict("records")
    assert [(one["area_code"], one["period"]) for one in found] == [(LEEDS, MONTHS[14])]
    one = found[0]
    assert (one["before"], one["value"], one["lasting"], one["to_the_end"]) == (11.0, 30.0, 2, False)
    assert (one["lower"], one["upper"]) == pytest.approx((10.5 - 2.66, 10.5 + 2.66))
    assert one["size"] == pytest.approx(19.5 * 1.128)


def test_a_jump_says_what_explains_it(observe: Observe, put: Put) -> None:
    # April 2015 is a change of guidance of dtoc_days.
    rows = observe(LEEDS, "dtoc_days", MONTHS, [*[10.0, 11.0] * 6, *[40.0, 41.0] * 6])
    plain = tabulate_jumps(rows).iloc[0]
    assert (plain["period"], plain["known"], bool(plain["to_the_end"])) == ("2015-04", "", True)
    assert "1.08" in plain["counting"]
    lacking = observe(LEEDS, "nea", MONTHS, [*[10.0, 11.0] * 7, 1.0, *[11.0, 10.0] * 4, 11.0])
    found = tabulate_jumps(put(lacking, MONTHS[14], flag="incomplete"))
    assert found[["period", "known", "counting"]].to_numpy().tolist() == [[MONTHS[14], "incomplete", ""]]


def test_a_split_is_no_jump(observe: Observe) -> None:
    months = month_range("2012-04", "2014-03")
    rows = observe(ENGLAND, "nea", months, [*[10.0, 11.0] * 6, *[40.0, 41.0] * 6])
    assert tabulate_jumps(rows).empty


def test_annual_metrics_and_parts_are_not_screened(observe: Observe) -> None:
    rows = observe(LEEDS, "dtoc_days_nhs", MONTHS, [*[10.0, 11.0] * 6, *[40.0, 41.0] * 6])
    assert tabulate_jumps(rows).empty


def test_the_length_of_months_is_no_jump_and_what_is_listed_is_as_returned(observe: Observe) -> None:
    months = month_range("2014-04", "2016-03")
    days = [float(pd.Period(month).days_in_month) for month in months]
    level = np.full(24, 100.0) + np.arange(24) % 2
    level[20] = 130.0
    rows = observe(LEEDS, "nea", months, [one * each / 30.4375 for one, each in zip(level, days, strict=True)])
    found = tabulate_jumps(rows)
    assert found["period"].tolist() == [months[20]]
    factor = days[20] / 30.4375
    assert found.loc[0, "value"] == pytest.approx(130 * factor)
    assert found.loc[0, "upper"] == pytest.approx((100.5 + 2.66) * factor)
