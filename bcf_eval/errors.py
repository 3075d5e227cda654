"""What can go wrong for a user, told in one line: what, the value, what was expected, where."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class BcfEvalError(Exception):
    """A user's error: shown as one line without a traceback; the command exits with 1.

    Anything that is not a ``BcfEvalError`` is a bug of ours and keeps its traceback.
    """


class InputError(BcfEvalError):
    """A file, or something in it, is not what was expected."""


class DownloadError(BcfEvalError):
    """A publisher's page or file could not be had."""


class CatalogueError(BcfEvalError):
    """A table of the catalogue contradicts itself."""


class ProjectError(BcfEvalError):
    """The project folder lacks what the command needs, or holds something it must not mix with."""


class RequestError(BcfEvalError):
    """What was asked for does not exist or makes no sense: an unknown board, a target in the past."""


def nearest(name: str, known: Iterable[str], *, limit: int = 3) -> str:
    """Say which known names are nearest to an unknown one.

    Parameters
    ----------
    name
        What was given.
    known
        The names it might have been meant for.
    limit
        How many to offer at the most.

    Returns
    -------
    str
        ``" Did you mean 'A' or 'B'?"`` (with its leading space), or ``""`` when nothing is near.
    """
    by_fold = {candidate.casefold(): candidate for candidate in known}
    wanted = name.strip().casefold()
    words = {word for word in wanted.replace("-", " ").split() if len(word) >= 4}
    holding = [fold for fold in by_fold if len(wanted) >= 3 and wanted in fold]
    alike = get_close_matches(wanted, by_fold, n=limit, cutoff=0.75)
    sharing = [fold for fold in by_fold if words & set(fold.replace("-", " ").split())]
    close = list(dict.fromkeys([*alike, *holding, *sharing, *get_close_matches(wanted, by_fold, n=limit, cutoff=0.6)]))
    found = [f"'{by_fold[fold]}'" for fold in close[:limit]]
    if not found:
        return ""
    return f" Did you mean {' or '.join([', '.join(found[:-1]), found[-1]] if found[:-1] else found)}?"
