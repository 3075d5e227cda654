"""What does a demonstration of the outcomes framework look like? One compressed file, with the drift of five years."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bcf_eval.acquire.demo_ascof import Measure, Outcomes
from bcf_eval.acquire.demo_geography import SCILLY
from bcf_eval.catalogue import load
from bcf_eval.specs import ENGLAND

HEADINGS = (
    "Return.Year",
    "Geographical.Code",
    "Geographical.Description",
    "Geographical.Level",
    "ONS.Area.Code",
    "ASCOF.Measure.Code",
    "Disaggregation.Level",
    "Measure.Type",
    "Measure.Value",
    "Measure.Group",
    "Measure.Group.Description",
)
HIDDEN = 10  # a share of fewer people is not printed

_LETTERS = ("NE", "NW", "YH", "EM", "WM", "E", "L", "SE", "SW")
_TYPES = {"E06": ("U", "Unitary Authorities"), "E08": ("M", "Metropolitan Districts"), "E10": ("S", "Shire Counties")}
_INNER = ("I", "Inner London"), ("O", "Outer London")


@dataclass(frozen=True)
class _Code:
    """What a measure is called: its metric, its words, and code and group by the first year they held for."""

    metric: str
    words: str
    codes: tuple[tuple[str, str, str], ...]
    years: tuple[str, ...] = ()


_SURVEYED = ("2014/15", "2016/17", "2018/19")
_CODES = (
    _Code("quality_of_life", "quality of life of users", (("2014/15", "1A", "1A"),)),
    _Code("carer_quality_of_life", "quality of life of carers", (("2014/15", "1D", "1D"),), _SURVEYED),
    _Code(
        "mental_health_housing",
        "adults with mental ill health who live independently",
        (("2014/15", "1H", "1H"),),
        ("2014/15", "2015/16", "2017/18", "2018/19"),
    ),
    _Code("social_contact", "social contact, users", (("2014/15", "1I1", "1I(1)"), ("2016/17", "1I1", "1I1"))),
    _Code(
        "carer_social_contact",
        "social contact, carers",
        (("2014/15", "1I2", "1I(2)"), ("2016/17", "1I2", "1I2")),
        _SURVEYED,
    ),
    _Code(
        "residential_younger",
        "admissions to care homes, ages 18 to 64",
        (("2014/15", "2A(1)_1415", "2A(1)_1415"), ("2015/16", "2A(1)", "2A(1)"), ("2016/17", "2A1", "2A1")),
    ),
    _Code(
        "residential",
        "admissions to care homes, ages 65 and over",
        (("2014/15", "2A(2)_1415", "2A(2)_1415"), ("2015/16", "2A(2)", "2A(2)"), ("2016/17", "2A2", "2A2")),
    ),
    _Code("reablement", "at home after 91 days", (("2014/15", "2B(1)", "2B(1)"), ("2016/17", "2B1", "2B1"))),
    _Code("reablement_offered", "offered reablement", (("2014/15", "2B(2)", "2B(2)"), ("2016/17", "2B2", "2B2"))),
    _Code("dtoc_ascof", "delayed transfers", (("2014/15", "2C(1)", "2C(1)"), ("2016/17", "2C1", "2C1"))),
    _Code(
        "dtoc_ascof_social_care",
        "delayed transfers, social care",
        (("2014/15", "2C(2)", "2C(2)"), ("2016/17", "2C2", "2C2")),
    ),
    _Code("dtoc_ascof_both", "delayed transfers, both", (("2017/18", "2C3", "2C3"),), ("2017/18", "2018/19")),
    _Code("information", "information, users", (("2014/15", "3D1", "3D(1)"), ("2016/17", "3D1", "3D1"))),
    _Code(
        "carer_information", "information, carers", (("2014/15", "3D2", "3D(2)"), ("2016/17", "3D2", "3D2")), _SURVEYED
    ),
)
_SURVEYS = ("quality_of_life", "social_contact", "information")


@dataclass(frozen=True)
class _Place:
    """A row's place: what it is called, and which councils it is made of."""

    code: str
    name: str
    level: str
    ons_code: str
    members: tuple[int, ...]


def name_file(years: Sequence[str]) -> str:
    """Name the file in the publisher's manner: ``ascof_2014-15_to_2018-19.csv.gz``."""
    first, last = years[0].replace("/", "-"), years[-1].replace("/", "-")
    return f"ascof_{first}.csv.gz" if first == last else f"ascof_{first}_to_{last}.csv.gz"


def write_outcomes(path: Path, outcomes: Outcomes) -> None:
    """Write all years into one file, the last year first.

    Parameters
    ----------
    path
        Where.
    outcomes
        Every measure.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    for index, year in reversed(list(enumerate(outcomes.years))):
        places = _list_places(outcomes.areas, year)
        for code in _CODES:
            if code.years and year not in code.years:
                continue
            short, group = [(short, group) for first, short, group in code.codes if first <= year][-1]
            words = f"DEMONSTRATION: {code.words}"
            for part, suffix, measure in _split(code.metric, outcomes.measures[code.metric]):
                for place in places:
                    lead = [year.replace("/", "-"), place.code, place.name, place.level, place.ons_code, short + suffix]
                    cells = _number(measure, index, place, year=year, metric=code.metric)
                    writer.writerows([*lead, part, kind, cell, group, words] for kind, cell in cells)
    content = text.getvalue().encode("latin-1")
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(content)


def _split(metric: str, measure: Measure) -> Iterator[tuple[str, str, Measure]]:
    """Give the whole measure, and for reablement its parts by sex, which a reader of totals leaves out."""
    yield "Total", "", measure
    if metric == "reablement":
        men = np.rint(0.42 * measure.denominator), np.rint(0.42 * measure.numerator)
        yield "Male", "M", Measure(men[1], men[0])
        yield "Female", "F", Measure(measure.numerator - men[1], measure.denominator - men[0])


def _list_places(areas: tuple[str, ...], year: str) -> list[_Place]:
    """List the councils, then regions, types of council and England, under the codes of the year."""
    known = load.areas()
    everywhere = tuple(range(len(areas)))
    numbers = {code: str(101 + number) for number, code in enumerate(one for one in areas if one != SCILLY)}
    councils = [
        _Place(numbers.get(code, "906"), known[code].name, "Council", code, (place,))
        for place, code in enumerate(areas)
    ]
    first_year = year == "2014/15"
    regions = [
        _Place(
            f"{3001 + number}" if first_year else letters,
            name,
            "Region",
            code,
            tuple(place for place in everywhere if known[areas[place]].region == code),
        )
        for number, (letters, (code, name)) in enumerate(zip(_LETTERS, sorted(load.regions().items()), strict=True))
    ]
    types: dict[tuple[str, str], list[int]] = {}
    for place, code in enumerate(areas):
        kind = _INNER[code > "E09000013"] if code.startswith("E09") else _TYPES[code[:3]]
        types.setdefault(kind, []).append(place)
    # The first file had no types of council; one gave them a code of 0, one another capital.
    level = "Council Type" if year == "2017/18" else "Council type"
    kinds = [_Place(*kind, level, "0" if year == "2016/17" else "", tuple(its)) for kind, its in types.items()]
    england = _Place("1001" if first_year else "England", "England", "England", ENGLAND, everywhere)
    return [*councils, *regions, *([] if first_year else kinds), england]


def _number(measure: Measure, index: int, place: _Place, *, year: str, metric: str) -> list[tuple[str, str]]:
    """Print the numbers of one place, under the types the year had."""
    blank = " " if year == "2015/16" else ""
    members = list(place.members)
    numerator, denominator = float(measure.numerator[index, members].sum()), float(_of(measure, index)[members].sum())
    cells = {
        "Outcome": _write(round(measure.multiplier * numerator / denominator, 1)) if denominator else blank,
        "Numerator": _write(round(numerator)) if measure.counts_given else blank,
        "Denominator": _write(round(denominator)) if measure.counts_given else blank,
        "Base": blank,
    }
    margin = "Margin of Error" if year == "2016/17" or metric.startswith("dtoc") else "Margin Of Error"
    if year >= "2016/17":
        cells[margin] = blank
    if measure.answers is not None:
        answers = int(np.broadcast_to(measure.answers, measure.numerator.shape)[index, members].sum())
        cells["Base"] = _write(answers)
        if year >= "2016/17":
            cells[margin] = _write(_margin(measure, numerator / denominator, answers))
    if metric == "mental_health_housing" and year == "2015/16":
        del cells["Numerator"], cells["Denominator"]
    if year == "2018/19" and measure.answers is None and metric != "mental_health_housing":
        del cells["Base"], cells[margin]
    return list(_hide(cells, place, denominator, year=year, metric=metric).items())


def _hide(cells: dict[str, str], place: _Place, denominator: float, *, year: str, metric: str) -> dict[str, str]:
    """Put marks in the place of small numbers, and of what two councils did not return in one year."""
    if metric == "reablement" and denominator < HIDDEN:
        mark = {"2014/15": "", "2015/16": " "}.get(year, "c")
        return {kind: cell if kind in ("Base", "Margin Of Error") else mark for kind, cell in cells.items()}
    if metric in _SURVEYS and year == "2017/18" and place.ons_code in ("E06000017", "E09000001"):
        return dict.fromkeys(cells, ":")
    return cells


def _of(measure: Measure, index: int) -> np.ndarray:
    return np.asarray(np.broadcast_to(measure.denominator, measure.numerator.shape)[index])


def _margin(measure: Measure, value: float, answers: int) -> float:
    if measure.multiplier == 1:
        return round(1.96 * 2.6 / answers**0.5, 1)
    return round(196 * (max(value * (1 - value), 0) / answers) ** 0.5, 1)


def _write(number: float) -> str:
    return f"{number:g}" if number < 1e5 else f"{number:.0f}"
