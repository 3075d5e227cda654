"""From the tidy table to answers: ``evaluate``, ``test-ambition``, ``its``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bcf_eval.cli.shared import ProjectOption, app, project_at, say, say_all, show_progress
from bcf_eval.errors import RequestError


def _known_method(method: str) -> str:
    from bcf_eval.evaluate.fitting import METHODS

    if method not in METHODS:
        raise typer.BadParameter(f"'{method}' is none of {', '.join(METHODS)}.")
    return method


@app.command()
def evaluate(project: ProjectOption = Path()) -> None:
    """Fit every model and test every ambition, for every board and England."""
    from bcf_eval.evaluate.build import evaluate as evaluate_project

    with show_progress() as step:
        report = evaluate_project(project_at(project), progress=step)
    say(f"Evaluated {report.n_areas} areas: {report.n_effects:,} effects, {report.n_ambitions:,} ambitions.")
    if report.exploratory:
        say("The project's own protocol.yml was used: the results are exploratory, and say so.")


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

    here = project_at(project)
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
        say("DEMONSTRATION: these are synthetic numbers, not returns.")
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
    from bcf_eval.delimited import read_csv
    from bcf_eval.evaluate.own_series import fit_its
    from bcf_eval.store import write_text

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
    say_all([result.model, *result.sentences])
    if as_json:
        text = json.dumps(result.to_dict(), indent=1, ensure_ascii=False) + "\n"
    else:
        text = result.terms.to_csv(index=False, lineterminator="\n")
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        say(f"Wrote {out}.")
