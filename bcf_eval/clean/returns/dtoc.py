"""What does the monthly return of delayed transfers of care say? Delayed days by area, in tidy rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bcf_eval.catalogue.describe import read_month
from bcf_eval.catalogue.layout import layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.areas import Areas, resolve_areas
from bcf_eval.clean.cells import Numbers, parse_numbers
from bcf_eval.clean.checks import check_areas, check_parts, check_sums, check_totals
from bcf_eval.clean.read import Table, describe_unread, read_table
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.workbook import open_workbook, read_metadata

SOURCE = "dtoc"
TABLES = ("responsible_org", "type_of_care", "reason")
METRICS = {
    "total": "dtoc_days",
    "nhs": "dtoc_days_nhs",
    "social_care": "dtoc_days_social_care",
    "both": "dtoc_days_both",
}


def read_dtoc(path: Path, file: RawFile) -> Reading:
    """Read one month, and check its three tables against themselves and each other.

    Parameters
    ----------
    path
        Where the workbook lies.
    file
        What the manifest knows of it.

    Returns
    -------
    Reading
        ``area_code`` (empty for a row that is no authority), ``code``, ``metric``, ``period``, ``numerator`` in
        delayed days, ``flag``, ``source``.

    Raises
    ------
    InputError
        One line that names file, sheet and what is wrong there.
    """
    book = open_workbook(path, name=file.path)
    tables = {name: read_table(book, layouts(SOURCE, name), source=SOURCE) for name in TABLES}
    areas = {name: resolve_areas(table, source=SOURCE, period=file.period) for name, table in tables.items()}
    numbers = {name: parse_numbers(table, source=SOURCE) for name, table in tables.items()}
    for name, table in tables.items():
        _check_period(table, file)
        check_areas(table, areas[name], period=file.period)
        check_parts(table, numbers[name])
        check_sums(table, numbers[name], areas[name])
    check_totals(tables, {name: _total_by_area(areas[name], numbers[name]) for name in TABLES})
    return Reading(tidy_dtoc(areas[TABLES[0]], numbers[TABLES[0]], file), describe_unread(*tables.values()))


def tidy_dtoc(areas: Areas, numbers: Numbers, file: RawFile) -> pd.DataFrame:
    """Turn the table by responsible organisation into long rows, one an area and metric."""
    frames = [
        pd.DataFrame(
            {
                "area_code": areas.codes,
                "code": areas.unallocated,
                "metric": metric,
                "period": file.period,
                "numerator": numbers.column(field),
                "flag": numbers.flags_of(field),
                "source": file.cited,
            }
        )
        for field, metric in METRICS.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _check_period(table: Table, file: RawFile) -> None:
    stated = read_metadata(table.above, where=table.where).period
    if read_month(stated, where=table.where) != file.period:
        raise InputError(f"{table.where}: the Period row says '{stated}', but another sheet says {file.period}.")


def _total_by_area(areas: Areas, numbers: Numbers) -> dict[str, float]:
    codes = np.where(areas.codes == "", areas.unallocated, areas.codes)
    return dict(zip(codes.tolist(), numbers.column("total").tolist(), strict=True))
