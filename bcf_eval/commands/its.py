"""``bcf-eval its``: an interrupted time series of a user's own table."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from bcf_eval.commands.terminal import say, say_all
from bcf_eval.delimited import read_csv
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.fitting import METHODS
from bcf_eval.evaluate.own_series import fit_its
from bcf_eval.store import write_text


def run_its(
    file: Path,
    *,
    at: list[str],
    period: str,
    value: str,
    by: str | None,
    offset: str | None,
    season: int | None,
    method: str,
    lag: int,
    as_json: bool,
    out: Path | None,
) -> None:
    """Fit the table, say the answer, and print or write the terms."""
    if method not in METHODS:
        raise typer.BadParameter(f"'{method}' is none of {', '.join(METHODS)}.", param_hint="'--method'")
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
