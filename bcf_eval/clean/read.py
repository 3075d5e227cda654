"""Where in a sheet is the table? Find it by its headings, as the catalogue's layouts describe them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bcf_eval.catalogue.layout import Field, Layout
from bcf_eval.errors import InputError
from bcf_eval.workbook import Row, Workbook, fold


@dataclass(frozen=True)
class Table:
    """A published table, its cells as they stand.

    Attributes
    ----------
    where
        File and sheet, for messages.
    layout
        The layout that fits.
    above
        The rows above the headings.
    row_numbers
        Of each row of the table, as a spreadsheet program counts them, from 1.
    columns
        Place of each field in the sheet, from 0.
    rows
        Cells in the order of the layout's fields.
    unread
        Headings of the table's row that no field of the layout claims.
    n_notes
        How many rows below the headings hold text but no number: notes, left out.
    """

    where: str
    layout: Layout
    above: Sequence[Row]
    row_numbers: tuple[int, ...]
    columns: dict[str, int]
    rows: tuple[tuple[object, ...], ...]
    unread: tuple[str, ...]
    n_notes: int

    def texts(self, field: str) -> list[str]:
        """The cells of a field as text, without spaces at the ends; empty when the layout has no such field."""
        names = [one.name for one in self.layout.fields]
        if field not in names:
            return [""] * len(self.rows)
        place = names.index(field)
        return [_text(row[place]) for row in self.rows]


@dataclass(frozen=True)
class _Fit:
    row: int
    layout: Layout
    columns: dict[str, int]
    missing: tuple[Field, ...]
    headings: Row


def read_table(book: Workbook, layouts: Sequence[Layout], *, source: str) -> Table:
    """Find and read a table.

    The first row that a layout fits is the row of its headings; where several layouts fit it, the
    one with the most columns does. Case and spaces do not count.

    Parameters
    ----------
    book
        The open file.
    layouts
        The ways in which this table was published.
    source
        Key of the return, which names the table of layouts in the message.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        If the sheet is missing, no layout fits, or the table has no rows.
    """
    sheets = {fold(sheet): sheet for sheet in book.sheet_names}
    present = [layout for layout in layouts if fold(layout.sheet) in sheets]
    if not present:
        wanted = " or ".join(f"'{sheet}'" for sheet in dict.fromkeys(layout.sheet for layout in layouts))
        there = ", ".join(f"'{sheet}'" for sheet in book.sheet_names)
        raise InputError(f"{book.name} has no sheet {wanted}; its sheets are {there}.")
    nearest: list[_Fit] = []
    for name in dict.fromkeys(fold(layout.sheet) for layout in present):
        rows = book.read(sheets[name])
        fit = _fit_headings(rows, [layout for layout in present if fold(layout.sheet) == name])
        if not fit.missing:
            return _extract(rows, fit, where=f"{book.name}, sheet '{sheets[name]}'")
        nearest.append(fit)
    best = max(nearest, key=lambda fit: len(fit.columns))
    raise _say_no_fit(best, where=f"{book.name}, sheet '{sheets[fold(best.layout.sheet)]}'", source=source)


def describe_unread(*tables: Table) -> tuple[str, ...]:
    """Say in a line each what of some tables was not read: headings that no layout claims, notes below."""
    lines = [
        f"{_file_of(table)}: heading '{heading}' of sheet '{table.layout.sheet}' is in no layout and is not read."
        for table in tables
        for heading in table.unread
    ]
    notes = sum(table.n_notes for table in tables)
    if notes:
        lines.append(f"{_file_of(tables[0])}: {notes} rows of notes below the tables were left out.")
    return tuple(lines)


def _file_of(table: Table) -> str:
    return table.where.partition(", sheet '")[0]


def _fit_headings(rows: Sequence[Row], layouts: Sequence[Layout]) -> _Fit:
    """Find the first row that fits, else the row and layout that come nearest."""
    best = _Fit(0, layouts[0], {}, layouts[0].fields, [])
    headings = {fold(one) for layout in layouts for field in layout.fields for one in field.headings}
    for number, row in enumerate(rows):
        places: dict[str, list[int]] = defaultdict(list)
        for place, cell in enumerate(row):
            if cell != "":
                places[fold(cell)].append(place)
        if headings.isdisjoint(places):
            continue
        fits = [_fit_layout(number, row, places, layout) for layout in layouts]
        whole = [fit for fit in fits if not fit.missing]
        if whole:
            return max(whole, key=lambda fit: len(fit.columns))
        # The layout that lacks the fewest headings is the one meant; the latest, where two do.
        for fit in fits:
            if _nearness(fit) >= _nearness(best):
                best = fit
    return best


def _nearness(fit: _Fit) -> tuple[int, int]:
    return len(fit.columns) - len(fit.missing), len(fit.columns)


def _fit_layout(number: int, row: Row, places: dict[str, list[int]], layout: Layout) -> _Fit:
    columns: dict[str, int] = {}
    missing: list[Field] = []
    for field in layout.fields:
        spelt = [places.get(fold(heading), [])[which - 1 : which] for heading, which in field.spellings]
        found = next((one for one in spelt if one), None)
        if found:
            columns[field.name] = found[0]
        else:
            missing.append(field)
    return _Fit(number, layout, columns, tuple(missing), row)


def _say_no_fit(fit: _Fit, *, where: str, source: str) -> InputError:
    headings = [
        f"'{field.heading}'" + (f" (number {field.occurrence} of that name)" if field.occurrence > 1 else "")
        for field in fit.missing
    ]
    lacks = ", ".join(headings[:3]) + (f" and {len(headings) - 3} more" if headings[3:] else "")
    new = _guess_rows(fit)
    rows = [f"'{new.get(field.name, fit.layout.write_row(field))}'" for field in fit.missing]
    add = f"row{'s' * (len(rows) > 1)} {' and '.join(rows[:3])}"
    add += f" and so on for {len(rows) - 3} more" if rows[3:] else ""
    return InputError(
        f"{where}: no row has the headings of a known layout; nearest is '{fit.layout.name}' of table "
        f"'{fit.layout.table}' at row {fit.row + 1}, which lacks {lacks}. If the publisher renamed a heading, add the "
        f"{add} to catalogue/layouts/{source}.csv."
    )


def _guess_rows(fit: _Fit) -> dict[str, str]:
    """Guess what missing fields are called now: as many unknown headings, between the same neighbours."""
    claimed = set(fit.columns.values())
    unknown = [place for place, cell in enumerate(fit.headings) if cell != "" and place not in claimed]
    fields = fit.layout.fields
    found: dict[str, str] = {}
    for field in fit.missing:
        place = fields.index(field)
        before = [fit.columns[one.name] for one in fields[:place] if one.name in fit.columns]
        after = [fit.columns[one.name] for one in fields[place:] if one.name in fit.columns]
        low, high = max(before, default=-1), min(after, default=len(fit.headings))
        between = [one for one in unknown if low < one < high]
        together = [one for one in fit.missing if _neighbours(one, fit) == _neighbours(field, fit)]
        if len(between) == len(together):
            column = between[together.index(field)]
            heading = _text(fit.headings[column])
            which = sum(fold(cell) == fold(heading) for cell in fit.headings[: column + 1])
            found[field.name] = fit.layout.write_row(field, heading, occurrence=which)
    return found


def _neighbours(field: Field, fit: _Fit) -> int:
    """How many of the fields that were found stand before one in its layout: the same for fields side by side."""
    return sum(one.name in fit.columns for one in fit.layout.fields[: fit.layout.fields.index(field)])


def _extract(rows: Sequence[Row], fit: _Fit, *, where: str) -> Table:
    order = [fit.columns[field.name] for field in fit.layout.fields]
    numbers = [fit.columns[field] for field in fit.layout.numbers]
    keys = [fit.columns[name] for name in ("code", "name") if name in fit.columns]
    kept: list[tuple[object, ...]] = []
    row_numbers: list[int] = []
    notes = 0
    for number, row in enumerate(rows[fit.row + 1 :], start=fit.row + 2):
        if all(row[place] == "" for place in numbers):
            notes += any(cell != "" for cell in row)
            continue
        if all(_text(row[place]) == "" for place in keys):
            raise InputError(f"{where}, row {number}: there are numbers but neither a code nor a name.")
        kept.append(tuple(row[place] for place in order))
        row_numbers.append(number)
    if not kept:
        raise InputError(f"{where}: there is no row with numbers below the headings in row {fit.row + 1}.")
    claimed = set(order)
    unread = [_text(cell) for place, cell in enumerate(rows[fit.row]) if cell != "" and place not in claimed]
    return Table(where, fit.layout, rows[: fit.row], tuple(row_numbers), fit.columns, tuple(kept), tuple(unread), notes)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())
