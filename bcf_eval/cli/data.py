"""From published returns to one tidy table: ``demo``, ``fetch``, ``template``, ``clean``, ``check``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcf_eval.cli.shared import ProjectOption, app, project_at, say, say_all, show_progress
from bcf_eval.errors import RequestError

if TYPE_CHECKING:
    from bcf_eval.acquire.fetch import ReturnCount

_NOTE = " says below its table: "


@app.command()
def demo(
    project: ProjectOption = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another number makes another England.")] = 2015,
) -> None:
    """Write demonstration returns for all 151 boards: synthetic numbers in the published layouts."""
    from bcf_eval.acquire.demo import write_demo

    with show_progress() as step:
        made = write_demo(project_at(project, create=True), seed=seed, progress=step)
    say(f"DEMONSTRATION: synthetic returns of {made.n_boards} boards, {made.first} to {made.last}, seed {made.seed}.")
    say(f"{made.n_files} files in {made.folder}, {made.copied} of them new; what they were made from: {made.truth}.")


@app.command()
def fetch(
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="A folder that holds dtoc/, mar/, ascof/ … ; the publishers' pages when left out."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--return", help="Key of a return to be fetched; repeat for several.")
    ] = None,
    project: ProjectOption = Path(),
) -> None:
    """Bring published returns into data_raw, each under its vintage, with a record of where it came from."""
    from bcf_eval.acquire.fetch import fetch_folder
    from bcf_eval.acquire.publishers import fetch_publishers

    here = project_at(project)
    if folder is not None:
        if only:
            raise RequestError("--return chooses what is fetched from the publishers; a folder is taken whole.")
        brought = fetch_folder(here, folder)
        _say_brought(brought.messages, brought.returns)
        return
    with show_progress() as step:
        published = fetch_publishers(here, returns=only, progress=step)
    _say_brought([*published.messages, *(f"Error: {one}" for one in published.failures)], published.returns)
    if published.failures:
        sys.exit(1)


def _say_brought(lines: Iterable[str], returns: Iterable[ReturnCount]) -> None:
    say_all(lines)
    for one in returns:
        if one.found:
            say(f"{one.key}: {one.found} files found, {one.copied} new.")


@app.command()
def clean(
    project: ProjectOption = Path(),
    allow_gaps: Annotated[
        bool, typer.Option("--allow-gaps", help="Go on when a month is missing, and flag it.")
    ] = False,
    geography: Annotated[
        int | None,
        typer.Option(help="2018, 2019 or 2023: areas on the boundaries of that April; as they were when left out."),
    ] = None,
) -> None:
    """Turn the returns into one tidy table, checked against their own totals."""
    from bcf_eval.clean.build import build

    here = project_at(project)
    with show_progress() as step:
        report = build(here, allow_gaps=allow_gaps, geography=geography, progress=step)
    if report.unchanged:
        say(f"Nothing has changed since these tables were made: {here.clean} stands as it was.")
    else:
        notes = [line for line in report.messages if _NOTE in line]
        say_all(line for line in report.messages if line not in notes)
        if notes:
            say(f"Publishers' notes below their tables: {len(notes)}, kept in {here.clean / 'build.json'}.")
    say(f"Cleaned: {report.rows['observations']:,} observations in {here.clean}.")


@app.command()
def check(project: ProjectOption = Path()) -> None:
    """Say what arrived and what is odd about it, and make the page of data quality."""
    from bcf_eval.evaluate.quality import check_quality
    from bcf_eval.report.render_quality import render_quality

    here = project_at(project)
    report = check_quality(here)
    for line in report.lines:
        typer.echo(line)
    page = render_quality(here)
    typer.echo(f"Open {page.resolve()} in a browser ({page.resolve().as_uri()})")


class _Template(StrEnum):
    """What there is a template of."""

    AMBITIONS = "ambitions"


@app.command()
def template(
    what: Annotated[_Template, typer.Argument(help="What the table is for.")],
    out: Annotated[Path, typer.Option(help="The file to write, .csv or .xlsx.")] = Path("ambitions.csv"),
) -> None:
    """Write an empty table to fill in, with its columns explained."""
    from bcf_eval.acquire.template import write_template

    del what
    write_template(out)
    say(f"Wrote {out}. Fill it in, put it into data_raw/ambitions of your project, and run: bcf-eval clean")
