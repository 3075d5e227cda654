"""Periods are read and written alike, in order, and counted apart by the calendar."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_eval.errors import RequestError
from bcf_eval.periods import FORMATS, MONTHS_IN, Period, month_range, parse_month_name, parse_period

# First months of each kind: a quarter begins in January, April, July or October, a financial year in April.
FIRST = {
    "month": range(12),
    "quarter": (0, 3, 6, 9),
    "financial_quarter": (0, 3, 6, 9),
    "financial_year": (3,),
    "year": (0,),
}


@st.composite
def periods(draw: st.DrawFn, kind: str | None = None) -> Period:
    """Any period of the years that returns may be about."""
    of = kind or draw(st.sampled_from(sorted(MONTHS_IN)))
    return Period(of, 12 * draw(st.integers(1900, 2099)) + draw(st.sampled_from(list(FIRST[of]))))  # type: ignore[arg-type]


@given(periods())
def test_what_is_written_is_read_back(period: Period) -> None:
    assert parse_period(str(period)) == period
    assert parse_period(f"  {period} ") == period


@given(periods(), st.integers(-600, 600))
def test_shifting_and_counting_are_inverse(period: Period, by: int) -> None:
    moved = period.shift(by)
    assert moved.since(period) == by
    assert moved.shift(-by) == period
    assert moved.kind == period.kind


@given(st.sampled_from(sorted(MONTHS_IN)).flatmap(lambda kind: st.tuples(periods(kind), periods(kind))))
def test_periods_of_a_kind_sort_as_strings_do(pair: tuple[Period, Period]) -> None:
    one, other = pair
    assert (one < other) == (str(one) < str(other))


@given(periods())
def test_a_period_ends_the_day_before_the_next_begins(period: Period) -> None:
    assert (period.shift(1).first_day - period.last_day).days == 1
    assert period.days == sum(calendar.monthrange(int(m[:4]), int(m[5:]))[1] for m in period.months)
    assert len(period.months) == period.n_months == 12 // period.cycle


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "label"),
    [
        ("2015-04", "month", date(2015, 4, 1), date(2015, 4, 30), "April 2015"),
        ("2016-02", "month", date(2016, 2, 1), date(2016, 2, 29), "February 2016"),
        ("2015-Q2", "quarter", date(2015, 4, 1), date(2015, 6, 30), "April to June 2015"),
        ("2015/16-Q1", "financial_quarter", date(2015, 4, 1), date(2015, 6, 30), "April to June 2015"),
        ("2015/16-Q4", "financial_quarter", date(2016, 1, 1), date(2016, 3, 31), "January to March 2016"),
        ("2015/16", "financial_year", date(2015, 4, 1), date(2016, 3, 31), "2015/16"),
        ("1999/00", "financial_year", date(1999, 4, 1), date(2000, 3, 31), "1999/00"),
        ("2015", "year", date(2015, 1, 1), date(2015, 12, 31), "2015"),
    ],
)
def test_each_form_means_its_days(text: str, kind: str, first: date, last: date, label: str) -> None:
    period = parse_period(text)
    assert (period.kind, period.first_day, period.last_day, period.label) == (kind, first, last, label)


@pytest.mark.parametrize(
    "text",
    ["", "April", "2015-13", "2015-4", "2015-00", "2015-Q5", "15-04", "2015/2016", "2015-04-01", "nan", "2015/16-Q0"],
)
def test_what_is_not_a_period_is_said_with_the_forms(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_period(text)
    assert str(caught.value) == f"'{text}' is not a period; expected {FORMATS}."


def test_a_financial_year_must_be_of_two_years_that_meet() -> None:
    with pytest.raises(RequestError, match=r"'2015/17' is not a financial year: 2015 is followed by 16, not 17\."):
        parse_period("2015/17")


def test_months_and_quarters_cannot_be_counted_apart() -> None:
    with pytest.raises(RequestError, match=r"2015-Q2 \(quarter\) to 2015-04 \(month\)"):
        parse_period("2015-04").since(parse_period("2015-Q2"))


@pytest.mark.parametrize("text", ["October 2016", "october  2016", " OCTOBER 2016 "])
def test_a_month_is_read_as_publishers_write_it(text: str) -> None:
    assert str(parse_month_name(text)) == "2016-10"


@pytest.mark.parametrize("text", ["Oct 2016", "October", "2016 October", "Octember 2016", "October 16", "42644"])
def test_what_is_not_a_month_is_said(text: str) -> None:
    with pytest.raises(RequestError, match="is not a month; expected a name and a year"):
        parse_month_name(text)


def test_a_range_of_months_holds_both_ends() -> None:
    assert month_range("2015-11", "2016-02") == ["2015-11", "2015-12", "2016-01", "2016-02"]
    assert len(month_range("2011-04", "2019-03")) == 96
    assert month_range("2015-04", "2015-03") == []
