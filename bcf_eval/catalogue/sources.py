"""Whose file is this? The kinds of file that publishers offer, told by folder and name."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from typing import Literal

from bcf_eval.catalogue import load


@dataclass(frozen=True)
class Source:
    """A kind of file that a publisher offers.

    Attributes
    ----------
    key
        The return it belongs to, and the name of its folder: ``dtoc``, ``population``.
    label
        What it is, in words.
    patterns
        What its files are called.
    vintage
        Where the file says when it was published: ``revised`` (the Revised row above the tables, else the
        Published one), ``date_published`` (a cell ``Date published: 22 June 2017``) or ``none``.
    period
        Where the file says what it is about: ``period`` (the Period row), ``mid_year`` (the title),
        ``financial_years`` (a column), ``lookup`` or ``index`` (the headings), ``file`` (nowhere: it stands for
        itself) or ``none`` (it is the only one of its kind).
    """

    key: str
    label: str
    publisher: str
    licence: str
    patterns: tuple[str, ...]
    vintage: Literal["revised", "date_published", "none"]
    period: Literal["period", "mid_year", "financial_years", "lookup", "index", "file", "none"]


@cache
def sources() -> tuple[Source, ...]:
    """List the kinds of file that are known."""
    return tuple(
        Source(**{**row, "patterns": tuple(row["patterns"].split())})  # type: ignore[arg-type]
        for row in load.rows("sources")
    )


def source_keys() -> tuple[str, ...]:
    """List the returns that are known, each once."""
    return tuple(dict.fromkeys(source.key for source in sources()))


def is_own(key: str) -> bool:
    """Whether the files of a return are their user's own, such as plans: they change as no published file does."""
    return any(source.key == key and source.period == "file" for source in sources())


def find_source(key: str, file_name: str) -> Source | None:
    """Find what a file of a return's folder is; ``None`` when its name fits nothing.

    Parameters
    ----------
    key
        The return, from the folder's name.
    file_name
        Files that begin with ``.`` or ``~$`` (left by a spreadsheet program) fit nothing.
    """
    if file_name.startswith((".", "~$")):
        return None
    fits = (
        source
        for source in sources()
        if source.key == key and any(fnmatch(file_name.casefold(), one.casefold()) for one in source.patterns)
    )
    return next(fits, None)
