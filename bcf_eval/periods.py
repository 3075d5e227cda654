"""When is a number about? Months, quarters and years: parse, order, count apart, days in.

A period is written as a string everywhere outside this module, and sorts as a string within
its kind:

=====================  ================  ==========================
kind                   written           meaning
=====================  ================  ==========================
``month``              ``2015-04``       a calendar month, always
``quarter``            ``2015-Q2``       a calendar quarter
``financial_quarter``  ``2015/16-Q1``    April to June 2015
``financial_year``     ``2015/16``       April 2015 to March 2016
``year``               ``2015``          a calendar year
=====================  ================  ==========================
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bcf_eval.errors import RequestError

Kind = Literal["month", "quarter", "financial_quarter", "financial_year", "year"]

MONTHS_IN: dict[str, int] = {
    "month": 1,
    "quarter": 3,
    "financial_quarter": 3,
    "financial_year": 12,
    "year": 12,
}
FORMATS = (
    "YYYY-MM (month), YYYY-Qn (calendar quarter), YYYY/YY-Qn (financial quarter), YYYY/YY (financial year) or YYYY"
)

_MONTH_NAMES = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("month", re.compile(r"(\d{4})-(0[1-9]|1[0-2])")),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])")),
    ("financial_quarter", re.compile(r"(\d{4})/(\d{2})-Q([1-4])")),
    ("financial_year", re.compile(r"(\d{4})/(\d{2})")),
    ("year", re.compile(r"(\d{4})")),
)


@dataclass(frozen=True, order=True)
class Period:
    """One period of one kind.

    Attributes
    ----------
    kind
        See the table of this module.
    start
        First month, counted from January of year 0: ``12 * year + month - 1``.
    """

    kind: Kind
    start: int

    @property
    def n_months(self) -> int:
        """How many months the period holds."""
        return MONTHS_IN[self.kind]

    @property
    def months(self) -> list[str]:
        """The months of the period, written ``YYYY-MM``."""
        return [str(Period("month", self.start + i)) for i in range(self.n_months)]

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        return date(self.start // 12, self.start % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        year, month = divmod(self.start + self.n_months - 1, 12)
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])

    @property
    def days(self) -> int:
        """How many days the period holds."""
        return (self.last_day - self.first_day).days + 1

    @property
    def cycle(self) -> int:
        """How many such periods make a year: 12, 4 or 1."""
        return 12 // self.n_months

    @property
    def label(self) -> str:
        """The period in words: ``April 2015``, ``April to June 2015``, ``2015/16``."""
        if self.kind == "month":
            return f"{calendar.month_name[self.start % 12 + 1]} {self.start // 12}"
        if self.n_months == 3:
            first, last = self.first_day, self.last_day
            return f"{calendar.month_name[first.month]} to {calendar.month_name[last.month]} {last.year}"
        return str(self)

    def shift(self, periods: int) -> Period:
        """Move by a number of periods of this kind, back when negative."""
        return Period(self.kind, self.start + periods * self.n_months)

    def since(self, earlier: Period) -> int:
        """Count the periods from ``earlier`` to this one; both must be of one kind."""
        if earlier.kind != self.kind:
            raise RequestError(f"Cannot count from {earlier} ({earlier.kind}) to {self} ({self.kind}).")
        return (self.start - earlier.start) // self.n_months

    def __str__(self) -> str:
        year, month = divmod(self.start, 12)
        financial = f"{year - (month < 3)}/{(year - (month < 3) + 1) % 100:02d}"
        match self.kind:
            case "month":
                return f"{year:04d}-{month + 1:02d}"
            case "quarter":
                return f"{year:04d}-Q{month // 3 + 1}"
            case "financial_quarter":
                return f"{financial}-Q{(month - 3) % 12 // 3 + 1}"
            case "financial_year":
                return financial
            case _:
                return f"{year:04d}"


def parse_period(text: str) -> Period:
    """Read a period as it is written in this project.

    Parameters
    ----------
    text
        One of the forms in the table of this module. ``2015-04`` is always a month.

    Returns
    -------
    Period

    Raises
    ------
    RequestError
        If the text has none of the forms, or a financial year's two ends do not meet.
    """
    written = str(text).strip()
    for kind, pattern in _PATTERNS:
        found = pattern.fullmatch(written)
        if found:
            return _build(kind, [int(part) for part in found.groups()], written)
    raise RequestError(f"'{written}' is not a period; expected {FORMATS}.")


def parse_month_name(text: str) -> Period:
    """Read a month as the publishers write it above a table: ``October 2016``.

    Raises
    ------
    RequestError
        If the text is not a month's English name and a year of four digits.
    """
    found = re.fullmatch(r"([A-Za-z]+)\s+(\d{4})", str(text).strip())
    month = _MONTH_NAMES.get(found.group(1).casefold()) if found else None
    if not found or month is None:
        raise RequestError(f"'{text}' is not a month; expected a name and a year such as 'October 2016'.")
    return Period("month", int(found.group(2)) * 12 + month - 1)


def month_range(first: str, last: str) -> list[str]:
    """List the months from ``first`` to ``last``, both included."""
    start, end = parse_period(first), parse_period(last)
    return [str(start.shift(i)) for i in range(end.since(start) + 1)]


def _build(kind: Kind, parts: list[int], written: str) -> Period:
    year = parts[0]
    if kind.startswith("financial") and parts[1] != (year + 1) % 100:
        raise RequestError(
            f"'{written}' is not a financial year: {year} is followed by {(year + 1) % 100:02d}, not {parts[1]:02d}."
        )
    match kind:
        case "month":
            offset = parts[1] - 1
        case "quarter":
            offset = 3 * (parts[1] - 1)
        case "financial_quarter":
            offset = 3 * parts[2]
        case "financial_year":
            offset = 3
        case _:
            offset = 0
    return Period(kind, 12 * year + offset)
