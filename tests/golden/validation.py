"""What the golden tests compared, and the page that is written of it: ``docs/validation.md``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

Unit = Literal["absolute", "relative"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
# Below this a difference is one of rounding, which machines do differently.
_SMALLEST = 1e-12

_HEAD = """# Validation

What the statistics give beside published results, and beside other programs' answers on the same data. Written by
`make validation` from the tests in `tests/golden`, which fail when a difference exceeds its tolerance; do not edit it.
The data are not in this repository: where the folder `shared` is absent, these tests are skipped, with the reason.

A printed figure is to be met to half a unit of its last digit. R's iterated fits stop within about 1e-5, and its
optimiser settles rho to about 2e-4; closed formulae agree to 1e-10. Long tables of reference figures have one row with
their largest difference. A difference under 1e-12 is one of rounding.

"""
# How the page sets what the tests write in plain letters.
_SET = {"Newey-West": "Newey\u2013West", "Prais-Winsten": "Prais\u2013Winsten", "Kenward-Roger": "Kenward\u2013Roger"}
_TRAPS = """
## Known traps

What goes wrong elsewhere with the same data or model, and what is done here. Each is a test of its own.

"""


@dataclass(frozen=True)
class Row:
    """One line of a table, as it is printed."""

    cells: tuple[str, ...]

    @classmethod
    def typeset(cls, *cells: str) -> Row:
        """With Greek letters and dashes in place of what is written for them."""
        return cls(tuple(_typeset(cell) for cell in cells))

    @property
    def text(self) -> str:
        return "| " + " | ".join(self.cells) + " |"


@dataclass
class Record:
    """Asserts and remembers; one for a whole run of pytest."""

    rows: list[Row] = field(default_factory=list)
    traps: list[Row] = field(default_factory=list)

    def figure(
        self,
        case: str,
        source: str,
        published: str,
        ours: float,
        *,
        tolerance: float | None = None,
        unit: Unit = "absolute",
    ) -> None:
        """Hold one number against a printed one; the tolerance left out is half a unit of its last digit."""
        printed = float(published)
        decimals = len(published.partition(".")[2])
        # A hair more than half: a figure may lie right between two printed ones.
        allowed = 0.501 * 10.0**-decimals if tolerance is None else tolerance
        difference = abs(float(ours) - printed) / (abs(printed) if unit == "relative" else 1.0)
        shown = f"{float(ours):.{decimals}f}"
        self._keep(case, source, published, shown, difference, allowed, unit)

    def largest(
        self,
        case: str,
        source: str,
        published: npt.ArrayLike,
        ours: npt.ArrayLike,
        *,
        tolerance: float,
        unit: Unit = "absolute",
    ) -> None:
        """Hold many numbers against as many reference ones; they get one row, with the largest difference."""
        theirs, mine = np.asarray(published, float).ravel(), np.asarray(ours, float).ravel()
        assert theirs.shape == mine.shape, case
        assert np.isnan(theirs).tolist() == np.isnan(mine).tolist(), case
        known = np.isfinite(theirs)
        apart = np.abs(mine - theirs)[known]
        if unit == "relative":
            scale = np.abs(theirs[known])
            apart = np.divide(apart, scale, out=np.where(apart == 0, 0.0, np.inf), where=scale > 0)
        count = f"{known.sum():,} figures"
        self._keep(case, source, count, f"{apart.size:,} within", float(apart.max()), tolerance, unit)

    def answers(self, case: str, source: str, published: Sequence[object], ours: Sequence[object]) -> None:
        """Hold verdicts or flags against as many reference ones: every one must be the same."""
        assert len(published) == len(ours) > 0, case
        wrong = [
            (place, one, other) for place, (one, other) in enumerate(zip(published, ours, strict=True)) if one != other
        ]
        assert not wrong, (case, wrong[:5])
        self.rows.append(
            Row.typeset(case, source, f"{len(published):,} answers", f"{len(ours):,} the same", "none", "none")
        )

    def trap(self, name: str, elsewhere: str, here: str) -> None:
        """Remember what goes wrong elsewhere, and what is done here, in words with their figures."""
        self.traps.append(Row.typeset(name, elsewhere, here))

    def _keep(
        self, case: str, source: str, published: str, shown: str, difference: float, allowed: float, unit: Unit
    ) -> None:
        assert difference <= allowed, f"{case}: {difference:.2g} apart from {source}, more than {allowed:.2g} ({unit})"
        ending = " relative" if unit == "relative" else ""
        apart = "under 1e-12" if difference < _SMALLEST else f"{difference:.0e}{ending}"
        self.rows.append(Row.typeset(case, source, published, shown, apart, f"{allowed:.0e}{ending}"))

    def page(self) -> str:
        """The whole page, in an order that does not depend on that of the tests."""
        head = Row(("case", "source", "published", "ours", "difference", "tolerance"))
        traps = Row(("trap", "elsewhere", "here"))
        return (
            _typeset(_HEAD)
            + _table(head, self.rows, numeric=(2, 3, 4, 5))
            + _TRAPS
            + _table(traps, self.traps, numeric=())
        )


def _table(head: Row, rows: list[Row], *, numeric: tuple[int, ...]) -> str:
    rule = "|" + "|".join("---:" if place in numeric else "---" for place in range(len(head.cells))) + "|"
    return "\n".join([head.text, rule, *(row.text for row in sorted(rows, key=_natural))]) + "\n"


def _typeset(text: str) -> str:
    for plain, printed in _SET.items():
        text = text.replace(plain, printed)
    return re.sub(r"\brho\b", "\u03c1", text)


def _natural(row: Row) -> list[tuple[int, str]]:
    """Lags and horizons in the order of their numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", " ".join(row.cells[:2]))]


def read_page(text: str) -> list[tuple[str, ...]]:
    """The cells of every row of the page's tables."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
    return [one for one in cells if one[0] not in ("case", "trap")]
