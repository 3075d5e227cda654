"""What stands in a large file of comma-separated values? Its columns as text, whether it is compressed or not."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bcf_eval.errors import InputError
from bcf_eval.files import reading

# Bytes in memory can always be read; only an interrupt by the user makes the reader say this.
_INTERRUPTED = "Calling read(nbytes) on source failed"


def read_delimited(
    path: Path,
    *,
    name: str = "",
    encoding: str = "utf-8-sig",
    columns: Sequence[str] | None = None,
    n_rows: int | None = None,
) -> pd.DataFrame:
    """Read a file of comma-separated values, every cell as text, blanks as ``""``.

    Parameters
    ----------
    path
        Ends in ``.csv``, or ``.csv.gz`` when compressed.
    name
        What messages call it; the file's own path when left out.
    encoding
        Of the text.
    columns
        Headings to keep; all when left out.
    n_rows
        How many rows to read; all when left out.

    Returns
    -------
    DataFrame
        Headings as they stand, without spaces at the ends.

    Raises
    ------
    InputError
        One line: unreadable, truncated, not text in that encoding, empty, or rows that do not fit the heading.
    """
    where = name or str(path)
    with reading(path):
        content = path.read_bytes()
    try:
        if path.suffix.casefold() == ".gz":
            content = gzip.decompress(content)
        # A spreadsheet program marks UTF-8 with it, whatever encoding its publisher uses.
        content = content.removeprefix(codecs.BOM_UTF8)
        if n_rows is None:
            _refuse_cut(content, where)
        with warnings.catch_warnings():
            # A row longer than the heading would only be warned of, and its end lost.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.BytesIO(content),
                dtype=str,
                keep_default_na=False,
                encoding=encoding,
                usecols=None if columns is None else (lambda heading: heading.strip() in columns),
                nrows=n_rows,
                index_col=False,
            )
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{where} is truncated or damaged: it cannot be decompressed; fetch it again.") from None
    except UnicodeDecodeError:
        raise InputError(f"{where} is not text in {encoding}; expected comma-separated values.") from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{where} is empty; expected a heading and rows.") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        if _INTERRUPTED in str(error):
            raise KeyboardInterrupt from None
        raise InputError(f"{where} cannot be read as comma-separated values: {' '.join(str(error).split())}.") from None
    return frame.rename(columns=str.strip)


def _refuse_cut(content: bytes, where: str) -> None:
    """Stop when the last line has fewer cells than the heading: the reader would fill it up in silence."""
    whole = content.rstrip()
    last = whole[whole.rfind(b"\n") + 1 :].decode("latin-1")
    if last.count('"') % 2:
        # The end of a cell that holds a line break.
        return
    heading = content.lstrip().split(b"\n", 1)[0].decode("latin-1")
    expected, found = (len(next(csv.reader([line]), [])) for line in (heading, last))
    if found < expected:
        raise InputError(
            f"{where} is cut short: its last line has {found} of {expected} cells and begins '{last[:40]}'; fetch it "
            "again."
        )


def read_csv(path: Path) -> pd.DataFrame:
    """Read a user's CSV file, every cell as text.

    Raises
    ------
    InputError
        One line: the file is not there, is empty, is not text, or its rows do not fit its heading.
    """
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
    except FileNotFoundError:
        raise InputError(f"There is no file '{path}'.") from None
    except IsADirectoryError:
        raise InputError(f"'{path}' is a folder; expected a CSV file.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text; expected a CSV file.") from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{path} is empty; expected a heading and rows.") from None
    except (pd.errors.ParserError, OSError) as error:
        raise InputError(f"{path} cannot be read as CSV: {' '.join(str(error).split())}.") from None
