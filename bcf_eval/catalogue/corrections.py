"""What is known to be wrong with a number of a return? Corrections as data, each with its reason, read and checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.choices import parse_yaml, read_lf
from bcf_eval.errors import BcfEvalError, CatalogueError, RequestError, nearest
from bcf_eval.periods import parse_period
from bcf_eval.wording import write_count

Action = Literal["drop", "override", "scale", "flag"]

SHIPPED = load.FOLDER / "corrections.yml"
# What tells a row of a return: what a correction calls it, and the column. Lookups and people are inputs of others.
MATCHES: dict[str, dict[str, str]] = {
    "dtoc": {"area": "area_code", "code": "code", "metric": "metric"},
    "mar": {"organisation": "organisation", "metric": "metric"},
    "ascof": {"area": "area_code", "metric": "metric"},
}
NUMBERS: dict[str, tuple[str, ...]] = {
    "dtoc": ("numerator",),
    "mar": ("numerator",),
    "ascof": ("numerator", "denominator", "value"),
}
# The word that a changed number carries.
WORDS: dict[str, str] = {"drop": "dropped", "override": "corrected", "scale": "scaled"}

_KEYS = {"match", "action", "flag", "number", "value", "expected", "reason", "source", "status"}
_ACTIONS = (*WORDS, "flag")
_STATUSES = ("confirmed", "suspected")


@dataclass(frozen=True)
class Correction:
    """What is to be done about some numbers of a return, and why.

    Attributes
    ----------
    source_return
        Key of the return.
    periods
        The periods it is about.
    matches
        Values that each column may have, by column; a column that is not there may have any.
    action
        ``drop``, ``override``, ``scale`` or ``flag``.
    number
        The column of the number.
    value
        What overrides it, or what it is multiplied by; ``NaN`` for the other actions.
    expected
        What it must be before; ``NaN`` where nothing is said.
    flag
        The word that its rows carry afterwards.
    reason, source
        Why, and where that is said.
    status
        ``confirmed`` or ``suspected``.
    file
        The file that says it.
    where
        File and place in it, for messages.
    shipped
        Whether it comes with the package.
    """

    source_return: str
    periods: tuple[str, ...]
    matches: Mapping[str, tuple[str, ...]]
    action: Action
    number: str
    value: float
    expected: float
    flag: str
    reason: str
    source: str
    status: str
    file: str
    where: str
    shipped: bool


def read_corrections(path: Path, *, shipped: bool = False) -> tuple[Correction, ...]:
    """Read a file of corrections.

    Parameters
    ----------
    path
        Where it lies.
    shipped
        Whether it is the one that comes with the package.

    Raises
    ------
    CatalogueError
        One line that names the file, the entry and what is wrong with it.
    """
    entries = parse_yaml(read_lf(path), path)
    if not isinstance(entries, list | None):
        raise CatalogueError(f"{path} states {str(entries)[:60]}; expected entries that begin with '- match:'.")
    found = []
    for place, entry in enumerate(entries or (), start=1):
        where = f"{path.name}, entry {place}"
        try:
            found.append(_read_entry(entry, file=path.name, where=where, shipped=shipped))
        except BcfEvalError as error:
            raise CatalogueError(f"{path}, entry {place}: {error}") from None
    return tuple(found)


def say_applied(applied: pd.DataFrame) -> str:
    """Say how many numbers were corrected, the project's own corrections apart from those that ship.

    Parameters
    ----------
    applied
        One row a number; an older build does not say in ``shipped`` whose correction it was.
    """
    if applied.empty:
        return "Corrections applied: none."
    if "shipped" not in applied:
        return f"Corrections applied: {write_count(len(applied))}."
    n_shipped = int(applied["shipped"].sum())
    own, shipped = (write_count(n) if n else "none" for n in (len(applied) - n_shipped, n_shipped))
    return f"Corrections applied: {own} of your own, {shipped} that ship."


def _read_entry(entry: Any, *, file: str, where: str, shipped: bool) -> Correction:
    if not isinstance(entry, dict):
        raise CatalogueError(f"it is '{str(entry)[:60]}'; expected keys such as match, action, reason.")
    _refuse_unknown(entry, _KEYS, "key")
    match = entry.get("match")
    if not isinstance(match, dict):
        raise CatalogueError("match is missing; expected such as {return: dtoc, period: 2013-11, area: E06000046}.")
    source_return = _choose(match, "return", tuple(MATCHES))
    known = MATCHES[source_return]
    _refuse_unknown(match, {"return", "period", *known}, "key of match")
    action = cast(Action, _choose(entry, "action", _ACTIONS))
    numbers = NUMBERS[source_return]
    return Correction(
        source_return=source_return,
        periods=_read_periods(match.get("period")),
        matches={known[key]: _read_matches(key, match[key]) for key in known if key in match},
        action=action,
        number=_choose(entry, "number", numbers) if "number" in entry else numbers[0],
        value=_read_value(entry, action),
        expected=_read_number(entry, "expected") if "expected" in entry else math.nan,
        flag=_read_flag(entry, action),
        reason=_read_text(entry, "reason"),
        source=_read_text(entry, "source"),
        status=_choose(entry, "status", _STATUSES),
        file=file,
        where=where,
        shipped=shipped,
    )


def _refuse_unknown(stated: Mapping[Any, Any], known: set[str], what: str) -> None:
    for key in stated:
        if key not in known:
            hint = nearest(str(key), known)
            raise CatalogueError(f"'{key}' is no {what}; expected {', '.join(sorted(known))}.{hint}")


def _choose(stated: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = stated.get(key)
    if value not in known:
        what = "is missing" if value is None else f"is {value!r}"
        raise CatalogueError(f"{key} {what}; expected one of {', '.join(known)}.")
    return str(value)


def _read_text(entry: Mapping[str, Any], key: str) -> str:
    text = entry.get(key)
    if not isinstance(text, str) or not text.strip():
        raise CatalogueError(f"{key} {'is missing' if text is None else f'is {text!r}'}; expected some words.")
    return " ".join(text.split())


def _read_flag(entry: Mapping[str, Any], action: str) -> str:
    if action != "flag":
        if "flag" in entry:
            raise CatalogueError(f"flag is stated beside the action {action}, which has its own: {WORDS[action]}.")
        return WORDS[action]
    word = _read_text(entry, "flag")
    if not word.replace("_", "").isalnum() or word != word.lower():
        raise CatalogueError(f"flag is {word!r}; expected one word in small letters, such as not_whole.")
    return word


def _read_value(entry: Mapping[str, Any], action: str) -> float:
    if action in ("override", "scale"):
        if "value" not in entry:
            raise CatalogueError(f"value is missing; expected the number for the action {action}.")
        value = _read_number(entry, "value")
        if action == "scale" and value == 0:
            raise CatalogueError("value is 0; expected a number above 0 for the action scale.")
        return value
    if "value" in entry:
        raise CatalogueError(f"value is stated beside the action {action}, which needs none.")
    return math.nan


def _read_number(entry: Mapping[str, Any], key: str) -> float:
    value = entry[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise CatalogueError(f"{key} is {value!r}; expected a number of 0 or more.")
    return float(value)


def _read_matches(key: str, stated: Any) -> tuple[str, ...]:
    values = stated if isinstance(stated, list) else [stated]
    if not values or not all(isinstance(one, str | int) and not isinstance(one, bool) for one in values):
        raise CatalogueError(f"{key} of match is {stated!r}; expected text, or a list of texts.")
    texts = [str(one).strip() for one in values]
    if key == "area":
        texts = [load.find_area(one).code for one in texts]
    if key == "metric":
        texts = [load.metric(one).key for one in texts]
    return tuple(dict.fromkeys(texts))


def _read_periods(stated: Any) -> tuple[str, ...]:
    """Read a period, or a range of them: ``2014-07 to 2015-03``."""
    if stated is None or isinstance(stated, bool) or not isinstance(stated, str | int):
        raise CatalogueError(f"period of match is {stated!r}; expected such as 2013-11, or 2014-07 to 2015-03.")
    ends = [parse_period(text) for text in str(stated).split(" to ")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or last.since(first) < 0:
        raise RequestError(f"period of match is '{stated}'; expected such as 2013-11, or 2014-07 to 2015-03.")
    return tuple(str(first.shift(step)) for step in range(last.since(first) + 1))
