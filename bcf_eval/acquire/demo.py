"""What can be tried without any return? Synthetic ones for every board, and the truth they were made from."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from bcf_eval.acquire.demo_answers import write_answers
from bcf_eval.acquire.demo_returns import Progress, write_returns
from bcf_eval.acquire.demo_world import draw_world
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.catalogue.describe import describe_file
from bcf_eval.catalogue.manifest import read_files, write_files
from bcf_eval.catalogue.sources import find_source, source_keys
from bcf_eval.errors import InputError, ProjectError, RequestError
from bcf_eval.files import list_files, writing
from bcf_eval.store import Project, sha256_of

SEED = 2015
ORIGIN = "bcf-eval demo"
PUBLISHER, LICENCE = "none: a DEMONSTRATION made by bcf_eval", "MIT, as bcf_eval"


@dataclass(frozen=True)
class DemoReport:
    """What was made.

    Attributes
    ----------
    folder
        The project folder.
    truth
        Where the tables of the truth are.
    seed
        What everything was drawn from.
    n_boards, n_files
        Boards, and files of returns.
    first, last
        Months of the first and the last delayed transfers.
    copied
        How many files were new to the project; 0 when all of it was there.
    """

    folder: Path
    truth: Path
    seed: int
    n_boards: int
    n_files: int
    first: str
    last: str
    copied: int


def write_demo(project: Project, *, seed: int = SEED, progress: Progress | None = None) -> DemoReport:
    """Write demonstration returns into a project, and beside them the truth they were made from.

    Running it again changes nothing; running it with another seed replaces what it made before.

    Parameters
    ----------
    project
        Its folder is created when it is not there.
    seed
        The same seed gives the same numbers on every machine.
    progress
        Called with a label, how many files are done, and of how many.

    Returns
    -------
    DemoReport

    Raises
    ------
    ProjectError
        If the project holds returns that are not demonstration ones.
    RequestError
        If the seed is below nought.
    """
    if seed < 0:
        raise RequestError(f"The seed is {seed}; expected a whole number from 0.")
    _refuse_real(project)
    world = draw_world(seed)
    with tempfile.TemporaryDirectory(prefix="bcf-eval-demo-") as name:
        folder = Path(name)
        write_returns(folder, world, seed=seed, progress=progress)
        made = {sha256_of(path) for path in folder.rglob("*") if path.is_file()}
        with writing(project.raw):
            project.raw.mkdir(parents=True, exist_ok=True)
        _remove_other(project, made)
        fetched = fetch_folder(project, folder)
    _name_maker(project)
    write_answers(project, world, seed=seed)
    return DemoReport(
        folder=project.root,
        truth=project.truth,
        seed=seed,
        n_boards=len(world.boards),
        n_files=len(made),
        first=world.months[0],
        last=world.months[-1],
        copied=fetched.copied,
    )


def _refuse_real(project: Project) -> None:
    """Stop before anything is made when the project holds a return that does not call itself a demonstration."""
    if project.root.exists() and not project.root.is_dir():
        raise ProjectError(f"'{project.root}' is a file; expected a folder to write the demonstration into.")
    known = {file.path: file.demonstration for file in read_files(project)}
    for key in source_keys():
        for path in list_files(project.raw / key) if (project.raw / key).is_dir() else []:
            stored = path.relative_to(project.raw).as_posix()
            if stored not in known and find_source(key, path.name):
                known[stored] = _is_demonstration(path, key)
    real = [stored for stored, demonstration in known.items() if not demonstration]
    if real:
        raise ProjectError(
            f"{project.raw} holds returns that are no demonstration ({len(real)}, such as {real[0]}); the two never "
            "mix: expected an empty folder or one of an earlier demonstration, so give another with --project."
        )


def _is_demonstration(path: Path, key: str) -> bool:
    source = find_source(key, path.name)
    try:
        return (
            source is not None
            and describe_file(path, source, sha256="", retrieved="", origin="", stored=path.name).demonstration
        )
    except InputError:
        # Nobody can say what an unreadable file is: it is not ours to write beside.
        return False


def _remove_other(project: Project, made: set[str]) -> None:
    """Take away what an earlier demonstration of another seed left, which would count as another vintage."""
    known = read_files(project)
    other = [file for file in known if file.sha256 not in made]
    if other:
        write_files(project, [file for file in known if file.sha256 in made])
    for file in other:
        path = project.raw / file.path
        with writing(path):
            path.unlink(missing_ok=True)
            if path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()


def _name_maker(project: Project) -> None:
    """Record who made the files: not a publisher, and not the temporary folder that they came from."""
    files = read_files(project)
    named = [replace(file, origin=ORIGIN, publisher=PUBLISHER, licence=LICENCE) for file in files]
    if list(files) != named:
        write_files(project, named)
