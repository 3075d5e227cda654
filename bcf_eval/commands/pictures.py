"""``bcf-eval specifications`` and ``bcf-eval residuals``: a picture of one area that its page leaves out."""

from __future__ import annotations

from pathlib import Path

import typer

from bcf_eval.commands.terminal import say
from bcf_eval.report.on_request import Request, check_kind, request_residuals, request_specifications
from bcf_eval.store import open_project

REQUESTS: dict[str, Request] = {"specifications": request_specifications, "residuals": request_residuals}


def run_picture(
    what: str, project: Path, *, area: str, metric: str, intervention: str | None, out: Path | None
) -> None:
    """Print what a picture says, and write it where that is asked.

    Parameters
    ----------
    what
        One of :data:`REQUESTS`.
    out
        A file that ends in ``.html`` or ``.svg``; only words when left out.
    """
    if out is not None:
        check_kind(out)
    made = REQUESTS[what](open_project(project), area, metric=metric, intervention=intervention)
    typer.echo(made.picture.alternative)
    if out is not None:
        made.write(out)
        say(f"Wrote {out}.")
