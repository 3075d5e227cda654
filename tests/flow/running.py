"""How a command ended, as a user saw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def is_one_line_error(done: Done) -> bool:
    lines = done.err.strip().splitlines()
    return done.code == 1 and len(lines) == 1 and lines[0].startswith("Error: ")
