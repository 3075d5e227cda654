"""Where does everything lie? The only module that knows folders; every write is whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from bcf_eval.errors import ProjectError
from bcf_eval.files import file_beside, folder_beside, has_file, reading, reason, writing
from bcf_eval.tables import RESULTS

PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Project:
    """A project folder.

    Attributes
    ----------
    root
        The folder that holds ``data_raw``, ``data_clean``, ``notebooks`` and ``reports``.
    """

    root: Path

    @property
    def raw(self) -> Path:
        """``data_raw``: returns as published, never edited."""
        return self.root / "data_raw"

    @property
    def downloads(self) -> Path:
        """``data_raw/.downloads``: what was begun and not finished, and what the publishers said of what came."""
        return self.raw / ".downloads"

    @property
    def clean(self) -> Path:
        """``data_clean``: tables made from the returns."""
        return self.root / "data_clean"

    @property
    def reports(self) -> Path:
        """``reports``: the pages."""
        return self.root / "reports"

    @property
    def truth(self) -> Path:
        """``truth``: what the demonstration returns were made from; absent for real ones."""
        return self.root / "truth"

    @property
    def kept(self) -> Path:
        """``data_clean/read``: what was read of each raw file, so that it need not be read again."""
        return self.clean / "read"

    @property
    def protocol(self) -> Path | None:
        """The project's own protocol, when it has one."""
        return self._own("protocol.yml")

    @property
    def corrections(self) -> Path | None:
        """The project's own corrections, when it has some."""
        return self._own("corrections.yml")

    def _own(self, name: str) -> Path | None:
        with reading(self.root / name):
            return self.root / name if (self.root / name).exists() else None

    def notebook(self, name: str) -> Path:
        """Find a notebook: the project's own, else the one that comes with the package."""
        for folder in (self.root / "notebooks", PACKAGE / "notebooks", PACKAGE.parent / "notebooks"):
            if (folder / name).is_file():
                return folder / name
        raise ProjectError(f"The notebook '{name}' is neither in {self.root / 'notebooks'} nor in the package.")

    def area_page(self, area_code: str) -> Path:
        """Where the page of an area lies."""
        return self.reports / "areas" / f"{area_code}.html"

    def read_manifest(self) -> list[dict[str, Any]]:
        """The record of every raw file; empty when nothing was fetched.

        Raises
        ------
        ProjectError
            If it is damaged; the message says what helps.
        """
        path = self.raw / "manifest.json"
        if not has_file(path):
            return []
        found = read_json(path, remedy=self.manifest_remedy)
        files = found.get("files") if isinstance(found, dict) else None
        if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
            raise ProjectError(f"{path} holds no list of files; {self.manifest_remedy}.")
        return files

    @property
    def manifest_remedy(self) -> str:
        """What helps when the record of raw files is damaged."""
        return f"delete it, and the files of {self.raw.name} are taken in again by: bcf-eval clean"

    def write_manifest(self, files: list[dict[str, Any]]) -> None:
        """Write the record of every raw file, in order of path."""
        write_json(self.raw / "manifest.json", {"files": sorted(files, key=lambda one: one["path"])})

    def read_table(self, name: str) -> pd.DataFrame:
        """Read a table of ``data_clean``.

        Raises
        ------
        ProjectError
            If it is not there or cannot be read, or observations lack the record that says whether they are a
            demonstration; the message says which command makes it.
        """
        path = self.clean / f"{name}.parquet"
        remedy = self._make_again(_name_maker(name))
        if not has_file(path):
            raise ProjectError(f"{path} is not there. Make it with: {remedy}")
        if name == "observations":
            record = self.read_record("build")
            build_id, demonstration = record.get("build_id"), record.get("demonstration", False)
            if not (isinstance(build_id, str) and build_id and isinstance(demonstration, bool)):
                what = "lacks what it should say" if record else "is not there"
                raise ProjectError(f"{self.clean / 'build.json'} {what}, which tells what {name} are; run: {remedy}")
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError, RuntimeError) as error:
            raise ProjectError(f"{path} cannot be read ({reason(error)}); make it again with: {remedy}") from None

    def read_record(self, name: str) -> dict[str, Any]:
        """Read ``build.json`` or ``evaluation.json`` of ``data_clean``; empty when absent.

        Raises
        ------
        ProjectError
            If it holds anything else than an object.
        """
        path = self.clean / f"{name}.json"
        if not has_file(path):
            return {}
        remedy = f"make it again with: {self._make_again(_name_maker(name))}"
        found = read_json(path, remedy=remedy)
        if not isinstance(found, dict):
            raise ProjectError(f"{path} holds {str(found)[:40]!r}; expected a record: {remedy}")
        return found

    def read_standing(self, name: str) -> dict[str, Any]:
        """Read a record that is about to be replaced; empty when it is absent or damaged."""
        try:
            return self.read_record(name)
        except ProjectError:
            return {}

    def _make_again(self, command: str) -> str:
        return f"bcf-eval {command} --project {self.root}"

    def write_tables(self, tables: Mapping[str, pd.DataFrame], record: Mapping[str, Any], *, name: str) -> None:
        """Write tables and their record, all or none: each beside its place first, then moved.

        Parameters
        ----------
        tables
            Frames by name, written as Parquet.
        record
            What made them; written last, with the checksum of each table.
        name
            The record's name: ``build`` or ``evaluation``.
        """
        stale = set(self.read_standing(name).get("tables", ())) - set(tables)
        with writing(self.clean), folder_beside(self.clean) as folder:
            checksums = {}
            for table, frame in tables.items():
                frame.to_parquet(folder / f"{table}.parquet", index=False, compression="zstd")
                checksums[table] = sha256_of(folder / f"{table}.parquet")
            whole = {**record, "tables": checksums}
            (folder / f"{name}.json").write_text(_dump(whole), encoding="utf-8", newline="\n")
            _move_all(folder, self.clean, [*(f"{table}.parquet" for table in tables), f"{name}.json"])
            for table in stale:
                (self.clean / f"{table}.parquet").unlink(missing_ok=True)


def _name_maker(name: str) -> str:
    """Which command makes a table or a record."""
    if name.startswith("quality"):
        return "check"
    # Everything else in the folder is made by `clean`.
    return "evaluate" if name in (*RESULTS, "evaluation") else "clean"


def open_project(folder: Path | str = ".") -> Project:
    """Stand in a project folder.

    Raises
    ------
    ProjectError
        If there is no such folder.
    """
    root = Path(folder).expanduser()
    with reading(root):
        if not root.is_dir():
            raise ProjectError(f"The project folder '{root}' is not there.")
    return Project(root)


@cache
def code_version() -> str:
    """Version of the package and a checksum of its code and catalogue: what made a result.

    Line ends are folded, so that a checkout on Windows is the same code.
    """
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*"), key=lambda one: one.as_posix()):
        if path.suffix in (".py", ".csv", ".yml", ".j2", ".css"):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{version('bcf-eval')}+{digest.hexdigest()[:8]}"


def sha256_of(path: Path) -> str:
    """Checksum of a file's bytes, as 64 hexadecimal digits."""
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path, *, remedy: str) -> Any:
    """Read a JSON file.

    Parameters
    ----------
    remedy
        What helps when it is damaged, for the message.

    Raises
    ------
    ProjectError
        If it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ProjectError(f"{path} cannot be read as JSON ({reason(error)}); {remedy}") from None


def write_json(path: Path, content: Any) -> None:
    """Write JSON, whole or not at all."""
    write_text(path, _dump(content))


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all; into a device or a pipe as it comes.

    Raises
    ------
    ProjectError
        If the place is a folder, or cannot be written.
    """
    with writing(path):
        if path.is_dir():
            raise ProjectError(f"{path} is a folder; expected a file to write.")
        if path.exists() and not path.is_file():
            # A device or a pipe cannot be replaced by a file: it would be gone for everybody.
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            return
        with file_beside(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")


def _move_all(source: Path, target: Path, names: list[str]) -> None:
    # On Windows a table that is open in another program cannot be replaced: then none must be.
    kept = [name for name in names if (target / name).is_file()]
    for name in kept:
        shutil.copyfile(target / name, source / f"kept-{name}")
    try:
        for name in names:
            (source / name).replace(target / name)
    except BaseException as error:
        for name in [name for name in names if not (source / name).exists()]:
            if name in kept:
                (source / f"kept-{name}").replace(target / name)
            else:
                (target / name).unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise ProjectError(f"{target} cannot be written ({error.strerror}); is a file of it open elsewhere?") from None


def _dump(content: Any) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
