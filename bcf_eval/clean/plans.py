"""What did boards plan to reach, by when, and when did they say so? Tables of ambitions, every cell checked."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.errors import InputError, RequestError, nearest
from bcf_eval.kept import Reading
from bcf_eval.periods import Period, parse_period
from bcf_eval.specs import Metric
from bcf_eval.workbook import Row, Workbook, fold, open_workbook, parse_date

_T = TypeVar("_T")

SOURCE = "ambitions"
PLANS = [
    "area_code", "metric", "period", "planned", "baseline_period", "baseline_end", "baseline_value",
    "vintage", "source", "file",
]  # fmt: skip
KEY = ["area_code", "metric", "period", "vintage"]

_REMARK = "#"
_FORECAST = ("month", "quarter", "financial_quarter", "financial_year")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_AS_TEXT = "write it as text, for a spreadsheet program has made a date of it"


def read_plans(path: Path, *, name: str = "") -> pd.DataFrame:
    """Read a table of plans: a CSV file or a workbook laid out as the template.

    Parameters
    ----------
    path
        The file. In a workbook the sheet ``ambitions`` is read, else the first.
    name
        What messages and the column ``file`` call it; the file's own name when left out.

    Returns
    -------
    DataFrame
        One row an ambition and vintage: ``area_code, metric, period, planned, baseline_period, baseline_end,
        baseline_value, vintage, source, file``. ``baseline_end`` is empty and ``baseline_value`` ``NaN`` where the
        plan states none.

    Raises
    ------
    InputError
        One line that names file, row, column, value, and what was expected.
    """
    name = name or path.name
    rows = _choose_sheet(open_workbook(path, name=name))
    columns = _find_columns(rows, name)
    plans: list[dict[str, object]] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {column: row[place] for column, place in columns.items()}
        if str(row[0]).startswith(_REMARK) or all(str(cell).strip() == "" for cell in cells.values()):
            continue
        plans.append({**_read_row(cells, f"{name}, row {number}"), "file": name, "row": number})
    frame = pd.DataFrame(plans, columns=[*PLANS, "row"])
    _refuse_duplicates(frame)
    return _typed(frame[PLANS])


def stack_plans(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Stack the plans of several files, in order of area, metric, period and vintage.

    Raises
    ------
    InputError
        If two files state the same ambition under the same vintage.
    """
    stacked = pd.concat([_typed(pd.DataFrame(columns=PLANS)), *frames], ignore_index=True)
    _refuse_duplicates(stacked)
    return stacked.sort_values(KEY, ignore_index=True)


def read_ambitions(path: Path, file: RawFile) -> Reading:
    """Read a raw file of plans; see :func:`read_plans`."""
    return Reading(read_plans(path, name=file.cited))


def _choose_sheet(book: Workbook) -> list[Row]:
    named = [sheet for sheet in book.sheet_names if fold(sheet) == SOURCE]
    rows = book.read((named or list(book.sheet_names))[0])
    if not rows:
        raise InputError(f"{book.name} is empty; expected a heading and rows.")
    return rows


def _find_columns(rows: list[Row], name: str) -> dict[str, int]:
    template = load.rows(f"templates/{SOURCE}")
    known = {row["column"].replace("_", ""): row["column"] for row in template}
    found: dict[str, int] = {}
    for place, cell in enumerate(rows[0]):
        heading = fold(cell).replace("_", "")
        if not heading:
            continue
        if heading not in known:
            columns = ", ".join(known.values())
            raise InputError(
                f"{name}, row 1: '{cell}' is no column of the template.{nearest(str(cell), known.values())} "
                f"Expected {columns}."
            )
        if known[heading] in found:
            raise InputError(f"{name}, row 1: the column '{known[heading]}' stands twice; expected it once.")
        found[known[heading]] = place
    lacking = [row["column"] for row in template if row["required"] == "yes" and row["column"] not in found]
    if lacking:
        raise InputError(f"{name}, row 1: there is no column '{lacking[0]}'; expected {', '.join(known.values())}.")
    return found


def _read_row(cells: dict[str, object], where: str) -> dict[str, object]:
    def read(column: str, parse: Callable[[object], _T]) -> _T:
        cell = cells.get(column, "")
        try:
            return parse(cell)
        except RequestError as error:
            raise InputError(f"{where}, column '{column}': {error}") from None

    planning = [code for code, one in load.areas().items() if one.kind != "not_a_board"]
    area = read("area", lambda cell: load.find_area(_fill(cell, "the name or ONS code of a board"), among=planning))
    metric = read("metric", lambda cell: load.metric(_fill(cell, "the key of a metric")))
    period = read("period", lambda cell: _read_period(cell, metric))
    baseline = read("baseline_period", lambda cell: _read_period(cell, metric))
    if _end(baseline) > period.start:
        raise InputError(f"{where}, column 'baseline_period': '{baseline}' is not over before {period} begins.")
    end = read("baseline_end", lambda cell: _read_end(cell, metric))
    if end and not _end(baseline) <= _end(end) <= period.start:
        raise InputError(
            f"{where}, column 'baseline_end': '{end}' does not lie between the end of {baseline}, the baseline, "
            f"and the start of {period}."
        )
    return {
        "area_code": area.code,
        "metric": metric.key,
        "period": str(period),
        "planned": read("planned", lambda cell: _read_value(cell, metric)),
        "baseline_period": str(baseline),
        "baseline_end": str(end) if end else "",
        "baseline_value": read("baseline_value", lambda cell: _read_value(cell, metric, needed=False)),
        "vintage": read("vintage", _read_vintage),
        "source": read("source", lambda cell: _fill(cell, "where the plan is written")),
    }


def _fill(cell: object, expected: str) -> str:
    text = " ".join(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).split())
    if not text:
        raise RequestError(f"it is empty; expected {expected}.")
    return text


def _read_period(cell: object, metric: Metric) -> Period:
    if isinstance(cell, date):
        raise RequestError(f"'{cell:%Y-%m-%d}' is a date; {_AS_TEXT}.")
    kinds = _FORECAST if metric.frequency == "month" else (metric.frequency,)
    period = parse_period(_fill(cell, "a period such as 2016/17"))
    if period.kind not in kinds:
        expected = " or ".join(one.replace("_", " ") for one in kinds)
        kind = period.kind.replace("_", " ")
        raise RequestError(f"'{period}' is a {kind}; '{metric.key}' can be asked for a {expected}.")
    return period


def _read_end(cell: object, metric: Metric) -> Period | None:
    if str(cell).strip() == "":
        return None
    period = _read_period(cell, metric)
    if period.kind != metric.frequency:
        raise RequestError(f"'{period}' is the wrong kind of period; expected a {metric.frequency.replace('_', ' ')}.")
    return period


def _read_value(cell: object, metric: Metric, *, needed: bool = True) -> float:
    text = str(cell).strip()
    if not text and not needed:
        return math.nan
    most = metric.multiplier if metric.statistic == "proportion" else math.inf
    expected = "a number, 0 or more" if math.isinf(most) else f"a number from 0 to {most:g}"
    try:
        # A comma may part thousands, and nothing else: 9,4 is not 94.
        value = float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    except ValueError:
        value = math.nan
    if not (0 <= value <= most and math.isfinite(value)):
        raise RequestError(
            f"'{text}' is not a value of '{metric.key}'; expected {expected}, in its unit ({metric.unit})."
        )
    return value


def _read_vintage(cell: object) -> str:
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    text = _fill(cell, "a date such as 2016-05-03")
    try:
        return parse_date(text).isoformat()
    except RequestError:
        # A spreadsheet program turns 2016-05-03 into 03/05/2016, which is another day elsewhere.
        raise RequestError(f"'{text}' is not a date that can be told; expected 2016-05-03, or 3rd May 2016.") from None


def _end(period: Period) -> int:
    return period.start + period.n_months


def _refuse_duplicates(frame: pd.DataFrame) -> None:
    twice = frame[frame.duplicated(KEY)]
    if twice.empty:
        return
    row = twice.iloc[0]
    first = frame[frame[KEY].eq(row[KEY]).all(axis=1)].iloc[0]
    places = [f"{one['file']}, row {one['row']}" if "row" in frame else str(one["file"]) for one in (first, row)]
    raise InputError(
        f"{places[1]}: {load.areas()[row['area_code']].name}, {row['metric']}, {row['period']} of {row['vintage']} "
        f"stands in {places[0]} already; expected one row for each area, metric, period and vintage."
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = ("planned", "baseline_value")
    return frame.astype({column: float if column in numbers else str for column in PLANS}).reset_index(drop=True)
