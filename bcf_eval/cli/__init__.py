"""What can be done from a command line? Every command of ``bcf-eval``; each imports what it needs when it is called."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from bcf_eval.cli import data as data
from bcf_eval.cli import evaluation as evaluation
from bcf_eval.cli import pages as pages
from bcf_eval.cli.shared import app, say
from bcf_eval.errors import BcfEvalError

_INTERRUPTED = 130


def _say_stopped() -> None:
    say("Stopped. Nothing was left half-written.")


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
        say(f"Error: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more can be written, not even at exit.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        sys.exit(1)
    except OSError as error:
        say(f"Error: {error.strerror or error}: {error.filename or 'output'}")
        sys.exit(1)
    except KeyboardInterrupt:
        _say_stopped()
        sys.exit(_INTERRUPTED)
    except SystemExit as end:
        # What runs the commands ends on an interrupt with this code, and says nothing.
        if end.code == _INTERRUPTED:
            _say_stopped()
        raise
