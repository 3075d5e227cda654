"""What can be tried without any return? Synthetic ones for every board, and the truth they were made from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.acquire import demo_files, demo_model, demo_parts, demo_people, demo_population, demo_truth
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import read_files, write_files
from bcf_eval.catalogue.sources import describe_file, find_source, source_keys
from bcf_eval.errors import InputError, ProjectError, RequestError
from bcf_eval.files import list_files, writing
from bcf_eval.periods import month_range, parse_period
from bcf_eval.store import Project, sha256_of, write_text

SEED = 2015
FIRST, LAST = "2011-04", "2019-03"
INTERVENTIONS = ("bcf_2015", "ibcf_2017")
RULE = "dtoc_2017"
ORIGIN = "bcf-eval demo"
PUBLISHER, LICENCE = "none: a DEMONSTRATION made by bcf_eval", "MIT, as bcf_eval"

# Days a month, on average, of people from Wales, from Scotland and from outside Great Britain.
_UNALLOCATED = {"9900": 450.0, "9901": 6.0, "9902": 25.0}

Progress = Callable[[str, int, int], None]


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
        Months of the first and the last return.
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


@dataclass(frozen=True)
class World:
    """All of a demonstration before it is written.

    Attributes
    ----------
    months
        Written ``YYYY-MM``.
    boards
        ONS codes, sorted.
    """

    months: list[str]
    boards: tuple[str, ...]
    people: demo_people.People
    simulation: demo_model.Simulation
    parts: demo_parts.Parts


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
        _write_files(folder, world, progress=progress)
        made = {sha256_of(path) for path in folder.rglob("*") if path.is_file()}
        with writing(project.raw):
            project.raw.mkdir(parents=True, exist_ok=True)
        _remove_other(project, made)
        fetched = fetch_folder(project, folder)
    _name_maker(project)
    _write_truth(project, world, seed=seed)
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


def draw_world(seed: int) -> World:
    """Draw people, rates and counts; each kind of thing from a stream of its own.

    Parameters
    ----------
    seed
        Any whole number from 0.

    Returns
    -------
    World
    """
    months, boards = month_range(FIRST, LAST), load.boards()
    people = demo_people.draw_people(_stream(seed, 0))
    adults = people.adults(boards, months)
    days = np.array([parse_period(month).days for month in months], float)
    starts = {one.key: one.start for one in load.interventions("dtoc_days")}
    simulation = demo_model.simulate(
        _stream(seed, 2),
        demo_model.draw_model(_stream(seed, 1), adults[len(months) // 2]),
        adults=adults,
        days=days,
        month_of_year=_months_of_year(months),
        starts=tuple(months.index(starts[key]) for key in INTERVENTIONS),
    )
    others = np.array([[_UNALLOCATED[row.code] for row in demo_files.list_rows()[len(boards) :]]])
    strangers = demo_model.draw_counts(_stream(seed, 3), np.repeat(others, len(months), axis=0), np.array(1e5))
    counts = np.concatenate([simulation.counts, strangers], axis=1)
    parts = demo_parts.split_counts(_stream(seed, 4), counts, other_from=months.index("2017-04"))
    return World(months, boards, people, simulation, parts)


def _stream(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, number])


def _months_of_year(months: list[str]) -> npt.NDArray[np.int64]:
    return np.array([parse_period(month).first_day.month - 1 for month in months])


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


def _write_files(folder: Path, world: World, *, progress: Progress | None) -> None:
    rows, n_months = demo_files.list_rows(), len(world.months)
    for key in ("dtoc", "population"):
        (folder / key).mkdir()
    for index, month in enumerate(world.months):
        if progress:
            progress("writing returns", index, n_months + 1)
        demo_files.write_month(folder / "dtoc" / demo_files.name_file(month), month, rows, world.parts.cells[index])
    if progress:
        progress("writing population estimates", n_months, n_months + 1)
    demo_population.write_estimates(folder / "population", world.people)
    if progress:
        progress("writing population estimates", n_months + 1, n_months + 1)


def _write_truth(project: Project, world: World, *, seed: int) -> None:
    rule = next(one for one in load.ambition_rules() if one.key == RULE)
    known, target = world.months.index(rule.baseline_end), world.months.index(rule.period)
    futures = demo_truth.draw_futures(
        _stream(seed, 5),
        world.simulation,
        known=known,
        target=target,
        month_of_year=int(_months_of_year([rule.period])[0]),
    )
    effects = demo_truth.tabulate_effects(world.simulation, world.boards, INTERVENTIONS)
    ambitions = demo_truth.tabulate_ambitions(world.simulation, futures, world.boards, rule, known=known, target=target)
    model = demo_truth.tabulate_model(world.simulation, world.boards, adults_at=len(world.months) // 2)
    for name, table in {"effects": effects, "ambitions": ambitions, "model": model}.items():
        write_text(project.truth / f"{name}.csv", _to_csv(table))
    write_text(project.truth / "README.md", demo_truth.describe_truth(futures, ambitions, effects, seed=seed))


def _to_csv(table: pd.DataFrame) -> str:
    # Six decimals: what lies beyond may differ in the last place between two machines.
    return str(table.round(6).to_csv(index=False, lineterminator="\n"))
