"""Which files does a demonstration hold? A folder for each return, filled as a publisher would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bcf_eval.acquire import (
    demo_admission_files,
    demo_ascof_files,
    demo_deprivation,
    demo_files,
    demo_lookups,
    demo_plans,
    demo_population,
    demo_quarterly,
    demo_quarterly_files,
)
from bcf_eval.acquire.demo_world import World, make_stream

Progress = Callable[[str, int, int], None]


def write_returns(folder: Path, world: World, *, seed: int, progress: Progress | None = None) -> None:
    """Write the files of every return.

    Parameters
    ----------
    folder
        An empty one, which gets a folder for each return.
    world
        What is to be told.
    seed
        From which it was drawn, and what only these files need is.
    progress
        Called with a label, how many files are done, and of how many.
    """
    delays, admissions = len(world.months), len(world.admissions.months)
    n_files, done = delays + admissions + 4, 0

    def say(label: str) -> None:
        nonlocal done
        if progress:
            progress(label, done, n_files)
        done += 1

    for key in ("dtoc", "mar", "population", "lookups", "ascof", "deprivation", "quarterly", "ambitions"):
        (folder / key).mkdir()
    rows = demo_files.list_rows()
    for index, month in enumerate(world.months):
        say("writing delayed transfers")
        demo_files.write_month(folder / "dtoc" / demo_files.name_file(month), month, rows, world.parts.cells[index])
    for month, returned in zip(world.admissions.months, world.returns, strict=True):
        say("writing hospital activity")
        path = folder / "mar" / demo_admission_files.name_file(month)
        demo_admission_files.write_month(path, month, returned, world.geography)
    say("writing population estimates")
    demo_population.write_estimates(folder / "population", world.people)
    say("writing lookups")
    demo_lookups.write_lookups(folder / "lookups", world.geography)
    say("writing outcomes")
    if world.outcomes.years:
        path = folder / "ascof" / demo_ascof_files.name_file(world.outcomes.years)
        demo_ascof_files.write_outcomes(path, world.outcomes)
    demo_deprivation.write_deprivation(folder / "deprivation", make_stream(seed, 14))
    say("writing quarterly returns and plans")
    for given in demo_quarterly.draw_answers(make_stream(seed, 12), world):
        for quarter in demo_quarterly_files.QUARTERS:
            path = folder / "quarterly" / demo_quarterly_files.name_file(given.board, quarter)
            demo_quarterly_files.write_return(path, quarter, given)
    demo_plans.write_plans(folder / "ambitions" / demo_plans.FILE, make_stream(seed, 13), world)
    say("writing quarterly returns and plans")
