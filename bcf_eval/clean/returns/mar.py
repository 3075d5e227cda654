"""What does the monthly hospital activity return say? Non-elective admissions by commissioner, in tidy rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from bcf_eval.catalogue.describe import read_month
from bcf_eval.catalogue.layout import layouts
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.areas import Areas
from bcf_eval.clean.cells import parse_numbers
from bcf_eval.clean.checks import check_sums
from bcf_eval.clean.read import Table, read_table
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.specs import ENGLAND
from bcf_eval.workbook import Workbook, fold, list_texts, open_workbook, read_metadata

SOURCE, TABLE, METRIC = "mar", "commissioner", "nea"


def read_mar(path: Path, file: RawFile) -> Reading:
    """Read one month, and check that the commissioners add up to England.

    Parameters
    ----------
    path
        Where the workbook lies; only its sheet by commissioner is read.
    file
        What the manifest knows of it.

    Returns
    -------
    Reading
        ``organisation`` (England's own row: its ONS code), ``organisation_name``, ``metric``, ``period``,
        ``numerator`` in admissions, ``flag``, ``source``. What stands below the table is a message, word for word:
        it says who did not submit.

    Raises
    ------
    InputError
        One line that names the file, its sheet and what is wrong there.
    """
    book = open_workbook(path, name=file.path)
    table = read_table(book, layouts(SOURCE, TABLE), source=SOURCE)
    # The columns Year and Period hold misprints in some months; the Period row above the table never does.
    stated = read_metadata(table.above, where=table.where).period
    if read_month(stated, where=table.where) != file.period:
        raise InputError(f"{table.where}: the Period row says '{stated}', but the manifest says {file.period}.")
    organisations = _resolve_organisations(table)
    numbers = parse_numbers(table, source=SOURCE)
    is_england = np.array(organisations) == ENGLAND
    check_sums(table, numbers, Areas(np.where(is_england, ENGLAND, ""), np.where(is_england, "", organisations)))
    rows = pd.DataFrame(
        {
            "organisation": organisations,
            "organisation_name": table.texts("name"),
            "metric": METRIC,
            "period": file.period,
            "numerator": numbers.column("nea"),
            "flag": numbers.flags_of("nea"),
            "source": file.cited,
        }
    )
    return Reading(rows, _quote_notes(book, table, file))


def _resolve_organisations(table: Table) -> list[str]:
    """Take the code of every row; England's row is the one that has none."""
    codes, names = table.texts("code"), table.texts("name")
    found = [
        ENGLAND if code in ("", "-") and fold(name) == "england" else code
        for code, name in zip(codes, names, strict=True)
    ]
    for place, code in enumerate(found):
        if code in ("", "-"):
            raise InputError(
                f"{table.where}, row {table.row_numbers[place]}: '{names[place]}' has no Org Code; expected one for "
                "every row but England's."
            )
    for code, times in Counter(code for code in found if code != ENGLAND).items():
        if times > 1:
            name = names[found.index(code)]
            raise InputError(f"{table.where}: '{code}' ({name}) stands in {times} rows; expected one.")
    return found


def _quote_notes(book: Workbook, table: Table, file: RawFile) -> tuple[str, ...]:
    if not table.n_notes:
        return ()
    sheet = next(one for one in book.sheet_names if fold(one) == fold(table.layout.sheet))
    below = list_texts(book.read(sheet)[table.row_numbers[-1] :])
    notes = [" ".join(text.split()) for text in below]
    return tuple(f"{file.cited} says below its table: {note}" for note in notes if fold(note) != "note:")
