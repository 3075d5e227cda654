"""What does a demonstration of hospital activity look like? One workbook a month, in the three published layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from bcf_eval.acquire.demo_admissions import Return, name_national, name_trusts
from bcf_eval.acquire.demo_geography import Geography
from bcf_eval.acquire.demo_sheets import HEADING_ROW, SOURCE, open_new, write_cells, write_metadata
from bcf_eval.catalogue import load
from bcf_eval.periods import Period, parse_period

ACTIVITY = (
    "Elective G&A Ordinary Admissions (FFCEs)",
    "Elective G&A Daycase Admissions (FFCEs)",
    "Elective G&A Total Admissions (FFCEs)",
    "Elective G&A Planned Ordinary Admissions (FFCEs)",
    "Elective G&A Planned Daycase Admissions (FFCEs)",
    "Elective G&A Planned Total Admissions (FFCEs)",
    "Elective G&A Admissions (FFCEs) -NHS Treatment Centres (TCs)",
    "Total Non-elective G&A Admissions (FFCEs)",
    "GP Referrals Made (All specialties) ",
    "GP Referrals Seen (All specialties) ",
    "GP Referrals Made (G&A) ",
    "GP Referrals Seen (G&A) ",
    "Other Referrals Made (G&A) ",
    "All 1st Outpatient Attendances (G&A) ",
)

_FILE_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AUTHORITIES = ("Q30", "Q31", "Q32", "Q33", "Q34", "Q35", "Q36", "Q37", "Q39")
_TEAMS = ("Q49", "Q46", "Q50", "Q55", "Q54", "Q56", "Q71", "Q68", "Q65")
_FOUR = ("Y54", "Y54", "Y54", "Y55", "Y55", "Y55", "Y56", "Y57", "Y57")
_FIVE = ("Y54", "Y54", "Y54", "Y55", "Y55", "Y55", "Y56", "Y59", "Y58")
_REGIONS = {
    "Y54": "NORTH OF ENGLAND",
    "Y55": "MIDLANDS AND EAST OF ENGLAND",
    "Y56": "LONDON",
    "Y57": "SOUTH OF ENGLAND",
    "Y58": "SOUTH WEST",
    "Y59": "SOUTH EAST",
}
# One sheet prints a month so.
_MISPRINTS = {"2018-01": "Janaury"}
_NOTES = {
    "2017-04": ("Note:", "DEMONSTRATION: a hospital that does not exist did not submit."),
    "2019-03": ("Note: DEMONSTRATION, excludes non-English commissioned activity that does not exist.",),
}


@dataclass(frozen=True)
class Layout:
    """How the sheets of a month are laid out.

    Attributes
    ----------
    first
        First month published so.
    division
        What the country is divided into: the name of the second sheet, and of two columns.
    suffix
        What the name of a division ends with.
    national
        Code and name of the division of the national commissioner.
    codes
        Codes of the divisions, for the nine regions in the order of their codes.
    """

    first: str
    division: str
    suffix: str
    national: tuple[str, str]
    codes: tuple[str, ...]


LAYOUTS = (
    Layout("2012-04", "SHA", " STRATEGIC HEALTH AUTHORITY", ("", ""), _AUTHORITIES),
    Layout("2013-04", "Area Team", " AREA TEAM", ("XDH", "DEPARTMENT OF HEALTH"), _TEAMS),
    Layout("2015-04", "Region", " COMMISSIONING REGION", ("XDH", "DEPARTMENT OF HEALTH"), _FOUR),
    Layout("2017-04", "Region", " COMMISSIONING REGION", ("-", "NHS ENGLAND"), _FOUR),
    Layout("2018-04", "Region", " COMMISSIONING REGION", ("-", "NHS ENGLAND"), _FIVE),
)


@dataclass(frozen=True)
class _Row:
    """A row before its numbers: its division, its code, its name, and where its numbers stand."""

    division: tuple[str, str]
    code: str
    name: str
    place: int


def layout_of(month: str) -> Layout:
    """Find the layout a month was published in."""
    return [layout for layout in LAYOUTS if layout.first <= month][-1]


def name_file(month: str) -> str:
    """Name the workbook of a month in the publisher's manner: ``Apr_12.xlsx``."""
    first = parse_period(month).first_day
    return f"{_FILE_MONTHS[first.month - 1]}_{first.year % 100:02d}.xlsx"


def write_month(path: Path, month: str, given: Return, geography: Geography) -> None:
    """Write the workbook of one month.

    Parameters
    ----------
    path
        Where.
    month
        Written ``YYYY-MM``.
    given
        What organisations return.
    geography
        In which region they lie.
    """
    layout, period = layout_of(month), parse_period(month)
    rows = _list_rows(layout, month, given.codes, geography)
    year = _write_year(period)
    # In 2017-18 the years of the rows of totals begin with a space.
    totals_year = f" {year}" if layout.first == "2017-04" else year
    printed = _MISPRINTS.get(month, period.label.split()[0])
    dates = (totals_year, year, printed if layout.first == "2017-04" else printed.upper())
    with open_new(path) as book:
        sheet = book.add_worksheet("Commissioner")
        _begin(
            sheet,
            period,
            "Commissioner",
            [f"{layout.division} Code", f"{layout.division} Name", "Org Code", "Org Name"],
        )
        england = given.activity.sum(axis=0).tolist()
        write_cells(sheet, HEADING_ROW + 1, [dates[0], dates[2], "", "", "", "England", *england])
        activity = given.activity.tolist()
        for position, row in enumerate(rows, start=HEADING_ROW + 3):
            write_cells(sheet, position, [*dates[1:], *row.division, row.code, row.name, *activity[row.place]])
        for position, note in enumerate(_NOTES.get(month, ()), start=HEADING_ROW + 4 + len(rows)):
            write_cells(sheet, position, [note])
        sheet = book.add_worksheet(layout.division)
        _begin(sheet, period, layout.division, [f"{layout.division} Code", f"{layout.division} Name"])
        write_cells(sheet, HEADING_ROW + 1, [dates[0], dates[2], "", "England", *england])
        for position, (division, places) in enumerate(_group(rows).items(), start=HEADING_ROW + 3):
            write_cells(sheet, position, [dates[0], dates[2], *division, *given.activity[places].sum(axis=0).tolist()])
        if month >= "2013-04":
            book.add_worksheet("Notes").write_string(0, 1, f"Notes: {SOURCE}")


def _begin(sheet: Worksheet, period: Period, basis: str, leading: Sequence[str]) -> None:
    write_metadata(
        sheet,
        period,
        "DEMONSTRATION - Monthly Hospital Activity",
        summary="DEMONSTRATION - invented activity in the month; it says nothing about any organisation",
        basis=basis,
    )
    write_cells(sheet, HEADING_ROW - 1, [f"{basis} Level Data"])
    write_cells(sheet, HEADING_ROW, ["Year", "Period", *leading, *ACTIVITY])


def _list_rows(layout: Layout, month: str, codes: tuple[str, ...], geography: Geography) -> list[_Row]:
    """List the organisations by division and code; the national one is the last, and from 2015 the first."""
    divisions = _name_divisions(layout)
    region_of, kind = geography.region_of, "CCG"
    if name_national(month) == "YDD82":
        trusts, kind = name_trusts(geography.areas), "PCT"
        region_of = {trusts[area]: load.areas()[area].region for area in geography.areas}
    rows = [
        _Row(divisions[region_of[code]], code, f"DEMONSTRATION {kind} {code}", place)
        for place, code in enumerate(codes[:-1])
    ]
    rows.sort(key=lambda row: (row.division[0], row.code))
    name = "NHS ENGLAND" if kind == "CCG" else "NATIONAL COMMISSIONING GROUP"
    national = _Row(layout.national, codes[-1], name, len(codes) - 1)
    return [*rows, national] if layout.first < "2015-04" else [national, *rows]


def _name_divisions(layout: Layout) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for (region, name), code in zip(sorted(load.regions().items()), layout.codes, strict=True):
        found[region] = (code, _REGIONS.get(code, name.upper()) + layout.suffix)
    return found


def _group(rows: Sequence[_Row]) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        # The national commissioner had no division at first: it stands for itself.
        division = row.division if row.division[1] else (row.code, row.name)
        groups.setdefault(division, []).append(row.place)
    return groups


def _write_year(period: Period) -> str:
    year = period.first_day.year - (period.first_day.month < 4)
    return f"{year}-{(year + 1) % 100:02d}"
