"""What does the catalogue say? Its tables as frozen specs, read once."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bcf_eval.catalogue.choices import parse_choices, read_lf, refuse_senseless
from bcf_eval.errors import CatalogueError, RequestError, nearest
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND, AmbitionRule, Area, Break, Intervention, Metric, Protocol

FOLDER = Path(__file__).parent
# The month whose boards are meant where nothing else is said: no boundary moved from 2011 to then.
BOUNDARIES = "2018-04"


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """Read one table of the catalogue as it stands.

    Parameters
    ----------
    table
        Its name without the ending: ``areas``, ``layouts/dtoc``.

    Returns
    -------
    tuple of dict
        One dictionary of strings for each row.
    """
    path = FOLDER / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = tuple(csv.DictReader(file))
    for number, row in enumerate(found, start=2):
        if None in row or None in row.values():
            raise CatalogueError(f"{path.name}, line {number}: {len(row)} cells do not fit the heading.")
    return found


@cache
def areas() -> dict[str, Area]:
    """Every area by its ONS code, England first, then in order of code; those of other times among them."""
    return {
        row["code"]: Area(row["code"], row["name"], row["kind"], row["region"], row["from"], row["to"])  # type: ignore[arg-type]
        for row in rows("areas")
    }


@cache
def boards(period: str = BOUNDARIES) -> tuple[str, ...]:
    """The ONS codes of the Health and Wellbeing Boards of a month, sorted: the 151 of 2018 when none is given."""
    return tuple(sorted(code for code, area in areas().items() if area.kind == "board" and area.exists(period)))


@cache
def regions() -> dict[str, str]:
    """Names of the regions by their ONS code."""
    return {row["code"]: row["name"] for row in rows("regions")}


@cache
def metrics() -> dict[str, Metric]:
    """Every metric by its key."""
    return {
        row["key"]: Metric(
            key=row["key"],
            label=row["label"],
            short=row["short"],
            unit=row["unit"],
            count_unit=row["count_unit"],
            statistic=row["statistic"],  # type: ignore[arg-type]
            multiplier=float(row["multiplier"]),
            per_day=row["per_day"] == "yes",
            better=row["better"],  # type: ignore[arg-type]
            frequency=row["frequency"],
            denominator=row["denominator"],
            headline=row["headline"] == "yes",
        )
        for row in rows("metrics")
    }


def metric(key: str) -> Metric:
    """Find one metric.

    Raises
    ------
    RequestError
        If there is none of that name; the message lists the nearest.
    """
    if key not in metrics():
        raise RequestError(f"There is no metric '{key}'.{nearest(key, metrics())} Known: {', '.join(metrics())}.")
    return metrics()[key]


def interventions(metric_key: str) -> tuple[Intervention, ...]:
    """The interventions that may touch a metric, by date."""
    found = (
        Intervention(row["key"], row["label"], row["start"], row["kind"], tuple(row["metrics"].split()))  # type: ignore[arg-type]
        for row in rows("interventions")
    )
    return tuple(sorted((one for one in found if metric_key in one.metrics), key=lambda one: one.start))


def breaks(metric_key: str) -> tuple[Break, ...]:
    """The changes of definition of a metric, by date."""
    found = [
        Break(metric_key, row["period"], row["kind"], row["effect"], row["label"])  # type: ignore[arg-type]
        for row in rows("breaks")
        if metric_key in row["metrics"].split()
    ]
    return tuple(sorted(found, key=lambda one: one.period))


@cache
def ambition_rules() -> tuple[AmbitionRule, ...]:
    """The national rules that give every board an ambition."""
    return tuple(
        AmbitionRule(**{**row, **{name: float(row[name] or "nan") for name in ("threshold", "cut")}})  # type: ignore[arg-type]
        for row in rows("ambition_rules")
    )


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Every known spelling, case-folded, to its ONS codes: an area of 2018 before one that has its name later."""
    spellings = [
        *((row["old"], row["new"]) for row in rows("area_changes") if row["old"] not in areas()),
        *((area.name, code) for code, area in areas().items()),
        *((row["name_in_return"], row["area_code"]) for row in rows("area_codes")),
        *((row["name"], row["area_code"]) for row in rows("area_names")),
    ]
    known: dict[str, list[str]] = {}
    for name, code in sorted(spellings, key=lambda one: not areas()[one[1]].exists(BOUNDARIES)):
        known.setdefault(name.casefold(), []).append(code)
    return {name: tuple(dict.fromkeys(codes)) for name, codes in known.items()}


def find_area(given: str, *, among: Iterable[str] | None = None) -> Area:
    """Find an area by its ONS code or by any known spelling of its name.

    Parameters
    ----------
    given
        ``E06000033``, ``Southend-on-Sea``, ``southend ua`` …
    among
        ONS codes that are acceptable; all of the catalogue when left out. Where a name means areas of several
        times, the first that is acceptable is found, that of 2018 before a later one.

    Raises
    ------
    RequestError
        If nothing fits; the message offers the nearest names.
    """
    wanted = " ".join(given.split())
    codes = (wanted.upper(),) if wanted.upper() in areas() else _names().get(wanted.casefold(), ())
    allowed = set(areas()) if among is None else set(among)
    if not codes:
        names = [areas()[one].name for one in areas() if one in allowed]
        known = (
            ("ONS code", nearest(wanted, allowed))
            if wanted[:1].isalpha() and wanted[1:].isdigit()
            else ("Health and Wellbeing Board", nearest(wanted, names))
        )
        raise RequestError(f"There is no {known[0]} '{given}'.{known[1]}")
    code = next((one for one in codes if one in allowed), codes[0])
    if code not in allowed:
        raise RequestError(f"{areas()[code].name} ({code}) is not in these data{_say_why(code, allowed)}.")
    return areas()[code]


def _say_why(code: str, allowed: set[str]) -> str:
    """Say why an area may not be among others: it has no board, or it began or ended with a change of boundaries."""
    if areas()[code].kind == "not_a_board":
        return ": it has no Health and Wellbeing Board of its own"
    changes = [row for row in rows("area_changes") if code in (row["old"], row["new"])]
    if not changes:
        return ""
    when = {month: parse_period(month).label for month in sorted({row["from_period"] for row in changes})}
    said = "; ".join(
        f"in {label} {' and '.join(row['note'] for row in changes if row['from_period'] == month)}"
        for month, label in when.items()
    )
    others = dict.fromkeys(one for row in changes for one in (row["old"], row["new"]) if one != code and one in allowed)
    names = " or ".join(f"{areas()[one].name} ({one})" for one in others if one in areas())
    return f": {said}{f'. These data hold {names}' if names else ''}"


def protocol(path: Path | None = None) -> Protocol:
    """Read the protocol: the one that ships, or a project's own.

    Parameters
    ----------
    path
        A project's own ``protocol.yml``. It may state only what it changes.

    Raises
    ------
    CatalogueError
        If the file states something that is not a choice of the protocol, or not a sensible value for it.
    """
    shipped, content = _shipped_protocol()
    stated = shipped
    if path is not None:
        own = read_lf(path)
        stated = {**shipped, **parse_choices(own, path, shipped)}
        refuse_senseless(stated, path)
        content = own if stated != shipped else content
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in stated.items()}
    return Protocol(**values, sha256=hashlib.sha256(content).hexdigest(), shipped=stated == shipped)


@cache
def _shipped_protocol() -> tuple[dict[str, Any], bytes]:
    content = read_lf(FOLDER / "protocol.yml")
    return yaml.safe_load(content), content


def england() -> Area:
    """England, a row like the others."""
    return areas()[ENGLAND]
