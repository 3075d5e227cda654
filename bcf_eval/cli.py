"""What can be done from a command line? Every command of ``bcf-eval``; each imports what it needs when it is called."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcf_eval.errors import BcfEvalError, RequestError

if TYPE_CHECKING:
    from bcf_eval.store import Project

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Did the Better Care Fund change anything, and did its targets mean anything?",
)

ProjectOption = Annotated[
    Path, typer.Option("--project", help="The folder that holds data_raw, data_clean and reports.", show_default=".")
]


def _known_method(method: str) -> str:
    from bcf_eval.evaluate.fitting import METHODS

    if method not in METHODS:
        raise typer.BadParameter(f"'{method}' is none of {', '.join(METHODS)}.")
    return method


def _show_version(wanted: bool) -> None:
    if wanted:
        from bcf_eval import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command line: a user's error is one line on stderr and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # Redirected output on Windows is not UTF-8 unless told so; the minus sign needs it.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8")
    try:
        app()
    except BcfEvalError as error:
        _say(f"Error: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more can be written, not even at exit.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        sys.exit(1)
    except OSError as error:
        _say(f"Error: {error.strerror or error}: {error.filename or 'output'}")
        sys.exit(1)
    except KeyboardInterrupt:
        _say("Stopped. Nothing was left half-written.")
        sys.exit(130)


@app.command()
def demo(
    project: ProjectOption = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another number makes another England.")] = 2015,
) -> None:
    """Write demonstration returns for all 151 boards: synthetic numbers in the published layouts."""
    from bcf_eval.acquire.demo import write_demo

    with _progress() as step:
        made = write_demo(_project_at(project, create=True), seed=seed, progress=step)
    _say(f"DEMONSTRATION: synthetic returns of {made.n_boards} boards, {made.first} to {made.last}, seed {made.seed}.")
    _say(f"{made.n_files} files in {made.folder}, {made.copied} of them new; what they were made from: {made.truth}.")


@app.command()
def fetch(
    folder: Annotated[Path, typer.Option("--from", help="A folder that holds dtoc/ and population/.")],
    project: ProjectOption = Path(),
) -> None:
    """Bring published returns into data_raw, each under its vintage, with a record of where it came from."""
    from bcf_eval.acquire.fetch import fetch_folder

    report = fetch_folder(_project_at(project), folder)
    _say_all(report.messages)
    for one in report.returns:
        _say(f"{one.key}: {one.found} files found, {one.copied} new.")


@app.command()
def clean(
    project: ProjectOption = Path(),
    allow_gaps: Annotated[
        bool, typer.Option("--allow-gaps", help="Go on when a month is missing, and flag it.")
    ] = False,
) -> None:
    """Turn the returns into one tidy table, checked against their own totals."""
    from bcf_eval.clean.build import build

    here = _project_at(project)
    with _progress() as step:
        report = build(here, allow_gaps=allow_gaps, progress=step)
    _say_all(report.messages)
    _say(f"Cleaned: {report.n_observations:,} observations in {here.clean}.")


@app.command()
def evaluate(project: ProjectOption = Path()) -> None:
    """Fit every model and test every ambition, for every board and England."""
    from bcf_eval.evaluate.build import evaluate as evaluate_project

    with _progress() as step:
        report = evaluate_project(_project_at(project), progress=step)
    _say(f"Evaluated {report.n_areas} areas: {report.n_effects:,} effects, {report.n_ambitions:,} ambitions.")
    if report.exploratory:
        _say("The project's own protocol.yml was used: the results are exploratory, and say so.")


@app.command()
def report(
    area: Annotated[
        list[str] | None, typer.Option(help="Name or ONS code; repeat for several. All when left out.")
    ] = None,
    project: ProjectOption = Path(),
    workers: Annotated[int | None, typer.Option(help="How many pages are made at once.", min=1)] = None,
) -> None:
    """Make a page for each board, and the index of them all."""
    from bcf_eval.report.render import render_areas

    with _progress() as step:
        made = render_areas(_project_at(project), area, workers=workers, progress=step)
    _say_all(made.messages)
    for failure in made.failures:
        _say(f"Error: {failure}")
    opened = made.pages[0] if area and len(made.pages) == 1 else made.index
    typer.echo(f"Open {opened.resolve()} in a browser ({opened.resolve().as_uri()})")
    if made.failures:
        sys.exit(1)


@app.command()
def run(project: ProjectOption = Path()) -> None:
    """Do the whole job: clean, evaluate, report."""
    clean(project)
    evaluate(project)
    report(None, project)


@app.command("test-ambition")
def test_ambition(
    area: Annotated[str, typer.Option(help="Name or ONS code of a board.")],
    target: Annotated[float, typer.Option(help="The planned value, in the metric's unit.")],
    period: Annotated[str, typer.Option(help="2017-09, 2017-Q3, 2017/18-Q2 or 2017/18.")],
    metric: Annotated[str, typer.Option(help="Key of the metric.")] = "dtoc_days",
    baseline_end: Annotated[str | None, typer.Option(help="The last month to be used; else the last before.")] = None,
    baseline_period: Annotated[str | None, typer.Option(help="What the target is an improvement on.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    project: ProjectOption = Path(),
) -> None:
    """Say whether a target is more than trend and chance."""
    from bcf_eval.catalogue.load import protocol
    from bcf_eval.evaluate.questions import test_ambition as test_one

    here = _project_at(project)
    test = test_one(
        here.read_table("observations"),
        area=area,
        target=target,
        period=period,
        metric=metric,
        baseline_end=baseline_end,
        baseline_period=baseline_period,
        protocol=protocol(here.protocol),
    )
    if here.read_record("build").get("demonstration"):
        _say("DEMONSTRATION: these are synthetic numbers, not returns.")
    if as_json:
        typer.echo(json.dumps(test.to_dict(), indent=1, ensure_ascii=False))
        return
    typer.echo(str(test))
    for check in test.checks:
        typer.echo(f"{'Held' if check.passed else 'Note'}: {check.detail}")


@app.command()
def its(
    file: Annotated[Path, typer.Argument(help="A CSV file, one row a period and series.")],
    period: Annotated[str, typer.Option(help="Column of periods: YYYY, YYYY-MM, YYYY/YY, YYYY-Qn, YYYY/YY-Qn.")],
    value: Annotated[str, typer.Option(help="Column of values.")],
    at: Annotated[list[str], typer.Option(help="When something began; repeat for several.")],
    by: Annotated[str | None, typer.Option(help="Column that names the series.")] = None,
    offset: Annotated[str | None, typer.Option(help="Column the value is divided by.")] = None,
    season: Annotated[int | None, typer.Option(help="Fourier pairs; else 2 for months, 1 for quarters.", min=0)] = None,
    method: Annotated[
        str, typer.Option(help="reml, ols, newey-west or prais-winsten.", callback=_known_method)
    ] = "reml",
    lag: Annotated[int, typer.Option(help="Lag of Newey-West.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the CSV here instead of printing it.")] = None,
) -> None:
    """Fit an interrupted time series to your own table: tidy CSV out, words to stderr."""
    from bcf_eval.evaluate.own_series import fit_its
    from bcf_eval.store import read_csv, write_text

    if out is not None and out.exists() and out.samefile(file):
        raise RequestError(f"'{out}' is the table itself; expected another file for the results.")
    result = fit_its(
        read_csv(file),
        at=at,
        period=period,
        value=value,
        by=by,
        offset=offset,
        season=season,
        method=method,
        lag=lag,
    )
    _say_all([result.model, *result.sentences])
    if as_json:
        text = json.dumps(result.to_dict(), indent=1, ensure_ascii=False) + "\n"
    else:
        text = result.terms.to_csv(index=False, lineterminator="\n")
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        _say(f"Wrote {out}.")


def _project_at(folder: Path, *, create: bool = False) -> Project:
    from bcf_eval.store import open_project

    if create:
        folder.mkdir(parents=True, exist_ok=True)
    return open_project(folder)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        _say(line)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr when a person is looking; nothing in a log."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda label, done, total: bar.update(task, description=label, completed=done, total=total)


if __name__ == "__main__":
    main()
