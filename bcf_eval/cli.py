"""What can be done from a command line? Every command of ``bcf-eval``; each imports what it needs when it is called."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bcf_eval.errors import BcfEvalError

_INTERRUPTED = 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Did the Better Care Fund change anything, and did its targets mean anything?",
)

ProjectOption = Annotated[
    Path, typer.Option("--project", help="The folder that holds data_raw, data_clean and reports.", show_default=".")
]
_Area = Annotated[str, typer.Option("--area", help="Name or ONS code; England too.")]
_Metric = Annotated[str, typer.Option("--metric", help="Key of a monthly metric: dtoc_days, nea …")]
_Start = Annotated[str | None, typer.Option("--intervention", help="bcf_2015 or ibcf_2017; else the last one.")]
_Out = Annotated[Path | None, typer.Option("--out", help="The picture: a page (.html) or a drawing (.svg).")]


class _Template(StrEnum):
    """What there is a template of."""

    AMBITIONS = "ambitions"


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
    for library in ("OMP", "OPENBLAS", "MKL"):
        # Our matrices are small: threads that share one out cost several times what they give.
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
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
        _say_stopped()
        sys.exit(_INTERRUPTED)
    except SystemExit as end:
        # What runs the commands ends on an interrupt with this code, and says nothing.
        if end.code == _INTERRUPTED:
            _say_stopped()
        raise


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _say_stopped() -> None:
    _say("Stopped. Nothing was left half-written.")


@app.command()
def demo(
    project: ProjectOption = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another number makes another England.")] = 2015,
) -> None:
    """Write demonstration returns for all 151 boards: synthetic numbers in the published layouts."""
    from bcf_eval.commands.demo import run_demo

    run_demo(project, seed=seed)


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
    from bcf_eval.commands.fetch import run_fetch

    run_fetch(project, folder=folder, only=only)


@app.command()
def template(
    what: Annotated[_Template, typer.Argument(help="What the table is for.")],
    out: Annotated[Path, typer.Option(help="The file to write, .csv or .xlsx.")] = Path("ambitions.csv"),
) -> None:
    """Write an empty table to fill in, with its columns explained."""
    from bcf_eval.commands.template import run_template

    del what
    run_template(out)


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
    from bcf_eval.commands.clean import run_clean

    run_clean(project, allow_gaps=allow_gaps, geography=geography)


@app.command()
def check(project: ProjectOption = Path()) -> None:
    """Say what arrived and what is odd about it, and make the page of data quality."""
    from bcf_eval.commands.check import run_check

    run_check(project)


@app.command()
def evaluate(project: ProjectOption = Path()) -> None:
    """Fit every model and test every ambition, for every board and England."""
    from bcf_eval.commands.evaluate import run_evaluate

    run_evaluate(project)


@app.command()
def report(
    area: Annotated[
        list[str] | None, typer.Option(help="Name or ONS code; repeat for several. All when left out.")
    ] = None,
    project: ProjectOption = Path(),
    workers: Annotated[int | None, typer.Option(help="How many pages are made at once.", min=1)] = None,
) -> None:
    """Make a page for each board, and the index of them all."""
    from bcf_eval.commands.report import run_report

    run_report(project, areas=area, workers=workers)


@app.command()
def run(project: ProjectOption = Path()) -> None:
    """Do the whole job: clean, check, evaluate, report."""
    from bcf_eval.commands.check import run_check
    from bcf_eval.commands.clean import run_clean
    from bcf_eval.commands.evaluate import run_evaluate
    from bcf_eval.commands.report import run_report

    run_clean(project)
    run_check(project, quiet=True)
    run_evaluate(project)
    run_report(project)


@app.command()
def specifications(
    area: _Area, metric: _Metric = "dtoc_days", start: _Start = None, out: _Out = None, project: ProjectOption = Path()
) -> None:
    """Show how an area's change comes out in every way of working it out."""
    from bcf_eval.commands.pictures import run_picture

    run_picture("specifications", project, area=area, metric=metric, intervention=start, out=out)


@app.command()
def residuals(
    area: _Area, metric: _Metric = "dtoc_days", start: _Start = None, out: _Out = None, project: ProjectOption = Path()
) -> None:
    """Show what the model behind an area's verdict leaves over."""
    from bcf_eval.commands.pictures import run_picture

    run_picture("residuals", project, area=area, metric=metric, intervention=start, out=out)


@app.command("test-ambition")
def test_ambition(
    area: Annotated[str, typer.Option(help="Name or ONS code of a board, or England.")],
    target: Annotated[float, typer.Option(help="The planned value, in the metric's unit.")],
    period: Annotated[str, typer.Option(help="2017-09, 2017-Q3, 2017/18-Q2 or 2017/18.")],
    metric: Annotated[str, typer.Option(help="Its key: dtoc_days, nea, residential …")] = "dtoc_days",
    baseline_end: Annotated[str | None, typer.Option(help="The last month to be used; else the last before.")] = None,
    baseline_period: Annotated[str | None, typer.Option(help="What the target is an improvement on.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    project: ProjectOption = Path(),
) -> None:
    """Say whether a target is more than trend and chance."""
    from bcf_eval.commands.ambition import run_test_ambition

    run_test_ambition(
        project,
        area=area,
        target=target,
        period=period,
        metric=metric,
        baseline_end=baseline_end,
        baseline_period=baseline_period,
        as_json=as_json,
    )


@app.command()
def its(
    file: Annotated[Path, typer.Argument(help="A CSV file, one row a period and series.")],
    period: Annotated[str, typer.Option(help="Column of periods: YYYY, YYYY-MM, YYYY/YY, YYYY-Qn, YYYY/YY-Qn.")],
    value: Annotated[str, typer.Option(help="Column of values.")],
    at: Annotated[list[str], typer.Option(help="When something began; repeat for several.")],
    by: Annotated[str | None, typer.Option(help="Column that names the series.")] = None,
    offset: Annotated[
        str | None, typer.Option(help="Column the value is divided by; of counts its log enters.")
    ] = None,
    weights: Annotated[str | None, typer.Option(help="Column that says how much a value counts for (reml).")] = None,
    season: Annotated[
        int | None, typer.Option(help="Fourier pairs, 0 for none; else 2 for months, 1 for quarters.", min=0)
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="reml, ar2, arma11, ols, newey-west, prais-winsten, arima, bootstrap; "
            "of counts quasi-poisson or negative-binomial."
        ),
    ] = "reml",
    order: Annotated[str | None, typer.Option(help="Of arima, such as 2,1,0; else chosen by the data.")] = None,
    seasonal_order: Annotated[str | None, typer.Option(help="Of arima, such as 0,1,1.")] = None,
    change: Annotated[str, typer.Option(help="What may change: both, level or slope.")] = "both",
    delay: Annotated[int | None, typer.Option(help="Periods after --at at which the effect begins.", min=0)] = None,
    lag: Annotated[
        int | None,
        typer.Option(
            help="Of newey-west and counts: lag of their errors; of other methods the same as --delay.", min=0
        ),
    ] = None,
    phase_in: Annotated[int, typer.Option(help="Periods over which the effect comes in.", min=0)] = 0,
    phase_in_as: Annotated[
        str, typer.Option(help="exclude: left out; ramp: the level changes bit by bit.")
    ] = "exclude",
    pulse: Annotated[int, typer.Option(help="Periods the effect lasts; 0 when for good.", min=0)] = 0,
    breaks: Annotated[
        list[str] | None, typer.Option("--break", help="When a nuisance step may begin; repeat for several.")
    ] = None,
    control: Annotated[str | None, typer.Option(help="The series of --by that every other is compared with.")] = None,
    control_as: Annotated[str | None, typer.Option(help="joint (one model) or difference.")] = None,
    draws: Annotated[int | None, typer.Option(help="Of bootstrap; 999 when left out.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of bootstrap; 2015 when left out.")] = None,
    level: Annotated[float, typer.Option(help="Coverage of the intervals: 0.95 for 95%.")] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the CSV here instead of printing it.")] = None,
) -> None:
    """Fit an interrupted time series to your own table: tidy CSV out, words to stderr."""
    from bcf_eval.commands.its import run_its

    run_its(
        file, as_json=as_json, out=out, at=at, period=period, value=value, by=by, offset=offset, weights=weights,
        season=season, method=method, order=order, seasonal_order=seasonal_order, change=change, delay=delay, lag=lag,
        phase_in=phase_in, phase_in_as=phase_in_as, pulse=pulse, breaks=breaks, control=control, control_as=control_as,
        draws=draws, seed=seed, level=level,
    )  # fmt: skip


if __name__ == "__main__":
    main()
