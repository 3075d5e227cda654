"""Which authority is a row about? Its stable code says it first, then its ONS code, then its name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.clean.read import Table
from bcf_eval.errors import InputError, nearest
from bcf_eval.specs import ENGLAND


@dataclass(frozen=True)
class Areas:
    """What the rows of a table are about.

    Attributes
    ----------
    codes
        ONS code of each row; ``""`` where it is no authority, shape ``(n_rows,)``.
    unallocated
        The return's own code of a row that is no authority; ``""`` elsewhere, same shape.
    """

    codes: npt.NDArray[np.str_]
    unallocated: npt.NDArray[np.str_]

    @property
    def is_england(self) -> npt.NDArray[np.bool_]:
        """Whether each row is England's own."""
        return np.asarray(self.codes == ENGLAND)


def resolve_areas(table: Table, *, source: str, period: str) -> Areas:
    """Find the authority of every row of a table.

    Parameters
    ----------
    table
        With the fields ``code`` and ``name``, and perhaps ``ons_code``.
    source
        Key of the return, whose stable codes count.
    period
        The month it is about: an authority that has ended by then cannot be meant.

    Returns
    -------
    Areas

    Raises
    ------
    InputError
        If a row is about nothing known (the nearest known names are offered), or its codes are about two areas.
    """
    keys = zip(table.texts("code"), table.texts("ons_code"), table.texts("name"), strict=True)
    found: list[str] = []
    apart: list[str] = []
    for place, (code, ons_code, name) in enumerate(keys):
        try:
            area, other = _resolve(source, period, code, ons_code, name)
        except InputError as error:
            raise InputError(f"{table.where}, row {table.row_numbers[place]}: {error}") from None
        found.append(area)
        apart.append(other)
    return Areas(np.array(found, dtype="<U9"), np.array(apart))


@cache
def list_boards(period: str) -> tuple[str, ...]:
    """List the boards that exist in a month, sorted, under the codes that observations have in it.

    Northumberland and Gateshead were given new codes in April 2013; they have those from the beginning.
    """
    return load.boards(period)


@cache
def name_areas() -> dict[str, str]:
    """Names by ONS code, of areas of all times, earlier codes among them."""
    names = {code: area.name for code, area in load.areas().items()}
    return {**{old: names[new] for old, new in _earlier_codes().items()}, **names}


@cache
def _earlier_codes() -> dict[str, str]:
    """Codes that had changed before the first area of the catalogue ended, to those that came after."""
    return {row["old"]: row["new"] for row in load.rows("area_changes") if row["old"] not in load.areas()}


@cache
def _ended(period: str) -> frozenset[str]:
    return frozenset(code for code, area in load.areas().items() if area.last and area.last < period)


@cache
def _stable_codes(source: str) -> dict[str, str]:
    return {row["code"]: row["area_code"] for row in load.rows("area_codes") if row["return"] == source}


@cache
def _unallocated(source: str) -> dict[str, str]:
    return {row["code"]: row["label"] for row in load.rows("unallocated") if row["return"] == source}


@cache
def _spellings(source: str) -> dict[str, str]:
    own = {row["name_in_return"]: row["area_code"] for row in load.rows("area_codes") if row["return"] == source}
    others = {row["name"]: row["area_code"] for row in load.rows("area_names")}
    names = {area.name: code for code, area in load.areas().items() if not area.first}
    return {name.casefold(): code for name, code in {**others, **own, **names}.items()}


@cache
def _later_names(period: str) -> dict[str, str]:
    """Names of areas that began later, once they had: some have the name of one that ended."""
    return {area.name.casefold(): code for code, area in load.areas().items() if area.first and area.first <= period}


@cache
def _resolve(source: str, period: str, code: str, ons_code: str, name: str) -> tuple[str, str]:
    if code in _unallocated(source):
        if name.casefold() in _spellings(source):
            raise InputError(_say_apart(code, _unallocated(source)[code], name, _spellings(source)[name.casefold()]))
        return "", code
    ended = _ended(period)
    stable = _stable_codes(source).get(code, "")
    stated = _earlier_codes().get(ons_code, ons_code if ons_code in name_areas() else "")
    # A new authority may keep the stable code of one that ended: then only its ONS code tells them apart.
    known = [one for one in (stable, stated) if one and one not in ended]
    if len(set(known)) > 1:
        raise InputError(
            f"the code '{code}' is {name_areas()[stable]} ({stable}), but the ONS code beside it is "
            f"{name_areas()[stated]} ({stated}); expected one area."
        )
    named = [spellings.get(name.casefold(), "") for spellings in (_spellings(source), _later_names(period))]
    meant = [one for one in named if one and one not in ended]
    # A successor may keep the old code and name: only names that mean other areas alone contradict a code.
    if known and meant and known[0] not in meant:
        raise InputError(_say_apart(code, f"{name_areas()[known[0]]} ({known[0]})", name, meant[0]))
    known += meant
    if known:
        return known[0], ""
    for other, label in _unallocated(source).items():
        if label.casefold() == name.casefold():
            return "", other
    raise InputError(_say_unknown(source, period, code, ons_code, name))


def _say_apart(code: str, coded: str, name: str, named: str) -> str:
    return (
        f"the code '{code}' is {coded}, but the name beside it, '{name}', is {name_areas()[named]} ({named}); "
        "expected one area."
    )


def _say_unknown(source: str, period: str, code: str, ons_code: str, name: str) -> str:
    pairs = (("code", code), ("ONS code", ons_code))
    printed = ", ".join(f"{what} '{value}'" for what, value in pairs if value not in ("", "-"))
    what = f"'{name}'" + (f" ({printed})" if printed else "")
    meant = {_stable_codes(source).get(code, ""), ons_code, _spellings(source).get(name.casefold(), "")}
    if meant & _ended(period):
        return f"{what} had ended by {period}, as catalogue/areas.csv says; expected its successor."
    hint = nearest(name, [load.areas()[one].name for one in list_boards(period)]) if name else ""
    return f"{what} is no known authority.{hint} If it is one, add it to catalogue/area_codes.csv."
