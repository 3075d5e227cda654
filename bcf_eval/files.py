"""Can a file be read, or written? What the system refuses, in one line; what is written is whole or not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bcf_eval.errors import InputError, ProjectError


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in one line that a file or folder cannot be read, as an :class:`InputError`."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{error.filename or path} cannot be read: {reason(error)}.") from None


def has_file(path: Path) -> bool:
    """Whether there is such a file; a folder that may not be entered is an error."""
    with reading(path):
        return path.is_file()


def list_files(folder: Path) -> list[Path]:
    """List the files below a folder, sorted; a folder that cannot be read is an error, never left out."""

    def refuse(error: OSError) -> None:
        raise error

    with reading(folder):
        found = (Path(where) / name for where, _, names in os.walk(folder, onerror=refuse) for name in names)
        # A link to nothing is kept, so that whoever opens it says so.
        return sorted(path for path in found if path.is_file() or not path.exists())


@contextmanager
def file_beside(path: Path) -> Iterator[Path]:
    """Give a file to fill beside a place; it takes the place when all went well, and goes when not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes files private; a page on a shared folder is to be read by others too.
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def folder_beside(folder: Path) -> Iterator[Path]:
    """Give a folder to fill within another; it goes in the end, with what is still in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
        yield Path(name)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one line that a file or folder cannot be written, as a :class:`ProjectError`."""
    try:
        yield
    except OSError as error:
        raise ProjectError(f"{path} cannot be written: {reason(error)}.") from None


def reason(error: BaseException) -> str:
    """Say in a few words, on one line, what the system found wrong."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(said.split())[:160].rstrip(".")


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes, whole or not at all."""
    with (
        reading(source),
        source.open("rb") as content,
        writing(target),
        file_beside(target) as temporary,
        temporary.open("wb") as file,
    ):
        shutil.copyfileobj(content, file)
