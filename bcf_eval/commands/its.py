"""``bcf-eval its``: an interrupted time series of a user's own table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from bcf_eval.commands.terminal import say, say_all
from bcf_eval.delimited import read_csv
from bcf_eval.errors import RequestError
from bcf_eval.evaluate.its.fitting import METHODS
from bcf_eval.evaluate.own.checks import CAN_BE_TOLD
from bcf_eval.evaluate.own.own_series import fit_its
from bcf_eval.store import write_text


def run_its(file: Path, *, as_json: bool, out: Path | None, **choices: Any) -> None:
    """Fit the table, say the answer, and print or write the terms.

    Parameters
    ----------
    file
        A CSV file.
    as_json, out
        What is printed, and where it is written instead.
    **choices
        As :func:`~bcf_eval.evaluate.own.own_series.fit_its` takes them.
    """
    if choices["method"] not in METHODS:
        raise typer.BadParameter(f"'{choices['method']}' is none of {', '.join(METHODS)}.", param_hint="'--method'")
    if out is not None and out.exists() and out.samefile(file):
        raise RequestError(f"'{out}' is the table itself; expected another file for the results.")
    result = fit_its(read_csv(file), **choices)
    say_all([result.model, *result.sentences, *(one.detail for one in result.checks if one.name != CAN_BE_TOLD)])
    if as_json:
        text = json.dumps(result.to_dict(), indent=1, ensure_ascii=False) + "\n"
    else:
        text = result.terms.to_csv(index=False, lineterminator="\n")
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        say(f"Wrote {out}.")
