"""What else was found of a metric? The tables that stand beside its main results, as rows of one area or of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from bcf_eval.report.reading import TABLES, damaged
from bcf_eval.store import Project
from bcf_eval.tables import RESULTS

# Everything that `evaluate` makes and without which a page can still be made.
BESIDE = tuple(name for name in RESULTS if name not in TABLES)


@dataclass(frozen=True)
class Beside:
    """Tables of one metric by name; see :data:`bcf_eval.tables.RESULTS`. One that is not there is empty."""

    _frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def all_rows(self, table: str) -> pd.DataFrame:
        """Rows of every area."""
        return self._frames.get(table, pd.DataFrame(columns=RESULTS[table]))

    def area_rows(self, table: str, area_code: str) -> pd.DataFrame:
        """Rows of one area, in the order of the table."""
        rows = self.all_rows(table)
        return rows[rows["area_code"].eq(area_code)].reset_index(drop=True)


def read_beside(project: Project) -> dict[str, pd.DataFrame]:
    """Read the tables that stand beside the main results, by name; those that are not there are left out.

    Raises
    ------
    ProjectError
        If one lacks a column; the message says how to make it again.
    """
    found = {}
    for name in BESIDE:
        if not (project.clean / f"{name}.parquet").is_file():
            continue
        frame = project.read_table(name)
        lacking = [column for column in RESULTS[name] if column not in frame.columns]
        if lacking:
            raise damaged(project, f"{name}.parquet", f"lacks the column '{lacking[0]}'")
        found[name] = frame
    return found


def select_beside(tables: Mapping[str, pd.DataFrame], metric: str) -> Beside:
    """Select the rows of one metric."""
    return Beside({name: frame[frame["metric"].eq(metric)].reset_index(drop=True) for name, frame in tables.items()})
