"""What do we know of the raw files? Their record, and what may not stand in one project together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from bcf_eval.errors import InputError, ProjectError
from bcf_eval.periods import parse_period
from bcf_eval.store import Project


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
        What the file says it is about: ``2016-10`` or, for estimates, ``2016``; may be empty.
    retrieved
        When it came, UTC.
    origin
        The folder it came from, or ``placed by hand``.
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
        If an entry of the manifest is not one of ours.
    """
    files = []
    for entry in project.read_manifest():
        try:
            files.append(RawFile(**{("source" if key == "return" else key): value for key, value in entry.items()}))
        except TypeError:
            raise ProjectError(
                f"{project.raw / 'manifest.json'}: the entry of '{entry.get('path', '')}' lacks something or has "
                "something unknown; delete the file and fetch again."
            ) from None
    return tuple(files)


def write_files(project: Project, files: Iterable[RawFile]) -> None:
    """Write the record of every raw file."""
    project.write_manifest(
        [{("return" if key == "source" else key): value for key, value in asdict(file).items()} for file in files]
    )


def name_period(period: str) -> str:
    """Name what a raw file is about in a sentence: ``October 2016``, ``mid-2016``, ``all years``."""
    if not period:
        return "all years"
    return parse_period(period).label if "-" in period else f"mid-{period}"


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
