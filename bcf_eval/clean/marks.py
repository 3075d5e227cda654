"""What numbers stand in a column of text? Numbers as numbers, known marks as flags, anything else an error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import InputError

_PLAIN = r"[0-9]+(?:\.[0-9]+)?"


def parse_column(texts: pd.Series, *, source: str, where: str) -> pd.DataFrame:
    """Read a column of text as numbers.

    Parameters
    ----------
    texts
        Cells; blanks mean that there is no number. The index counts the rows of the file from 0, below its heading.
    source
        Key of the return: a mark is known only where its publisher uses it.
    where
        The file, for messages.

    Returns
    -------
    DataFrame
        ``number`` (``NaN`` where there is none) and ``flag`` (of a mark; ``""`` elsewhere), same index.

    Raises
    ------
    InputError
        Naming file, line and value of the first cell that holds neither a number of 0 or more nor a known mark.
    """
    cells = texts.str.strip()
    marks = {row["mark"]: row for row in load.rows("marks") if source in row["returns"].split()}
    marked = cells.isin(list(marks))
    plain = cells.str.fullmatch(_PLAIN) & ~marked
    wrong = ~plain & ~marked & (cells != "")
    if wrong.any():
        line = int(str(texts.index[wrong][0])) + 2
        raise InputError(
            f"{where}, line {line}: the cell holds '{texts[wrong].iloc[0]}'; expected a number of 0 or more. If it is "
            f"a mark of the publisher's, add it to catalogue/marks.csv for '{source}'."
        )
    number = pd.to_numeric(cells.where(plain, np.nan)).astype(float)
    counted = {mark: float(row["number"]) for mark, row in marks.items() if row["number"]}
    flags = {mark: row["flag"] for mark, row in marks.items()}
    return pd.DataFrame(
        {
            "number": number.where(~marked, cells.map(counted).astype(float)),
            "flag": cells.map(flags).fillna("").astype(str),
        }
    )
