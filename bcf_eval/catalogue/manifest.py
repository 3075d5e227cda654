"""What do we know of the raw files? Their record, and what may not stand in one project together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from bcf_eval.catalogue import load
from bcf_eval.errors import InputError, ProjectError
from bcf_eval.periods import parse_period
from bcf_eval.store import Project

_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_VINTAGE = re.compile(rf"({_DATE}|undated)(\+[1-9]\d*)?")
_MONTH, _YEAR = r"(19|20)\d\d-(0[1-9]|1[0-2])", r"(19|20)\d\d"
_FINANCIAL_YEAR = r"(19|20)\d\d/\d\d"
_PERIODS = {
    "period": re.compile(_MONTH),
    "mid_year": re.compile(_YEAR),
    "financial_years": re.compile(rf"{_FINANCIAL_YEAR}( to {_FINANCIAL_YEAR})?"),
    "lookup": re.compile(rf"(commissioners|upper_tiers|small_areas) {_YEAR}"),
    "index": re.compile(rf"index {_YEAR}"),
    "file": re.compile(r".+"),
    "none": re.compile(""),
}


@dataclass(frozen=True)
class RawFile:
    """What is known of a file as published: one entry of the manifest.

    Attributes
    ----------
    path
        Below the folder of raw files, with forward slashes.
    source
        Key of the return.
    sha256, bytes
        Checksum and size.
    vintage
        ``2017-05-11``, ``2017-05-11+2`` (other bytes under the same date) or ``undated``.
    period
        What the file says it is about: ``2016-10``, for estimates ``2016``, for annual returns ``2014/15 to
        2018/19``, for lookups ``commissioners 2015``, for deprivation ``index 2015``; its own name where it stands for
        nothing but itself; may be empty.
    retrieved
        When it came, UTC.
    origin
        The folder it came from, its publisher's address, or ``placed by hand``.
    demonstration
        Whether the file calls itself a demonstration.
    """

    path: str
    source: str
    sha256: str
    bytes: int
    publisher: str
    licence: str
    vintage: str
    period: str
    retrieved: str
    origin: str
    demonstration: bool

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def cited(self) -> str:
        """Return, vintage and file in one: what an observation names as its source."""
        return f"{self.source}/{self.vintage}/{self.name}"

    @property
    def stated_date(self) -> str:
        """The vintage without its count."""
        return self.vintage.partition("+")[0]

    @property
    def edition(self) -> tuple[str, int]:
        """What orders the vintages of one period: the date stated, then the count."""
        date, _, count = self.vintage.partition("+")
        return ("" if date == "undated" else date, int(count or 1))


def read_files(project: Project) -> tuple[RawFile, ...]:
    """Read the record of every raw file.

    Raises
    ------
    ProjectError
        One line: which entry of the manifest is not one of ours, why, and what helps.
    """
    files: list[RawFile] = []
    for entry in project.read_manifest():
        wrong = _find_fault(entry, files)
        if wrong:
            raise ProjectError(
                f"{project.raw / 'manifest.json'}: the entry of '{entry.get('path', '')}' {wrong}; "
                f"{project.manifest_remedy}."
            )
        files.append(RawFile(**{("source" if key == "return" else key): value for key, value in entry.items()}))
    return tuple(files)


def _find_fault(entry: dict[str, Any], earlier: Iterable[RawFile]) -> str:
    """Say what is wrong with an entry; empty when nothing is."""
    types = {"bytes": int, "demonstration": bool}
    names = {"return" if field.name == "source" else field.name for field in fields(RawFile)}
    if set(entry) != names:
        return "lacks something or has something unknown"
    for name in sorted(names):
        if type(entry[name]) is not types.get(name, str):
            return f"says {name} is {entry[name]!r}; expected {types.get(name, str).__name__}"
    kinds = [row["period"] for row in load.rows("sources") if row["key"] == entry["return"]]
    if not kinds:
        return f"is of an unknown return '{entry['return']}'"
    if not any(_PERIODS[kind].fullmatch(entry["period"]) for kind in kinds):
        return (
            f"says period is '{entry['period']}'; expected one such as '2016-10' for a month or '2016' for a mid-year"
        )
    if not _VINTAGE.fullmatch(entry["vintage"]):
        return f"says vintage is '{entry['vintage']}'; expected one such as '2017-05-11', '2017-05-11+2' or 'undated'"
    folder, *below = entry["path"].split("/")
    if (
        folder != entry["return"]
        or not below
        or any(part in ("", ".", "..") or set(part) & set(":\\\0") for part in below)
    ):
        return f"has no path below '{entry['return']}/'"
    for other in earlier:
        if other.path.casefold() == entry["path"].casefold():
            return "stands twice"
        if (other.source, other.period, other.vintage) == (entry["return"], entry["period"], entry["vintage"]):
            return f"claims the same period and vintage as that of '{other.path}'"
    return ""


def write_files(project: Project, files: Iterable[RawFile]) -> None:
    """Write the record of every raw file."""
    project.write_manifest(
        [{("return" if key == "source" else key): value for key, value in asdict(file).items()} for file in files]
    )


def name_period(period: str) -> str:
    """Name what a raw file is about in a sentence: ``October 2016``, ``mid-2016``, ``2014/15 to 2018/19``."""
    if not period:
        return "all years"
    if _PERIODS["period"].fullmatch(period):
        return parse_period(period).label
    return f"mid-{period}" if _PERIODS["mid_year"].fullmatch(period) else period


def find_rival(file: RawFile, others: Iterable[RawFile]) -> RawFile | None:
    """Find a file that claims the same period of the same return, with the same date and other bytes."""
    rivals = (
        other
        for other in others
        if (other.source, other.period, other.stated_date) == (file.source, file.period, file.stated_date)
        and other.sha256 != file.sha256
    )
    return next(rivals, None)


def refuse_rivals(file: RawFile, rival: RawFile, *, where: object, other: object) -> InputError:
    """Word the error of two files that claim the same period with the same date.

    Parameters
    ----------
    where, other
        Where the two files lie, as the user knows them.
    """
    date = file.stated_date if file.stated_date != "undated" else "no date"
    return InputError(
        f"Duplicated period: {where} and {other} both hold {file.source}, {name_period(file.period)}, dated {date}, "
        "with different contents; expected one file. Remove the wrong one."
    )


def refuse_mixing(project: Project, files: Sequence[RawFile]) -> None:
    """Stop when demonstration returns and real ones would stand in one project.

    Raises
    ------
    ProjectError
        One line that names a file of either kind.
    """
    invented = [file.name for file in files if file.demonstration]
    real = [file.name for file in files if not file.demonstration]
    if invented and real:
        raise ProjectError(
            f"Demonstration returns ({len(invented)}, such as {invented[0]}) and real ones ({len(real)}, such as "
            f"{real[0]}) never mix in one project; use another folder than {project.root} for one of them."
        )
